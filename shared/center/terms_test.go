package center_test

import (
	"testing"

	. "customercenter/shared/center"
)

func TestTermsReckonInCalendarDays(t *testing.T) {
	for _, c := range []struct {
		issued Date
		terms  Terms
		want   Date
	}{
		{"2026-01-31", Terms{TermsNet, 30}, "2026-03-02"},
		{"2026-02-01", Terms{TermsNet, 30}, "2026-03-03"},
		{"2024-01-30", Terms{TermsNet, 30}, "2024-02-29"},
		{"2026-01-15", Terms{TermsEOM, 0}, "2026-01-31"},
		{"2026-01-31", Terms{TermsEOM, 30}, "2026-03-02"},
		{"2026-01-31", Terms{TermsProx, 15}, "2026-02-15"},
		{"2026-01-31", Terms{TermsProx, 31}, "2026-02-28"},
		{"2026-12-05", Terms{TermsProx, 1}, "2027-01-01"},
		{"2026-05-05", Terms{Kind: TermsReceipt}, "2026-05-05"},
		{"2026-05-05", Terms{Kind: "BARTER"}, ""},
		{"", Terms{TermsNet, 30}, ""},
		{"9999-12-31", Terms{TermsNet, 30}, "9999-12-31"}, // the calendar's end
		{"9999-12-31", Terms{TermsProx, 5}, "9999-12-31"},
	} {
		if got := c.terms.Due(c.issued); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.issued, c.terms, got, c.want)
		}
	}
}

func TestDueDateFallsBackToNetTermsThenReceipt(t *testing.T) {
	for name, c := range map[string]struct {
		doc    Document
		terms  int
		want   Date
		source string
	}{
		"what the paper states": {Document{Kind: KindInvoice, IssueDate: "2026-01-01", DueDate: "2026-02-01", DueSource: "DueDate"}, 60, "2026-02-01", "DueDate"},
		"net terms":             {Document{Kind: KindInvoice, IssueDate: "2026-01-01"}, 30, "2026-01-31", DueByNetTerms},
		"what was reckoned before": {Document{Kind: KindInvoice, IssueDate: "2026-01-01", DueDate: "2026-01-01", DueSource: DueOnReceipt},
			30, "2026-01-01", DueOnReceipt},
		"net terms of zero days": {Document{Kind: KindInvoice, IssueDate: "2026-01-01"}, 0, "2026-01-01", DueByNetTerms},
		"receipt":                {Document{Kind: KindDebitNote, IssueDate: "2026-01-01"}, -1, "2026-01-01", DueOnReceipt},
		"credit notes never":     {Document{Kind: KindCreditNote, IssueDate: "2026-01-01", DueDate: "2026-02-01"}, 30, "", ""},
	} {
		if due, source := DueDate(&c.doc, c.terms); due != c.want || source != c.source {
			t.Errorf("%s: %q by %q", name, due, source)
		}
	}
}

func TestAPaperIsDatedOnceAndForAll(t *testing.T) {
	bare := &Document{Kind: KindInvoice, IssueDate: "2026-01-01"}
	first := bare.Dated(30)
	if first.DueDate != "2026-01-31" || first.DueSource != DueByNetTerms || bare.DueDate != "" {
		t.Errorf("dated %+v, the paper %+v", first, bare)
	}
	if again := first.Dated(60); again.DueDate != first.DueDate {
		t.Errorf("other terms made it due on %s", again.DueDate)
	}
	for _, kind := range []DocumentKind{KindCreditNote, KindProforma} {
		if d := (&Document{Kind: kind, IssueDate: "2026-01-01", DueDate: "2026-02-01"}).Dated(30); d.DueDate != "2026-02-01" {
			t.Errorf("a %s lost what it states", kind)
		}
		if d := (&Document{Kind: kind, IssueDate: "2026-01-01"}).Dated(30); d.DueDate != "" {
			t.Errorf("a %s is due on %s", kind, d.DueDate)
		}
	}
}
