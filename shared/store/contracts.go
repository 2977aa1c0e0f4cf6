package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoContract is the one answer for contracts that do not exist, are another
// account's, or came by no order that names who asks.
var ErrNoContract = center.Errorf(center.NotFound, "contract-not-found", "There is no such contract.")

const (
	// contractItems is how many items of a contract one call reads.
	contractItems = 300
	// maxOwnOrders is how many orders of a contact bound to orders are looked at.
	maxOwnOrders = 500
	// maxLinked is how many papers are shown with a contract or an order.
	maxLinked = 50
)

// ContractDetail is a contract whole. Contract is nil where a subscription
// stands alone.
type ContractDetail struct {
	ID            center.ContractID
	Contract      *center.Contract
	Subscriptions []center.Subscription
	Renewals      []center.RenewalCase
}

// Ended is the day everything of it ends; "" for never.
func (d ContractDetail) ended() (end center.Date) {
	if d.Contract != nil {
		return d.Contract.EndOn
	}
	for _, s := range d.Subscriptions {
		end = max(end, s.EndOn)
	}
	return end
}

// orderTerms are the search terms of the orders a contract came by.
func (d ContractDetail) orderTerms() []string {
	var numbers []string
	if d.Contract != nil {
		numbers = append(numbers, d.Contract.OrderNumbers...)
	}
	for _, s := range d.Subscriptions {
		numbers = append(numbers, s.OrderNumber)
	}
	return termsOf(numbers...)
}

// Contract is one contract whole, in one Query; with ownOnly only one that
// came by an order which names the actor.
func (a Account) Contract(ctx context.Context, id center.ContractID, ownOnly bool) (ContractDetail, error) {
	if !hasIDForm(id, "con_") {
		return ContractDetail{}, ErrNoContract
	}
	d, err := a.contract(ctx, shortContract(id))
	if err != nil {
		return d, err
	}
	if d.Contract == nil && len(d.Subscriptions)+len(d.Renewals) == 0 {
		return d, ErrNoContract
	}
	if ownOnly {
		own, err := a.ownOrders(ctx)
		if err != nil || !meets(own, d.orderTerms()) {
			return ContractDetail{}, firstError(err, ErrNoContract)
		}
	}
	return d, nil
}

func (a Account) contract(ctx context.Context, holder string) (ContractDetail, error) {
	id, err := longContract(holder)
	d := ContractDetail{ID: id}
	if err != nil {
		return d, err
	}
	items, err := a.s.askAll(ctx, question{pk: a.t.contractPK(holder), limit: contractItems})
	if err != nil {
		return d, err
	}
	var heads []*center.RenewalCase
	for _, it := range items {
		switch sk := it.key().sk; {
		case sk == sortHead:
			d.Contract, err = readContract(it)
		case strings.HasPrefix(sk, sortSubscription):
			var s center.Subscription
			s, err = readSubscription(it)
			d.Subscriptions = append(d.Subscriptions, s)
		case strings.HasPrefix(sk, sortRenewal):
			var r center.RenewalCase
			r, err = readRenewal(it)
			d.Renewals = append(d.Renewals, r)
		}
		if err != nil {
			return d, err
		}
	}
	for i := range d.Renewals {
		heads = append(heads, &d.Renewals[i])
	}
	return d, a.payables(ctx, heads)
}

func readContract(it item) (*center.Contract, error) {
	r := open(it, kindContract)
	c := new(center.Contract)
	_, err := unpack(r.bytes(attrBody), c)
	return c, firstError(r.err, err)
}

func readSubscription(it item) (center.Subscription, error) {
	r := open(it, kindSubscription)
	var s center.Subscription
	_, err := unpack(r.bytes(attrBody), &s)
	return s, firstError(r.err, err)
}

// ownOrders are the search terms of the numbers of the orders that name the
// actor.
func (a Account) ownOrders(ctx context.Context) (map[string]bool, error) {
	rows, err := a.s.askAll(ctx, question{pk: a.t.contactList(a.actor.Contact), from: sortOrder, limit: maxOwnOrders})
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, it := range rows {
		r := open(it, kindOrderRow)
		if term, ok := center.SearchTerm(r.text(attrNumberFull)); ok {
			own[term] = true
		}
		if r.err != nil {
			return nil, r.err
		}
	}
	return own, nil
}

func meets(own map[string]bool, terms []string) bool {
	return slices.ContainsFunc(terms, func(t string) bool { return own[t] })
}

const (
	routeContracts     = "contracts"
	routeSubscriptions = "subscriptions"
	routeRenewals      = "renewals"
	// maxRowsLooked bounds the rows looked at for one filtered page.
	maxRowsLooked = 500
)

// listed is a page of rows of one kind, by end day; with ownOnly those whose
// orders name the actor.
func (a Account) listed(ctx context.Context, route, segment string, ownOnly bool, cursor string, limit int) (rows []item, next string, err error) {
	if limit <= 0 {
		limit = DefaultPage
	}
	limit = min(limit, MaxPage)
	bound := scope{account: a.actor.Account, route: route}
	var own map[string]bool
	if ownOnly {
		bound.filter = string(a.actor.Contact)
		if own, err = a.ownOrders(ctx); err != nil || len(own) == 0 {
			return nil, "", err
		}
	}
	q := question{pk: a.t.pk(prefixList), from: segment, limit: limit}
	if cursor != "" {
		at, err := a.s.unseal(bound, cursor, 1)
		if err != nil {
			return nil, "", err
		}
		q.start = key{q.pk, at[0]}.attributes()
	}
	for looked := 0; looked < maxRowsLooked; looked += q.limit {
		items, last, err := a.s.ask(ctx, q)
		if err != nil {
			return nil, "", err
		}
		for _, it := range items {
			if len(rows) == limit {
				return rows, a.s.seal(bound, rows[len(rows)-1].key().sk), nil
			}
			if r := open(it, kindContractRow); own == nil || meets(own, r.texts(attrOrders)) {
				rows = append(rows, it)
			}
		}
		if last == nil {
			return rows, "", nil
		}
		q.start, next = last, a.s.seal(bound, last.key().sk)
		if len(rows) == limit {
			break
		}
	}
	return rows, next, nil
}

// Contracts is a page of the account's contracts, the first to end first.
func (a Account) Contracts(ctx context.Context, ownOnly bool, cursor string, limit int) (list []ContractDetail, next string, err error) {
	rows, next, err := a.listed(ctx, routeContracts, sortContract, ownOnly, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	keys := make([]key, len(rows))
	for i, it := range rows {
		keys[i] = key{a.t.contractPK(rowID(it.key().sk)), sortHead}
	}
	found, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, "", err
	}
	for _, at := range keys {
		it, ok := found[at]
		if !ok {
			continue
		}
		c, err := readContract(it)
		if err != nil {
			return nil, "", err
		}
		list = append(list, ContractDetail{ID: center.ContractIDOf(a.actor.Account, c.Number), Contract: c})
	}
	return list, next, nil
}

// Subscriptions is a page of the account's subscriptions, the first to end
// first.
func (a Account) Subscriptions(ctx context.Context, ownOnly bool, cursor string, limit int) (list []center.Subscription, next string, err error) {
	rows, next, err := a.listed(ctx, routeSubscriptions, sortPlan, ownOnly, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	keys := make([]key, len(rows))
	for i, it := range rows {
		r := open(it, kindContractRow)
		if keys[i] = (key{a.t.contractPK(r.text(attrHolder)), sortSubscription + rowID(it.key().sk)}); r.err != nil {
			return nil, "", r.err
		}
	}
	found, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, "", err
	}
	for _, at := range keys {
		if it, ok := found[at]; ok {
			s, err := readSubscription(it)
			if err != nil {
				return nil, "", err
			}
			list = append(list, s)
		}
	}
	return list, next, nil
}

// ContractHit is a contract that a number leads to, and what of it the number
// is: a contract, or a subscription of it.
type ContractHit struct {
	ID           center.ContractID
	Contract     *center.Contract     // nil where a subscription stands alone
	Subscription *center.Subscription // whose number, support id, PO or order it is
}

// maxContractHits is how many contracts one look-up shows.
const maxContractHits = 20

// LookUp finds contracts by the beginning of a contract number, support id,
// order number, PO number or subscription number; more says that not all that
// fit are shown. With ownOnly it finds those whose orders name the actor.
func (a Account) LookUp(ctx context.Context, text string, ownOnly bool) (hits []ContractHit, more bool, err error) {
	term, ok := center.SearchTerm(text)
	if !ok {
		return nil, false, nil
	}
	entries, last, err := a.s.ask(ctx, question{pk: a.t.pk(prefixSearch), from: term, limit: maxHits})
	if err != nil {
		return nil, false, err
	}
	found, keys := a.hitsOf(entries)
	items, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, false, err
	}
	var own map[string]bool
	if ownOnly {
		if own, err = a.ownOrders(ctx); err != nil {
			return nil, false, err
		}
	}
	for _, h := range found {
		hit, err := h.read(a, items)
		if err != nil {
			return nil, false, err
		}
		d := ContractDetail{Contract: hit.Contract}
		if hit.Subscription != nil {
			d.Subscriptions = []center.Subscription{*hit.Subscription}
		}
		if hit.Contract == nil && hit.Subscription == nil || ownOnly && !meets(own, d.orderTerms()) {
			continue
		}
		if len(hits) == maxContractHits {
			return hits, true, nil
		}
		hits = append(hits, hit)
	}
	return hits, last != nil, nil
}

// place is where a search entry leads.
type hitPlace struct{ holder, subscription string }

// hitsOf are the places entries lead to, each contract once but for what its
// subscriptions are found by, and the keys of what is shown of them.
func (a Account) hitsOf(entries []item) (places []hitPlace, keys []key) {
	add := func(at key) {
		if !slices.Contains(keys, at) {
			keys = append(keys, at)
		}
	}
	for _, it := range entries {
		noun, id := searchID(it.key().sk)
		var p hitPlace
		switch noun {
		case searchContract:
			p.holder = id
		case searchSubscription:
			p.holder, p.subscription, _ = strings.Cut(id, ".")
			add(key{a.t.contractPK(p.holder), sortSubscription + p.subscription})
		default:
			continue
		}
		if slices.Contains(places, p) {
			continue
		}
		places = append(places, p)
		add(key{a.t.contractPK(p.holder), sortHead})
	}
	return places, keys
}

func (p hitPlace) read(a Account, items map[key]item) (hit ContractHit, err error) {
	if hit.ID, err = longContract(p.holder); err != nil {
		return hit, err
	}
	if it, ok := items[key{a.t.contractPK(p.holder), sortHead}]; ok {
		if hit.Contract, err = readContract(it); err != nil {
			return hit, err
		}
	}
	if it, ok := items[key{a.t.contractPK(p.holder), sortSubscription + p.subscription}]; ok && p.subscription != "" {
		s, err := readSubscription(it)
		if err != nil {
			return hit, err
		}
		hit.Subscription = &s
	}
	return hit, nil
}

// Linked are the papers that name a number of an order or a contract: billing
// papers newest first, and orders.
type Linked struct {
	Invoices []center.Invoice
	Orders   []center.OrderRow
	More     bool // others are not shown
}

// LinkedTo finds the papers that name one of the numbers.
func (a Account) LinkedTo(ctx context.Context, numbers ...string) (Linked, error) {
	var out Linked
	var heads []center.InvoiceID
	var orders []center.OrderID
	for _, term := range termsOf(numbers...) {
		entries, last, err := a.s.ask(ctx, question{pk: a.t.pk(prefixSearch), from: term + "#", limit: maxHits})
		if err != nil {
			return out, err
		}
		out.More = out.More || last != nil
		for _, it := range entries {
			noun, short := searchID(it.key().sk)
			switch noun {
			case searchInvoice:
				id, err := longInvoice(short)
				if err != nil {
					return out, err
				}
				heads = append(heads, id)
			case searchOrder:
				id, err := longOrder(short)
				if err != nil {
					return out, err
				}
				orders = append(orders, id)
			}
		}
	}
	slices.Sort(heads)
	slices.Sort(orders)
	list, err := a.Payables(ctx, slices.Compact(heads))
	if err != nil {
		return out, err
	}
	for _, inv := range list {
		if inv.Kind.IsPaper() && !inv.Voided && slices.ContainsFunc(numbers, func(n string) bool {
			return center.SameNumber(n, inv.OrderRef) || center.SameNumber(n, inv.Contract) || center.SameNumber(n, inv.PO)
		}) {
			out.Invoices = append(out.Invoices, inv)
		}
	}
	slices.SortFunc(out.Invoices, func(x, y center.Invoice) int {
		return cmp.Or(cmp.Compare(y.IssuedOn, x.IssuedOn), cmp.Compare(y.ID, x.ID))
	})
	if len(out.Invoices) > maxLinked {
		out.Invoices, out.More = out.Invoices[:maxLinked], true
	}
	out.Orders, err = a.orderHeads(ctx, slices.Compact(orders))
	return out, err
}

// orderHeads are orders as rows, by id.
func (a Account) orderHeads(ctx context.Context, ids []center.OrderID) ([]center.OrderRow, error) {
	keys := make([]key, 0, len(ids))
	for _, id := range ids[:min(len(ids), maxLinked)] {
		keys = append(keys, a.t.order(id))
	}
	found, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, err
	}
	var rows []key
	for i, at := range keys {
		if it, ok := found[at]; ok {
			r := open(it, kindOrder)
			rows = append(rows, orderRow(a.t.pk(prefixList), expand(r.text(attrOrderedOn)), ids[i]))
		}
	}
	items, err := a.s.getMany(ctx, rows, false)
	if err != nil {
		return nil, err
	}
	var list []item
	for _, at := range rows {
		if it, ok := items[at]; ok {
			list = append(list, it)
		}
	}
	return a.orderRows(ctx, list)
}

// maxUsage is how many periods of usage one call reads.
const maxUsage = 500

// Usage is what was used of a subscription, as reported, the first period
// first.
func (a Account) Usage(ctx context.Context, subscription string) ([]center.PeriodUsage, error) {
	items, _, err := a.s.ask(ctx, question{pk: a.t.pk(prefixRecord), from: string(center.KindUsage) + "#" + center.FoldNumber(subscription) + "/", limit: maxUsage})
	if err != nil {
		return nil, err
	}
	var out []center.PeriodUsage
	for _, it := range items {
		r := open(it, kindRecord)
		plain, err := inflated(r.bytes(attrBody))
		if err != nil || r.err != nil {
			return nil, firstError(r.err, err)
		}
		var said struct {
			Subscription, Period, Currency string
			Eligible, Ineligible           center.Decimal
		}
		if err := json.Unmarshal(plain, &said); err != nil {
			return nil, err
		}
		if !center.SameNumber(said.Subscription, subscription) { // its number goes on after a stroke
			continue
		}
		used := money.Zero(money.Code(said.Currency))
		for _, d := range []center.Decimal{said.Eligible, said.Ineligible} {
			if m, err := money.Parse(string(d), used.Currency); err == nil {
				used.Minor += m.Minor
			}
		}
		out = append(out, center.PeriodUsage{Subscription: said.Subscription, Period: said.Period, Used: used})
	}
	return out, nil
}
