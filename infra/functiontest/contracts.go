package functiontest

import (
	"encoding/json"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// Contracts books contracts, plans, a schedule and renewals of both accounts,
// and orders in the states that pass, and names them as targets of the matrix:
// contract CT-9 came by order PO-77, which names Purchasing; CT-10 did not.
func (w *World) Contracts(t testing.TB) {
	t.Helper()
	w.Book(t, contractRecords(w.day)...)
	account, foreign := center.AccountIDOf(Najd), center.AccountIDOf(Gulf)
	for target, id := range map[string]string{
		"own contract": string(center.ContractIDOf(account, "CT-9")), "own contract of another order": string(center.ContractIDOf(account, "CT-10")),
		"foreign contract": string(center.ContractIDOf(foreign, "CT-9")), "unknown contract": "con_00000000000000000000000000000000",
		"own renewal": string(center.RenewalIDOf(account, "R-9")), "own renewal of another order": string(center.RenewalIDOf(account, "R-10")),
		"foreign renewal": string(center.RenewalIDOf(foreign, "R-9")), "unknown renewal": "rnw_00000000000000000000000000000000",
		"own order": string(center.OrderIDOf(account, order().Order)), "own order of others": string(center.OrderIDOf(account, pendingOrder().Order)),
		"foreign order": string(center.OrderIDOf(foreign, gulfOrder().Order)), "unknown order": "ord_00000000000000000000000000000000",
		"malformed": "A#" + Gulf,
	} {
		w.Targets[target] = id
	}
}

// day is the day so many days after the world's.
func (w *World) day(n int) center.Date {
	return center.Date(w.Now().AddDate(0, 0, n).Format("2006-01-02"))
}

// Renewal is the id of a renewal and of the contract it stands with.
func (w *World) Renewal(key, contract, number string) (center.ContractID, center.RenewalID) {
	account := center.AccountIDOf(key)
	return center.ContractIDOf(account, contract), center.RenewalIDOf(account, number)
}

// Other is a record of JSON Lines, as ingest hands it on.
func Other(account string, kind center.DocumentKind, id string, fields map[string]any) center.Record {
	fields["account"] = account
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	o := &center.OtherRecord{Account: account, Kind: kind, ID: id, JSON: text}
	var into any
	switch kind {
	case center.KindContract:
		o.Contract = new(center.Contract)
		into = o.Contract
	case center.KindSubscription:
		o.Subscription = new(center.Subscription)
		into = o.Subscription
	case center.KindScheduledInvoice:
		o.Scheduled = new(center.ScheduledInvoice)
		into = o.Scheduled
	case center.KindRenewal:
		o.Renewal = new(center.Renewal)
		into = o.Renewal
	case center.KindUsage:
		o.Usage = new(center.Usage)
		into = o.Usage
	default:
		return center.Record{Kind: kind, Number: id, Other: o}
	}
	if err := json.Unmarshal(text, into); err != nil {
		panic(err)
	}
	return center.Record{Kind: kind, Number: id, Other: o}
}

func pendingOrder() center.Record {
	o := *order().Order
	o.Number, o.IssueDate, o.Contacts = "PO-90", "2026-11-10", nil
	o.Lines = []center.Line{{ID: "1", Name: "Scanner", Quantity: "4", Net: "400.00"}, {ID: "2", Name: "Set-up", Quantity: "1", Net: "100.00"}}
	o.Totals = center.Totals{Payable: "575.00"}
	return center.Record{Kind: o.Kind, Number: o.Number, Order: &o}
}

func gulfOrder() center.Record {
	o := *order().Order
	o.Number, o.CustomerKey, o.Contacts, o.Buyer = "PO-1 "+Canary, Gulf, nil, center.Party{Name: Canary}
	return center.Record{Kind: o.Kind, Number: o.Number, Order: &o}
}

// Told is what the vendor's system says of an order of Najd's.
func Told(number, order string, on center.Date, state center.OrderState, lines ...center.OrderEventLine) center.Record {
	e := &center.OrderEvent{Kind: center.KindOrderEvent, Account: Najd, Number: number, OrderRef: order, IssueDate: on, IssueTime: "09:30:00",
		Actor: "Northvane order desk", State: state, Lines: lines, Source: source}
	return center.Record{Kind: e.Kind, Number: number, Event: e}
}

func contractRecords(day func(int) center.Date) []center.Record {
	contract := func(account, number, order string, end int) center.Record {
		return Other(account, center.KindContract, number, map[string]any{"number": number, "name": "Support of storage " + account, "csi": "CSI-" + number,
			"start_on": "2026-01-01", "end_on": string(day(end)), "order_numbers": []string{order}, "po_number": "4500-1", "currency": "SAR",
			"parties":   []map[string]any{{"role": "bill_to", "name": "Najd Technology", "address": map[string]any{"city": "Riyadh", "country": "SA"}}},
			"documents": []map[string]any{{"name": "Terms", "url": "https://vendor.example/terms.pdf"}}})
	}
	plan := func(account, number, contract, order string, end int) center.Record {
		return Other(account, center.KindSubscription, number, map[string]any{"number": number, "contract": contract, "service_name": "Premier support",
			"order_number": order, "start_on": "2026-01-15", "end_on": string(day(end)), "currency": "SAR", "amount": "12000.00", "billing_frequency": "QUARTERLY",
			"csi": "CSI-" + contract, "commitment": map[string]any{"start_on": "2026-01-01", "end_on": "2026-12-31", "quantity": "10000.00"},
			"lines": []map[string]any{{"id": "1", "product": "Storage", "part_number": "NV-1", "quantity": "1", "net_unit_price": "12000.00"}}})
	}
	renewal := func(account, number, contract, subscription string, end int, more map[string]any) center.Record {
		fields := map[string]any{"number": number, "contract": contract, "subscription": subscription, "title": "Premier support", "term_end": string(day(end)),
			"currency": "SAR", "amount": "13800.00", "estimated_tax": "1800.00", "terms_version": "2026-1"}
		for name, v := range more {
			fields[name] = v
		}
		return Other(account, center.KindRenewal, number, fields)
	}
	gulf := gulfOrder()
	return []center.Record{
		pendingOrder(), gulf,
		Told("ev-1", "PO-90", "2026-11-12", center.OrderPendingPayment),
		Told("ev-2", "PO-77", "2026-06-05", center.OrderProcessing),
		Told("ev-3", "PO-77", "2026-07-01", "", center.OrderEventLine{ID: "1", State: center.OrderOnHold, HoldReason: "site not ready", ReleaseOn: day(5)}),
		contract(Najd, "CT-9", "PO-77", 40), contract(Najd, "CT-10", "PO-90", 400), contract(Gulf, "CT-9", "PO-1 "+Canary, 40),
		plan(Najd, "SUB-9", "CT-9", "PO-77", 40), plan(Najd, "SUB-10", "CT-10", "PO-90", 400), plan(Gulf, "SUB-9", "CT-9", "PO-1 "+Canary, 40),
		renewal(Najd, "R-9", "CT-9", "SUB-9", 40, nil), renewal(Najd, "R-10", "CT-10", "SUB-10", 80, map[string]any{"mode": center.RenewAuto}),
		renewal(Gulf, "R-9", "CT-9", "SUB-9", 40, map[string]any{"title": Canary}), renewal(Gulf, "R-8", "CT-9", "SUB-9", 50, map[string]any{"title": Canary}),
		Other(Najd, center.KindUsage, "SUB-9/2026-02", map[string]any{"subscription": "SUB-9", "period": "2026-02", "currency": "SAR", "eligible": "2500.00", "ineligible": "500.00"}),
		Other(Najd, center.KindScheduledInvoice, "SUB-10/2026-12-01", map[string]any{"subscription": "SUB-10", "invoice_on": "2026-12-01", "due_on": "2026-12-31",
			"amount": "3000.00", "estimated_tax": "450.00", "currency": "SAR", "order": "PO-90", "product_name": "Premier support", "product_part_number": "NV-1", "quantity": "1"}),
	}
}

// Offer lets the daily run offer what is due.
func (w *World) Offer(t testing.TB) {
	t.Helper()
	for at := (store.DueCursor{}); !at.Done(); {
		due, next, err := w.Store.DueRenewals(t.Context(), at, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range due {
			if _, err := w.Store.StepRenewal(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		at = next
	}
}
