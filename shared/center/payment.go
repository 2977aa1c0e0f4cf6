package center

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/money"
)

// PaymentID names an attempt to pay: "pay_" and 32 hex digits derived from
// account, contact and the Idempotency-Key, so that a repeated request is the
// same attempt.
type PaymentID string

// PaymentState is where an attempt stands. NEW holds its payables; CREATED has
// an object at the processor on record, so that money may move; the others are
// final, but that refunds move SUCCEEDED on.
type PaymentState string

// The states of a payment.
const (
	PaymentNew               PaymentState = "NEW"
	PaymentCreated           PaymentState = "CREATED"
	PaymentSucceeded         PaymentState = "SUCCEEDED"
	PaymentFailed            PaymentState = "FAILED"
	PaymentAbandoned         PaymentState = "ABANDONED" // freed before money could move
	PaymentPartiallyRefunded PaymentState = "PARTIALLY_REFUNDED"
	PaymentRefunded          PaymentState = "REFUNDED"
)

// PaymentWait says for whom a payment that is CREATED waits.
type PaymentWait string

// What a payment waits for.
const (
	WaitProcessor PaymentWait = "processor" // the answer is on its way, or lost
	WaitCustomer  PaymentWait = "customer"  // at the hosted page, or to authenticate
	WaitBank      PaymentWait = "bank"      // a debit that settles in days
	WaitOperator  PaymentWait = "operator"  // looked at too often: a person must look
)

// DeclineReason says why a payment failed, in words people can act on.
type DeclineReason string

// The reasons.
const (
	DeclineCard           DeclineReason = "card_declined" // the bank gave no reason
	DeclineFunds          DeclineReason = "insufficient_funds"
	DeclineExpired        DeclineReason = "expired_card"
	DeclineDetails        DeclineReason = "wrong_details"
	DeclineAuthentication DeclineReason = "authentication_failed"
	DeclineLimit          DeclineReason = "limit_exceeded"
	DeclineMethodGone     DeclineReason = "method_gone"
	DeclineBank           DeclineReason = "bank_debit_failed"
	DeclineCancelled      DeclineReason = "cancelled" // by a contact of the account
	DeclineTimeout        DeclineReason = "timed_out" // nobody finished it in time
	DeclineProcessor      DeclineReason = "processor_refused"
)

// PaymentPart is what a payment does to one payable.
type PaymentPart struct {
	Invoice  InvoiceID
	Kind     DocumentKind // KindOrder or KindRenewal; "" of a billing paper
	Contract ContractID   // of a renewal: where it is answered
	Number   string
	Amount   money.Money // moved by the processor; 0 where credit covers all of it
	Credit   money.Money // account credit used on it
	Rewards  money.Money // rewards used on it; the zero value is none
	Refunded money.Money // of Amount, returned since
	Version  int         // of the invoice as the payer saw it, asserted by the claim
}

// CreditTaken is the part of a credit paper that a payment used on an invoice.
type CreditTaken struct {
	Credit  InvoiceID // a credit note or negative invoice
	Number  string
	Invoice InvoiceID
	Amount  money.Money
}

// Payment is one attempt to pay 1 to MaxPayables payables of one currency.
// Charge is what the processor moves: the sum of the parts' amounts; Credit
// the sum of what is taken from account credit, Rewards that of what a
// redemption takes off. All have one currency.
type Payment struct {
	ID       PaymentID
	Account  AccountID
	State    PaymentState
	Wait     PaymentWait   // while CREATED
	Reason   DeclineReason // of FAILED and ABANDONED
	Charge   money.Money
	Credit   money.Money
	Rewards  money.Money // the zero value is none
	Refunded money.Money // of Charge
	Parts    []PaymentPart
	Credits  []CreditTaken

	Redemption RedemptionID // of Rewards; "" of none

	Method PaymentMethod // stored method, or what was used on the hosted page once known; ID may be ""
	Hosted bool          // paid at the processor's page
	Object string        // the processor's object, once CREATED
	URL    string        // of the hosted page or the authentication, while it waits for the customer

	By      ContactID
	ByName  string
	ByEmail string
	Locale  string // the payer's, for letters

	Request   string // hash of what was asked, so that the same key with another body is refused
	CreatedAt time.Time
	EndedAt   time.Time // when it became final
	ExpiresAt time.Time // of the hosted page
	LookAt    time.Time // when the sweep looks next; zero once final
	Looks     int       // how often it did while nothing moved
	Version   int
}

// Limits of one payment. A transaction holds 100 items: nineteen payables, or
// eight where credit is used, stay below that with rows, totals and letters.
const (
	MaxPayables           = 19
	MaxPayablesWithCredit = 8
	MaxCreditUses         = 10

	MaxPayablesWithRewards = 5 // and MaxRewardLots lots
	MaxCreditWithRewards   = 3
	MaxSelection           = 200 // payables of one plan
)

const paymentPrefix = "pay_"

// PaymentIDOf derives the id of an attempt from who asks and the key she sent.
func PaymentIDOf(account AccountID, contact ContactID, key string) PaymentID {
	sum := sha256.Sum256([]byte(strings.Join([]string{"payment", string(account), string(contact), strconv.Itoa(len(key)), key}, "\x00")))
	return PaymentID(paymentPrefix + hex.EncodeToString(sum[:16]))
}

// Final reports whether no money can move by the attempt any more.
func (s PaymentState) Final() bool { return s != PaymentNew && s != PaymentCreated }

// Held is what a part holds of its payable while the payment is in flight:
// rewards wait for the money they are used together with. What needs no money
// is settled at once.
func (p Payment) Held(part PaymentPart) money.Money {
	held := part.Amount
	if p.Charge.Sign() > 0 {
		held.Minor += part.Rewards.Minor
	}
	return held
}

// MayCancel tells whether a contact can still stop the payment: not when it
// has ended, nor when a bank has it.
func (p Payment) MayCancel() bool {
	return !p.State.Final() && p.Wait != WaitBank && p.Wait != WaitOperator
}

// Paid tells whether money, or account credit, was taken for good, though it
// may have been returned since.
func (s PaymentState) Paid() bool {
	return s == PaymentSucceeded || s == PaymentPartiallyRefunded || s == PaymentRefunded
}
