package demo

import (
	"maps"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// contract is an agreement with what runs under it.
type contract struct {
	number, title, order string
	currency             money.Code
	startedMonthsAgo     int
	months               int
	plans                []plan
}

// plan is a subscription of a contract. One that is billed by what was used has
// neither quantity nor price, and announces nothing.
type plan struct {
	number, product, part, csi string
	quantity, price            center.Decimal // price of one quantity for one period
	every                      int            // months between invoices
}

// inArrears stands for the months between invoices of what was used.
const inArrears = 0

// The words of billing frequencies, by months.
var frequencies = map[int]string{inArrears: "MONTHLY_IN_ARREARS", 1: "MONTHLY", 3: "QUARTERLY", 12: "ANNUALLY"}

const (
	renewalOffered  = 90 // days before the end of a term
	scheduledMonths = 12 // months of invoices still to come that are announced
)

// contract adds the contract, its subscriptions, the invoices they will raise
// and the renewal once it is offered.
func (l *ledger) contract(c contract) {
	start := l.month(c.startedMonthsAgo).Start
	end := l.month(c.startedMonthsAgo - c.months).Start.AddDays(-1)
	if c.currency == "" {
		c.currency = l.seller.currency
	}
	l.record(center.KindContract, map[string]any{
		"number": c.number, "title": c.title, "order_number": c.order, "currency": string(c.currency),
		"start": string(start), "end": string(end), "status": l.standing(end), "payment_terms": "NET" + strconv.Itoa(l.seller.terms),
	})
	for _, p := range c.plans {
		l.record(center.KindSubscription, map[string]any{
			"number": p.number, "contract": c.number, "order_number": c.order, "product": p.product, "part_number": p.part, "csi": p.csi,
			"quantity": string(p.quantity), "net_unit_price": string(p.price), "currency": string(c.currency),
			"billing_frequency": frequencies[p.every], "start": string(start), "end": string(end), "status": l.standing(end),
		})
		if p.every == inArrears {
			continue
		}
		l.schedule(c, p, end)
		if days := l.today.DaysUntil(end); days >= 0 && days <= renewalOffered {
			l.record(center.KindRenewal, map[string]any{
				"number": "R-" + p.number, "subscription": p.number, "contract": c.number, "term_end": string(end), "status": "OFFERED",
				"currency": string(c.currency), "price": product(p.quantity, p.price, c.currency).Decimal(), "csi": p.csi,
			})
		}
	}
}

// standing is the status of what ends that day.
func (l *ledger) standing(end center.Date) string {
	switch days := l.today.DaysUntil(end); {
	case days < 0:
		return "EXPIRED"
	case days <= renewalOffered:
		return "EXPIRING"
	default:
		return "ACTIVE"
	}
}

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
			"subscription": p.number, "order_number": c.order, "product": p.product, "part_number": p.part,
			"start": string(first.Start), "end": string(last.End), "invoice_on": string(first.Start),
			"quantity": string(p.quantity), "net_unit_price": string(p.price), "currency": string(c.currency),
			"amount": product(p.quantity, p.price, c.currency).Decimal(), "billing_frequency": frequencies[p.every], "status": "NOT_INVOICED",
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
			products = append(products, map[string]any{"name": it.name, "quantity": string(it.quantity), "amount": net.Decimal(), "eligible": i == 0})
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
