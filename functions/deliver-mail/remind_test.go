package main

import (
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// digest puts a digest of Najd's invoices, due three days ago, which leaves at
// once; it answers the letters.
func (o *office) digest(step center.DunningStep, numbers ...string) []center.Letter {
	o.t.Helper()
	account := center.AccountIDOf(functiontest.Najd)
	d, err := o.Store.Debtor(o.t.Context(), account)
	if err != nil {
		o.t.Fatal(err)
	}
	var all []center.Reminded
	for _, n := range numbers {
		all = append(all, center.Reminded{Step: center.DueReminder{DunningStep: step, Name: step.String()},
			Invoice: center.Invoice{ID: functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, n), Account: account, DueOn: "2026-11-19"}})
	}
	if _, _, err := o.Store.PutReminders(o.t.Context(), account, all, store.Reminding{People: d.People, At: o.Now(), OneDigest: true}); err != nil {
		o.t.Fatal(err)
	}
	return o.Letters(o.t, center.LetterReminder)
}

// late are bills of Najd's, three days late.
func (o *office) late(numbers ...string) {
	o.t.Helper()
	for _, n := range numbers {
		o.Book(o.t, functiontest.Bill(n, "2026-10-20", "2026-11-19", "SAR", "100.00"))
	}
}

var third = center.DunningStep{Base: center.DunningFromDue, Days: 3}

func TestADigestLeavesByTheSweepAndNotByTheStream(t *testing.T) {
	o := newOffice(t)
	o.late("L-1", "L-2")
	letters := o.digest(third, "L-1", "L-2")
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	if len(letters) != 2 || len(o.out.sent) != 2 {
		t.Fatalf("%d digests, %d mails: %s", len(letters), len(o.out.sent), o.log)
	}
	for _, m := range o.out.sent {
		if !strings.Contains(m.Text, "L-1") || !strings.Contains(m.Text, "L-2") || !strings.Contains(m.Subject, "200.00") {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
		link := "https://center.example.com/v1/unsubscribe?t=" + session.LettersToken(o.Keys, center.AccountIDOf(functiontest.Najd), center.ContactIDOf(m.To))
		if !strings.Contains(m.Text, link) || !strings.Contains(string(m.MIME), "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
			t.Errorf("no way to end it: %s", m.MIME)
		}
	}
	o.Pass(24 * time.Hour)
	if err := o.sweep(); err != nil || len(o.out.sent) != 2 {
		t.Errorf("%d mails, %v", len(o.out.sent), err)
	}
}

func TestWhatIsNoLongerOwedIsLeftOut(t *testing.T) {
	account := center.AccountIDOf(functiontest.Najd)
	settle := func(o *office, number string) {
		o.Book(o.t, functiontest.CreditNote("CN-"+number, "2026-11-21", "SAR", "100.00", number))
	}
	hold := func(change func(*center.DunningPolicy)) func(*office) {
		return func(o *office) {
			p := center.DefaultDunning()
			change(&p)
			if err := o.Store.Everywhere("a test").SetDunning(o.t.Context(), account, p, "desk@vendor.example"); err != nil {
				o.t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		meanwhile func(*office)
		mails     int
		rest      bool // L-2 is still in them
	}{
		"nothing changed":       {func(*office) {}, 2, true},
		"one was settled":       {func(o *office) { settle(o, "L-1") }, 2, true},
		"both were settled":     {func(o *office) { settle(o, "L-1"); settle(o, "L-2") }, 0, false},
		"the account is exempt": {hold(func(p *center.DunningPolicy) { p.Exempt = true }), 0, false},
		"a reader wants none": {func(o *office) {
			contact := center.ContactIDOf(string(functiontest.Payables))
			if err := o.Store.DeclineLetters(o.t.Context(), account, contact, center.OptionalLetters); err != nil {
				o.t.Fatal(err)
			}
		}, 1, true},
		"it promised to pay": {hold(func(p *center.DunningPolicy) { p.PromisedOn = "2026-11-25" }), 0, false},
		"one reader is bouncing": {func(o *office) {
			if _, err := o.Store.HearOf(o.t.Context(), string(functiontest.Payables), center.Reach{Reason: center.ReachBounced, At: o.Now()}); err != nil {
				o.t.Fatal(err)
			}
		}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.late("L-1", "L-2")
			letters := o.digest(third, "L-1", "L-2")
			c.meanwhile(o)
			if err := o.sweep(); err != nil {
				t.Fatal(err)
			}
			if len(o.out.sent) != c.mails {
				t.Fatalf("%d mails, want %d: %s", len(o.out.sent), c.mails, o.log)
			}
			for _, m := range o.out.sent {
				if strings.Contains(m.Text, "L-2") != c.rest || strings.Contains(m.Text, "L-1") == strings.Contains(name, "one was") {
					t.Errorf("%s", m.Text)
				}
			}
			for _, l := range letters {
				if s := o.state(l.ID); s != center.LetterSent && s != center.LetterSkipped {
					t.Errorf("a digest is %s", s)
				}
			}
		})
	}
}

// Letters may be held for days, by a spent quota or because too many bounce:
// the newest step then goes out, and those it overtook do not.
func TestAfterAnOutageTheNewestStepGoesOutAlone(t *testing.T) {
	o := newOffice(t)
	o.late("L-1", "L-2")
	o.digest(third, "L-1", "L-2")
	o.Pass(7 * 24 * time.Hour)
	o.digest(center.DunningStep{Base: center.DunningFromDue, Days: 10}, "L-1", "L-2")
	if err := o.sweep(); err != nil || len(o.out.sent) != 2 {
		t.Errorf("%v, %d mails, want one for each reader: %s", err, len(o.out.sent), o.log)
	}
	for _, m := range o.out.sent {
		if !strings.Contains(m.Text, "L-1") || !strings.Contains(m.Text, "L-2") {
			t.Errorf("%s", m.Text)
		}
	}
}

func TestExecutivesGetWhatIsForThemToo(t *testing.T) {
	o := newOffice(t)
	o.late("L-1", "L-2")
	o.digest(center.DunningStep{Base: center.DunningFromDue, Days: 20, Executives: true}, "L-1")
	o.digest(third, "L-2")
	if err := o.sweep(); err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, m := range o.out.sent {
		if m.To == string(functiontest.Executive) {
			got++
			if !strings.Contains(m.Text, "L-1") || strings.Contains(m.Text, "L-2") {
				t.Error(m.Text)
			}
		}
	}
	if got != 1 || len(o.out.sent) != 5 {
		t.Errorf("%d of %d mails to the executive", got, len(o.out.sent))
	}
}

// A digest of more invoices than one transaction holds is one letter still.
func TestALargeDigestIsOneLetter(t *testing.T) {
	o := newOffice(t)
	var numbers []string
	var records []center.Record
	for i := range 200 {
		numbers = append(numbers, "B-"+string(rune('a'+i%26))+strings.Repeat("x", i/26))
		records = append(records, functiontest.Bill(numbers[i], "2026-10-20", "2026-11-19", "SAR", "100.00"))
	}
	o.Book(t, records...)
	letters := o.digest(third, numbers...)
	all, err := store.RemindersIn(letters[0])
	if err != nil || len(letters) != 2 || len(all) != len(numbers) {
		t.Fatalf("%d letters, %d reminders, %v", len(letters), len(all), err)
	}
	if err := o.sweep(); err != nil || len(o.out.sent) != 2 || !strings.Contains(o.out.sent[0].Subject, "20,000.00") {
		t.Errorf("%d mails, %v, %s", len(o.out.sent), err, o.log)
	}
}

func TestTheWeeklyLetterSaysWhatIsOutstandingWhenItLeaves(t *testing.T) {
	o := newOffice(t)
	account := center.AccountIDOf(functiontest.Najd)
	week := func(on center.Date) center.Letter {
		d, err := o.Store.Debtor(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := o.Store.PutWeekly(t.Context(), account, center.WeeklyReaders(d.People), on, o.Now()); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		letters := o.Letters(t, center.LetterWeekly)
		if err := o.sweep(); err != nil {
			t.Fatal(err)
		}
		return letters[len(letters)-1]
	}
	o.late("L-1")
	l := week("2026-11-23")
	if o.state(l.ID) != center.LetterSent || len(o.out.sent) != 1 || o.out.sent[0].To != string(functiontest.Executive) {
		t.Fatalf("%s %v %s", o.state(l.ID), o.out.sent, o.log)
	}
	if m := o.out.sent[0]; !strings.Contains(m.Subject, "10,675.00") || !strings.Contains(m.Text, "USD") || !strings.Contains(string(m.MIME), "List-Unsubscribe-Post") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	o.Book(t, functiontest.CreditNote("CN-ALL", "2026-11-21", "SAR", "10675.00", "L-1", "INV-1001", "INV-1002"), functiontest.CreditNote("CN-USD", "2026-11-21", "USD", "99.90", "INV-1004"))
	if l := week("2026-11-30"); o.state(l.ID) != center.LetterSkipped {
		t.Errorf("with nothing outstanding: %s", o.state(l.ID))
	}
}
