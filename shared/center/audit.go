package center

import "time"

// AuditKind says what was done.
type AuditKind string

// The kinds of managing people; payments, methods and imports write their own
// words.
const (
	AuditInvited     AuditKind = "contact-invited"
	AuditResent      AuditKind = "invitation-resent"
	AuditRevoked     AuditKind = "invitation-revoked"
	AuditDeclined    AuditKind = "invitation-declined"
	AuditAccepted    AuditKind = "invitation-accepted"
	AuditTypeChanged AuditKind = "contact-type-changed"
	AuditSuspended   AuditKind = "contact-suspended"
	AuditReactivated AuditKind = "contact-reactivated"
	AuditTransferred AuditKind = "primary-transferred"

	AuditContactRemoved AuditKind = "contact-removed"
	AuditContactLeft    AuditKind = "contact-left"

	AuditListMailed AuditKind = "list-mailed" // to whom, and how much of it

	AuditDunning     AuditKind = "dunning-changed" // by an operator
	AuditMailResumed AuditKind = "mail-resumed"    // by an operator, after too many letters bounced

	AuditGranted        AuditKind = "contact-granted"   // by an operator
	AuditWithdrawn      AuditKind = "contact-withdrawn" // by an operator
	AuditReviewAccepted AuditKind = "review-accepted"
	AuditReviewRefused  AuditKind = "review-refused"

	AuditRewardsGranted  AuditKind = "rewards-granted" // by hand; a correction too
	AuditRewardsRedeemed AuditKind = "rewards-redeemed"
	AuditRewardsReturned AuditKind = "rewards-returned" // by an operator
	AuditExchangeRate    AuditKind = "exchange-rate-set"

	AuditPersonErased AuditKind = "person-erased" // by an operator
	AuditErased       AuditKind = "audit-erased"  // from the log itself

	AuditRedeemerAuthorised AuditKind = "redeemer-authorised"
	AuditRedeemerRemoved    AuditKind = "redeemer-removed"
	AuditCodeShown          AuditKind = "redemption-code-shown"
	AuditCodeReplaced       AuditKind = "redemption-code-replaced"
)

// Erased stands where a person's address or name was.
const Erased = "[erased]"

// AuditEntry is one line of an account's audit log, written in the
// transaction of the change it tells of and never changed after, but that a
// person may be erased from it.
type AuditEntry struct {
	ID      string
	Kind    AuditKind
	At      time.Time
	By      string    // a person's address or name, or who in the system
	Contact ContactID // of By, where she is a contact
	Subject string    // an id, or the address of whom it was done to
	Facts   map[string]string
	Number  int64 // its place in the chain, from 1 on; 0 until it is linked
}
