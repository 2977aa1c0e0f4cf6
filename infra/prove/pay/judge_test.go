package pay

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"

	"customercenter/shared/center"
)

// judge looks at what stands when all is over and says what is wrong; "" is
// nothing.
func (s *scene) judge() string {
	ctx := context.Background()
	account := s.truth.In(person("ann"))
	heads, err := account.Payables(ctx, s.invoices)
	if err != nil {
		return "unreadable: " + err.Error() // a head that does not add up is refused when it is read
	}
	payments, wrong := s.payments()
	if wrong != "" {
		return wrong
	}
	taken, refunded, open := s.moved()
	if open > 0 {
		return "an object that can still take money is left at the processor"
	}
	if wrong := againstProcessor(payments, taken, refunded); wrong != "" {
		return wrong
	}
	for id := range s.told {
		byCredit := slices.ContainsFunc(payments, func(p center.Payment) bool { return p.ID == id && p.Charge.Sign() == 0 })
		if taken[id] == 0 && !byCredit {
			return "told paid and not charged"
		}
	}
	if wrong := againstInvoices(heads, payments); wrong != "" {
		return wrong
	}
	if wrong := s.audit(heads, payments); wrong != "" {
		return wrong
	}
	return s.totals(heads)
}

// payments are all payments of the account as they stand.
func (s *scene) payments() (all []center.Payment, wrong string) {
	ctx := context.Background()
	account := s.truth.In(person("ann"))
	for cursor := ""; ; {
		rows, next, err := account.Payments(ctx, cursor, 20)
		if err != nil {
			return nil, "unreadable: " + err.Error()
		}
		for _, row := range rows {
			p, err := account.Payment(ctx, row.ID)
			switch {
			case err != nil:
				return nil, "in the history and not readable: " + err.Error()
			case row.State != p.State || row.Charge != p.Charge || row.Refunded != p.Refunded:
				return nil, fmt.Sprintf("the history says %s of a payment that is %s", row.State, p.State)
			case !p.State.Final():
				return nil, "never ends"
			}
			all = append(all, p)
		}
		if next == "" {
			return all, ""
		}
		cursor = next
	}
}

// moved is what the processor took and gave back, by payment, in minor units
// of EUR; open counts objects that can still take money.
func (s *scene) moved() (taken, refunded map[center.PaymentID]int64, open int) {
	taken, refunded = map[center.PaymentID]int64{}, map[center.PaymentID]int64{}
	for _, intent := range s.stripe.Intents() {
		id := center.PaymentID(intent.Metadata["payment"])
		taken[id] += intent.Captured
		refunded[id] += intent.Refunded
		if intent.Status == "processing" || intent.Status == "requires_action" {
			open++
		}
	}
	return taken, refunded, open
}

// againstProcessor compares what is written down with what the processor did.
func againstProcessor(payments []center.Payment, taken, refunded map[center.PaymentID]int64) string {
	known := map[center.PaymentID]bool{}
	for _, p := range payments {
		known[p.ID] = true
		booked := int64(0)
		if p.State.Paid() {
			booked = p.Charge.Minor
		}
		switch {
		case taken[p.ID] > p.Charge.Minor:
			return "charged twice"
		case taken[p.ID] > booked:
			return "charged and shown unpaid"
		case taken[p.ID] < booked:
			return "shown paid and not charged"
		case refunded[p.ID] != p.Refunded.Minor:
			return "a refund is not booked"
		}
	}
	for id, amount := range taken {
		if amount > 0 && !known[id] {
			return "charged for a payment that nobody knows"
		}
	}
	return ""
}

// againstInvoices compares what payments did with what stands on the invoices.
func againstInvoices(heads []center.Invoice, payments []center.Payment) string {
	settled := map[center.InvoiceID]int64{}
	for _, p := range payments {
		for _, part := range p.Parts {
			settled[part.Invoice] += part.Credit.Minor
			if p.State.Paid() {
				settled[part.Invoice] += part.Amount.Minor - part.Refunded.Minor
			}
		}
	}
	for _, inv := range heads {
		switch {
		case inv.Active != "" || inv.Processing.Sign() != 0:
			return "a slot is not free"
		case settled[inv.ID] > inv.Amount.Minor:
			return "an invoice is paid twice"
		case settled[inv.ID] != inv.Settled.Minor:
			return "an invoice does not say what was paid of it"
		}
	}
	return ""
}

// totals compares the account's totals with the invoices they are of.
func (s *scene) totals(heads []center.Invoice) string {
	summary, err := s.truth.In(person("ann")).Summary(context.Background())
	if err != nil {
		return "unreadable: " + err.Error()
	}
	today, all := s.truth.In(person("ann")).Today(), map[center.InvoiceStatus]int64{}
	for _, inv := range heads {
		if inv.Outstanding.Sign() > 0 {
			all[inv.Status(today)] += inv.Outstanding.Minor
		}
	}
	for _, c := range summary.Currencies {
		for _, status := range c.Statuses {
			if status.Status == center.InvoiceOpen || status.Status == center.InvoicePastDue {
				if status.Outstanding.Minor != all[status.Status] {
					return "totals do not agree with the invoices"
				}
			}
			if status.Status == center.InvoicePaymentSubmitted && status.Count != 0 {
				return "totals say that something is submitted"
			}
		}
	}
	return ""
}

// items are all items of the table, in DynamoDB's JSON.
func (s *scene) items() (items []map[string]any) {
	w := httptest.NewRecorder()
	s.cloud.DB.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/_dump?table="+s.cloud.Table, nil))
	for scanner := bufio.NewScanner(w.Body); scanner.Scan(); {
		var it map[string]any
		if err := json.Unmarshal(scanner.Bytes(), &it); err != nil {
			s.t.Fatal(err)
		}
		items = append(items, it)
	}
	return items
}

// text is the string in an attribute.
func text(it map[string]any, name string) string {
	v, _ := it[name].(map[string]any)
	s, _ := v["S"].(string)
	return s
}
