package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"customercenter/shared/center"
)

// Entrance is an account that an address may enter.
type Entrance struct {
	Account center.AccountID
	Name    string
	UsedAt  time.Time // zero when it never was
}

// maxEntrances is how many accounts one address may enter.
const maxEntrances = 100

const (
	attrUsedAt = "us"
	attrID     = "id"
)

// AccountsOf lists the accounts the address may enter, the one used last
// first, then by name; none for an address nobody knows.
func (s *Store) AccountsOf(ctx context.Context, email string) ([]Entrance, error) {
	address, ok := center.NormalizeEmail(email)
	if !ok {
		return nil, nil
	}
	items, _, err := s.ask(ctx, question{pk: addressPK(address), from: sortMember, limit: maxEntrances, current: true})
	if err != nil {
		return nil, err
	}
	entrances := make([]Entrance, 0, len(items))
	for _, it := range items {
		r := open(it, kindAddress)
		entrances = append(entrances, Entrance{Account: center.AccountID(r.text(attrID)), Name: r.text(attrAccountName), UsedAt: r.instant(attrUsedAt)})
		if r.err != nil {
			return nil, r.err
		}
	}
	slices.SortFunc(entrances, func(a, b Entrance) int {
		return cmp.Or(b.UsedAt.Compare(a.UsedAt), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Account, b.Account))
	})
	return entrances, nil
}

// addressWrite lets an address find an account.
func addressWrite(address string, account center.AccountID, name string) write {
	w := write{name: "address", verb: update, at: addressKey(address, account), values: item{},
		change: "SET #k = :k, #id = :id, #an = :an"}
	w.values.text(":k", kindAddress.mark())
	w.values.text(":id", string(account))
	w.values.text(":an", cmp.Or(name, string(account)))
	return w
}

// usedAddress remembers that the address entered the account now.
func (s *Store) usedAddress(m Membership) write {
	address, _ := center.NormalizeEmail(m.Contact.Email)
	w := addressWrite(address, m.Contact.Account, m.AccountName)
	w.change += ", #us = :us"
	w.values.instant(":us", s.now())
	return w
}

// operatorsName is what the operators' account is called.
const operatorsName = "Operators"

// AdmitOperator makes the address a contact of the operators' account, if it
// is none yet. Whether it may be one is the caller's to know, again at every
// request.
func (s *Store) AdmitOperator(ctx context.Context, email string) (center.ContactID, error) {
	address, ok := center.NormalizeEmail(email)
	if !ok {
		return "", errNoMember
	}
	id := center.ContactIDOf(address)
	now := s.now()
	m := Membership{
		Contact: center.Contact{ID: id, Account: center.OperatorsAccount, Email: email, Active: true, Version: 1,
			Grants: []center.Grant{{Type: center.ContactOperator, Source: center.GrantSourceOperator, At: now}}},
		AccountName: operatorsName, TimeZone: s.timeZone, Locale: s.locale,
	}
	t := tenantOf(center.OperatorsAccount)
	err := s.transact(ctx, "admit/"+string(id), []write{
		{name: "membership", verb: put, at: t.member(id), item: t.memberItem(m), condition: absent},
		addressWrite(address, center.OperatorsAccount, operatorsName),
	})
	var r *refusal
	if errors.As(err, &r) && r.write == "membership" {
		return id, nil
	}
	return id, err
}
