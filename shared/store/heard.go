package store

import (
	"context"
	"fmt"

	"customercenter/shared/center"
)

// Attributes of what was heard of a letter.
const (
	attrHeard     = "he" // a word for operators
	attrHeardRank = "hr" // so that what comes late changes nothing
)

// Heard is what the mail service tells of a letter it took.
type Heard struct {
	Fate      LetterFate
	MessageID string
	Note      string // of a letter that was never sent
}

// LetterFate is what became of a letter. The later ones stand above the
// earlier: a bounce may follow a delivery, a complaint both.
type LetterFate int

// The fates.
const (
	FateTaken LetterFate = iota + 1
	FateDelayed
	FateReturned // not delivered, though the address may take the next
	FateDelivered
	FateBounced
	FateComplained
	FateNeverSent // the service refused it after it had taken it
)

// String names the fate for the log and for operators.
func (f LetterFate) String() string {
	switch f {
	case FateTaken:
		return "taken"
	case FateDelayed:
		return "delayed"
	case FateReturned:
		return "returned"
	case FateDelivered:
		return "delivered"
	case FateBounced:
		return "bounced"
	case FateComplained:
		return "complained"
	case FateNeverSent:
		return "never sent"
	}
	return fmt.Sprintf("fate %d", int(f))
}

// counted are the fates that the health of our mail is made of.
var counted = map[LetterFate]string{FateDelivered: attrDelivered, FateBounced: attrBounced, FateComplained: attrComplained}

// LetterHeard notes what the mail service tells of a letter. Whatever it is,
// the service has taken the letter: one whose sending had no answer is SENT
// from then on, and no sweep sends it again; one that was never sent is
// FAILED. Deliveries, bounces and complaints are counted with it, once. new is
// false when something that stands above it was known, and when there is no
// such letter; the same told twice within minutes may be new twice, and is
// counted once.
func (s *Store) LetterHeard(ctx context.Context, id string, h Heard) (new bool, err error) {
	state := center.LetterSent
	if h.Fate == FateNeverSent {
		state = center.LetterFailed
	}
	w := write{name: "letter", verb: update, at: letterKey(id), values: item{},
		change:    "SET #st = :state, #he = :he, #hr = :hr, #mi = :mi REMOVE " + done,
		condition: present + " AND (attribute_not_exists(#hr) OR #hr < :hr)"}
	w.values.text(":state", string(state))
	w.values.text(":he", h.Fate.String())
	w.values.num(":hr", int64(h.Fate))
	w.values.text(":mi", h.MessageID)
	if h.Note != "" {
		w.change = "SET #st = :state, #he = :he, #hr = :hr, #mi = :mi, #re = :re REMOVE " + done
		w.values.text(":re", h.Note)
	}
	attr, counts := counted[h.Fate]
	if counts {
		err = s.transact(ctx, fmt.Sprintf("heard/%s/%d", id, h.Fate), []write{w, s.countMail(id, attr)})
	} else {
		err = s.apply(ctx, w)
	}
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}
