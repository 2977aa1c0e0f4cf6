package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Wallet is the account's stored payment methods, and its record at the
// processor ("" before it has one).
type Wallet struct {
	Customer string
	Methods  []center.PaymentMethod // the default first, then by when they were added
	Version  int
}

// Attributes of the wallet and its methods.
const (
	attrCustomer = "cu"
	attrDefault  = "df"
	attrBrand    = "b"
	attrLast4    = "l4"
	attrExpiry   = "ex"
)

// MaxMethods is how many methods an account may store.
const MaxMethods = 20

// maxNotified is how many contacts are told of a change of a method.
const maxNotified = 10

// ErrTooManyMethods refuses one more method.
var ErrTooManyMethods = center.Errorf(center.Conflict, "too-many-methods",
	"An account may store %d payment methods. Remove or replace one first.", MaxMethods)

var errNoMethod = center.Errorf(center.NotFound, "method-not-found", "There is no such payment method.")

// Wallet reads it with certainty, in one Query.
func (a Account) Wallet(ctx context.Context) (Wallet, error) {
	w, _, err := a.wallet(ctx)
	return w, err
}

// wallet also answers which method is the default.
func (a Account) wallet(ctx context.Context) (w Wallet, standard center.MethodID, err error) {
	items, err := a.s.askAll(ctx, question{pk: a.t.pk(prefixAccount), from: sortWallet, limit: MaxMethods + 1, current: true})
	if err != nil {
		return Wallet{}, "", err
	}
	for _, it := range items {
		if it.key() == a.t.wallet() {
			r := open(it, kindWallet)
			w.Customer, w.Version, standard = r.text(attrCustomer), int(r.num(attrVersion)), center.MethodID(r.text(attrDefault))
			if r.err != nil {
				return Wallet{}, "", r.err
			}
			continue
		}
		m, err := a.t.readMethod(it)
		if err != nil {
			return Wallet{}, "", err
		}
		w.Methods = append(w.Methods, m)
	}
	for i := range w.Methods {
		w.Methods[i].Default = w.Methods[i].ID == standard
	}
	slices.SortStableFunc(w.Methods, func(x, y center.PaymentMethod) int {
		switch {
		case x.Default != y.Default && x.Default:
			return -1
		case x.Default != y.Default:
			return 1
		}
		return x.AddedAt.Compare(y.AddedAt)
	})
	return w, standard, nil
}

// MethodExpired refuses to use a method whose last day is past.
func MethodExpired(m center.PaymentMethod) error {
	last, _ := m.ValidThrough()
	return center.Errorf(center.Unprocessable, "method-expired", "%s was valid through %s. Replace it, or choose another one.", m, last)
}

// Method finds a stored method; NotFound method-not-found.
func (w Wallet) Method(id center.MethodID) (center.PaymentMethod, error) {
	m, ok := w.method(id)
	if !ok {
		return m, errNoMethod
	}
	return m, nil
}

// method finds a stored method.
func (w Wallet) method(id center.MethodID) (center.PaymentMethod, bool) {
	at := slices.IndexFunc(w.Methods, func(m center.PaymentMethod) bool { return m.ID == id })
	if at < 0 {
		return center.PaymentMethod{}, false
	}
	return w.Methods[at], true
}

// walletItem is the wallet's own item.
func (a Account) walletItem(w Wallet, standard center.MethodID) item {
	it := newItem(a.t.wallet(), kindWallet)
	it.text(attrCustomer, w.Customer)
	it.text(attrDefault, string(standard))
	it.num(attrVersion, int64(w.Version))
	return it
}

// methodItem is a stored method. One that expires stands in index work, by
// the day of its next warning; warned is how many it has had.
func (t tenant) methodItem(m center.PaymentMethod, warned int) item {
	it := newItem(t.method(m.ID), kindMethod)
	it.text(attrID, string(m.ID))
	it.text(attrMethodKind, string(m.Kind))
	it.text(attrBrand, m.Brand)
	it.text(attrLast4, m.Last4)
	if m.ExpYear > 0 {
		it.text(attrExpiry, fmt.Sprintf("%04d-%02d", m.ExpYear, m.ExpMonth))
	}
	it.instant(attrAt, m.AddedAt)
	it.text(attrBy, string(m.AddedBy))
	it.num(attrVersion, int64(warned)+1)
	if day, ok := warningDay(m, warned); ok {
		pk, sk := methodIndex(t, m.ID, day)
		it.text(attrWorkPK, pk)
		it.text(attrWorkSK, sk)
	}
	return it
}

// warnings are the days before a method's last one on which people are told.
var warnings = [...]int{center.MethodFirstWarning, center.MethodSecondWarning}

// warningDay is the day of the warning that follows so many; ok is false when
// there is none.
func warningDay(m center.PaymentMethod, warned int) (day center.Date, ok bool) {
	last, expires := m.ValidThrough()
	if !expires || warned >= len(warnings) {
		return "", false
	}
	return last.AddDays(-warnings[warned]), true
}

func (t tenant) readMethod(it item) (center.PaymentMethod, error) {
	r := open(it, kindMethod)
	m := center.PaymentMethod{ID: center.MethodID(r.text(attrID)), Kind: center.MethodKind(r.text(attrMethodKind)), Brand: r.text(attrBrand),
		Last4: r.text(attrLast4), AddedAt: r.instant(attrAt), AddedBy: center.ContactID(r.text(attrBy)), Version: int(r.num(attrVersion))}
	if it.key() != t.method(m.ID) {
		r.fail("is not a method of the account asked for")
	}
	if text := r.text(attrExpiry); text != "" {
		if _, err := fmt.Sscanf(text, "%d-%d", &m.ExpYear, &m.ExpMonth); err != nil {
			r.fail("has no month in %s", attrExpiry)
		}
	}
	return m, r.err
}

// SetCustomer writes the account's record at the processor down and answers
// the one that holds: the first.
func (a Account) SetCustomer(ctx context.Context, customer string) (string, error) {
	for range moveTries {
		w, standard, err := a.wallet(ctx)
		if err != nil || w.Customer != "" {
			return w.Customer, err
		}
		was := w.Version
		w.Customer = customer
		w.Version++
		err = a.s.apply(ctx, versioned("wallet", a.walletItem(w, standard), int64(was)))
		if err == nil {
			return customer, nil
		}
		if !isRefusal(err) {
			return "", err
		}
	}
	return "", errBusy
}

// revise changes the wallet in one transaction, again where another change
// came between. do answers which method is the default from then on, further
// writes, and what to tell people; nothing is written where it answers none.
func (a Account) revise(ctx context.Context, do func(w Wallet, standard center.MethodID) (center.MethodID, []write, *methodChange, error)) (Wallet, error) {
	people, err := a.Contacts(ctx)
	if err != nil {
		return Wallet{}, err
	}
	for range moveTries {
		w, standard, err := a.wallet(ctx)
		if err != nil {
			return Wallet{}, err
		}
		after, writes, told, err := do(w, standard)
		if err != nil || told == nil {
			return w, err
		}
		was := w.Version
		w.Version++
		writes = append(writes, versioned("wallet", a.walletItem(w, after), int64(was)))
		writes = append(writes, a.tell(*told, people, w.Version)...)
		err = a.s.transact(ctx, fmt.Sprintf("wallet/%s/%d", a.actor.Account, w.Version), writes)
		if err == nil {
			return a.Wallet(ctx)
		}
		if !isRefusal(err) {
			return Wallet{}, err
		}
	}
	return Wallet{}, errBusy
}

// methodChange is what people are told of.
type methodChange struct {
	what   string // added, removed, replaced, default
	method center.PaymentMethod
}

// tell puts the letters and the audit entry of a change.
func (a Account) tell(c methodChange, people []center.Contact, version int) []write {
	now := a.s.now()
	by := a.actor.Name
	if by == "" {
		by = a.actor.Email
	}
	writes := []write{a.t.auditOf(now, "method-"+c.what, string(c.method.ID), a.actor.Email, version)}
	for _, p := range primaries(people) {
		writes = append(writes, letterWrite(center.Letter{ID: letterID(center.LetterMethodChanged, string(a.actor.Account), string(p.ID), fmt.Sprint(version)),
			Kind: center.LetterMethodChanged, To: p.Email, Name: p.Name, Locale: p.Locale, Account: a.actor.Account, Contact: p.ID, CreatedAt: now,
			Params: map[string]string{"change": c.what, "label": c.method.String(), "by": by, "at": now.UTC().Format(time.RFC3339)}}))
	}
	return writes
}

// primaries are the active primary contacts, as many as letters go to.
func primaries(people []center.Contact) []center.Contact {
	return holders(people, center.ContactPrimary)
}

func holders(people []center.Contact, types ...center.ContactType) (out []center.Contact) {
	for _, p := range people {
		if p.Active && slices.ContainsFunc(p.Grants, func(g center.Grant) bool { return slices.Contains(types, g.Type) }) && len(out) < maxNotified {
			out = append(out, p)
		}
	}
	return out
}

// AddMethod stores a method, with letters that say so to the account's
// primary contacts; the first one becomes the default. The same method again
// changes nothing. Where replaces is not "", the old one is removed in the
// same transaction, and is no longer the default. What is stuck by the
// replaced one, by one that has expired or by one that is stored no more is
// then bound to the new one: in steps that are safe to repeat. Conflict
// too-many-methods.
func (a Account) AddMethod(ctx context.Context, m center.PaymentMethod, replaces center.MethodID) (Wallet, error) {
	w, err := a.revise(ctx, func(w Wallet, standard center.MethodID) (center.MethodID, []write, *methodChange, error) {
		_, stands := w.method(m.ID)
		old, replacing := w.method(replaces)
		if stands && !replacing {
			return "", nil, nil, nil
		}
		if !stands && !replacing && len(w.Methods) >= MaxMethods {
			return "", nil, nil, ErrTooManyMethods
		}
		var writes []write
		if !stands {
			m.AddedAt = a.s.now()
			m.AddedBy = a.actor.Contact
			it := a.t.methodItem(m, 0)
			writes = append(writes, write{name: "method", verb: put, at: it.key(), item: it, condition: absent})
		}
		told := &methodChange{"added", m}
		if replacing {
			writes = append(writes, write{name: "old method", verb: remove, at: a.t.method(old.ID), condition: present})
			told.what = "replaced"
		}
		if standard == "" || standard == replaces {
			standard = m.ID
		}
		return standard, writes, told, nil
	})
	if err != nil {
		return w, err
	}
	return w, a.rebind(ctx, w, m.ID)
}

// SetDefault makes a stored method the one offered first. Refusals: NotFound
// method-not-found, Unprocessable method-expired.
func (a Account) SetDefault(ctx context.Context, id center.MethodID) (Wallet, error) {
	return a.revise(ctx, func(w Wallet, standard center.MethodID) (center.MethodID, []write, *methodChange, error) {
		m, ok := w.method(id)
		if !ok {
			return "", nil, nil, errNoMethod
		}
		if standard == id {
			return "", nil, nil, nil
		}
		if m.Expired(a.Today()) {
			return "", nil, nil, MethodExpired(m)
		}
		held := write{name: "method", verb: check, at: a.t.method(id), condition: present}
		return id, []write{held}, &methodChange{"default", m}, nil
	})
}

// RemoveMethod forgets a method, with letters. Removing one that is gone
// changes nothing.
func (a Account) RemoveMethod(ctx context.Context, id center.MethodID) (Wallet, error) {
	return a.revise(ctx, func(w Wallet, standard center.MethodID) (center.MethodID, []write, *methodChange, error) {
		m, ok := w.method(id)
		if !ok {
			return "", nil, nil, nil
		}
		if standard == id {
			standard = ""
		}
		return standard, []write{{name: "method", verb: remove, at: a.t.method(id), condition: present}}, &methodChange{"removed", m}, nil
	})
}

// ExpiringMethod names a method whose next warning is due.
type ExpiringMethod struct {
	Account center.AccountID
	ID      center.MethodID
}

// ExpiringMethods are those whose day of warning has come, at most limit.
func (s *Store) ExpiringMethods(ctx context.Context, limit int) ([]ExpiringMethod, error) {
	today := compact(center.Today(s.now(), time.UTC))
	var out []ExpiringMethod
	for shard := range methodShards {
		items, _, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: methodWorkPK(shard), attr: attrWorkSK, from: "0", to: today + sortEnd, limit: limit})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			account, err := long(strings.TrimPrefix(it.key().pk, prefixAccount))
			if err != nil {
				return nil, err
			}
			out = append(out, ExpiringMethod{center.AccountID(account), center.MethodID(strings.TrimPrefix(it.key().sk, sortWallet))})
		}
	}
	return out[:min(len(out), limit)], nil
}

// WarnMethod puts the letters of the warning that is due, once each, to who
// may replace the method, and moves the method on to its next warning. warned
// is how many letters it put; 0 when none was due.
func (s *Store) WarnMethod(ctx context.Context, account center.AccountID, id center.MethodID) (warned int, err error) {
	t := tenantOf(account)
	it, err := s.get(ctx, t.method(id))
	if errors.Is(err, errAbsent) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	m, err := t.readMethod(it)
	if err != nil {
		return 0, err
	}
	given := m.Version - 1
	day, ok := warningDay(m, given)
	today := center.Today(s.now(), time.UTC)
	if !ok || today < day {
		return 0, nil
	}
	last, _ := m.ValidThrough()
	for given < len(warnings) && today >= last.AddDays(-warnings[given]) {
		given++ // several at once after a long pause are one
	}
	a := Account{s: s, actor: center.Actor{Account: account}, t: t}
	people, err := a.Contacts(ctx)
	if err != nil {
		return 0, err
	}
	writes := []write{versioned("method", t.methodItem(m, given), int64(m.Version))}
	if today <= last {
		for _, p := range holders(people, center.ContactPrimary, center.ContactPayables) {
			writes = append(writes, letterWrite(center.Letter{ID: letterID(center.LetterMethodExpiring, string(account), string(p.ID), string(id), fmt.Sprint(given)),
				Kind: center.LetterMethodExpiring, To: p.Email, Name: p.Name, Locale: p.Locale, Account: account, Contact: p.ID, CreatedAt: s.now(),
				Params: map[string]string{"method": string(id), "label": m.String(), "last": string(last)}}))
		}
	}
	err = s.transact(ctx, fmt.Sprintf("warn/%s/%d", id, given), writes)
	if isRefusal(err) {
		return 0, nil
	}
	return len(writes) - 1, err
}
