package demo

import (
	"fmt"
	"maps"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// contract is an agreement with what runs under it.
type contract struct {
	number, title, order string
	currency             money.Code
	startedMonthsAgo     int
	months               int
	auto                 bool // renews by itself
	plans                []plan
}

// plan is a subscription of a contract. One that is billed by what was used has
// neither quantity nor price, and announces nothing.
type plan struct {
	number, product, part, csi string
	quantity, price            center.Decimal // price of one quantity for one period
	every                      int            // months between invoices
	committed                  center.Decimal // of one billed by use: how much of it was agreed for the term
}

// inArrears stands for the months between invoices of what was used.
const inArrears = 0

// The words of billing frequencies, by months.
var frequencies = map[int]string{inArrears: "MONTHLY_IN_ARREARS", 1: "MONTHLY", 3: "QUARTERLY", 12: "ANNUALLY"}

// scheduledMonths is how many months of invoices still to come are announced.
const scheduledMonths = 12

// contract adds the contract, its subscriptions, the invoices they will raise
// and the renewal once it is offered.
func (l *ledger) contract(c contract) {
	start := l.month(c.startedMonthsAgo).Start
	end := l.month(c.startedMonthsAgo - c.months).Start.AddDays(-1)
	if c.currency == "" {
		c.currency = l.seller.currency
	}
	l.record(center.KindContract, map[string]any{
		"number": c.number, "name": c.title, "order_numbers": []string{c.order}, "po_number": c.order, "currency": string(c.currency),
		"start_on": string(start), "end_on": string(end), "csi": c.plans[0].csi,
		"parties": []map[string]any{
			{"role": "sold_to", "name": l.party.Name, "address": l.party.Address},
			{"role": "bill_to", "name": l.party.Name, "address": l.account.BillingAddress},
		},
		"contacts": []map[string]any{{"name": l.seller.party.Contact, "role": "billing"}},
	})
	for i, p := range c.plans {
		sub := map[string]any{
			"number": p.number, "contract": c.number, "order_number": c.order, "service_name": p.product, "csi": p.csi, "currency": string(c.currency),
			"billing_frequency": frequencies[p.every], "start_on": string(start), "end_on": string(end), "eligible_to_renew": true,
			"auto_renew": i == 0 && c.auto,
			"lines": []map[string]any{{"id": "1", "product": p.product, "part_number": p.part, "csi": p.csi,
				"quantity": string(p.quantity), "net_unit_price": string(p.price)}},
		}
		if p.every == inArrears {
			sub["overage_policy"] = "BILLED"
			sub["commitment"] = map[string]any{"start_on": string(start), "end_on": string(end), "quantity": string(p.committed), "currency": string(c.currency)}
		}
		l.record(center.KindSubscription, sub)
		if p.every == inArrears {
			continue
		}
		l.schedule(c, p, end)
		l.renewal(c, p, end, i == 0 && c.auto)
	}
}

// renewal adds the offer to go on for a year with a plan whose term has not
// ended.
func (l *ledger) renewal(c contract, p plan, end center.Date, auto bool) {
	if end < l.today {
		return
	}
	mode := center.RenewManual
	if auto {
		mode = center.RenewAuto
	}
	year := product(p.quantity, p.price, c.currency)
	year.Minor *= int64(monthsOfYear / p.every)
	price, err := year.MulRate(basisPoints+int64(l.seller.ratePoints), basisPoints)
	if err != nil {
		panic("demo: the price of " + p.number + ": " + err.Error()) // the figures stand in this package
	}
	l.record(center.KindRenewal, map[string]any{
		"number": "R-" + p.number, "subscription": p.number, "contract": c.number, "title": p.product, "term_end": string(end), "mode": mode,
		"new_term_start": string(end.AddDays(1)), "new_term_end": string(yearAfter(end)), "currency": string(c.currency),
		"amount": price.Decimal(), "estimated_tax": money.Money{Minor: price.Minor - year.Minor, Currency: c.currency}.Decimal(), "terms_version": termsVersion,
	})
}

// yearAfter is the last day of the year that begins after a day.
func yearAfter(end center.Date) center.Date {
	last, err := time.Parse(time.DateOnly, string(end))
	if err != nil {
		panic("demo: " + err.Error()) // the days stand in this package
	}
	return center.Date(last.AddDate(0, 0, 1).AddDate(1, 0, -1).Format(time.DateOnly))
}

const (
	monthsOfYear = 12
	basisPoints  = 10_000
	termsVersion = "2026-1"
)

func (l *ledger) schedule(c contract, p plan, end center.Date) {
	for ahead := 1; ahead <= scheduledMonths; ahead++ {
		if (c.startedMonthsAgo+ahead)%p.every != 0 {
			continue
		}
		first, last := l.month(-ahead), l.month(-ahead-p.every+1)
		if last.End > end {
			return
		}
		l.record(center.KindScheduledInvoice, map[string]any{
			"subscription": p.number, "order": c.order, "product_name": p.product, "product_part_number": p.part, "po_number": c.order,
			"start_on": string(first.Start), "end_on": string(last.End), "invoice_on": string(first.Start), "due_on": string(first.Start.AddDays(l.seller.terms)),
			"quantity": string(p.quantity), "net_unit_price": string(p.price), "currency": string(c.currency),
			"amount": product(p.quantity, p.price, c.currency).Decimal(), "billing_frequency": frequencies[p.every], "invoice_status": string(center.ScheduleNotInvoiced),
		})
	}
}

// usage adds what the papers of usage billed, month by month: the first line is
// eligible for rewards, the others are not.
func (l *ledger) usage(subscription string, papers []*paper) {
	for _, p := range papers {
		eligible, ineligible := money.Zero(p.currency), money.Zero(p.currency)
		var products []map[string]any
		for i, it := range p.items {
			net := product(it.quantity, it.price, p.currency)
			if i == 0 {
				eligible.Minor += net.Minor
			} else {
				ineligible.Minor += net.Minor
			}
			product := map[string]any{"product_number": fmt.Sprintf("%s-%d", subscription[len(subscription)-5:], i+1), "name": it.name,
				"quantity": string(it.quantity), "amount": net.Decimal(), "eligible": i == 0}
			if i > 0 {
				product["ineligible_reason"] = string(center.IneligiblePayAsYouGo)
			}
			products = append(products, product)
		}
		l.record(center.KindUsage, map[string]any{
			"subscription": subscription, "period": string(p.items[0].period.Start[:len("yyyy-mm")]), "currency": string(p.currency),
			"eligible": eligible.Decimal(), "ineligible": ineligible.Decimal(), "products": products,
		})
	}
}

func (l *ledger) record(kind center.DocumentKind, fields map[string]any) {
	fields["account"] = l.account.Key
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == "" })
	l.others = append(l.others, other{kind, fields})
}
