package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"customercenter/shared/center"
)

// keepAnswers is how long the answer to a keyed request is remembered.
const keepAnswers = 7 * 24 * time.Hour

// maxAnswer is how large an answer may be to be remembered.
const maxAnswer = 300 << 10

// ErrKeyReused refuses an Idempotency-Key that came with another request.
var ErrKeyReused = center.Errorf(center.Unprocessable, "idempotency-key-reused",
	"This Idempotency-Key was used for another request. Use a new one.")

const attrAnswer = "an"

// Recall is the answer that was given to the request before, if it was: the
// contact's own, by route and key. The same key with another body is
// Unprocessable.
func (a Account) Recall(ctx context.Context, route, name string, body []byte) (answer []byte, found bool, err error) {
	it, err := a.s.get(ctx, a.onceKey(route, name))
	if errors.Is(err, errAbsent) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return a.answerOf(it, body)
}

func (a Account) answerOf(it item, body []byte) ([]byte, bool, error) {
	r := open(it, kindOnce)
	answer, print, ends := r.bytes(attrAnswer), r.bytes(attrPrint), r.num(attrTTL)
	sum := sha256.Sum256(body)
	switch {
	case r.err != nil:
		return nil, false, r.err
	case a.s.now().Unix() >= ends: // the service removes what has expired late
		return nil, false, nil
	case string(print) != string(sum[:]):
		return nil, false, ErrKeyReused
	default:
		return answer, true, nil
	}
}

// Remember keeps the answer for Recall and returns the one that holds: the
// first, when two requests of one key met.
func (a Account) Remember(ctx context.Context, route, name string, body, answer []byte) ([]byte, error) {
	if len(answer) > maxAnswer {
		return answer, nil
	}
	w := a.onceWrite(route, name, body, answer)
	err := a.s.apply(ctx, w)
	var r *refusal
	if errors.As(err, &r) {
		first, found, err := a.answerOf(r.old, body)
		if err != nil || found {
			return first, err
		}
		return answer, nil
	}
	return answer, err
}

func (a Account) onceKey(route, name string) key {
	return a.t.once(hashKey(string(a.actor.Contact), route, name))
}
