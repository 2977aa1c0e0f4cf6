package main

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// invoice is an invoice whole: the paper as its issuer stated it, and what
// became of it since.
type invoice struct {
	Invoice        view.InvoiceRow `json:"invoice"`
	Today          center.Date     `json:"today"`
	Balances       balances        `json:"balances"`
	Supplier       party           `json:"supplier"`
	Customer       party           `json:"customer"`
	TypeCode       string          `json:"typeCode,omitempty"`
	BuyerReference string          `json:"buyerReference,omitempty"`
	OrderRef       string          `json:"orderRef,omitempty"`
	ContractRefs   []string        `json:"contractRefs,omitempty"`
	Preceding      []preceding     `json:"preceding,omitempty"`
	Lines          []line          `json:"lines"`
	Allowances     []allowance     `json:"allowances"`
	Taxes          []tax           `json:"taxes"`
	Totals         totals          `json:"totals"`
	PaymentTerms   []string        `json:"paymentTerms,omitempty"`
	DueSource      string          `json:"dueSource,omitempty"`
	Notes          []string        `json:"notes,omitempty"`
	Attachments    []attachment    `json:"attachments,omitempty"`
	History        []event         `json:"history"`

	Disputes   []view.Dispute `json:"disputes,omitempty"`
	InDispute  *money.Money   `json:"inDispute,omitempty"`  // how much of what is open
	Disputable *money.Money   `json:"disputable,omitempty"` // how much can be disputed, by who may

	PaymentInFlight *flight `json:"paymentInFlight,omitempty"`
}

// flight is a payment that is not finished and holds the invoice.
type flight struct {
	Payment   center.PaymentID   `json:"payment"`
	By        string             `json:"by"`
	At        time.Time          `json:"at"`
	Amount    money.Money        `json:"amount"` // of this invoice
	Wait      center.PaymentWait `json:"wait,omitempty"`
	MayCancel bool               `json:"mayCancel"`
}

type balances struct {
	Outstanding money.Money `json:"outstanding"`
	Processing  money.Money `json:"processing"`
	Settled     money.Money `json:"settled"`
	Cancelled   money.Money `json:"cancelled"`
}

type party struct {
	Name         string    `json:"name,omitempty"`
	TradingName  string    `json:"tradingName,omitempty"`
	VAT          string    `json:"vat,omitempty"`
	IDs          []partyID `json:"ids,omitempty"`
	AddressLines []string  `json:"addressLines,omitempty"`
	Country      string    `json:"country,omitempty"`
	Contact      string    `json:"contact,omitempty"`
	Phone        string    `json:"phone,omitempty"`
	Emails       []string  `json:"emails,omitempty"`
}

type partyID struct {
	Scheme string `json:"scheme,omitempty"`
	Value  string `json:"value"`
}

type preceding struct {
	Number   string           `json:"number"`
	IssuedOn center.Date      `json:"issuedOn,omitempty"`
	ID       center.InvoiceID `json:"id,omitempty"`
}

type line struct {
	ID           string         `json:"id,omitempty"`
	Name         string         `json:"name,omitempty"`
	Description  string         `json:"description,omitempty"`
	Quantity     center.Decimal `json:"quantity,omitempty"`
	Unit         string         `json:"unit,omitempty"`
	UnitPrice    center.Decimal `json:"unitPrice,omitempty"`
	BaseQuantity center.Decimal `json:"baseQuantity,omitempty"`
	Net          *amount        `json:"net,omitempty"`
	TaxCategory  string         `json:"taxCategory,omitempty"`
	TaxRate      center.Decimal `json:"taxRate,omitempty"`
	PeriodStart  center.Date    `json:"periodStart,omitempty"`
	PeriodEnd    center.Date    `json:"periodEnd,omitempty"`
	OrderLine    string         `json:"orderLine,omitempty"`
}

type allowance struct {
	Charge bool    `json:"charge"`
	Reason string  `json:"reason,omitempty"`
	Amount *amount `json:"amount"`
}

type tax struct {
	Category string         `json:"category,omitempty"`
	Rate     center.Decimal `json:"rate,omitempty"`
	Taxable  *amount        `json:"taxable,omitempty"`
	Tax      *amount        `json:"tax"`
}

type totals struct {
	LineTotal      *amount `json:"lineTotal,omitempty"`
	AllowanceTotal *amount `json:"allowanceTotal,omitempty"`
	ChargeTotal    *amount `json:"chargeTotal,omitempty"`
	TaxExclusive   *amount `json:"taxExclusive,omitempty"`
	Tax            *amount `json:"tax,omitempty"`
	TaxInclusive   *amount `json:"taxInclusive,omitempty"`
	Prepaid        *amount `json:"prepaid,omitempty"`
	Rounding       *amount `json:"rounding,omitempty"`
	Payable        *amount `json:"payable"`
}

type attachment struct {
	ID       string `json:"id,omitempty"`
	Filename string `json:"filename,omitempty"`
	Mime     string `json:"mime,omitempty"`
	Bytes    int    `json:"bytes,omitempty"`
	Kept     bool   `json:"kept"` // its content can be downloaded, by its position in the list
}

// event is one thing that happened to the invoice, on a day or at an instant.
type event struct {
	Kind    string           `json:"kind"`
	On      center.Date      `json:"on,omitempty"`
	At      *time.Time       `json:"at,omitempty"`
	Amount  *money.Money     `json:"amount,omitempty"`
	Number  string           `json:"number,omitempty"`
	Method  string           `json:"method,omitempty"`
	Payment center.PaymentID `json:"payment,omitempty"`
	ID      center.InvoiceID `json:"id,omitempty"`
	By      string           `json:"by,omitempty"`
}

// amount is money as the paper states it: text of record, never recomputed.
type amount struct {
	Amount   string     `json:"amount"`
	Currency money.Code `json:"currency"`
}

// stated shows an amount of the paper with its currency's decimals, and one
// that the currency cannot hold as it was written. Nil where there is none.
func stated(d center.Decimal, currency string) *amount {
	if d == "" {
		return nil
	}
	code := money.Code(currency)
	if m, err := money.Parse(string(d), code); err == nil {
		return &amount{m.Decimal(), code}
	}
	return &amount{string(d), code}
}

func show(detail store.InvoiceDetail, today center.Date) invoice {
	head, doc := detail.Invoice, detail.Document
	out := invoice{
		Invoice: view.Row(head, today), Today: today,
		Balances: balances{head.Outstanding, head.Processing, head.Settled, head.Cancelled},
		Supplier: showParty(doc.Supplier), Customer: showParty(doc.Customer),
		TypeCode: doc.TypeCode, BuyerReference: doc.BuyerReference, OrderRef: doc.OrderRef, ContractRefs: doc.ContractRefs,
		Lines: []line{}, Allowances: []allowance{}, Taxes: []tax{}, Totals: showTotals(doc),
		PaymentTerms: doc.PaymentTerms, DueSource: doc.DueSource, Notes: doc.Notes,
		History: history(detail, today),
	}
	for _, p := range doc.Preceding {
		out.Preceding = append(out.Preceding, preceding{Number: p.Number, IssuedOn: p.IssueDate, ID: otherPaper(detail, p.Number)})
	}
	for _, l := range doc.Lines {
		out.Lines = append(out.Lines, showLine(l, doc.Currency))
	}
	for _, a := range doc.Allowances {
		out.Allowances = append(out.Allowances, allowance{a.Charge, a.Reason, stated(a.Amount, doc.Currency)})
	}
	for _, t := range doc.Taxes {
		out.Taxes = append(out.Taxes, tax{t.Category, t.Rate, stated(t.Taxable, doc.Currency), stated(t.Tax, doc.Currency)})
	}
	for n, a := range doc.Attachments {
		out.Attachments = append(out.Attachments, attachment{a.ID, a.Filename, a.Mime, a.Bytes, detail.Kept[n] > 0})
	}
	return out
}

func showLine(l center.Line, currency string) line {
	out := line{
		ID: l.ID, Name: l.Name, Description: l.Description, Quantity: l.Quantity, Unit: l.Unit, UnitPrice: l.UnitPrice,
		BaseQuantity: l.BaseQuantity, Net: stated(l.Net, currency), TaxCategory: l.TaxCategory, TaxRate: l.TaxRate, OrderLine: l.OrderLine,
	}
	if l.Period != nil {
		out.PeriodStart, out.PeriodEnd = l.Period.Start, l.Period.End
	}
	return out
}

func showTotals(doc center.Document) totals {
	t := func(d center.Decimal) *amount { return stated(d, doc.Currency) }
	return totals{
		LineTotal: t(doc.Totals.LineTotal), AllowanceTotal: t(doc.Totals.AllowanceTotal), ChargeTotal: t(doc.Totals.ChargeTotal),
		TaxExclusive: t(doc.Totals.TaxExclusive), Tax: t(doc.Totals.Tax), TaxInclusive: t(doc.Totals.TaxInclusive),
		Prepaid: t(doc.Totals.Prepaid), Rounding: t(doc.Totals.Rounding), Payable: t(doc.Totals.Payable),
	}
}

func showParty(p center.Party) party {
	out := party{Name: p.Name, TradingName: p.TradingName, VAT: p.VAT, Contact: p.Contact, Phone: p.Phone, Emails: p.Emails}
	for _, id := range p.IDs {
		out.IDs = append(out.IDs, partyID{id.Scheme, id.Value})
	}
	if a := p.Address; a != nil {
		out.Country = a.Country
		for _, text := range []string{join(a.Building, a.Street), a.Street2, a.District, join(a.Postcode, a.City), a.Region} {
			if text != "" {
				out.AddressLines = append(out.AddressLines, text)
			}
		}
	}
	return out
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
