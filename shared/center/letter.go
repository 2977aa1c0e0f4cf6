package center

import (
	"slices"
	"time"
)

// LetterKind names a template of mail.
type LetterKind string

// The letters.
const (
	LetterSignInCode     LetterKind = "sign-in-code"
	LetterNewDevice      LetterKind = "new-device"
	LetterPaymentReceipt LetterKind = "payment-receipt"
	LetterPaymentFailed  LetterKind = "payment-failed"
	LetterMethodExpiring LetterKind = "method-expiring"
	LetterMethodChanged  LetterKind = "method-changed"

	LetterRenewalOffered  LetterKind = "renewal-offered"
	LetterRenewalNotice   LetterKind = "renewal-notice"   // that it renews by itself
	LetterRenewalAccepted LetterKind = "renewal-accepted" // by itself
	LetterRenewalLapsed   LetterKind = "renewal-lapsed"
	LetterProfileChanged  LetterKind = "profile-changed"
	LetterOrderStatus     LetterKind = "order-status" // to who is named on the order

	LetterInvitation         LetterKind = "invitation"
	LetterInvitationAccepted LetterKind = "invitation-accepted" // to who invited
	LetterInvitationDeclined LetterKind = "invitation-declined" // likewise
	LetterAccessChanged      LetterKind = "access-changed"      // to the person and, as a notice, to the primary contacts

	LetterDispute  LetterKind = "dispute"       // to who opened it: that it came, and each answer
	LetterReminder LetterKind = "reminder"      // of unpaid invoices, in one digest
	LetterWeekly   LetterKind = "weekly-digest" // to executives: how their account stands

	LetterRedeemer         LetterKind = "redeemer"          // to a redeemer, with the code: authorised, or a new code
	LetterRedeemersChanged LetterKind = "redeemers-changed" // a notice to the primary contacts
	LetterRewardsRedeemed  LetterKind = "rewards-redeemed"  // to who redeemed
	LetterRewardsEnding    LetterKind = "rewards-ending"    // 30 days before
	LetterRewardsEarned    LetterKind = "rewards-earned"    // of a month
	LetterInvoiceIssued    LetterKind = "invoice-issued"    // with the paper
	LetterInvoiceList      LetterKind = "invoice-list"      // asked for, or sent by a colleague
	LetterStatement        LetterKind = "statement"         // of a month
)

// What a letter about redeemers tells, in its parameter change.
const (
	RedeemerAuthorised = "authorised"
	RedeemerRemoved    = "removed"
	CodeReplaced       = "replaced"
)

// Optional tells letters that a contact may choose not to get. All others say
// what happened to her account, or what she must do about it.
func (k LetterKind) Optional() bool { return slices.Contains(OptionalLetters, k) }

// OptionalLetters are those a contact may choose not to get.
var OptionalLetters = []LetterKind{LetterReminder, LetterInvoiceList, LetterStatement, LetterWeekly}

// AtOnce tells letters that somebody sits and waits for. Their sending is tried
// again at once when its answer is lost, for a second mail does no harm and a
// late one is of no use. Of all others at most one is sent.
func (k LetterKind) AtOnce() bool { return k == LetterSignInCode }

// How a letter fares whose sending had no answer: SES's event says whether it
// left. LetterGrace after the sending began, far longer than a mailer lives,
// the letter is sent again if none came; after LetterTries sendings without a
// word it is given up.
const (
	LetterGrace = time.Hour
	LetterTries = 3
)

// LetterState is where a letter stands: put PENDING by a handler, claimed
// SENDING by the mailer, then SENT; FAILED was refused for good; SKIPPED had
// no reason any more when its turn came.
type LetterState string

// The states of a letter.
const (
	LetterPending LetterState = "PENDING"
	LetterSending LetterState = "SENDING"
	LetterSent    LetterState = "SENT"
	LetterFailed  LetterState = "FAILED"
	LetterSkipped LetterState = "SKIPPED"
)

// Letter is one mail to one person. Params hold ids and plain facts, never
// secrets: codes are derived when the mail is made.
type Letter struct {
	ID        string // 32 hex digits
	Kind      LetterKind
	State     LetterState
	To        string
	Name      string
	Locale    string // "en" or "ar"
	Account   AccountID
	Contact   ContactID
	Params    map[string]string
	CreatedAt time.Time
	Tries     int       // sendings begun that may have ended in a mail
	Owner     string    // the attempt that sends, or sent it
	ClaimedAt time.Time // when it began
	MessageID string    // of SES, once SENT
}
