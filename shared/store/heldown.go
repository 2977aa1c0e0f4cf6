package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// scrub takes her out of an item whose attributes are still what they were:
// those of gone are removed, those of marked say that she was erased. bump
// counts the item's changes, so that whoever read it before writes no more.
type scrub struct {
	name         string
	it           item
	gone, marked []string
	bump         string
}

func (x scrub) write() write {
	w := write{name: x.name, verb: update, at: x.it.key(), values: item{}}
	var set, remove, was []string
	for _, attr := range slices.Concat(x.gone, x.marked) {
		if value, ok := x.it[attr]; ok {
			w.values[":"+attr] = value
			was = append(was, "#"+attr+" = :"+attr)
		}
	}
	for _, attr := range x.gone {
		if x.it[attr] != nil {
			remove = append(remove, "#"+attr)
		}
	}
	for _, attr := range x.marked {
		if x.it[attr] != nil {
			set = append(set, "#"+attr+" = :erased")
			w.values.text(":erased", center.Erased)
		}
	}
	if x.bump != "" {
		set = append(set, "#"+x.bump+" = #"+x.bump+" + :one")
		w.values.num(":one", 1)
	}
	if len(set) > 0 {
		w.change = "SET " + strings.Join(set, ", ")
	}
	if len(remove) > 0 {
		w.change = strings.TrimSpace(w.change + " REMOVE " + strings.Join(remove, ", "))
	}
	w.condition = strings.Join(was, " AND ")
	return w
}

// needed tells whether an item has any of the attributes, and not the mark.
func needed(it item, attrs ...string) bool {
	r := reader{it: it}
	return slices.ContainsFunc(attrs, func(attr string) bool { return r.has(attr) && r.text(attr) != center.Erased })
}

// scrubs makes a finding's erasure of scrubs, in one transaction. One that
// finds an item changed meanwhile leaves it to the next time.
func (t *trail) scrubs(all ...scrub) func(context.Context) error {
	return func(ctx context.Context) error {
		writes := make([]write, len(all))
		for i, x := range all {
			writes[i] = x.write()
		}
		return t.s.transact(ctx, "erase/"+writes[0].at.pk+writes[0].at.sk, writes)
	}
}

// removes makes a finding's erasure of items that go.
func (t *trail) removes(name string, keys ...key) func(context.Context) error {
	return func(ctx context.Context) error {
		for part := range slices.Chunk(keys, forgotten) {
			writes := make([]write, len(part))
			for i, at := range part {
				writes[i] = write{name: name, verb: remove, at: at}
			}
			if err := t.s.transact(ctx, "erase/"+keys[0].pk+keys[0].sk, writes); err != nil {
				return err
			}
		}
		return nil
	}
}

// instantText is an instant as it is told to people and machines alike.
func instantText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// facts are pairs of name and value; those without a value are left out.
func facts(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

// own is what stands under her own keys: her membership with grants and
// sessions, an invitation, a review entry, a calendar.
func (t *trail) own(ctx context.Context, account center.AccountID, _ string) (found []finding, _ string, err error) {
	of := tenantOf(account)
	keys := []key{of.review(t.who.review)}
	if t.who.contact != "" {
		keys = append(keys, of.member(t.who.contact), of.invitation(t.who.contact), of.calendarOf(t.who.contact))
	}
	stands, err := t.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, "", err
	}
	for _, k := range keys {
		it, ok := stands[k]
		if !ok {
			continue
		}
		var some []finding
		switch {
		case strings.HasPrefix(k.sk, sortMember):
			some, err = t.membership(ctx, account, it)
		case strings.HasPrefix(k.sk, sortInvite):
			some, err = t.invitation(account, it)
		case strings.HasPrefix(k.sk, sortReview):
			some, err = t.reviewEntry(it)
		default:
			some, err = t.calendar(account, it)
		}
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
	}
	return found, "", nil
}

// membership is hers, with grants and sessions, which go with it. One that was
// erased holds nothing.
func (t *trail) membership(ctx context.Context, account center.AccountID, it item) (found []finding, err error) {
	m, err := readMember(account, it)
	if err != nil || m.Contact.Email == "" && m.Contact.Removed() {
		return nil, err
	}
	c := m.Contact
	last := ""
	if c.IsPrimary() {
		people, err := t.s.people(ctx, account)
		if err != nil {
			return nil, err
		}
		if _, err := witnessOf(people, c.ID); err != nil {
			last = "true" // another must be named before she is erased
		}
	}
	found = append(found, finding{Held{Account: account, Kind: HeldMembership, Facts: facts("contact", string(c.ID), "email", c.Email, "name", c.Name,
		"language", c.Locale, "seenAt", instantText(m.SeenAt), "mayEnter", fmt.Sprint(m.mayEnter()),
		"accountName", m.AccountName, "lastPrimary", last)},
		func(ctx context.Context) error { return t.tombstone(ctx, account) }})
	for _, g := range c.Grants {
		found = append(found, finding{Held: Held{Account: account, Kind: HeldGrant,
			Facts: facts("type", string(g.Type), "source", g.SourceKind(), "number", g.Number, "since", instantText(g.At))}})
	}
	for _, id := range slices.Sorted(maps.Keys(m.Sessions)) {
		held := m.Sessions[id]
		found = append(found, finding{Held: Held{Account: account, Kind: HeldSession,
			Facts: facts("since", instantText(held.IssuedAt), "seenAt", instantText(held.SeenAt), "browser", held.Agent)}})
	}
	return found, nil
}

func (t *trail) invitation(account center.AccountID, it item) ([]finding, error) {
	i, err := readInvitation(account, it)
	return []finding{{Held{Account: account, Kind: HeldInvitation, Facts: facts("email", i.Email, "name", i.Name, "language", i.Locale, "message", i.Message,
		"type", string(i.Grant.Type), "state", string(i.StateAt(t.s.now())), "sentAt", instantText(i.SentAt))}, t.removes("invitation", it.key())}}, err
}

func (t *trail) reviewEntry(it item) ([]finding, error) {
	r, err := readReview(it)
	return []finding{{Held{Account: r.Account, Kind: HeldReview, Facts: facts("email", r.Email, "name", r.Name, "type", string(r.Grant.Type),
		"reason", string(r.Reason), "number", r.Grant.Number, "since", instantText(r.At))}, t.removes("review entry", it.key())}}, err
}

func (t *trail) calendar(account center.AccountID, it item) ([]finding, error) {
	r := open(it, kindCalendar)
	return []finding{{Held{Account: account, Kind: HeldCalendar, Facts: facts("since", instantText(r.instant(attrAt)))},
		t.removes("calendar", it.key(), calendarKey(r.text(attrID)))}}, r.err
}

// mentions are what she gave to others, which says by whom: grants of other
// contacts, and invitations.
func (t *trail) mentions(ctx context.Context, account center.AccountID, _ string) (found []finding, _ string, err error) {
	if t.who.contact == "" {
		return nil, "", nil
	}
	pk := tenantOf(account).pk(prefixAccount)
	members, err := t.s.askAll(ctx, question{pk: pk, from: sortMember, limit: maxPeople, current: true})
	if err != nil {
		return nil, "", err
	}
	for _, it := range members {
		m, err := readMember(account, it)
		if err != nil {
			return nil, "", err
		}
		if t.signed(m.Contact) {
			found = append(found, finding{Held{Account: account, Kind: HeldMention, Facts: facts("of", "grant", "contact", string(m.Contact.ID))},
				func(ctx context.Context) error { return t.unsign(ctx, account, m.Contact.ID) }})
		}
	}
	sent, err := t.s.askAll(ctx, question{pk: pk, from: sortInvite, limit: maxPeople, current: true})
	if err != nil {
		return nil, "", err
	}
	for _, it := range sent {
		i, err := readInvitation(account, it)
		if err != nil {
			return nil, "", err
		}
		if t.who.isHers(i.By.Email) || t.who.isHers(i.Grant.By) {
			found = append(found, finding{Held{Account: account, Kind: HeldMention, Facts: facts("of", "invitation", "sentAt", instantText(i.SentAt))},
				func(ctx context.Context) error { return t.unsignInvitation(ctx, account, i) }})
		}
	}
	return found, "", nil
}

// signed tells whether she gave a contact something.
func (t *trail) signed(c center.Contact) bool {
	return slices.ContainsFunc(c.Grants, func(g center.Grant) bool { return t.who.isHers(g.By) })
}

// unsign takes her address out of what a contact was granted.
func (t *trail) unsign(ctx context.Context, account center.AccountID, id center.ContactID) error {
	for range moveTries {
		m, err := t.s.Membership(ctx, account, id)
		if err != nil {
			return err
		}
		after := m.Contact
		if !t.signed(after) {
			return nil // an answer was lost on the way
		}
		after.Grants = slices.Clone(after.Grants)
		for i := range after.Grants {
			if t.who.isHers(after.Grants[i].By) {
				after.Grants[i].By = center.Erased
			}
		}
		w := write{name: "membership", verb: update, at: tenantOf(account).member(id), values: item{}, change: "SET #g = :g, #n = :next", condition: "#n = :was"}
		w.values[":g"] = grantsValue(after.Grants)
		w.values.num(":was", int64(m.Contact.Version))
		w.values.num(":next", int64(m.Contact.Version)+1)
		if err := t.s.apply(ctx, w); !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// unsignInvitation takes her out of an invitation that she sent, which ends.
func (t *trail) unsignInvitation(ctx context.Context, account center.AccountID, i center.Invitation) error {
	was := i.Version
	i.By.Email, i.By.Name, i.Grant.By = center.Erased, center.Erased, center.Erased
	if i.State == center.InvitationPending {
		i.State, i.EndedAt = center.InvitationRevoked, t.s.now()
	}
	i.Version++
	return t.s.transact(ctx, "unsign/"+string(i.ID), []write{versioned("invitation", tenantOf(account).invitationItem(i), int64(was))})
}

// recipients of copies may be anybody's address.
func (t *trail) recipients(ctx context.Context, account center.AccountID, _ string) ([]finding, string, error) {
	it, err := t.s.get(ctx, tenantOf(account).billing())
	if err == errAbsent {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	p, err := readBilling(it)
	lists := recipientsOf(p, t.who)
	if err != nil || len(lists) == 0 {
		return nil, "", err
	}
	return []finding{{Held{Account: account, Kind: HeldRecipient, Facts: facts("email", t.who.address, "copies", strings.Join(lists, ", "))},
		func(ctx context.Context) error { return t.unlist(ctx, account) }}}, "", nil
}

// recipientsOf are the lists of recipients that she is on.
func recipientsOf(p center.BillingProfile, who subject) (lists []string) {
	for name, list := range map[string][]string{"invoices": p.Recipients.Invoices, "reminders": p.Recipients.Reminders,
		"statements": p.Recipients.Statements, "receipts": p.Recipients.Receipts} {
		if slices.ContainsFunc(list, who.isHers) {
			lists = append(lists, name)
		}
	}
	slices.Sort(lists)
	return lists
}

func (t *trail) unlist(ctx context.Context, account center.AccountID) error {
	of := tenantOf(account)
	for range moveTries {
		p, err := t.s.In(center.Actor{Account: account}).BillingProfile(ctx)
		if err != nil {
			return err
		}
		if len(recipientsOf(p, t.who)) == 0 {
			return nil // an answer was lost on the way
		}
		was := p.Version
		for _, list := range []*[]string{&p.Recipients.Invoices, &p.Recipients.Reminders, &p.Recipients.Statements, &p.Recipients.Receipts} {
			*list = slices.DeleteFunc(*list, t.who.isHers)
		}
		p.Version++
		body, err := packed(p)
		if err != nil {
			return err
		}
		it := newItem(of.billing(), kindBilling)
		it.bytes(attrBody, body)
		it.num(attrVersion, int64(p.Version))
		if err := t.s.apply(ctx, versioned("billing profile", it, int64(was))); !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// answers to keyed requests are remembered for some days, and may name her.
func (t *trail) answers(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	items, last, err := t.ask(ctx, question{pk: tenantOf(account).pk(prefixAccount), from: sortOnce, limit: heldRows}, after)
	for _, it := range items {
		r := open(it, kindOnce)
		if r.err == nil && t.who.tells(string(r.bytes(attrAnswer))) {
			found = append(found, finding{Held{Account: account, Kind: HeldAnswer, Facts: facts("until", instantText(time.Unix(r.num(attrTTL), 0)))},
				t.removes("once", it.key())})
		}
	}
	return found, last, err
}

// listings are the orders in a list of her own.
func (t *trail) listings(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	if t.who.contact == "" {
		return nil, "", nil
	}
	items, last, err := t.ask(ctx, question{pk: tenantOf(account).contactList(t.who.contact), limit: heldRows}, after)
	for _, it := range items {
		r := reader{it: it}
		found = append(found, finding{Held{Account: account, Kind: HeldListing, Facts: facts("number", r.text(attrNumberFull))}, t.removes("order of a contact", it.key())})
	}
	return found, last, err
}

// ask is one stretch of a place, behind a key; last is "" at its end.
func (t *trail) ask(ctx context.Context, q question, after string) (items []item, last string, err error) {
	q.current = q.index == ""
	if after != "" {
		q.start = key{q.pk, after}.attributes()
	}
	items, more, err := t.s.ask(ctx, q)
	if more != nil {
		last = more.key().sk
	}
	return items, last, err
}
