package center

import "strings"

// OrderID names an order: "ord_" and 32 hex digits derived from account,
// issuer and number.
type OrderID string

// Order is an ordering document: what was bought, from whom, and the people
// named on it, from whom all access to an account springs.
type Order struct {
	Kind         DocumentKind   `json:"kind"` // KindOrder, or KindQuotation
	TypeCode     string         `json:"type_code,omitzero"`
	Number       string         `json:"number"`
	UUID         string         `json:"uuid,omitzero"`
	IssueDate    Date           `json:"issue_date"`
	Currency     string         `json:"currency,omitzero"`
	Status       string         `json:"status,omitzero"` // as the source says it, where it does
	CustomerRef  string         `json:"customer_ref,omitzero"`
	QuoteRef     string         `json:"quote_ref,omitzero"`
	ContractRefs []string       `json:"contract_refs,omitzero"`
	ValidUntil   Date           `json:"valid_until,omitzero"`
	Seller       Party          `json:"seller"`
	Buyer        Party          `json:"buyer"`                 // BuyerCustomerParty
	Originator   *Party         `json:"originator,omitzero"`   // OriginatorCustomerParty
	Accounting   *Party         `json:"accounting,omitzero"`   // AccountingCustomerParty
	Contacts     []OrderContact `json:"contacts,omitzero"`     // raw reading, before the review list
	Lines        []Line         `json:"lines,omitzero"`        // Net per line where stated
	Totals       Totals         `json:"totals"`                // of AnticipatedMonetaryTotal
	Notes        []string       `json:"notes,omitzero"`        //
	CustomerKey  string         `json:"customer_key,omitzero"` // the ERP's key of the customer, where a file has one
	Source       Source         `json:"source"`                //
}

// ContactRole is where on an order a person was named.
type ContactRole string

// The roles, by the words of the documents: ordering and technical contacts
// become purchasing contacts of that order, financial ones payables contacts of
// the account; seller and delivery people get nothing.
const (
	RoleOrdering  ContactRole = "ordering"
	RoleTechnical ContactRole = "technical"
	RoleFinancial ContactRole = "financial"
	RoleDelivery  ContactRole = "delivery"
	RoleSeller    ContactRole = "seller"
)

// OrderContact is a person named on an order.
type OrderContact struct {
	Email string      `json:"email"`
	Name  string      `json:"name,omitzero"`
	Role  ContactRole `json:"role"`
}

// What is to be paid of an order or a renewal stands on a head of its own,
// whose id carries the same digits.

// PayableOf is the id of what is to be paid of an order.
func (id OrderID) PayableOf() InvoiceID {
	return InvoiceID(invoicePrefix + strings.TrimPrefix(string(id), orderPrefix))
}

// PayableOf is the id of what is to be paid of a renewal.
func (id RenewalID) PayableOf() InvoiceID {
	return InvoiceID(invoicePrefix + strings.TrimPrefix(string(id), renewalPrefix))
}

// Order is the order that a payable of kind order belongs to.
func (id InvoiceID) Order() OrderID {
	return OrderID(orderPrefix + strings.TrimPrefix(string(id), invoicePrefix))
}

// Renewal is the renewal that a payable of kind renewal belongs to.
func (id InvoiceID) Renewal() RenewalID {
	return RenewalID(renewalPrefix + strings.TrimPrefix(string(id), invoicePrefix))
}

const (
	invoicePrefix = "inv_"
	orderPrefix   = "ord_"
	renewalPrefix = "rnw_"
)

// RenewalID names a renewal: "rnw_" and 32 hex digits derived from account and
// number.
type RenewalID string
