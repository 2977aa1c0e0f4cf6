package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of a letter.
const (
	attrLetterKind = "lk"
	attrState      = "st"
	attrTo         = "to"
	attrContact    = "co"
	attrParams     = "pa"
	attrOwner      = "ow"
	attrMessage    = "mi"
	attrReason     = "re"
	attrClaimedAt  = "cl"
)

// keepLetters is how long a letter stands after it was put.
const keepLetters = 90 * 24 * time.Hour

// letterWrite puts a letter beside the change it tells of; the table's stream
// wakes the mailer.
func letterWrite(l center.Letter) write {
	it := newItem(letterKey(l.ID), kindLetter)
	it.text(attrLetterKind, string(l.Kind))
	it.text(attrState, string(center.LetterPending))
	it.text(attrTo, l.To)
	it.text(attrName, l.Name)
	it.text(attrLocale, l.Locale)
	it.text(attrAccount, string(l.Account))
	it.text(attrContact, string(l.Contact))
	it.instant(attrCreatedAt, l.CreatedAt)
	it.num(attrTries, 0)
	it.num(attrTTL, l.CreatedAt.Add(keepLetters).Unix())
	params := item{}
	for name, value := range l.Params {
		params.text(name, value)
	}
	it.part(attrParams, params)
	return write{name: "letter", verb: put, at: letterKey(l.ID), item: it, condition: absent}
}

// PutLetter puts a letter of its own; one that stands already is left alone.
func (s *Store) PutLetter(ctx context.Context, l center.Letter) error {
	err := s.apply(ctx, letterWrite(l))
	return unlessRefused(err)
}

// PutCopy puts the copy of a letter that an address gets, which is nobody of the
// account; one that stands already is left alone.
func (s *Store) PutCopy(ctx context.Context, l center.Letter, address string) error {
	return s.PutLetter(ctx, center.Letter{ID: letterID(l.Kind, "copy", l.ID, address), Kind: l.Kind, To: address, Account: l.Account, CreatedAt: s.now(), Params: l.Params})
}

// LetterKey reads a letter's id out of its partition key, as stream records
// carry it; ok is false for keys of other items.
func LetterKey(pk string) (id string, ok bool) {
	id, ok = strings.CutPrefix(pk, prefixLetter)
	return id, ok && id != ""
}

func readLetter(id string, it item) (center.Letter, error) {
	r := open(it, kindLetter)
	l := center.Letter{ID: id, Kind: center.LetterKind(r.text(attrLetterKind)), State: center.LetterState(r.text(attrState)),
		To: r.text(attrTo), Name: r.text(attrName), Locale: r.text(attrLocale), Account: center.AccountID(r.text(attrAccount)),
		Contact: center.ContactID(r.text(attrContact)), CreatedAt: r.instant(attrCreatedAt), Tries: int(r.num(attrTries)),
		Owner: r.text(attrOwner), ClaimedAt: r.instant(attrClaimedAt), MessageID: r.text(attrMessage), Params: map[string]string{}}
	params := reader{it: r.part(attrParams)}
	for name := range params.it {
		l.Params[name] = params.text(name)
	}
	if params.err != nil {
		r.fail("has parameters that are none")
	}
	return l, r.err
}

// Letter reads a letter; NotFound when there is none.
func (s *Store) Letter(ctx context.Context, id string) (center.Letter, error) {
	it, err := s.get(ctx, letterKey(id))
	if errors.Is(err, errAbsent) {
		return center.Letter{}, center.Errorf(center.NotFound, "letter-not-found", "There is no such letter.")
	}
	if err != nil {
		return center.Letter{}, err
	}
	return readLetter(id, it)
}

// ClaimLetter takes a pending letter for owner, who names one attempt to send
// it and no other. claimed is false when another attempt has it or it needs no
// sending; the letter then says where it stands. Until the letter is done with
// it stands in index work, for whoever sweeps.
func (s *Store) ClaimLetter(ctx context.Context, id, owner string) (l center.Letter, claimed bool, err error) {
	now := s.now()
	w := write{name: "claim letter", verb: update, at: letterKey(id), values: item{},
		change:    "SET #st = :sending, #ow = :owner, #" + attrClaimedAt + " = :now, #tr = #tr + :one, #wp = :wp, #ws = :ws",
		condition: "#st = :pending"}
	w.values.text(":sending", string(center.LetterSending))
	w.values.text(":pending", string(center.LetterPending))
	w.values.text(":owner", owner)
	w.values.instant(":now", now)
	w.values.num(":one", 1)
	w.waits(id, now.Add(center.LetterGrace))
	err = s.apply(ctx, w)
	var r *refusal
	if errors.As(err, &r) {
		old := reader{it: r.old}
		mine := old.text(attrOwner) == owner && old.text(attrState) == string(center.LetterSending)
		if !mine && len(r.old) > 0 {
			l, err = readLetter(id, r.old)
			return l, false, err
		}
	} else if err != nil {
		return center.Letter{}, false, err
	}
	l, err = s.Letter(ctx, id)
	return l, err == nil, err
}

// waits puts a letter into index work until at.
func (w *write) waits(id string, at time.Time) {
	pk, sk := letterIndex(id, at)
	w.values.text(":wp", pk)
	w.values.text(":ws", sk)
}

// done is what a letter loses that needs nothing more: its place in index work,
// and to whom it was and what it said. That it stands still keeps it from being
// put again, and a letter is nothing to find people by.
const done = "#wp, #ws, #" + attrTo + ", #" + attrName + ", #" + attrParams

// doneWith is a change of a letter that needs nothing more.
func doneWith(id, owner string, state center.LetterState, attr, value string) write {
	w := write{name: "finish letter", verb: update, at: letterKey(id), values: item{},
		change: "SET #st = :state", condition: "#ow = :owner AND (#st = :sending OR #st = :state)"}
	w.values.text(":state", string(state))
	w.values.text(":sending", string(center.LetterSending))
	w.values.text(":owner", owner)
	if value != "" {
		w.change += ", #" + attr + " = :value"
		w.values.text(":value", value)
	}
	w.change += " REMOVE " + done
	return w
}

// finishLetter writes such a change; Conflict when the letter is no longer
// owner's.
func (s *Store) finishLetter(ctx context.Context, w write) error {
	err := s.apply(ctx, w)
	if isRefusal(err) {
		return changed(err)
	}
	return err
}

// LetterSent notes that the mail service took the letter. Where the service's
// event came first, and says more, that stands.
func (s *Store) LetterSent(ctx context.Context, id, owner, messageID string) error {
	err := s.apply(ctx, doneWith(id, owner, center.LetterSent, attrMessage, messageID))
	var r *refusal
	if errors.As(err, &r) && (&reader{it: r.old}).text(attrMessage) != "" {
		return nil
	}
	if isRefusal(err) {
		return changed(err)
	}
	return err
}

// LetterFailed notes that the letter was refused for good.
func (s *Store) LetterFailed(ctx context.Context, id, owner, reason string) error {
	return s.finishLetter(ctx, doneWith(id, owner, center.LetterFailed, attrReason, reason))
}

// LetterSkipped notes that the letter had no reason any more.
func (s *Store) LetterSkipped(ctx context.Context, id, owner, reason string) error {
	return s.finishLetter(ctx, doneWith(id, owner, center.LetterSkipped, attrReason, reason))
}

// LetterPostponed gives a letter back that surely was not sent. It is due
// again at until, and this attempt does not count.
func (s *Store) LetterPostponed(ctx context.Context, id, owner string, until time.Time) error {
	return s.giveBack(ctx, id, owner, until, "SET #st = :pending, #wp = :wp, #ws = :ws, #tr = #tr - :one")
}

// LetterSilent gives a letter back whose attempt ended long ago without a word
// of the mail service. It counts.
func (s *Store) LetterSilent(ctx context.Context, id, owner string) error {
	return s.giveBack(ctx, id, owner, s.now(), "SET #st = :pending, #wp = :wp, #ws = :ws")
}

func (s *Store) giveBack(ctx context.Context, id, owner string, until time.Time, change string) error {
	w := write{name: "give letter back", verb: update, at: letterKey(id), change: change, values: item{},
		condition: "#ow = :owner AND #st = :sending"}
	w.values.text(":pending", string(center.LetterPending))
	w.values.text(":sending", string(center.LetterSending))
	w.values.text(":owner", owner)
	if strings.Contains(change, ":one") {
		w.values.num(":one", 1)
	}
	w.waits(id, until)
	err := s.apply(ctx, w)
	var r *refusal
	if errors.As(err, &r) {
		old := reader{it: r.old}
		if old.text(attrOwner) == owner && old.text(attrState) == string(center.LetterPending) {
			return nil // an answer was lost on the way
		}
		return changed(err)
	}
	return err
}

// DueLetters are the ids of letters that wait to be sent, or for word of their
// sending, and whose time has come; the longest due first, at most limit. The
// index lags: look at each letter before anything is done with it.
func (s *Store) DueLetters(ctx context.Context, limit int) ([]string, error) {
	type due struct{ at, id string }
	var found []due
	for shard := range letterShards {
		items, _, err := s.ask(ctx, question{index: indexWork, part: attrWorkPK, pk: letterWorkPK(shard), attr: attrWorkSK,
			from: workStart, to: workTime(s.now()), limit: limit})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			r := reader{it: it}
			id, ok := LetterKey(it.key().pk)
			if !ok {
				return nil, fmt.Errorf("store: %q is no letter", it.key().pk)
			}
			found = append(found, due{r.text(attrWorkSK), id})
		}
	}
	slices.SortFunc(found, func(a, b due) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	ids := make([]string, 0, min(len(found), limit))
	for _, d := range found[:min(len(found), limit)] {
		ids = append(ids, d.id)
	}
	return ids, nil
}
