package center_test

import (
	"strings"
	"testing"

	. "customercenter/shared/center"
)

func paper(kind DocumentKind, payable Decimal) *Document {
	return &Document{
		Kind: kind, Number: "INV-1", IssueDate: "2026-01-01", DueDate: "2026-01-31", DueSource: "DueDate", Currency: "USD",
		OrderRef: "PO-9", BuyerReference: "BR-1", ContractRefs: []string{"C-1", "C-2"}, Supplier: vendor,
		Lines: []Line{{Description: "Support, year 1"}, {Name: "Second"}}, Totals: Totals{Payable: payable},
	}
}

func TestAPaperIsBookedAsItStates(t *testing.T) {
	paid := paper(KindInvoice, "100.00")
	paid.PaidDate = "2026-01-20"
	for name, c := range map[string]struct {
		doc      *Document
		balances Balances
		credit   int64
		due      Date
		closed   Date
		status   InvoiceStatus
	}{
		"an invoice is outstanding":   {paper(KindInvoice, "100.00"), parts(10000, 0, 0, 0), 0, "2026-01-31", "", InvoicePastDue},
		"a debit note too":            {paper(KindDebitNote, "100.00"), parts(10000, 0, 0, 0), 0, "2026-01-31", "", InvoicePastDue},
		"a paid one is settled":       {paid, parts(0, 0, 10000, 0), 0, "2026-01-31", "2026-01-20", InvoiceClosed},
		"a credit note gives":         {paper(KindCreditNote, "100.00"), parts(0, 0, 0, 0), 10000, "", "2026-01-01", InvoiceClosed},
		"a negative invoice gives":    {paper(KindInvoice, "-100.00"), parts(0, 0, 0, 0), 10000, "2026-01-31", "2026-01-01", InvoiceClosed},
		"a proforma does nothing":     {paper(KindProforma, "100.00"), parts(0, 0, 0, 0), 0, "", "2026-01-01", InvoiceClosed},
		"nothing to pay closes it":    {paper(KindInvoice, "0.00"), parts(0, 0, 0, 0), 0, "2026-01-31", "2026-01-01", InvoiceClosed},
		"a negative credit note owes": {paper(KindCreditNote, "-1.00"), parts(100, 0, 0, 0), 0, "", "", InvoiceOpen},
	} {
		inv, err := NewInvoice(c.doc, "acc", -1)
		if err != nil || inv.Check() != nil {
			t.Errorf("%s: %v, %v", name, err, inv.Check())
			continue
		}
		if inv.Balances != c.balances || inv.CreditLeft != usd(c.credit) || inv.DueOn != c.due || inv.ClosedOn != c.closed {
			t.Errorf("%s: %+v", name, inv)
		}
		if got := inv.Status("2026-03-01"); got != c.status {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTheHeadTellsWhatAListShows(t *testing.T) {
	inv, err := NewInvoice(paper(KindInvoice, "1.00"), "acc", -1)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Title != "Support, year 1" || inv.PO != "PO-9" || inv.Contract != "C-1" || inv.Type != TypeService {
		t.Errorf("%+v", inv)
	}
	if inv.ID != InvoiceIDOf("acc", IssuerKey(vendor), KindInvoice, "inv-1") {
		t.Errorf("id %s", inv.ID)
	}
	bare := paper(KindInvoice, "1.00")
	bare.Lines, bare.OrderRef, bare.ContractRefs, bare.Notes = nil, "", nil, []string{strings.Repeat("م", 200)}
	bare.InvoiceType, bare.DueDate = TypeUsage, ""
	inv, err = NewInvoice(bare, "acc", 30)
	if err != nil || inv.PO != "BR-1" || inv.Type != TypeUsage || inv.DueOn != "2026-01-31" || len([]rune(inv.Title)) != 120 {
		t.Errorf("%+v, %v", inv, err)
	}
}

func TestAmountsThatAreNoMoneyAreRefused(t *testing.T) {
	for _, payable := range []Decimal{"", "1.005", "ten", "1e3"} {
		if _, err := NewInvoice(paper(KindInvoice, payable), "acc", -1); !IsKind(err, Unprocessable) {
			t.Errorf("%q: %v", payable, err)
		}
	}
	gold := paper(KindInvoice, "1")
	gold.Currency = "XAU"
	if _, err := NewInvoice(gold, "acc", -1); !IsKind(err, Unprocessable) {
		t.Errorf("gold: %v", err)
	}
}
