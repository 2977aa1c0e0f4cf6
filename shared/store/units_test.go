package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// TestUnitsOfEachUseCase pins what each question costs: calls and capacity.
func TestUnitsOfEachUseCase(t *testing.T) {
	w := newWorld(t)
	lines := func(n int) func(*center.Document) {
		return func(d *center.Document) {
			for i := range n {
				d.Lines = append(d.Lines, center.Line{ID: fmt.Sprint(i), Name: fmt.Sprintf("Premier support for database edition %d", i*7919%100),
					Quantity: "12", Unit: "C62", UnitPrice: "149.90", Net: "1798.80", TaxCategory: "S", TaxRate: "21",
					Period: &center.Period{Start: "2026-01-01", End: "2026-12-31"}})
			}
		}
	}
	long := func(d *center.Document) {
		d.Lines[0].Name = "A title of an invoice that is much longer than the list has room for, twice over and then some more"
		d.OrderRef, d.ContractRefs = "PO-2026-0004711", []string{"CSI-20991234"}
	}
	var things []any
	for i := range 140 {
		things = append(things, invoice(fmt.Sprintf("INV-2026-%06d", i), "125000.00", due(day(i%75-60)), long))
	}
	things = append(things, anOrder("PO-1"), &center.ContactRecord{Account: buyer, Email: ann, Type: center.ContactPayables})
	w.mustCreate(things...)
	small := w.mustCreate(invoice("SMALL", "1.00", lines(5)))
	large := w.mustCreate(invoice("LARGE", "1.00", lines(50)))
	a := w.signInAs(ann)

	cases := []struct {
		name  string
		do    func(context.Context) error
		calls string
		reads float64
	}{
		{"guard", func(ctx context.Context) error { _, err := w.Membership(ctx, a.Account, a.Contact); return err }, "GetItem", 1},
		{"list of 20", func(ctx context.Context) error { return listed(w, ctx, store.InvoiceQuery{}, 20) }, "Query", 0.5},
		{"list of 100", func(ctx context.Context) error { return listed(w, ctx, store.InvoiceQuery{Limit: 100}, 100) }, "Query", 2.5},
		{"list by amount", func(ctx context.Context) error { return listed(w, ctx, store.InvoiceQuery{Sort: store.SortAmount}, 20) }, "Query", 0.5},
		{"list of what is past due", func(ctx context.Context) error {
			return listed(w, ctx, store.InvoiceQuery{Statuses: []center.InvoiceStatus{center.InvoicePastDue}}, 20)
		}, "Query", 0.5},
		{"summary of 75 days", func(ctx context.Context) error { _, err := w.in(buyer).Summary(ctx); return err }, "Query", 0.5},
		{"invoice of 5 lines", func(ctx context.Context) error {
			_, err := w.in(buyer).Invoice(ctx, center.InvoiceID(small[0].ID))
			return err
		}, "Query", 0.5},
		{"invoice of 50 lines", func(ctx context.Context) error {
			_, err := w.in(buyer).Invoice(ctx, center.InvoiceID(large[0].ID))
			return err
		}, "Query", 0.5},
		{"an order that names me", func(ctx context.Context) error {
			_, err := w.in(buyer).NamedOnOrder(ctx, center.Invoice{OrderRef: "PO-1"})
			return err
		}, "Query GetItem", 1.5},
		{"search by number", func(ctx context.Context) error {
			return listed(w, ctx, store.InvoiceQuery{Text: "inv-2026-000007"}, 1)
		}, "Query BatchGetItem", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, meter := store.WithMeter(t.Context())
			if err := c.do(ctx); err != nil {
				t.Fatal(err)
			}
			if calls := strings.Join(meter.Calls(), " "); calls != c.calls || meter.ReadUnits() != c.reads || meter.Writes() != 0 {
				t.Errorf("%s at %s; want %s at %gr", calls, meter.Units(), c.calls, c.reads)
			}
		})
	}
}

func listed(w *world, ctx context.Context, q store.InvoiceQuery, want int) error {
	page, err := w.in(buyer).Invoices(ctx, q)
	if err == nil && len(page.Invoices) != want {
		return fmt.Errorf("%d invoices, want %d", len(page.Invoices), want)
	}
	return err
}

func (w *world) signInAs(email string) center.Actor {
	w.t.Helper()
	a, err := w.SignIn(w.ctx(), center.AccountIDOf(buyer), center.ContactIDOf(email), store.NewSession{ID: sessionID(1), AuthAt: w.Clock.Now()})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// TestWritesOfEachUseCase pins what is written.
func TestWritesOfEachUseCase(t *testing.T) {
	w := withAnn(t)
	w.mustCreate(invoice("A-0", "1.00"))
	cases := []struct {
		name   string
		do     func(context.Context) error
		calls  string
		writes float64
	}{
		{"sign in", func(ctx context.Context) error {
			_, err := w.SignIn(ctx, center.AccountIDOf(buyer), center.ContactIDOf(ann), store.NewSession{ID: sessionID(1), AuthAt: w.Clock.Now()})
			return err
		}, "GetItem TransactWriteItems", 4},
		{"ask for a code", func(ctx context.Context) error {
			c, l := challenge(w, "c1")
			if err := w.Take(ctx, store.PerAddress(ann)); err != nil {
				return err
			}
			return w.PutChallenge(ctx, c, l)
		}, "GetItem PutItem TransactWriteItems", 5},
		{"type a code", func(ctx context.Context) error {
			if _, err := w.CountTry(ctx, "c1", "n"); err != nil {
				return err
			}
			return w.UseChallenge(ctx, "c1", "n")
		}, "UpdateItem UpdateItem", 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx, meter := store.WithMeter(t.Context())
			if err := c.do(ctx); err != nil {
				t.Fatal(err)
			}
			if calls := strings.Join(meter.Calls(), " "); calls != c.calls || meter.WriteUnits() != c.writes {
				t.Errorf("%s at %s; want %s at %gw", calls, meter.Units(), c.calls, c.writes)
			}
		})
	}
}
