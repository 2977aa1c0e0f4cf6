package paper

import (
	"customercenter/shared/center"
	"customercenter/shared/document/pdf"
	"customercenter/shared/money"
)

// Contract is what the summary of a contract is printed from. What is "" or
// nil is not known, and left out.
type Contract struct {
	Number, Title string
	Account       string // name of the account
	SupportID     string // CSI
	State         center.SubscriptionState
	Orders        []string
	PO            string
	Start, End    center.Date
	Terminated    center.Date
	AutoRenew     *bool // nil where plans differ or there are none
	Parties       []center.ContractParty
	Plans         []ContractPlan
	Commitments   []ContractCommitment
	Contacts      []center.ContractContact
	Notes         []string
	Today         center.Date
}

// ContractPlan is a plan or a service line.
type ContractPlan struct {
	Name, Service string
	Start, End    center.Date
	Quantity      center.Decimal
	UnitPrice     center.Decimal
	Amount        center.Decimal // of the whole term, without tax, as UnitPrice in Currency
	Currency      string
	Frequency     string
	State         string // those of subscriptions are said in the language of the paper
}

// ContractCommitment is how much of what was agreed is used.
type ContractCommitment struct {
	Of              string // name or number of what it belongs to
	Start, End      center.Date
	Committed, Used money.Money
}

// planStates are the states of contracts and subscriptions.
var planStates = map[center.SubscriptionState]word{
	center.SubscriptionFuture: wordPlanFuture, center.SubscriptionActive: wordPlanActive, center.SubscriptionOnHold: wordPlanOnHold,
	center.SubscriptionExpiring: wordPlanExpiring, center.SubscriptionExpired: wordPlanExpired, center.SubscriptionTerminated: wordPlanTerminated,
}

// roles are what firms and people are on a contract.
var roles = map[string]word{
	"sold_to": wordSoldTo, "bill_to": wordBilledTo, "service_to": wordServiceFor, "end_user": wordEndUser, "reseller": wordReseller,
	"billing": wordRoleBilling, "technical": wordRoleTechnical, "admin": wordRoleAdmin, "buyer": wordRoleBuyer,
}

// Contract prints the summary of a contract.
func (p *Printer) Contract(in Contract, language Language) ([]byte, error) {
	s := p.begin(language, wordContractSummary, catalogue[wordCenter].english, in.Number, in.Today)
	s.title(wordContractSummary, in.Account, in.Title)
	facts := s.fact(nil, wordNumber, code(strong, in.Number))
	facts = s.fact(facts, wordState, s.planState(strong, string(in.State)))
	facts = s.fact(facts, wordSupportID, code(strong, in.SupportID))
	facts = s.fact(facts, wordOrder, code(strong, in.Orders...))
	facts = s.fact(facts, wordPO, code(strong, in.PO))
	facts = s.fact(facts, wordStart, s.date(strong, in.Start))
	facts = s.fact(facts, wordEnd, s.date(strong, in.End))
	facts = s.fact(facts, wordTerminatedOn, s.date(strong, in.Terminated))
	if in.AutoRenew != nil {
		renews := wordNo
		if *in.AutoRenew {
			renews = wordYes
		}
		facts = s.fact(facts, wordAutoRenew, s.say(strong, renews))
	}
	s.Facts(4, facts)
	s.contractParties(in.Parties)
	s.plans(in.Plans)
	s.commitments(in.Commitments)
	s.contacts(in.Contacts)
	if notes := written(plain, in.Notes...); len(notes) > 0 {
		s.part(wordNotes)
		s.Paragraph(notes...)
	}
	return s.Bytes()
}

// planState says a state; one that is none of ours stands as written.
func (s sheet) planState(style pdf.Style, state string) []pdf.Text {
	if w, known := planStates[center.SubscriptionState(state)]; known {
		return s.say(style, w)
	}
	return written(style, state)
}

// role says what somebody is on the contract; a role of the vendor's own
// stands as written.
func (s sheet) role(style pdf.Style, role string) []pdf.Text {
	if w, known := roles[role]; known {
		return s.say(style, w)
	}
	return written(style, role)
}

func (s sheet) contractParties(parties []center.ContractParty) {
	var facts []pdf.Fact
	for _, p := range parties {
		value := s.party(center.Party{Name: p.Name, Contact: p.Contact, Emails: []string{p.Email}, Address: p.Address})
		if len(value) == 0 {
			continue
		}
		label := s.role(quiet, p.Role)
		if len(label) == 0 {
			label = s.say(quiet, wordCustomer)
		}
		facts = append(facts, pdf.Fact{Label: label, Value: value})
	}
	if len(facts) > 0 {
		s.Space(14)
		s.Facts(2, facts)
	}
}

func (s sheet) plans(plans []ContractPlan) {
	if len(plans) == 0 {
		return
	}
	s.part(wordPlans)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 28, Head: s.say(headOf(plain), wordName), Rows: true}, {Width: 13, Head: s.say(headOf(figure), wordQuantity)},
		{Width: 17, Head: s.say(headOf(figure), wordUnitPrice)}, {Width: 19, Head: s.say(headOf(figure), wordTotal)},
		{Width: 14, Head: s.say(headOf(plain), wordFrequency)}, {Width: 15, Head: s.say(headOf(plain), wordState)},
	}})
	for _, p := range plans {
		what := append(written(plain, p.Name), code(quiet, p.Service)...)
		if p.Start != "" && p.End != "" {
			what = append(what, s.period(quiet, p.Start, p.End)...)
		}
		t.Row(what, code(figure, string(p.Quantity)), code(figure, priced(p.UnitPrice, p.Currency)), code(figure, priced(p.Amount, p.Currency)),
			s.frequency(plain, p.Frequency), s.planState(plain, p.State))
	}
}

// priced is an amount as it was stated, with its currency; "" for none.
func priced(d center.Decimal, currency string) string {
	if d == "" {
		return ""
	}
	return join(currency, stated(d, currency))
}

func (s sheet) commitments(list []ContractCommitment) {
	if len(list) == 0 {
		return
	}
	s.part(wordCommitment)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 48, Head: s.say(headOf(plain), wordName), Rows: true}, {Width: 26, Head: s.say(headOf(figure), wordCommitment)},
		{Width: 26, Head: s.say(headOf(figure), wordUsed)},
	}})
	for _, c := range list {
		what := written(plain, c.Of)
		if c.Start != "" && c.End != "" {
			what = append(what, s.period(quiet, c.Start, c.End)...)
		}
		t.Row(what, code(figure, amount(c.Committed)), code(figure, amount(c.Used)))
	}
}

func (s sheet) contacts(contacts []center.ContractContact) {
	if len(contacts) == 0 {
		return
	}
	s.part(wordContacts)
	t := s.Table(pdf.Table{Rules: true, Columns: []pdf.Column{
		{Width: 35, Head: s.say(headOf(plain), wordName), Rows: true}, {Width: 40, Head: s.say(headOf(plain), wordEmail)},
		{Width: 25, Head: s.say(headOf(plain), wordRole)},
	}})
	for _, c := range contacts {
		t.Row(written(plain, c.Name), code(plain, c.Email), s.role(plain, c.Role))
	}
}
