package store

import (
	"context"
	"slices"
	"sync"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Booking is one import, or one part of it.
type Booking struct {
	Import  string // id; the same for all parts, and when a part is posted again
	By      string
	Options center.ImportOptions
}

// Booked is a record to be booked with the fingerprint of its content, by
// which a record that was booked before is known. Position tells records of
// one import apart whose files have one name.
type Booked struct {
	Record      center.Record
	Fingerprint string
	Position    int
}

// BookResult is what became of one record. Note says why it was not created.
type BookResult struct {
	Result   center.ImportResult
	Note     *center.RowNote
	Warnings []center.RowNote // beside those the record came with
	Account  center.AccountID
	ID       string      // of the invoice or order
	Ledger   money.Money // of a created billing paper: what it adds to what is owed
}

// bookWorkers is how many accounts are booked at once.
const bookWorkers = 8

// Book books records of any accounts and returns what became of each, by
// position. One worker books an account, in the order of the records but that
// account records go first and credits last; as many records as fit go in one
// transaction. A record that was booked before is unchanged, one of other
// content under its identity a conflict; either way nothing is written. With
// DryRun nothing is written at all, and the answers are the same.
//
// A credit reduces the papers it names, in the order it names them. What it
// cannot use is account credit, and waits for those that have not come: later
// imports give it to whichever comes first.
//
// An error means that the table could not be reached: what was booked stays,
// and posting the same records again books the rest. A record that this very
// import booked answers created again.
func (e Everywhere) Book(ctx context.Context, b Booking, records []Booked) ([]BookResult, error) {
	results := make([]BookResult, len(records))
	for _, wave := range waves(records) {
		if err := e.bookWave(ctx, b, records, wave, results, nil); err != nil {
			return nil, err
		}
	}
	// What papers say of orders comes last: the orders are in the table then.
	targets, err := e.targets(ctx, b.Options.DryRun, records)
	if err != nil || len(targets) == 0 {
		return results, err
	}
	events := lanes{}
	for i := range records {
		if to, ok := targets[i]; ok {
			events[to.account] = append(events[to.account], i)
		}
	}
	return results, e.bookWave(ctx, b, records, events, results, targets)
}

// lanes are positions of records by account.
type lanes map[center.AccountID][]int

// waves parts records so that no identity occurs under two accounts in one
// wave: which account got a number must not hang on which worker was first.
func waves(records []Booked) []lanes {
	var out []lanes
	type holder struct {
		account center.AccountID
		wave    int
	}
	holders := map[string]holder{}
	for i, r := range records {
		if r.Record.Event != nil && r.Record.Reject == nil {
			continue
		}
		account := accountOf(r.Record)
		wave := 0
		if id := identityOf(r.Record); id != "" {
			h, known := holders[id]
			wave = h.wave
			if known && h.account != account {
				wave++
			}
			holders[id] = holder{account, wave}
		}
		for len(out) <= wave {
			out = append(out, lanes{})
		}
		out[wave][account] = append(out[wave][account], i)
	}
	return out
}

func (e Everywhere) bookWave(ctx context.Context, b Booking, records []Booked, wave lanes, results []BookResult, targets map[int]target) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	slots := make(chan struct{}, bookWorkers)
	accounts := make([]center.AccountID, 0, len(wave))
	for account := range wave {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		slots <- struct{}{}
		workers.Go(func() {
			defer func() { <-slots }()
			if ctx.Err() != nil {
				return
			}
			l := newLane(e.s, b, account, records, results)
			l.targets = targets
			if err := l.book(ctx, wave[account]); err != nil {
				cancel(err)
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// accountOf is the account a record is about; "" for one that could not be
// read.
func accountOf(r center.Record) center.AccountID {
	switch {
	case r.Reject != nil:
		return ""
	case r.Document != nil:
		return r.Document.Key().ID()
	case r.Order != nil:
		return r.Order.Key().ID()
	case r.Account != nil:
		return center.AccountIDOf(r.Account.Key)
	case r.Contact != nil:
		return center.AccountIDOf(r.Contact.Account)
	case r.Other != nil:
		return center.AccountIDOf(r.Other.Account)
	default:
		return ""
	}
}

// identityOf is what makes a numbered paper itself; "" for other records.
func identityOf(r center.Record) string {
	switch {
	case r.Reject != nil:
		return ""
	case r.Document != nil:
		return r.Document.Identity()
	case r.Order != nil:
		return r.Order.Identity()
	default:
		return ""
	}
}

func rejected(code center.ImportCode, field, message string) BookResult {
	return BookResult{Result: center.ResultRejected, Note: &center.RowNote{Code: code, Field: field, Message: message}}
}

func conflicting(message string) BookResult {
	return BookResult{Result: center.ResultConflict, Note: &center.RowNote{Code: center.CodeConflict, Field: "number", Message: message}}
}
