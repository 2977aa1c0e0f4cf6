package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type handler struct {
	store     *store.Store
	operators session.Operators
	now       func() time.Time
}

// reason is why this function works across accounts.
const reason = "a person asks what is held on her, or to be erased"

// patience is how long one request goes on to further stretches; what is left
// is the next one's.
const patience = 8 * time.Second

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleReview, Action: center.ActionAct}
	return httpapi.Routes{
		"POST /v1/operator/people/held":  httpapi.Handle(door, act, h.tellHeld),
		"POST /v1/operator/people/erase": httpapi.Handle(door, act, h.erasePerson),
	}
}

// Limits of the input.
const (
	maxEmail  = 320
	maxReason = 300
	maxCursor = 600
	maxHeirs  = 20

	enoughHeld = 100 // things to answer at once
)

type asking struct {
	Email  string `json:"email"`
	Cursor string `json:"cursor"`
}

func (in asking) Validate() []center.Violation { return personFaults(in.Email, in.Cursor) }

func personFaults(email, cursor string) (v []center.Violation) {
	if strings.TrimSpace(email) == "" || len(email) > maxEmail {
		v = append(v, center.Violation{Pointer: "/email", Detail: "must be the person's address, as papers show it where no mail can reach it"})
	}
	if len(cursor) > maxCursor {
		v = append(v, center.Violation{Pointer: "/cursor", Detail: "must be the next of the page before"})
	}
	return v
}

// held is one thing that is held on a person.
type held struct {
	Account center.AccountID  `json:"account,omitempty"`
	Kind    store.HeldKind    `json:"kind"`
	Facts   map[string]string `json:"facts"`
	Kept    store.KeptReason  `json:"kept,omitempty"` // why erasing leaves it
}

type heldPage struct {
	Items []held `json:"items"`
	Next  string `json:"next,omitempty"`
}

// tellHeld answers a stretch of what is held on a person. It holds nothing of
// anybody else.
func (h handler) tellHeld(ctx context.Context, actor center.Actor, in asking) (heldPage, error) {
	out := heldPage{Items: []held{}, Next: in.Cursor}
	if !actor.Fresh(h.now()) {
		return out, center.ErrFreshCodeNeeded
	}
	err := h.stretches(&out.Next, func(cursor string) (next string, enough bool, err error) {
		page, err := h.store.Everywhere(reason).Held(ctx, in.Email, cursor)
		for _, one := range page.Held {
			out.Items = append(out.Items, held{one.Account, one.Kind, one.Facts, one.Kept})
		}
		return page.Next, len(out.Items) >= enoughHeld, err
	})
	return out, err
}

// stretches goes on from a cursor until there is enough to answer, the time is
// up or the end is reached.
func (h handler) stretches(cursor *string, do func(cursor string) (next string, enough bool, err error)) error {
	for began := h.now(); ; {
		next, enough, err := do(*cursor)
		if err != nil {
			return err
		}
		if *cursor = next; next == "" || enough || h.now().Sub(began) > patience {
			return nil
		}
	}
}

// erasing asks for a stretch of erasing. Without Confirm, which is the address
// once more, it only tells what would be erased.
type erasing struct {
	Email   string `json:"email"`
	Cursor  string `json:"cursor"`
	Reason  string `json:"reason"`
	Confirm string `json:"confirm"`
	Heirs   []heir `json:"heirs"`
}

// heir becomes primary in an account where the person is the last who is.
type heir struct {
	Account center.AccountID `json:"account"`
	Email   string           `json:"email"`
}

func (in erasing) Validate() []center.Violation {
	v := personFaults(in.Email, in.Cursor)
	if strings.TrimSpace(in.Reason) == "" || utf8.RuneCountInString(in.Reason) > maxReason {
		v = append(v, center.Violation{Pointer: "/reason", Detail: "must say why, in at most 300 characters"})
	}
	if in.Confirm != "" && !sameAddress(in.Confirm, in.Email) {
		v = append(v, center.Violation{Pointer: "/confirm", Detail: "must be the same address once more, or nothing to see what would be erased"})
	}
	if len(in.Heirs) > maxHeirs {
		v = append(v, center.Violation{Pointer: "/heirs", Detail: "must be at most 20"})
	}
	for _, one := range in.Heirs {
		if _, ok := center.NormalizeEmail(one.Email); !ok || one.Account == "" || sameAddress(one.Email, in.Email) {
			v = append(v, center.Violation{Pointer: "/heirs", Detail: "must each name an account and the address of somebody else"})
			break
		}
	}
	return v
}

func sameAddress(a, b string) bool {
	x, xOK := center.NormalizeEmail(a)
	y, yOK := center.NormalizeEmail(b)
	return xOK && yOK && x == y || !xOK && !yOK && strings.TrimSpace(a) == strings.TrimSpace(b)
}

type count struct {
	Kind  store.HeldKind   `json:"kind"`
	Count int              `json:"count"`
	Kept  store.KeptReason `json:"kept,omitempty"`
}

type erased struct {
	DryRun bool    `json:"dryRun"`
	Gone   []count `json:"gone"` // or what would be
	Kept   []count `json:"kept"`
	Next   string  `json:"next,omitempty"`
}

// errOperator refuses to erase who may act for the vendor.
var errOperator = center.Errorf(center.Conflict, "person-is-operator",
	"This address is an operator's. Take it out of the OperatorEmails of the deployment first.")

// erasePerson erases a stretch of what is held on a person, or tells what it
// would erase.
func (h handler) erasePerson(ctx context.Context, actor center.Actor, in erasing) (erased, error) {
	out := erased{DryRun: in.Confirm == "", Gone: []count{}, Kept: []count{}, Next: in.Cursor}
	if !actor.Fresh(h.now()) {
		return out, center.ErrFreshCodeNeeded
	}
	if h.operators.Has(in.Email) {
		return out, errOperator
	}
	everywhere := h.store.Everywhere(reason)
	x := store.PersonErasure{Email: in.Email, Operator: actor, Reason: in.Reason, Heirs: map[center.AccountID]string{}}
	for _, one := range in.Heirs {
		x.Heirs[one.Account] = one.Email
	}
	gone, kept := map[store.HeldKind]int{}, map[count]int{}
	err := h.stretches(&out.Next, func(cursor string) (string, bool, error) {
		if out.DryRun {
			page, err := everywhere.Held(ctx, in.Email, cursor)
			for _, one := range page.Held {
				if one.Kept != "" {
					kept[count{Kind: one.Kind, Kept: one.Kept}]++
				} else {
					gone[one.Kind]++
				}
			}
			return page.Next, false, err
		}
		page, err := everywhere.ErasePerson(ctx, x, cursor)
		for kind, n := range page.Gone {
			gone[kind] += n
		}
		for _, one := range page.Kept {
			kept[count{Kind: one.Kind, Kept: one.Kept}]++
		}
		return page.Next, false, err
	})
	for kind, n := range gone {
		out.Gone = append(out.Gone, count{Kind: kind, Count: n})
	}
	for one, n := range kept {
		one.Count = n
		out.Kept = append(out.Kept, one)
	}
	byKind := func(a, b count) int { return cmp.Compare(a.Kind, b.Kind) }
	slices.SortFunc(out.Gone, byKind)
	slices.SortFunc(out.Kept, byKind)
	return out, err
}
