package center

import (
	"cmp"

	"customercenter/shared/money"
)

// Remittance is money that came outside the center, by wire or cheque, as the
// payer's advice or the vendor's bank tells it. It gives what came to the
// papers it names, as a credit note does; what none of them takes is account
// credit.
type Remittance struct {
	Kind        DocumentKind     `json:"kind"`
	Account     string           `json:"account"`
	Issuer      string           `json:"issuer,omitzero"` // who numbers the papers it names, where several bill the account
	Reference   string           `json:"reference,omitzero"`
	Method      string           `json:"method,omitzero"` // how the money came, in the source's word
	Currency    string           `json:"currency"`
	Amount      Decimal          `json:"amount"`
	ReceivedOn  Date             `json:"received_on"`
	Allocations []RemittancePart `json:"allocations,omitzero"`
	Notes       []string         `json:"notes,omitzero"`
}

// RemittancePart is what a remittance is for: an amount of a paper, or all
// that is owed of it where it names no amount.
type RemittancePart struct {
	Number string  `json:"number"`
	Amount Decimal `json:"amount,omitzero"`
}

// maxAllocations is how many papers one remittance may name.
const maxAllocations = 200

// Check is what is wrong with the record; nil when nothing is.
func (m *Remittance) Check() *Fault {
	var k checker
	k.currency(m.Currency)
	if m.Currency == "" {
		k.refuse(CodeUnknownCurrency, "currency", "The payment names no currency.")
	}
	k.positive("amount", m.Amount, m.Currency)
	k.day("received_on", m.ReceivedOn)
	if m.ReceivedOn == "" {
		k.refuse(CodeBadDate, "received_on", "The payment does not say when the money came.")
	}
	if len(m.Allocations) > maxAllocations {
		k.refuse(CodeBadRecord, "allocations", "A payment names at most 200 papers.")
	}
	for _, part := range m.Allocations {
		k.paper("allocations.number", part.Number)
		if part.Amount != "" {
			k.positive("allocations.amount", part.Amount, m.Currency)
		}
	}
	return k.fault
}

func (c *checker) positive(field string, amount Decimal, currency string) {
	if m, err := money.Parse(string(amount), money.Code(currency)); err != nil || m.Sign() <= 0 {
		c.refuse(CodeBadAmount, field, cmp.Or(string(amount), "Nothing")+" is not an amount above zero of the record's currency.")
	}
}

// paper refuses what cannot be the number of a paper.
func (c *checker) paper(field, number string) {
	if number == "" || len(number) > maxPaperNumber {
		c.refuse(CodeBadRecord, field, "The number of a paper has 1 to 200 bytes.")
	}
}

const maxPaperNumber = 200

// NewReceived is the head of a payment as it is first booked: all of it left
// to give.
func (m *Remittance) NewReceived(account AccountID) (Invoice, error) {
	amount, err := money.Parse(string(m.Amount), money.Code(m.Currency))
	if err != nil {
		return Invoice{}, &Error{Kind: Unprocessable, Code: string(CodeBadAmount), Detail: "The payment's amount is no amount.", Err: err}
	}
	zero, number := money.Zero(amount.Currency), cmp.Or(m.Reference, m.Method)
	return Invoice{
		ID:      InvoiceIDOf(account, m.Issuer, KindPayment, cmp.Or(m.Reference, m.Method+"/"+string(m.ReceivedOn)+"/"+amount.String())),
		Account: account, Kind: KindPayment, Number: number, Type: TypeService, Issuer: m.Issuer, Title: number,
		IssuedOn: m.ReceivedOn, ClosedOn: m.ReceivedOn, Amount: amount,
		Balances: Balances{Outstanding: zero, Processing: zero, Settled: zero, Cancelled: zero}, CreditLeft: amount, Version: 1,
	}, nil
}

// StatementRecord is a statement of account by the vendor: compared with the
// books, and never booked.
type StatementRecord struct {
	Kind      DocumentKind `json:"kind"`
	Account   string       `json:"account"`
	Number    string       `json:"number"`
	IssueDate Date         `json:"issue_date"`
	StartOn   Date         `json:"start_on,omitzero"`
	EndOn     Date         `json:"end_on,omitzero"`
	Currency  string       `json:"currency"`
	Balance   Decimal      `json:"balance"` // what the account owes; below zero where it has credit
	Notes     []string     `json:"notes,omitzero"`
}

// Check is what is wrong with the record; nil when nothing is.
func (s *StatementRecord) Check() *Fault {
	var k checker
	k.currency(s.Currency)
	k.day("issue_date", s.IssueDate)
	if s.IssueDate == "" {
		k.refuse(CodeBadDate, "issue_date", "The statement has no issue date.")
	}
	k.span(s.StartOn, s.EndOn)
	if _, err := money.Parse(string(s.Balance), money.Code(s.Currency)); err != nil {
		k.refuse(CodeBadAmount, "balance", "The statement's balance is no amount of its currency.")
	}
	return k.fault
}

// PaperNote is what a paper says of invoices without changing what is owed:
// the vendor reminds of them, or the buyer answers.
type PaperNote struct {
	Kind      DocumentKind `json:"kind"` // KindReminder or KindAnswer
	Account   string       `json:"account"`
	Issuer    string       `json:"issuer,omitzero"` // who numbers the papers it names
	Number    string       `json:"number"`
	IssueDate Date         `json:"issue_date"`
	Papers    []string     `json:"papers"`
	Code      string       `json:"code,omitzero"` // of an answer: AB, AP, CA, IP, PD, RE, UQ
	Notes     []string     `json:"notes,omitzero"`
}

// Check is what is wrong with the record; nil when nothing is.
func (n *PaperNote) Check() *Fault {
	var k checker
	k.day("issue_date", n.IssueDate)
	if n.IssueDate == "" {
		k.refuse(CodeBadDate, "issue_date", "The paper has no issue date.")
	}
	if len(n.Papers) == 0 || len(n.Papers) > maxAllocations {
		k.refuse(CodeMissingNumber, "papers", "The paper names 1 to 200 papers it is about.")
	}
	for _, number := range n.Papers {
		k.paper("papers", number)
	}
	if len(n.Code) > maxAnswerCode {
		k.refuse(CodeBadRecord, "code", "The code of an answer has at most 20 bytes.")
	}
	return k.fault
}

const maxAnswerCode = 20
