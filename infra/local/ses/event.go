package ses

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"
)

// Outcome is what became of a mail after SES took it.
type Outcome string

// The outcomes.
const (
	OutcomeDelivered  Outcome = "delivered"
	OutcomeDelayed    Outcome = "delayed" // delivered in the end
	OutcomeBounced    Outcome = "bounced"
	OutcomeSuppressed Outcome = "suppressed" // bounced, for the address is known to bounce
	OutcomeComplained Outcome = "complained" // delivered, and unwelcome
	OutcomeRejected   Outcome = "rejected"   // never delivered, for its content
)

// simulatorDomain is where SES keeps addresses that answer as told.
const simulatorDomain = "simulator.amazonses.com"

// outcomeOf says how a mail will end: by the fault asked for, else by the
// first simulator address among its recipients that is not a success.
func outcomeOf(destinations []string, faultKind string) Outcome {
	switch faultKind {
	case FaultBounce:
		return OutcomeBounced
	case FaultComplaint:
		return OutcomeComplained
	case FaultDeliveryDelay:
		return OutcomeDelayed
	case FaultMalware:
		return OutcomeRejected
	}
	for _, d := range destinations {
		local, domain, _ := cutLast(strings.ToLower(d), "@")
		if domain != simulatorDomain {
			continue
		}
		name, _, _ := strings.Cut(local, "+")
		switch name {
		case "bounce":
			return OutcomeBounced
		case "suppressionlist":
			return OutcomeSuppressed
		case "complaint":
			return OutcomeComplained
		}
	}
	return OutcomeDelivered // success@ and ooto@ too: an absence note is a mail to the sender, not an event
}

// The delays SES's events tell of; here they come at once.
const (
	processingTime = 300 * time.Millisecond
	delayExpiry    = 14 * time.Hour
)

// eventsOf returns the events of a mail in the order SES publishes them.
func eventsOf(r record, region, sourceAddress string) (events [][]byte) {
	mail := eventMail(r, region, sourceAddress)
	add := func(kind, field string, detail map[string]any) {
		// Strings, numbers and maps of them always marshal.
		event, _ := json.Marshal(map[string]any{"eventType": kind, "mail": mail, field: detail})
		events = append(events, event)
	}
	later := r.At.Add(processingTime).Format(eventTime)
	add("Send", "send", map[string]any{})
	switch r.Outcome {
	case OutcomeRejected:
		add("Reject", "reject", map[string]any{"reason": "Bad content"})
		return events
	case OutcomeBounced, OutcomeSuppressed:
		add("Bounce", "bounce", bounceDetail(r, later))
		return events
	case OutcomeDelayed:
		add("DeliveryDelay", "deliveryDelay", map[string]any{
			"timestamp": later, "delayType": "TransientCommunicationFailure",
			"expirationTime": r.At.Add(delayExpiry).Format(eventTime),
			"delayedRecipients": eachRecipient(r, map[string]any{
				"status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
			}),
		})
	}
	add("Delivery", "delivery", map[string]any{
		"timestamp": later, "processingTimeMillis": processingTime.Milliseconds(), "recipients": r.Destinations,
		"smtpResponse": "250 2.6.0 Message received", "reportingMTA": "a8-50.smtp-out.amazonses.com",
	})
	if r.Outcome == OutcomeComplained {
		add("Complaint", "complaint", map[string]any{
			"timestamp": later, "arrivalDate": later, "feedbackId": r.ID, "complaintSubType": nil,
			"complaintFeedbackType": "abuse", "userAgent": "Amazon SES Mailbox Simulator",
			"complainedRecipients": eachRecipient(r, nil),
		})
	}
	return events
}

func bounceDetail(r record, at string) map[string]any {
	subType, code := "General", "smtp; 550 5.1.1 user unknown"
	if r.Outcome == OutcomeSuppressed {
		subType, code = "Suppressed", "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
	}
	return map[string]any{
		"bounceType": "Permanent", "bounceSubType": subType, "timestamp": at, "feedbackId": r.ID,
		"reportingMTA":      "dsn; a8-50.smtp-out.amazonses.com",
		"bouncedRecipients": eachRecipient(r, map[string]any{"action": "failed", "status": "5.1.1", "diagnosticCode": code}),
	}
}

func eachRecipient(r record, fields map[string]any) (recipients []map[string]any) {
	for _, d := range r.Destinations {
		one := map[string]any{"emailAddress": d}
		maps.Copy(one, fields)
		recipients = append(recipients, one)
	}
	return recipients
}

const eventTime = "2006-01-02T15:04:05.000Z"

// eventMail is the part all events of a mail share.
func eventMail(r record, region, sourceAddress string) map[string]any {
	v := parse(r.Raw)
	headers := []map[string]string{}
	for _, h := range v.headers {
		headers = append(headers, map[string]string{"name": h.Name, "value": h.Value})
	}
	common := map[string]any{"messageId": r.ID, "subject": v.subject}
	for _, field := range []string{"From", "To", "Cc"} {
		if list, err := netmail.ParseAddressList(v.first(field)); err == nil {
			addresses := []string{}
			for _, a := range list {
				addresses = append(addresses, a.String())
			}
			common[strings.ToLower(field)] = addresses
		}
	}
	_, domain, _ := cutLast(r.Source, "@")
	tags := map[string][]string{
		"ses:configuration-set": {r.ConfigurationSet}, "ses:source-ip": {sourceAddress},
		"ses:from-domain": {domain}, "ses:caller-identity": {"local"},
	}
	maps.Copy(tags, r.Tags)
	return map[string]any{
		"timestamp": r.At.Format(eventTime), "messageId": r.ID, "source": r.Source,
		"sourceArn":        fmt.Sprintf("arn:aws:ses:%s:000000000000:identity/%s", region, r.Source),
		"sendingAccountId": "000000000000", "destination": r.Destinations,
		"headersTruncated": false, "headers": headers, "commonHeaders": common, "tags": tags,
	}
}

// How often an event is offered, and how long the publisher waits between.
const (
	feedbackTries = 3
	feedbackPause = 200 * time.Millisecond
)

// publisher hands events over one at a time, in order, off the path of who
// sends.
type publisher struct {
	feedback func(context.Context, []byte) error
	logf     func(string, ...any)
	stop     context.CancelFunc
	done     chan struct{}

	mu      sync.Mutex
	waiting [][]byte
	wake    chan struct{}
}

func newPublisher(feedback func(context.Context, []byte) error, logf func(string, ...any)) *publisher {
	ctx, stop := context.WithCancel(context.Background())
	p := &publisher{feedback: feedback, logf: logf, stop: stop, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	go p.run(ctx)
	return p
}

func (p *publisher) publish(events [][]byte) {
	if p.feedback == nil {
		return
	}
	p.mu.Lock()
	p.waiting = append(p.waiting, events...)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *publisher) run(ctx context.Context) {
	defer close(p.done)
	for {
		p.mu.Lock()
		batch := slices.Clone(p.waiting)
		p.waiting = nil
		p.mu.Unlock()
		for _, event := range batch {
			p.offer(ctx, event)
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-p.wake:
		case <-ctx.Done():
			return
		}
	}
}

func (p *publisher) offer(ctx context.Context, event []byte) {
	for try := 1; ctx.Err() == nil; try++ {
		err := p.feedback(ctx, event)
		if err == nil {
			return
		}
		if try == feedbackTries {
			p.logf("ses: an event was refused %d times and is dropped: %v", feedbackTries, err)
			return
		}
		select {
		case <-time.After(feedbackPause):
		case <-ctx.Done():
		}
	}
}

func (p *publisher) close() {
	p.stop()
	<-p.done
}
