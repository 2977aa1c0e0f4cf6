package store

import (
	"context"

	"customercenter/shared/center"
)

// Why an account is sent a statement each month: its people wish so, or its
// last reminder was sent.
const (
	attrWish     = "wi"
	attrReminded = "du"
)

// monthlyWrite notes, or takes back, one reason why an account is sent a
// statement each month.
func monthlyWrite(account center.AccountID, why string, holds bool) write {
	w := write{name: "monthly statement", verb: update, at: monthlyKey(account), values: item{}, change: "SET #k = :k, #" + why + " = :yes",
		condition: absent + " OR #k = :k"}
	w.values.text(":k", kindMonthly.mark())
	if holds {
		w.values.num(":yes", 1)
	} else {
		w.change = "SET #k = :k REMOVE #" + why
	}
	return w
}

// LastReminderSent notes that an account was sent the last of its reminders: it
// then gets a statement each month until nothing is past due.
func (s *Store) LastReminderSent(ctx context.Context, account center.AccountID) error {
	return s.apply(ctx, monthlyWrite(account, attrReminded, true))
}

// Monthly is an account that is sent a statement each month.
type Monthly struct {
	Account center.AccountID
	Wished  bool // by its people, and not only since the last reminder was sent
}

// MonthlyStatements are the accounts of a part that are sent statements.
func (s *Store) MonthlyStatements(ctx context.Context, shard int) (list []Monthly, err error) {
	items, err := s.askAll(ctx, question{pk: monthlyPK, from: ownStepsShard(shard), limit: duePage})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		r := open(it, kindMonthly)
		id, err := long(rowID(it.key().sk))
		if err = firstError(r.err, err); err != nil {
			return nil, err
		}
		list = append(list, Monthly{center.AccountID(id), r.has(attrWish)})
	}
	return list, nil
}

// EndMonthly takes an account off the list, unless its people wish to stay on.
func (s *Store) EndMonthly(ctx context.Context, account center.AccountID) error {
	w := write{name: "monthly statement", verb: remove, at: monthlyKey(account), condition: "attribute_not_exists(#" + attrWish + ")"}
	return unlessRefused(s.apply(ctx, w))
}
