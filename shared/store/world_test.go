package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// world is a table with a store on it.
type world struct {
	*cloudtest.Cloud
	*store.Store
	t testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := cloudtest.Table(t)
	return &world{c, c.Open(), t}
}

const buyer = "BUYER-1"

// actor is a contact of the account of that key, in its zone.
func actor(key string) center.Actor {
	return center.Actor{Account: center.AccountIDOf(key), Contact: center.ContactIDOf("ann@buyer.example"),
		Email: "ann@buyer.example", TimeZone: "UTC", Locale: "en"}
}

func (w *world) in(key string) store.Account { return w.In(actor(key)) }

func (w *world) ops() store.Everywhere { return w.Everywhere("test") }

// paper is a billing document of the default vendor to the buyer.
func paper(kind center.DocumentKind, number, payable string, change ...func(*center.Document)) *center.Document {
	d := &center.Document{
		Kind: kind, Number: number, IssueDate: "2026-01-10", DueDate: "2026-02-09", DueSource: "DueDate", Currency: "EUR",
		Supplier: center.Party{Name: "Vendor", VAT: "NL001"}, Customer: center.Party{Name: "Buyer One"}, CustomerKey: buyer,
		Lines:  []center.Line{{ID: "1", Name: "Support of " + number, Quantity: "1", Net: center.Decimal(payable)}},
		Totals: center.Totals{Payable: center.Decimal(payable)},
		Source: center.Source{Format: "jsonl", File: "test.jsonl"},
	}
	if kind == center.KindCreditNote || kind == center.KindProforma {
		d.DueDate, d.DueSource = "", ""
	}
	for _, c := range change {
		c(d)
	}
	return d
}

func invoice(number, payable string, change ...func(*center.Document)) *center.Document {
	return paper(center.KindInvoice, number, payable, change...)
}

func creditNote(number, payable string, names ...string) *center.Document {
	return paper(center.KindCreditNote, number, payable, func(d *center.Document) {
		for _, n := range names {
			d.Preceding = append(d.Preceding, center.Preceding{Number: n})
		}
	})
}

func due(day center.Date) func(*center.Document) { return func(d *center.Document) { d.DueDate = day } }
func issued(day center.Date) func(*center.Document) {
	return func(d *center.Document) { d.IssueDate = day }
}
func to(key string) func(*center.Document) {
	return func(d *center.Document) { d.CustomerKey, d.Customer.Name = key, "Buyer "+key }
}
func in(currency string) func(*center.Document) {
	return func(d *center.Document) { d.Currency = currency }
}

// records makes records of documents, orders and other things.
func records(things ...any) []store.Booked {
	var out []store.Booked
	for i, thing := range things {
		r := center.Record{File: "test.jsonl", Index: i}
		switch v := thing.(type) {
		case *center.Document:
			r.Kind, r.Number, r.Document = v.Kind, v.Number, v
		case *center.Order:
			r.Kind, r.Number, r.Order = v.Kind, v.Number, v
		case *center.OrderEvent:
			r.Kind, r.Number, r.Event = v.Kind, v.Number, v
		case *center.AccountRecord:
			r.Kind, r.Account = center.KindAccount, v
		case *center.ContactRecord:
			r.Kind, r.Contact = center.KindContact, v
		case *center.OtherRecord:
			r.Kind, r.Number, r.Other = v.Kind, v.ID, v
		default:
			panic(fmt.Sprintf("no record is made of %T", thing))
		}
		body, err := json.Marshal(thing)
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		out = append(out, store.Booked{Record: r, Fingerprint: hex.EncodeToString(sum[:])})
	}
	return out
}

// imports counts those of all tests, which run at once.
var imports atomic.Int64

func booking(change ...func(*store.Booking)) store.Booking {
	b := store.Booking{Import: fmt.Sprintf("imp_%08d", imports.Add(1)), By: "desk@example.com", Options: center.ImportOptions{NetTermsDays: -1}}
	for _, c := range change {
		c(&b)
	}
	return b
}

// book books things in one import of their own and returns the results.
func (w *world) book(things ...any) []store.BookResult {
	w.t.Helper()
	results, err := w.ops().Book(w.ctx(), booking(), records(things...))
	if err != nil {
		w.t.Fatal(err)
	}
	return results
}

func (w *world) ctx() context.Context { return w.t.Context() }

// words are the results in short, for tables of tests.
func words(results []store.BookResult) []string {
	out := make([]string, len(results))
	for i, r := range results {
		out[i] = string(r.Result)
	}
	return out
}

func (w *world) mustCreate(things ...any) []store.BookResult {
	w.t.Helper()
	results := w.book(things...)
	for i, r := range results {
		if r.Result != center.ResultCreated {
			w.t.Fatalf("record %d: %s %+v", i, r.Result, r.Note)
		}
	}
	return results
}

func (w *world) list(key string, q store.InvoiceQuery) store.InvoicePage {
	w.t.Helper()
	page, err := w.in(key).Invoices(w.ctx(), q)
	if err != nil {
		w.t.Fatal(err)
	}
	return page
}

func (w *world) summary(key string) center.Summary {
	w.t.Helper()
	sum, err := w.in(key).Summary(w.ctx())
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

func numbers(invoices []center.Invoice) []string {
	out := make([]string, len(invoices))
	for i, inv := range invoices {
		out[i] = inv.Number
	}
	return out
}

func day(n int) center.Date {
	return center.Date(cloudtest.Start.AddDate(0, 0, n).Format(time.DateOnly))
}

// dump is every item of the table.
func (w *world) dump() []string {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost/_dump?table="+w.Table, nil)
	answer := httptest.NewRecorder()
	w.DB.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		w.t.Fatal(answer.Body.String())
	}
	lines := strings.Split(strings.TrimSpace(answer.Body.String()), "\n")
	slices.Sort(lines)
	return lines
}
