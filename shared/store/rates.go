package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
)

// Limit is how often something may happen within any stretch of that length.
type Limit struct {
	Max    int
	Within time.Duration
}

// Bucket counts what one address or network does.
type Bucket struct {
	Name   string
	Limits []Limit

	code   string // of the refusal
	detail string // of the refusal; %s says when there is room
}

// The limits of asking for codes. They are told to who meets them.
var (
	addressLimits = []Limit{{3, 15 * time.Minute}, {10, 24 * time.Hour}}
	networkLimits = []Limit{{20, time.Hour}}
)

// What is told to who has asked for too many codes.
const (
	tooManyCodes = "too-many-codes"
	codesRefusal = "Too many codes were asked for. There is room for another one %s."
)

// Widths of a network: what one household or office usually has.
const (
	network4 = 24
	network6 = 56
)

// PerAddress is the bucket of an address, known here or not.
func PerAddress(email string) Bucket {
	address, _ := center.NormalizeEmail(email)
	return Bucket{"address/" + address, addressLimits, tooManyCodes, codesRefusal}
}

// PerNetwork is the bucket of the network an IP address is in. What is no IP
// address shares one bucket.
func PerNetwork(ip string) Bucket {
	name := "unknown"
	if at, err := netip.ParseAddr(ip); err == nil {
		at = at.Unmap().WithZone("")
		width := network6
		if at.Is4() {
			width = network4
		}
		if network, err := at.Prefix(width); err == nil {
			name = network.String()
		}
	}
	return Bucket{"network/" + name, networkLimits, tooManyCodes, codesRefusal}
}

const (
	attrMoments = "mo"
	attrMark    = "mk"
	// takeTries bounds how often a count that met another one begins again.
	takeTries = 6
)

// Take counts one more event, or is TooMany and says when there is room. The
// moments themselves are kept, so that no stretch of time, wherever it
// begins, holds more than the limit.
func (s *Store) Take(ctx context.Context, b Bucket) error {
	at := rateKey(b.Name)
	for range takeTries {
		it, err := s.get(ctx, at)
		if err != nil && !errors.Is(err, errAbsent) {
			return err
		}
		r := &reader{}
		if it != nil {
			r = open(it, kindRate)
		}
		now := s.now()
		moments := momentsOf(r, now.Add(-b.longest()))
		if r.err != nil {
			return r.err
		}
		if wait := b.wait(moments, now); wait > 0 {
			return b.tooMany(wait)
		}
		mark := rand.Text()
		err = s.apply(ctx, rateWrite(at, b, append(moments, now), r.num(attrVersion), mark))
		if !isRefusal(err) || wroteItself(err, mark) {
			return unlessRefused(err)
		}
	}
	return errBusy
}

// wroteItself tells a refusal that only means our first try was applied and
// its answer lost.
func wroteItself(err error, mark string) bool {
	var r *refusal
	return errors.As(err, &r) && (&reader{it: r.old}).text(attrMark) == mark
}

// longest is the stretch of time the bucket must remember.
func (b Bucket) longest() time.Duration {
	var longest time.Duration
	for _, l := range b.Limits {
		longest = max(longest, l.Within)
	}
	return longest
}

// momentsOf are the moments that still count: those after since.
func momentsOf(r *reader, since time.Time) []time.Time {
	var out []time.Time
	for _, v := range r.list(attrMoments) {
		n, ok := v.(*types.AttributeValueMemberN)
		if !ok {
			r.fail("has a moment that is none")
			return nil
		}
		if at := (&reader{it: item{"n": n}}).instant("n"); at.After(since) {
			out = append(out, at)
		}
	}
	return out
}

// wait is how long until there is room under every limit; 0 when there is.
func (b Bucket) wait(moments []time.Time, now time.Time) time.Duration {
	var longest time.Duration
	for _, l := range b.Limits {
		if len(moments) < l.Max {
			continue
		}
		// The stretch is full until its l.Max-th moment from the end leaves.
		leaves := moments[len(moments)-l.Max].Add(l.Within)
		longest = max(longest, leaves.Sub(now))
	}
	return longest
}

func rateWrite(at key, b Bucket, moments []time.Time, version int64, mark string) write {
	it := newItem(at, kindRate)
	list := make([]types.AttributeValue, len(moments))
	for i, m := range moments {
		n := item{}
		n.instant("n", m)
		list[i] = n["n"]
	}
	it[attrMoments] = &types.AttributeValueMemberL{Value: list}
	it.num(attrVersion, version+1)
	last := moments[len(moments)-1]
	it.text(attrMark, mark)
	it.num(attrTTL, last.Add(b.longest()+keepAfter).Unix())
	w := write{name: "rate", verb: put, at: at, item: it, condition: absent}
	if version > 0 {
		w.condition, w.values = "#n = :n", item{}
		w.values.num(":n", version)
	}
	return w
}

func (b Bucket) tooMany(wait time.Duration) error {
	seconds := int((wait + time.Second - 1) / time.Second)
	return &center.Error{Kind: center.TooMany, Code: b.code, Detail: fmt.Sprintf(b.detail, inAWhile((seconds+59)/60)), RetryAfter: seconds}
}

// inAWhile says a number of minutes as people do.
func inAWhile(minutes int) string {
	switch {
	case minutes <= 1:
		return "in a minute"
	case minutes < 120:
		return fmt.Sprintf("in %d minutes", minutes)
	}
	return fmt.Sprintf("in %d hours", (minutes+59)/60)
}
