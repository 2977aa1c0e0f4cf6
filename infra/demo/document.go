package demo

import (
	"fmt"
	"strconv"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// document adds the paper up: lines, discount, one tax per group, totals.
func (p *paper) document(l *ledger) (*center.Document, error) {
	doc := &center.Document{
		Kind: p.kind, TypeCode: typeCodes[p.kind], Number: p.number, IssueDate: p.issued, DueDate: p.due,
		Currency: string(p.currency), OrderRef: p.po,
		Supplier: l.seller.party, Customer: l.party, InvoiceType: p.of, PaidDate: p.paid,
		Notes: p.notes, PaymentMeans: []string{meansTransfer},
	}
	if p.due != "" {
		doc.PaymentTerms = []string{l.seller.termsNote}
	}
	if p.contract != "" {
		doc.ContractRefs = []string{p.contract}
	}
	if p.credits != nil {
		doc.Preceding = []center.Preceding{{Number: p.credits.number, IssueDate: p.credits.issued}}
	}
	if l.seller.note != "" && p.kind == center.KindInvoice {
		doc.Notes = append(doc.Notes[:len(doc.Notes):len(doc.Notes)], l.seller.note)
	}
	sums := sums{currency: p.currency}
	for i, it := range p.items {
		line, points := p.line(l, i, it)
		doc.Lines = append(doc.Lines, line)
		sums.line(line, l.seller.category, points)
	}
	doc.Allowances = sums.discount(p.discount, l.seller)
	if err := sums.total(doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// The codes of UNTDID 1001 and 4461 the demo uses.
var typeCodes = map[center.DocumentKind]string{
	center.KindInvoice: "380", center.KindCreditNote: "381", center.KindDebitNote: "383", center.KindProforma: "325",
}

const meansTransfer = "30"

func (p *paper) line(l *ledger, i int, it item) (center.Line, int64) {
	points := it.ratePoints
	if points == 0 {
		points = l.seller.ratePoints
	}
	line := center.Line{
		ID: strconv.Itoa(i + 1), Name: it.name, Description: it.text, Quantity: it.quantity, Unit: it.unit,
		UnitPrice: it.price, Net: center.Decimal(product(it.quantity, it.price, p.currency).Decimal()),
		TaxCategory: l.seller.category, TaxRate: rateText(l.seller.category, points), Period: it.period,
	}
	if p.po != "" {
		line.OrderLine = strconv.Itoa(i + 1)
	}
	return line, points
}

// product multiplies two decimals and rounds half away from zero to the
// currency's minor units.
func product(quantity, price center.Decimal, currency money.Code) money.Money {
	q, qScale := scaled(quantity)
	p, pScale := scaled(price)
	decimals, _ := money.Exponent(currency)
	m, err := money.Money{Minor: q * p, Currency: currency}.MulRate(power(decimals), power(qScale+pScale))
	if err != nil {
		panic(fmt.Sprintf("demo: %s × %s: %v", quantity, price, err)) // the figures stand in this package
	}
	return m
}

// scaled reads a decimal as a whole number and how many decimals it had.
func scaled(d center.Decimal) (number int64, decimals int) {
	whole, fraction, _ := strings.Cut(string(d), ".")
	number, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("demo: %q is no decimal", d)) // the figures stand in this package
	}
	return number, len(fraction)
}

func power(decimals int) int64 {
	n := int64(1)
	for range decimals {
		n *= 10
	}
	return n
}

// notTaxed is the category of what is outside the scope of tax; it has no rate.
const notTaxed = "O"

func rateText(category string, points int64) center.Decimal {
	if category == notTaxed {
		return ""
	}
	return center.Decimal(strconv.FormatInt(points/100, 10))
}

// sums collects what a document's totals are made of.
type sums struct {
	currency  money.Code
	taxed     []center.Taxed
	allowance money.Money
	err       error
}

func (s *sums) line(line center.Line, category string, points int64) {
	net, err := money.Parse(string(line.Net), s.currency)
	if err != nil {
		s.err = err
	}
	s.taxed = append(s.taxed, center.Taxed{Category: category, RateBasisPoints: points, Net: net})
}

// discount takes its part of the lines' sum off the seller's usual tax group.
func (s *sums) discount(d discount, by seller) []center.Allowance {
	s.allowance = money.Zero(s.currency)
	if d.points == 0 || s.err != nil {
		return nil
	}
	for _, t := range s.taxed {
		s.allowance.Minor += t.Net.Minor
	}
	s.allowance, s.err = s.allowance.MulRate(d.points, 10_000)
	s.taxed = append(s.taxed, center.Taxed{Category: by.category, RateBasisPoints: by.ratePoints,
		Net: money.Money{Minor: -s.allowance.Minor, Currency: s.currency}})
	return []center.Allowance{{Reason: d.reason, Amount: center.Decimal(s.allowance.Decimal())}}
}

func (s *sums) total(doc *center.Document) error {
	if s.err != nil {
		return s.err
	}
	groups, err := center.TaxGroups(s.taxed)
	if err != nil {
		return err
	}
	exclusive, tax := money.Zero(s.currency), money.Zero(s.currency)
	for _, g := range groups {
		exclusive.Minor += g.Taxable.Minor
		tax.Minor += g.Tax.Minor
		doc.Taxes = append(doc.Taxes, center.Tax{
			Category: g.Category, Scheme: "VAT", Rate: rateText(g.Category, g.RateBasisPoints),
			Taxable: center.Decimal(g.Taxable.Decimal()), Tax: center.Decimal(g.Tax.Decimal()),
		})
	}
	lines := money.Money{Minor: exclusive.Minor + s.allowance.Minor, Currency: s.currency}
	inclusive := center.Decimal(money.Money{Minor: exclusive.Minor + tax.Minor, Currency: s.currency}.Decimal())
	doc.Totals = center.Totals{
		LineTotal: center.Decimal(lines.Decimal()), TaxExclusive: center.Decimal(exclusive.Decimal()),
		Tax: center.Decimal(tax.Decimal()), TaxInclusive: inclusive, Payable: inclusive,
	}
	if s.allowance.Sign() != 0 {
		doc.Totals.AllowanceTotal = center.Decimal(s.allowance.Decimal())
	}
	return nil
}
