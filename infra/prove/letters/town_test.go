package letters

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"customercenter/infra/bench/world"
	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// The month begins when 16 March begins at the eastern end of the earth. In it
// lie a change of the clocks in Europe, one in Australia, which is of half an
// hour, and the end of a month.
var begins = time.Date(2026, 3, 15, 10, 0, 0, 0, time.UTC)

// zones are those of the accounts, from one end of the earth to the other.
var zones = []string{"Pacific/Kiritimati", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Riyadh", "Europe/Berlin", "America/New_York", "Pacific/Pago_Pago"}

// Due days are spread evenly over half a year around the beginning.
const (
	dueFirst = -90
	dueDays  = 180
)

// Of so many accounts one has an executive, or promises to pay; of so many one
// pays a bill, or disputes one.
const (
	executives = 4
	promises   = 10
	pays       = 3
	disputes   = 3
	// booked is how many bills of an account the product booked; the others
	// are copies of their heads, which is all that reminders read of a bill.
	booked = 2
)

// holding is from when until when a bill is not reminded of; the zero end is
// never.
type holding struct{ from, until time.Time }

// covers tells whether a reminder that leaves at the moment may not be sent,
// and whether it might: who pays in the hours in which a letter that got no
// answer waits for word may or may not get it.
func (h holding) covers(at time.Time) (held, perhaps bool) {
	const doubt = 8 * time.Hour
	if h.from.IsZero() {
		return false, false
	}
	held = !at.Before(h.from) && (h.until.IsZero() || at.Before(h.until))
	near := func(t time.Time) bool { return !t.IsZero() && at.Sub(t).Abs() < doubt }
	return held, near(h.from) || near(h.until)
}

// debtor is an account of the town.
type debtor struct {
	key      string
	zone     *time.Location
	readers  []string // whom steps go to; the second gets what is for executives too
	holdings [booked]holding
	promised center.Date // to pay by then, said at
	said     time.Time
}

// town is all there is.
type town struct {
	*functiontest.World
	t       testing.TB
	truth   *store.Store // past every fault
	debtors []*debtor
	due     []center.Date // of each bill
	events  map[int][]func()
}

func number(bill int) string { return fmt.Sprintf("B%07d", bill) }

// newTown books a town.
func newTown(t testing.TB, draw *rand.Rand) *town {
	t.Helper()
	w := &town{World: functiontest.Empty(t), t: t, events: map[int][]func(){}}
	w.Cloud.Clock.Set(begins)
	config := w.Cloud.Config
	config.HTTP = w.Cloud.DB
	w.truth = store.Open(config)
	var records []center.Record
	for n := range *accounts {
		d, own := w.debtor(n)
		w.debtors, records = append(w.debtors, d), append(records, own...)
	}
	for bill := range *accounts * *bills {
		w.due = append(w.due, center.Today(begins, time.UTC).AddDays(dueFirst+draw.IntN(dueDays)))
		if bill%*bills < booked {
			records = append(records, w.bill(bill))
		}
	}
	const atOnce = 1000
	for len(records) > 0 {
		n := min(atOnce, len(records))
		w.Book(t, records[:n]...)
		records = records[n:]
	}
	w.copyBills()
	for n, d := range w.debtors {
		w.plot(n, d, draw)
	}
	return w
}

// debtor is the n-th account, with the records that make it.
func (w *town) debtor(n int) (*debtor, []center.Record) {
	zone := zones[n%len(zones)]
	location, err := time.LoadLocation(zone)
	if err != nil {
		w.t.Fatal(err)
	}
	locale := "en"
	if n%2 == 1 {
		locale = "ar"
	}
	d := &debtor{key: fmt.Sprintf("ACCOUNT-%05d", n), zone: location, readers: []string{fmt.Sprintf("pays-%d@town.example", n)}}
	records := []center.Record{
		{Kind: center.KindAccount, Number: d.key, Account: &center.AccountRecord{Key: d.key, Name: d.key, TimeZone: zone, Locale: locale}},
		{Kind: center.KindContact, Number: d.readers[0], Contact: &center.ContactRecord{Account: d.key, Email: d.readers[0], Name: "Noura", Type: center.ContactPrimary}},
	}
	if n%executives == 0 {
		d.readers = append(d.readers, fmt.Sprintf("leads-%d@town.example", n))
		records = append(records, center.Record{Kind: center.KindContact, Number: d.readers[1],
			Contact: &center.ContactRecord{Account: d.key, Email: d.readers[1], Name: "Huda", Type: center.ContactExecutive}})
	}
	return d, records
}

func (w *town) bill(bill int) center.Record {
	currency := "SAR"
	if bill%2 == 1 {
		currency = "USD"
	}
	r := functiontest.Bill(number(bill), w.due[bill].AddDays(-30), w.due[bill], currency, "100.00")
	r.Document.CustomerKey = w.debtors[bill / *bills].key
	return r
}

// copyBills puts the heads of the bills that were not booked.
func (w *town) copyBills() {
	const atOnce = 25
	var requests []any
	flush := func() {
		if len(requests) > 0 {
			w.raw("BatchWriteItem", map[string]any{"RequestItems": map[string]any{w.Cloud.Table: requests}})
		}
		requests = nil
	}
	for n, d := range w.debtors {
		account := center.AccountIDOf(d.key)
		var heads [booked]world.Head
		for i := range heads {
			heads[i] = w.head(account, functiontest.InvoiceID(d.key, center.KindInvoice, number(n**bills+i)))
		}
		for bill := n**bills + booked; bill < (n+1)**bills; bill++ {
			if requests = append(requests, map[string]any{"PutRequest": map[string]any{"Item": heads[bill%booked].Copy(bill, number(bill), w.due[bill])}}); len(requests) == atOnce {
				flush()
			}
		}
	}
	flush()
}

// head is the head of a bill that was booked.
func (w *town) head(account center.AccountID, id center.InvoiceID) world.Head {
	var answer struct{ Item world.Head }
	request := map[string]any{"TableName": w.Cloud.Table, "Key": world.HeadKey(account, id)}
	if err := json.Unmarshal(w.raw("GetItem", request), &answer); err != nil || answer.Item == nil {
		w.t.Fatalf("no head of %s: %v", id, err)
	}
	return answer.Item
}

// plot is what happens to an account in its month: some pay a bill, dispute
// one for five days, or promise to pay in as many.
func (w *town) plot(n int, d *debtor, draw *rand.Rand) {
	const spell = 5 * 24
	hours := *month * 24
	when := func(hour int) time.Time { return begins.Add(time.Duration(hour) * time.Hour) }
	by := center.Actor{Account: center.AccountIDOf(d.key), Contact: center.ContactIDOf(d.readers[0]), Email: d.readers[0], TimeZone: d.zone.String()}
	if n%pays == 0 {
		hour, bill := draw.IntN(hours), n**bills
		d.holdings[0].from = when(hour)
		w.at(hour, func() {
			r := functiontest.CreditNote("C"+number(bill), center.Today(when(hour), time.UTC), w.currency(bill), "100.00", number(bill))
			r.Document.CustomerKey = d.key
			w.Book(w.t, r)
		})
	}
	if n%disputes == 1 {
		hour, bill := draw.IntN(hours), n**bills+1
		d.holdings[1] = holding{when(hour), when(hour + spell)}
		dispute := center.Dispute{ID: center.DisputeIDOf(by.Account, by.Contact, "", number(bill)), Reason: center.DisputeOther, Text: "Not ours", By: by.Contact, ByName: "Noura",
			Invoice: functiontest.InvoiceID(d.key, center.KindInvoice, number(bill)), Amount: money.Money{Minor: 100_00, Currency: money.Code(w.currency(bill))}}
		w.at(hour, func() { w.must(w.truth.In(by).OpenDispute(context.Background(), dispute)) })
		w.at(hour+spell, func() { w.must(w.truth.In(by).WithdrawDispute(context.Background(), dispute.Invoice, dispute.ID)) })
	}
	if n%promises == 2 {
		hour := draw.IntN(hours)
		d.said, d.promised = when(hour), center.Today(when(hour), d.zone).AddDays(spell/24)
		w.at(hour, func() {
			p := center.DefaultDunning()
			p.PromisedOn = d.promised
			if err := w.truth.Everywhere("a proof").SetDunning(context.Background(), by.Account, p, "desk@vendor.example"); err != nil {
				w.t.Fatal(err)
			}
		})
	}
}

func (w *town) currency(bill int) string { return w.bill(bill).Document.Currency }

func (w *town) at(hour int, do func()) { w.events[hour] = append(w.events[hour], do) }

func (w *town) must(_ center.Dispute, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
