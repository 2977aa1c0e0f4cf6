package ingest

import (
	"encoding/json"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ublRecords read the roots that become records of an account: money that
// came, a statement to compare the books with, and what is said of invoices.
var ublRecords = map[string]func(*reading, *node, center.ImportOptions) *center.OtherRecord{
	"RemittanceAdvice":    (*reading).ublRemittance,
	"Statement":           (*reading).ublStatement,
	"Reminder":            (*reading).ublReminder,
	"ApplicationResponse": (*reading).ublAnswer,
}

// ublParties are the account that such a paper is about and who numbers the
// invoices it names.
func ublParties(root *node) (account, issuer string) {
	supplier, customer := ublParty(root.first("cac:AccountingSupplierParty")), ublParty(root.first("cac:AccountingCustomerParty"))
	return center.AccountKeyOf(customer, supplier).Value, center.IssuerKey(supplier)
}

// asRecord makes the record of what was read, as JSON Lines would carry it.
func (r *reading) asRecord(kind center.DocumentKind, said any) *center.OtherRecord {
	plain, err := json.Marshal(said)
	if err != nil {
		r.refuse(center.CodeBadRecord, "", "The paper cannot be written as JSON.")
	}
	if len(plain) > maxLine {
		r.refuse(center.CodeBadRecord, "", "The paper says more than %d bytes.", maxLine)
		return &center.OtherRecord{Kind: kind}
	}
	return r.jsonOther(kind, plain)
}

// ublRemittance reads a RemittanceAdvice: what was paid, and of which
// invoices. A line that gives money back, for a credit note, is no part: the
// note's credit is the account's here already.
func (r *reading) ublRemittance(root *node, o center.ImportOptions) *center.OtherRecord {
	m := center.Remittance{Kind: center.KindPayment, Reference: root.at("cbc:ID"), Method: root.at("cac:PaymentMeans/cbc:PaymentMeansCode"),
		ReceivedOn: r.date("received_on", root.at("cbc:IssueDate")), Notes: root.texts("cbc:Note")}
	m.Account, m.Issuer = ublParties(root)
	r.checkNumber(m.Reference)
	m.Currency = r.setCurrency(firstText(root.at("cbc:DocumentCurrencyCode"), root.first("cbc:TotalPaymentAmount").attr("currencyID"),
		root.first("cac:RemittanceAdviceLine/cbc:DebitLineAmount").attr("currencyID"), o.Currency))
	sum := ledger{currency: r.currency}
	for _, n := range root.all("cac:RemittanceAdviceLine") {
		paid := ledger{currency: r.currency}
		paid.add(r.amount("allocations.amount", center.Decimal(n.at("cbc:DebitLineAmount"))))
		paid.sub(r.amount("allocations.amount", center.Decimal(n.at("cbc:CreditLineAmount"))))
		sum.add(center.Decimal(paid.total.Decimal()))
		if number := n.at("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"); number != "" && paid.total.Sign() > 0 {
			m.Allocations = append(m.Allocations, center.RemittancePart{Number: number, Amount: center.Decimal(paid.total.Decimal())})
		}
	}
	if m.Amount = r.amount("amount", center.Decimal(root.at("cbc:TotalPaymentAmount"))); m.Amount == "" {
		m.Amount = center.Decimal(sum.total.Decimal())
	}
	return r.asRecord(m.Kind, m)
}

// ublStatement reads a Statement: the balance it ends with.
func (r *reading) ublStatement(root *node, o center.ImportOptions) *center.OtherRecord {
	s := center.StatementRecord{Kind: center.KindStatement, Number: root.at("cbc:ID"), IssueDate: r.date("issue_date", root.at("cbc:IssueDate")),
		Notes: root.texts("cbc:Note")}
	s.Account, _ = ublParties(root)
	r.checkNumber(s.Number)
	if period := r.ublPeriod(root.first("cac:StatementPeriod")); period != nil {
		s.StartOn, s.EndOn = period.Start, period.End
	}
	s.Currency = r.setCurrency(firstText(root.at("cbc:DocumentCurrencyCode"), root.first("cbc:TotalBalanceAmount").attr("currencyID"), o.Currency))
	if s.Balance = r.amount("balance", center.Decimal(root.at("cbc:TotalBalanceAmount"))); s.Balance == "" {
		balance := ledger{currency: r.currency}
		balance.add(r.amount("balance", center.Decimal(root.at("cbc:TotalDebitAmount"))))
		balance.sub(r.amount("balance", center.Decimal(root.at("cbc:TotalCreditAmount"))))
		s.Balance = center.Decimal(money.Money{Minor: balance.total.Minor, Currency: r.currency}.Decimal())
	}
	return r.asRecord(s.Kind, s)
}

// ublReminder reads a Reminder that was sent elsewhere.
func (r *reading) ublReminder(root *node, _ center.ImportOptions) *center.OtherRecord {
	n := center.PaperNote{Kind: center.KindReminder, Number: root.at("cbc:ID"), IssueDate: r.date("issue_date", root.at("cbc:IssueDate")),
		Notes: root.texts("cbc:Note")}
	n.Account, n.Issuer = ublParties(root)
	r.checkNumber(n.Number)
	n.Papers = distinct(append(root.texts("cac:ReminderLine/cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
		root.texts("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID")...))
	return r.asRecord(n.Kind, n)
}

// ublAnswer reads an ApplicationResponse: what the buyer, who sends it, says
// to invoices of the seller.
func (r *reading) ublAnswer(root *node, _ center.ImportOptions) *center.OtherRecord {
	buyer, seller := ublPartyIn(root.first("cac:SenderParty"), nil), ublPartyIn(root.first("cac:ReceiverParty"), nil)
	n := center.PaperNote{Kind: center.KindAnswer, Account: center.AccountKeyOf(buyer, seller).Value, Issuer: center.IssuerKey(seller),
		Number: root.at("cbc:ID"), IssueDate: r.date("issue_date", root.at("cbc:IssueDate")), Notes: root.texts("cbc:Note")}
	r.checkNumber(n.Number)
	for _, response := range root.all("cac:DocumentResponse") {
		n.Code = firstText(n.Code, response.at("cac:Response/cbc:ResponseCode"))
		n.Notes = append(n.Notes, response.texts("cac:Response/cbc:Description")...)
		n.Papers = append(n.Papers, response.texts("cac:DocumentReference/cbc:ID")...)
	}
	n.Papers = distinct(n.Papers)
	return r.asRecord(n.Kind, n)
}

func distinct(texts []string) []string {
	var out []string
	for _, text := range texts {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
