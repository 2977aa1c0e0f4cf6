package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ErrNoRenewal is the one answer for renewals that do not exist, are another
// account's, or came by no order that names who asks.
var ErrNoRenewal = center.Errorf(center.NotFound, "renewal-not-found", "There is no such renewal.")

// Attributes of a renewal.
const (
	attrOffered    = "of"
	attrNoticed    = "nc"
	attrAnswered   = "an"
	attrByPO       = "ap"
	attrTerms      = "av"
	attrAnswerNote = "ar"
	attrByName     = "bn"
	attrAnsweredAt = "aa"
	attrRaised     = "ri"
	attrLapsed     = "la"
)

// renewalItem is a renewal with its course, in index work until its next step.
func (t tenant) renewalItem(p renewalPlace, r *center.Renewal, c center.RenewalCourse, today center.Date) (item, error) {
	it := newItem(t.renewal(p), kindRenewal)
	body, err := packed(r)
	if err != nil {
		return nil, err
	}
	it.bytes(attrBody, body)
	it.text(attrOffered, c.Offered.Compact())
	it.some(attrNoticed, int64(c.Noticed))
	it.text(attrRaised, c.Invoice)
	it.text(attrLapsed, c.LapsedOn.Compact())
	if a := c.Answer; a.Kind != "" {
		it.text(attrAnswered, string(a.Kind))
		it.text(attrMethod, string(a.Method))
		it.text(attrByPO, a.PONumber)
		it.text(attrTerms, a.TermsVersion)
		it.text(attrAnswerNote, a.Reason)
		it.text(attrBy, string(a.By))
		it.text(attrByName, a.ByName)
		it.instant(attrAnsweredAt, a.At)
	}
	it.num(attrVersion, int64(c.Version))
	if _, on, ok := r.NextStep(c, today); ok {
		pk, sk := renewalIndex(p, on)
		it.text(attrWorkPK, pk)
		it.text(attrWorkSK, sk)
	}
	return it, nil
}

func readRenewal(it item) (center.RenewalCase, error) {
	r := open(it, kindRenewal)
	place, err := placeOfRenewal(it.key())
	if err != nil {
		return center.RenewalCase{}, err
	}
	contract, err := longContract(place.holder)
	if err != nil {
		return center.RenewalCase{}, err
	}
	out := center.RenewalCase{ID: place.id, Contract: contract, Course: center.RenewalCourse{
		Offered: r.date(attrOffered), Noticed: int(r.num(attrNoticed)), Invoice: r.text(attrRaised), LapsedOn: r.date(attrLapsed),
		Answer: center.RenewalAnswer{Kind: center.AnswerKind(r.text(attrAnswered)), Method: center.RenewalMethod(r.text(attrMethod)),
			PONumber: r.text(attrByPO), TermsVersion: r.text(attrTerms), Reason: r.text(attrAnswerNote), By: center.ContactID(r.text(attrBy)),
			ByName: r.text(attrByName), At: r.instant(attrAnsweredAt)},
		Version: int(r.num(attrVersion)),
	}}
	_, err = unpack(r.bytes(attrBody), &out.Renewal)
	return out, firstError(r.err, err)
}

func placeOf(account center.AccountID, r center.RenewalCase) renewalPlace {
	return renewalPlace{account, shortContract(r.Contract), r.ID}
}

func (s *Store) renewalAt(ctx context.Context, p renewalPlace) (center.RenewalCase, error) {
	it, err := s.get(ctx, tenantOf(p.account).renewal(p))
	if err != nil {
		return center.RenewalCase{}, err
	}
	return readRenewal(it)
}

// payables reads what is to be paid of renewals.
func (a Account) payables(ctx context.Context, renewals []*center.RenewalCase) error {
	ids := make([]center.InvoiceID, len(renewals))
	for i, r := range renewals {
		ids[i] = r.ID.PayableOf()
	}
	l := newLedger(a.s, a.actor.Account)
	if err := l.readPayables(ctx, ids); err != nil {
		return err
	}
	for _, r := range renewals {
		r.Payable = l.invoices[r.ID.PayableOf()]
	}
	return nil
}

// Renewals is a page of the account's renewals, the first to end first. With
// ownOnly those of contracts that came by an order which names the actor.
func (a Account) Renewals(ctx context.Context, ownOnly bool, cursor string, limit int) (list []center.RenewalCase, next string, err error) {
	rows, next, err := a.listed(ctx, routeRenewals, sortRenewal, false, cursor, limit)
	if err != nil {
		return nil, "", err
	}
	keys := make([]key, len(rows))
	for i, it := range rows {
		r := open(it, kindContractRow)
		keys[i] = key{a.t.contractPK(r.text(attrHolder)), sortRenewal + rowID(it.key().sk)}
	}
	found, err := a.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, "", err
	}
	for _, at := range keys {
		if it, ok := found[at]; ok {
			r, err := readRenewal(it)
			if err != nil {
				return nil, "", err
			}
			list = append(list, r)
		}
	}
	if ownOnly {
		if list, err = a.ownRenewals(ctx, list); err != nil {
			return nil, "", err
		}
	}
	pointers := make([]*center.RenewalCase, len(list))
	for i := range list {
		pointers[i] = &list[i]
	}
	return list, next, a.payables(ctx, pointers)
}

// ownRenewals keeps those of contracts that the actor may see.
func (a Account) ownRenewals(ctx context.Context, list []center.RenewalCase) (own []center.RenewalCase, err error) {
	seen := map[center.ContractID]bool{}
	for _, r := range list {
		open, known := seen[r.Contract]
		if !known {
			_, err := a.Contract(ctx, r.Contract, true)
			if err != nil && !errors.Is(err, ErrNoContract) {
				return nil, err
			}
			open = err == nil
			seen[r.Contract] = open
		}
		if open {
			own = append(own, r)
		}
	}
	return own, nil
}

// Renewal is one renewal, of the contract it stands with.
func (a Account) Renewal(ctx context.Context, contract center.ContractID, id center.RenewalID, ownOnly bool) (center.RenewalCase, error) {
	if !hasIDForm(id, "rnw_") || !hasIDForm(contract, "con_") {
		return center.RenewalCase{}, ErrNoRenewal
	}
	if ownOnly {
		if _, err := a.Contract(ctx, contract, true); errors.Is(err, ErrNoContract) {
			return center.RenewalCase{}, ErrNoRenewal
		} else if err != nil {
			return center.RenewalCase{}, err
		}
	}
	r, err := a.s.renewalAt(ctx, renewalPlace{a.actor.Account, shortContract(contract), id})
	if errors.Is(err, errAbsent) {
		return center.RenewalCase{}, ErrNoRenewal
	}
	if err != nil {
		return center.RenewalCase{}, err
	}
	return r, a.payables(ctx, []*center.RenewalCase{&r})
}

var (
	errAnswered = center.Errorf(center.Conflict, "renewal-answered", "This renewal was answered already. Please look at it again.")
	errNotNow   = center.Errorf(center.Conflict, "renewal-not-open", "This renewal can not be accepted or declined now.")
)

// AnswerRenewal writes down what a contact answered. Accepted, what it costs
// can be paid; declined, nothing is to be paid. What is accepted on invoice
// terms, where neither the answer nor the renewal names a PO number, goes by the
// account's default one if that takes it; named, that one must take it. The same
// answer of the same contact again changes nothing. Conflict renewal-answered when somebody
// answered otherwise before, renewal-not-open when it is not offered on the
// account's day, price-changed when what is accepted is not its price,
// Unprocessable terms-changed when the terms are not those accepted.
func (a Account) AnswerRenewal(ctx context.Context, r center.RenewalCase, answer center.RenewalAnswer) (center.RenewalCase, error) {
	for range moveTries {
		if held := r.Course.Answer; held.Kind != "" {
			samePO := held.PONumber == answer.PONumber || answer.PONumber == "" && answer.Method == center.RenewByTerms
			if held.Kind == answer.Kind && held.By == answer.By && held.Method == answer.Method && samePO {
				return r, nil
			}
			return r, errAnswered
		}
		if answer.Kind == center.AnswerAccepted && answer.TermsVersion != r.Renewal.TermsVersion {
			return r, center.Errorf(center.Unprocessable, "terms-changed", "The terms are of version %q. Please read them before you accept.", r.Renewal.TermsVersion)
		}
		if price, _ := r.Renewal.Price(); answer.Kind == center.AnswerAccepted && answer.Price != price {
			return r, priceChanged(price)
		}
		if !r.Renewal.Answerable(r.Course, center.PayingOf(r.Payable), a.Today()) {
			return r, errNotNow
		}
		next := r
		next.Course.Answer = answer
		under, err := a.underPO(ctx, r.Renewal, &next.Course.Answer)
		if err != nil {
			return r, err
		}
		err = a.s.moveRenewal(ctx, a.actor.Account, r, &next, "renewal-"+string(answer.Kind), a.Today(), under)
		if err == nil {
			return next, nil
		}
		if !isRefusal(err) {
			return r, err
		}
		if r, err = a.Renewal(ctx, r.Contract, r.ID, false); err != nil {
			return r, err
		}
	}
	return r, errBusy
}

// priceChanged refuses to accept what costs something else by now.
func priceChanged(price money.Money) error {
	now := "It has no price any more."
	if price.Currency != "" {
		now = "It costs " + price.String() + " now."
	}
	return center.Errorf(center.Conflict, "price-changed", "The price changed since you looked at it. %s Please look at the renewal again.", now)
}

// priceText is a price as letters and the audit log keep it; "" where there is
// none.
func priceText(p money.Money) string {
	if p.Currency == "" {
		return ""
	}
	return p.Decimal() + " " + string(p.Currency)
}

// moveRenewal writes a renewal's next course, with what is to be paid of it
// brought in line, in one transaction with letters and the audit entry.
func (s *Store) moveRenewal(ctx context.Context, account center.AccountID, was center.RenewalCase, now *center.RenewalCase, step string, today center.Date, letters []write) error {
	t, at := tenantOf(account), s.now()
	l := newLedger(s, account)
	c := newChange()
	now.Course.Version++
	it, err := t.renewalItem(placeOf(account, was), &now.Renewal, now.Course, today)
	if err != nil {
		return err
	}
	c.creations = append(c.creations, versioned("renewal", it, int64(was.Course.Version)))
	if was.Payable != nil {
		if head := was.Payable.Follow(now.Course, today); !reflect.DeepEqual(head, *was.Payable) {
			head.Version++
			old := *was.Payable
			c.books[head.ID] = book{was: &old, now: head}
			now.Payable = &head
		}
	}
	c.creations = append(c.creations, letters...)
	answer := now.Course.Answer
	c.creations = append(c.creations, t.auditWrite(center.AuditEntry{Kind: center.AuditKind(step), At: at, By: cmp.Or(answer.ByName, nobody),
		Contact: answer.By, Subject: was.Renewal.Identity(), Facts: factsOf(answer)}, string(was.ID), fmt.Sprint(now.Course.Version)))
	writes, err := l.writes(c)
	if err != nil {
		return err
	}
	return s.transact(ctx, fmt.Sprintf("%s/%s/%d", step, was.ID, now.Course.Version), writes)
}

// factsOf are what the audit log keeps of an answer.
func factsOf(a center.RenewalAnswer) map[string]string {
	facts := map[string]string{}
	for name, value := range map[string]string{"method": string(a.Method), "poNumber": a.PONumber, "termsVersion": a.TermsVersion, "reason": a.Reason, "price": priceText(a.Price)} {
		if value != "" {
			facts[name] = value
		}
	}
	return facts
}

// DueRenewal is a renewal whose next step may be due.
type DueRenewal struct{ place renewalPlace }

// Account is whose it is.
func (d DueRenewal) Account() center.AccountID { return d.place.account }

// earliestZone is how far the first day on earth is ahead of UTC's.
const earliestZone = 14 * time.Hour

// DueCursor is how far a run has looked for what is due. The zero one is its
// beginning.
type DueCursor struct {
	first  int  // shard
	looked int  // shards that are through
	start  item // within the next; nil at its beginning
}

// Done tells that all was looked at.
func (c DueCursor) Done() bool { return c.looked == renewalShards }

// DueRenewals are some of those whose next step is due somewhere on earth, of
// one shard and the oldest first, at most limit; none of the others is read. A
// run that comes to its end in no time begins at another shard each hour.
func (s *Store) DueRenewals(ctx context.Context, from DueCursor, limit int) (due []DueRenewal, next DueCursor, err error) {
	if from.looked == 0 && from.start == nil {
		from.first = int(s.now().Unix() / int64(time.Hour/time.Second) % renewalShards)
	}
	today := compact(center.Today(s.now().Add(earliestZone), time.UTC))
	items, last, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: renewalWorkPK((from.first + from.looked) % renewalShards),
		attr: attrWorkSK, from: workStart, to: today + sortEnd, limit: limit, start: from.start})
	if err != nil {
		return nil, from, err
	}
	for _, it := range items {
		place, err := placeOfRenewal(it.key())
		if err != nil {
			return nil, from, err
		}
		due = append(due, DueRenewal{place})
	}
	next = DueCursor{first: from.first, looked: from.looked, start: last}
	if last == nil {
		next.looked++
	}
	return due, next, nil
}

// StepRenewal takes the next step of a renewal if it is due on its account's
// day; step is "" when none was. Doing it again does nothing again.
func (s *Store) StepRenewal(ctx context.Context, d DueRenewal) (step center.RenewalStep, err error) {
	r, err := s.renewalAt(ctx, d.place)
	if errors.Is(err, errAbsent) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	owner, err := s.profile(ctx, d.place.account)
	if err != nil {
		return "", err
	}
	today := center.Today(s.now(), owner.Zone())
	step, on, ok := r.Renewal.NextStep(r.Course, today)
	if !ok || on > today {
		return "", nil
	}
	a := Account{s: s, actor: center.Actor{Account: d.place.account}, t: tenantOf(d.place.account)}
	if err := a.payables(ctx, []*center.RenewalCase{&r}); err != nil {
		return "", err
	}
	next := r
	next.Course = r.Renewal.Step(r.Course, step, today, s.now())
	letters, err := a.renewalLetters(ctx, r, step, next.Course)
	if err != nil {
		return "", err
	}
	err = s.moveRenewal(ctx, d.place.account, r, &next, "renewal-"+string(step), today, letters)
	if isRefusal(err) { // somebody else was faster
		return "", nil
	}
	return step, err
}

// renewalLetters tell those who may accept of a step; none of a renewal that
// was over before it came.
func (a Account) renewalLetters(ctx context.Context, r center.RenewalCase, step center.RenewalStep, now center.RenewalCourse) ([]write, error) {
	kind, ok := center.RenewalLetter(step, r.Course)
	if !ok {
		return nil, nil
	}
	people, err := a.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	price, _ := r.Renewal.Price()
	var letters []write
	for _, p := range holders(people, center.ContactPrimary, center.ContactPayables) {
		letters = append(letters, letterWrite(center.Letter{
			ID:   letterID(kind, string(a.actor.Account), string(p.ID), string(r.ID), fmt.Sprint(now.Version)),
			Kind: kind, To: p.Email, Name: p.Name, Locale: p.Locale, Account: a.actor.Account, Contact: p.ID, CreatedAt: a.s.now(),
			Params: map[string]string{"renewal": string(r.ID), "contract": string(r.Contract), "number": r.Renewal.Identity(),
				"title": r.Renewal.Title, "ends": string(r.Renewal.TermEnd), "price": priceText(price), "mode": r.Renewal.Mode}}))
		if len(letters) == maxRenewalLetters {
			break
		}
	}
	return letters, nil
}

// maxRenewalLetters keeps a step within one transaction.
const maxRenewalLetters = 50
