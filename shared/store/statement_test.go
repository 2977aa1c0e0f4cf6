package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// pay takes what is open of an invoice, or a part of it, and brings the payment
// to its end.
func (w *world) payPart(r *rapid.T, n int, inv center.Invoice, note func()) {
	amount := inv.Outstanding
	amount.Minor = rapid.Int64Range(1, amount.Minor).Draw(r, "pay")
	p := center.Payment{ID: center.PaymentIDOf(inv.Account, "c", fmt.Sprint(n)), Account: inv.Account, CreatedAt: w.Clock.Now(), Request: "r", Charge: amount, Credit: money.Zero(amount.Currency),
		Refunded: money.Zero(amount.Currency), Parts: []center.PaymentPart{{Invoice: inv.ID, Number: inv.Number, Amount: amount, Credit: money.Zero(amount.Currency), Refunded: money.Zero(amount.Currency), Version: inv.Version}}}
	p, _, err := w.in(buyer).ClaimPayment(w.ctx(), p)
	if err == nil {
		_, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"})
	}
	end := rapid.SampledFrom([]string{"", "paid", "paid", "failed", "refunded"}).Draw(r, "end")
	if err == nil && end != "" {
		_, err = w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: end != "failed"})
	}
	note()
	w.Clock.Advance(time.Duration(rapid.IntRange(0, 40).Draw(r, "days")) * 24 * time.Hour)
	if err == nil && end == "refunded" {
		back := amount
		if rapid.Bool().Draw(r, "some") {
			back.Minor = rapid.Int64Range(1, amount.Minor).Draw(r, "back")
		}
		_, err = w.RefundPayment(w.ctx(), p.Account, p.ID, back)
	}
	if note(); err != nil {
		r.Fatal(err)
	}
}

// TestAStatementEqualsTheBooks holds statements of drawn periods against the
// invoices: each adds up, closes with what is open where it ends today, and
// begins where the one before it ended.
func TestAStatementEqualsTheBooks(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		w.book(someBooks(r, 10)...)
		ended := map[center.Date]map[money.Code]int64{} // days, by what was open when they did
		note := func() { ended[w.in(buyer).Today()] = w.open() }
		note()
		for n, inv := range w.everything(buyer, store.InvoiceQuery{Limit: 100}) {
			if inv.Payable() && rapid.Bool().Draw(r, "paid") {
				w.payPart(r, n, inv, note)
			}
		}
		today, open := w.in(buyer).Today(), w.open()
		for on, was := range ended {
			then := w.statement(r, on.AddDays(-30), on)
			for c, minor := range was {
				if got := then[c].Closing.Minor; got != minor {
					r.Errorf("%s closed with %d on %s, and %d was open", c, got, on, minor)
				}
			}
		}
		middle := today.AddDays(-rapid.IntRange(0, 200).Draw(r, "middle"))
		early := w.statement(r, middle.AddDays(-100), middle)
		late := w.statement(r, middle.AddDays(1), today)
		whole := w.statement(r, "0001-01-01", today)
		for c, minor := range open {
			if got := late[c].Closing.Minor; got != minor {
				r.Errorf("%s closes with %d, and %d is open", c, got, minor)
			}
			if late[c].Opening != early[c].Closing && late[c].Currency != "" && early[c].Currency != "" {
				r.Errorf("%s: one ends with %s, the next begins with %s", c, early[c].Closing, late[c].Opening)
			}
			if whole[c].Opening.Minor != 0 {
				r.Errorf("%s was owed before anything was booked", whole[c].Opening)
			}
		}
	})
}

// open is what the invoices and credits have open, by currency.
func (w *world) open() map[money.Code]int64 {
	open := map[money.Code]int64{}
	for _, credits := range []bool{false, true} {
		for _, inv := range w.everything(buyer, store.InvoiceQuery{Limit: 100, Credits: credits}) {
			open[inv.Amount.Currency] += inv.Outstanding.Minor + inv.Processing.Minor - inv.CreditLeft.Minor
		}
	}
	return open
}

// statement is the statement of a period by currency, which adds up.
func (w *world) statement(r *rapid.T, from, to center.Date) map[money.Code]center.StatementPart {
	s, err := w.in(buyer).Statement(w.ctx(), from, to)
	if err != nil {
		r.Fatal(err)
	}
	parts := map[money.Code]center.StatementPart{}
	for _, p := range s.Parts {
		parts[p.Currency] = p
		sum := p.Opening
		for _, e := range p.Entries {
			sum.Minor += e.Amount.Minor
			if e.Balance != sum || e.On < from || e.On > to {
				r.Errorf("%+v, and %s is owed after it", e, sum)
			}
		}
		if sum != p.Closing {
			r.Errorf("%s: %s and its entries are %s, not %s", p.Currency, p.Opening, sum, p.Closing)
		}
	}
	return parts
}

// What rewards took off an invoice, or gave back, is in the statement as money
// is.
func TestAStatementHasWhatRewardsTookOff(t *testing.T) {
	w := owing(t)
	p := w.recorded(w.claimWith("key-1", "S-1", 1900, 10000))
	if _, err := w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true}); err != nil {
		t.Fatal(err)
	}
	s, err := w.in(buyer).Statement(w.ctx(), "0001-01-01", w.in(buyer).Today())
	if err != nil || len(s.Parts) != 1 || s.Parts[0].Opening.Minor != 0 || s.Parts[0].Closing.Minor != 0 || len(s.Parts[0].Entries) != 3 {
		t.Errorf("%v %+v", err, s)
	}
}

// Money that came outside the center counts whole on the day it came, whatever
// invoices took of it then or later: what is left of it is credit.
func TestAStatementHasMoneyThatCameOutside(t *testing.T) {
	w := newWorld(t)
	came := func(reference, amount string, on center.Date, papers ...center.RemittancePart) *center.OtherRecord {
		m := &center.Remittance{Kind: center.KindPayment, Reference: reference, Currency: "EUR", Amount: center.Decimal(amount), ReceivedOn: on, Allocations: papers}
		body, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return &center.OtherRecord{Account: buyer, Kind: center.KindPayment, ID: reference, JSON: body, Remittance: m}
	}
	w.book(invoice("A-1", "60.00", issued(day(-20)), due(day(10))), invoice("A-2", "30.00", issued(day(-5)), due(day(20))),
		came("T-1", "100.00", day(-10), center.RemittancePart{Number: "A-1"}), came("T-2", "7.00", day(-3)))
	for name, test := range map[string]struct {
		from, to         center.Date
		opening, closing int64
		entries          int
	}{
		"from the beginning":      {"0001-01-01", day(0), 0, -1700, 4},
		"before the money":        {day(-30), day(-11), 0, 6000, 1},
		"the day the money came":  {day(-10), day(-10), 6000, -4000, 1},
		"after it, with the rest": {day(-9), day(0), -4000, -1700, 2},
	} {
		s, err := w.in(buyer).Statement(w.ctx(), test.from, test.to)
		if err != nil || len(s.Parts) != 1 {
			t.Errorf("%s: %v %+v", name, err, s)
			continue
		}
		if p := s.Parts[0]; p.Opening.Minor != test.opening || p.Closing.Minor != test.closing || len(p.Entries) != test.entries {
			t.Errorf("%s: %s to %s by %+v", name, p.Opening, p.Closing, p.Entries)
		}
	}
}
