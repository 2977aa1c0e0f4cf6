package center

import "time"

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
	Tries     int
	MessageID string // of SES, once SENT
}
