package center

// DocumentKind says what a paper does to the ledger.
type DocumentKind string

// The kinds of documents and records, as JSON Lines name them.
const (
	KindInvoice           DocumentKind = "invoice"
	KindCreditNote        DocumentKind = "credit_note"
	KindDebitNote         DocumentKind = "debit_note"
	KindProforma          DocumentKind = "proforma" // shown, no receivable
	KindOrder             DocumentKind = "order"
	KindQuotation         DocumentKind = "quotation"          // an order that nobody has placed yet
	KindOrderChange       DocumentKind = "order_change"       // what the buyer asks to change
	KindOrderResponse     DocumentKind = "order_response"     // what the seller says to an order
	KindOrderCancellation DocumentKind = "order_cancellation" // by the buyer
	KindOrderEvent        DocumentKind = "order_event"        // where an order stands, as the vendor's system says it
	KindAccount           DocumentKind = "account"
	KindContact           DocumentKind = "contact"
	KindContract          DocumentKind = "contract"
	KindSubscription      DocumentKind = "subscription"
	KindScheduledInvoice  DocumentKind = "scheduled_invoice"
	KindRenewal           DocumentKind = "renewal"
	KindUsage             DocumentKind = "usage"
	KindPayment           DocumentKind = "payment"              // money that came outside the center
	KindStatement         DocumentKind = "statement"            // compared with the books, never booked
	KindReminder          DocumentKind = "reminder"             // the vendor's, sent elsewhere
	KindAnswer            DocumentKind = "application_response" // what the buyer says to an invoice

	// What is kept here alone: exported with an account, and not imported.
	KindDispute        DocumentKind = "dispute"
	KindDunningPolicy  DocumentKind = "dunning_policy"
	KindBillingProfile DocumentKind = "billing_profile"
)

// Decimal is an exact decimal number as text ("1250.500"), "" when absent.
// Amounts of a document are text of record: shown as the issuer stated them,
// already within the currency's decimals, and never recomputed.
type Decimal string

// Document is a billing paper (invoice, credit note, debit note, proforma) as
// its issuer stated it. It is immutable; what is still owed of it stands on
// the Invoice head.
type Document struct {
	Kind           DocumentKind `json:"kind"`
	TypeCode       string       `json:"type_code,omitzero"`
	Number         string       `json:"number"`
	UUID           string       `json:"uuid,omitzero"` // kept, never the key
	IssueDate      Date         `json:"issue_date"`
	DueDate        Date         `json:"due_date,omitzero"`
	DueSource      string       `json:"due_source,omitzero"`
	Currency       string       `json:"currency"`
	TaxCurrency    string       `json:"tax_currency,omitzero"`
	BuyerReference string       `json:"buyer_reference,omitzero"`
	OrderRef       string       `json:"order_ref,omitzero"`
	ContractRefs   []string     `json:"contract_refs,omitzero"`
	Preceding      []Preceding  `json:"preceding,omitzero"`
	Supplier       Party        `json:"supplier"`
	Customer       Party        `json:"customer"`
	Lines          []Line       `json:"lines,omitzero"`
	Allowances     []Allowance  `json:"allowances,omitzero"`
	Taxes          []Tax        `json:"taxes,omitzero"`
	Totals         Totals       `json:"totals"`
	PaymentMeans   []string     `json:"payment_means,omitzero"`
	PaymentTerms   []string     `json:"payment_terms,omitzero"`
	Notes          []string     `json:"notes,omitzero"`
	Attachments    []Attachment `json:"attachments,omitzero"`
	InvoiceType    InvoiceType  `json:"invoice_type,omitzero"` // HARDWARE … USAGE, where the issuer says it
	PaidDate       Date         `json:"paid_date,omitzero"`    // paid in full that day, by files that say so
	CustomerKey    string       `json:"customer_key,omitzero"` // the ERP's key of the customer, where a file has one
	Source         Source       `json:"source"`
}

// Preceding names an invoice a later paper refers to.
type Preceding struct {
	Number    string `json:"number"`
	IssueDate Date   `json:"issue_date,omitzero"`
}

// Party is a firm on a document.
type Party struct {
	Name        string    `json:"name,omitzero"`
	TradingName string    `json:"trading_name,omitzero"`
	VAT         string    `json:"vat,omitzero"`
	IDs         []PartyID `json:"ids,omitzero"`
	Address     *Address  `json:"address,omitzero"`
	Contact     string    `json:"contact,omitzero"`
	Phone       string    `json:"phone,omitzero"`
	Emails      []string  `json:"emails,omitzero"`
}

// PartyID is an identifier of a party; numbers of this kind repeat between
// firms, so only a legal one helps to tell them apart.
type PartyID struct {
	Scheme   string `json:"scheme,omitzero"`
	Value    string `json:"value"`
	Endpoint bool   `json:"endpoint,omitzero"`
	Legal    bool   `json:"legal,omitzero"`
}

// Address is a postal address as documents state it.
type Address struct {
	Street   string `json:"street,omitzero"`
	Street2  string `json:"street2,omitzero"`
	Building string `json:"building,omitzero"`
	District string `json:"district,omitzero"`
	City     string `json:"city,omitzero"`
	Postcode string `json:"postcode,omitzero"`
	Region   string `json:"region,omitzero"`
	Country  string `json:"country,omitzero"`
}

// Line is one line of a document. Net is an amount; prices and quantities are
// exact decimals with as many places as the issuer wrote.
type Line struct {
	ID           string  `json:"id,omitzero"`
	Name         string  `json:"name,omitzero"`
	Description  string  `json:"description,omitzero"`
	Quantity     Decimal `json:"quantity,omitzero"`
	Unit         string  `json:"unit,omitzero"`
	UnitPrice    Decimal `json:"unit_price,omitzero"`
	BaseQuantity Decimal `json:"base_quantity,omitzero"`
	Net          Decimal `json:"net,omitzero"`
	TaxCategory  string  `json:"tax_category,omitzero"`
	TaxRate      Decimal `json:"tax_rate,omitzero"`
	Period       *Period `json:"period,omitzero"`
	OrderLine    string  `json:"order_line,omitzero"`
}

// Period is a span of days, both ends included.
type Period struct {
	Start Date `json:"start,omitzero"`
	End   Date `json:"end,omitzero"`
}

// Allowance is a discount, or with Charge set a charge, on the whole document.
type Allowance struct {
	Charge bool    `json:"charge"`
	Reason string  `json:"reason,omitzero"`
	Amount Decimal `json:"amount"`
}

// Tax is one tax group of a document, in the document's currency.
type Tax struct {
	Category string  `json:"category,omitzero"`
	Scheme   string  `json:"scheme,omitzero"`
	Rate     Decimal `json:"rate,omitzero"`
	Taxable  Decimal `json:"taxable,omitzero"`
	Tax      Decimal `json:"tax"`
}

// Totals are the sums the issuer stated. Payable is what the ledger takes;
// Prepaid is already out of it.
type Totals struct {
	LineTotal      Decimal `json:"line_total,omitzero"`
	AllowanceTotal Decimal `json:"allowance_total,omitzero"`
	ChargeTotal    Decimal `json:"charge_total,omitzero"`
	TaxExclusive   Decimal `json:"tax_exclusive,omitzero"`
	TaxInclusive   Decimal `json:"tax_inclusive,omitzero"`
	Prepaid        Decimal `json:"prepaid,omitzero"`
	Rounding       Decimal `json:"rounding,omitzero"`
	Payable        Decimal `json:"payable"`
	Tax            Decimal `json:"tax,omitzero"`
}

// Attachment describes a file that came inside a document.
type Attachment struct {
	ID       string `json:"id,omitzero"`
	Filename string `json:"filename,omitzero"`
	Mime     string `json:"mime,omitzero"`
	Bytes    int    `json:"bytes,omitzero"`
	Content  []byte `json:"-"` // while it is imported or written; it is kept apart from the paper
}

// Source says where a record came from. It is no part of a document's
// equality.
type Source struct {
	Format string `json:"format"`
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}
