package center

import (
	"customercenter/shared/money"
)

// InvoiceID names an invoice: "inv_" and 32 hex digits derived from account,
// issuer, kind and number.
type InvoiceID string

// InvoiceStatus is derived from balances and the due date, never stored.
type InvoiceStatus string

// The statuses a customer sees, and the two she never meets in lists.
const (
	InvoiceOpen             InvoiceStatus = "OPEN"
	InvoicePastDue          InvoiceStatus = "PAST_DUE"
	InvoicePaymentSubmitted InvoiceStatus = "PAYMENT_SUBMITTED"
	InvoiceClosed           InvoiceStatus = "CLOSED"
	InvoiceDraft            InvoiceStatus = "DRAFT"
	InvoiceVoid             InvoiceStatus = "VOID"
)

// InvoiceType says what was sold; rewards hang on SUPPORT.
type InvoiceType string

// The types.
const (
	TypeHardware     InvoiceType = "HARDWARE"
	TypeSubscription InvoiceType = "SUBSCRIPTION"
	TypeSupport      InvoiceType = "SUPPORT"
	TypeLicense      InvoiceType = "LICENSE"
	TypeEducation    InvoiceType = "EDUCATION"
	TypeConsulting   InvoiceType = "CONSULTING"
	TypeService      InvoiceType = "SERVICE"
	TypeUsage        InvoiceType = "USAGE"
)

// Balances are the four parts of an amount; each ≥ 0 and together always the
// amount. Processing is submitted and unconfirmed.
type Balances struct {
	Outstanding, Processing, Settled, Cancelled money.Money
}

// IsPaper tells billing papers from the other payables, orders that wait for
// payment and renewals, and from money that came: no list of invoices shows them.
func (k DocumentKind) IsPaper() bool { return k != KindOrder && k != KindRenewal && k != KindPayment }

// Noun is what people call what is to be paid: order, renewal or invoice.
func (k DocumentKind) Noun() string {
	if k.IsPaper() {
		return string(KindInvoice)
	}
	return string(k)
}

// Invoice is the head: the facts a list and a payment need. Kind tells
// invoices, debit notes and credit notes apart. The four parts add up to
// Receivable: all zero for credit notes, proformas and negative invoices, so
// that those are CLOSED; what a credit still has to give is CreditLeft.
type Invoice struct {
	ID       InvoiceID
	Account  AccountID
	Kind     DocumentKind
	Number   string
	Type     InvoiceType
	Issuer   string
	Title    string // first line's name, or what the paper is for
	PO       string // order_ref, else buyer_reference
	OrderRef string
	Contract string // first contract_ref
	IssuedOn Date
	DueOn    Date
	ClosedOn Date
	Amount   money.Money // payable; of credit notes and negative invoices as the paper shows it
	Balances
	Disputed      money.Money // how much of it is in dispute; the zero value is nothing
	CreditLeft    money.Money // of a credit note or negative invoice: account credit not yet used
	Net           money.Money // of one for support: before tax, which rewards may cover; the zero value is nothing
	Rewarded      money.Money // of Net, what rewards cover, in flight or settled; the zero value is nothing
	Draft, Voided bool
	Active        PaymentID // the payment in flight that holds it; "" when none does
	PaymentFailed bool      // the last payment of it failed, and something is outstanding
	Unaccepted    bool      // of a renewal: its terms must be accepted before it is paid
	Withdrawn     bool      // of an order or a renewal: it is no longer to be paid here
	Shares        []Share   // of an order or a renewal: the invoices raised for it, as they came
	RaisedPaidOn  Date      // of an order or a renewal: the day the last of those was paid, read off them; "" before
	Behind        InvoiceID // of an invoice: the order or renewal a payment of which was under way when it came
	Version       int
}
