package ingest

import "customercenter/shared/center"

// The wire types spell center's records with null for what is absent. Three
// fields no e-invoice has (invoice_type, paid_date, customer_key) are left out
// where they are absent, so that records of e-invoices stay as they always were.

type wireDocument struct {
	Kind           center.DocumentKind `json:"kind"`
	TypeCode       *string             `json:"type_code"`
	Number         string              `json:"number"`
	UUID           *string             `json:"uuid"`
	IssueDate      string              `json:"issue_date"`
	DueDate        *string             `json:"due_date"`
	DueSource      *string             `json:"due_source"`
	Currency       string              `json:"currency"`
	TaxCurrency    *string             `json:"tax_currency"`
	BuyerReference *string             `json:"buyer_reference"`
	OrderRef       *string             `json:"order_ref"`
	ContractRefs   []string            `json:"contract_refs"`
	Preceding      []wirePreceding     `json:"preceding"`
	Supplier       *wireParty          `json:"supplier"`
	Customer       *wireParty          `json:"customer"`
	Lines          []wireLine          `json:"lines"`
	Allowances     []wireAllowance     `json:"allowances"`
	Taxes          []wireTax           `json:"taxes"`
	Totals         wireTotals          `json:"totals"`
	PaymentMeans   []string            `json:"payment_means"`
	PaymentTerms   []string            `json:"payment_terms"`
	Notes          []string            `json:"notes"`
	Attachments    []wireAttachment    `json:"attachments"`
	InvoiceType    center.InvoiceType  `json:"invoice_type,omitzero"`
	PaidDate       center.Date         `json:"paid_date,omitzero"`
	CustomerKey    string              `json:"customer_key,omitzero"`
	Source         *center.Source      `json:"source,omitzero"`
}

type wireOrder struct {
	Kind         center.DocumentKind `json:"kind"`
	TypeCode     *string             `json:"type_code"`
	Number       string              `json:"number"`
	UUID         *string             `json:"uuid"`
	IssueDate    string              `json:"issue_date"`
	Currency     *string             `json:"currency"`
	Status       *string             `json:"status"`
	CustomerRef  *string             `json:"customer_ref"`
	QuoteRef     *string             `json:"quote_ref"`
	ContractRefs []string            `json:"contract_refs"`
	ValidUntil   *string             `json:"valid_until"`
	Seller       *wireParty          `json:"seller"`
	Buyer        *wireParty          `json:"buyer"`
	Originator   *wireParty          `json:"originator"`
	Accounting   *wireParty          `json:"accounting"`
	Contacts     []wireOrderContact  `json:"contacts"`
	Lines        []wireLine          `json:"lines"`
	Totals       wireTotals          `json:"totals"`
	Notes        []string            `json:"notes"`
	CustomerKey  string              `json:"customer_key,omitzero"`
	Source       *center.Source      `json:"source,omitzero"`
}

type wireAccount struct {
	Kind           center.DocumentKind `json:"kind"`
	Key            string              `json:"key"`
	Name           string              `json:"name"`
	TradingName    *string             `json:"trading_name"`
	TimeZone       *string             `json:"timezone"`
	Locale         *string             `json:"locale"`
	NetTermsDays   *int                `json:"net_terms_days"`
	BillingAddress *center.Address     `json:"billing_address"`
	TaxIDs         []string            `json:"tax_ids"`
	OperatorNotes  *string             `json:"operator_notes"`
}

type wireContact struct {
	Kind    center.DocumentKind `json:"kind"`
	Account string              `json:"account"`
	Email   string              `json:"email"`
	Name    *string             `json:"name"`
	Type    center.ContactType  `json:"contact_type"`
	Locale  *string             `json:"locale"`
	Source  *string             `json:"source"`
}

type wireParty struct {
	Name        *string         `json:"name"`
	TradingName *string         `json:"trading_name"`
	VAT         *string         `json:"vat"`
	IDs         []wirePartyID   `json:"ids"`
	Address     *center.Address `json:"address"`
	Contact     *string         `json:"contact"`
	Phone       *string         `json:"phone"`
	Emails      []string        `json:"emails"`
}

type wirePartyID struct {
	Scheme   *string `json:"scheme"`
	Value    string  `json:"value"`
	Endpoint bool    `json:"endpoint,omitzero"`
	Legal    bool    `json:"legal,omitzero"`
}

type wirePreceding struct {
	Number    string  `json:"number"`
	IssueDate *string `json:"issue_date"`
}

type wireLine struct {
	ID           *string     `json:"id"`
	Name         *string     `json:"name"`
	Description  *string     `json:"description"`
	Quantity     *string     `json:"quantity"`
	Unit         *string     `json:"unit"`
	UnitPrice    *string     `json:"unit_price"`
	BaseQuantity *string     `json:"base_quantity"`
	Net          *string     `json:"net"`
	TaxCategory  *string     `json:"tax_category"`
	TaxRate      *string     `json:"tax_rate"`
	Period       *wirePeriod `json:"period"`
	OrderLine    *string     `json:"order_line"`
}

type wirePeriod struct {
	Start *string `json:"start"`
	End   *string `json:"end"`
}

type wireAllowance struct {
	Charge bool    `json:"charge"`
	Reason *string `json:"reason"`
	Amount *string `json:"amount"`
}

type wireTax struct {
	Category *string `json:"category"`
	Scheme   *string `json:"scheme"`
	Rate     *string `json:"rate"`
	Taxable  *string `json:"taxable"`
	Tax      *string `json:"tax"`
}

type wireTotals struct {
	LineTotal      *string `json:"line_total"`
	AllowanceTotal *string `json:"allowance_total"`
	ChargeTotal    *string `json:"charge_total"`
	TaxExclusive   *string `json:"tax_exclusive"`
	TaxInclusive   *string `json:"tax_inclusive"`
	Prepaid        *string `json:"prepaid"`
	Rounding       *string `json:"rounding"`
	Payable        *string `json:"payable"`
	Tax            *string `json:"tax"`
}

type wireAttachment struct {
	ID       *string `json:"id"`
	Filename *string `json:"filename"`
	Mime     *string `json:"mime"`
	Bytes    int     `json:"bytes"`
}

type wireOrderContact struct {
	Email string             `json:"email"`
	Name  *string            `json:"name"`
	Role  center.ContactRole `json:"role"`
}

// orNull is nil for an absent text.
func orNull[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	text := string(s)
	return &text
}

// each maps a list; an absent list is an empty one, never null.
func each[T, W any](list []T, wire func(T) W) []W {
	out := make([]W, len(list))
	for i, v := range list {
		out[i] = wire(v)
	}
	return out
}

func same[T any](v T) T { return v }

func wireDocumentOf(d *center.Document) wireDocument {
	return wireDocument{
		Kind: d.Kind, TypeCode: orNull(d.TypeCode), Number: d.Number, UUID: orNull(d.UUID),
		IssueDate: string(d.IssueDate), DueDate: orNull(d.DueDate), DueSource: orNull(d.DueSource),
		Currency: d.Currency, TaxCurrency: orNull(d.TaxCurrency),
		BuyerReference: orNull(d.BuyerReference), OrderRef: orNull(d.OrderRef),
		ContractRefs: each(d.ContractRefs, same[string]),
		Preceding: each(d.Preceding, func(p center.Preceding) wirePreceding {
			return wirePreceding{p.Number, orNull(p.IssueDate)}
		}),
		Supplier: wirePartyOf(&d.Supplier), Customer: wirePartyOf(&d.Customer),
		Lines: each(d.Lines, wireLineOf),
		Allowances: each(d.Allowances, func(a center.Allowance) wireAllowance {
			return wireAllowance{a.Charge, orNull(a.Reason), orNull(a.Amount)}
		}),
		Taxes: each(d.Taxes, func(t center.Tax) wireTax {
			return wireTax{orNull(t.Category), orNull(t.Scheme), orNull(t.Rate), orNull(t.Taxable), orNull(t.Tax)}
		}),
		Totals:       wireTotalsOf(d.Totals),
		PaymentMeans: each(d.PaymentMeans, same[string]),
		PaymentTerms: each(d.PaymentTerms, same[string]),
		Notes:        each(d.Notes, same[string]),
		Attachments: each(d.Attachments, func(a center.Attachment) wireAttachment {
			return wireAttachment{orNull(a.ID), orNull(a.Filename), orNull(a.Mime), a.Bytes}
		}),
		InvoiceType: d.InvoiceType, PaidDate: d.PaidDate, CustomerKey: d.CustomerKey,
		Source: wireSourceOf(d.Source),
	}
}

func wireOrderOf(o *center.Order) wireOrder {
	return wireOrder{
		Kind: o.Kind, TypeCode: orNull(o.TypeCode), Number: o.Number, UUID: orNull(o.UUID),
		IssueDate: string(o.IssueDate), Currency: orNull(o.Currency), Status: orNull(o.Status),
		CustomerRef: orNull(o.CustomerRef), QuoteRef: orNull(o.QuoteRef),
		ContractRefs: each(o.ContractRefs, same[string]), ValidUntil: orNull(o.ValidUntil),
		Seller: wirePartyOf(&o.Seller), Buyer: wirePartyOf(&o.Buyer),
		Originator: wirePartyOf(o.Originator), Accounting: wirePartyOf(o.Accounting),
		Contacts: each(o.Contacts, func(c center.OrderContact) wireOrderContact {
			return wireOrderContact{c.Email, orNull(c.Name), c.Role}
		}),
		Lines: each(o.Lines, wireLineOf), Totals: wireTotalsOf(o.Totals), Notes: each(o.Notes, same[string]),
		CustomerKey: o.CustomerKey, Source: wireSourceOf(o.Source),
	}
}

func wireAccountOf(a *center.AccountRecord) wireAccount {
	return wireAccount{
		Kind: center.KindAccount, Key: a.Key, Name: a.Name, TradingName: orNull(a.TradingName),
		TimeZone: orNull(a.TimeZone), Locale: orNull(a.Locale), NetTermsDays: a.NetTermsDays,
		BillingAddress: a.BillingAddress, TaxIDs: each(a.TaxIDs, same[string]), OperatorNotes: orNull(a.OperatorNotes),
	}
}

func wireContactOf(c *center.ContactRecord) wireContact {
	return wireContact{
		Kind: center.KindContact, Account: c.Account, Email: c.Email, Name: orNull(c.Name),
		Type: c.Type, Locale: orNull(c.Locale), Source: orNull(c.Source),
	}
}

func wirePartyOf(p *center.Party) *wireParty {
	if p == nil {
		return nil
	}
	return &wireParty{
		Name: orNull(p.Name), TradingName: orNull(p.TradingName), VAT: orNull(p.VAT),
		IDs: each(p.IDs, func(id center.PartyID) wirePartyID {
			return wirePartyID{orNull(id.Scheme), id.Value, id.Endpoint, id.Legal}
		}),
		Address: p.Address, Contact: orNull(p.Contact), Phone: orNull(p.Phone), Emails: each(p.Emails, same[string]),
	}
}

func wireLineOf(l center.Line) wireLine {
	w := wireLine{
		ID: orNull(l.ID), Name: orNull(l.Name), Description: orNull(l.Description),
		Quantity: orNull(l.Quantity), Unit: orNull(l.Unit), UnitPrice: orNull(l.UnitPrice),
		BaseQuantity: orNull(l.BaseQuantity), Net: orNull(l.Net),
		TaxCategory: orNull(l.TaxCategory), TaxRate: orNull(l.TaxRate), OrderLine: orNull(l.OrderLine),
	}
	if l.Period != nil {
		w.Period = &wirePeriod{orNull(l.Period.Start), orNull(l.Period.End)}
	}
	return w
}

func wireTotalsOf(t center.Totals) wireTotals {
	return wireTotals{
		LineTotal: orNull(t.LineTotal), AllowanceTotal: orNull(t.AllowanceTotal), ChargeTotal: orNull(t.ChargeTotal),
		TaxExclusive: orNull(t.TaxExclusive), TaxInclusive: orNull(t.TaxInclusive), Prepaid: orNull(t.Prepaid),
		Rounding: orNull(t.Rounding), Payable: orNull(t.Payable), Tax: orNull(t.Tax),
	}
}

func wireSourceOf(s center.Source) *center.Source {
	if s == (center.Source{}) {
		return nil
	}
	return &s
}
