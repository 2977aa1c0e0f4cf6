package view

import (
	"time"

	"customercenter/shared/center"
)

// Person is a contact, or an invitation that waits, as the list of people
// shows it.
type Person struct {
	Kind   string `json:"kind"` // contact, invitation
	ID     string `json:"id"`
	Email  string `json:"email"`
	Name   string `json:"name"`
	Status string `json:"status"` // ACTIVE, SUSPENDED, PENDING, EXPIRED
	// Unreachable says why mail does not reach the address; "" where nothing
	// bad is known of it.
	Unreachable center.ReachReason   `json:"unreachable,omitempty"`
	Self        bool                 `json:"self"`
	Types       []center.ContactType `json:"types"`
	Grants      []Grant              `json:"grants"`
	LastSeenAt  *time.Time           `json:"lastSeenAt,omitempty"`
	InvitedBy   string               `json:"invitedBy,omitempty"`
	SentAt      *time.Time           `json:"sentAt,omitempty"`
	ExpiresAt   *time.Time           `json:"expiresAt,omitempty"`
	May         PersonMay            `json:"may"`
}

// Grant is one reason why a contact may enter.
type Grant struct {
	Type       center.ContactType `json:"type"`
	OrdersOnly bool               `json:"ordersOnly"`
	From       string             `json:"from"` // order, invitation, transfer, operator, import
	Number     string             `json:"number,omitempty"`
	By         string             `json:"by,omitempty"`
	At         time.Time          `json:"at"`
	Source     string             `json:"source"`
}

// PersonMay says what the reader may do with that person.
type PersonMay struct {
	Types       []center.ContactType `json:"types"` // that she may be made
	Suspend     bool                 `json:"suspend"`
	Reactivate  bool                 `json:"reactivate"`
	Remove      bool                 `json:"remove"`
	MakePrimary bool                 `json:"makePrimary"`
	Resend      bool                 `json:"resend"`
	Revoke      bool                 `json:"revoke"`
}

// Grants shows why a contact may enter. People of the vendor stay nameless.
func Grants(grants []center.Grant) []Grant {
	out := make([]Grant, 0, len(grants))
	for _, g := range grants {
		shown := Grant{Type: g.Type, OrdersOnly: g.Scoped || len(g.Orders) > 0, From: g.SourceKind(), Number: g.Number, At: g.At, Source: g.Source}
		if shown.From == "invitation" || shown.From == "transfer" {
			shown.By = g.By
		}
		out = append(out, shown)
	}
	return out
}

// Contact shows a contact to the actor.
func Contact(c center.Contact, seen time.Time, actor center.Actor) Person {
	p := Person{Kind: "contact", ID: string(c.ID), Email: c.Email, Name: c.Name, Status: "ACTIVE", Unreachable: c.Reach.Reason, Self: c.ID == actor.Contact,
		Types: typesOf(c.Grants), Grants: Grants(c.Grants), May: PersonMay{Types: []center.ContactType{}}}
	if !c.Active {
		p.Status = "SUSPENDED"
	}
	if !seen.IsZero() {
		p.LastSeenAt = &seen
	}
	if turns := actor.MayTurn(c); len(turns) > 0 {
		p.May.Types = turns
	}
	_, err := actor.Suspend(c)
	p.May.Suspend = err == nil && c.Active
	_, err = actor.Reactivate(c)
	p.May.Reactivate = err == nil && !c.Active
	p.May.Remove = actor.MayManage(c)
	own := center.Contact{ID: actor.Contact, Account: actor.Account, Grants: actor.Grants, Active: true}
	_, _, err = actor.Transfer(own, c, "", time.Time{})
	p.May.MakePrimary = err == nil
	return p
}

// Invitation shows an invitation that was not answered to the actor, at now.
func Invitation(i center.Invitation, actor center.Actor, now time.Time) Person {
	handles := actor.MayHandle(i)
	return Person{Kind: "invitation", ID: string(i.ID), Email: i.Email, Name: i.Name, Status: string(i.StateAt(now)),
		Types: typesOf([]center.Grant{i.Grant}), Grants: Grants([]center.Grant{i.Grant}),
		InvitedBy: i.By.String(), SentAt: &i.SentAt, ExpiresAt: &i.ExpiresAt,
		May: PersonMay{Types: []center.ContactType{}, Resend: handles, Revoke: handles}}
}

func typesOf(grants []center.Grant) []center.ContactType {
	types := center.Actor{Grants: grants}.Types()
	if types == nil {
		types = []center.ContactType{}
	}
	return types
}
