package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	exact "customercenter/shared/money"
)

// answer is what the API answered a person.
type answer struct {
	Status int
	Type   string // of a refusal, without its path
	Body   json.RawMessage
}

// asks sends a request as the person signed in, under a key of its own.
func (b *tab) asks(method, path string, body any) (a answer) {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	// What is sent is a value of the script, never a part of it.
	a = eval[answer](b, fmt.Sprintf(`fetch(%s, {method: %s, headers: {'content-type': 'application/json', 'idempotency-key': crypto.randomUUID()}, body: %s})
		.then(async (r) => { const body = await r.json(); return {Status: r.status, Type: (body.type ?? '').split('/').at(-1), Body: body}; })`,
		quote(path), quote(method), quote(string(text))))
	return a
}

// into reads an answer that must be one.
func into[T any](b *tab, a answer) (out T) {
	b.Helper()
	if err := json.Unmarshal(a.Body, &out); err != nil || a.Status != 200 {
		b.Fatalf("%d %s %s %v", a.Status, a.Type, a.Body, err)
	}
	return out
}

// Some of what the API answers about paying with rewards.
type (
	planPart struct {
		Invoice         string
		Version         int
		Amount, Rewards exact.Money
	}
	planned struct {
		Charge, Credit exact.Money
		Rewards        *struct {
			Subscription, FXRate string
			Amount               exact.Money
		}
		Parts []planPart
	}
	plan    struct{ Payments []planned }
	purse   struct{ Available, Pending exact.Money }
	rewards struct {
		Subscriptions []struct {
			ID      string
			Balance purse
		}
	}
	payingState struct{ ID, State string }
	standing    struct {
		Invoice  struct{ Status string }
		Balances struct{ Outstanding exact.Money }
	}
)

// spender is one who may redeem: her window, the code she was mailed, and the
// subscription.
type spender struct {
	*tab
	c    account
	boss *tab
	code string
	sub  string
}

// redeemer is a payables contact of an account whose rewards are 250.00 USD,
// authorised by its primary contact.
func redeemer(t *testing.T, papers ...map[string]any) spender {
	t.Helper()
	boss, own := open(t), open(t)
	c := newAccount(t, boss.portal, "en")
	email := strings.Replace(c.email, "clerk", "spender", 1)
	month := time.Now().AddDate(0, 0, -time.Now().Day()).Format("2006-01")
	c.send(t, map[string]any{"kind": "contact", "account": c.key, "email": email, "name": "Omar Saleh", "contact_type": "payables", "locale": "en"},
		map[string]any{"kind": "subscription", "account": c.key, "number": c.number("SUB"), "service_name": "Compute", "currency": "USD"},
		map[string]any{"kind": "usage", "account": c.key, "subscription": c.number("SUB"), "period": month, "currency": "USD", "eligible": "1000.00"})
	for _, paper := range papers {
		paper["number"] = c.number(paper["number"].(string))
		paper["customer"] = map[string]any{"name": c.name, "ids": []any{map[string]any{"scheme": "CRN", "value": strings.TrimPrefix(c.key, "KW:CRN:"), "legal": true}},
			"address": map[string]any{"country": "KW"}}
		c.send(t, paper)
	}
	boss.prefer(map[string]any{"language": "en"})
	boss.signInAnew(c.email)
	boss.visit("/help")
	s := spender{tab: own, c: c, boss: boss, sub: read[rewards](boss, "/v1/rewards").Subscriptions[0].ID}
	into[struct{}](boss, boss.asks("POST", "/v1/redeemers", map[string]any{"subscription": s.sub, "email": email}))
	s.code = boss.portal.redemptionCode(t, email, "")
	own.prefer(map[string]any{"language": "en"})
	own.signInAnew(email)
	return s
}

// supportInvoice is for technical support, 100.00 before tax and 119.00 with it.
func supportInvoice(number, currency string) map[string]any {
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	return map[string]any{"kind": "invoice", "type_code": "380", "invoice_type": "SUPPORT", "number": number, "currency": currency, "issue_date": day(-10), "due_date": day(20),
		"supplier": map[string]any{"name": "Northvane Gulf", "address": map[string]any{"country": "KW"}},
		"lines":    []any{map[string]any{"id": "1", "name": "Premier support", "quantity": "1", "net": "100.00"}},
		"totals":   map[string]any{"tax_exclusive": "100.00", "tax": "19.00", "payable": "119.00"}}
}

// pays pays an invoice with its rewards, at most so much of them.
func (s spender) pays(invoice string, most exact.Money, method string) answer {
	s.Helper()
	wanted := map[string]any{"subscription": s.sub}
	if most.Currency != "" {
		wanted["amount"] = most
	}
	p := into[plan](s.tab, s.asks("POST", "/v1/payments/plan", map[string]any{"invoices": []any{map[string]any{"id": invoice}}, "rewards": wanted})).Payments[0]
	if p.Rewards == nil {
		s.Fatalf("the plan takes no rewards: %+v", p)
	}
	return s.agrees(p, method)
}

// agrees pays what was planned.
func (s spender) agrees(p planned, method string) answer {
	s.Helper()
	var parts []map[string]any
	for _, part := range p.Parts {
		whole, err := part.Amount.Add(part.Rewards)
		if err != nil {
			s.Fatal(err)
		}
		parts = append(parts, map[string]any{"invoice": part.Invoice, "version": part.Version, "amount": whole})
	}
	return s.asks("POST", "/v1/payments", map[string]any{"parts": parts, "charge": p.Charge, "credit": p.Credit, "method": method,
		"rewards": map[string]any{"subscription": s.sub, "code": s.code, "amount": p.Rewards.Amount, "fxRate": p.Rewards.FXRate}})
}

// has holds what is left of the rewards.
func (s spender) has(available string) {
	s.Helper()
	if got := read[rewards](s.tab, "/v1/rewards").Subscriptions[0].Balance; got.Available.Decimal() != available || got.Pending.Minor != 0 {
		s.Errorf("%+v, want %s available and nothing held", got, available)
	}
}

// stands holds an invoice.
func (s spender) stands(invoice, status, outstanding string) {
	s.Helper()
	if got := read[standing](s.tab, "/v1/invoices/"+invoice); got.Invoice.Status != status || got.Balances.Outstanding.Decimal() != outstanding {
		s.Errorf("%+v, want %s with %s open", got, status, outstanding)
	}
}

func (s spender) method() string {
	return read[struct{ Methods []struct{ ID string } }](s.tab, "/v1/payment-methods").Methods[0].ID
}

// Rewards earned in dollars pay part of an invoice in euros, a card the rest, in
// one act; what is told of it comes by mail.
func TestRewardsPayPartInAnotherCurrencyAndACardTheRest(t *testing.T) {
	t.Parallel()
	s := redeemer(t, supportInvoice("EUR-1", "EUR"))
	s.setsRate("USD", "EUR", "23/25")
	s.store(cardGood)
	invoice := s.id(s.c, "EUR-1")
	if got := into[payingState](s.tab, s.pays(invoice, exact.Money{Minor: 8000, Currency: "EUR"}, s.method())); got.State != "SUCCEEDED" {
		t.Fatalf("%+v", got)
	}
	s.stands(invoice, "CLOSED", "0.00")
	s.has("163.04") // 80.00 EUR cost 86.96 USD at 0.92, rounded up
	s.visit("/rewards")
	s.until(`document.querySelectorAll('#ledger ~ table tbody tr').length === 2`)
	s.says("#ledger ~ table", "Redeemed", s.c.number("EUR-1"), "USD -86.96")
	s.says(".reward-balance", "USD 163.04", "USD 86.96")
	s.accessible()
}

// Where there is no tax to pay, rewards bring an invoice to zero and no card is
// asked for.
func TestRewardsBringAnInvoiceToZero(t *testing.T) {
	t.Parallel()
	free := supportInvoice("USD-1", "USD")
	free["totals"] = map[string]any{"tax_exclusive": "100.00", "tax": "0.00", "payable": "100.00"}
	s := redeemer(t, free)
	s.visit("/help")
	invoice := s.id(s.c, "USD-1")
	if got := into[payingState](s.tab, s.pays(invoice, exact.Money{}, "")); got.State != "SUCCEEDED" {
		t.Fatalf("%+v", got)
	}
	s.stands(invoice, "CLOSED", "0.00")
	s.has("150.00")
}

// A card that fails gives the rewards back to the months they came from.
func TestAFailedCardReturnsTheRewards(t *testing.T) {
	t.Parallel()
	s := redeemer(t, supportInvoice("USD-1", "USD"))
	s.store(cardFailsLater)
	invoice := s.id(s.c, "USD-1")
	if got := into[payingState](s.tab, s.pays(invoice, exact.Money{}, s.method())); got.State != "FAILED" {
		t.Fatalf("%+v", got)
	}
	s.stands(invoice, "OPEN", "119.00")
	s.has("250.00")
}

// Whoever is removed is refused with her very next request, and five wrong
// codes lock also the right one.
func TestARemovedRedeemerIsRefusedAtOnceAndAWrongCodeLocks(t *testing.T) {
	t.Parallel()
	s := redeemer(t, supportInvoice("USD-1", "USD"))
	s.visit("/help")
	invoice := s.id(s.c, "USD-1")
	right, ten := s.code, exact.Money{Minor: 1000, Currency: "USD"}
	s.code = "0000-0000-0000-0000-0"
	for try := range 5 {
		if got := s.pays(invoice, ten, ""); got.Status != 422 || got.Type != "redemption-code-wrong" {
			t.Errorf("wrong code %d: %d %s", try+1, got.Status, got.Type)
		}
	}
	s.code = right
	if got := s.pays(invoice, ten, ""); got.Status != 429 || got.Type != "redemption-code-locked" {
		t.Errorf("after five wrong codes: %d %s", got.Status, got.Type)
	}
	s.has("250.00")
	p := into[plan](s.tab, s.asks("POST", "/v1/payments/plan", map[string]any{"invoices": []any{map[string]any{"id": invoice}}, "rewards": map[string]any{"subscription": s.sub}})).Payments[0]
	into[struct{}](s.boss, s.boss.asks("POST", "/v1/redeemers/remove", map[string]any{"subscription": s.sub, "email": strings.Replace(s.c.email, "clerk", "spender", 1)}))
	if got := s.agrees(p, ""); got.Status != 403 || got.Type != "not-a-redeemer" {
		t.Errorf("removed: %d %s %s", got.Status, got.Type, got.Body)
	}
	s.stands(invoice, "OPEN", "119.00")
}

// setsRate sets, as the operator, what one unit of a currency is worth in another.
func (s spender) setsRate(from, to, rate string) {
	s.Helper()
	desk := open(s.T)
	desk.prefer(map[string]any{"language": "en"})
	desk.signIn(operator)
	desk.visit("/help")
	into[struct{}](desk, desk.asks("PUT", "/v1/operator/exchange-rates", map[string]any{"from": from, "to": to, "fxRate": rate}))
}
