package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"customercenter/shared/center"
)

// wrongCodes is how often a contact may type a wrong code of a subscription.
var wrongCodes = []Limit{{5, time.Hour}}

// perRedeemer is the bucket of the wrong codes of a contact and subscription.
func perRedeemer(a center.Actor, sub center.SubscriptionID) Bucket {
	return Bucket{"redeemer/" + string(a.Account) + "/" + string(a.Contact) + "/" + string(sub), wrongCodes, "redemption-code-locked",
		"A wrong redemption code was typed five times within an hour. You may try again %s."}
}

// Attributes of a redeemer and of a code.
const (
	attrRemoved  = "rm"
	attrCodeHash = "hs"
	attrCodeKey  = "ki"
)

// redeemerItem is a redeemer as she stands in the table: with Removed once she
// is taken off the list.
func (t tenant) redeemerItem(r center.Redeemer) item {
	it := newItem(t.redeemer(r.Subscription, r.Email), kindRedeemer)
	it.text(attrSubscription, r.Number)
	it.text(attrEmail, r.Email)
	it.text(attrName, r.Name)
	it.truth(attrRemoved, r.Removed)
	it.text(attrBy, r.By)
	it.instant(attrAt, r.At)
	it.num(attrVersion, int64(r.Version))
	return it
}

func readRedeemer(sub center.SubscriptionID, it item) (center.Redeemer, error) {
	r := open(it, kindRedeemer)
	return center.Redeemer{Subscription: sub, Number: r.text(attrSubscription), Email: r.text(attrEmail), Name: r.text(attrName),
		Removed: r.flag(attrRemoved), By: r.text(attrBy), At: r.instant(attrAt), Version: int(r.num(attrVersion))}, r.err
}

func (t tenant) codeItem(c center.RewardCode) item {
	it := newItem(t.redemptionCode(c.Subscription), kindCode)
	it.text(attrSubscription, c.Number)
	it.text(attrCodeHash, c.Hash)
	it.num(attrGeneration, int64(c.Generation))
	it.text(attrCodeKey, c.Key)
	it.text(attrByID, string(c.By))
	it.text(attrBy, c.ByName)
	it.instant(attrAt, c.At)
	it.num(attrVersion, int64(c.Version))
	return it
}

func readCode(sub center.SubscriptionID, it item) (center.RewardCode, error) {
	r := open(it, kindCode)
	return center.RewardCode{Subscription: sub, Number: r.text(attrSubscription), Hash: r.text(attrCodeHash),
		Generation: int(r.num(attrGeneration)), Key: r.text(attrCodeKey), By: center.ContactID(r.text(attrByID)), ByName: r.text(attrBy), At: r.instant(attrAt), Version: int(r.num(attrVersion))}, r.err
}

// Authority is that somebody may use the rewards of a subscription, as it was
// when she asked. Its checks stand in the transaction in which she does, so that
// who was removed, or whose code was made anew, is refused at once.
type Authority struct {
	Redeemer center.Redeemer
	checks   []write
}

// The refusals of who would use rewards.
var (
	ErrNotRedeemer = center.Errorf(center.Forbidden, "not-a-redeemer",
		"Your address is not on the list of those who may use the rewards of this subscription. A primary contact can put it there.")
	ErrCodeMistyped = &center.Error{Kind: center.Unprocessable, Code: "redemption-code-mistyped",
		Detail:     "The redemption code does not read right: something was mistyped. It has seventeen letters and digits.",
		Violations: []center.Violation{{Pointer: "/code", Detail: "must be the redemption code, seventeen letters and digits"}}}
	errCodeWrong = &center.Error{Kind: center.Unprocessable, Code: "redemption-code-wrong",
		Detail:     "This is not the redemption code of this subscription, or not its newest one. After five wrong codes within an hour it is locked for a while.",
		Violations: []center.Violation{{Pointer: "/code", Detail: "must be the subscription's newest redemption code"}}}
)

// RedeemerMay tells whether the actor may use the rewards of a subscription: her
// sign-in address is on the list and the code is the subscription's. Refusals:
// Forbidden not-a-redeemer; Unprocessable redemption-code-mistyped, for what no
// code can be, which is not counted, and redemption-code-wrong, which is;
// TooMany redemption-code-locked after five of these within an hour, also with
// the right code. What passes between looking and counting is at most what is
// typed at once: against 80 random bits it is nothing.
func (a Account) RedeemerMay(ctx context.Context, sub center.SubscriptionID, typed string) (Authority, error) {
	if !isSubscriptionID(sub) {
		return Authority{}, ErrNoSubscription
	}
	bucket := perRedeemer(a.actor, sub)
	person, code, tries := a.t.redeemer(sub, a.actor.Email), a.t.redemptionCode(sub), rateKey(bucket.Name)
	found, err := a.s.getMany(ctx, []key{person, code, tries}, true)
	if err != nil {
		return Authority{}, err
	}
	if found[person] == nil || found[code] == nil {
		return Authority{}, ErrNotRedeemer
	}
	redeemer, err := readRedeemer(sub, found[person])
	if err != nil {
		return Authority{}, err
	}
	if redeemer.Removed {
		return Authority{}, ErrNotRedeemer
	}
	if it := found[tries]; it != nil {
		now := a.s.now()
		r := open(it, kindRate)
		if wait := bucket.wait(momentsOf(r, now.Add(-bucket.longest())), now); wait > 0 || r.err != nil {
			return Authority{}, firstError(r.err, bucket.tooMany(wait))
		}
	}
	stands, err := readCode(sub, found[code])
	if err != nil {
		return Authority{}, err
	}
	raw, ok := center.ReadRedemptionCode(typed)
	if !ok {
		return Authority{}, ErrCodeMistyped
	}
	hash := center.RedemptionCodeHash(a.actor.Account, sub, raw)
	if subtle.ConstantTimeCompare([]byte(hash), []byte(stands.Hash)) == 0 {
		return Authority{}, firstError(a.s.Take(ctx, bucket), errCodeWrong)
	}
	listed := write{name: "redeemer", verb: check, at: person, condition: "#" + attrRemoved + " = :no", values: item{}}
	listed.values.truth(":no", false)
	current := write{name: "code", verb: check, at: code, condition: "#" + attrCodeHash + " = :hash", values: item{}}
	current.values.text(":hash", stands.Hash)
	return Authority{redeemer, []write{listed, current}}, nil
}

// Listed tells whether the actor's address is on the list of a subscription;
// ErrNotRedeemer where it is not. Nothing is used by it.
func (a Account) Listed(ctx context.Context, sub center.SubscriptionID) error {
	if !isSubscriptionID(sub) {
		return ErrNoSubscription
	}
	it, err := a.s.get(ctx, a.t.redeemer(sub, a.actor.Email))
	if errors.Is(err, errAbsent) {
		return ErrNotRedeemer
	}
	if err != nil {
		return err
	}
	r, err := readRedeemer(sub, it)
	if err == nil && r.Removed {
		return ErrNotRedeemer
	}
	return err
}

// Redeemable are the subscriptions whose rewards the actor may use with the
// code, by number.
func (a Account) Redeemable(ctx context.Context) (list []center.Redeemer, err error) {
	purses, err := a.s.askAll(ctx, question{pk: a.t.pk(prefixRewards), from: sortPurse, to: sortPurse + sortEnd, limit: maxLots})
	if err != nil {
		return nil, err
	}
	var keys []key
	subs := map[key]center.SubscriptionID{}
	for _, it := range purses {
		sub, err := subscriptionOfPurse(it.key().sk)
		if err != nil {
			return nil, fmt.Errorf("store: purse: %w", err)
		}
		at := a.t.redeemer(sub, a.actor.Email)
		keys, subs[at] = append(keys, at), sub
	}
	found, err := a.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, err
	}
	for _, at := range keys {
		if found[at] == nil {
			continue
		}
		r, err := readRedeemer(subs[at], found[at])
		if err != nil {
			return nil, err
		}
		if !r.Removed {
			list = append(list, r)
		}
	}
	return list, nil
}
