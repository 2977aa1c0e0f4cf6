package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
)

const (
	// laneChunk is how many records are read ahead for at once.
	laneChunk = 40
	// bookTries bounds how often a record whose premises changed is booked
	// again.
	bookTries = 5
	// nobody signs what no person asked for.
	nobody = "-"
)

// lane books the records of one account, one after the other.
type lane struct {
	*ledger
	b       Booking
	now     time.Time
	records []Booked
	results []BookResult
	targets map[int]target // of events

	pack   *change // decided, not yet written
	full   extent  // of pack
	packed []int   // the records in it
	audit  write
}

func newLane(s *Store, b Booking, account center.AccountID, records []Booked, results []BookResult) *lane {
	l := &lane{ledger: newLedger(s, account), b: b, now: s.now(), records: records, results: results, pack: newChange()}
	l.audit = l.auditWrite()
	return l
}

// auditWrite is the one entry that says which import changed the account. Its
// content is the same in every transaction of the import.
func (l *lane) auditWrite() write {
	w := l.t.auditWrite(center.AuditEntry{Kind: "import", At: importedAt(l.b.Import), By: cmp.Or(l.b.By, nobody), Subject: l.b.Import}, l.b.Import)
	w.condition, w.values = absent+" OR #by = :by", item{}
	w.values.text(":by", cmp.Or(l.b.By, nobody))
	return w
}

// book books the records at these positions.
func (l *lane) book(ctx context.Context, at []int) error {
	// An account record sets what the others of the account are booked by;
	// credits and money then find all the papers they may name, and a statement
	// is compared with all that was booked.
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(rank(l.records[a].Record), rank(l.records[b].Record)) })
	for chunk := range slices.Chunk(at, laneChunk) {
		if err := l.readAhead(ctx, chunk); err != nil {
			return err
		}
		for _, i := range chunk {
			if err := l.bookRecord(ctx, i); err != nil {
				return err
			}
		}
	}
	return l.flush(ctx)
}

func rank(r center.Record) int {
	switch {
	case r.Account != nil:
		return 0
	case r.Document != nil && givesCredit(r.Document):
		return 2
	case r.Other != nil && r.Other.Remittance != nil:
		return 3
	case r.Other != nil && r.Other.Note != nil:
		return 4
	case r.Other != nil && r.Other.Statement != nil:
		return 5
	default:
		return 1
	}
}

// bookRecord decides about a record and puts what it does into the pack.
func (l *lane) bookRecord(ctx context.Context, i int) error {
	result, changes, err := l.decide(ctx, i)
	if err != nil {
		return err
	}
	l.results[i] = result
	for _, c := range changes {
		if err := l.add(ctx, i, c); err != nil {
			return err
		}
	}
	return nil
}

// add puts a change into the pack, after writing the pack where it is full.
func (l *lane) add(ctx context.Context, i int, c *change) error {
	more, err := l.measure(c)
	if err != nil {
		return err
	}
	joined, full := l.pack.merged(c), l.full.plus(more)
	if !full.fits() {
		// An item that both write was counted twice, so they may fit for all that.
		if full, err = l.measure(joined); err != nil {
			return err
		}
	}
	if !full.fits() {
		if err := l.flush(ctx); err != nil {
			return err
		}
		joined, full = l.pack.merged(c), more
	}
	l.pack, l.full = joined, full
	l.absorb(c)
	if len(l.packed) == 0 || l.packed[len(l.packed)-1] != i {
		l.packed = append(l.packed, i)
	}
	return nil
}

// extent is what a change takes of a transaction, at most.
type extent struct{ items, bytes int }

func (e extent) plus(more extent) extent { return extent{e.items + more.items, e.bytes + more.bytes} }

// fits leaves room for the audit entry.
func (e extent) fits() bool { return e.items+1 <= maxItems && e.bytes <= maxBytes }

// measure measures one change. Measuring each alone and the pack only where it
// is nearly full, rather than the pack with each, is a tenth of an import's work.
func (l *lane) measure(c *change) (extent, error) {
	writes, err := l.writes(c)
	return extent{len(writes), sizeOfWrites(writes)}, err
}

// flush writes the pack. When a premise of it has changed, nothing of it was
// written: its records are decided again, one by one, on what stands now.
func (l *lane) flush(ctx context.Context) error {
	pack, packed := l.pack, l.packed
	l.pack, l.full, l.packed = newChange(), extent{}, nil
	if len(packed) == 0 {
		return nil
	}
	err := l.commit(ctx, pack)
	if err == nil || !isRefusal(err) {
		return err
	}
	l.forget()
	for _, i := range packed {
		if err := l.bookAlone(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// bookAlone decides about one record and writes it, until what it was decided
// on still stands when it is written.
func (l *lane) bookAlone(ctx context.Context, i int) error {
	var last error
	for range bookTries {
		result, changes, err := l.decide(ctx, i)
		if err != nil {
			return err
		}
		last = nil
		for _, c := range changes {
			if last = l.commit(ctx, c); last != nil {
				break
			}
			l.absorb(c)
		}
		if last == nil {
			l.results[i] = result
			return nil
		}
		if !isRefusal(last) {
			return last
		}
		l.forget()
	}
	return &center.Error{Kind: center.Unavailable, Code: "busy", RetryAfter: 1, Detail: errBusy.Detail, Err: last}
}

func (l *lane) commit(ctx context.Context, c *change) error {
	if l.b.Options.DryRun {
		return nil
	}
	writes, err := l.writes(c)
	if err != nil {
		return err
	}
	return l.s.transact(ctx, "import/"+l.b.Import, append(writes, l.audit))
}

// decide says what becomes of a record, and what is to be written for it. The
// changes may be written in one transaction or in several, in order: each
// leaves the books right, and deciding again finds what is still to be done.
func (l *lane) decide(ctx context.Context, i int) (BookResult, []*change, error) {
	r := l.records[i].Record
	if r.Reject != nil {
		return BookResult{Result: center.ResultRejected, Note: r.Reject}, nil, nil
	}
	if err := l.readAccount(ctx); err != nil {
		return BookResult{}, nil, err
	}
	var result BookResult
	var changes []*change
	var err error
	switch {
	case r.Document != nil:
		result, changes, err = l.decideDocument(ctx, i, r.Document)
	case r.Order != nil:
		result, changes, err = l.decideOrder(ctx, i, r.Order)
	case r.Event != nil:
		result, changes, err = l.decideEvent(ctx, i, r.Event)
	case r.Account != nil:
		result, changes, err = l.decideAccount(ctx, i, r.Account)
	case r.Contact != nil:
		result, changes, err = l.decideContact(ctx, r.Contact)
	case r.Other != nil:
		result, changes, err = l.decideOther(ctx, i, r.Other)
	default:
		result = rejected(center.CodeBadRecord, "kind", "The record says nothing that can be booked.")
	}
	result.Account = l.id
	var said *center.Error
	if errors.As(err, &said) && said.Kind == center.Unprocessable {
		result = rejected(center.ImportCode(said.Code), "", said.Detail)
		result.Account, err = l.id, nil
		changes = nil
	}
	return result, changes, err
}

// readAccount reads the account once.
func (l *lane) readAccount(ctx context.Context) error {
	if l.ledger.account != nil {
		return nil
	}
	it, err := l.s.get(ctx, l.t.profile())
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := readAccount(l.id, it)
	l.ledger.account = &a
	return err
}

// mark names the record in its import.
func (l *lane) mark(i int) string {
	r := l.records[i].Record
	return hashKey(l.b.Import, r.File, fmt.Sprint(r.Index), fmt.Sprint(l.records[i].Position))
}

// known answers for a numbered paper whose identity stands already; ok is
// false when it is free.
func (l *lane) known(n identity, i int) (result BookResult, ok bool) {
	switch {
	case n.owner == "":
		return BookResult{}, false
	case n.owner != l.id:
		return conflicting("This number of this issuer was booked for another account."), true
	default:
		return l.standing(n, i), true
	}
}

// standing answers for a numbered paper that was booked before.
func (l *lane) standing(n identity, i int) BookResult {
	switch {
	case n.print != l.records[i].Fingerprint:
		return conflicting("This number was booked before, with other content.")
	case n.mark == l.mark(i):
		return BookResult{Result: center.ResultCreated, ID: n.id}
	default:
		return BookResult{Result: center.ResultUnchanged, ID: n.id}
	}
}

// claim makes the identity the paper's.
func (l *lane) claim(n identity, i int, id string) claim {
	was := n.version
	n.owner, n.id, n.print, n.mark = l.id, id, l.records[i].Fingerprint, l.mark(i)
	n.version++
	return claim{was, n}
}
