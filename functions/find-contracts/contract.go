package main

import (
	"cmp"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
	"customercenter/shared/view"
)

// contractRow is a contract as a list shows it. A subscription that stands
// alone has no number of its own; Found says what of it was looked up.
type contractRow struct {
	ID       center.ContractID        `json:"id"`
	Number   string                   `json:"number,omitempty"`
	Name     string                   `json:"name,omitempty"`
	Type     string                   `json:"type,omitempty"`
	CSI      string                   `json:"csi,omitempty"`
	State    center.SubscriptionState `json:"state"`
	StartOn  center.Date              `json:"startOn,omitempty"`
	EndOn    center.Date              `json:"endOn,omitempty"`
	DaysLeft *int                     `json:"daysLeft,omitempty"`
	Found    string                   `json:"found,omitempty"` // number of the subscription that was found
}

func rowOf(id center.ContractID, c *center.Contract, today center.Date) contractRow {
	row := contractRow{ID: id, Number: c.Number, Name: c.Name, Type: c.Type, CSI: c.CSI, State: c.State(today), StartOn: c.StartOn, EndOn: c.EndOn}
	row.DaysLeft = daysLeft(c.EndOn, today)
	return row
}

// daysLeft counts the days to an end; nil without one, or once it has passed.
func daysLeft(end, today center.Date) *int {
	if end == "" || end < today {
		return nil
	}
	n := today.DaysUntil(end)
	return &n
}

// hitRows has each contract once, though the number may be its own and that of
// what runs under it. Of those, its own is told: then nothing else was found.
func hitRows(hits []store.ContractHit, today center.Date) []contractRow {
	rows, at := make([]contractRow, 0, len(hits)), map[center.ContractID]int{}
	for _, hit := range hits {
		row := hitRow(hit, today)
		i, seen := at[row.ID]
		switch {
		case !seen:
			at[row.ID] = len(rows)
			rows = append(rows, row)
		case row.Found == "":
			rows[i] = row
		}
	}
	return rows
}

func hitRow(hit store.ContractHit, today center.Date) contractRow {
	var row contractRow
	switch s := hit.Subscription; {
	case hit.Contract != nil:
		row = rowOf(hit.ID, hit.Contract, today)
	default:
		row = contractRow{ID: hit.ID, Name: cmp.Or(s.Service, s.Plan), CSI: s.CSI, State: s.State(today), StartOn: s.StartOn, EndOn: s.EndOn,
			DaysLeft: daysLeft(s.EndOn, today)}
	}
	if hit.Subscription != nil {
		row.Found = hit.Subscription.Number
	}
	return row
}

// contract is a contract whole.
type contract struct {
	contractRow
	Currency     string                    `json:"currency,omitempty"`
	PONumber     string                    `json:"poNumber,omitempty"`
	OrderNumbers []string                  `json:"orderNumbers"`
	HoldReason   string                    `json:"holdReason,omitempty"`
	TerminatedOn center.Date               `json:"terminatedOn,omitempty"`
	Parties      []party                   `json:"parties"`
	Contacts     []center.ContractContact  `json:"contacts"`
	Documents    []center.ContractDocument `json:"documents"`
	Commitment   *center.CommitmentUse     `json:"commitment,omitempty"`
	// What runs under it, and what names it.
	Subscriptions []subscription    `json:"subscriptions"`
	Renewals      []view.Renewal    `json:"renewals"`
	Schedule      []line            `json:"schedule"` // what will be invoiced next
	Invoices      []view.InvoiceRow `json:"invoices"`
	Orders        []view.OrderRow   `json:"orders"`
}

type party struct {
	Role    string          `json:"role"`
	Name    string          `json:"name,omitempty"`
	Contact string          `json:"contact,omitempty"`
	Email   string          `json:"email,omitempty"`
	Address *center.Address `json:"address,omitempty"`
}

// subscription is a plan that runs, or will or did.
type subscription struct {
	ID               center.SubscriptionID    `json:"id"`
	Contract         center.ContractID        `json:"contract,omitempty"`
	ContractNumber   string                   `json:"contractNumber,omitempty"`
	Number           string                   `json:"number"`
	Service          string                   `json:"service,omitempty"`
	Plan             string                   `json:"plan,omitempty"`
	CSI              string                   `json:"csi,omitempty"`
	State            center.SubscriptionState `json:"state"`
	StartOn          center.Date              `json:"startOn,omitempty"`
	EndOn            center.Date              `json:"endOn,omitempty"`
	DaysLeft         *int                     `json:"daysLeft,omitempty"`
	HoldReason       string                   `json:"holdReason,omitempty"`
	HoldReleaseOn    center.Date              `json:"holdReleaseOn,omitempty"`
	Price            *money.Money             `json:"price,omitempty"` // of the whole term, without tax
	BillingFrequency string                   `json:"billingFrequency,omitempty"`
	OveragePolicy    string                   `json:"overagePolicy,omitempty"`
	AutoRenew        bool                     `json:"autoRenew"`
	EligibleToRenew  bool                     `json:"eligibleToRenew"`
	OrderNumber      string                   `json:"orderNumber,omitempty"`
	PONumber         string                   `json:"poNumber,omitempty"`
	Lines            []serviceLine            `json:"lines"`
	NextInvoice      *line                    `json:"nextInvoice,omitempty"`
	Commitment       *center.CommitmentUse    `json:"commitment,omitempty"`
	Usage            []center.PeriodUsage     `json:"usage,omitempty"`
}

type serviceLine struct {
	ID            string         `json:"id,omitempty"`
	Product       string         `json:"product,omitempty"`
	PartNumber    string         `json:"partNumber,omitempty"`
	Status        string         `json:"status,omitempty"`
	Quantity      center.Decimal `json:"quantity,omitempty"`
	NetUnitPrice  center.Decimal `json:"netUnitPrice,omitempty"`
	Amount        center.Decimal `json:"amount,omitempty"`
	CSI           string         `json:"csi,omitempty"`
	OveragePolicy string         `json:"overagePolicy,omitempty"`
	StartOn       center.Date    `json:"startOn,omitempty"`
	EndOn         center.Date    `json:"endOn,omitempty"`
}

// line is an invoice that will be raised.
type line struct {
	Subscription string       `json:"subscription,omitempty"`
	InvoiceOn    center.Date  `json:"invoiceOn"`
	DueOn        center.Date  `json:"dueOn,omitempty"`
	StartOn      center.Date  `json:"startOn,omitempty"`
	EndOn        center.Date  `json:"endOn,omitempty"`
	Amount       money.Money  `json:"amount"`
	EstimatedTax *money.Money `json:"estimatedTax,omitempty"`
}

func lineOf(l center.ScheduleLine) line {
	v := line{Subscription: l.Subscription, InvoiceOn: l.InvoiceOn, DueOn: l.DueOn, StartOn: l.StartOn, EndOn: l.EndOn, Amount: l.Amount}
	if l.EstimatedTax.Currency != "" {
		v.EstimatedTax = &l.EstimatedTax
	}
	return v
}

func show(account center.AccountID, d store.ContractDetail, today center.Date, acts bool) contract {
	out := contract{contractRow: contractRow{ID: d.ID}, OrderNumbers: []string{}, Parties: []party{}, Contacts: []center.ContractContact{},
		Documents: []center.ContractDocument{}, Renewals: make([]view.Renewal, 0, len(d.Renewals)), Schedule: []line{},
		Invoices: []view.InvoiceRow{}, Orders: []view.OrderRow{}, Subscriptions: make([]subscription, 0, len(d.Subscriptions))}
	if c := d.Contract; c != nil {
		out.contractRow = rowOf(d.ID, c, today)
		out.Currency, out.PONumber, out.HoldReason, out.TerminatedOn = c.Currency, c.PONumber, c.HoldReason, c.TerminatedOn
		out.OrderNumbers, out.Contacts, out.Documents = append(out.OrderNumbers, c.OrderNumbers...), append(out.Contacts, c.Contacts...), append(out.Documents, c.Documents...)
		for _, p := range c.Parties {
			out.Parties = append(out.Parties, party(p))
		}
	} else if len(d.Subscriptions) > 0 {
		s := d.Subscriptions[0]
		out.contractRow = hitRow(store.ContractHit{ID: d.ID, Subscription: &s}, today)
	}
	for _, s := range d.Subscriptions {
		shown := subscriptionOf(account, s, today)
		shown.Contract = d.ID
		out.Subscriptions = append(out.Subscriptions, shown)
	}
	for _, r := range d.Renewals {
		out.Renewals = append(out.Renewals, view.RenewalOf(r, today, acts))
	}
	return out
}

func subscriptionOf(account center.AccountID, s center.Subscription, today center.Date) subscription {
	v := subscription{ID: center.SubscriptionIDOf(account, s.Number), Contract: center.ContractIDOf(account, s.ContractKey()), ContractNumber: s.Contract,
		Number: s.Number, Service: s.Service, Plan: s.Plan, CSI: s.CSI, State: s.State(today), StartOn: s.StartOn, EndOn: s.EndOn,
		DaysLeft: daysLeft(s.EndOn, today), HoldReason: s.HoldReason, HoldReleaseOn: s.HoldReleaseOn, BillingFrequency: s.BillingFrequency,
		OveragePolicy: s.OveragePolicy, AutoRenew: s.AutoRenew, EligibleToRenew: s.EligibleToRenew, OrderNumber: s.OrderNumber, PONumber: s.PONumber,
		Lines: make([]serviceLine, 0, len(s.Lines))}
	if price, err := money.Parse(string(s.Amount), money.Code(s.Currency)); err == nil {
		v.Price = &price
	}
	for _, l := range s.Lines {
		v.Lines = append(v.Lines, serviceLine{ID: l.ID, Product: l.Product, PartNumber: l.PartNumber, Status: l.Status, Quantity: l.Quantity,
			NetUnitPrice: l.NetUnitPrice, Amount: l.Amount, CSI: l.CSI, OveragePolicy: l.OveragePolicy, StartOn: l.StartOn, EndOn: l.EndOn})
	}
	return v
}

// use measures the subscription's commitment.
func (v *subscription) use(s center.Subscription, usage []center.PeriodUsage) {
	v.Usage = usage
	if use, ok := s.Commitment.Use(s.Currency, usage); ok {
		v.Commitment = &use
	}
}

// next notes the first line that has not been invoiced.
func (v *subscription) next(l center.ScheduleLine) {
	if v.NextInvoice == nil && l.Status == center.ScheduleNotInvoiced {
		shown := lineOf(l)
		v.NextInvoice = &shown
	}
}

// numbersOf are the numbers by which papers may name the contract.
func numbersOf(d store.ContractDetail) (numbers []string) {
	if d.Contract != nil {
		numbers = append(numbers, d.Contract.Number)
		numbers = append(numbers, d.Contract.OrderNumbers...)
	}
	for _, s := range d.Subscriptions {
		numbers = append(numbers, s.OrderNumber)
	}
	return numbers
}
