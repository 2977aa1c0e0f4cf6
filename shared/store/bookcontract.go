package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"customercenter/shared/center"
)

// Attributes of the views of contracts.
const (
	attrEndOn   = "eo"
	attrStartOn = "so"
	attrOrders  = "os" // terms of the orders something came by
	attrHolder  = "cn" // the contract something stands with, as keys have it
)

// standingRecord is a record as it was booked before.
type standingRecord struct {
	print string // fingerprint and mark
	json  []byte
}

// decideOther books a record that no e-invoice standard carries: the record
// as it came, and of kinds with rules the items it is seen by. A higher
// revision takes the place of what stands, a lower one changes nothing.
func (l *lane) decideOther(ctx context.Context, i int, r *center.OtherRecord) (BookResult, []*change, error) {
	if l.ledger.account == nil {
		return rejected(center.CodeUnknownCustomer, "account", fmt.Sprintf("There is no account %q.", r.Account)), nil, nil
	}
	at := l.recordAt(r.Kind, r.ID)
	stands, err := l.otherStanding(ctx, at)
	result := BookResult{Result: center.ResultCreated, ID: r.ID}
	own := l.records[i].Fingerprint + "/" + l.mark(i)
	switch {
	case err != nil:
		return BookResult{}, nil, err
	case stands.print == own, strings.HasPrefix(stands.print, l.records[i].Fingerprint+"/"):
		if stands.print != own {
			result.Result = center.ResultUnchanged
		}
		changes, warnings, err := l.follows(ctx, nil, r)
		result.Warnings = warnings
		return result, changes, err
	}
	was, err := typedAgain(r.Kind, stands.json)
	if err != nil {
		return BookResult{}, nil, err
	}
	if stands.print != "" {
		switch standing := was.Revision(); {
		case standing > r.Revision():
			result.Result = center.ResultUnchanged
			return result, nil, nil
		case standing == r.Revision():
			return conflicting(fmt.Sprintf("This %s was booked before, with other content; a change has a higher revision.", r.Kind)), nil, nil
		}
		// What stands is replaced in a transaction of its own.
		if err := l.flush(ctx); err != nil {
			return BookResult{}, nil, err
		}
	}
	c, err := l.recordChange(at, r, stands.print, own)
	if err != nil {
		return BookResult{}, nil, err
	}
	if err := l.see(ctx, c, was, r); err != nil {
		return BookResult{}, nil, err
	}
	earned, err := l.earnUsage(ctx, c, was.Usage, r.Usage)
	if err != nil {
		return BookResult{}, nil, err
	}
	changes, warnings, err := l.follows(ctx, c, r)
	if err != nil {
		return BookResult{}, nil, err
	}
	l.others[at] = standingRecord{own, r.JSON}
	result.Warnings = append(earned, warnings...)
	return result, append([]*change{c}, changes...), nil
}

// recordAt is the place of a record as it came. What earns, and the plan that
// says at which rate, stand once however their number is written, as the rewards
// of that number do.
func (l *lane) recordAt(kind center.DocumentKind, id string) key {
	if kind == center.KindUsage || kind == center.KindSubscription {
		id = center.FoldNumber(id)
	}
	if len(id) > maxRecordID {
		id = hashKey(id)
	}
	return l.t.record(string(kind), id)
}

// recordChange puts the record as it came, in place of what stood there.
func (l *lane) recordChange(at key, r *center.OtherRecord, was, own string) (*change, error) {
	body, err := deflated(r.JSON)
	if err != nil {
		return nil, err
	}
	if len(body) > partBytes {
		return nil, center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "The record is too large.")
	}
	it := newItem(at, kindRecord)
	it.bytes(attrBody, body)
	it.text(attrKindOf, string(r.Kind))
	it.text(attrID, r.ID)
	it.text(attrPrint, own)
	it.instant(attrAt, l.now)
	it.text(attrBy, l.b.By)
	w := write{name: "record", verb: put, at: at, item: it, condition: absent}
	if was != "" {
		w.condition, w.values = "#"+attrPrint+" = :was", item{}
		w.values.text(":was", was)
	}
	c := newChange()
	c.creations = append(c.creations, w)
	return c, nil
}

// otherStanding is the record that stands there.
func (l *lane) otherStanding(ctx context.Context, at key) (standingRecord, error) {
	if known, ok := l.others[at]; ok {
		return known, nil
	}
	found, err := l.s.getMany(ctx, []key{at}, true)
	if err != nil {
		return standingRecord{}, err
	}
	var stands standingRecord
	if it, ok := found[at]; ok {
		r := open(it, kindRecord)
		stands.print = r.text(attrPrint)
		if stands.json, err = inflated(r.bytes(attrBody)); err != nil || r.err != nil {
			return stands, firstError(r.err, err)
		}
	}
	l.others[at] = stands
	return stands, nil
}

// typedAgain reads a record that was checked when it was booked; one that was
// booked before its kind had rules may say nothing we know.
func typedAgain(kind center.DocumentKind, plain []byte) (*center.OtherRecord, error) {
	r := &center.OtherRecord{Kind: kind, JSON: plain}
	if len(plain) == 0 {
		return r, nil
	}
	into := r.Views()
	if into == nil { // the others stand as they came: no view of theirs is taken back
		return r, nil
	}
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(plain, into); err != nil && !errors.As(err, &wrong) {
		return nil, fmt.Errorf("store: record: %w", err)
	}
	return r, nil
}

// see puts the items that a record is seen by, and removes those of the record
// it replaces.
func (l *lane) see(ctx context.Context, c *change, was, now *center.OtherRecord) error {
	if now.Renewal != nil {
		return l.seeRenewal(ctx, c, was.Renewal, now.Renewal)
	}
	old, err := l.views(was)
	if err != nil {
		return err
	}
	fresh, err := l.views(now)
	if err != nil {
		return err
	}
	for at := range old {
		if _, stays := fresh[at]; !stays {
			c.creations = append(c.creations, write{name: "view", verb: remove, at: at})
		}
	}
	// A view has no condition: it is what its record says, and the record's own
	// condition stands in the same transaction.
	for at, it := range fresh {
		c.creations = append(c.creations, write{name: "view", verb: put, at: at, item: it})
	}
	return nil
}

// views are the items by which a record without a course of its own is seen.
func (l *lane) views(r *center.OtherRecord) (map[key]item, error) {
	out := map[key]item{}
	add := func(it item) { out[it.key()] = it }
	switch {
	case r.Contract != nil && r.Contract.Number != "":
		k := r.Contract
		holder := shortContract(center.ContractIDOf(l.id, k.Number))
		it, err := l.view(key{l.t.contractPK(holder), sortHead}, kindContract, r.JSON)
		if err != nil {
			return nil, err
		}
		add(it)
		row := newItem(l.t.contractRow(k.EndOn, holder), kindContractRow)
		row.texts(attrOrders, termsOf(k.OrderNumbers...))
		add(row)
		for _, term := range k.LookUpNumbers() {
			add(newItem(l.t.search(term, searchContract, holder), kindSearch))
		}
	case r.Subscription != nil && r.Subscription.Number != "":
		s := r.Subscription
		holder := shortContract(center.ContractIDOf(l.id, s.ContractKey()))
		id := shortSubscription(center.SubscriptionIDOf(l.id, s.Number))
		it, err := l.view(key{l.t.contractPK(holder), sortSubscription + id}, kindSubscription, r.JSON)
		if err != nil {
			return nil, err
		}
		add(it)
		row := newItem(l.t.subscriptionRow(s.EndOn, id), kindContractRow)
		row.text(attrHolder, holder)
		row.texts(attrOrders, termsOf(s.OrderNumber))
		add(row)
		for _, term := range s.LookUpNumbers() {
			add(newItem(l.t.search(term, searchSubscription, holder+"."+id), kindSearch))
		}
	case r.Scheduled != nil && r.Scheduled.InvoiceOn != "":
		it, err := l.view(l.t.scheduled(r.Scheduled.InvoiceOn, hashKey(r.Scheduled.Identity())), kindScheduled, r.JSON)
		if err != nil {
			return nil, err
		}
		add(it)
	}
	return out, nil
}

// termsOf are the search terms of numbers.
func termsOf(numbers ...string) []string {
	var terms []string
	for _, n := range center.Findable(numbers) {
		if term, ok := center.SearchTerm(n); ok && !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return terms
}

func (l *lane) view(at key, k kind, plain []byte) (item, error) {
	it := newItem(at, k)
	body, err := deflated(plain)
	if err != nil {
		return nil, err
	}
	it.bytes(attrBody, body)
	return it, nil
}

// seeRenewal puts a renewal with what it costs. What a person answered is not
// taken back by a revision.
func (l *lane) seeRenewal(ctx context.Context, c *change, was, now *center.Renewal) error {
	id := center.RenewalIDOf(l.id, now.Identity())
	holder := shortContract(center.ContractIDOf(l.id, now.ContractKey()))
	place := renewalPlace{l.id, holder, id}
	var course center.RenewalCourse
	stood := 0 // the version that stands at its place
	if was != nil && was.TermEnd != "" {
		old := renewalPlace{l.id, shortContract(center.ContractIDOf(l.id, was.ContractKey())), id}
		standing, err := l.s.renewalAt(ctx, old)
		if err != nil && !errors.Is(err, errAbsent) {
			return err
		}
		if course = standing.Course; course.Answer.Kind != "" {
			return center.Errorf(center.Unprocessable, string(center.CodeConflict), "The renewal was answered by %s; it can not be revised.",
				cmp.Or(course.Answer.ByName, "the day it ended"))
		}
		switch {
		case old == place:
			stood = course.Version
		case err == nil:
			gone := versioned("old renewal", newItem(l.t.renewal(old), kindRenewal), int64(course.Version))
			gone.verb, gone.item = remove, nil
			c.creations = append(c.creations, gone)
		}
		if was.TermEnd != now.TermEnd {
			course = center.RenewalCourse{Version: course.Version}
			c.creations = append(c.creations, write{name: "view", verb: remove, at: l.t.renewalRow(was.TermEnd, id)})
		}
	} else if _, err := l.s.renewalAt(ctx, place); !errors.Is(err, errAbsent) {
		return firstError(err, center.Errorf(center.Unprocessable, string(center.CodeConflict),
			"This renewal was booked before, its number written otherwise. Write it the same way."))
	}
	course.Version++
	it, err := l.t.renewalItem(place, now, course, l.today())
	if err != nil {
		return err
	}
	row := newItem(l.t.renewalRow(now.TermEnd, id), kindContractRow)
	row.text(attrHolder, holder)
	c.creations = append(c.creations, versioned("renewal", it, int64(stood)),
		write{name: "renewal row", verb: put, at: row.key(), item: row})
	return l.priceRenewal(ctx, c, id, now, course)
}

// priceRenewal puts what a renewal costs as a payable, or brings it in line.
func (l *lane) priceRenewal(ctx context.Context, c *change, id center.RenewalID, r *center.Renewal, course center.RenewalCourse) error {
	if err := l.readInvoices(ctx, []center.InvoiceID{id.PayableOf()}); err != nil {
		return err
	}
	head := l.invoices[id.PayableOf()]
	inv, priced := r.NewPayable(l.id, id)
	switch {
	case head == nil && !priced:
		return nil
	case head == nil:
		inv = inv.Follow(course, l.today())
		state := r.State(course, center.Paying{}, l.today())
		inv.Draft = inv.Draft || state == center.RenewalUpcoming || state == center.RenewalLapsed
		c.books[inv.ID] = book{now: inv}
		return l.findable(ctx, c, inv)
	case head.Active != "" || head.Settled.Sign() > 0:
		return center.Errorf(center.Unprocessable, string(center.CodeConflict), "The renewal is being paid, or was; it can not be revised.")
	case !priced:
		inv = head.Withdraw(r.TermEnd)
	default:
		inv = inv.Follow(course, l.today())
	}
	inv.Version = head.Version + 1
	c.books[inv.ID] = book{was: head, now: inv}
	return nil
}

// today is the account's day.
func (l *lane) today() center.Date {
	if a := l.ledger.account; a != nil {
		return center.Today(l.now, a.Zone())
	}
	return center.Today(l.now, center.Account{}.Zone())
}
