package ses

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"time"
)

// maxStampBytes is what stamp may add to a mail: two fields, and a carriage
// return for each line of the header that has none.
const maxStampBytes = maxMailBytes

type messageResult struct {
	MessageID string `xml:"MessageId"`
}

// send takes the mail or refuses it. Once it returns an id the mail is on the
// disk and its events are on their way.
func (s *Service) send(ctx context.Context, d draft) (any, error) {
	fault := s.takeFault(d.destinations)
	if err := fault.before(ctx); err != nil {
		return nil, err
	}
	r, err := s.take(d, fault)
	if err != nil {
		return nil, err
	}
	if d.configurationSet != "" && fault.Kind != FaultLostEvent {
		s.publisher.publish(eventsOf(r, d.region, callerAddress(ctx)))
	}
	if fault.Kind == FaultLostAnswer {
		return nil, errAnswerLost
	}
	return messageResult{r.ID}, nil
}

// take checks the mail and puts it into the mailbox, durably.
func (s *Service) take(d draft, fault Fault) (record, error) {
	s.mu.Lock()
	r, ticket, err := s.book(d, fault)
	s.mu.Unlock()
	if err != nil {
		return record{}, err
	}
	return r, s.archive.flush(ticket)
}

// book is take but for the disk. The caller holds the lock.
func (s *Service) book(d draft, fault Fault) (record, uint64, error) {
	if err := s.check(d); err != nil {
		return record{}, 0, err
	}
	at := s.now().UTC()
	id := newMessageID(at)
	raw := stamp(d.raw, id, at, d.region)
	r := record{
		Kind: recordMail, ID: id, At: at, Source: d.source, Destinations: d.destinations,
		ConfigurationSet: d.configurationSet, Tags: d.tags,
		Outcome: outcomeOf(d.destinations, fault.Kind), Summary: summarize(parse(raw)), Raw: raw,
	}
	p, ticket, err := s.archive.append(r)
	if err == nil {
		s.keep(newMail(placed{r, p}))
	}
	return r, ticket, err
}

// check refuses what SES refuses, in SES's order. The caller holds the lock.
func (s *Service) check(d draft) error {
	if !s.limits.SendingEnabled {
		return refuse("AccountSendingPausedException", "Email sending is disabled for your account.")
	}
	if d.configurationSet != "" && !slices.Contains(s.sets, d.configurationSet) {
		return refuse("ConfigurationSetDoesNotExist", "Configuration set <%s> does not exist.", d.configurationSet)
	}
	var unverified []string
	for _, address := range d.claimed {
		if !s.maySend(address) && !slices.Contains(unverified, address) {
			unverified = append(unverified, address)
		}
	}
	if len(unverified) > 0 {
		return refuse("MessageRejected", "Email address is not verified. The following identities failed the check in region %s: %s",
			strings.ToUpper(d.region), strings.Join(unverified, ", "))
	}
	return s.meter.admit(s.now(), len(d.destinations), s.limits)
}

// keep puts m into the mailbox and, when that is over its limits, drops the
// oldest tenth. The caller holds the lock.
func (s *Service) keep(m *mail) {
	s.mails = append(s.mails, m)
	s.version++
	if len(s.mails) <= s.maxMails && s.archive.end <= MaxArchiveBytes {
		return
	}
	drop := max(1, len(s.mails)/10)
	if err := s.retain(s.mails[drop:]); err != nil {
		s.logf("ses: drop old mails: %v", err)
	}
}

// retain forgets every mail that is not in kept. The caller holds the lock.
func (s *Service) retain(kept []*mail) error {
	places := slices.Clone(s.asked)
	for _, m := range kept {
		places = append(places, m.place)
	}
	moved, err := s.archive.rewrite(places)
	if err != nil {
		return err
	}
	s.asked = moved[:len(s.asked):len(s.asked)]
	for i, m := range kept {
		m.place = moved[len(s.asked)+i]
	}
	s.mails = slices.Clone(kept)
	s.version++
	return nil
}

// newMessageID makes an id of SES's form, which begins with its instant.
func newMessageID(at time.Time) string {
	return fmt.Sprintf("0102%012x-%s-000000", at.UnixMilli(), requestID())
}

// stamped are the header fields SES sets itself or keeps to itself.
var stamped = []string{"Message-Id", "Date", "Bcc", "X-Ses-Configuration-Set", "X-Ses-Message-Tags"}

// stamp returns the mail as a recipient gets it: SES replaces its id and its
// date, and removes what was meant for SES alone.
func stamp(raw []byte, id string, at time.Time, region string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "Message-ID: <%s@%s.amazonses.com>\r\nDate: %s\r\n", id, region, at.Format(time.RFC1123Z))
	dropping := false
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		if len(bytes.TrimRight(line, "\r")) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte(":"))
			dropping = slices.Contains(stamped, textproto.CanonicalMIMEHeaderKey(string(bytes.TrimSpace(name))))
		}
		if !dropping {
			out.Write(bytes.TrimRight(line, "\r"))
			out.WriteString("\r\n")
		}
		raw = rest
	}
	out.Write(raw)
	return out.Bytes()
}

// callerAddress is the address the request came to, which on this machine is
// the one it came from.
func callerAddress(ctx context.Context) string {
	if a, ok := ctx.Value(http.LocalAddrContextKey).(net.Addr); ok {
		if host, _, err := net.SplitHostPort(a.String()); err == nil {
			return host
		}
	}
	return "127.0.0.1"
}
