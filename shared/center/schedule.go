package center

import (
	"cmp"
	"slices"

	"customercenter/shared/money"
)

// Instalment is one period of a schedule and what is billed for it.
type Instalment struct {
	Seq     int
	StartOn Date
	EndOn   Date
	Amount  money.Money
}

// maxTermMonths is the longest term that is spread: a hundred years. An end
// beyond it stands for none.
const maxTermMonths = 1200

// Instalments spreads the total of a term over periods of every months (0 is
// one period). Each period starts on the day of the month the term started on,
// or the month's last where it is shorter, and ends the day before the next.
// Instalment i is what is due by the months that are over by then, rounded
// half up, less what came before: together they are the total, exactly. A term
// of more than a hundred years has none.
func Instalments(start Date, months, every int, total money.Money) []Instalment {
	if start == "" || months < 1 || months > maxTermMonths {
		return nil
	}
	if every < 1 || every > months {
		every = months
	}
	day := start.noon().Day()
	var out []Instalment
	var before int64
	for at := 0; at < months; at += every {
		next := min(at+every, months)
		sum := shareOf(total.Minor, int64(next), int64(months))
		out = append(out, Instalment{Seq: len(out) + 1, StartOn: start.monthDay(at, day), EndOn: start.monthDay(next, day).AddDays(-1),
			Amount: money.Money{Minor: sum - before, Currency: total.Currency}})
		before = sum
	}
	return out
}

// shareOf is total × part / whole, rounded half away from zero, in steps that
// do not leave 64 bits.
func shareOf(total, part, whole int64) int64 {
	q, r := total/whole, total%whole
	rest := r * part
	half := whole / 2
	if rest < 0 {
		half = -half
	}
	return q*part + (rest+half)/whole
}

// MonthsBetween counts the whole months of a term, both ends included; a
// month that is begun counts. One does not begin on the term's last day where
// that is the last of a month too short for its own day: a year from 29 February
// ends on 28 February. A term of more than a hundred years counts none.
func MonthsBetween(start, end Date) int {
	if start == "" || end == "" || end < start {
		return 0
	}
	day := start.noon().Day()
	for n := max(1, start.monthsTo(end)); n <= maxTermMonths; n++ {
		next := start.monthDay(n, day)
		if next > end || next == end && next.noon().Day() < day {
			return n
		}
	}
	return 0
}

// ScheduleStatus tells whether a scheduled invoice was raised.
type ScheduleStatus string

// The statuses.
const (
	ScheduleInvoiced    ScheduleStatus = "INVOICED"
	ScheduleNotInvoiced ScheduleStatus = "NOT_INVOICED"
)

// ScheduledInvoice is a line of the invoice schedule, as the vendor's system
// states it.
type ScheduledInvoice struct {
	Account          string         `json:"account"`
	Number           string         `json:"number"`
	Revision         int            `json:"revision"`
	Subscription     string         `json:"subscription"`
	Service          string         `json:"subscribed_service_id"`
	Order            string         `json:"order"`
	ProductNumber    string         `json:"product_part_number"`
	ProductName      string         `json:"product_name"`
	StartOn          Date           `json:"start_on"`
	EndOn            Date           `json:"end_on"`
	InvoiceOn        Date           `json:"invoice_on"`
	DueOn            Date           `json:"due_on"`
	Quantity         Decimal        `json:"quantity"`
	NetUnitPrice     Decimal        `json:"net_unit_price"`
	Amount           Decimal        `json:"amount"`
	EstimatedTax     Decimal        `json:"estimated_tax"`
	Currency         string         `json:"currency"`
	BillingFrequency string         `json:"billing_frequency"`
	Status           ScheduleStatus `json:"invoice_status"`
	Invoice          string         `json:"ar_invoice_number"`
	PONumber         string         `json:"po_number"`
}

// Check is what is wrong with the record; nil when nothing is.
func (s *ScheduledInvoice) Check() *Fault {
	var k checker
	k.currency(s.Currency)
	k.span(s.StartOn, s.EndOn)
	k.day("invoice_on", s.InvoiceOn)
	k.day("due_on", s.DueOn)
	if s.InvoiceOn == "" {
		k.refuse(CodeBadDate, "invoice_on", "A scheduled invoice says when it will be raised.")
	}
	if s.Amount == "" {
		k.refuse(CodeMissingPayable, "amount", "A scheduled invoice says its amount.")
	}
	k.amount("amount", s.Amount, s.Currency)
	k.amount("estimated_tax", s.EstimatedTax, s.Currency)
	switch s.Status {
	case "", ScheduleInvoiced, ScheduleNotInvoiced:
	default:
		k.refuse(CodeBadRecord, "invoice_status", "invoice_status is INVOICED or NOT_INVOICED.")
	}
	return k.fault
}

// ScheduleLine is a line of the schedule as a customer downloads it.
type ScheduleLine struct {
	ID            string // stable: the same line is always the same event of a calendar
	Order         string
	Subscription  string
	Service       string
	ProductNumber string
	ProductName   string
	StartOn       Date
	EndOn         Date
	InvoiceOn     Date
	DueOn         Date
	Quantity      Decimal
	NetUnitPrice  Decimal
	Amount        money.Money
	EstimatedTax  money.Money // of no currency where nobody estimates it
	Frequency     string
	Status        ScheduleStatus
	Invoice       string
	PO            string
	Revision      int // of the record
}

// Line is the record as a line; its amounts were checked when it was booked.
func (s *ScheduledInvoice) Line(account AccountID) ScheduleLine {
	code := money.Code(s.Currency)
	amount, _ := money.Parse(string(s.Amount), code)
	l := ScheduleLine{ID: idOf(string(account), "schedule", foldSpaceless(s.Identity())), Order: s.Order, Subscription: s.Subscription, Service: s.Service,
		ProductNumber: s.ProductNumber, ProductName: s.ProductName, StartOn: s.StartOn, EndOn: s.EndOn, InvoiceOn: s.InvoiceOn,
		DueOn: s.DueOn, Quantity: s.Quantity, NetUnitPrice: s.NetUnitPrice, Amount: amount, Frequency: s.BillingFrequency,
		Status: cmp.Or(s.Status, ScheduleNotInvoiced), Invoice: s.Invoice, PO: s.PONumber, Revision: s.Revision}
	if tax, err := money.Parse(string(s.EstimatedTax), code); s.EstimatedTax != "" && err == nil {
		l.EstimatedTax = tax
	}
	return l
}

// Identity is what makes the line itself among its account's.
func (s *ScheduledInvoice) Identity() string {
	switch {
	case s.Number != "":
		return s.Number
	case s.Subscription != "":
		return s.Subscription + "/" + string(s.InvoiceOn)
	default:
		return s.Order + "/" + string(s.InvoiceOn)
	}
}

// Schedule is the schedule of a subscription for which the vendor's system
// states no lines: its amount over its term, billed in advance. A period that is
// cut short, by a term of no whole months or since the subscription is
// terminated, is billed by its days (Prorate); a term that is not terminated
// makes its amount, exactly. It is empty where amount, term or frequency are not
// known. today is not part of it: a generated line is never INVOICED.
func (s *Subscription) Schedule(account AccountID) []ScheduleLine {
	every, known := Months(s.BillingFrequency)
	total, err := money.Parse(string(s.Amount), money.Code(s.Currency))
	if !known || err != nil {
		return nil
	}
	var lines []ScheduleLine
	for _, part := range termParts(s.StartOn, s.EndOn, every, total) {
		if s.TerminatedOn != "" && part.StartOn >= s.TerminatedOn {
			break
		}
		lines = append(lines, s.line(account, part.until(s.TerminatedOn)))
	}
	return lines
}

func (s *Subscription) line(account AccountID, part Instalment) ScheduleLine {
	return ScheduleLine{ID: idOf(string(account), "generated", foldSpaceless(s.Number), string(part.StartOn)), Order: s.OrderNumber,
		Subscription: s.Number, ProductName: cmp.Or(s.Service, s.Plan), StartOn: part.StartOn, EndOn: part.EndOn, InvoiceOn: part.StartOn,
		Amount: part.Amount, Frequency: s.BillingFrequency, Status: ScheduleNotInvoiced, PO: s.PONumber}
}

// termParts are the instalments of a term from its first to its last day. The
// last period of one that is no whole number of months weighs as much as its
// days.
func termParts(start, end Date, every int, total money.Money) []Instalment {
	parts := Instalments(start, MonthsBetween(start, end), every, total)
	if len(parts) == 0 {
		return nil
	}
	last := len(parts) - 1
	short := end < parts[last].EndOn
	if parts[last].EndOn = end; !short {
		return parts
	}
	whole := Prorate(start, end.AddDays(1))
	var before int64
	for i := range parts {
		sum := Prorate(start, parts[i].EndOn.AddDays(1)).Of(total, whole)
		parts[i].Amount.Minor = sum.Minor - before
		before = sum.Minor
	}
	return parts
}

// until is an instalment that ends before a day inside it, and is billed by its
// days; itself where the day is "" or outside.
func (i Instalment) until(day Date) Instalment {
	if day == "" || day <= i.StartOn || day > i.EndOn {
		return i
	}
	i.Amount = Prorate(i.StartOn, day).Of(i.Amount, Prorate(i.StartOn, i.EndOn.AddDays(1)))
	i.EndOn = day.AddDays(-1)
	return i
}

// SortSchedule puts lines into the order they are billed.
func SortSchedule(lines []ScheduleLine) {
	slices.SortStableFunc(lines, func(a, b ScheduleLine) int {
		return cmp.Or(cmp.Compare(a.InvoiceOn, b.InvoiceOn), cmp.Compare(a.Subscription, b.Subscription), cmp.Compare(a.ID, b.ID))
	})
}

// ScheduleTotals are the sums of lines, one for each currency, in order.
func ScheduleTotals(lines []ScheduleLine) []money.Money {
	var sums []money.Money
	for _, l := range lines {
		at := slices.IndexFunc(sums, func(m money.Money) bool { return m.Currency == l.Amount.Currency })
		if at < 0 {
			sums, at = append(sums, money.Zero(l.Amount.Currency)), len(sums)
		}
		sums[at].Minor += l.Amount.Minor
	}
	slices.SortFunc(sums, func(a, b money.Money) int { return cmp.Compare(a.Currency, b.Currency) })
	return sums
}
