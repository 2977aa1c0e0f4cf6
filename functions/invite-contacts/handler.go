package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

type handler struct {
	store *store.Store
	now   func() time.Time
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleInvitations, Action: center.ActionAct}
	return httpapi.Routes{
		"POST /v1/invitations":             httpapi.Handle(door, act, h.inviteContacts),
		"POST /v1/invitations/{id}/resend": httpapi.Handle(door, act, h.resendInvitation),
		"POST /v1/invitations/{id}/revoke": httpapi.Handle(door, act, h.revokeInvitation),
	}
}

const maxPasted = 10_000 // bytes of a pasted list

type input struct {
	Key       string             `json:"-" header:"idempotency-key"`
	Addresses string             `json:"addresses"` // a list as people paste it
	Type      center.ContactType `json:"type"`
	Orders    []center.OrderID   `json:"orders"` // that it reaches; none is the whole account
	Message   string             `json:"message"`
	Locale    string             `json:"locale"` // of the letter; the account's when ""
}

func (in input) Validate() (v []center.Violation) {
	fault := func(pointer, detail string) { v = append(v, center.Violation{Pointer: pointer, Detail: detail}) }
	if !center.WellFormedKey(in.Key) {
		fault("idempotency-key", "must be 16 to 64 letters, digits, - or _, new for each sending")
	}
	list, bad := center.ReadPasted(in.Addresses)
	for _, piece := range bad {
		fault("/addresses", fmt.Sprintf("%.80q is no e-mail address", piece))
	}
	if len(in.Addresses) > maxPasted || len(list) > center.MaxInvited || len(list)+len(bad) == 0 {
		fault("/addresses", "must be 1 to 25 e-mail addresses")
	}
	if !slices.Contains(center.AccountTypes(), in.Type) {
		fault("/type", "must be a contact type")
	}
	if len(in.Orders) > center.MaxInvitedOrders || len(in.Orders) > 0 && in.Type != center.ContactPurchasing {
		fault("/orders", "must be at most 10 orders, for the type purchasing alone")
	}
	if why := center.BadMessage(in.Message); why != "" {
		fault("/message", why)
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "ar" {
		fault("/locale", "must be en or ar")
	}
	return v
}

// result is what became of one address.
type result struct {
	Email  string `json:"email"`
	Result string `json:"result"` // sent, member, refused
	ID     string `json:"id,omitempty"`
	Code   string `json:"code,omitempty"`   // of a refusal
	Detail string `json:"detail,omitempty"` // likewise, for people
}

type results struct {
	Items []result `json:"items"`
}

// inviteContacts invites each address on its own: what one is refused for
// holds up no other. A code of the last ten minutes is asked for first.
func (h handler) inviteContacts(ctx context.Context, actor center.Actor, in input) (results, error) {
	if !actor.Fresh(h.now()) {
		return results{}, center.ErrFreshCodeNeeded
	}
	account, err := h.store.In(actor).ForOrders(ctx, in.Orders)
	if err != nil {
		return results{}, err
	}
	grant := center.Grant{Type: in.Type, Orders: in.Orders, Scoped: len(in.Orders) > 0}
	list, _ := center.ReadPasted(in.Addresses)
	out := results{Items: make([]result, 0, len(list))}
	for _, one := range list {
		if center.ContactIDOf(one.Email) == actor.Contact {
			out.Items = append(out.Items, refusedBy(one, center.ErrNotYourself))
			continue
		}
		invited, err := account.Invite(ctx, center.Invitation{ID: center.InvitationIDOf(one.Email), Email: one.Email, Name: one.Name,
			Locale: in.Locale, Grant: grant, Message: in.Message, Mark: markOf(actor, in.Key)})
		if refusal := center.AsError(err); err != nil && !perAddress[refusal.Kind] {
			return results{}, err
		} else if err != nil {
			out.Items = append(out.Items, refusedBy(one, refusal))
			continue
		}
		r := result{Email: one.Email, Result: "member"}
		if !invited.Member {
			r.Result, r.ID = "sent", string(invited.Invitation.ID)
		}
		out.Items = append(out.Items, r)
	}
	return out, nil
}

// perAddress are the kinds of refusal that are about one address alone.
var perAddress = map[center.Kind]bool{center.Conflict: true, center.TooMany: true}

func refusedBy(one center.Pasted, why *center.Error) result {
	return result{Email: one.Email, Result: "refused", Code: why.Code, Detail: why.Detail}
}

// markOf names a sending: the same key of the same person is the same one.
func markOf(actor center.Actor, key string) string {
	sum := sha256.Sum256([]byte(string(actor.Contact) + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

type again struct {
	ID  center.InvitationID `json:"-" path:"id"`
	Key string              `json:"-" header:"idempotency-key"`
}

func (in again) Validate() []center.Violation {
	if !center.WellFormedKey(in.Key) {
		return []center.Violation{{Pointer: "idempotency-key", Detail: "must be 16 to 64 letters, digits, - or _, new for each sending"}}
	}
	return nil
}

func (h handler) resendInvitation(ctx context.Context, actor center.Actor, in again) (view.Person, error) {
	if !actor.Fresh(h.now()) {
		return view.Person{}, center.ErrFreshCodeNeeded
	}
	i, err := h.store.In(actor).Resend(ctx, in.ID, markOf(actor, in.Key))
	if err != nil {
		return view.Person{}, err
	}
	return view.Invitation(i, actor, h.now()), nil
}

type one struct {
	ID center.InvitationID `json:"-" path:"id"`
}

// revokeInvitation asks for no fresh code: it takes away and gives nothing.
func (h handler) revokeInvitation(ctx context.Context, actor center.Actor, in one) (view.Person, error) {
	i, err := h.store.In(actor).Revoke(ctx, in.ID)
	if err != nil {
		return view.Person{}, err
	}
	return view.Invitation(i, actor, h.now()), nil
}
