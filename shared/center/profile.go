package center

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"customercenter/shared/money"
)

// BillingProfile is how an account wants its papers made out and sent: what
// its people keep themselves, beside what the vendor's system says of it.
type BillingProfile struct {
	LegalName        string
	TaxIDs           []TaxID
	BillTo           *Address
	ShipTo           *Address
	DefaultPO        *DefaultPO
	DocumentLanguage string // en, ar or both; "" is each reader's own
	Recipients       Recipients
	Dunning          DunningWishes
	Version          int // 0 before anybody kept one
}

// TaxID is a number under which a country taxes the account.
type TaxID struct {
	Country string
	Number  string
}

// DefaultPO stands on invoices that name no other PO number, while it lasts.
type DefaultPO struct {
	Number    string
	Budget    money.Money `json:",omitzero"` // of no currency where there is none
	ExpiresOn Date
}

// Recipients are addresses that get copies, by kind of message.
type Recipients struct {
	Invoices   []string
	Reminders  []string
	Statements []string
	Receipts   []string
}

// DunningWishes are what an account may choose about reminders.
type DunningWishes struct {
	BeforeDueDays    int // 0 for none before the due day
	MonthlyStatement bool
	OneDigest        bool // all of a day in one letter
}

// AuditProfileChanged is the audit entry of a change; its facts name the fields.
const AuditProfileChanged AuditKind = "profile-changed"

// Limits of a profile.
const (
	maxProfileText   = 200 // characters
	maxTaxIDs        = 10
	maxRecipients    = 10 // of one kind
	maxBeforeDueDays = 30
)

// taxForms are the forms of tax numbers, by country: what the country itself
// or the VAT information exchange states. Others are only bounded. They are
// compiled when one is asked for: every function starts with this package.
var taxForms = map[string]string{
	"AE": `^[0-9]{15}$`,
	"AT": `^ATU[0-9]{8}$`,
	"BE": `^BE[01][0-9]{9}$`,
	"BH": `^[0-9]{15}$`,
	"CH": `^CHE[0-9]{9}(MWST|TVA|IVA)?$`,
	"DE": `^DE[0-9]{9}$`,
	"DK": `^DK[0-9]{8}$`,
	"EG": `^[0-9]{9}$`,
	"ES": `^ES[A-Z0-9][0-9]{7}[A-Z0-9]$`,
	"FI": `^FI[0-9]{8}$`,
	"FR": `^FR[A-Z0-9]{2}[0-9]{9}$`,
	"GB": `^(GB)?([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})$`,
	"IE": `^IE[0-9][A-Z0-9+*][0-9]{5}[A-Z]{1,2}$`,
	"IN": `^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$`,
	"IT": `^IT[0-9]{11}$`,
	"JO": `^[0-9]{8,9}$`,
	"LU": `^LU[0-9]{8}$`,
	"NL": `^NL[0-9]{9}B[0-9]{2}$`,
	"NO": `^(NO)?[0-9]{9}(MVA)?$`,
	"OM": `^OM[0-9]{10}$`,
	"PL": `^PL[0-9]{10}$`,
	"PT": `^PT[0-9]{9}$`,
	"SA": `^3[0-9]{13}3$`,
	"SE": `^SE[0-9]{10}01$`,
	"US": `^[0-9]{2}-?[0-9]{7}$`,
}

const (
	anyTaxNumber = `^[A-Z0-9][A-Z0-9+*/.-]{3,24}$`
	countryCode  = `^[A-Z]{2}$`
)

// Normal is the number in capitals without blanks, which is how it is kept.
func (t TaxID) Normal() TaxID {
	return TaxID{strings.ToUpper(strings.TrimSpace(t.Country)), strings.ToUpper(foldSpaceless(t.Number))}
}

// Valid tells whether a normal number has the form of its country.
func (t TaxID) Valid() bool {
	return hasForm(countryCode, t.Country) && hasForm(cmp.Or(taxForms[t.Country], anyTaxNumber), t.Number)
}

func hasForm(form, text string) bool { return regexp.MustCompile(form).MatchString(text) }

// Normal is the profile as it is kept: without blanks around, each address and
// number once.
func (p BillingProfile) Normal() BillingProfile {
	p.LegalName = strings.TrimSpace(p.LegalName)
	ids := p.TaxIDs
	p.TaxIDs = nil
	for _, id := range ids {
		if id = id.Normal(); !slices.Contains(p.TaxIDs, id) {
			p.TaxIDs = append(p.TaxIDs, id)
		}
	}
	for _, list := range []*[]string{&p.Recipients.Invoices, &p.Recipients.Reminders, &p.Recipients.Statements, &p.Recipients.Receipts} {
		*list = eachOnce(*list)
	}
	if p.DefaultPO != nil {
		po := *p.DefaultPO
		po.Number = strings.TrimSpace(po.Number)
		p.DefaultPO = &po
	}
	return p
}

// eachOnce are addresses as mail reaches them, each once; what is none stays
// as it is, to be refused.
func eachOnce(list []string) (out []string) {
	for _, e := range list {
		if address, ok := NormalizeEmail(e); ok {
			e = address
		}
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// Validate is all that is wrong with a normal profile, with pointers as the API
// names its fields.
func (p BillingProfile) Validate() (v []Violation) {
	fault := func(wrong bool, pointer, detail string) {
		if wrong {
			v = append(v, Violation{Pointer: pointer, Detail: detail})
		}
	}
	text := func(pointer, s string) {
		fault(utf8.RuneCountInString(s) > maxProfileText || strings.ContainsFunc(s, unicode.IsControl), pointer, "must be at most 200 visible characters")
	}
	text("/legalName", p.LegalName)
	fault(len(p.TaxIDs) > maxTaxIDs, "/taxIds", "must be at most 10")
	for i, id := range p.TaxIDs {
		at := fmt.Sprintf("/taxIds/%d", i)
		fault(!hasForm(countryCode, id.Country), at+"/country", "must be the two letters of a country")
		fault(hasForm(countryCode, id.Country) && !id.Valid(), at+"/number", "does not have the form of a tax number of "+id.Country)
	}
	for name, a := range map[string]*Address{"/billTo": p.BillTo, "/shipTo": p.ShipTo} {
		if a != nil {
			for _, part := range []string{a.Street, a.Street2, a.Building, a.District, a.City, a.Postcode, a.Region} {
				text(name, part)
			}
			fault(!hasForm(countryCode, a.Country), name+"/country", "must be the two letters of a country")
		}
	}
	fault(!slices.Contains([]string{"", "en", "ar", "both"}, p.DocumentLanguage), "/documentLanguage", "must be en, ar or both")
	fault(p.Dunning.BeforeDueDays < 0 || p.Dunning.BeforeDueDays > maxBeforeDueDays, "/dunning/beforeDueDays", "must be 0 to 30")
	v = append(v, p.DefaultPO.validate()...)
	for name, list := range map[string][]string{"invoices": p.Recipients.Invoices, "reminders": p.Recipients.Reminders,
		"statements": p.Recipients.Statements, "receipts": p.Recipients.Receipts} {
		at := "/recipients/" + name
		fault(len(list) > maxRecipients, at, "must be at most 10")
		for i, e := range list {
			_, ok := NormalizeEmail(e)
			fault(!ok, fmt.Sprintf("%s/%d", at, i), "is not an e-mail address")
		}
	}
	slices.SortFunc(v, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
	return v
}

func (po *DefaultPO) validate() (v []Violation) {
	if po == nil {
		return nil
	}
	if po.Number == "" || utf8.RuneCountInString(po.Number) > maxProfileText || strings.ContainsFunc(po.Number, unicode.IsControl) {
		v = append(v, Violation{Pointer: "/defaultPo/number", Detail: "must be 1 to 200 visible characters"})
	}
	if po.Budget.Currency != "" && po.Budget.Sign() <= 0 {
		v = append(v, Violation{Pointer: "/defaultPo/budget", Detail: "must be more than zero, or left out"})
	}
	if _, err := ParseDate(string(po.ExpiresOn)); po.ExpiresOn != "" && err != nil {
		v = append(v, Violation{Pointer: "/defaultPo/expiresOn", Detail: "must be a date of the form yyyy-mm-dd"})
	}
	return v
}

// Lasts tells whether a default PO number may still be used on a day.
func (po *DefaultPO) Lasts(today Date) bool {
	return po != nil && (po.ExpiresOn == "" || today <= po.ExpiresOn)
}

// Takes refuses to put something of a price under the number where its days are
// over, its budget is of another currency, or what was accepted under it before
// leaves less than the price. Unprocessable, with what to do.
func (po *DefaultPO) Takes(price money.Money, accepted int64, today Date) error {
	b := po.Budget
	switch {
	case !po.Lasts(today):
		return Errorf(Unprocessable, "po-expired", "PO number %s was good until %s. Name another, or change it in the billing profile.", po.Number, po.ExpiresOn)
	case b.Currency == "" || price.Sign() <= 0:
		return nil
	case b.Currency != price.Currency:
		return Errorf(Unprocessable, "po-currency", "PO number %s has a budget in %s, and this costs %s. Name another, or change it in the billing profile.", po.Number, b.Currency, price)
	case price.Minor > b.Minor-accepted:
		return Errorf(Unprocessable, "po-budget", "PO number %s has a budget of %s, of which %s is accepted already; this costs %s. Name another, or change it in the billing profile.",
			po.Number, b, money.Money{Minor: accepted, Currency: b.Currency}, price)
	}
	return nil
}

// For is the number that stands on something of a price which names none of its
// own; "" where there is none, or it does not take that.
func (po *DefaultPO) For(price money.Money, accepted int64, today Date) string {
	if po == nil || po.Takes(price, accepted, today) != nil {
		return ""
	}
	return po.Number
}

// ChangedFields names what differs between two profiles, in order.
func (p BillingProfile) ChangedFields(q BillingProfile) (fields []string) {
	differ := func(name string, same bool) {
		if !same {
			fields = append(fields, name)
		}
	}
	differ("legalName", p.LegalName == q.LegalName)
	differ("taxIds", slices.Equal(p.TaxIDs, q.TaxIDs))
	differ("billTo", sameAddress(p.BillTo, q.BillTo))
	differ("shipTo", sameAddress(p.ShipTo, q.ShipTo))
	differ("defaultPo", samePO(p.DefaultPO, q.DefaultPO))
	differ("documentLanguage", p.DocumentLanguage == q.DocumentLanguage)
	r, s := p.Recipients, q.Recipients
	differ("recipients", slices.Equal(r.Invoices, s.Invoices) && slices.Equal(r.Reminders, s.Reminders) &&
		slices.Equal(r.Statements, s.Statements) && slices.Equal(r.Receipts, s.Receipts))
	differ("dunning", p.Dunning == q.Dunning)
	return fields
}

func sameAddress(a, b *Address) bool { return a == b || a != nil && b != nil && *a == *b }

func samePO(a, b *DefaultPO) bool { return a == b || a != nil && b != nil && *a == *b }
