package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	keys  keyring.Ring
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleRedeemers, Action: center.ActionAct}
	return httpapi.Routes{
		"GET /v1/redeemers":              httpapi.Handle(door, httpapi.Op{Module: center.ModuleRewards, Action: center.ActionRead}, h.listRedeemers),
		"POST /v1/redeemers":             httpapi.Handle(door, act, h.authoriseRedeemer),
		"POST /v1/redeemers/remove":      httpapi.Handle(door, act, h.removeRedeemer),
		"POST /v1/redeemers/code":        httpapi.Handle(door, act, h.showCode),
		"POST /v1/redeemers/code/rotate": httpapi.Handle(door, act, h.rotateCode),
	}
}

// subscription is who may redeem its rewards. Nothing of its code is here.
type subscription struct {
	ID        center.SubscriptionID `json:"id"`
	Number    string                `json:"number"`
	Code      *codeMade             `json:"code,omitempty"`
	Redeemers []redeemer            `json:"redeemers"`
}

type codeMade struct {
	Generation int       `json:"generation"`
	MadeAt     time.Time `json:"madeAt"`
	By         string    `json:"by"`
}

type redeemer struct {
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Access bool      `json:"access"`
}

func show(s center.RedeemersOf) subscription {
	out := subscription{ID: s.Subscription, Number: s.Number, Redeemers: []redeemer{}}
	if s.Code.Generation > 0 {
		out.Code = &codeMade{s.Code.Generation, s.Code.At, s.Code.ByName}
	}
	for _, r := range s.Redeemers {
		out.Redeemers = append(out.Redeemers, redeemer{r.Email, r.Name, r.By, r.At, r.Access})
	}
	return out
}

type list struct {
	Subscriptions []subscription `json:"subscriptions"`
	MayManage     bool           `json:"mayManage"`
}

func (h handler) listRedeemers(ctx context.Context, actor center.Actor, _ struct{}) (list, error) {
	all, err := h.store.In(actor).Redeemers(ctx)
	out := list{Subscriptions: []subscription{}, MayManage: actor.May(center.ModuleRedeemers, center.ActionAct).Allowed}
	for _, s := range all {
		out.Subscriptions = append(out.Subscriptions, show(s))
	}
	return out, err
}

type whom struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Email        string                `json:"email"`
}

func (in whom) Validate() (v []center.Violation) {
	if in.Subscription == "" {
		v = append(v, center.Violation{Pointer: "/subscription", Detail: "must be the id of a subscription"})
	}
	if _, ok := center.NormalizeEmail(in.Email); !ok {
		v = append(v, center.Violation{Pointer: "/email", Detail: "must be the address a contact signs in with"})
	}
	return v
}

// authoriseRedeemer puts a contact on the list. The first redeemer of a
// subscription brings its code; her letter has it.
func (h handler) authoriseRedeemer(ctx context.Context, actor center.Actor, in whom) (subscription, error) {
	if !actor.Fresh(h.now()) {
		return subscription{}, center.ErrFreshCodeNeeded
	}
	s, err := h.store.In(actor).AuthoriseRedeemer(ctx, in.Subscription, in.Email, h.make)
	return show(s), err
}

// removeRedeemer takes a person off the list. She is refused from then on,
// whatever she has begun.
func (h handler) removeRedeemer(ctx context.Context, actor center.Actor, in whom) (subscription, error) {
	if !actor.Fresh(h.now()) {
		return subscription{}, center.ErrFreshCodeNeeded
	}
	s, err := h.store.In(actor).RemoveRedeemer(ctx, in.Subscription, in.Email)
	return show(s), err
}

type which struct {
	Subscription center.SubscriptionID `json:"subscription"`
}

func (in which) Validate() []center.Violation {
	if in.Subscription == "" {
		return []center.Violation{{Pointer: "/subscription", Detail: "must be the id of a subscription"}}
	}
	return nil
}

type code struct {
	Code       string `json:"code"`
	Generation int    `json:"generation"`
}

// errKeyGone refuses to show a code that the keys we hold do not make any more.
// It works for all that.
var errKeyGone = center.Errorf(center.Conflict, "code-key-gone", "This code still works, but can be shown no more. Make a new one to have one to show.")

// showCode makes the code anew. That somebody looked is in the audit log.
func (h handler) showCode(ctx context.Context, actor center.Actor, in which) (code, error) {
	if !actor.Fresh(h.now()) {
		return code{}, center.ErrFreshCodeNeeded
	}
	stands, err := h.store.In(actor).RedemptionCode(ctx, in.Subscription)
	if err != nil {
		return code{}, err
	}
	made, err := h.shown(actor, stands)
	if err != nil {
		return code{}, err
	}
	return made, h.store.In(actor).CodeShown(ctx, stands)
}

// shown is a code as people read it.
func (h handler) shown(actor center.Actor, c center.RewardCode) (code, error) {
	raw, ok := session.RedemptionCode(h.keys, c.Key, actor.Account, c.Subscription, c.Generation)
	if !ok {
		return code{}, errKeyGone
	}
	return code{center.RedemptionCode(raw), c.Generation}, nil
}

type rotation struct {
	Subscription center.SubscriptionID `json:"subscription"`
	Generation   int                   `json:"generation"` // as it was seen
}

func (in rotation) Validate() []center.Violation { return which{in.Subscription}.Validate() }

// rotateCode puts the next code in the place of the one that was seen, and
// mails it to every redeemer.
func (h handler) rotateCode(ctx context.Context, actor center.Actor, in rotation) (code, error) {
	if !actor.Fresh(h.now()) {
		return code{}, center.ErrFreshCodeNeeded
	}
	stands, err := h.store.In(actor).RotateCode(ctx, in.Subscription, in.Generation, h.make)
	if err != nil {
		return code{}, err
	}
	return h.shown(actor, stands)
}

// make makes the code of a generation with the current key.
func (h handler) make(account center.AccountID, sub center.SubscriptionID, generation int) (key string, raw [center.RedemptionCodeBytes]byte) {
	key = h.keys.Current()
	raw, _ = session.RedemptionCode(h.keys, key, account, sub, generation) // the current key is always there
	return key, raw
}
