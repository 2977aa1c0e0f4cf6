package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ledger is one account's story while it is written: today is the anchor day
// where the account is.
type ledger struct {
	customer
	today  center.Date
	dice   *rand.Rand
	papers []*paper
	orders []*order
	offers []center.Order
	others []other
}

// seller is the vendor's company that bills the account.
type seller struct {
	party      center.Party
	prefix     string // of numbers
	currency   money.Code
	category   string // of tax
	ratePoints int64
	terms      int
	termsNote  string
	note       string
}

// other is a record that JSON Lines carry and no paper does.
type other struct {
	kind   center.DocumentKind
	fields map[string]any
}

// format is how a paper is sent.
type format int

const (
	asJSONLines format = iota
	asUBL
	asCSV
)

// paper is a billing document before it has its number and sums.
type paper struct {
	kind      center.DocumentKind
	of        center.InvoiceType
	number    string
	issued    center.Date
	due, paid center.Date
	currency  money.Code
	items     []item
	discount  discount
	po        string
	contract  string
	notes     []string
	credits   *paper // the paper it refers to
	format    format
}

// item is one line: net is quantity times price, rounded to the currency.
type item struct {
	name, text      string
	quantity, price center.Decimal
	unit            string
	period          *center.Period
	ratePoints      int64 // other than the seller's; 0 is the seller's
}

// discount is taken off the lines as a whole, in basis points.
type discount struct {
	points int64
	reason string
}

// The units of lines, by their codes in UN/ECE recommendation 20.
const (
	unitPiece = "C62"
	unitHour  = "HUR"
	unitDay   = "DAY"
	unitMonth = "MON"
	unitYear  = "ANN"
	unitGiga  = "E34"
	unitTera  = "E35"
)

func newLedger(c customer, today center.Date, seed uint64) *ledger {
	return &ledger{customer: c, today: today, dice: rand.New(rand.NewPCG(seed, 0x6e6f727468))}
}

// bill writes an invoice issued that day, due by the seller's terms. What was
// due before today has been paid about then; later ones stand open.
func (l *ledger) bill(of center.InvoiceType, issued center.Date, items ...item) *paper {
	p := &paper{
		kind: center.KindInvoice, of: of, issued: issued, due: issued.AddDays(l.seller.terms),
		currency: l.seller.currency, items: items,
	}
	if p.due < l.today {
		p.paid = p.due.AddDays(l.dice.IntN(16) - 9)
		p.paid = min(p.paid, l.today.AddDays(-1))
	}
	l.papers = append(l.papers, p)
	return p
}

// unpaid writes an invoice due that many days before today (after it, when
// negative) on which nothing was paid.
func (l *ledger) unpaid(daysLate int, of center.InvoiceType, items ...item) *paper {
	p := l.bill(of, l.today.AddDays(-daysLate-l.seller.terms), items...)
	p.paid = ""
	return p
}

// credit writes a credit note for items of a paper; nil names none.
func (l *ledger) credit(of *paper, issued center.Date, note string, items ...item) *paper {
	p := l.bill(center.TypeService, issued, items...)
	p.kind, p.due, p.paid, p.credits, p.notes = center.KindCreditNote, "", "", of, []string{note}
	if of != nil {
		p.of, p.currency, p.po, p.contract = of.of, of.currency, of.po, of.contract
	}
	return p
}

// debit writes a debit note due that many days before today, unpaid.
func (l *ledger) debit(daysLate int, of *paper, note string, items ...item) *paper {
	p := l.unpaid(daysLate, of.of, items...)
	p.kind, p.credits, p.notes = center.KindDebitNote, of, []string{note}
	return p.on(of.po, of.contract).in(of.currency)
}

// proforma writes a paper that is shown and owes nothing.
func (l *ledger) proforma(daysAgo int, note string, items ...item) *paper {
	p := l.bill(center.TypeSupport, l.today.AddDays(-daysAgo), items...)
	p.kind, p.due, p.paid, p.notes = center.KindProforma, "", "", []string{note}
	return p
}

// on sets what the buyer calls the purchase, and the contract.
func (p *paper) on(po, contract string) *paper {
	p.po, p.contract = po, contract
	return p
}

// in bills the paper in another currency.
func (p *paper) in(currency money.Code) *paper {
	p.currency = currency
	return p
}

// as sends the paper in another format.
func (p *paper) as(f format) *paper {
	p.format = f
	return p
}

// month is the first and the last day of the month so many months before the
// anchor's.
func (l *ledger) month(ago int) center.Period {
	t, _ := time.Parse(time.DateOnly, string(l.today))
	first := time.Date(t.Year(), t.Month()-time.Month(ago), 1, 12, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return center.Period{Start: center.Date(first.Format(time.DateOnly)), End: center.Date(last.Format(time.DateOnly))}
}

// history is how many months the demo looks back.
const history = 24

// monthly writes one invoice for each month of the history: in advance on the
// first of the month, or in arrears on the second of the next.
func (l *ledger) monthly(of center.InvoiceType, arrears bool, write func(month int, p center.Period) []item) []*paper {
	var papers []*paper
	for ago := history; ago >= 0; ago-- {
		period := l.month(ago)
		issued := period.Start
		if arrears {
			issued = period.End.AddDays(2)
		}
		if issued > l.today {
			continue
		}
		papers = append(papers, l.bill(of, issued, write(history-ago, period)...))
	}
	return papers
}

// number gives every paper its number, in the order of issue within its year,
// with gaps for the vendor's other customers.
func (l *ledger) number() {
	papers := slices.Clone(l.papers)
	slices.SortStableFunc(papers, func(a, b *paper) int { return cmp.Compare(a.issued, b.issued) })
	last := map[string]int{}
	for _, p := range papers {
		series := l.seller.prefix
		switch p.kind {
		case center.KindCreditNote:
			series += "C"
		case center.KindDebitNote:
			series += "D"
		case center.KindProforma:
			series += "P"
		}
		series += "-" + string(p.issued[:4]) + "-"
		last[series] += 3 + l.dice.IntN(29)
		p.number = fmt.Sprintf("%s%05d", series, last[series])
	}
}

// between rolls a whole number from low to high.
func (l *ledger) between(low, high int) int { return low + l.dice.IntN(high-low+1) }
