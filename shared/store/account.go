package store

import (
	"context"
	"encoding/json"
	"errors"

	"customercenter/shared/center"
)

// Account is the store as one actor may see it: one account. None of its
// methods takes an account, so that a read across accounts cannot be written
// down.
type Account struct {
	s     *Store
	actor center.Actor
	t     tenant
}

// In is the view of the account the actor is in.
func (s *Store) In(actor center.Actor) Account {
	return Account{s: s, actor: actor, t: tenantOf(actor.Account)}
}

// Today is the civil day in the account's time zone.
func (a Account) Today() center.Date { return a.actor.Today(a.s.now()) }

// Profile is the account itself; NotFound when nothing was booked for it.
func (a Account) Profile(ctx context.Context) (center.Account, error) {
	return a.s.profile(ctx, a.actor.Account)
}

// maxContacts is how many contacts of an account are read at once.
const maxContacts = 100

// Contacts are the account's contacts, at most a hundred, by id.
func (a Account) Contacts(ctx context.Context) ([]center.Contact, error) {
	items, _, err := a.s.ask(ctx, question{pk: a.t.pk(prefixAccount), from: sortMember, limit: maxContacts})
	if err != nil {
		return nil, err
	}
	contacts := make([]center.Contact, 0, len(items))
	for _, it := range items {
		m, err := readMember(a.actor.Account, it)
		if err != nil {
			return nil, err
		}
		contacts = append(contacts, m.Contact)
	}
	return contacts, nil
}

// Attributes of an account.
const (
	attrAccountKey  = "ky"
	attrName        = "na"
	attrTradingName = "tn"
	attrTimeZone    = "tz"
	attrLocale      = "lo"
	attrNetTerms    = "nt"
	attrAddress     = "ad"
	attrTaxIDs      = "ti"
	attrNotes       = "on"
	attrCreatedAt   = "ca"
	attrHasOrder    = "ho" // an order was booked: the next one is not the first
	attrRecordPrint = "rp" // fingerprint of the account record booked last
)

// account is what the store keeps of an account beside what center knows.
type account struct {
	center.Account
	hasOrder    bool
	recordPrint string
}

func (t tenant) profileItem(a account) (item, error) {
	it := newItem(t.profile(), kindAccount)
	it.text("id", string(a.ID))
	it.text(attrAccountKey, a.Key)
	it.text(attrName, a.Name)
	it.text(attrTradingName, a.TradingName)
	it.text(attrTimeZone, a.TimeZone)
	it.text(attrLocale, a.Locale)
	it.num(attrNetTerms, int64(a.NetTermsDays))
	it.texts(attrTaxIDs, a.TaxIDs)
	it.text(attrNotes, a.OperatorNotes)
	it.instant(attrCreatedAt, a.CreatedAt)
	it.flag(attrHasOrder, a.hasOrder)
	it.text(attrRecordPrint, a.recordPrint)
	it.num(attrVersion, int64(a.Version))
	if a.Address != nil {
		body, err := json.Marshal(a.Address)
		if err != nil {
			return nil, err
		}
		it.text(attrAddress, string(body))
	}
	return it, nil
}

func readAccount(id center.AccountID, it item) (account, error) {
	r := open(it, kindAccount)
	if r.text("id") != string(id) {
		r.fail("is not the account asked for")
	}
	a := account{
		Account: center.Account{
			ID: id, Key: r.text(attrAccountKey), Name: r.text(attrName), TradingName: r.text(attrTradingName),
			TimeZone: r.text(attrTimeZone), Locale: r.text(attrLocale), NetTermsDays: int(r.num(attrNetTerms)),
			TaxIDs: r.texts(attrTaxIDs), OperatorNotes: r.text(attrNotes), CreatedAt: r.instant(attrCreatedAt),
			Version: int(r.num(attrVersion)),
		},
		hasOrder: r.flag(attrHasOrder), recordPrint: r.text(attrRecordPrint),
	}
	if body := r.text(attrAddress); body != "" {
		a.Address = new(center.Address)
		if err := json.Unmarshal([]byte(body), a.Address); err != nil {
			r.fail("has an address that cannot be read")
		}
	}
	return a, r.err
}

func (s *Store) profile(ctx context.Context, id center.AccountID) (center.Account, error) {
	it, err := s.get(ctx, tenantOf(id).profile())
	if errors.Is(err, errAbsent) {
		return center.Account{}, center.Errorf(center.NotFound, "account-not-found", "There is no such account.")
	}
	if err != nil {
		return center.Account{}, err
	}
	a, err := readAccount(id, it)
	return a.Account, err
}
