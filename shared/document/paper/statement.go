package paper

import (
	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Statement is what a statement of account is printed from: what was booked in
// a period, both days included, and what is outstanding today. Currencies are
// never added up.
type Statement struct {
	Account    string
	Address    *center.Address
	Issuer     string // "" where several bill the account
	From, To   center.Date
	Today      center.Date
	Currencies []StatementOf
}

// StatementOf is the part of a statement in one currency. Opening plus charges
// less payments is Closing; who hands it over has made sure.
type StatementOf struct {
	Opening, Closing money.Money
	Entries          []StatementEntry
	Aging            []AgingSum // by the day of printing; none where nothing is outstanding
}

// StatementEntry is one thing booked. Amount is above zero for what is owed
// more, below for what is owed less; Balance is what is owed after it.
type StatementEntry struct {
	Kind            EntryKind
	On              center.Date
	Reference       string
	Amount, Balance money.Money
}

// AgingSum is what is outstanding in a bucket.
type AgingSum struct {
	Bucket      center.Bucket
	Outstanding money.Money
}

// statementKinds are the entries of a statement, as papers name them.
var statementKinds = map[center.StatementKind]EntryKind{
	center.StatementInvoice: EntryInvoice, center.StatementDebitNote: EntryDebitNote, center.StatementCreditNote: EntryCreditNote,
	center.StatementPayment: EntryPayment, center.StatementRefund: EntryRefund, center.StatementCreditUsed: EntryCreditUsed,
	center.StatementPrepaid: EntryPrepaid, center.StatementPrepaidBack: EntryPrepaidBack,
	center.StatementRewards: EntryRewards, center.StatementRewardsBack: EntryRewardsBack,
}

// Drawn is the paper of a statement that was drawn of an account; reference is
// how people call a payment.
func Drawn(s center.Statement, account string, address *center.Address, reference func(center.PaymentID) string) Statement {
	out := Statement{Account: account, Address: address, From: s.From, To: s.To, Today: s.Today}
	for _, p := range s.Parts {
		of := StatementOf{Opening: p.Opening, Closing: p.Closing}
		for _, e := range p.Entries {
			name := e.Number
			if e.Payment != "" {
				name = reference(e.Payment)
			}
			of.Entries = append(of.Entries, StatementEntry{Kind: statementKinds[e.Kind], On: e.On, Reference: name, Amount: e.Amount, Balance: e.Balance})
		}
		for _, a := range p.Owing.Aging {
			of.Aging = append(of.Aging, AgingSum{a.Bucket, a.Outstanding})
		}
		out.Currencies = append(out.Currencies, of)
	}
	return out
}

// Statement prints a statement of account.
func (p *Printer) Statement(in Statement, language Language) ([]byte, error) {
	s := p.begin(language, wordStatement, in.Issuer, in.Account, in.Today)
	s.title(wordStatement, in.Issuer)
	s.Facts(2, []pdf.Fact{
		{Label: s.say(quiet, wordAccount), Value: s.party(center.Party{Name: in.Account, Address: in.Address})},
		{Label: s.say(quiet, wordPeriod), Value: s.period(strong, in.From, in.To)},
	})
	if len(in.Currencies) == 0 {
		s.Space(14)
		s.Paragraph(s.say(plain, wordNoEntries)...)
	}
	for _, c := range in.Currencies {
		s.statementOf(c)
	}
	return s.Bytes()
}

func (s sheet) statementOf(c StatementOf) {
	currency := string(c.Opening.Currency)
	s.Space(14)
	s.Heading(2, code(section, currency)...)
	s.Space(4)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 18, Head: s.say(headOf(plain), wordDate), Rows: true}, {Width: 16, Head: s.say(headOf(plain), wordEntry)},
		{Width: 22, Head: s.say(headOf(plain), wordReference)}, {Width: 15, Head: s.say(headOf(figure), wordCharges, currency)},
		{Width: 15, Head: s.say(headOf(figure), wordPayments, currency)}, {Width: 15, Head: s.say(headOf(figure), wordBalanceIn, currency)},
	}})
	t.Row(nil, s.say(plain, wordOpening), nil, nil, nil, code(figure, bare(c.Opening)))
	for _, e := range c.Entries {
		charge, payment := bare(e.Amount), ""
		if e.Amount.Sign() < 0 {
			charge, payment = "", signed("-", bare(e.Amount))
		}
		t.Row(s.date(plain, e.On), s.say(plain, entryWords[e.Kind]), code(plain, e.Reference), code(figure, charge), code(figure, payment), code(figure, bare(e.Balance)))
	}
	s.Space(6)
	s.sums([]sum{{wordClosing, amount(c.Closing)}})
	s.aging(c.Aging, currency)
}

// aging says how old what is outstanding has become.
func (s sheet) aging(sums []AgingSum, currency string) {
	if len(sums) == 0 {
		return
	}
	s.part(wordAging)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 60, Head: s.say(headOf(plain), wordAging), Rows: true}, {Width: 40, Head: s.say(headOf(figure), wordAmountIn, currency)},
	}})
	for _, a := range sums {
		t.Row(s.bucket(a.Bucket), code(figure, bare(a.Outstanding)))
	}
}

// bucket is a span of days late in words.
func (s sheet) bucket(b center.Bucket) []pdf.Text {
	switch b {
	case center.BucketCurrent:
		return s.say(plain, wordAgingCurrent)
	case center.Bucket1To30:
		return s.say(plain, wordAgingDays, 1, 30)
	case center.Bucket31To60:
		return s.say(plain, wordAgingDays, 31, 60)
	case center.Bucket61To90:
		return s.say(plain, wordAgingDays, 61, 90)
	case center.Bucket91To120:
		return s.say(plain, wordAgingDays, 91, 120)
	}
	return s.say(plain, wordAgingOver, 120)
}
