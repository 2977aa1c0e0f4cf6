package stripe

import (
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"

	"customercenter/shared/processor"
)

// SignatureAge is how far the time of a signature may be from now, either way.
const SignatureAge = webhook.DefaultTolerance

// The codes of notices that are refused.
const (
	codeSignature = "bad_signature"
	codeAge       = "signature_too_old"
	codeVersion   = "other_api_version"
	codeBody      = "unreadable_event"
)

// notice is what is read of an event; the rest is fetched anew.
type notice struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	Type       string `json:"type"`
	Created    int64  `json:"created"`
	APIVersion string `json:"api_version"`
	Data       struct {
		Object subject `json:"object"`
	} `json:"data"`
}

// subject is what an event is about.
type subject struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Mode          string            `json:"mode"`
	Metadata      map[string]string `json:"metadata"`
	PaymentIntent json.RawMessage   `json:"payment_intent"` // an id, or the object
}

// Event implements processor.Processor. The library's own check takes the time
// from the machine's clock.
func (c *Client) Event(body []byte, signature string, now time.Time) (processor.Event, error) {
	signed, err := c.verify(body, signature)
	if err != nil {
		return processor.Event{}, refused(codeSignature, err)
	}
	if age := now.Sub(signed); age > SignatureAge || age < -SignatureAge {
		return processor.Event{}, refused(codeAge, fmt.Errorf("stripe: signed %s ago", age))
	}
	var n notice
	if err := json.Unmarshal(body, &n); err != nil || n.Object != "event" || n.ID == "" {
		return processor.Event{}, refused(codeBody, errors.New("stripe: a notice that can not be read"))
	}
	if train(n.APIVersion) != train(APIVersion) {
		return processor.Event{}, refused(codeVersion, fmt.Errorf("stripe: a notice of API version %q, not %q", n.APIVersion, APIVersion))
	}
	e := processor.Event{ID: n.ID, Type: n.Type, Created: at(n.Created)}
	e.Object, e.Setup = concerned(n.Type, n.Data.Object)
	if e.Object != "" {
		e.Tag = c.tagOf(n.Data.Object.Metadata)
	}
	return e, nil
}

// verify answers when the body was signed. Each signature is held against each
// secret, so that the time it takes tells nothing.
func (c *Client) verify(body []byte, header string) (time.Time, error) {
	at, signatures, err := readSignature(header)
	if err != nil {
		return time.Time{}, err
	}
	good := false
	for _, secret := range c.secrets {
		want := webhook.ComputeSignature(at, body, secret)
		for _, s := range signatures {
			if hmac.Equal(want, s) {
				good = true
			}
		}
	}
	if !good {
		return time.Time{}, errors.New("stripe: no signature of ours")
	}
	return at, nil
}

// maxSignatures bounds what a stranger can make us compute.
const maxSignatures = 8

// readSignature reads "t=1700000000,v1=6f…,v1=…"; other parts are skipped. A
// second time would leave open which one was signed.
func readSignature(header string) (at time.Time, signatures [][]byte, err error) {
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			seconds, err := strconv.ParseInt(value, 10, 64)
			if err != nil || seconds <= 0 || !at.IsZero() {
				return time.Time{}, nil, errors.New("stripe: a signature without its time")
			}
			at = time.Unix(seconds, 0)
		case "v1":
			if s, err := hex.DecodeString(value); err == nil && len(signatures) < maxSignatures {
				signatures = append(signatures, s)
			}
		}
	}
	if at.IsZero() || len(signatures) == 0 {
		return time.Time{}, nil, errors.New("stripe: no signature")
	}
	return at, signatures, nil
}

// train is the part of an API version that says whether objects look alike.
func train(version string) string {
	_, name, _ := strings.Cut(version, ".")
	return name
}

// concerned is the object that an event of a kind asks to look at.
func concerned(kind string, s subject) (object string, setup bool) {
	switch {
	case strings.HasPrefix(kind, "payment_intent."):
		return s.ID, false
	case strings.HasPrefix(kind, "checkout.session."):
		return s.ID, s.Mode == "setup"
	case kind == "charge.refunded", kind == "charge.refund.updated", strings.HasPrefix(kind, "refund."), strings.HasPrefix(kind, "charge.dispute."):
		return s.intent(), false
	}
	return "", false
}

func (s subject) intent() string {
	var id string
	if json.Unmarshal(s.PaymentIntent, &id) == nil {
		return id
	}
	var whole subject
	_ = json.Unmarshal(s.PaymentIntent, &whole) // what is neither has no id
	return whole.ID
}
