package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
)

func TestMain(m *testing.M) {
	functiontest.ManyAtOnce()
	os.Exit(functiontest.RunAndCountRights(m, "receive-mail-feedback"))
}

// post is the function with its world around it.
type post struct {
	*functiontest.World
	t   *testing.T
	log *bytes.Buffer
}

func newPost(t *testing.T) *post {
	return &post{World: functiontest.New(t), t: t, log: &bytes.Buffer{}}
}

// letter puts a letter to a person and claims it, as the mailer does before
// it sends.
func (p *post) letter(kind center.LetterKind, to functiontest.Person) string {
	p.t.Helper()
	l := center.Letter{ID: session.NewID(), Kind: kind, To: string(to), Account: functiontest.AccountOf(to),
		Contact: center.ContactIDOf(string(to)), CreatedAt: p.Now()}
	if err := p.Store.PutLetter(p.t.Context(), l); err != nil {
		p.t.Fatal(err)
	}
	if _, claimed, err := p.Store.ClaimLetter(p.t.Context(), l.ID, "mailer"); err != nil || !claimed {
		p.t.Fatal(claimed, err)
	}
	return l.ID
}

// tell gives the function one event of the mail service, through the door
// Lambda uses; ok is false when the event would come again.
func (p *post) tell(event map[string]any) (ok bool) {
	p.t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		p.t.Fatal(err)
	}
	envelope, err := json.Marshal(map[string]any{"Records": []any{map[string]any{"EventSource": "aws:sns",
		"Sns": map[string]any{"MessageId": "sns-1", "Message": string(text)}}}})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.receive(envelope)
}

func (p *post) receive(envelope []byte) (ok bool) {
	s, _ := p.Function("receive-mail-feedback")
	door := jobs.Door{Now: p.Now, Log: slog.New(slog.NewJSONHandler(p.log, nil)), Measure: session.Measure}
	_, err := lambda.NewHandler(jobs.Topic(door, handler{store: s}.receiveMailFeedback)).Invoke(context.Background(), envelope)
	return err == nil
}

// event is an event of a letter, with what it says of that kind.
func (p *post) event(eventType, letter string, kind center.LetterKind, field string, detail map[string]any) map[string]any {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["timestamp"] = p.Now().Format(time.RFC3339)
	return map[string]any{"eventType": eventType, field: detail, "mail": map[string]any{"messageId": "ses-1", "timestamp": p.Now().Format(time.RFC3339),
		"tags": map[string]any{"letter": []string{letter}, "kind": []string{string(kind)}}}}
}

func (p *post) bounce(letter, bounceType string, to ...functiontest.Person) map[string]any {
	return p.event("Bounce", letter, center.LetterPaymentReceipt, "bounce", map[string]any{"bounceType": bounceType, "bouncedRecipients": recipients(to)})
}

func (p *post) complaint(letter string, to functiontest.Person) map[string]any {
	return p.event("Complaint", letter, center.LetterPaymentReceipt, "complaint",
		map[string]any{"complaintFeedbackType": "abuse", "complainedRecipients": recipients([]functiontest.Person{to})})
}

func (p *post) delivery(letter string, kind center.LetterKind, to functiontest.Person) map[string]any {
	return p.event("Delivery", letter, kind, "delivery", map[string]any{"recipients": []string{string(to)}})
}

func recipients(people []functiontest.Person) (out []map[string]string) {
	for _, p := range people {
		out = append(out, map[string]string{"emailAddress": string(p), "diagnosticCode": "smtp; 550 5.1.1 user unknown"})
	}
	return out
}

func (p *post) state(letter string) center.Letter {
	p.t.Helper()
	l, err := p.Store.Letter(p.t.Context(), letter)
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

// reach is what is known of a person's address, which the address and the
// account's contacts must say alike.
func (p *post) reach(who functiontest.Person) center.ReachReason {
	p.t.Helper()
	known, err := p.Store.Reach(p.t.Context(), string(who))
	if err != nil {
		p.t.Fatal(err)
	}
	people, err := p.Store.In(center.Actor{Account: functiontest.AccountOf(who)}).Contacts(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range people {
		if c.Email == string(who) && c.Reach != known {
			p.t.Errorf("%s: the address says %+v, the contact %+v", who, known, c.Reach)
		}
	}
	return known.Reason
}

func (p *post) health() center.MailHealth {
	p.t.Helper()
	h, err := p.Store.MailHealth(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

const receipt = center.LetterPaymentReceipt

func TestAnyWordOfTheServiceEndsTheDoubtWhetherALetterLeft(t *testing.T) {
	for name, event := range map[string]func(p *post, letter string) map[string]any{
		"sent":      func(p *post, l string) map[string]any { return p.event("Send", l, receipt, "send", nil) },
		"delivered": func(p *post, l string) map[string]any { return p.delivery(l, receipt, functiontest.Payables) },
		"delayed": func(p *post, l string) map[string]any {
			return p.event("DeliveryDelay", l, receipt, "deliveryDelay", nil)
		},
		"bounced": func(p *post, l string) map[string]any { return p.bounce(l, "Permanent", functiontest.Payables) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t)
			letter := p.letter(receipt, functiontest.Payables)
			if !p.tell(event(p, letter)) {
				t.Fatal(p.log)
			}
			if l := p.state(letter); l.State != center.LetterSent || l.MessageID != "ses-1" {
				t.Errorf("the letter is %s, %q", l.State, l.MessageID)
			}
		})
	}
}

func TestALetterThatTheServiceNeverSentHasFailed(t *testing.T) {
	p := newPost(t)
	letter := p.letter(receipt, functiontest.Payables)
	p.tell(p.event("Send", letter, receipt, "send", nil))
	p.tell(p.event("Reject", letter, receipt, "reject", map[string]any{"reason": "Bad content"}))
	if l := p.state(letter); l.State != center.LetterFailed {
		t.Errorf("the letter is %s", l.State)
	}
	other := p.letter(receipt, functiontest.Payables)
	p.tell(p.event("Rendering Failure", other, receipt, "failure", map[string]any{"errorMessage": "no name"}))
	if l := p.state(other); l.State != center.LetterFailed || p.reach(functiontest.Payables) != "" {
		t.Errorf("the letter is %s; a letter of ours that cannot be sent says nothing of the address", l.State)
	}
}

func TestOnlyTheAddressThatBouncedIsHeldBack(t *testing.T) {
	p := newPost(t)
	letter := p.letter(receipt, functiontest.Payables)
	event := p.bounce(letter, "Permanent", functiontest.Payables)
	event["mail"].(map[string]any)["destination"] = []string{string(functiontest.Payables), string(functiontest.Primary), string(functiontest.Executive)}
	p.tell(event)
	for who, want := range map[functiontest.Person]center.ReachReason{functiontest.Payables: center.ReachBounced, functiontest.Primary: "", functiontest.Executive: "", functiontest.Stranger: ""} {
		if got := p.reach(who); got != want {
			t.Errorf("%s is %q, want %q", who, got, want)
		}
	}
	m, err := p.Store.Membership(t.Context(), functiontest.AccountOf(functiontest.Payables), center.ContactIDOf(string(functiontest.Payables)))
	if err != nil || !m.Contact.Reach.Unreachable() {
		t.Errorf("the one read of each request does not tell it: %+v, %v", m.Contact, err)
	}
	if strings.Contains(p.log.String(), "najd.example") {
		t.Errorf("the log tells an address: %s", p.log)
	}
}

func TestABounceForNowHoldsNobodyBack(t *testing.T) {
	p := newPost(t)
	for _, bounceType := range []string{"Transient", "Undetermined"} {
		p.tell(p.bounce(p.letter(receipt, functiontest.Payables), bounceType, functiontest.Payables))
	}
	if got := p.reach(functiontest.Payables); got != "" || p.health().Bounced != 0 {
		t.Errorf("held back as %q; %+v", got, p.health())
	}
}

func TestWhoComplainsGetsNoMoreAndWhoSaysNoSpamDoes(t *testing.T) {
	p := newPost(t)
	p.tell(p.complaint(p.letter(receipt, functiontest.Payables), functiontest.Payables))
	friendly := p.complaint(p.letter(receipt, functiontest.Primary), functiontest.Primary)
	friendly["complaint"].(map[string]any)["complaintFeedbackType"] = "not-spam"
	p.tell(friendly)
	if p.reach(functiontest.Payables) != center.ReachComplained || p.reach(functiontest.Primary) != "" || p.health().Complained != 1 {
		t.Errorf("%q, %q, %+v", p.reach(functiontest.Payables), p.reach(functiontest.Primary), p.health())
	}
}

// A code is all that goes to an address that bounced. One that arrives shows
// that its owner has put the mailbox right.
func TestACodeThatArrivesBringsAnAddressBack(t *testing.T) {
	p := newPost(t)
	p.tell(p.bounce(p.letter(receipt, functiontest.Payables), "Permanent", functiontest.Payables))
	late := p.delivery(p.letter(center.LetterSignInCode, functiontest.Payables), center.LetterSignInCode, functiontest.Payables)
	late["delivery"].(map[string]any)["timestamp"] = p.Now().Add(-time.Hour).Format(time.RFC3339)
	p.tell(late)
	if p.reach(functiontest.Payables) != center.ReachBounced {
		t.Error("a delivery from before the bounce brings the address back")
	}
	p.Pass(time.Hour)
	p.tell(p.delivery(p.letter(center.LetterSignInCode, functiontest.Payables), center.LetterSignInCode, functiontest.Payables))
	if got := p.reach(functiontest.Payables); got != "" {
		t.Errorf("still %q", got)
	}
	p.tell(p.complaint(p.letter(receipt, functiontest.Primary), functiontest.Primary))
	p.Pass(time.Hour)
	p.tell(p.delivery(p.letter(center.LetterSignInCode, functiontest.Primary), center.LetterSignInCode, functiontest.Primary))
	if p.reach(functiontest.Primary) != center.ReachComplained {
		t.Error("a code that arrives is no leave to write other letters to who complained")
	}
}

func TestEventsThatComeTwiceOrLateChangeAndCountNothing(t *testing.T) {
	p := newPost(t)
	letter := p.letter(receipt, functiontest.Payables)
	send, delivery, complaint := p.event("Send", letter, receipt, "send", nil), p.delivery(letter, receipt, functiontest.Payables), p.complaint(letter, functiontest.Payables)
	for _, event := range []map[string]any{delivery, complaint, send, delivery, complaint, complaint, send} {
		if !p.tell(event) {
			t.Fatal(p.log)
		}
	}
	if got, want := p.health(), (center.MailHealth{Delivered: 1, Complained: 1}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if l := p.state(letter); l.State != center.LetterSent {
		t.Errorf("the letter is %s", l.State)
	}
}

func TestCountsOfOlderDaysDoNotMatterAnyMore(t *testing.T) {
	p := newPost(t)
	for range 3 {
		p.tell(p.delivery(p.letter(receipt, functiontest.Payables), receipt, functiontest.Payables))
		p.Pass(24 * time.Hour)
	}
	if got := p.health().Delivered; got != 3 {
		t.Errorf("%d letters of the last days", got)
	}
	p.Pass((center.MailHealthDays - 2) * 24 * time.Hour)
	if got := p.health().Delivered; got != 1 {
		t.Errorf("%d letters, want that of the third day alone", got)
	}
}

func TestWhatSaysNothingIsPassedOver(t *testing.T) {
	p := newPost(t)
	for _, event := range []map[string]any{
		{}, {"eventType": "Open", "mail": map[string]any{"messageId": "m"}}, {"eventType": "Send", "mail": map[string]any{"messageId": "m"}},
		p.event("Send", strings.Repeat("ab", 16), receipt, "send", nil), // a letter that is not here any more
	} {
		if !p.tell(event) {
			t.Errorf("%v would come again for ever", event)
		}
	}
	stray := p.bounce("", "Permanent", functiontest.Payables, functiontest.Nobody)
	if !p.tell(stray) || p.reach(functiontest.Payables) != center.ReachBounced || p.reach(functiontest.Nobody) != center.ReachBounced {
		t.Error("an address that bounced is held back, whatever mail it was that did")
	}
}

func TestTheEventOnFileIsTaken(t *testing.T) {
	p := newPost(t)
	text, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "receive-mail-feedback.json"))
	if err != nil {
		t.Fatal(err)
	}
	letter := p.letter(center.LetterSignInCode, functiontest.Primary)
	if !p.receive(bytes.ReplaceAll(text, []byte("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), []byte(letter))) || p.state(letter).State != center.LetterSent {
		t.Errorf("%s", p.log)
	}
}

// Whatever call to the table fails, and however, the event comes again and
// ends where it would have.
func TestNoWordOfABounceIsLost(t *testing.T) {
	faults := map[string]cloudtest.Fault{
		"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore,
	}
	count := newPost(t)
	event := count.bounce(count.letter(receipt, functiontest.Payables), "Permanent", functiontest.Payables)
	count.Cloud.Wire.Fail(nil)
	count.tell(event)
	for name, fault := range faults {
		for call := range count.Cloud.Wire.Calls() {
			t.Run(fmt.Sprintf("call %d %s", call, name), func(t *testing.T) {
				t.Parallel()
				p := newPost(t)
				letter := p.letter(receipt, functiontest.Payables)
				event := p.bounce(letter, "Permanent", functiontest.Payables)
				p.Cloud.Wire.FailAt(call, fault)
				ok := p.tell(event)
				p.Cloud.Wire.Fail(nil)
				if !ok && !p.tell(event) {
					t.Errorf("the second try fails: %s", p.log)
				}
				if p.state(letter).State != center.LetterSent || p.reach(functiontest.Payables) != center.ReachBounced || p.health().Bounced != 1 {
					t.Errorf("%s, %q, %+v", p.state(letter).State, p.reach(functiontest.Payables), p.health())
				}
			})
		}
	}
}

// The examples of Amazon's own pages, where they are at hand, with our people
// in the place of theirs: who bounced or complained is held back, nobody else
// the mail went to.
func TestTheExamplesOfAmazonDoWhatTheyShould(t *testing.T) {
	dir := os.Getenv("CENTER_DATA")
	if dir == "" {
		dir = filepath.Join(functiontest.Root(), "..", "shared", "data")
	}
	jane, mary, richard := functiontest.Primary, functiontest.Payables, functiontest.Executive
	names := strings.NewReplacer("jane@example.com", string(jane), "mary@example.com", string(mary), "richard@example.com", string(richard))
	for file, want := range map[string]map[functiontest.Person]center.ReachReason{
		"amazon-sns-delivery-notification-example":         {},
		"bounce-notification-with-a-dsn":                   {jane: center.ReachBounced},
		"bounce-notification-without-a-dsn":                {jane: center.ReachBounced, richard: center.ReachBounced},
		"complaint-notification-with-a-feedback-report":    {richard: center.ReachComplained},
		"complaint-notification-without-a-feedback-report": {richard: center.ReachComplained},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "events", "ses-feedback", file+".json"))
			if err != nil {
				t.Skip("the shared data is not at hand; CENTER_DATA names it")
			}
			p := newPost(t)
			var event map[string]any
			if err := json.Unmarshal([]byte(names.Replace(string(text))), &event); err != nil {
				t.Fatal(err)
			}
			for range 2 { // events may come twice
				if !p.tell(event) {
					t.Fatalf("comes again: %s", p.log)
				}
			}
			for _, who := range []functiontest.Person{jane, mary, richard} {
				if got := p.reach(who); got != want[who] {
					t.Errorf("%s: %q, want %q", who, got, want[who])
				}
			}
		})
	}
}
