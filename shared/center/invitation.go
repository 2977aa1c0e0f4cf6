package center

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// InvitationID names the invitation of one address to one account: a later
// invitation of the same address is the same one, sent anew.
type InvitationID string

// invitationPrefix stands before the contact's id in an InvitationID.
const invitationPrefix = "ivt_"

// InvitationIDOf is the id of the invitation of that address; "" for what is
// no address.
func InvitationIDOf(email string) InvitationID {
	contact := ContactIDOf(email)
	if contact == "" {
		return ""
	}
	return InvitationOf(contact)
}

// InvitationOf is the id of the invitation of that contact.
func InvitationOf(contact ContactID) InvitationID {
	return InvitationID(invitationPrefix + string(contact))
}

// Contact is who she will be that accepts; ok is false for what is no id.
func (id InvitationID) Contact() (contact ContactID, ok bool) {
	rest, found := strings.CutPrefix(string(id), invitationPrefix)
	return ContactID(rest), found && len(rest) == 2*idBytes && strings.Trim(rest, "0123456789abcdef") == ""
}

// InvitationState is what became of an invitation.
type InvitationState string

// The states. InvitationExpired is derived from the clock and never stored.
const (
	InvitationPending  InvitationState = "PENDING"
	InvitationAccepted InvitationState = "ACCEPTED"
	InvitationDeclined InvitationState = "DECLINED"
	InvitationRevoked  InvitationState = "REVOKED"
	InvitationExpired  InvitationState = "EXPIRED"
)

// Limits of invitations.
const (
	InvitationLife      = 7 * 24 * time.Hour
	MaxInvited          = 25  // addresses of one request
	MaxInvitedOrders    = 10  // orders one invitation reaches
	MaxInvitationWords  = 500 // runes of a personal message
	MaxContactNameRunes = 80
)

// Inviter is who invites, as the invitation says it.
type Inviter struct {
	Contact ContactID
	Email   string
	Name    string
}

// String is the name people know her by.
func (i Inviter) String() string {
	if i.Name != "" {
		return i.Name
	}
	return i.Email
}

// Invitation asks a person into an account. Its link is an address only: the
// grant is given to whoever proves the invited mailbox, and only while the
// inviter may still give it.
type Invitation struct {
	ID          InvitationID
	Account     AccountID
	AccountName string
	Email       string // as typed
	Name        string // "" where the inviter gave none
	Locale      string
	Grant       Grant
	Message     string
	By          Inviter
	State       InvitationState
	Generation  int    // counts the sends; the link of an earlier one opens nothing
	KeyID       string // of the key its link is made with
	CreatedAt   time.Time
	SentAt      time.Time
	ExpiresAt   time.Time
	EndedAt     time.Time
	Mark        string // of the request that sent it last
	Version     int
}

// StateAt is the state at now.
func (i Invitation) StateAt(now time.Time) InvitationState {
	if i.State == InvitationPending && !now.Before(i.ExpiresAt) {
		return InvitationExpired
	}
	return i.State
}

// Errors of invitations. ErrNoInvitation is the same for a link that never
// was, one that was replaced and one that was mistyped.
var (
	ErrNoInvitation = Errorf(NotFound, "invitation-not-found",
		"This invitation link opens nothing. A newer one may have replaced it: look for the newest mail.")
	ErrInvitationExpired = Errorf(Conflict, "invitation-expired",
		"This invitation has expired. Ask who invited you to send it again.")
	ErrInvitationEnded = Errorf(Conflict, "invitation-ended",
		"This invitation was taken back or declined. Ask who invited you for a new one.")
	ErrInviterMayNot = Errorf(Conflict, "inviter-may-not",
		"Who invited you can no longer give this access. Ask a primary contact of the account.")
	ErrSuspended = Errorf(Conflict, "contact-suspended",
		"This person's access is suspended. A primary contact can reactivate it.")
	ErrInvitedAlready = Errorf(Conflict, "invited-already",
		"Somebody else has invited this address. Only she or a primary contact can change that invitation.")
	ErrMayNotGrant = Errorf(Forbidden, "may-not-grant",
		"You can give no more access than you have yourself.")
)

// Open refuses an invitation that cannot be accepted at now. An accepted one
// is open: to accept again changes nothing.
func (i Invitation) Open(now time.Time) error {
	switch i.StateAt(now) {
	case InvitationPending, InvitationAccepted:
		return nil
	case InvitationExpired:
		return ErrInvitationExpired
	default:
		return ErrInvitationEnded
	}
}

// MayInvite tells whether the actor may give that grant by invitation now.
func (a Actor) MayInvite(g Grant) bool {
	return a.May(ModuleInvitations, ActionAct).Allowed && a.MayGrant(g)
}

// MayHandle tells whether the actor may send again, replace or take back the
// invitation: her own, or any where she may change everybody.
func (a Actor) MayHandle(i Invitation) bool {
	v := a.May(ModuleContacts, ActionAct)
	return i.By.Contact == a.Contact || v.Allowed && !v.OwnInvitees
}

// Inviter is the actor as an invitation names her.
func (a Actor) Inviter() Inviter { return Inviter{a.Contact, a.Email, a.Name} }

// BadMessage says why a personal message is none that we mail: it is too
// long, holds a link, or characters that nobody sees. "" where it is fine. A
// link in it would make our letters a vehicle for other people's pages.
func BadMessage(text string) string {
	switch {
	case utf8.RuneCountInString(text) > MaxInvitationWords:
		return "must be at most 500 characters"
	case strings.ContainsFunc(text, func(r rune) bool { return unseen(r) && r != '\n' }):
		return "must be plain text"
	case linked(text):
		return "must not hold a link or an address"
	}
	return ""
}

// BadName says why a name is none; "" where it is fine.
func BadName(name string) string {
	switch {
	case utf8.RuneCountInString(name) > MaxContactNameRunes:
		return "must be at most 80 characters"
	case strings.ContainsFunc(name, unseen):
		return "must be one line of plain text"
	case linked(name):
		return "must be a name, without addresses or links"
	}
	return ""
}

func unseen(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// linked finds what mail programs make links of.
func linked(text string) bool {
	lower := strings.ToLower(text)
	if strings.Contains(lower, "://") || strings.Contains(lower, "@") {
		return true
	}
	return slices.ContainsFunc(strings.Fields(lower), func(word string) bool {
		word = strings.Trim(word, ".,;:!?()[]{}\"'«»“”‘’،؛؟…")
		name, rest, dotted := strings.Cut(word, ".")
		letters := func(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
		return dotted && letters(name) && len(rest) > 1 && letters(rest)
	})
}
