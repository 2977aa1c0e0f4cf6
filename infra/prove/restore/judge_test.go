package restore

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// outcome is what came of one disaster.
type outcome struct {
	wrong    string // "" where nothing is
	captured int    // payments that the processor took money for
	restored int    // of them, such as the copy did not know, or not as paid
	lost     map[string]int
	again    map[string]int // letters that the mail service had taken before
}

// recover puts a copy in service beside the processor as it stands, imports
// again what was imported since, lets the sweeps run, and compares it with the
// table that was lost, which goes on by itself as if nothing had been.
func (c *town) recover(copied *cloudtest.Cloud) outcome {
	c.t.Helper()
	s := copied.Open()
	stood := dump(c.t, copied, "")
	known := c.payments(s)
	c.bookAgain(s)
	for range 25 { // four hours and a bit
		c.Pass(10 * time.Minute)
		c.tick(s)
	}
	for range 3 { // the lost table, had it not been lost
		c.Pass(61 * time.Minute)
		c.tick(c.Store)
	}
	d := outcome{lost: map[string]int{}, again: map[string]int{}}
	d.wrong = cmp.Or(c.againstProcessor(s, known, &d), c.sameBooks(s))
	c.whatIsLost(copied, stood, &d)
	return d
}

// bookAgain imports what was imported since the copy.
func (c *town) bookAgain(s *store.Store) {
	var booked []store.Booked
	for i, r := range c.late {
		r.File, r.Index = "late.jsonl", i
		booked = append(booked, store.Booked{Record: r, Fingerprint: fmt.Sprintf("%064d", 9000+i)})
	}
	results, err := s.Everywhere("what was imported since is imported again").Book(c.t.Context(),
		store.Booking{Import: store.NewImportID(c.Now()), By: string(functiontest.Desk), Options: center.ImportOptions{NetTermsDays: -1}}, booked)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range results {
		if r.Result != center.ResultCreated {
			c.t.Fatalf("not booked again: %+v", r)
		}
	}
}

// payments are all payments of the account as they stand.
func (c *town) payments(s *store.Store) map[center.PaymentID]center.Payment {
	account, all := s.In(c.Actor(c.t, functiontest.Primary)), map[center.PaymentID]center.Payment{}
	for cursor := ""; ; {
		rows, next, err := account.Payments(c.t.Context(), cursor, 100)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, row := range rows {
			p, err := account.Payment(c.t.Context(), row.ID)
			if err != nil {
				c.t.Fatal(err)
			}
			all[row.ID] = p
		}
		if next == "" {
			return all
		}
		cursor = next
	}
}

// againstProcessor holds what is booked against what the processor did: each
// payment it took money for is booked once, and none is that it did not.
func (c *town) againstProcessor(s *store.Store, known map[center.PaymentID]center.Payment, d *outcome) string {
	taken, refunded := map[center.PaymentID]int64{}, map[center.PaymentID]int64{}
	for _, intent := range c.p.Service.Intents() {
		id := center.PaymentID(intent.Metadata["payment"])
		if taken[id] > 0 && intent.Captured > 0 {
			return "charged twice"
		}
		taken[id] += intent.Captured
		refunded[id] += intent.Refunded
		if intent.Status == "processing" || intent.Status == "requires_action" {
			return "an object that can still take money is left at the processor"
		}
	}
	stand := c.payments(s)
	for id, amount := range taken {
		p, stands := stand[id]
		switch {
		case amount == 0 && stands && p.State.Paid():
			return "shown paid and not charged"
		case amount == 0:
			continue
		case !stands || !p.State.Paid():
			return "charged and shown unpaid"
		case amount != p.Charge.Minor || refunded[id] != p.Refunded.Minor:
			return fmt.Sprintf("charged %d, refunded %d, and booked as %s, %s", amount, refunded[id], p.Charge, p.Refunded)
		}
		d.captured++
		if !known[id].State.Paid() {
			d.restored++
		}
	}
	for _, p := range stand {
		if !p.State.Final() {
			return "a payment never ends"
		}
	}
	return ""
}

// sameBooks compares all balances, totals and payments with those of the table
// that lost nothing.
func (c *town) sameBooks(s *store.Store) string {
	is, want := c.books(s), c.books(c.Store)
	for i := range max(len(is), len(want)) {
		var a, b string
		if i < len(is) {
			a = is[i]
		}
		if i < len(want) {
			b = want[i]
		}
		if a != b {
			return fmt.Sprintf("the books differ: %q, not %q", a, b)
		}
	}
	return ""
}

// books are all balances of the account, in words, in order.
func (c *town) books(s *store.Store) (lines []string) {
	actor := c.Actor(c.t, functiontest.Primary)
	account := s.In(actor)
	var ids []center.InvoiceID
	for n := range c.billed {
		ids = append(ids, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, fmt.Sprintf("R-%03d", n+1)))
	}
	ids = append(ids, functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1004"),
		functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-R1"), functiontest.InvoiceID(functiontest.Najd, center.KindCreditNote, "CN-R2"))
	heads, err := account.Payables(c.t.Context(), ids)
	if err != nil || len(heads) != len(ids) {
		c.t.Fatalf("%d of %d invoices, %v", len(heads), len(ids), err)
	}
	for _, inv := range heads {
		lines = append(lines, fmt.Sprintf("%s: %s outstanding, %s processing, %s settled, %s cancelled, %s credit left, active %q",
			inv.Number, inv.Outstanding, inv.Processing, inv.Settled, inv.Cancelled, inv.CreditLeft, inv.Active))
	}
	sum, err := account.Summary(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, currency := range sum.Currencies {
		lines = append(lines, fmt.Sprintf("%+v", currency))
	}
	var paid []string
	for id, p := range c.payments(s) {
		if p.State.Paid() {
			line := fmt.Sprintf("%s: %s of %s, %s, %s refunded, by %s", id, p.State, p.Charge, p.Credit, p.Refunded, p.ByEmail)
			for _, part := range p.Parts {
				line += fmt.Sprintf("; %s %s %s %s %s", part.Invoice, part.Number, part.Amount, part.Credit, part.Refunded)
			}
			for _, use := range p.Credits {
				line += fmt.Sprintf("; %s %s %s %s", use.Credit, use.Number, use.Invoice, use.Amount)
			}
			paid = append(paid, line)
		}
	}
	slices.Sort(paid)
	return append(lines, paid...)
}

// nouns are what only the table knew, by the kinds of items.
var nouns = map[string]string{"v1": "invitations", "dq1": "disputes", "z1": "audit entries", "p1": "payments that went nowhere", "jh1": "reports of imports"}

// whatIsLost counts what stands in the lost table and not in the restored one,
// and the letters that are sent a second time. No letter that the copy knew as
// sent may be among them.
func (c *town) whatIsLost(copied *cloudtest.Cloud, stood []map[string]any, d *outcome) {
	sent := map[string]bool{}
	for _, it := range stood {
		sent[text(it, "pk")] = text(it, "st") == string(center.LetterSent)
	}
	stands := map[string]bool{}
	for _, it := range dump(c.t, copied, "") {
		stands[text(it, "pk")+" "+text(it, "sk")] = true
		id, letter := store.LetterKey(text(it, "pk"))
		if !letter || text(it, "st") != string(center.LetterPending) || c.mailed[id] == 0 {
			continue
		}
		d.again[text(it, "lk")]++
		if sent[text(it, "pk")] {
			d.wrong = cmp.Or(d.wrong, "a letter that the copy knew as sent is sent again")
		}
	}
	for _, it := range dump(c.t, c.Cloud, "") {
		if noun := nouns[text(it, "k")]; noun != "" && !stands[text(it, "pk")+" "+text(it, "sk")] {
			d.lost[noun]++
		}
	}
}
