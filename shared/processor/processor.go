// Package processor is what the center asks of the company that moves money.
//
// It is an interface because here a choice is real: shared/processor/stripe is
// one of them. It speaks of charges, hosted pages and stored methods. It does
// not know invoices, the order of steps that keeps a payment safe
// (shared/paying), nor what stands in the table; it never sees a card number.
package processor

import (
	"context"
	"fmt"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// State is where an object of the processor stands.
type State string

// The states. Money has moved in Succeeded, may move in all but Cancelled.
const (
	Open       State = "open"       // made and not confirmed, or a hosted page not finished
	NeedsStep  State = "needs_step" // the customer must authenticate at URL
	Processing State = "processing" // a bank debit under way; it can not be stopped any more
	Succeeded  State = "succeeded"
	Declined   State = "declined"  // the last try failed; another confirm could still succeed until it is cancelled
	Cancelled  State = "cancelled" // for good
)

// Tag says whose an object is. It is written into the object and comes back
// with it.
type Tag struct {
	Account center.AccountID
	Payment center.PaymentID
}

// Memo says what a payment is for, in ids and amounts alone. It is written into
// the object too and comes back with it, so that a payment can be booked anew
// where the table that knew it was lost. The zero value says nothing.
type Memo struct {
	By      center.ContactID
	Request string // of center.Payment
	Parts   []MemoPart
	Credits []MemoCredit
}

// MemoPart is what is charged for a payable, and what account credit covers of
// it, in minor units of the charge's currency.
type MemoPart struct {
	Invoice center.InvoiceID
	Amount  int64
	Credit  int64
}

// MemoCredit is how much of a credit is used on a payable.
type MemoCredit struct {
	Credit  center.InvoiceID
	Invoice center.InvoiceID
	Amount  int64
}

// Object is a charge or a hosted page at the processor. A hosted page may have
// a charge within it with an id of its own, by which refunds and events tell of
// it: Retrieve takes both, and the tag says which payment it is.
type Object struct {
	ID        string
	Tag       Tag
	Memo      Memo
	State     State
	Amount    money.Money
	Captured  money.Money          // what was taken from the customer; zero before
	Refunded  money.Money          // of Captured, returned
	Disputed  money.Money          // of Captured, what the payer's bank demands back; undecided. Retrieve alone tells
	Lost      money.Money          // of Captured, what it took back for good. Retrieve alone tells
	Reason    center.DeclineReason // of the last try that failed
	URL       string               // of the hosted page, or of the authentication
	Method    center.PaymentMethod // its ID is set where the method is stored
	CreatedAt time.Time
	ExpiresAt time.Time // of a hosted page
}

// Charge asks for an amount from a stored method.
type Charge struct {
	Key         string // names the request: the same key makes the same object
	Tag         Tag
	Memo        Memo
	Amount      money.Money
	Customer    string
	Method      center.MethodID
	Description string // what the payer reads on her statement's details
}

// Page asks for a hosted page where the customer pays with a method of her
// choice.
type Page struct {
	Key         string
	Tag         Tag
	Memo        Memo
	Amount      money.Money
	Customer    string
	Description string
	Return      string // address to come back to, paid or not
	Cancel      string // address to come back to by the way out
	Locale      string
	ExpiresAt   time.Time // 30 minutes to 24 hours from now
	Keep        bool      // store the method for later
}

// SetupMark stands in Setup.Return where the setup's id comes to stand.
const SetupMark = "{SETUP}"

// Setup asks for a hosted page where a method is stored and nothing paid.
type Setup struct {
	Key      string
	Account  center.AccountID
	By       center.ContactID // who asks; comes back with the outcome
	Customer string
	Currency money.Code // what the method is to pay in, which decides the kinds offered; "" offers cards
	Return   string     // the processor puts the setup's id where it reads SetupMark
	Cancel   string
	Locale   string
	Replaces center.MethodID // comes back with the outcome
}

// SetupOutcome is what became of a setup page. Method is set once it was
// finished.
type SetupOutcome struct {
	ID       string
	Account  center.AccountID
	By       center.ContactID
	Done     bool
	Method   center.PaymentMethod
	Replaces center.MethodID
}

// Customer asks for the processor's record of an account.
type Customer struct {
	Account center.AccountID
	Name    string
	Email   string
}

// Event is what the processor told, reduced to what to look at: an event is a
// hint, the object is fetched anew.
type Event struct {
	ID      string
	Type    string
	Object  string // id to Retrieve; "" for kinds that concern nothing here
	Tag     Tag    // as far as the event tells
	Setup   bool   // Object is a setup page
	Created time.Time
}

// Processor moves money. Each call ends within its own time limit. Errors are
// *Error, and their Outcome says what is known.
type Processor interface {
	// Customer makes the account's record once; the same account again is the
	// same id.
	Customer(context.Context, Customer) (id string, err error)

	// Create makes a charge that moves nothing until it is confirmed.
	Create(context.Context, Charge) (Object, error)
	// Confirm lets the charge take the money. A decline is no error: the
	// object says Declined and why. The customer comes back to back after an
	// authentication.
	Confirm(ctx context.Context, id, back string) (Object, error)
	// Checkout makes a hosted page.
	Checkout(context.Context, Page) (Object, error)
	// Cancel makes a charge or page unable to move money where that is still
	// possible, and answers how it stands then: Cancelled, Succeeded or
	// Processing.
	Cancel(ctx context.Context, id string) (Object, error)
	// Retrieve answers how a charge or page stands, refunds included.
	Retrieve(ctx context.Context, id string) (Object, error)
	// Made lists what was made in [from, to) with a tag, whatever its state, in
	// no order; next continues, "" at the end, and a page may be empty before
	// it. Method and what went back are left to Retrieve.
	Made(ctx context.Context, from, to time.Time, cursor string) (objects []Object, next string, err error)
	// Returned lists the ids of objects, for Retrieve, of which in [from, to)
	// something was refunded, or a payer's bank demanded it back or decided.
	Returned(ctx context.Context, from, to time.Time, cursor string) (objects []Object, next string, err error)

	// Setup makes a page that stores a method; SetupOutcome tells what became
	// of it; Method reads a stored one; Detach forgets it, once or again.
	Setup(context.Context, Setup) (id, url string, err error)
	SetupOutcome(ctx context.Context, id string) (SetupOutcome, error)
	Method(ctx context.Context, id center.MethodID) (center.PaymentMethod, error)
	Detach(ctx context.Context, id center.MethodID) error

	// Event verifies a notice and reads it. An error means that it is not the
	// processor's, or too old: it is refused.
	Event(body []byte, signature string, now time.Time) (Event, error)
	// Step answers the smallest part of a currency that it can take, in minor
	// units: 10 for most currencies of three decimals.
	Step(money.Code) (minor int64, ok bool)
}

// Outcome is what an error says about the request.
type Outcome int

// The outcomes.
const (
	Unknown Outcome = iota // may have been done: timeout, reset, 5xx, key in use
	Refused                // not done, and never will be as it is
	Busy                   // not done: too much at once
	Missing                // there is no such object
)

// Error is a request that was not answered as hoped. Code is the processor's;
// Reason is what it means to who pays, where the request was Refused.
type Error struct {
	Outcome Outcome
	Code    string
	Reason  center.DeclineReason
	Err     error
}

// Error implements error, for logs; it holds nothing of the customer.
func (e *Error) Error() string { return fmt.Sprintf("processor: %s: %v", e.Code, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
