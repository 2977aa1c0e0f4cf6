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
		"net terms over the reader's own fallback": {Document{Kind: KindInvoice, IssueDate: "2026-01-01", DueDate: "2026-01-01", DueSource: DueOnReceipt},
			30, "2026-01-31", DueByNetTerms},
		"net terms of zero days": {Document{Kind: KindInvoice, IssueDate: "2026-01-01"}, 0, "2026-01-01", DueByNetTerms},
		"receipt":                {Document{Kind: KindDebitNote, IssueDate: "2026-01-01"}, -1, "2026-01-01", DueOnReceipt},
		"credit notes never":     {Document{Kind: KindCreditNote, IssueDate: "2026-01-01", DueDate: "2026-02-01"}, 30, "", ""},
	} {
		if due, source := DueDate(&c.doc, c.terms); due != c.want || source != c.source {
			t.Errorf("%s: %q by %q", name, due, source)
		}
	}
}
