package center_test

import (
	"testing"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

func usd(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }

func parts(outstanding, processing, settled, cancelled int64) Balances {
	return Balances{Outstanding: usd(outstanding), Processing: usd(processing), Settled: usd(settled), Cancelled: usd(cancelled)}
}

func TestStatusIsDerivedFromBalancesAndDueDate(t *testing.T) {
	for name, c := range map[string]struct {
		today    Date
		balances Balances
		change   func(*Invoice)
		want     InvoiceStatus
		late     int
	}{
		"the day before due is open":               {today: "2026-03-30", balances: parts(10825, 0, 0, 0), want: InvoiceOpen},
		"the due date is still open":               {today: "2026-03-31", balances: parts(10825, 0, 0, 0), want: InvoiceOpen},
		"the day after is past due":                {today: "2026-04-01", balances: parts(10825, 0, 0, 0), want: InvoicePastDue, late: 1},
		"part paid before due is open":             {today: "2026-03-31", balances: parts(5825, 0, 5000, 0), want: InvoiceOpen},
		"part paid after due is past due":          {today: "2026-04-01", balances: parts(5825, 0, 5000, 0), want: InvoicePastDue, late: 1},
		"paid late is closed":                      {today: "2026-06-01", balances: parts(0, 0, 10825, 0), want: InvoiceClosed},
		"all in processing is submitted":           {today: "2026-04-05", balances: parts(0, 10825, 0, 0), want: InvoicePaymentSubmitted},
		"half in processing after due is past due": {today: "2026-04-05", balances: parts(5825, 5000, 0, 0), want: InvoicePastDue, late: 5},
		"payment and credit close":                 {today: "2026-04-05", balances: parts(0, 0, 10825, 0), want: InvoiceClosed},
		"rewards pay the net, tax stays open":      {today: "2026-03-31", balances: parts(825, 0, 10000, 0), want: InvoiceOpen},
		"a refund reopens":                         {today: "2026-04-05", balances: parts(825, 0, 10000, 0), want: InvoicePastDue, late: 5},
		"void after part payment stays void": {today: "2026-04-05", balances: parts(0, 0, 825, 10000), want: InvoiceVoid,
			change: func(inv *Invoice) { inv.Voided = true }},
		"a draft is a draft": {today: "2026-04-05", balances: parts(10825, 0, 0, 0), want: InvoiceDraft,
			change: func(inv *Invoice) { inv.Draft = true }},
		"nothing to pay is closed": {today: "2026-03-01", balances: parts(0, 0, 0, 0), want: InvoiceClosed,
			change: func(inv *Invoice) { inv.Amount = usd(0) }},
		"without a due date never past due": {today: "2036-03-01", balances: parts(10825, 0, 0, 0), want: InvoiceOpen,
			change: func(inv *Invoice) { inv.DueOn = "" }},
		"a negative invoice is closed": {today: "2036-03-01", balances: parts(0, 0, 0, 0), want: InvoiceClosed,
			change: func(inv *Invoice) { inv.Amount, inv.CreditLeft = usd(-500), usd(500) }},
	} {
		inv := Invoice{Kind: KindInvoice, Number: "INV-1", DueOn: "2026-03-31", Amount: usd(10825), Balances: c.balances}
		if c.change != nil {
			c.change(&inv)
		}
		if got := inv.Status(c.today); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := inv.DaysLate(c.today); got != c.late {
			t.Errorf("%s: %d days late, want %d", name, got, c.late)
		}
		if err := inv.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBalancesThatDoNotAddUpAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		amount   money.Money
		balances Balances
	}{
		"too little":      {usd(100), parts(99, 0, 0, 0)},
		"too much":        {usd(100), parts(100, 1, 0, 0)},
		"a negative part": {usd(100), parts(101, 0, -1, 0)},
		"other currency":  {money.Money{Minor: 100, Currency: "EUR"}, parts(100, 0, 0, 0)},
		"no currency":     {usd(0), Balances{}},
		"overflow":        {usd(0), parts(1<<62, 1<<62, 1<<62, 1<<62)},
	} {
		if c.balances.Check(c.amount) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	credit := Invoice{Kind: KindCreditNote, Amount: usd(100), Balances: parts(0, 0, 0, 0), CreditLeft: usd(101)}
	if credit.Check() == nil {
		t.Error("a credit note has more left than it gave")
	}
	owing := Invoice{Kind: KindInvoice, Amount: usd(100), Balances: parts(100, 0, 0, 0), CreditLeft: usd(1)}
	if owing.Check() == nil {
		t.Error("an invoice gives credit")
	}
}

func TestFlagsStandBesideTheStatus(t *testing.T) {
	inv := Invoice{Type: TypeSupport, Balances: parts(50, 0, 50, 0)}
	if got := inv.Flags(); len(got) != 3 {
		t.Errorf("part paid support without PO: %v", got)
	}
	inv.Disputed = usd(10)
	if got := inv.Flags(); len(got) != 4 || got[1] != FlagInDispute {
		t.Errorf("in dispute: %v", got)
	}
	inv.Disputed = usd(0)
	inv.PO, inv.Type = "PO-1", TypeHardware
	if got := inv.Flags(); len(got) != 1 || got[0] != FlagPartiallyPaid {
		t.Errorf("part paid hardware: %v", got)
	}
	inv.Balances = parts(0, 0, 100, 0)
	if got := inv.Flags(); got != nil {
		t.Errorf("settled: %v", got)
	}
}
