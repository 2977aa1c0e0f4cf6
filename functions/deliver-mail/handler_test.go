package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/mail"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func TestMain(m *testing.M) {
	functiontest.ManyAtOnce()
	os.Exit(functiontest.RunAndCountRights(m, "deliver-mail"))
}

// outbox keeps the mails and answers as it is told.
type outbox struct {
	mu   sync.Mutex
	sent []mail.Message
	errs []error // of the next tries, in order
}

func (o *outbox) Send(_ context.Context, m mail.Message) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.errs) > 0 {
		err := o.errs[0]
		o.errs = o.errs[1:]
		var e *mail.SendError
		if errors.As(err, &e) && e.Outcome == mail.Unknown {
			o.sent = append(o.sent, m) // it left; only the answer was lost
		}
		return "", err
	}
	o.sent = append(o.sent, m)
	return fmt.Sprintf("ses-%d", len(o.sent)), nil
}

// office is the function with its world around it.
type office struct {
	*functiontest.World
	t   *testing.T
	out *outbox
	log *bytes.Buffer
	h   *handler // made at the first use
}

func newOffice(t *testing.T) *office {
	return &office{World: functiontest.New(t), t: t, out: &outbox{}, log: &bytes.Buffer{}}
}

// deliver sends the record on file, which is of that letter, through the door
// Lambda uses; ok is false when the record would come again.
func (o *office) deliver(letter, sequence string) (ok bool) {
	o.t.Helper()
	text, err := os.ReadFile(filepath.Join(functiontest.Root(), "events", "deliver-mail.json"))
	if err != nil {
		o.t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), []byte(letter))
	text = bytes.ReplaceAll(text, []byte("111000000000000000001"), []byte(sequence))
	return o.wake(text)
}

// handler is the function under its own policy.
func (o *office) handler() handler {
	o.t.Helper()
	if o.h == nil {
		s, _ := o.Function("deliver-mail")
		o.h = &handler{store: s, sender: o.out, now: o.Now, health: &health{}, heavy: make(chan struct{}, maxHeavy), settings: settings.Settings{
			Keys: o.Keys, BaseURL: functiontest.Origin, Sender: "center@vendor.example", Operators: o.Operators, TimeZone: "UTC", Locale: "en", MailRate: 5000,
		}}
	}
	return *o.h
}

// wake gives the function an event of the table's stream; ok is false when
// some record of it would come again.
func (o *office) wake(event []byte) (ok bool) {
	o.t.Helper()
	h := o.handler()
	door := jobs.Door{Now: o.Now, Log: slog.New(slog.NewJSONHandler(o.log, nil)), Measure: session.Measure}
	out, err := lambda.NewHandler(jobs.Stream(door, newLetter, h.deliverMail)).Invoke(context.Background(), event)
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		BatchItemFailures []any `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		o.t.Fatal(err)
	}
	return len(answer.BatchItemFailures) == 0
}

// ask puts a challenge and its letter, as sign-in does.
func (o *office) ask(p functiontest.Person, locale string) (letter string, c store.Challenge) {
	o.t.Helper()
	c = store.Challenge{
		ID: session.NewID(), KeyID: o.Keys.Current(), Email: string(p), CreatedAt: o.Now(), ExpiresAt: o.Now().Add(session.CodeLife),
	}
	l := center.Letter{
		ID: session.NewID(), Kind: center.LetterSignInCode, To: string(p), Locale: locale, CreatedAt: o.Now(),
		Params: map[string]string{"challenge": c.ID, "agent": "(X11; Linux x86_64) Firefox/145.0"},
	}
	if err := o.Store.PutChallenge(o.t.Context(), c, l); err != nil {
		o.t.Fatal(err)
	}
	return l.ID, c
}

func (o *office) state(letter string) center.LetterState {
	o.t.Helper()
	l, err := o.Store.Letter(o.t.Context(), letter)
	if err != nil {
		o.t.Fatal(err)
	}
	return l.State
}

func TestTheCodeInTheMailIsTheCodeOfTheChallenge(t *testing.T) {
	o := newOffice(t)
	for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Purchasing, functiontest.Desk} {
		letter, c := o.ask(p, "")
		if !o.deliver(letter, "1") || o.state(letter) != center.LetterSent {
			t.Fatalf("%s: %s", p, o.log)
		}
		m := o.out.sent[len(o.out.sent)-1]
		code, _ := session.Code(o.Keys, c.KeyID, c.ID, c.Email)
		if m.To != string(p) || !strings.Contains(m.Text, code[:4]) || !strings.Contains(m.Text, code[4:]) {
			t.Errorf("%s gets %q", p, m.Text)
		}
		if strings.Contains(o.log.String(), code) || strings.Contains(o.log.String(), string(p)) {
			t.Errorf("the log tells a code or an address: %s", o.log)
		}
	}
	if arabic := o.out.sent[0].Subject; !strings.ContainsAny(arabic, "ابتثجحخدذرزسشصضطظعغفقكلمنهوي") {
		t.Errorf("Noura's account speaks Arabic, her mail says %q", arabic)
	}
}

func TestTheLanguageOfThePageWins(t *testing.T) {
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Primary, "en")
	o.deliver(letter, "1")
	if subject := o.out.sent[0].Subject; !strings.Contains(subject, "sign-in code") {
		t.Errorf("subject %q", subject)
	}
}

func TestWhoIsUnknownGetsNothing(t *testing.T) {
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Nobody, "en")
	if !o.deliver(letter, "1") || o.state(letter) != center.LetterSkipped || o.out.sent != nil {
		t.Errorf("%s %v", o.state(letter), o.out.sent)
	}
}

func TestAnExpiredCodeIsNotSent(t *testing.T) {
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Primary, "en")
	o.Pass(session.CodeLife)
	if !o.deliver(letter, "1") || o.state(letter) != center.LetterSkipped || o.out.sent != nil {
		t.Errorf("%s %v", o.state(letter), o.out.sent)
	}
}

func TestARecordThatComesTwiceIsOneMail(t *testing.T) {
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Primary, "en")
	if !o.deliver(letter, "1") || !o.deliver(letter, "1") || !o.deliver(letter, "2") || len(o.out.sent) != 1 {
		t.Errorf("%d mails", len(o.out.sent))
	}
}

func TestWhatTheMailServiceSaysDecides(t *testing.T) {
	tests := map[string]struct {
		err   error
		ok    bool // after the first delivery
		state center.LetterState
		mails int // after the second
	}{
		"refused for good": {&mail.SendError{Outcome: mail.Refused, Code: "MessageRejected", Err: errors.New("noura@najd.example is not verified")}, true, center.LetterFailed, 0},
		"not now":          {&mail.SendError{Outcome: mail.Postponed, Code: "Throttling", Err: errors.New("x")}, false, center.LetterSent, 1},
		"a lost answer":    {&mail.SendError{Outcome: mail.Unknown, Err: errors.New("x")}, false, center.LetterSent, 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.out.errs = []error{tt.err}
			letter, _ := o.ask(functiontest.Primary, "en")
			if ok := o.deliver(letter, "1"); ok != tt.ok {
				t.Errorf("ok = %v", ok)
			}
			o.deliver(letter, "1")
			if o.state(letter) != tt.state || len(o.out.sent) != tt.mails {
				t.Errorf("%s, %d mails", o.state(letter), len(o.out.sent))
			}
			if strings.Contains(o.log.String(), "noura@") {
				t.Errorf("the log tells the address: %s", o.log)
			}
		})
	}
}

// Whatever call to the table fails, and however, the record comes again and
// the code arrives.
func TestACodeIsNeverLost(t *testing.T) {
	faults := map[string]cloudtest.Fault{
		"fails before": cloudtest.FailBefore, "loses the answer": cloudtest.LoseAnswer,
		"is the last before a crash": cloudtest.GoneAfter, "never happens for a crash": cloudtest.GoneBefore,
	}
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Primary, "en")
	o.Cloud.Wire.Fail(nil)
	o.deliver(letter, "1")
	calls := o.Cloud.Wire.Calls()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			for call := range calls {
				letter, _ := o.ask(functiontest.Primary, "en")
				before := len(o.out.sent)
				o.Cloud.Wire.FailAt(call, fault)
				ok := o.deliver(letter, letter)
				o.Cloud.Wire.Fail(nil)
				if !ok && !o.deliver(letter, letter) {
					t.Errorf("call %d: the second try fails: %s", call, o.log)
				}
				if o.state(letter) != center.LetterSent || len(o.out.sent) == before {
					t.Errorf("call %d: %s, %d mails", call, o.state(letter), len(o.out.sent)-before)
				}
			}
		})
	}
}

func TestANoticeOfANewBrowserGoesToWhoIsStillThere(t *testing.T) {
	o := newOffice(t)
	put := func(contact functiontest.Person) string {
		l := center.Letter{
			ID: session.NewID(), Kind: center.LetterNewDevice, To: string(contact), Account: center.AccountIDOf(functiontest.Najd),
			Contact: center.ContactIDOf(string(contact)), Params: map[string]string{"agent": "Firefox/145.0"}, CreatedAt: o.Now(),
		}
		if err := o.Store.PutLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	there, gone := put(functiontest.Payables), put(functiontest.Nobody)
	o.deliver(there, "1")
	o.deliver(gone, "2")
	got := []center.LetterState{o.state(there), o.state(gone)}
	if diff := cmp.Diff([]center.LetterState{center.LetterSent, center.LetterSkipped}, got); diff != "" {
		t.Errorf("states (-want +got):\n%s\n%s", diff, o.log)
	}
	if len(o.out.sent) != 1 || !strings.Contains(o.out.sent[0].Text, "شركة نجد") {
		t.Errorf("%+v", o.out.sent)
	}
}

func TestLettersLinkToTheCenterAlone(t *testing.T) {
	o := newOffice(t)
	letter, _ := o.ask(functiontest.Primary, "en")
	o.deliver(letter, "1")
	m := o.out.sent[0]
	for _, part := range []string{m.Text, m.HTML} {
		for at := range strings.SplitSeq(part, "http") {
			if strings.HasPrefix(at, "://") || strings.HasPrefix(at, "s://") {
				if !strings.HasPrefix("http"+at, functiontest.Origin) {
					t.Errorf("a link to http%.40s", at)
				}
			}
		}
	}
	if len(m.MIME) > 100<<10 {
		t.Errorf("%d bytes: mail programs cut letters of 100 KB", len(m.MIME))
	}
}
