package center_test

import (
	"encoding/json"
	"slices"
	"testing"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

// The rules of another system's own test: on a day of each month, which is no
// payment term but how our schedules keep their day; the first of the next
// month is both.
func TestDaysOfEachMonthAgreeWithInvoiceNinja(t *testing.T) {
	var file struct {
		Cases []struct {
			Rule      string
			From, Due Date
		}
	}
	shared(t, "data/vectors/terms-basic.json", &file)
	anchors := map[string]Date{"first of next month": "2020-01-01", "end of month": "2020-01-31", "day 15": "2020-01-15"}
	for _, c := range file.Cases {
		anchor, known := anchors[c.Rule]
		if !known {
			t.Errorf("a rule that nobody plays: %s", c.Rule)
			continue
		}
		periods := Instalments(anchor, 12, 1, usd(12))
		next := slices.IndexFunc(periods, func(p Instalment) bool { return p.StartOn > c.From })
		if got := periods[next].StartOn; got != c.Due {
			t.Errorf("%s after %s: %s, want %s", c.Rule, c.From, got, c.Due)
		}
		if got := (Terms{TermsProx, 1}).Due(c.From); c.Rule == "first of next month" && got != c.Due {
			t.Errorf("the first after %s: %s, want %s", c.From, got, c.Due)
		}
	}
	if len(file.Cases) == 0 {
		t.Error("no cases")
	}
}

func TestTermsAgreeWithTheDomainsVectors(t *testing.T) {
	var file struct{ Terms [][3]json.RawMessage }
	shared(t, "vectors/domain.json", &file)
	for _, c := range file.Terms {
		var issued, due Date
		var rule []any
		for i, into := range []any{&issued, &rule, &due} {
			if err := json.Unmarshal(c[i], into); err != nil {
				t.Fatal(err)
			}
		}
		terms := Terms{Kind: TermsKind(rule[0].(string))}
		if len(rule) > 1 {
			terms.Days = int(rule[1].(float64))
		}
		if got := terms.Due(issued); got != due {
			t.Errorf("%s %v: %s, want %s", issued, rule, got, due)
		}
	}
	if len(file.Terms) == 0 {
		t.Error("no cases")
	}
}

// Another system asks for all that is overdue each time, twice, three days
// apart, and mails each request twice. Ours has a digest where that asks, of
// the same invoices and the same sum. It waits for no least sum: what is below
// it there is reminded of here.
func TestDigestsAgreeWithLagosCampaign(t *testing.T) {
	var file struct {
		Terms  int `json:"net_terms_days"`
		Events []struct {
			At      string
			Run     bool
			Due     Date
			Invoice *struct {
				ID       string
				Currency money.Code
				Minor    int64
			}
			Expect struct {
				Attempts  int
				Overdue   []string
				Requested int64 `json:"requested_minor"`
			}
		}
	}
	shared(t, "data/vectors/dunning-lago-retries.json", &file)
	p := DunningPolicy{Hour: 9, Steps: []DunningStep{{Base: DunningFromDue, Days: 1}, {Base: DunningFromDue, Days: 4}, {Base: DunningFromDue, Days: 7}}}
	var invoices []Invoice
	attempts := 0
	for _, e := range file.Events {
		on := Date(e.At[:10])
		if e.Invoice != nil {
			inv := owed(e.Invoice.ID, e.Due, e.Invoice.Minor, e.Invoice.Currency)
			if due := (Terms{TermsNet, file.Terms}).Due(on); due != e.Due {
				t.Errorf("%s is due on %s, want %s", inv.Number, due, e.Due)
			}
			invoices = append(invoices, inv)
		}
		if !e.Run {
			continue
		}
		var overdue []string
		for _, inv := range invoices {
			if inv.Status(on) == InvoicePastDue {
				overdue = append(overdue, inv.Number)
			}
		}
		if e.Expect.Overdue != nil && !slices.Equal(overdue, e.Expect.Overdue) {
			t.Errorf("%s: %q is overdue, want %q", on, overdue, e.Expect.Overdue)
		}
		if e.Expect.Attempts == attempts {
			continue
		}
		attempts = e.Expect.Attempts
		sums, err := Digest(p.Plan(invoices, on, place(t, "UTC"), 0))
		if err != nil || len(sums) != 1 || sums[0].Sum.Minor != e.Expect.Requested {
			t.Errorf("%s: the digest asks %+v, want %d; %v", on, sums, e.Expect.Requested, err)
		}
	}
	if attempts == 0 {
		t.Error("nothing was asked for")
	}
}

func TestProrationByTheSharedVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			From, To Date
			Fraction string
		}
	}
	shared(t, "data/vectors/proration-actual-days.json", &file)
	for _, c := range file.Cases {
		if got := Prorate(c.From, c.To).String(); got != c.Fraction {
			t.Errorf("%s to %s: %s, want %s", c.From, c.To, got, c.Fraction)
		}
	}
}
