package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/local/ses"
	"customercenter/shared/center"
)

const eventOf = `"mail":{"timestamp":"2026-11-22T06:00:00.000Z","messageId":"m-1","destination":["a@b.example","c@d.example"],` +
	`"tags":{"letter":["0f1e"],"kind":["payment-receipt"],"ses:from-domain":["vendor.example"]}}`

func TestEventsOfSESAreRead(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 5, 0, time.UTC)
	base := Event{Letter: "0f1e", Of: "payment-receipt", MessageID: "m-1", At: at}
	with := func(change func(*Event)) Event {
		e := base
		change(&e)
		return e
	}
	for name, c := range map[string]struct {
		text string
		want Event
	}{
		"sent": {`{"eventType":"Send",` + eventOf + `,"send":{}}`, with(func(e *Event) { e.Kind, e.At = EventSend, at.Add(-5*time.Second) })},
		"delivered": {`{"eventType":"Delivery",` + eventOf + `,"delivery":{"timestamp":"2026-11-22T06:00:05Z","recipients":["a@b.example"],"smtpResponse":"250 ok"}}`,
			with(func(e *Event) { e.Kind, e.Recipients, e.Diagnosis = EventDelivery, []string{"a@b.example"}, "250 ok" })},
		"delayed": {`{"eventType":"DeliveryDelay",` + eventOf + `,"deliveryDelay":{"timestamp":"2026-11-22T06:00:05Z","delayType":"MailboxFull","delayedRecipients":[{"emailAddress":"a@b.example"}]}}`,
			with(func(e *Event) { e.Kind, e.Recipients, e.Diagnosis = EventDelay, []string{"a@b.example"}, "MailboxFull" })},
		"bounced for good": {`{"eventType":"Bounce",` + eventOf + `,"bounce":{"timestamp":"2026-11-22T06:00:05Z","bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":"a@b.example","diagnosticCode":"smtp; 550 5.1.1"}]}}`,
			with(func(e *Event) {
				e.Kind, e.Permanent, e.Recipients, e.Diagnosis = EventBounce, true, []string{"a@b.example"}, "smtp; 550 5.1.1"
			})},
		"bounced for now": {`{"eventType":"Bounce",` + eventOf + `,"bounce":{"timestamp":"2026-11-22T06:00:05Z","bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"a@b.example"}]}}`,
			with(func(e *Event) {
				e.Kind, e.Recipients, e.Diagnosis = EventBounce, []string{"a@b.example"}, "MailboxFull"
			})},
		"held back by SES": {`{"eventType":"Bounce",` + eventOf + `,"bounce":{"timestamp":"2026-11-22T06:00:05Z","bounceType":"Permanent","bounceSubType":"OnAccountSuppressionList","bouncedRecipients":[{"emailAddress":"a@b.example"}]}}`,
			with(func(e *Event) {
				e.Kind, e.Permanent, e.Suppressed, e.Recipients, e.Diagnosis = EventBounce, true, true, []string{"a@b.example"}, "OnAccountSuppressionList"
			})},
		"unwelcome": {`{"eventType":"Complaint",` + eventOf + `,"complaint":{"timestamp":"2026-11-22T06:00:05Z","complaintSubType":null,"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"a@b.example"}]}}`,
			with(func(e *Event) {
				e.Kind, e.Unwelcome, e.Recipients, e.Diagnosis = EventComplaint, true, []string{"a@b.example"}, "abuse"
			})},
		"said to be no spam": {`{"eventType":"Complaint",` + eventOf + `,"complaint":{"timestamp":"2026-11-22T06:00:05Z","complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":"a@b.example"}]}}`,
			with(func(e *Event) {
				e.Kind, e.Recipients, e.Diagnosis = EventComplaint, []string{"a@b.example"}, "not-spam"
			})},
		"rejected": {`{"eventType":"Reject",` + eventOf + `,"reject":{"reason":"Bad content"}}`,
			with(func(e *Event) { e.Kind, e.At, e.Diagnosis = EventReject, at.Add(-5*time.Second), "Bad content" })},
		"not rendered": {`{"eventType":"Rendering Failure",` + eventOf + `,"failure":{"templateName":"t","errorMessage":"no name"}}`,
			with(func(e *Event) { e.Kind, e.At, e.Diagnosis = EventRendering, at.Add(-5*time.Second), "no name" })},
		"opened": {`{"eventType":"Open",` + eventOf + `,"open":{}}`,
			with(func(e *Event) { e.Kind, e.At, e.Diagnosis = EventOther, at.Add(-5*time.Second), "Open" })},
	} {
		got, err := ReadEvent([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestWhatIsNoEventIsRefused(t *testing.T) {
	for _, text := range []string{"", "null", "[]", `"Bounce"`, `{}`, `{"eventType":"Send"}`, `{"eventType":7,"mail":{"messageId":"m"}}`, `{"mail":{"messageId":"m"}}`, "\xff"} {
		if e, err := ReadEvent([]byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, e)
		}
	}
	e, err := ReadEvent([]byte(`{"eventType":"Send","mail":{"messageId":"m","tags":{"letter":["M#../../x"]}}}`))
	if err != nil || e.Letter != "" {
		t.Errorf("a tag that is no letter's id is taken for one: %+v, %v", e, err)
	}
	long, err := ReadEvent([]byte(`{"eventType":"Reject","mail":{"messageId":"m"},"reject":{"reason":"` + strings.Repeat("ن", 5000) + `"}}`))
	if err != nil || len(long.Diagnosis) > maxDiagnosis+4 || !strings.HasSuffix(long.Diagnosis, "ن…") {
		t.Errorf("%d bytes of what a server said are kept: %v", len(long.Diagnosis), err)
	}
}

// The examples of Amazon's own pages, where they are at hand: notifications of
// an identity.
func TestExamplesOfAmazonAreRead(t *testing.T) {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "events", "ses-feedback", "*.json"))
	if len(files) == 0 {
		t.Skip("the shared data is not at hand; CENTER_DATA names it")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		e, err := ReadEvent(text)
		if err != nil || e.Kind == EventOther || len(e.Recipients) == 0 || e.At.IsZero() || e.Letter != "" {
			t.Errorf("%s: %+v, %v", filepath.Base(file), e, err)
		}
		if strings.HasPrefix(filepath.Base(file), "bounce-notification-without") && !cmp.Equal(e.Recipients, []string{"jane@example.com", "richard@example.com"}) {
			t.Errorf("%s is about %q; mary did not bounce", filepath.Base(file), e.Recipients)
		}
	}
}

// What our own stand-in publishes reads as what SES would.
func TestEventsOfTheStandInAreRead(t *testing.T) {
	events := make(chan Event, 10)
	mailbox, err := ses.Open(t.TempDir(), ses.Options{Verified: []string{"example.com"}, ConfigurationSets: []string{"center-mail"},
		Feedback: feedbackTo(t, events)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mailbox.Close() })
	p := serve(t, mailbox)
	for to, want := range map[string][]EventKind{
		"huda@najd.example":                       {EventSend, EventDelivery},
		"bounce@simulator.amazonses.com":          {EventSend, EventBounce},
		"complaint@simulator.amazonses.com":       {EventSend, EventDelivery, EventComplaint},
		"suppressionlist@simulator.amazonses.com": {EventSend, EventBounce},
	} {
		l := codeLetter("en")
		l.To = to
		if _, err := p.Send(t.Context(), compose(t, l, viewFor(t, l))); err != nil {
			t.Fatal(err)
		}
		for _, kind := range want {
			e := <-events
			if e.Kind != kind || e.Letter != letter1 || e.Of != string(center.LetterSignInCode) || e.Kind != EventSend && !cmp.Equal(e.Recipients, []string{to}) {
				t.Errorf("mail to %s: %+v, want %s", to, e, kind)
			}
		}
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(`{"eventType":"Send",` + eventOf + `}`))
	f.Add([]byte(`{"notificationType":"Bounce",` + eventOf + `,"bounce":{"bouncedRecipients":null}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ReadEvent(text)
		if err == nil && (e.Kind == "" || e.MessageID == "" || len(e.Diagnosis) > maxDiagnosis+4) {
			t.Errorf("%+v", e)
		}
	})
}
