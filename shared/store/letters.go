package store

import (
	"context"
	"errors"
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
		MessageID: r.text(attrMessage), Params: map[string]string{}}
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
// it. claimed is false when another owner has it or it needs no sending; the
// letter then says where it stands.
func (s *Store) ClaimLetter(ctx context.Context, id, owner string) (l center.Letter, claimed bool, err error) {
	now := s.now()
	w := write{name: "claim letter", verb: update, at: letterKey(id), values: item{},
		change:    "SET #st = :sending, #ow = :owner, #" + attrClaimedAt + " = :now, #tr = #tr + :one",
		condition: "#st = :pending"}
	w.values.text(":sending", string(center.LetterSending))
	w.values.text(":pending", string(center.LetterPending))
	w.values.text(":owner", owner)
	w.values.instant(":now", now)
	w.values.num(":one", 1)
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

// finishLetter moves a letter that owner has claimed to state.
func (s *Store) finishLetter(ctx context.Context, id, owner string, state center.LetterState, attr, value string) error {
	w := write{name: "finish letter", verb: update, at: letterKey(id), values: item{},
		change: "SET #st = :state", condition: "#ow = :owner AND (#st = :sending OR #st = :state)"}
	w.values.text(":state", string(state))
	w.values.text(":sending", string(center.LetterSending))
	w.values.text(":owner", owner)
	if value != "" {
		w.change += ", #" + attr + " = :value"
		w.values.text(":value", value)
	}
	err := s.apply(ctx, w)
	if isRefusal(err) {
		return changed(err)
	}
	return err
}

// LetterSent notes that the mail service took the letter.
func (s *Store) LetterSent(ctx context.Context, id, owner, messageID string) error {
	return s.finishLetter(ctx, id, owner, center.LetterSent, attrMessage, messageID)
}

// LetterFailed notes that the letter was refused for good.
func (s *Store) LetterFailed(ctx context.Context, id, owner, reason string) error {
	return s.finishLetter(ctx, id, owner, center.LetterFailed, attrReason, reason)
}

// LetterSkipped notes that the letter had no reason any more.
func (s *Store) LetterSkipped(ctx context.Context, id, owner, reason string) error {
	return s.finishLetter(ctx, id, owner, center.LetterSkipped, attrReason, reason)
}

// LetterReleased gives the letter back to be sent later.
func (s *Store) LetterReleased(ctx context.Context, id, owner string) error {
	return s.finishLetter(ctx, id, owner, center.LetterPending, "", "")
}
