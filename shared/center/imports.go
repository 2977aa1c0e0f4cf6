package center

import (
	"time"

	"customercenter/shared/money"
)

// ImportResult is what became of one record of an import.
type ImportResult string

// The results.
const (
	ResultCreated       ImportResult = "created"
	ResultUnchanged     ImportResult = "unchanged"
	ResultConflict      ImportResult = "conflict"
	ResultNearDuplicate ImportResult = "near_duplicate"
	ResultRejected      ImportResult = "rejected"
)

// ImportCode names why a record was refused or warned about.
type ImportCode string

// Refusals, then warnings.
const (
	CodeNotXML              ImportCode = "not_xml"
	CodeDoctypeForbidden    ImportCode = "doctype_forbidden"
	CodeUnsupportedDocument ImportCode = "unsupported_document"
	CodeMissingNumber       ImportCode = "missing_number"
	CodeMissingPayable      ImportCode = "missing_payable"
	CodeUnknownCurrency     ImportCode = "unknown_currency"
	CodeAmountPrecision     ImportCode = "amount_precision"
	CodeBadAmount           ImportCode = "bad_amount"
	CodeBadDate             ImportCode = "bad_date"
	CodeAmbiguousDate       ImportCode = "ambiguous_date"
	CodeMissingColumn       ImportCode = "missing_column"
	CodeUnknownCustomer     ImportCode = "unknown_customer"
	CodeUnknownOrder        ImportCode = "unknown_order"
	CodeBadRecord           ImportCode = "bad_record"
	CodeBadArchive          ImportCode = "bad_archive"
	CodeConflict            ImportCode = "conflict"
	CodeNearDuplicate       ImportCode = "near_duplicate"

	WarnTotalsInconsistent  ImportCode = "totals_inconsistent"
	WarnDueBeforeIssue      ImportCode = "due_before_issue"
	WarnUnreadableChars     ImportCode = "unreadable_chars"
	WarnReviewContact       ImportCode = "review_contact"
	WarnAccountDiffers      ImportCode = "account_differs"
	WarnOrderUnknown        ImportCode = "order_unknown"
	WarnSubscriptionUnknown ImportCode = "subscription_unknown"
	WarnColumnIgnored       ImportCode = "column_ignored"
	WarnAttachmentDropped   ImportCode = "attachment_dropped"
	WarnInvoiceUnknown      ImportCode = "invoice_unknown"
	WarnStatementDiffers    ImportCode = "statement_differs"
)

// Record is one thing read from a file: exactly one of the pointers is set, or
// Reject says why nothing could be read.
type Record struct {
	File     string // name of the file it came from
	Index    int    // 0-based position in the file
	Kind     DocumentKind
	Number   string
	Document *Document
	Order    *Order
	Event    *OrderEvent
	Account  *AccountRecord
	Contact  *ContactRecord
	Other    *OtherRecord // kinds that are stored and exported; their rules stand elsewhere
	Reject   *RowNote     // set when the record is refused
	Warnings []RowNote
}

// RowNote is a code with the field it is about and a sentence.
type RowNote struct {
	Code    ImportCode `json:"code"`
	Field   string     `json:"field,omitzero"`
	Message string     `json:"message"`
}

// AccountRecord is a JSON Lines record that names a customer organisation.
type AccountRecord struct {
	Key            string   `json:"key"`
	Name           string   `json:"name"`
	TradingName    string   `json:"trading_name,omitzero"`
	TimeZone       string   `json:"timezone,omitzero"`
	Locale         string   `json:"locale,omitzero"`
	NetTermsDays   *int     `json:"net_terms_days,omitzero"`
	BillingAddress *Address `json:"billing_address,omitzero"`
	TaxIDs         []string `json:"tax_ids,omitzero"`
	OperatorNotes  string   `json:"operator_notes,omitzero"`
}

// ContactRecord is a JSON Lines record that lets a person enter an account.
type ContactRecord struct {
	Account string      `json:"account"` // the account's key
	Email   string      `json:"email"`
	Name    string      `json:"name,omitzero"`
	Type    ContactType `json:"contact_type"`
	Locale  string      `json:"locale,omitzero"`
	Source  string      `json:"source,omitzero"`
}

// OtherRecord is a well-formed record of a kind whose rules come later: kept
// as its canonical JSON under its account.
type OtherRecord struct {
	Account string // the account's key
	Kind    DocumentKind
	ID      string // number, or what identifies it within its kind
	JSON    []byte

	// What it says, of the kinds that have rules: one of them at most.
	Contract     *Contract
	Subscription *Subscription
	Scheduled    *ScheduledInvoice
	Renewal      *Renewal
	Usage        *Usage
	Remittance   *Remittance
	Statement    *StatementRecord
	Note         *PaperNote
}

// Views makes room for what a record says whose kind is revised, and answers
// it to be read into; nil of the other kinds.
func (r *OtherRecord) Views() interface{ Check() *Fault } {
	switch r.Kind {
	case KindContract:
		r.Contract = &Contract{}
		return r.Contract
	case KindSubscription:
		r.Subscription = &Subscription{}
		return r.Subscription
	case KindScheduledInvoice:
		r.Scheduled = &ScheduledInvoice{}
		return r.Scheduled
	case KindRenewal:
		r.Renewal = &Renewal{}
		return r.Renewal
	case KindUsage:
		r.Usage = &Usage{}
		return r.Usage
	}
	return nil
}

// Revision counts the states of a record that follow each other: a higher one
// takes the place of what stands. Kinds without revisions are always 0.
func (r *OtherRecord) Revision() int {
	switch {
	case r.Contract != nil:
		return r.Contract.Revision
	case r.Subscription != nil:
		return r.Subscription.Revision
	case r.Scheduled != nil:
		return r.Scheduled.Revision
	case r.Renewal != nil:
		return r.Renewal.Revision
	case r.Usage != nil:
		return r.Usage.Revision
	default:
		return 0
	}
}

// ImportOptions are what the sender of an import may choose.
type ImportOptions struct {
	DryRun               bool
	Quiet                bool // mail no invoice, however new
	AcceptNearDuplicates bool
	Rounding             string // "", reject, half_up, half_even
	Currency             string // default where a file names none
	NetTermsDays         int    // default where neither file nor account has terms; -1 none
}

// ImportReport is what an import did. It is stored and listable.
type ImportReport struct {
	ID        string       `json:"id"`
	At        time.Time    `json:"at"`
	By        string       `json:"by"`
	DryRun    bool         `json:"dry_run"`
	Files     []ImportFile `json:"files"`
	Counts    ImportCounts `json:"counts"`
	Sums      []ImportSum  `json:"sums"`
	Rows      []ImportRow  `json:"rows"`
	Unmapped  []string     `json:"unmapped_columns,omitzero"`
	ResumeAt  int          `json:"resume_at,omitzero"` // index of the next record, when time ran out
	Truncated bool         `json:"rows_truncated,omitzero"`
}

// ImportFile names one file of an import.
type ImportFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// ImportCounts counts records by result; Warnings counts notes.
type ImportCounts struct {
	Created       int `json:"created"`
	Unchanged     int `json:"unchanged"`
	Conflict      int `json:"conflict"`
	NearDuplicate int `json:"near_duplicate"`
	Rejected      int `json:"rejected"`
	Warnings      int `json:"warnings"`
}

// ImportSum is what the created documents of one currency add up to.
type ImportSum struct {
	Currency    string      `json:"currency"`
	Invoices    ImportTotal `json:"invoices"`
	CreditNotes ImportTotal `json:"credit_notes"`
	Net         money.Money `json:"net"`
}

// ImportTotal is a count with its sum.
type ImportTotal struct {
	Count   int         `json:"count"`
	Payable money.Money `json:"payable"`
}

// ImportRow is one line of the report.
type ImportRow struct {
	File    string       `json:"file"`
	Index   int          `json:"index"`
	Kind    DocumentKind `json:"kind,omitzero"`
	Number  string       `json:"number,omitzero"`
	Result  ImportResult `json:"result"`
	Code    ImportCode   `json:"code,omitzero"`
	Field   string       `json:"field,omitzero"`
	Message string       `json:"message,omitzero"`
	Warning bool         `json:"warning,omitzero"` // a note beside the record's own row
}
