package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// mailed puts a list of one invoice, with a file, to each of the readers, in
// the name of a person; it answers the ids of the letters.
func (o *office) mailed(key string, from functiontest.Person, to ...functiontest.Person) (ids []string) {
	o.t.Helper()
	m := money.Money{Minor: 100_00, Currency: "SAR"}
	e := center.Enclosure{List: &center.MailedList{Today: "2026-11-22", Wish: map[string]string{"en": "Past due", "ar": "متأخرة"},
		Parts: []center.ListPart{{Currency: "SAR", Count: 1, Amount: m, Outstanding: m, Rows: []center.ListRow{{Number: "L-1", Status: center.InvoicePastDue, DueOn: "2026-11-19", Amount: m, Outstanding: m}}}}},
		Files: []center.File{{Name: "list.csv", Type: "text/csv", Body: []byte(strings.Repeat("x", 800<<10))}}}
	id, err := o.Store.PutEnclosure(o.t.Context(), e)
	if err != nil {
		o.t.Fatal(err)
	}
	before := len(o.Letters(o.t, center.LetterInvoiceList))
	var readers []store.ListReader
	for _, p := range to {
		r := store.ListReader{Email: string(p), Self: p == from, Locale: "en"}
		if functiontest.AccountOf(p) == functiontest.AccountOf(from) && p != functiontest.Nobody {
			r.Contact = center.ContactIDOf(string(p))
		}
		readers = append(readers, r)
	}
	if _, err := o.Store.In(o.Actor(o.t, from)).MailList(o.t.Context(), store.ListMailing{Key: key, Enclosure: id, Readers: readers, Request: []byte("r"), Answer: []byte("{}")}); err != nil {
		o.t.Fatal(err)
	}
	for _, l := range o.Letters(o.t, center.LetterInvoiceList)[before:] {
		ids = append(ids, l.ID)
	}
	return ids
}

func TestAListArrivesWithItsFilesAndItsSender(t *testing.T) {
	o := newOffice(t)
	for _, id := range o.mailed("k1", functiontest.Primary, functiontest.Primary, functiontest.Payables, functiontest.Nobody) {
		if !o.deliver(id, "1") {
			t.Errorf("%s", o.log)
		}
	}
	if len(o.out.sent) != 3 {
		t.Fatalf("%d mails: %s", len(o.out.sent), o.log)
	}
	for _, m := range o.out.sent {
		raw, self, outside := string(m.MIME), m.To == string(functiontest.Primary), m.To == string(functiontest.Nobody)
		if !strings.Contains(m.Text, "L-1") || !strings.Contains(raw, `filename="list.csv"`) || len(raw) < 1<<20 || !strings.Contains(m.Subject, "100.00") {
			t.Errorf("%s: %q, %d bytes\n%s", m.To, m.Subject, len(raw), m.Text)
		}
		if strings.Contains(raw, "\r\nReply-To: <noura@najd.example>") == self {
			t.Errorf("%s: answers go astray", m.To)
		}
		if strings.Contains(raw, "\r\nList-Unsubscribe:") == outside || strings.Contains(m.Text, functiontest.Origin+"/invoices") == outside {
			t.Errorf("%s: a way into the center, or none: %s", m.To, m.Text)
		}
	}
}

// removed takes a contact out of the account.
func removed(who functiontest.Person) func(*office) {
	return func(o *office) {
		o.Change(o.t, functiontest.Primary, who, func(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) })
	}
}

func TestAListThatMayNoLongerGoIsSkipped(t *testing.T) {
	account := center.AccountIDOf(functiontest.Najd)
	for name, c := range map[string]struct {
		from   functiontest.Person
		to     functiontest.Person
		change func(o *office)
		reason string
	}{
		"its reader wants none": {functiontest.Primary, functiontest.Payables, func(o *office) {
			if err := o.Store.DeclineLetters(o.t.Context(), account, center.ContactIDOf(string(functiontest.Payables)), []center.LetterKind{center.LetterInvoiceList}); err != nil {
				o.t.Fatal(err)
			}
		}, reasonDeclined},
		"its reader left": {functiontest.Primary, functiontest.Accountant, removed(functiontest.Accountant), reasonRemoved},
		// The executive may not vouch for anybody at all.
		"its sender left":                       {functiontest.Executive, functiontest.Nobody, removed(functiontest.Executive), reasonSender},
		"its sender may mail to herself by now": {functiontest.Executive, functiontest.Payables, func(*office) {}, reasonSender},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			ids := o.mailed("k1", c.from, c.to)
			c.change(o)
			if o.deliver(ids[0], "1"); o.state(ids[0]) != center.LetterSkipped || !strings.Contains(o.log.String(), c.reason) || len(o.out.sent) > 0 {
				t.Errorf("%s: %s", o.state(ids[0]), o.log)
			}
		})
	}
}

// What a contact asks for herself comes, whichever letters of others she
// declined.
func TestWhatOneAskedForComes(t *testing.T) {
	o := newOffice(t)
	if err := o.Store.DeclineLetters(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Payables)), center.OptionalLetters); err != nil {
		t.Fatal(err)
	}
	if o.deliver(o.mailed("k1", functiontest.Payables, functiontest.Payables)[0], "1"); len(o.out.sent) != 1 {
		t.Errorf("%s", o.log)
	}
}

func TestAListWhoseFilesAreGoneIsSkipped(t *testing.T) {
	o := newOffice(t)
	l := center.Letter{ID: strings.Repeat("ab", 16), Kind: center.LetterInvoiceList, To: string(functiontest.Primary), Account: center.AccountIDOf(functiontest.Najd),
		Contact: center.ContactIDOf(string(functiontest.Primary)), CreatedAt: o.Now(), Params: map[string]string{"enclosure": "e0", "self": "1", "sender": string(center.ContactIDOf(string(functiontest.Primary)))}}
	if err := o.Store.PutLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	if o.deliver(l.ID, "1"); o.state(l.ID) != center.LetterSkipped || !strings.Contains(o.log.String(), reasonGone) {
		t.Errorf("%s: %s", o.state(l.ID), o.log)
	}
}

// wishes keeps a billing profile of Najd's.
func (o *office) wishes(p center.BillingProfile) {
	o.t.Helper()
	account := o.Store.In(o.Actor(o.t, functiontest.Primary))
	was, err := account.BillingProfile(o.t.Context())
	if err == nil {
		p.Version = was.Version
		_, err = account.SetBillingProfile(o.t.Context(), p)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestCopiesOfReceiptsGoWhereTheAccountWants(t *testing.T) {
	c := newCashier(t)
	c.wishes(center.BillingProfile{DocumentLanguage: "ar", Recipients: center.Recipients{Receipts: []string{"books@shared.example", string(functiontest.Payables)}}})
	c.mails()
	c.pay("k1", map[string]int64{"INV-1001": 100}, succeeded)
	c.mails()        // the receipt, which puts its copy
	got := c.mails() // the copy
	if len(got) != 1 || !strings.HasPrefix(got[0], "books@shared.example: ") || !strings.Contains(got[0], "إيصال") {
		t.Errorf("%q: %s", got, c.log)
	}
	c.pay("k2", map[string]int64{"INV-1002": 100}, succeeded)
	c.mails()
	c.wishes(center.BillingProfile{LegalName: "x"})
	if got := c.mails(); len(got) != 1 || strings.HasPrefix(got[0], "books@") || !strings.Contains(c.log.String(), reasonNoCopy) {
		t.Errorf("a copy that is no longer wanted: %q %s", got, c.log)
	}
}

// Who paid may have left, or her mailbox; the books need the receipt even so.
func TestACopyOfAReceiptGoesAlsoWhereItsOwnDoesNot(t *testing.T) {
	c := newCashier(t)
	c.wishes(center.BillingProfile{Recipients: center.Recipients{Receipts: []string{"books@shared.example"}}})
	c.mails()
	if _, err := c.Store.HearOf(t.Context(), string(functiontest.Payables), center.Reach{Reason: center.ReachBounced, At: c.Now()}); err != nil {
		t.Fatal(err)
	}
	c.pay("k1", map[string]int64{"INV-1001": 100}, succeeded)
	if got := c.mails(); len(got) != 0 {
		t.Errorf("%q", got)
	}
	if got := c.mails(); len(got) != 1 || !strings.HasPrefix(got[0], "books@shared.example: ") {
		t.Errorf("%q: %s", got, c.log)
	}
}

func TestACopyOfADigestIsHeldAsTheDigestIs(t *testing.T) {
	o := newOffice(t)
	o.late("L-1")
	o.wishes(center.BillingProfile{Recipients: center.Recipients{Reminders: []string{"ap@shared.example"}}, Dunning: center.DunningWishes{OneDigest: true}})
	account := center.AccountIDOf(functiontest.Najd)
	all := []center.Reminded{{Step: center.DueReminder{DunningStep: third, Name: third.String()},
		Invoice: center.Invoice{ID: functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "L-1"), Account: account, DueOn: "2026-11-19"}}}
	if _, _, err := o.Store.PutReminders(t.Context(), account, all, store.Reminding{People: center.Copies([]string{"ap@shared.example"}, nil), At: o.Now(), OneDigest: true}); err != nil {
		t.Fatal(err)
	}
	if err := o.sweep(); err != nil || len(o.out.sent) != 1 || o.out.sent[0].To != "ap@shared.example" || !strings.Contains(o.out.sent[0].Text, "L-1") || strings.Contains(o.out.sent[0].Text, "unsubscribe") {
		t.Errorf("%v %v %s", err, o.out.sent, o.log)
	}
}

// issued puts the letter of a new invoice with a file.
func (o *office) issued(kind center.LetterKind, to functiontest.Person, contact bool, e center.Enclosure) string {
	o.t.Helper()
	enclosure, err := o.Store.PutEnclosure(o.t.Context(), e)
	if err != nil {
		o.t.Fatal(err)
	}
	l := center.Letter{ID: session.NewID(), Kind: kind, To: string(to), Account: center.AccountIDOf(functiontest.Najd), CreatedAt: o.Now(), Locale: "en",
		Params: map[string]string{"enclosure": enclosure, "invoice": string(functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1002")), "issuer": "Example Cloud"}}
	if contact {
		l.Contact = center.ContactIDOf(string(to))
	}
	if err := o.Store.PutLetter(o.t.Context(), l); err != nil {
		o.t.Fatal(err)
	}
	return l.ID
}

func TestANewInvoiceComesWithItsPaperInItsThread(t *testing.T) {
	o := newOffice(t)
	o.wishes(center.BillingProfile{Recipients: center.Recipients{Invoices: []string{string(functiontest.Nobody)}}})
	e := center.Enclosure{Files: []center.File{{Name: "INV-1002.pdf", Type: "application/pdf", Body: []byte("%PDF-2.0")}}}
	for _, id := range []string{o.issued(center.LetterInvoiceIssued, functiontest.Payables, true, e), o.issued(center.LetterInvoiceIssued, functiontest.Nobody, false, e)} {
		if !o.deliver(id, "1") || o.state(id) != center.LetterSent {
			t.Fatalf("%s: %s", o.state(id), o.log)
		}
	}
	for _, m := range o.out.sent {
		if !strings.Contains(m.Subject, "INV-1002") || !strings.Contains(m.Subject, "575.00") || !strings.Contains(string(m.MIME), "\r\nReferences: <inv_") || !strings.Contains(string(m.MIME), `filename="INV-1002.pdf"`) {
			t.Errorf("%q %s", m.Subject, m.MIME)
		}
		if strings.Contains(m.Text, functiontest.Origin+"/invoices/") == (m.To == string(functiontest.Nobody)) {
			t.Errorf("%s", m.Text)
		}
	}
	o.wishes(center.BillingProfile{LegalName: "x"})
	late := o.issued(center.LetterInvoiceIssued, functiontest.Nobody, false, e)
	o.Book(t, functiontest.CreditNote("CN-9", "2026-11-21", "SAR", "575.00", "INV-1002"))
	paid := o.issued(center.LetterInvoiceIssued, functiontest.Payables, true, e)
	for id, reason := range map[string]string{late: reasonNoCopy, paid: reasonSettledInvoice} {
		if o.deliver(id, "1"); o.state(id) != center.LetterSkipped || !strings.Contains(o.log.String(), reason) {
			t.Errorf("%s, not %s: %s", o.state(id), reason, o.log)
		}
	}
}

func TestAStatementComesUnlessItsReaderWantsNone(t *testing.T) {
	o := newOffice(t)
	m := money.Money{Minor: 100_00, Currency: "SAR"}
	e := center.Enclosure{Statement: &center.Statement{From: "2026-10-01", To: "2026-10-31", Today: "2026-11-01", Parts: []center.StatementPart{
		{Currency: "SAR", Opening: money.Zero("SAR"), Closing: m, Entries: []center.StatementEntry{{Kind: center.StatementInvoice, On: "2026-10-03", Amount: m, Balance: m}},
			Owing: center.Owing{Outstanding: m, Processing: money.Zero("SAR"), Credit: money.Zero("SAR")}}}}}
	id := o.issued(center.LetterStatement, functiontest.Primary, true, e)
	if o.deliver(id, "1"); len(o.out.sent) != 1 || !strings.Contains(o.out.sent[0].Subject, "100.00") || !strings.Contains(o.out.sent[0].Text, functiontest.Origin+"/statement?from=2026-10-01&to=2026-10-31") {
		t.Errorf("%s", o.log)
	}
	if err := o.Store.DeclineLetters(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Primary)), center.OptionalLetters); err != nil {
		t.Fatal(err)
	}
	if id = o.issued(center.LetterStatement, functiontest.Primary, true, e); !o.deliver(id, "2") || o.state(id) != center.LetterSkipped {
		t.Errorf("%s: %s", o.state(id), o.log)
	}
}

func TestAnswersGoToTheBillingDeskWhereThereIsOne(t *testing.T) {
	o := newOffice(t)
	o.handler()
	o.h.settings.ReplyTo = "desk@vendor.example"
	notice := o.notice(functiontest.Primary)
	if o.deliver(notice, "1"); len(o.out.sent) != 1 || !strings.Contains(string(o.out.sent[0].MIME), "\r\nReply-To: <desk@vendor.example>\r\n") {
		t.Errorf("%s", o.log)
	}
	code, _ := o.ask(functiontest.Primary, "en")
	if o.deliver(code, "2"); len(o.out.sent) != 2 || strings.Contains(string(o.out.sent[1].MIME), "Reply-To") {
		t.Errorf("a code takes answers: %s", o.log)
	}
}
