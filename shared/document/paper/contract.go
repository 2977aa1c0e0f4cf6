package paper

import (
	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Contract is what the summary of a contract is printed from.
type Contract struct {
	Number, Title    string
	SupportID        string // CSI
	Orders           []string
	PO               string
	Vendor, Customer center.Party
	Start, End       center.Date
	NoticeOn         center.Date // last day to give notice
	AutoRenew        bool
	Plans            []ContractPlan
	Commitment, Used money.Money // none where the currency is ""
	Contacts         []ContractContact
	Notes            []string
	Today            center.Date
}

// ContractPlan is a plan or a service line.
type ContractPlan struct {
	Name, Service string
	Start, End    center.Date
	Quantity      center.Decimal
	Unit          string
	Price         center.Decimal // per unit and billing, in Currency
	Currency      string
	Frequency     string
	State         string // as the customer reads it, in the paper's language
}

// ContractContact is a person of the contract.
type ContractContact struct{ Name, Email, Role string }

// Contract prints the summary of a contract.
func (p *Printer) Contract(in Contract, language Language) ([]byte, error) {
	s := p.begin(language, wordContractSummary, in.Vendor.Name, in.Number, in.Today)
	s.title(wordContractSummary, in.Title)
	facts := s.fact(nil, wordNumber, code(strong, in.Number))
	facts = s.fact(facts, wordSupportID, code(strong, in.SupportID))
	facts = s.fact(facts, wordOrder, code(strong, in.Orders...))
	facts = s.fact(facts, wordPO, code(strong, in.PO))
	facts = s.fact(facts, wordStart, s.date(strong, in.Start))
	facts = s.fact(facts, wordEnd, s.date(strong, in.End))
	facts = s.fact(facts, wordNotice, s.date(strong, in.NoticeOn))
	renews := wordNo
	if in.AutoRenew {
		renews = wordYes
	}
	s.Facts(4, s.fact(facts, wordAutoRenew, s.say(strong, renews)))
	s.Space(14)
	s.Facts(2, s.fact(s.fact(nil, wordVendor, s.party(in.Vendor)), wordCustomer, s.party(in.Customer)))
	s.plans(in.Plans)
	if in.Commitment.Currency != "" {
		s.Space(8)
		s.sums([]sum{{wordUsed, amount(in.Used)}, {wordCommitment, amount(in.Commitment)}})
	}
	s.contacts(in.Contacts)
	if notes := written(plain, in.Notes...); len(notes) > 0 {
		s.part(wordNotes)
		s.Paragraph(notes...)
	}
	return s.Bytes()
}

func (s sheet) plans(plans []ContractPlan) {
	if len(plans) == 0 {
		return
	}
	s.part(wordPlans)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 40, Head: s.say(headOf(plain), wordName), Rows: true}, {Width: 12, Head: s.say(headOf(figure), wordQuantity)},
		{Width: 20, Head: s.say(headOf(figure), wordPrice)}, {Width: 14, Head: s.say(headOf(plain), wordFrequency)},
		{Width: 14, Head: s.say(headOf(plain), wordState)},
	}})
	for _, p := range plans {
		what := append(written(plain, p.Name), code(quiet, p.Service)...)
		if p.Start != "" && p.End != "" {
			what = append(what, s.period(quiet, p.Start, p.End)...)
		}
		price := ""
		if p.Price != "" {
			price = join(p.Currency, stated(p.Price, p.Currency))
		}
		t.Row(what, s.quantity(p.Quantity, p.Unit), code(figure, price), s.frequency(plain, p.Frequency), written(plain, p.State))
	}
}

func (s sheet) contacts(contacts []ContractContact) {
	if len(contacts) == 0 {
		return
	}
	s.part(wordContacts)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 35, Head: s.say(headOf(plain), wordName), Rows: true}, {Width: 40, Head: s.say(headOf(plain), wordEmail)},
		{Width: 25, Head: s.say(headOf(plain), wordRole)},
	}})
	for _, c := range contacts {
		t.Row(written(plain, c.Name), code(plain, c.Email), written(plain, c.Role))
	}
}
