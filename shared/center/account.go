package center

import (
	"slices"
	"time"
)

// AccountID names a customer organisation, the tenant: 32 hex digits, the
// first 16 bytes of SHA-256 of its key. It is no secret.
type AccountID string

// ContactID names a person on an account: 32 hex digits of SHA-256 over the
// normalised e-mail, so that one address is one contact.
type ContactID string

// OperatorsAccount is the reserved account of the vendor's own operators.
const OperatorsAccount AccountID = "operators"

// Account is the customer organisation. Key is what documents know it by.
type Account struct {
	ID            AccountID
	Key           string
	Name          string
	TradingName   string
	TimeZone      string // IANA; every "today" of the account is there
	Locale        string // "en" or "ar"
	NetTermsDays  int    // -1 when the account has none
	Address       *Address
	TaxIDs        []string
	OperatorNotes string
	CreatedAt     time.Time
	Version       int
}

// Zone is the account's time zone; UTC when the name is unknown here.
func (a Account) Zone() *time.Location {
	if z, err := time.LoadLocation(a.TimeZone); err == nil {
		return z
	}
	return time.UTC
}

// ContactType is what a contact is to the account.
type ContactType string

// The contact types.
const (
	ContactPrimary    ContactType = "primary"
	ContactPayables   ContactType = "payables"
	ContactPurchasing ContactType = "purchasing"
	ContactExecutive  ContactType = "executive"
	ContactAccountant ContactType = "accountant"
	ContactOperator   ContactType = "operator" // of OperatorsAccount only
)

// Grant is one reason why a contact may enter, and what it opens. Effective
// rights are the union of the live grants. A grant with neither Orders nor
// Scoped reaches over the whole account.
type Grant struct {
	Type   ContactType `json:"type"`
	Orders []OrderID   `json:"orders,omitzero"` // the orders it reaches
	Scoped bool        `json:"scoped,omitzero"` // reaches named orders only, which are kept beside it
	Source string      `json:"source"`          // order:<id>, invitation:<id>, transfer:<contact>, operator, import
	Number string      `json:"number,omitzero"` // of the order in Source
	By     string      `json:"by,omitzero"`
	At     time.Time   `json:"at"`
}

// Contact is a person known by e-mail on an account; may sign in while Active
// and holding at least one grant. Withheld are the sources whose grants were
// taken from her: what is imported again does not give them back.
type Contact struct {
	ID      ContactID
	Account AccountID
	Email   string // as displayed; NormalizeEmail(Email) is the identity
	Name    string
	Locale  string
	Grants  []Grant
	Active  bool
	Reach   Reach // of mail to the address
	Version int

	Withheld []string
	Declined []LetterKind // letters she chose not to get
}

// Declines tells whether the contact chose not to get letters of the kind.
func (c Contact) Declines(k LetterKind) bool { return k.Optional() && slices.Contains(c.Declined, k) }

// Actor is who is asking now: a contact in one account, with a live session.
type Actor struct {
	Account AccountID
	Contact ContactID
	Email   string
	Name    string
	Session string // hash of the session secret, for sign-out
	Grants  []Grant
	Version int       // of the membership, as it was read
	AuthAt  time.Time // when the code was last typed

	AccountName string
	TimeZone    string // of the account; IANA
	Locale      string // the contact's, else the account's
}

// FreshCode is how long a typed code counts where something is changed that
// hurts: paying with a stored method, changing one.
const FreshCode = 10 * time.Minute

// ErrFreshCodeNeeded asks for a new code before such a change.
var ErrFreshCodeNeeded = Errorf(Forbidden, "fresh-code-needed",
	"For this we ask for a code that is less than ten minutes old. We mail you one; nothing you chose is lost.")

// Fresh tells whether the actor typed a code not long ago.
func (a Actor) Fresh(now time.Time) bool { return now.Sub(a.AuthAt) <= FreshCode }

// Today is the civil day at now in the account's time zone.
func (a Actor) Today(now time.Time) Date {
	return Today(now, Account{TimeZone: a.TimeZone}.Zone())
}
