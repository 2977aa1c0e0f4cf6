package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// maxHits is how many entries a search looks at.
const maxHits = 100

const routeSearch = "search"

// searchInvoices finds invoices by the beginning of one of their tokens:
// entries, then heads, then filter and sort in memory.
func (a Account) searchInvoices(ctx context.Context, q InvoiceQuery) (InvoicePage, error) {
	bound := scope{a.actor.Account, routeSearch, q.filter()}
	skip := 0
	if q.Cursor != "" {
		positions, err := a.s.unseal(bound, q.Cursor, 1)
		if err != nil {
			return InvoicePage{}, err
		}
		if skip, err = strconv.Atoi(positions[0]); err != nil {
			return InvoicePage{}, errCursor
		}
	}
	page := InvoicePage{Invoices: []center.Invoice{}}
	term, ok := center.SearchTerm(q.Text)
	if !ok {
		return page, nil
	}
	found, more, err := a.findInvoices(ctx, term)
	if err != nil {
		return InvoicePage{}, err
	}
	page.Truncated = more
	today := a.Today()
	found = slices.DeleteFunc(found, func(inv center.Invoice) bool {
		return inv.Draft || inv.Voided || !q.matches(inv, today)
	})
	slices.SortFunc(found, q.compare(today))
	found = found[min(skip, len(found)):]
	if len(found) > q.Limit {
		found = found[:q.Limit]
		page.Next = a.s.seal(bound, strconv.Itoa(skip+q.Limit))
	}
	page.Invoices = append(page.Invoices, found...)
	return page, nil
}

// findInvoices reads the heads of the invoices that have a token starting
// with term; more says that not all were looked at.
func (a Account) findInvoices(ctx context.Context, term string) (found []center.Invoice, more bool, err error) {
	entries, last, err := a.s.ask(ctx, question{pk: a.t.pk(prefixSearch), from: term, limit: maxHits})
	if err != nil {
		return nil, false, err
	}
	ids := map[key]center.InvoiceID{}
	var keys []key
	for _, entry := range entries {
		r := open(entry, kindSearch)
		if r.err != nil {
			return nil, false, r.err
		}
		noun, short := searchID(entry.key().sk)
		if noun != searchInvoice {
			continue
		}
		id, err := longInvoice(short)
		if err != nil {
			return nil, false, err
		}
		at := a.t.head(id)
		if _, seen := ids[at]; !seen {
			ids[at] = id
			keys = append(keys, at)
		}
	}
	heads, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, false, err
	}
	for at, it := range heads {
		inv, err := readHead(a.actor.Account, ids[at], it)
		if err != nil {
			return nil, false, err
		}
		found = append(found, inv)
	}
	return found, last != nil, nil
}

// statusRank is the order of the default list.
var statusRank = map[center.InvoiceStatus]int{
	center.InvoicePastDue: 0, center.InvoiceOpen: 1, center.InvoicePaymentSubmitted: 2, center.InvoiceClosed: 3,
}

// compare is the order of the list, for invoices in memory.
func (q InvoiceQuery) compare(today center.Date) func(a, b center.Invoice) int {
	direction := 1
	if q.Descending {
		direction = -1
	}
	return func(a, b center.Invoice) int {
		var by int
		switch q.Sort {
		case SortIssued:
			by = cmp.Compare(a.IssuedOn, b.IssuedOn)
		case SortNumber:
			by = strings.Compare(a.Number, b.Number)
		case SortAmount:
			by = strings.Compare(sortableAmount(a.Amount), sortableAmount(b.Amount))
		default:
			return q.compareByStatus(a, b, today, direction)
		}
		return cmp.Or(direction*by, direction*cmp.Compare(a.ID, b.ID))
	}
}

func (q InvoiceQuery) compareByStatus(a, b center.Invoice, today center.Date, direction int) int {
	if q.Sort != SortDue {
		direction = 1
	}
	rank := func(inv center.Invoice) int {
		// Past due and open are one stretch of days; turned around, the later
		// days, which are open, come first.
		return max(statusRank[inv.Status(today)], 1)
	}
	if r := cmp.Compare(rank(a), rank(b)); r != 0 {
		return r
	}
	if rank(a) == statusRank[center.InvoiceClosed] {
		return cmp.Or(cmp.Compare(b.ClosedOn, a.ClosedOn), cmp.Compare(b.ID, a.ID))
	}
	return cmp.Or(direction*cmp.Compare(a.DueOn, b.DueOn), direction*cmp.Compare(a.ID, b.ID))
}
