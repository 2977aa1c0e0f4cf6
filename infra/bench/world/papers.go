package world

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// An account's papers. Due days are as many as an account with monthly and
// weekly bills has alive at once; a summary reads one total for each.
const (
	dueDays  = 60
	dueFirst = -20 // days from today
	paidOne  = 4   // of so many is closed
	chunk    = 2000
)

// PersonOf is the address of an account's primary contact.
func PersonOf(account string) string { return "ap@" + strings.ToLower(account) + ".example" }

// vendorOf is who bills the account. Each account has its own, so that the
// numbers of several accounts never meet.
func vendorOf(account string) center.Party {
	sum := sha256.Sum256([]byte(account))
	return center.Party{Name: "Northwind Systems for " + account, VAT: fmt.Sprintf("SA3%014d", binary.BigEndian.Uint32(sum[:])), Emails: []string{"billing@vendor.example"},
		Address: &center.Address{Street: "King Fahd Road", Building: "7", City: "Riyadh", Postcode: "12271", Country: "SA"}}
}

// Number is the number of an account's i-th invoice.
func Number(i int) string { return fmt.Sprintf("INV-2026-%07d", i) }

// InvoiceID is the id of an account's i-th invoice.
func InvoiceID(account string, i int) center.InvoiceID {
	return center.InvoiceIDOf(center.AccountIDOf(account), center.IssuerKey(vendorOf(account)), center.KindInvoice, Number(i))
}

// Paper is an account's i-th invoice, with so many lines.
func Paper(account string, i, lines int, today time.Time) center.Document {
	due := center.Date(today.AddDate(0, 0, dueFirst+i%dueDays).Format(time.DateOnly))
	price := int64(1000 + i*37%90000)
	d := center.Document{
		Kind: center.KindInvoice, Number: Number(i), IssueDate: center.Date(today.AddDate(0, 0, dueFirst-30+i%dueDays).Format(time.DateOnly)),
		DueDate: due, DueSource: "DueDate", Currency: "SAR", CustomerKey: account, Supplier: vendorOf(account),
		Customer: center.Party{Name: account + " Trading", Address: &center.Address{Street: "Olaya Street", Building: "12", City: "Riyadh", Country: "SA"}},
		OrderRef: fmt.Sprintf("PO-%05d", i%500), ContractRefs: []string{fmt.Sprintf("CT-%04d", i%100)},
		Source: center.Source{Format: "jsonl", File: "bench.jsonl", SHA256: strings.Repeat("0", 64)}, InvoiceType: center.TypeSupport,
	}
	for l := range lines {
		d.Lines = append(d.Lines, center.Line{ID: fmt.Sprint(l + 1), Name: fmt.Sprintf("Premier support, product %d", l+1), Description: "Per user and month",
			Quantity: "1", Unit: "C62", UnitPrice: amount(price), Net: amount(price), TaxCategory: "S", TaxRate: "15"})
	}
	net := price * int64(lines)
	tax := net * 15 / 100
	d.Taxes = []center.Tax{{Category: "S", Rate: "15", Taxable: amount(net), Tax: amount(tax)}}
	d.Totals = center.Totals{LineTotal: amount(net), TaxExclusive: amount(net), Tax: amount(tax), TaxInclusive: amount(net + tax), Payable: amount(net + tax)}
	if i%paidOne == paidOne-1 {
		d.PaidDate = center.Date(today.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	return d
}

// amount writes minor units of a currency with two decimals.
func amount(minor int64) center.Decimal {
	return center.Decimal(fmt.Sprintf("%d.%02d", minor/100, minor%100))
}

// Lines are invoices from..to-1 of an account as JSON Lines, as an ERP posts
// them.
func Lines(account string, from, to, lines int, today time.Time) ([]byte, error) {
	var out bytes.Buffer
	for i := from; i < to; i++ {
		d := Paper(account, i, lines, today)
		line, err := json.Marshal(struct {
			center.Document
			Source *center.Source `json:"source,omitempty"`
		}{Document: d})
		if err != nil {
			return nil, err
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// Fill books an account with its primary contact and n invoices of two lines,
// through the product's own booking. It may be called again with a larger n.
func (w *World) Fill(ctx context.Context, account string, from, n int) error {
	records := []center.Record{
		{Kind: center.KindAccount, Number: account, Account: &center.AccountRecord{Key: account, Name: account + " Trading", TimeZone: "UTC", Locale: "en"}},
		{Kind: center.KindContact, Number: PersonOf(account), Contact: &center.ContactRecord{Account: account, Email: PersonOf(account), Name: "Noura", Type: center.ContactPrimary}},
	}
	if from > 0 {
		records = nil
	}
	today := time.Now().UTC()
	booking := store.Booking{Import: store.NewImportID(time.Now()), By: operator, Options: center.ImportOptions{NetTermsDays: -1}}
	for at := from; at < n || len(records) > 0; at = min(at+chunk, n) {
		for i := at; i < min(at+chunk, n); i++ {
			d := Paper(account, i, 2, today)
			records = append(records, center.Record{Kind: d.Kind, Number: d.Number, Document: &d})
		}
		if err := w.book(ctx, booking, records); err != nil {
			return err
		}
		records = nil
	}
	return nil
}

// FillOne books one more invoice of the account, the i-th, with so many lines.
func (w *World) FillOne(ctx context.Context, account string, i, lines int) error {
	d := Paper(account, i, lines, time.Now().UTC())
	booking := store.Booking{Import: store.NewImportID(time.Now()), By: operator, Options: center.ImportOptions{NetTermsDays: -1}}
	return w.book(ctx, booking, []center.Record{{Kind: d.Kind, Number: d.Number, Document: &d}})
}

func (w *World) book(ctx context.Context, b store.Booking, records []center.Record) error {
	booked := make([]store.Booked, len(records))
	for i, r := range records {
		r.File, r.Index = "bench.jsonl", i
		booked[i] = store.Booked{Record: r, Fingerprint: fmt.Sprintf("%064s", r.Number)}
	}
	results, err := w.Store.Everywhere("the bench fills its table").Book(ctx, b, booked)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Result != center.ResultCreated {
			return fmt.Errorf("world: %s %s became %s: %+v", records[i].Kind, records[i].Number, r.Result, r.Note)
		}
	}
	return nil
}
