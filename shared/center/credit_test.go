package center_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

func owing(id InvoiceID, due Date, outstanding int64) Invoice {
	return Invoice{ID: id, Kind: KindInvoice, Number: string(id), DueOn: due, Amount: usd(outstanding), Balances: parts(outstanding, 0, 0, 0)}
}

func TestLedgerTakesEachKindAsItIs(t *testing.T) {
	for _, c := range []struct {
		kind                    DocumentKind
		payable, ledger, credit int64
	}{
		{KindInvoice, 100, 100, 0},
		{KindInvoice, -100, -100, 100},
		{KindInvoice, 0, 0, 0},
		{KindDebitNote, 100, 100, 0},
		{KindCreditNote, 100, -100, 100},
		{KindCreditNote, -100, 100, 0},
		{KindProforma, 100, 0, 0},
	} {
		ledger, err := LedgerAmount(c.kind, usd(c.payable))
		if err != nil || ledger != usd(c.ledger) {
			t.Errorf("%s of %d books %s, %v", c.kind, c.payable, ledger, err)
		}
		if credit, err := CreditOf(c.kind, usd(c.payable)); err != nil || credit != usd(c.credit) {
			t.Errorf("%s of %d gives %s, %v", c.kind, c.payable, credit, err)
		}
	}
}

func TestCreditGoesToWhatItNamesInOrder(t *testing.T) {
	draft := owing("draft", "2026-01-01", 100)
	draft.Draft = true
	other := owing("other", "2026-01-01", 100)
	other.Outstanding.Currency = "EUR"
	for name, c := range map[string]struct {
		credit int64
		named  []Invoice
		uses   []CreditUse
		left   int64
	}{
		"below the total":           {200, []Invoice{owing("a", "", 500)}, []CreditUse{{"a", usd(200)}}, 0},
		"equal to the total":        {500, []Invoice{owing("a", "", 500)}, []CreditUse{{"a", usd(500)}}, 0},
		"above the total spills":    {700, []Invoice{owing("a", "", 500)}, []CreditUse{{"a", usd(500)}}, 200},
		"in the order named":        {600, []Invoice{owing("b", "2026-02-01", 500), owing("a", "2026-01-01", 500)}, []CreditUse{{"b", usd(500)}, {"a", usd(100)}}, 0},
		"names nothing":             {600, nil, nil, 600},
		"closed ones take nothing":  {600, []Invoice{owing("a", "", 0)}, nil, 600},
		"drafts take nothing":       {600, []Invoice{draft}, nil, 600},
		"other currencies neither":  {600, []Invoice{other}, nil, 600},
		"named twice takes once":    {600, []Invoice{owing("a", "", 500), owing("a", "", 500)}, []CreditUse{{"a", usd(500)}}, 100},
		"nothing to give":           {0, []Invoice{owing("a", "", 500)}, nil, 0},
		"a negative credit is none": {-5, []Invoice{owing("a", "", 500)}, nil, -5},
	} {
		uses, left := ApplyCredit(usd(c.credit), c.named)
		if diff := cmp.Diff(c.uses, uses); diff != "" || left != usd(c.left) {
			t.Errorf("%s: left %s\n%s", name, left, diff)
		}
	}
}

func TestSettleKeepsTheFourPartsTogether(t *testing.T) {
	inv := owing("a", "2026-01-01", 500)
	inv, err := inv.Settle(usd(200), "2026-01-05")
	if err != nil || inv.ClosedOn != "" || inv.Outstanding != usd(300) {
		t.Fatalf("part: %+v, %v", inv, err)
	}
	inv, err = inv.Settle(usd(300), "2026-01-06")
	if err != nil || inv.ClosedOn != "2026-01-06" || inv.Check() != nil {
		t.Fatalf("rest: %+v, %v", inv, err)
	}
	for _, m := range []money.Money{usd(1), usd(-1), {Minor: 0, Currency: "EUR"}} {
		if _, err := inv.Settle(m, "2026-01-07"); !IsKind(err, Unprocessable) {
			t.Errorf("%s settled: %v", m, err)
		}
	}
}

func TestCreditsLoseAndMakeNoMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var named []Invoice
		for i, out := range rapid.SliceOfN(rapid.Int64Range(0, 5000), 0, 6).Draw(t, "outstanding") {
			named = append(named, owing(InvoiceID(string(rune('a'+i))), "2026-01-01", out))
		}
		credit := rapid.Int64Range(0, 20000).Draw(t, "credit")
		uses, left := ApplyCredit(usd(credit), named)
		total := left.Minor
		for _, use := range uses {
			for _, inv := range named {
				if inv.ID != use.Invoice {
					continue
				}
				settled, err := inv.Settle(use.Amount, "2026-01-02")
				if err != nil || settled.Check() != nil {
					t.Fatalf("%v: %v", use, err)
				}
			}
			total += use.Amount.Minor
		}
		if total != credit || left.Minor < 0 {
			t.Fatalf("%d became %d with %s left", credit, total, left)
		}
	})
}

// The balances a public billing system checks itself by.
func TestBalancesAgreeWithPublishedVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			Name  string              `json:"name"`
			Steps [][]json.RawMessage `json:"steps"`
		} `json:"cases"`
	}
	shared(t, "data/vectors/balances-basic.json", &file)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) { runBalances(t, c.Steps) })
	}
}

func runBalances(t *testing.T, steps [][]json.RawMessage) {
	var inv Invoice
	credit := usd(0)
	amount := func(text string) money.Money {
		sum := usd(0)
		for _, part := range strings.Split(text, "+") {
			m, err := money.Parse(part, "USD")
			if err != nil {
				t.Fatal(err)
			}
			sum.Minor += m.Minor
		}
		return sum
	}
	for _, step := range steps {
		var verb, arg string
		if json.Unmarshal(step[0], &verb) != nil || json.Unmarshal(step[1], &arg) != nil {
			t.Fatalf("step %s", step)
		}
		switch verb {
		case "invoice":
			inv = owing("a", "2026-01-31", amount(arg).Minor)
		case "pay", "credit_note":
			uses, left := ApplyCredit(amount(arg), []Invoice{inv})
			credit = left
			for _, use := range uses {
				inv, _ = inv.Settle(use.Amount, "2026-01-31")
			}
		case "expect_balance":
			if inv.Outstanding != amount(arg) {
				t.Errorf("balance %s, want %s", inv.Outstanding, arg)
			}
		case "expect_account_credit":
			if credit != amount(arg) {
				t.Errorf("account credit %s, want %s", credit, arg)
			}
		case "expect_status":
			if got := strings.ToLower(string(inv.Status("2026-01-31"))); got != arg {
				t.Errorf("status %s, want %s", got, arg)
			}
		default:
			t.Fatalf("unknown step %s", verb)
		}
	}
}

func TestAllocationPaysTheOldestFirst(t *testing.T) {
	open := []Invoice{owing("INV-3", "2026-03-01", 500), owing("INV-1", "2026-01-01", 300), owing("INV-2", "2026-02-01", 200)}
	for _, c := range []struct {
		amount int64
		want   []Allocation
		rest   int64
	}{
		{100, []Allocation{{"INV-1", usd(100)}}, 0},
		{450, []Allocation{{"INV-1", usd(300)}, {"INV-2", usd(150)}}, 0},
		{1000, []Allocation{{"INV-1", usd(300)}, {"INV-2", usd(200)}, {"INV-3", usd(500)}}, 0},
		{1200, []Allocation{{"INV-1", usd(300)}, {"INV-2", usd(200)}, {"INV-3", usd(500)}}, 200},
	} {
		got, rest := Allocate(usd(c.amount), open)
		if diff := cmp.Diff(c.want, got); diff != "" || rest != usd(c.rest) {
			t.Errorf("%d: rest %s\n%s", c.amount, rest, diff)
		}
	}
	tied := []Invoice{owing("B", "2026-01-01", 1), owing("A", "2026-01-01", 1)}
	tied[0].IssuedOn, tied[1].IssuedOn = "2025-12-01", "2025-12-02"
	if got, _ := Allocate(usd(1), tied); got[0].Invoice != "B" {
		t.Errorf("one due day: the earlier issued is older, got %v", got)
	}
	tied[0].IssuedOn = "2025-12-02"
	if got, _ := Allocate(usd(1), tied); got[0].Invoice != "A" {
		t.Errorf("issued the same day: by number, got %v", got)
	}
}
