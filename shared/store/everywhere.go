package store

import (
	"context"
	"strconv"
	"time"

	"customercenter/shared/center"
)

// Everywhere is the store across accounts, for the vendor's operators and for
// work in the background.
type Everywhere struct{ s *Store }

// Everywhere opens the store across accounts. The reason stands where it is
// opened, for whoever reads the program; without one it does not open.
func (s *Store) Everywhere(reason string) Everywhere {
	if reason == "" {
		panic("store: across accounts without a reason")
	}
	return Everywhere{s}
}

// Behalf is the view of an account for work that a contact of it began and that
// goes on without her. What is written then names her; it names the account
// alone where she is its contact no more.
func (e Everywhere) Behalf(ctx context.Context, account center.AccountID, contact center.ContactID) (Account, error) {
	actor := center.Actor{Account: account}
	if contact != "" {
		m, err := e.s.Membership(ctx, account, contact)
		switch {
		case err == nil:
			actor = m.actor("", time.Time{})
		case !center.IsKind(err, center.NotFound):
			return Account{}, err
		}
	}
	return e.s.In(actor), nil
}

const routeAccounts = "accounts"

// maxAccounts is how many accounts one page holds.
const maxAccounts = 100

// Accounts is one page of all accounts, in no telling order: id, key, name
// and zone of each. Next is empty at the end; a page before it may be short.
func (e Everywhere) Accounts(ctx context.Context, cursor string, limit int) (accounts []center.Account, next string, err error) {
	bound := scope{center.OperatorsAccount, routeAccounts, ""}
	shard, after := 0, ""
	if cursor != "" {
		positions, err := e.s.unseal(bound, cursor, 2)
		if err != nil {
			return nil, "", err
		}
		if shard, err = strconv.Atoi(positions[0]); err != nil {
			return nil, "", errCursor
		}
		after = positions[1]
	}
	limit = min(max(limit, 1), maxAccounts)
	for ; shard < directoryShards; shard, after = shard+1, "" {
		q := question{pk: directoryPK(shard), limit: limit - len(accounts)}
		if after != "" {
			q.start = key{q.pk, after}.attributes()
		}
		items, last, err := e.s.ask(ctx, q)
		if err != nil {
			return nil, "", err
		}
		for _, it := range items {
			r := open(it, kindDirectory)
			accounts = append(accounts, center.Account{ID: center.AccountID(r.text(attrID)), Key: r.text(attrAccountKey),
				Name: r.text(attrName), TimeZone: r.text(attrTimeZone)})
			if r.err != nil {
				return nil, "", r.err
			}
			after = it.key().sk
		}
		if last != nil {
			return accounts, e.s.seal(bound, strconv.Itoa(shard), after), nil
		}
		if len(accounts) == limit && shard+1 < directoryShards {
			return accounts, e.s.seal(bound, strconv.Itoa(shard+1), ""), nil
		}
	}
	return accounts, "", nil
}

// FindAccount finds an account by its id or by what documents know it by.
func (e Everywhere) FindAccount(ctx context.Context, idOrKey string) (center.Account, error) {
	a, err := e.s.profile(ctx, center.AccountID(idOrKey))
	if !center.IsKind(err, center.NotFound) {
		return a, err
	}
	return e.s.profile(ctx, center.AccountIDOf(idOrKey))
}

// Summary tells how one account stands today.
func (e Everywhere) Summary(ctx context.Context, id center.AccountID) (center.AccountSummary, error) {
	a, err := e.s.profile(ctx, id)
	if err != nil {
		return center.AccountSummary{}, err
	}
	standing, err := e.s.standing(ctx, tenantOf(id), false)
	if err != nil {
		return center.AccountSummary{}, err
	}
	sum, err := center.Summarize(standing, center.Today(e.s.now(), a.Zone()))
	return center.AccountSummary{ID: id, Key: a.Key, Name: a.Name, TimeZone: a.TimeZone, Summary: sum}, err
}
