package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// orderSource begins the source of grants that an order gave.
const orderSource = "order:"

// grant gives a person what g says, making her a contact where she is none.
// It returns her id.
func (l *lane) grant(c *change, g center.ContactGrant) center.ContactID {
	id := center.ContactIDOf(g.Email)
	current, exists := l.members[id]
	pending, changing := c.members[id]
	if changing {
		current, exists = pending.now, true
	}
	if !exists {
		a := l.accountNow(c)
		c.members[id] = member{now: Membership{
			Contact: center.Contact{ID: id, Account: l.id, Email: strings.TrimSpace(g.Email), Name: g.Name, Active: true, Version: 1,
				Grants: []center.Grant{kept(g.Grant)}},
			AccountName: a.Name, TimeZone: a.TimeZone, Locale: a.Locale,
		}}
		return id
	}
	if slices.Contains(current.Contact.Withheld, g.Grant.Source) {
		return id // it was taken from her: the same source does not give it back
	}
	next := current
	next.Contact.Grants = slices.Clone(current.Contact.Grants)
	if !slices.ContainsFunc(next.Contact.Grants, func(held center.Grant) bool { return sameReason(held, g.Grant) }) {
		next.Contact.Grants = append(next.Contact.Grants, kept(g.Grant))
	} else if g.Name == "" || g.Name == next.Contact.Name {
		return id
	}
	// Who has left comes back, also who was erased; who is suspended stays so.
	next.Contact.Email = cmp.Or(next.Contact.Email, strings.TrimSpace(g.Email))
	next.Contact.Active = !current.Contact.Suspended()
	if g.Name != "" {
		next.Contact.Name = g.Name
	}
	if changing {
		c.members[id] = member{was: pending.was, now: next}
		return id
	}
	next.Contact.Version++
	c.members[id] = member{was: &current, now: next}
	return id
}

// kept is a grant as a membership keeps it. Which orders a scoped one reaches
// stands in the contact's own list (L#acc#contact): a membership is read with
// every request and must stay small.
func kept(g center.Grant) center.Grant {
	if g.Scoped {
		g.Orders = nil
	}
	return g
}

// sameReason tells whether a grant adds nothing to one that is held: orders
// that give the same are one reason.
func sameReason(held, g center.Grant) bool {
	sameSource := held.Source == g.Source ||
		strings.HasPrefix(held.Source, orderSource) && strings.HasPrefix(g.Source, orderSource)
	return held.Type == g.Type && held.Scoped == g.Scoped && sameSource
}

// accountNow is the account as the change leaves it.
func (l *lane) accountNow(c *change) account {
	if c.account != nil {
		return c.account.now
	}
	return *l.ledger.account
}

// maxReviews is how many people of one paper are put on the review list.
const maxReviews = 10

// review puts people on the account's review list, once each, unless they are
// contacts already.
func (l *lane) review(ctx context.Context, c *change, people []center.ReviewContact) error {
	if len(people) == 0 {
		return nil
	}
	if err := l.readPeople(ctx); err != nil {
		return err
	}
	for _, p := range people[:min(len(people), maxReviews)] {
		id := center.ContactIDOf(p.Email)
		if id == "" {
			id = center.ContactID(hashKey("review", p.Email))
		}
		stands, member := l.members[id]
		member = member && stands.Contact.Email != "" // who was erased is named anew
		_, joining := c.members[id]
		if member || joining || l.reviews[id] {
			continue
		}
		l.reviews[id] = true
		c.creations = append(c.creations, l.reviewWrite(id, p))
	}
	return nil
}

// Attributes of a review entry, and where it stands in index work while an
// operator has not decided.
const (
	attrWorkPK = "wp"
	attrWorkSK = "ws"
)

func (l *lane) reviewWrite(id center.ContactID, p center.ReviewContact) write {
	at := l.t.review(id)
	it := newItem(at, kindReview)
	it.text(attrID, string(id))
	it.text(attrAccount, string(l.id))
	it.text(attrEmail, p.Email)
	it.text(attrName, p.Name)
	it.text(attrReason, string(p.Reason))
	it[attrGrants] = grantsValue([]center.Grant{p.Grant})
	it.instant(attrAt, l.now)
	pk, sk := reviewIndex(l.id, l.now.UTC().Format(time.RFC3339))
	it.text(attrWorkPK, pk)
	it.text(attrWorkSK, sk)
	return write{name: "review entry", verb: put, at: at, item: it, condition: absent}
}

// unassignedName is what the account of papers without a customer is called.
const unassignedName = "Unassigned (%s)"

// ensureAccount makes the account with its first paper, and warns when a
// later one calls it otherwise.
func (l *lane) ensureAccount(c *change, k center.AccountKey, customer, vendor center.Party) []center.RowNote {
	name, trading := customer.Name, customer.TradingName
	if name == "" {
		name, trading = trading, ""
	}
	if known := l.ledger.account; known != nil {
		if name == "" || strings.EqualFold(name, known.Name) || strings.EqualFold(name, known.TradingName) || k.Unassigned() {
			return nil
		}
		return []center.RowNote{{Code: center.WarnAccountDiffers, Field: "customer.name",
			Message: fmt.Sprintf("The account is called %q here, and %q on the paper.", known.Name, name)}}
	}
	if k.Unassigned() {
		name = fmt.Sprintf(unassignedName, vendor.Name)
	}
	a := l.newAccount(k.Value)
	a.Name, a.TradingName, a.Address = cmp.Or(name, a.Name), trading, customer.Address
	if customer.VAT != "" {
		a.TaxIDs = []string{customer.VAT}
	}
	c.account = &accountChange{now: a}
	return nil
}

func (l *lane) newAccount(k string) account {
	return account{Account: center.Account{ID: l.id, Key: k, Name: k, TimeZone: l.s.timeZone, Locale: l.s.locale,
		NetTermsDays: -1, CreatedAt: l.now, Version: 1}}
}

// decideAccount books what the vendor says of an account: it overrides what
// papers said. It recomputes nothing that was booked.
func (l *lane) decideAccount(ctx context.Context, i int, r *center.AccountRecord) (BookResult, []*change, error) {
	print := l.records[i].Fingerprint
	result := BookResult{Result: center.ResultCreated, ID: string(l.id)}
	current := l.ledger.account
	if current != nil && current.recordPrint == print {
		result.Result = center.ResultUnchanged
		return result, nil, nil
	}
	next := l.newAccount(strings.TrimSpace(r.Key))
	if current != nil {
		next = *current
		next.Version++
	}
	if err := override(&next, r); err != nil {
		return BookResult{}, nil, err
	}
	next.recordPrint = print
	c := newChange()
	c.account = &accountChange{was: current, now: next}
	if current != nil && (current.Name != next.Name || current.TimeZone != next.TimeZone || current.Locale != next.Locale) {
		// The account goes last: while it does not stand, the same record
		// posted again tells its contacts anew.
		changes, err := l.rename(ctx, next)
		return result, append(changes, c), err
	}
	return result, []*change{c}, nil
}

func override(a *account, r *center.AccountRecord) error {
	set := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	set(&a.Name, r.Name)
	set(&a.TradingName, r.TradingName)
	set(&a.TimeZone, r.TimeZone)
	set(&a.Locale, r.Locale)
	set(&a.OperatorNotes, r.OperatorNotes)
	if r.NetTermsDays != nil {
		a.NetTermsDays = *r.NetTermsDays
	}
	if r.BillingAddress != nil {
		a.Address = r.BillingAddress
	}
	if len(r.TaxIDs) > 0 {
		a.TaxIDs = r.TaxIDs
	}
	if _, err := time.LoadLocation(a.TimeZone); err != nil {
		return center.Errorf(center.Unprocessable, string(center.CodeBadRecord), "%q is not an IANA time zone.", a.TimeZone)
	}
	return nil
}

// renamesAtOnce is how many contacts learn in one transaction what their
// account is called now; each is two writes.
const renamesAtOnce = 40

// rename tells every contact of the account its name, zone and locale, which
// stand in the memberships so that a request need not read the account.
func (l *lane) rename(ctx context.Context, a account) ([]*change, error) {
	if err := l.readPeople(ctx); err != nil {
		return nil, err
	}
	var changes []*change
	c := newChange()
	for id, m := range l.members {
		was := m
		m.AccountName, m.TimeZone, m.Locale = a.Name, a.TimeZone, a.Locale
		m.Contact.Version++
		c.members[id] = member{was: &was, now: m}
		if len(c.members) == renamesAtOnce {
			changes, c = append(changes, c), newChange()
		}
	}
	if len(c.members) > 0 {
		changes = append(changes, c)
	}
	return changes, nil
}

// decideContact lets a person in because the vendor says so.
func (l *lane) decideContact(ctx context.Context, r *center.ContactRecord) (BookResult, []*change, error) {
	if l.ledger.account == nil {
		return rejected(center.CodeUnknownCustomer, "account", fmt.Sprintf("There is no account %q.", r.Account)), nil, nil
	}
	g, err := r.Grant(l.b.By, l.now)
	if err != nil {
		return BookResult{}, nil, err
	}
	if err := l.readPeople(ctx); err != nil {
		return BookResult{}, nil, err
	}
	c := newChange()
	id := l.grant(c, g)
	result := BookResult{Result: center.ResultCreated, ID: string(id)}
	m, changing := c.members[id]
	if changing && r.Locale != "" {
		m.now.Contact.Locale = r.Locale
		c.members[id] = m
	}
	if !changing {
		result.Result = center.ResultUnchanged
		return result, nil, nil
	}
	return result, []*change{c}, nil
}

// maxRecordID is how much of a record's own id stands in its key.
const maxRecordID = 200
