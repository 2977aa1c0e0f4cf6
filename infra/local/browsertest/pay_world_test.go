package browsertest

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"customercenter/infra/operator/desk"
)

// bill is an invoice of an account that exists for one test. Due is in days
// from today; a credit note has none.
type bill struct {
	number, currency, amount string
	due                      int
	credit                   bool
	of                       string // what a credit note refers to
}

// account is one of its own: what is paid in it is nobody else's figure.
type account struct {
	portal portal
	key    string
	email  string
	name   string
}

var accounts atomic.Int64

// newAccount imports an account with one primary contact and its bills.
func newAccount(t *testing.T, p portal, locale string, bills ...bill) account {
	t.Helper()
	n := accounts.Add(1)
	c := account{
		portal: p, key: fmt.Sprintf("KW:CRN:%06d", 700000+n), email: fmt.Sprintf("clerk%d@payer.example", n),
		name: fmt.Sprintf("Payer %d Trading", n),
	}
	lines := []any{
		map[string]any{"kind": "account", "key": c.key, "name": c.name, "timezone": "Asia/Kuwait", "locale": locale, "net_terms_days": 30},
		map[string]any{"kind": "contact", "account": c.key, "email": c.email, "name": "Huda Al-Rashid", "contact_type": "primary", "locale": locale},
	}
	c.send(t, append(lines, c.papers(bills)...)...)
	return c
}

// bill imports more papers of the account.
func (c account) bill(t *testing.T, bills ...bill) {
	t.Helper()
	c.send(t, c.papers(bills)...)
}

func (c account) papers(bills []bill) []any {
	today := time.Now()
	day := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	var papers []any
	for _, b := range bills {
		paper := map[string]any{
			"kind": "invoice", "type_code": "380", "number": c.number(b.number), "currency": b.currency,
			"issue_date": day(min(b.due, 0) - 30), "due_date": day(b.due),
			"supplier": map[string]any{"name": "Northvane Gulf", "address": map[string]any{"country": "KW"}},
			"customer": map[string]any{"name": c.name, "address": map[string]any{"country": "KW"},
				"ids": []any{map[string]any{"scheme": "CRN", "value": strings.TrimPrefix(c.key, "KW:CRN:"), "legal": true}}},
			"lines":  []any{map[string]any{"id": "1", "name": "Managed operations", "quantity": "1", "unit": "MON", "unit_price": b.amount, "net": b.amount}},
			"totals": map[string]any{"payable": b.amount},
		}
		if b.credit {
			paper["kind"], paper["type_code"], paper["issue_date"] = "credit_note", "381", day(0)
			delete(paper, "due_date")
			if b.of != "" {
				paper["preceding"] = []any{map[string]any{"number": c.number(b.of)}}
			}
		}
		papers = append(papers, paper)
	}
	return papers
}

// number makes the number of a paper one of this account alone.
func (c account) number(short string) string {
	return strings.TrimPrefix(c.key, "KW:CRN:") + "-" + short
}

func (c account) send(t *testing.T, records ...any) {
	t.Helper()
	var file strings.Builder
	for _, record := range records {
		line, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		file.Write(append(line, '\n'))
	}
	session, err := c.portal.sharedSession(operator)
	if err != nil {
		t.Fatal(err)
	}
	client := &desk.Client{BaseURL: c.portal.address, Session: session}
	report, err := client.Import(t.Context(), []desk.File{{Name: "account.jsonl", Data: []byte(file.String())}}, nil, desk.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := report.Counts.Rejected + report.Counts.Conflict; n > 0 {
		t.Fatalf("%d records of the account were refused: %+v", n, report.Rows)
	}
}

// id finds the id of one of the account's papers, as the person signed in sees it.
func (b *tab) id(c account, short string) string {
	b.Helper()
	for _, row := range read[invoicePage](b, "/v1/invoices?limit=100").Items {
		if row.Number == c.number(short) {
			return row.ID
		}
	}
	b.Fatalf("%s is not among the invoices", c.number(short))
	return ""
}

// Some of what the API answers about payments.
type (
	paymentRow struct {
		ID, Reference, State, Wait, Reason string
		Charge                             money
	}
	paymentPage struct{ Items []paymentRow }
	method      struct {
		ID, Brand, Last4 string
		Default, Expired bool
	}
	wallet struct{ Methods []method }
)

// payments are those of the account, newest first.
func (b *tab) payments() []paymentRow {
	b.Helper()
	return read[paymentPage](b, "/v1/payments").Items
}
