package stripe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v85/webhook"

	standin "customercenter/infra/local/stripe"
	"customercenter/shared/processor"
)

// told waits for all notices and reads them as the receiver does, by type.
func (r *rig) told() map[string]processor.Event {
	r.t.Helper()
	r.quiet()
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string]processor.Event{}
	for _, s := range r.events {
		e, err := r.Event(s.body, s.signature, s.at)
		if err != nil {
			r.t.Fatalf("%v: %s", err, s.body)
		}
		if e.ID == "" || e.Created.IsZero() {
			r.t.Errorf("%+v", e)
		}
		e.ID, e.Created = "", time.Time{}
		out[e.Type] = e
	}
	r.events = nil
	return out
}

func TestNoticesNameWhatToLookAt(t *testing.T) {
	r := start(t)
	charge := r.charge("pay_1", string(r.stored(r.customer(), "pm_card_visa"))).ID
	r.confirm(charge)
	if err := r.service.Refund(charge, 100); err != nil {
		t.Fatal(err)
	}
	got := r.told()
	for kind, want := range map[string]processor.Event{
		"payment_intent.created":   {Object: charge, Tag: tag("pay_1")},
		"payment_intent.succeeded": {Object: charge, Tag: tag("pay_1")},
		"charge.refunded":          {Object: charge, Tag: tag("pay_1")},
		"refund.created":           {Object: charge},
		"charge.succeeded":         {},
		"customer.created":         {},
		"payment_method.attached":  {},
	} {
		want.Type = kind
		if diff := cmp.Diff(want, got[kind]); diff != "" {
			t.Error(diff)
		}
	}
	page := r.page("pay_2", false)
	r.enter(page.URL, "pm_usBankAccount_noAccount")
	r.pass(time.Hour)
	r.read(page.ID)
	left := r.page("pay_3", false)
	r.cancel(left.ID)
	got = r.told()
	inner := got["payment_intent.processing"].Object
	for kind, want := range map[string]processor.Event{
		"checkout.session.completed":            {Object: page.ID, Tag: tag("pay_2")},
		"checkout.session.async_payment_failed": {Object: page.ID, Tag: tag("pay_2")},
		"checkout.session.expired":              {Object: left.ID, Tag: tag("pay_3")},
		"payment_intent.payment_failed":         {Object: inner, Tag: tag("pay_2")},
	} {
		want.Type = kind
		if diff := cmp.Diff(want, got[kind]); diff != "" || !strings.HasPrefix(inner, "pi_") {
			t.Error(diff)
		}
	}
	setup, url := r.setup("s1", "")
	r.enter(url, "pm_card_visa")
	want := processor.Event{Type: "checkout.session.completed", Object: setup, Setup: true, Tag: processor.Tag{Account: account}}
	if diff := cmp.Diff(want, r.told()["checkout.session.completed"]); diff != "" {
		t.Error(diff)
	}
}

const body = `{"id":"evt_1","object":"event","api_version":"` + APIVersion + `","created":1772352000,"type":"payment_intent.succeeded",` +
	`"data":{"object":{"id":"pi_1","object":"payment_intent","metadata":{"account":"acc_1","payment":"pay_1"}}}}`

func TestOnlyStripesFreshNoticesAreRead(t *testing.T) {
	c := New(Options{WebhookSecrets: []string{"new", "", "old"}})
	now := beginning
	mac := func(secret string, at time.Time) string {
		return fmt.Sprintf("%x", webhook.ComputeSignature(at, []byte(body), secret))
	}
	header := func(secret string, at time.Time) string { return fmt.Sprintf("t=%d,v1=%s", at.Unix(), mac(secret, at)) }
	stale := now.Add(-SignatureAge - time.Second)
	for name, e := range map[string]struct{ body, header, code string }{
		"the newest secret":       {body, header("new", now), ""},
		"the former secret":       {body, header("old", now), ""},
		"at the edge":             {body, header("new", now.Add(-SignatureAge)), ""},
		"several signatures":      {body, fmt.Sprintf("t=%d,v0=00,v1=zz,v1=%s,v1=%s", now.Unix(), mac("else", now), mac("old", now)), ""},
		"spaces":                  {body, strings.ReplaceAll(header("new", now), ",", ", "), ""},
		"another secret":          {body, header("else", now), codeSignature},
		"a blank secret":          {body, header("", now), codeSignature},
		"too old":                 {body, header("new", stale), codeAge},
		"from the future":         {body, header("new", now.Add(SignatureAge+time.Second)), codeAge},
		"an old one made fresh":   {body, fmt.Sprintf("t=%d,v1=%s", now.Unix(), mac("new", stale)), codeSignature},
		"two times":               {body, fmt.Sprintf("t=%d,t=%d,v1=%s", now.Unix(), stale.Unix(), mac("new", stale)), codeSignature},
		"two times, turned round": {body, fmt.Sprintf("t=%d,t=%d,v1=%s", stale.Unix(), now.Unix(), mac("new", stale)), codeSignature},
		"a changed body":          {body + " ", header("new", now), codeSignature},
		"the scheme of tests":     {body, strings.ReplaceAll(header("new", now), "v1=", "v0="), codeSignature},
		"no time":                 {body, "v1=" + mac("new", now), codeSignature},
		"no number":               {body, "t=now,v1=" + mac("new", now), codeSignature},
		"no header":               {body, "", codeSignature},
	} {
		got, err := c.Event([]byte(e.body), e.header, now)
		if e.code != "" {
			t.Log(name)
			fails(t, err, processor.Refused, e.code)
			continue
		}
		want := processor.Event{ID: "evt_1", Type: "payment_intent.succeeded", Object: "pi_1", Tag: tag("pay_1"), Created: beginning}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
	if _, err := New(Options{}).Event([]byte(body), header("", now), now); err == nil {
		t.Error("without a secret, a notice was read")
	}
}

func TestNoticesOfAnotherShapeAreRefused(t *testing.T) {
	c := New(Options{WebhookSecrets: []string{testSecret}})
	for change, code := range map[[2]string]string{
		{APIVersion, "2027-01-01.dahlia"}:           "",
		{APIVersion, "2026-09-30.elderflower"}:      codeVersion,
		{APIVersion, "2024-06-20"}:                  codeVersion,
		{`"object":"event"`, `"object":"v2.event"`}: codeBody,
		{`"evt_1"`, `""`}:                           codeBody,
		{`"data":{`, `"data":[{`}:                   codeBody,
	} {
		changed := []byte(strings.Replace(body, change[0], change[1], 1))
		_, err := c.Event(changed, standin.Sign(changed, testSecret, beginning), beginning)
		if code == "" && err != nil {
			t.Errorf("%s: %v", change[1], err)
		} else if code != "" {
			t.Log(change[1])
			fails(t, err, processor.Refused, code)
		}
	}
}

func TestRefundsNameTheirIntentHoweverItStands(t *testing.T) {
	for raw, want := range map[string]string{`"pi_1"`: "pi_1", `{"id":"pi_1"}`: "pi_1", `null`: "", `7`: "", ``: "", `{`: ""} {
		if got := (subject{PaymentIntent: []byte(raw)}).intent(); got != want {
			t.Errorf("%s: %q", raw, got)
		}
	}
}

// Whatever is sent, a notice that no secret has signed is refused, and one that
// is signed never stops the receiver.
func FuzzEvent(f *testing.F) {
	f.Add([]byte(body), fmt.Sprintf("t=%d,v1=00", beginning.Unix()))
	f.Add([]byte(`{"id":"e","object":"event","type":"refund.created","api_version":"x.dahlia","data":{"object":{"payment_intent":{}}}}`), "t=1,t=2")
	f.Add([]byte(`[]`), "v1=,t=-1,=")
	c := New(Options{WebhookSecrets: []string{testSecret}})
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		if e, err := c.Event(body, header, beginning); err == nil {
			t.Errorf("read %+v", e)
		}
		e, err := c.Event(body, standin.Sign(body, testSecret, beginning), beginning)
		if err == nil && e.ID == "" {
			t.Errorf("read %+v", e)
		}
	})
}
