package store

import (
	"context"
	"maps"
	"slices"

	"customercenter/shared/center"
)

// Attributes of a document identity.
const (
	attrPrint   = "fp"
	attrMarkOf  = "mk"
	attrWaiting = "w"
)

// identity is who a number belongs to, across accounts. Before a paper that a
// credit names has come, its identity stands already, without an owner, with
// the credits that wait for it: the one item on which the two meet, in
// whichever order they come.
type identity struct {
	at      key
	owner   center.AccountID // "" while the paper has not come
	id      string
	print   string   // fingerprint of the content
	mark    string   // which record of which import booked it
	waiting []string // credits that named it before it came, as account/invoice
	version int64    // 0 while it does not stand in the table
}

func (n identity) item() item {
	it := newItem(n.at, kindIdentity)
	it.text(attrAccount, string(n.owner))
	it.text(attrID, n.id)
	it.text(attrPrint, n.print)
	it.text(attrMarkOf, n.mark)
	it.texts(attrWaiting, n.waiting)
	it.num(attrVersion, n.version)
	return it
}

func readIdentity(it item) (identity, error) {
	r := open(it, kindIdentity)
	return identity{at: it.key(), owner: center.AccountID(r.text(attrAccount)), id: r.text(attrID), print: r.text(attrPrint),
		mark: r.text(attrMarkOf), waiting: r.texts(attrWaiting), version: r.num(attrVersion)}, r.err
}

// book is an invoice being changed: as it stands in the table, nil when it
// does not yet, and as it shall stand.
type book struct {
	was *center.Invoice
	now center.Invoice
}

// member is a membership being changed.
type member struct {
	was *Membership
	now Membership
}

// change is what booking one record does: things that stand once and for
// all, and things changed together with what they were.
type change struct {
	creations  []write
	books      map[center.InvoiceID]book
	identities map[key]claim
	members    map[center.ContactID]member
	purses     map[center.SubscriptionID]purseChange
	notices    map[key]write // of rewards, each once
	account    *accountChange
}

// purseChange is a purse being changed, from the version it was read in.
type purseChange struct {
	was int64
	now purseHead
}

// claim is an identity being changed, from the version it was read in.
type claim struct {
	was int64
	now identity
}

type accountChange struct {
	was *account
	now account
}

func newChange() *change {
	return &change{books: map[center.InvoiceID]book{}, identities: map[key]claim{}, members: map[center.ContactID]member{},
		purses: map[center.SubscriptionID]purseChange{}, notices: map[key]write{}}
}

// merged is the change with another one behind it.
func (c *change) merged(next *change) *change {
	out := &change{
		creations: slices.Concat(c.creations, next.creations), account: c.account,
		books: maps.Clone(c.books), identities: maps.Clone(c.identities), members: maps.Clone(c.members), purses: maps.Clone(c.purses),
		notices: maps.Clone(c.notices),
	}
	for id, b := range next.books {
		if first, ok := out.books[id]; ok {
			b.was = first.was
		}
		out.books[id] = b
	}
	for at, n := range next.identities {
		if first, ok := out.identities[at]; ok {
			n.was = first.was
		}
		out.identities[at] = n
	}
	for id, m := range next.members {
		if first, ok := out.members[id]; ok {
			m.was = first.was
		}
		out.members[id] = m
	}
	maps.Copy(out.notices, next.notices)
	for id, p := range next.purses {
		if first, ok := out.purses[id]; ok {
			p.was = first.was
		}
		out.purses[id] = p
	}
	if next.account != nil {
		a := *next.account
		if c.account != nil {
			a.was = c.account.was
		}
		out.account = &a
	}
	return out
}

// ledger is one account's books while records are booked: what was read, and
// over it what is about to be written.
type ledger struct {
	s  *Store
	t  tenant
	id center.AccountID

	account    *account
	invoices   map[center.InvoiceID]*center.Invoice // nil: known to be absent
	identities map[key]identity                     // version 0: known to be absent
	members    map[center.ContactID]Membership
	reviews    map[center.ContactID]bool
	peopleRead bool
	near       map[string][]center.InvoiceID // by NearNumber
	others     map[key]standingRecord
	purses     map[center.SubscriptionID]purseHead // version 0: known to be absent
}

func newLedger(s *Store, id center.AccountID) *ledger {
	l := &ledger{s: s, t: tenantOf(id), id: id}
	l.forget()
	return l
}

// forget drops all that was read, after a write showed it to be old.
func (l *ledger) forget() {
	l.account, l.peopleRead = nil, false
	l.invoices = map[center.InvoiceID]*center.Invoice{}
	l.identities = map[key]identity{}
	l.members = map[center.ContactID]Membership{}
	l.reviews = map[center.ContactID]bool{}
	l.near = map[string][]center.InvoiceID{}
	l.others = map[key]standingRecord{}
	l.purses = map[center.SubscriptionID]purseHead{}
}

// readIdentities reads those that are not known yet.
func (l *ledger) readIdentities(ctx context.Context, keys []key) error {
	keys = missing(keys, l.identities)
	found, err := l.s.getMany(ctx, keys, true)
	if err != nil {
		return err
	}
	for _, at := range keys {
		n := identity{at: at}
		if it, ok := found[at]; ok {
			if n, err = readIdentity(it); err != nil {
				return err
			}
		}
		l.identities[at] = n
	}
	return nil
}

// readInvoices reads the heads that are not known yet.
func (l *ledger) readInvoices(ctx context.Context, ids []center.InvoiceID) error {
	ids = missing(ids, l.invoices)
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = l.t.head(id)
	}
	found, err := l.s.getMany(ctx, keys, true)
	if err != nil {
		return err
	}
	for i, id := range ids {
		l.invoices[id] = nil
		if it, ok := found[keys[i]]; ok {
			inv, err := readHead(l.id, id, it)
			if err != nil {
				return err
			}
			l.invoices[id] = &inv
		}
	}
	return nil
}

// missing are the wanted keys that known does not have, each once.
func missing[K comparable, V any](wanted []K, known map[K]V) []K {
	var out []K
	seen := map[K]bool{}
	for _, k := range wanted {
		if _, ok := known[k]; !ok && !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

// maxPeople is how many contacts and review entries one call reads.
const maxPeople = 500

// readPeople reads the account's contacts and who waits for an operator.
func (l *ledger) readPeople(ctx context.Context) error {
	if l.peopleRead {
		return nil
	}
	members, err := l.s.askAll(ctx, question{pk: l.t.pk(prefixAccount), from: sortMember, limit: maxPeople, current: true})
	if err != nil {
		return err
	}
	for _, it := range members {
		m, err := readMember(l.id, it)
		if err != nil {
			return err
		}
		l.members[m.Contact.ID] = m
	}
	reviews, err := l.s.askAll(ctx, question{pk: l.t.pk(prefixAccount), from: sortReview, limit: maxPeople, current: true})
	if err != nil {
		return err
	}
	for _, it := range reviews {
		r := open(it, kindReview)
		l.reviews[center.ContactID(r.text(attrID))] = true
		if r.err != nil {
			return r.err
		}
	}
	l.peopleRead = true
	return nil
}

// absorb makes what was written what is known.
func (l *ledger) absorb(c *change) {
	for id, b := range c.books {
		inv := b.now
		l.invoices[id] = &inv
		if near := center.NearNumber(inv.Number); b.was == nil {
			l.near[near] = append(l.near[near], id)
		}
	}
	for at, n := range c.identities {
		l.identities[at] = n.now
	}
	for id, m := range c.members {
		l.members[id] = m.now
	}
	for id, p := range c.purses {
		l.purses[id] = p.now
	}
	if c.account != nil {
		a := c.account.now
		l.account = &a
	}
}

// writes are the writes of a change, each item once.
func (l *ledger) writes(c *change) ([]write, error) {
	out := slices.Clone(c.creations)
	if c.account != nil {
		list, err := l.accountWrites(*c.account)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	totals := tallies{}
	for _, b := range c.books {
		list, err := l.bookWrites(b)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if b.was != nil {
			totals.add(l.t.contributions(*b.was), -1)
		}
		totals.add(l.t.contributions(b.now), 1)
	}
	for _, n := range c.identities {
		out = append(out, versioned("identity", n.now.item(), n.was))
	}
	for _, m := range c.members {
		out = append(out, l.memberWrites(m)...)
	}
	for _, p := range c.purses {
		out = append(out, versioned("purse", l.t.purseItem(p.now), p.was))
	}
	out = slices.AppendSeq(out, maps.Values(c.notices))
	out = append(out, totals.writes()...)
	byKey(out)
	return out, nil
}

// versioned puts an item in place of the version it was made from; 0 when it
// is the first.
func versioned(name string, it item, was int64) write {
	w := write{name: name, verb: put, at: it.key(), item: it, condition: absent}
	if was > 0 {
		w.condition, w.values = "#n = :was", item{}
		w.values.num(":was", was)
	}
	return w
}

// bookWrites put an invoice's head and move its list row.
func (l *ledger) bookWrites(b book) ([]write, error) {
	var was int64
	if b.was != nil {
		was = int64(b.was.Version)
	}
	head, err := l.t.headItem(b.now)
	if err != nil {
		return nil, err
	}
	out := append([]write{versioned("invoice", head, was)}, l.openCreditWrites(b)...)
	var old key
	var hadRow bool
	if b.was != nil {
		old, hadRow = l.t.row(*b.was)
	}
	row, shown := l.t.rowItem(b.now)
	switch {
	case shown && hadRow && row.key() == old:
		out = append(out, versioned("row", row, was))
		return out, nil
	case shown:
		out = append(out, versioned("row", row, 0))
	}
	if hadRow {
		w := write{name: "old row", verb: remove, at: old, condition: "#n = :was", values: item{}}
		w.values.num(":was", was)
		out = append(out, w)
	}
	return out, nil
}

// openCreditWrites keep those credits in sight that have something left to
// give.
func (l *ledger) openCreditWrites(b book) []write {
	gives := func(inv center.Invoice) bool { return inv.CreditLeft.Sign() > 0 && !inv.Draft && !inv.Voided }
	had := b.was != nil && gives(*b.was)
	at := l.t.openCredit(b.now)
	switch has := gives(b.now); {
	case has && !had:
		return []write{{name: "open credit", verb: put, at: at, item: newItem(at, kindOpenCredit), condition: absent}}
	case had && !has:
		return []write{{name: "open credit", verb: remove, at: at, condition: present}}
	}
	return nil
}

// accountWrites put the account, and in the directory where it is new.
func (l *ledger) accountWrites(a accountChange) ([]write, error) {
	it, err := l.t.profileItem(a.now)
	if err != nil {
		return nil, err
	}
	var was int64
	if a.was != nil {
		was = int64(a.was.Version)
	}
	out := []write{versioned("account", it, was)}
	entry := newItem(directoryKey(l.id), kindDirectory)
	entry.text(attrID, string(l.id))
	entry.text(attrAccountKey, a.now.Key)
	entry.text(attrName, a.now.Name)
	entry.text(attrTimeZone, a.now.TimeZone)
	entry.num(attrVersion, int64(a.now.Version))
	return append(out, versioned("directory", entry, was)), nil
}

// memberWrites put a new contact and its address, or change what is known of
// one: its sessions are left alone, which are other writers'.
func (l *ledger) memberWrites(m member) []write {
	c := m.now.Contact
	address, _ := center.NormalizeEmail(c.Email)
	entrance := addressWrite(address, l.id, m.now.AccountName)
	if m.was == nil {
		return []write{{name: "membership", verb: put, at: l.t.member(c.ID), item: l.t.memberItem(m.now), condition: absent}, entrance}
	}
	w := write{name: "membership", verb: update, at: l.t.member(c.ID), condition: "#n = :was", values: item{},
		change: "SET #g = :g, #n = :n, #ac = :ac, #tz = :tz, #al = :al"}
	w.values[":g"] = grantsValue(c.Grants)
	w.values.num(":n", int64(c.Version))
	w.values.num(":was", int64(m.was.Contact.Version))
	w.values.truth(":ac", c.Active)
	w.values.text(":tz", m.now.TimeZone)
	w.values.text(":al", m.now.Locale)
	for attr, value := range map[string]string{attrEmail: c.Email, attrName: c.Name, attrLocale: c.Locale, attrAccountName: m.now.AccountName} {
		if value != "" {
			w.values.text(":"+attr, value)
		}
	}
	for _, attr := range []string{attrEmail, attrName, attrLocale, attrAccountName} {
		if w.values[":"+attr] != nil {
			w.change += ", #" + attr + " = :" + attr
		}
	}
	enters, entered := c.Active && len(c.Grants) > 0, m.was.mayEnter()
	if enters && (!entered || m.was.AccountName != m.now.AccountName) {
		return []write{w, entrance}
	}
	return []write{w}
}
