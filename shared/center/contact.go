package center

import (
	"slices"
	"strings"
	"time"
)

// grantSourceInvitation stands before the id of the invitation in
// Grant.Source, grantSourceTransfer before the contact who was primary before.
const (
	grantSourceInvitation = "invitation:"
	grantSourceTransfer   = "transfer:"
)

// InvitationSource is the source of what an invitation grants.
func InvitationSource(id InvitationID) string { return grantSourceInvitation + string(id) }

// SourceKind is the word of a grant's source: order, invitation, transfer,
// operator or import.
func (g Grant) SourceKind() string {
	kind, _, _ := strings.Cut(g.Source, ":")
	return kind
}

// ByInvitation tells whether an invitation gave the grant.
func (g Grant) ByInvitation() bool { return strings.HasPrefix(g.Source, grantSourceInvitation) }

// IsPrimary tells whether the contact is a primary one that may enter.
func (c Contact) IsPrimary() bool {
	return c.Active && slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Type == ContactPrimary })
}

// Removed tells a contact who has left: nothing is granted to her any more.
func (c Contact) Removed() bool { return len(c.Grants) == 0 }

// Suspended tells a contact who holds grants and may not use them.
func (c Contact) Suspended() bool { return !c.Active && len(c.Grants) > 0 }

// ContactMove is what somebody's decision makes of a contact, and how it is
// written down. The zero move changes nothing.
type ContactMove struct {
	After  Contact
	Kind   AuditKind
	Facts  map[string]string // for the audit log
	Reason string            // for the person; "" where none was given
}

// Changes tells whether the move changes anything.
func (m ContactMove) Changes() bool { return m.Kind != "" }

// The refusals of managing people.
var (
	ErrNoContact   = Errorf(NotFound, "contact-not-found", "There is no such contact.")
	ErrLastPrimary = Errorf(Conflict, "last-primary",
		"This is the account's last primary contact. Make somebody else primary first.")
	ErrNotYourInvitee = Errorf(Forbidden, "not-your-invitee",
		"You may change only people you invited yourself. A primary contact can change the others.")
	ErrNotYourself = Errorf(Conflict, "not-yourself",
		"You cannot do this to yourself. To give up your own access, leave the account.")
)

// invited tells whether the grant came from an invitation of the actor, and
// nobody has changed it since.
func (a Actor) invited(g Grant) bool {
	return g.ByInvitation() && ContactIDOf(g.By) == a.Contact
}

// manageable are those of the contact's grants that the actor may change or
// take away. Her own invitees' are those that she could still give: who was
// primary once has no hold on the primary contacts she made.
func (a Actor) manageable(c Contact) []Grant {
	v := a.May(ModuleContacts, ActionAct)
	if !v.Allowed {
		return nil
	}
	own := a.Grantable()
	var out []Grant
	for _, g := range c.Grants {
		if !v.OwnInvitees || a.invited(g) && slices.Contains(own, g.Type) {
			out = append(out, g)
		}
	}
	return out
}

// MayManage tells whether the actor may change the contact at all.
func (a Actor) MayManage(c Contact) bool { return c.ID != a.Contact && len(a.manageable(c)) > 0 }

// MayTurn lists the types the actor may give the contact instead of what she
// has.
func (a Actor) MayTurn(c Contact) []ContactType {
	if len(a.manageable(c)) == 0 {
		return nil
	}
	return slices.DeleteFunc(a.Grantable(), func(t ContactType) bool {
		return !a.MayGrant(Grant{Type: t}) || len(c.Grants) == 1 && c.Grants[0].Type == t && !c.Grants[0].Scoped
	})
}

// SeesEveryone tells whether the actor sees all people of the account, rather
// than herself, whom she invited, and who can give access.
func (a Actor) SeesEveryone() bool {
	contacts := a.May(ModuleContacts, ActionAct)
	return a.May(ModuleBillingProfile, ActionRead).Allowed || contacts.Allowed && !contacts.OwnInvitees
}

// Sees tells whether the actor sees that contact among the people.
func (a Actor) Sees(c Contact) bool {
	return a.SeesEveryone() || c.ID == a.Contact || c.IsPrimary() || slices.ContainsFunc(c.Grants, a.invited)
}

// SeesInvitation tells whether the actor sees that invitation.
func (a Actor) SeesInvitation(i Invitation) bool { return a.SeesEveryone() || a.MayHandle(i) }

// Turn makes the contact that type instead of what the actor may take from
// her. It reaches the whole account. ErrNotYourInvitee where the actor may
// take nothing, ErrMayNotGrant where she may not give the type.
func (a Actor) Turn(c Contact, to ContactType, at time.Time) (ContactMove, error) {
	old := a.manageable(c)
	wanted := Grant{Type: to}
	switch {
	case c.Removed():
		return ContactMove{}, ErrNoContact
	case len(old) == 0:
		return ContactMove{}, ErrNotYourInvitee
	case !a.MayGrant(wanted):
		return ContactMove{}, ErrMayNotGrant
	case len(c.Grants) == 1 && c.Grants[0].Type == to && !c.Grants[0].Scoped:
		return ContactMove{}, nil
	}
	wanted.Source, wanted.Number, wanted.By, wanted.At = old[0].Source, old[0].Number, a.Email, at
	after := c
	after.Grants = append(without(c.Grants, old), wanted)
	after.Withheld = withheld(c.Withheld, old)
	return ContactMove{After: after, Kind: AuditTypeChanged,
		Facts: map[string]string{"from": typeWords(c.Grants), "to": typeWords(after.Grants)}}, nil
}

// Remove takes from the contact what the actor may take: all of it or, where
// sources are named, what came from them. Nothing changes where she has left
// already. Her own access nobody removes: see Leave.
func (a Actor) Remove(c Contact, sources []string) (ContactMove, error) {
	if c.Removed() {
		return ContactMove{After: c}, nil
	}
	if c.ID == a.Contact {
		return ContactMove{}, ErrNotYourself
	}
	taken := a.manageable(c)
	if len(sources) > 0 {
		taken = slices.DeleteFunc(taken, func(g Grant) bool { return !slices.Contains(sources, g.Source) })
	}
	if len(taken) == 0 {
		return ContactMove{}, ErrNotYourInvitee
	}
	return removal(c, taken, AuditContactRemoved), nil
}

// Leave gives up all the actor has in the account.
func (a Actor) Leave(c Contact) (ContactMove, error) {
	if c.Removed() {
		return ContactMove{After: c}, nil
	}
	return removal(c, c.Grants, AuditContactLeft), nil
}

// Withdraw ends a contact's access in an operator's name, whatever it came
// from. Nothing changes where she has left already.
func Withdraw(c Contact) (ContactMove, error) {
	if c.Removed() {
		return ContactMove{After: c}, nil
	}
	return removal(c, c.Grants, AuditWithdrawn), nil
}

func removal(c Contact, taken []Grant, kind AuditKind) ContactMove {
	after := c
	after.Grants = without(c.Grants, taken)
	after.Withheld = withheld(c.Withheld, taken)
	if len(after.Grants) == 0 {
		after.Active = false
	}
	return ContactMove{After: after, Kind: kind, Facts: map[string]string{"taken": typeWords(taken), "left": typeWords(after.Grants)}}
}

// Suspend keeps the contact out without taking her grants.
func (a Actor) Suspend(c Contact) (ContactMove, error) { return a.turnActive(c, false, AuditSuspended) }

// Reactivate lets a suspended contact in again.
func (a Actor) Reactivate(c Contact) (ContactMove, error) {
	return a.turnActive(c, true, AuditReactivated)
}

func (a Actor) turnActive(c Contact, active bool, kind AuditKind) (ContactMove, error) {
	switch {
	case c.Removed():
		return ContactMove{}, ErrNoContact
	case c.ID == a.Contact:
		return ContactMove{}, ErrNotYourself
	case len(a.manageable(c)) < len(c.Grants):
		return ContactMove{}, ErrNotYourInvitee
	case c.Active == active:
		return ContactMove{After: c}, nil
	}
	after := c
	after.Active = active
	return ContactMove{After: after, Kind: kind, Facts: map[string]string{"types": typeWords(c.Grants)}}, nil
}

// Transfer makes the contact primary instead of the actor, who becomes then,
// or keeps but what else she has where then is "".
func (a Actor) Transfer(own, c Contact, then ContactType, at time.Time) (mine, hers ContactMove, err error) {
	switch {
	case c.Removed():
		return mine, hers, ErrNoContact
	case c.ID == a.Contact:
		return mine, hers, ErrNotYourself
	case !own.IsPrimary():
		return mine, hers, ErrMayNotGrant
	case !c.Active:
		return mine, hers, ErrSuspended
	}
	facts := map[string]string{"from": own.Email, "to": c.Email}
	given := Grant{Type: ContactPrimary, Source: grantSourceTransfer + string(own.ID), By: a.Email, At: at}
	after := c
	after.Grants = slices.DeleteFunc(slices.Clone(c.Grants), func(g Grant) bool { return g.Type == ContactPrimary })
	after.Grants = append(after.Grants, given)
	left := own
	passed := slices.DeleteFunc(slices.Clone(own.Grants), func(g Grant) bool { return g.Type != ContactPrimary })
	left.Grants, left.Withheld = without(own.Grants, passed), withheld(own.Withheld, passed)
	if then != "" {
		left.Grants = append(left.Grants, Grant{Type: then, Source: grantSourceTransfer + string(c.ID), By: a.Email, At: at})
	}
	if len(left.Grants) == 0 {
		left.Active = false
	}
	return ContactMove{After: left, Kind: AuditTransferred, Facts: facts}, ContactMove{After: after, Kind: AuditTransferred, Facts: facts}, nil
}

// Give adds a grant; one from the same source and of the same type takes the
// place of the one before. A contact who was suspended stays so.
func (c Contact) Give(g Grant) Contact {
	was := c
	c.Grants = slices.DeleteFunc(slices.Clone(c.Grants), func(held Grant) bool {
		return held.Type == g.Type && held.Source == g.Source && held.Scoped == g.Scoped
	})
	c.Grants = append(c.Grants, g)
	c.Active = !was.Suspended()
	c.Withheld = slices.DeleteFunc(slices.Clone(c.Withheld), func(source string) bool { return source == g.Source })
	return c
}

// Holds tells whether the contact may use a grant that gives all that g does.
func (c Contact) Holds(g Grant) bool {
	return c.Active && slices.ContainsFunc(c.Grants, func(held Grant) bool { return held.Type == g.Type && held.covers(g) })
}

// maxWithheld is how many sources are remembered: the membership is read with
// every request and must stay small.
const maxWithheld = 20

func withheld(before []string, taken []Grant) []string {
	out := slices.Clone(before)
	for _, g := range taken {
		if !slices.Contains(out, g.Source) {
			out = append(out, g.Source)
		}
	}
	return out[max(0, len(out)-maxWithheld):]
}

// without are the grants but for those taken.
func without(grants, taken []Grant) []Grant {
	var out []Grant
	for _, g := range grants {
		same := func(t Grant) bool { return t.Type == g.Type && t.Source == g.Source && t.Scoped == g.Scoped }
		if !slices.ContainsFunc(taken, same) {
			out = append(out, g)
		}
	}
	return out
}

// typeWords are the types of grants, each once, as the audit log says them.
func typeWords(grants []Grant) string {
	var types []ContactType
	for _, t := range accessTypes {
		if slices.ContainsFunc(grants, func(g Grant) bool { return g.Type == t }) {
			types = append(types, t)
		}
	}
	return joinTypes(types)
}
