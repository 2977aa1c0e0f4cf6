package store

import (
	"context"
	"time"

	"customercenter/shared/center"
)

// AccountsOfPart hands over the accounts of one part, by the directory, page
// after page.
func (s *Store) AccountsOfPart(ctx context.Context, shard int, do func(center.AccountID) error) error {
	q := question{pk: directoryPK(shard % directoryShards), limit: duePage} // parts are sixty-four, of the same hash
	for {
		items, last, err := s.ask(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range items {
			r := open(it, kindDirectory)
			account := center.AccountID(r.text(attrID))
			if r.err != nil {
				return r.err
			}
			if shardOf(string(account), dueShards) != shard {
				continue
			}
			if err := do(account); err != nil {
				return err
			}
		}
		if last == nil {
			return nil
		}
		q.start = last
	}
}

// PutWeekly puts the letter of a week to each of the readers, which leaves at
// the moment; one that was put before is left alone. put counts the others.
func (s *Store) PutWeekly(ctx context.Context, account center.AccountID, readers []center.Contact, week center.Date, at time.Time) (put int, err error) {
	for _, c := range readers {
		l := center.Letter{ID: letterID(center.LetterWeekly, string(account), string(c.ID), string(week)), Kind: center.LetterWeekly, To: c.Email, Name: c.Name,
			Locale: c.Locale, Account: account, Contact: c.ID, CreatedAt: s.now()}
		err := s.apply(ctx, letterAt(l, at))
		if err != nil && !isRefusal(err) {
			return put, err
		}
		if err == nil {
			put++
		}
	}
	return put, nil
}
