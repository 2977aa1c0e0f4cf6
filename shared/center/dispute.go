package center

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/money"
)

// DisputeID names a dispute: "dsp_" and 32 hex digits.
type DisputeID string

// DisputeIDOf is the id of the dispute that a contact opens under a key of
// hers: the same try again is the same dispute.
func DisputeIDOf(account AccountID, contact ContactID, invoice InvoiceID, key string) DisputeID {
	sum := sha256.Sum256([]byte(strings.Join([]string{"dispute", string(account), string(contact), string(invoice), strconv.Itoa(len(key)), key}, "\x00")))
	return DisputeID("dsp_" + hex.EncodeToString(sum[:16]))
}

// DisputeReason says what is wrong.
type DisputeReason string

// The reasons.
const (
	DisputeUnauthorised DisputeReason = "UNAUTHORISED"
	DisputeDuplicate    DisputeReason = "DUPLICATE"
	DisputeDetails      DisputeReason = "WRONG_DETAILS"
	DisputeQuantity     DisputeReason = "QUANTITY"
	DisputePart         DisputeReason = "PART"
	DisputeAddress      DisputeReason = "ADDRESS"
	DisputePO           DisputeReason = "PO"
	DisputeTax          DisputeReason = "TAX"
	DisputeOther        DisputeReason = "OTHER"
)

// DisputeReasons are all of them.
var DisputeReasons = []DisputeReason{DisputeUnauthorised, DisputeDuplicate, DisputeDetails, DisputeQuantity, DisputePart, DisputeAddress, DisputePO,
	DisputeTax, DisputeOther}

// DisputeState is where a dispute stands.
type DisputeState string

// The states. The last three are final.
const (
	DisputePending   DisputeState = "PENDING"
	DisputeReview    DisputeState = "UNDER_REVIEW"
	DisputeAccepted  DisputeState = "ACCEPTED"
	DisputeRejected  DisputeState = "REJECTED"
	DisputeWithdrawn DisputeState = "WITHDRAWN"
)

// Open tells whether nobody has decided yet.
func (s DisputeState) Open() bool { return s == DisputePending || s == DisputeReview }

// counts tells whether the amount is held to be in dispute: what was accepted
// is, until the credit note comes.
func (s DisputeState) counts() bool { return s.Open() || s == DisputeAccepted }

// Dispute is what a contact holds against an invoice, or a line of it.
type Dispute struct {
	ID         DisputeID
	Invoice    InvoiceID
	Line       string // "" is the invoice
	Reason     DisputeReason
	Text       string
	Amount     money.Money
	State      DisputeState
	By         ContactID
	ByName     string
	At         time.Time
	Answer     string // the vendor's, in words
	AnsweredBy string // an operator
	AnsweredAt time.Time
	Version    int
}

// MaxDisputes is how many an invoice may have.
const MaxDisputes = 20

// Disputable is how much of an invoice can be put in dispute still.
func (inv Invoice) Disputable() money.Money {
	left := inv.Outstanding
	left.Minor = max(left.Minor-inv.Disputed.Minor, 0)
	return left
}

// OpenDispute is the invoice with an amount of it in dispute: Conflict where it
// is settled or all of it is in dispute, Unprocessable where the amount is not
// within what is open and not disputed.
func (inv Invoice) OpenDispute(amount money.Money, today Date) (Invoice, error) {
	left := inv.Disputable()
	switch status := inv.Status(today); {
	case status != InvoiceOpen && status != InvoicePastDue:
		return inv, Errorf(Conflict, "dispute-not-open", "Nothing of this invoice is open. Please write to the billing desk about what was paid.")
	case left.Sign() == 0:
		return inv, Errorf(Conflict, "all-disputed", "All that is open of this invoice is in dispute already. You find it on the invoice's page.")
	case amount.Currency != left.Currency || amount.Minor <= 0 || amount.Minor > left.Minor:
		return inv, Errorf(Unprocessable, "dispute-amount", "Of this invoice %s can be disputed. Please put in that amount or less.", left)
	}
	return inv.disputes(amount.Minor), nil
}

// disputes is the invoice with so much more, or less, of it in dispute.
func (inv Invoice) disputes(minor int64) Invoice {
	inv.Disputed = money.Money{Minor: max(inv.Disputed.Minor+minor, 0), Currency: inv.Outstanding.Currency}
	if inv.Disputed.Minor == 0 {
		inv.Disputed = money.Money{}
	}
	return inv
}

// MoveDispute is a dispute in its next state, with the invoice; Conflict where
// it has been decided, Unprocessable where the state cannot follow. All are the
// disputes of the invoice, as they stand.
func (inv Invoice) MoveDispute(d Dispute, to DisputeState, all []Dispute) (Invoice, Dispute, error) {
	if !d.State.Open() {
		return inv, d, Errorf(Conflict, "dispute-decided", "This dispute has been decided already. Please look at it again.")
	}
	follow := []DisputeState{DisputeAccepted, DisputeRejected, DisputeWithdrawn}
	if d.State == DisputePending {
		follow = append(follow, DisputeReview)
	}
	if !slices.Contains(follow, to) {
		return inv, d, Errorf(Unprocessable, "dispute-state", "A dispute that is %s cannot become %s.", d.State, to)
	}
	if !to.counts() {
		inv = inv.disputes(-inv.held(d, all))
	}
	d.State = to
	return inv, d, nil
}

// held is how much a dispute has in dispute still. Credits that came meanwhile
// made good what was accepted, then this one, and of the others only the rest:
// what another has in dispute does not end with it.
func (inv Invoice) held(d Dispute, all []Dispute) int64 {
	var counted, accepted int64
	for _, one := range all {
		if one.State.counts() {
			counted += one.Amount.Minor
		}
		if one.State == DisputeAccepted {
			accepted += one.Amount.Minor
		}
	}
	credited := max(counted-inv.Disputed.Minor, 0)
	return max(d.Amount.Minor-max(credited-accepted, 0), 0)
}
