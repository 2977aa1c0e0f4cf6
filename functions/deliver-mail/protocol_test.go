package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	proof "customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/mail"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// notice puts a letter that nobody waits for.
func (o *office) notice(to functiontest.Person) string {
	o.t.Helper()
	l := center.Letter{ID: session.NewID(), Kind: center.LetterNewDevice, To: string(to), Account: functiontest.AccountOf(to),
		Contact: center.ContactIDOf(string(to)), Params: map[string]string{"agent": "Firefox/145.0"}, CreatedAt: o.Now()}
	if err := o.Store.PutLetter(o.t.Context(), l); err != nil {
		o.t.Fatal(err)
	}
	return l.ID
}

// sweep runs one tick.
func (o *office) sweep() error {
	o.t.Helper()
	_, err := o.handler().sweepMail(context.Background())
	return err
}

// events tells what SES would of every mail that left.
func (o *office) events() {
	o.t.Helper()
	for i, m := range o.out.sent {
		if _, err := o.Store.LetterHeard(o.t.Context(), m.Letter, store.Heard{Fate: store.FateTaken, MessageID: fmt.Sprintf("ses-%d", i+1)}); err != nil {
			o.t.Fatal(err)
		}
	}
}

var (
	lostAnswer = &mail.SendError{Outcome: mail.Unknown, Err: errors.New("timeout")}
	throttled  = &mail.SendError{Outcome: mail.Postponed, Code: "Throttling", Err: &smithy.GenericAPIError{Code: "Throttling", Message: "Maximum sending rate exceeded."}}
	quotaSpent = &mail.SendError{Outcome: mail.Postponed, Code: "Throttling", Err: &smithy.GenericAPIError{Code: "Throttling", Message: "Daily message quota exceeded."}}
)

func TestALostAnswerIsEndedByItsEvent(t *testing.T) {
	o := newOffice(t)
	o.out.errs = []error{lostAnswer}
	letter := o.notice(functiontest.Payables)
	if !o.deliver(letter, "1") || o.state(letter) != center.LetterSending {
		t.Fatalf("%s: %s", o.state(letter), o.log)
	}
	o.deliver(letter, "1") // the record comes again
	o.Pass(59 * time.Minute)
	if err := o.sweep(); err != nil || len(o.out.sent) != 1 {
		t.Fatalf("%d mails before anything is known; %v", len(o.out.sent), err)
	}
	o.events()
	o.Pass(24 * time.Hour)
	if err := o.sweep(); err != nil || o.state(letter) != center.LetterSent || len(o.out.sent) != 1 {
		t.Errorf("%s, %d mails, %v", o.state(letter), len(o.out.sent), err)
	}
}

func TestAnEventThatComesLateStillEndsTheDoubt(t *testing.T) {
	o := newOffice(t)
	o.out.errs = []error{lostAnswer}
	letter := o.notice(functiontest.Payables)
	o.deliver(letter, "1")
	l, err := o.Store.Letter(t.Context(), letter)
	if err != nil {
		t.Fatal(err)
	}
	o.Pass(center.LetterGrace)
	if err := o.Store.LetterSilent(t.Context(), letter, l.Owner); err != nil { // a sweep that ends here
		t.Fatal(err)
	}
	o.events()
	if err := o.sweep(); err != nil || o.state(letter) != center.LetterSent || len(o.out.sent) != 1 {
		t.Errorf("%s, %d mails, %v", o.state(letter), len(o.out.sent), err)
	}
}

func TestALetterWithoutAWordIsSentAgainAndThenGivenUp(t *testing.T) {
	o := newOffice(t)
	o.out.errs = []error{lostAnswer, lostAnswer, lostAnswer, lostAnswer}
	letter := o.notice(functiontest.Payables)
	o.deliver(letter, "1")
	for range 5 {
		o.Pass(center.LetterGrace)
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	if o.state(letter) != center.LetterFailed || len(o.out.sent) != center.LetterTries {
		t.Errorf("%s after %d sendings", o.state(letter), len(o.out.sent))
	}
}

func TestAThrottledLetterWaitsAndItsTryDoesNotCount(t *testing.T) {
	o := newOffice(t)
	for range 10 {
		o.out.errs = append(o.out.errs, throttled)
	}
	letter := o.notice(functiontest.Payables)
	if !o.deliver(letter, "1") || o.state(letter) != center.LetterPending {
		t.Fatalf("%s: %s", o.state(letter), o.log)
	}
	if err := o.sweep(); err != nil || len(o.out.errs) != 9 {
		t.Fatalf("sent again at once: %v", err)
	}
	for range 10 {
		o.Pass(time.Minute)
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	if o.state(letter) != center.LetterSent || len(o.out.sent) != 1 {
		t.Errorf("%s, %d mails", o.state(letter), len(o.out.sent))
	}
}

func TestASpentQuotaLosesNothingAndTellsSomebody(t *testing.T) {
	o := newOffice(t)
	const letters = 12
	for range letters {
		o.out.errs = append(o.out.errs, throttled)
	}
	var ids []string
	for n := range letters {
		ids = append(ids, o.notice(functiontest.Payables))
		o.deliver(ids[n], fmt.Sprint(n))
	}
	o.out.errs = nil
	for range letters { // more than one tick meets
		o.out.errs = append(o.out.errs, quotaSpent)
	}
	o.Pass(time.Minute)
	if err := o.sweep(); !errors.Is(err, errQuotaSpent) || len(o.out.sent) != 0 {
		t.Fatalf("the tick must fail for the alarm: %v, %d mails", err, len(o.out.sent))
	}
	o.out.errs = nil
	for range 3 {
		o.Pass(15 * time.Minute)
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		if o.state(id) != center.LetterSent {
			t.Errorf("%s is %s", id, o.state(id))
		}
	}
	if len(o.out.sent) != letters {
		t.Errorf("%d mails for %d letters", len(o.out.sent), letters)
	}
}

func TestAnAddressThatTakesNoLettersGetsCodesAlone(t *testing.T) {
	for reason, kind := range map[center.ReachReason]string{center.ReachBounced: "bounced", center.ReachComplained: "complained"} {
		t.Run(kind, func(t *testing.T) {
			o := newOffice(t)
			if _, err := o.Store.HearOf(t.Context(), string(functiontest.Payables), center.Reach{Reason: reason, At: o.Now()}); err != nil {
				t.Fatal(err)
			}
			letter, other := o.notice(functiontest.Payables), o.notice(functiontest.Primary)
			code, _ := o.ask(functiontest.Payables, "en")
			for i, id := range []string{letter, other, code} {
				o.deliver(id, fmt.Sprint(i))
			}
			if o.state(letter) != center.LetterSkipped || o.state(other) != center.LetterSent || o.state(code) != center.LetterSent {
				t.Errorf("the letter is %s, another's %s, the code %s", o.state(letter), o.state(other), o.state(code))
			}
		})
	}
}

func TestSendingStopsWhereTooManyBounceButForCodes(t *testing.T) {
	o := newOffice(t)
	o.handler().health.at, o.handler().health.stopped = o.Now(), true
	letter := o.notice(functiontest.Payables)
	code, _ := o.ask(functiontest.Payables, "en")
	if !o.deliver(letter, "1") || !o.deliver(code, "2") || o.state(letter) != center.LetterPending || o.state(code) != center.LetterSent {
		t.Fatalf("the letter is %s, the code %s: %s", o.state(letter), o.state(code), o.log)
	}
	o.Pass(stoppedFor)
	if err := o.sweep(); err != nil || o.state(letter) != center.LetterSent {
		t.Errorf("once the table tells of no bounces: %s, %v", o.state(letter), err)
	}
}

func TestManyMailersSendALetterOnce(t *testing.T) {
	o := newOffice(t)
	o.out.errs = []error{throttled}
	letter := o.notice(functiontest.Payables)
	o.deliver(letter, "1")
	o.Pass(time.Minute)
	h := o.handler()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if n%2 == 0 {
				if _, err := h.sweepMail(context.Background()); err != nil {
					t.Error(err)
				}
			} else if _, err := h.deliverMail(context.Background(), errand{letter, fmt.Sprint(n)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if o.state(letter) != center.LetterSent || len(o.out.sent) != 1 {
		t.Errorf("%s, %d mails", o.state(letter), len(o.out.sent))
	}
}

// Whatever call fails, and however, and whether or not the answer of the mail
// service is lost with it: the letter is sent, and once, as long as SES's
// events come.
func TestALetterIsNeitherLostNorSentTwice(t *testing.T) {
	tallied := proof.Open(t, "a fault at each call of sending, with the mail service's answer lost or not")
	faults := map[string]cloudtest.Fault{
		"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore,
	}
	count := newOffice(t)
	letter := count.notice(functiontest.Payables)
	count.Cloud.Wire.Fail(nil)
	count.deliver(letter, "1")
	calls := count.Cloud.Wire.Calls()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			for call := range calls {
				for _, lost := range []bool{false, true} {
					verdict := ""
					if state, mails := o.through(call, fault, lost); state != center.LetterSent || mails != 1 {
						verdict = "lost or sent twice"
						t.Errorf("call %d, answer lost %t: %s, %d mails: %s", call, lost, state, mails, o.log)
					}
					tallied.Add(verdict)
				}
			}
		})
	}
}

// through takes one letter through a failing call, and through all that comes
// after it.
func (o *office) through(call int, fault cloudtest.Fault, lost bool) (state center.LetterState, mails int) {
	o.out.errs = nil
	if lost {
		o.out.errs = []error{lostAnswer}
	}
	letter := o.notice(functiontest.Payables)
	o.Cloud.Wire.FailAt(call, fault)
	ok := o.deliver(letter, letter)
	o.Cloud.Wire.Fail(nil)
	o.events()
	if !ok {
		o.deliver(letter, letter)
		o.events()
	}
	for range 3 {
		o.Pass(center.LetterGrace)
		if err := o.sweep(); err != nil {
			o.t.Error(err)
		}
		o.events()
	}
	for _, m := range o.out.sent {
		if m.Letter == letter {
			mails++
		}
	}
	return o.state(letter), mails
}
