package store_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// other is a record of JSON Lines of the buyer, as ingest hands it on.
func other(kind center.DocumentKind, id string, fields map[string]any) *center.OtherRecord {
	fields["account"] = buyer
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	r := &center.OtherRecord{Account: buyer, Kind: kind, ID: id, JSON: text}
	switch kind {
	case center.KindContract:
		r.Contract = new(center.Contract)
		err = json.Unmarshal(text, r.Contract)
	case center.KindSubscription:
		r.Subscription = new(center.Subscription)
		err = json.Unmarshal(text, r.Subscription)
	case center.KindScheduledInvoice:
		r.Scheduled = new(center.ScheduledInvoice)
		err = json.Unmarshal(text, r.Scheduled)
	case center.KindRenewal:
		r.Renewal = new(center.Renewal)
		err = json.Unmarshal(text, r.Renewal)
	case center.KindUsage:
		r.Usage = new(center.Usage)
		err = json.Unmarshal(text, r.Usage)
	}
	if err != nil {
		panic(err)
	}
	return r
}

func aContract(number string, more map[string]any) *center.OtherRecord {
	fields := map[string]any{"number": number, "name": "Database support", "csi": "CSI-77 001", "start_on": "2026-01-01", "end_on": string(day(60)),
		"order_numbers": []string{"PO-1"}, "po_number": "4500-9", "currency": "EUR"}
	for name, v := range more {
		fields[name] = v
	}
	return other(center.KindContract, number, fields)
}

func aSubscription(number string, more map[string]any) *center.OtherRecord {
	fields := map[string]any{"number": number, "contract": "K-1", "service_name": "Support", "order_number": "PO-1", "currency": "EUR", "amount": "1200.00",
		"start_on": "2026-01-31", "end_on": "2027-01-30", "billing_frequency": "QUARTERLY"}
	for name, v := range more {
		fields[name] = v
	}
	return other(center.KindSubscription, number, fields)
}

func aRenewal(number string, end center.Date, more map[string]any) *center.OtherRecord {
	fields := map[string]any{"number": number, "contract": "K-1", "subscription": "SUB-1", "term_end": string(end), "currency": "EUR", "amount": "1200.00", "terms_version": "2026-1"}
	for name, v := range more {
		fields[name] = v
	}
	return other(center.KindRenewal, number, fields)
}

func theAccount() *center.AccountRecord { return &center.AccountRecord{Key: buyer, Name: "Buyer One"} }

func TestAContractIsLookedUpByEachOfItsNumbers(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aSubscription("SUB-1", nil),
		aSubscription("SUB-9", map[string]any{"contract": "", "order_number": "PO-9"}))
	for _, typed := range []string{"k-1", "CSI-77", "po-1", "4500-9", "SUB-1", "# sub-1"} {
		hits, more, err := w.in(buyer).LookUp(w.ctx(), typed, false)
		if err != nil || more || len(hits) == 0 || hits[0].Contract == nil || hits[0].Contract.Number != "K-1" {
			t.Errorf("%s: %+v %v", typed, hits, err)
		}
	}
	hits, _, err := w.in(buyer).LookUp(w.ctx(), "sub-9", false)
	if err != nil || len(hits) != 1 || hits[0].Contract != nil || hits[0].Subscription.Number != "SUB-9" {
		t.Errorf("one that stands alone: %+v %v", hits, err)
	}
	for _, own := range []struct {
		typed string
		hits  int
	}{{"K-1", 1}, {"SUB-9", 0}} {
		if hits, _, err := w.in(buyer).LookUp(w.ctx(), own.typed, true); err != nil || len(hits) != own.hits {
			t.Errorf("own %s: %+v %v", own.typed, hits, err)
		}
	}
	if hits, _, _ := w.in("BUYER-2").LookUp(w.ctx(), "K-1", false); len(hits) != 0 {
		t.Errorf("foreign: %+v", hits)
	}
}

func TestAContractIsReadWholeAndByThoseItIsFor(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aSubscription("SUB-1", nil), aRenewal("R-1", day(60), nil),
		aContract("K-2", map[string]any{"order_numbers": []string{}, "end_on": string(day(5))}))
	list, next, err := w.in(buyer).Contracts(w.ctx(), false, "", 1)
	if err != nil || len(list) != 1 || list[0].Contract.Number != "K-2" || next == "" {
		t.Fatalf("%+v %v", list, err)
	}
	list, next, err = w.in(buyer).Contracts(w.ctx(), false, next, 1)
	if err != nil || len(list) != 1 || list[0].Contract.Number != "K-1" {
		t.Fatalf("%+v %q %v", list, next, err)
	}
	d, err := w.in(buyer).Contract(w.ctx(), list[0].ID, true)
	if err != nil || len(d.Subscriptions) != 1 || len(d.Renewals) != 1 || d.Renewals[0].Payable == nil {
		t.Errorf("%+v %v", d, err)
	}
	own, _, err := w.in(buyer).Contracts(w.ctx(), true, "", 0)
	if err != nil || len(own) != 1 || own[0].Contract.Number != "K-1" {
		t.Errorf("own: %+v %v", own, err)
	}
	if _, err := w.in(buyer).Contract(w.ctx(), center.ContractIDOf(center.AccountIDOf(buyer), "K-2"), true); err != store.ErrNoContract {
		t.Errorf("not own: %v", err)
	}
	if _, err := w.in("BUYER-2").Contract(w.ctx(), list[0].ID, false); err != store.ErrNoContract {
		t.Errorf("foreign: %v", err)
	}
	if subs, _, err := w.in(buyer).Subscriptions(w.ctx(), true, "", 0); err != nil || len(subs) != 1 {
		t.Errorf("%+v %v", subs, err)
	}
}

func TestARevisionTakesThePlaceOfWhatStands(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aContract("K-1", nil))
	moved := aContract("K-1", map[string]any{"revision": 2, "end_on": string(day(900)), "csi": "NEW-5"})
	for _, c := range []struct {
		record *center.OtherRecord
		want   string
	}{{aContract("K-1", map[string]any{"csi": "OTHER"}), "conflict"}, {moved, "created"}, {moved, "unchanged"},
		{aContract("K-1", map[string]any{"revision": 1}), "unchanged"}, {aContract("K-1", map[string]any{"revision": 2}), "conflict"}} {
		if got := words(w.book(c.record)); got[0] != c.want {
			t.Errorf("%s: %s, want %s", c.record.JSON, got[0], c.want)
		}
	}
	list, _, err := w.in(buyer).Contracts(w.ctx(), false, "", 0)
	if err != nil || len(list) != 1 || list[0].Contract.EndOn != day(900) {
		t.Errorf("%+v %v", list, err)
	}
	for typed, hits := range map[string]int{"CSI-77": 0, "NEW-5": 1, "K-1": 1} {
		if got, _, _ := w.in(buyer).LookUp(w.ctx(), typed, false); len(got) != hits {
			t.Errorf("%s: %+v", typed, got)
		}
	}
	w.mustCreate(aSubscription("SUB-1", nil), aSubscription("SUB-1", map[string]any{"revision": 1, "contract": "K-2"}))
	if subs, _, err := w.in(buyer).Subscriptions(w.ctx(), false, "", 0); err != nil || len(subs) != 1 || subs[0].Contract != "K-2" {
		t.Errorf("%+v %v", subs, err)
	}
	if d, _ := w.in(buyer).Contract(w.ctx(), list[0].ID, false); len(d.Subscriptions) != 0 {
		t.Errorf("it stands with both contracts: %+v", d)
	}
}

func TestTheScheduleIsWhatIsStatedAndElseWhatTermsGive(t *testing.T) {
	w := newWorld(t)
	line := func(on, amount string, more map[string]any) *center.OtherRecord {
		fields := map[string]any{"subscription": "SUB-2", "invoice_on": on, "amount": amount, "currency": "EUR"}
		for name, v := range more {
			fields[name] = v
		}
		return other(center.KindScheduledInvoice, "SUB-2/"+on, fields)
	}
	w.mustCreate(theAccount(), aSubscription("SUB-1", nil), aSubscription("SUB-2", nil), line("2026-03-01", "10.00", nil), line("2026-05-01", "20.00", nil))
	lines, more, err := w.in(buyer).Schedule(w.ctx(), store.ScheduleQuery{})
	if err != nil || more || len(lines) != 6 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	if sums := center.ScheduleTotals(lines); sums[0] != eur(123000) {
		t.Error(sums)
	}
	part, _, err := w.in(buyer).Schedule(w.ctx(), store.ScheduleQuery{From: "2026-03-01", To: "2026-04-30"})
	if err != nil || len(part) != 2 || part[0].Subscription != "SUB-2" || part[1].Subscription != "SUB-1" {
		t.Errorf("%+v %v", part, err)
	}
	w.mustCreate(line("2026-03-01", "10.00", map[string]any{"revision": 1, "invoice_status": "INVOICED", "ar_invoice_number": "INV-1"}))
	if part, _, _ := w.in(buyer).Schedule(w.ctx(), store.ScheduleQuery{From: "2026-03-01", To: "2026-03-01"}); len(part) != 1 || part[0].Invoice != "INV-1" {
		t.Errorf("%+v", part)
	}
}

// A subscription is found in a schedule that is too long for one answer, and so
// are the days that are asked for.
func TestALongScheduleIsReadInPartsThatAreChosen(t *testing.T) {
	w := newWorld(t)
	monthly := func(number string, end center.Date) *center.OtherRecord {
		return aSubscription(number, map[string]any{"start_on": "2026-01-01", "end_on": end, "billing_frequency": "MONTHLY", "amount": "120000.00"})
	}
	w.mustCreate(theAccount(), monthly("SUB-2", "2026-12-31"), aSubscription("SUB-3", nil),
		other(center.KindScheduledInvoice, "SUB-3/2027-01-01", map[string]any{"subscription": "SUB-3", "invoice_on": "2027-01-01", "amount": "10.00", "currency": "EUR"}))
	century := []string{"SUB-11", "SUB-12", "SUB-13", "SUB-14", "SUB-15"}
	for _, number := range century {
		w.mustCreate(monthly(number, "2125-12-31"))
	}
	for name, c := range map[string]struct {
		q    store.ScheduleQuery
		want int
		more bool
	}{
		"all":                         {store.ScheduleQuery{}, store.ScheduleLimit, true},
		"the long ones":               {store.ScheduleQuery{Subscriptions: century}, store.ScheduleLimit, true},
		"a long one":                  {store.ScheduleQuery{Subscriptions: century[:1]}, 1200, false},
		"one of a year":               {store.ScheduleQuery{Subscriptions: []string{"sub-2"}}, 12, false},
		"one with stated lines alone": {store.ScheduleQuery{Subscriptions: []string{"SUB-3"}}, 1, false},
		"two":                         {store.ScheduleQuery{Subscriptions: []string{"SUB-2", "SUB-3"}}, 13, false},
		"some days":                   {store.ScheduleQuery{From: "2027-01-01", To: "2027-12-31"}, 61, false},
		"days of a long one":          {store.ScheduleQuery{Subscriptions: century[4:], From: "2125-12-01"}, 1, false},
		"what is not there":           {store.ScheduleQuery{Subscriptions: []string{"SUB-9"}}, 0, false},
	} {
		lines, more, err := w.in(buyer).Schedule(w.ctx(), c.q)
		if err != nil || len(lines) != c.want || more != c.more {
			t.Errorf("%s: %d lines, more %v, %v", name, len(lines), more, err)
		}
	}
}

// sweep is what the daily run does, all of it.
func (w *world) sweep() (steps []center.RenewalStep) {
	w.t.Helper()
	for range 20 {
		moved := 0
		for at := (store.DueCursor{}); !at.Done(); {
			due, next, err := w.DueRenewals(w.ctx(), at, 50)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, d := range due {
				step, err := w.StepRenewal(w.ctx(), d)
				if err != nil {
					w.t.Fatal(err)
				}
				if step != "" {
					steps, moved = append(steps, step), moved+1
				}
			}
			at = next
		}
		if moved == 0 {
			return steps
		}
	}
	w.t.Fatal("the run does not come to an end")
	return nil
}

func (w *world) renewal() center.RenewalCase {
	w.t.Helper()
	list, _, err := w.in(buyer).Renewals(w.ctx(), false, "", 0)
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%+v %v", list, err)
	}
	return list[0]
}

func (w *world) pending() []center.Invoice {
	w.t.Helper()
	list, _, err := w.in(buyer).Pending(w.ctx(), false)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func accepts(method center.RenewalMethod) center.RenewalAnswer {
	return center.RenewalAnswer{Kind: center.AnswerAccepted, Method: method, PONumber: "4500-1", TermsVersion: "2026-1", Price: eur(120000), By: "ann", ByName: "Ann", At: cloudtest.Start}
}

// payable puts a payment of all of a payable through.
func (w *world) pay(inv center.Invoice) error {
	p := center.Payment{ID: center.PaymentIDOf(inv.Account, "ann", string(inv.ID)), Charge: inv.Outstanding, Credit: eur(0), Refunded: eur(0), Request: "r",
		Parts: []center.PaymentPart{{Invoice: inv.ID, Kind: inv.Kind, Number: inv.Number, Amount: inv.Outstanding, Credit: eur(0), Refunded: eur(0), Version: inv.Version}}}
	p, _, err := w.in(buyer).ClaimPayment(w.ctx(), p)
	if err == nil {
		_, err = w.RecordPayment(w.ctx(), p.Account, p.ID, store.PaymentMove{Object: "pi_1"})
	}
	if err == nil {
		_, err = w.FinishPayment(w.ctx(), p.Account, p.ID, store.PaymentEnd{Succeeded: true})
	}
	return err
}

func TestARenewalIsOfferedAcceptedAndPaid(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(100), nil))
	if steps := w.sweep(); len(steps) != 0 || len(w.pending()) != 0 {
		t.Fatalf("too early: %v %+v", steps, w.pending())
	}
	w.Clock.Advance(10 * 24 * time.Hour)
	if steps := w.sweep(); !slices.Equal(steps, []center.RenewalStep{center.StepOffer}) {
		t.Fatal(steps)
	}
	before := len(w.dump())
	if steps := w.sweep(); len(steps) != 0 || len(w.dump()) != before {
		t.Fatalf("again: %v", steps)
	}
	r := w.renewal()
	if r.State(day(10)) != center.RenewalOffered || len(w.pending()) != 1 {
		t.Fatalf("%+v", r)
	}
	if err := w.pay(w.pending()[0]); err == nil {
		t.Fatal("it was paid without being accepted")
	}
	old := accepts(center.RenewByCard)
	old.TermsVersion = "2025-1"
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), r, old); !center.IsKind(err, center.Unprocessable) {
		t.Errorf("old terms: %v", err)
	}
	accepted, err := w.in(buyer).AnswerRenewal(w.ctx(), r, accepts(center.RenewByCard))
	if err != nil || accepted.State(day(10)) != center.RenewalAccepted || accepted.Payable.Unaccepted {
		t.Fatalf("%+v %v", accepted, err)
	}
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), r, accepts(center.RenewByCard)); err != nil {
		t.Errorf("the same answer again: %v", err)
	}
	if _, err := w.in(buyer).AnswerRenewal(w.ctx(), r, center.RenewalAnswer{Kind: center.AnswerDeclined, By: "bob"}); !center.IsKind(err, center.Conflict) {
		t.Errorf("another answer: %v", err)
	}
	if err := w.pay(w.pending()[0]); err != nil {
		t.Fatal(err)
	}
	if r := w.renewal(); r.State(day(10)) != center.RenewalPaid || r.State(day(101)) != center.RenewalActive || len(w.pending()) != 0 {
		t.Errorf("%+v", r)
	}
	w.Clock.Advance(400 * 24 * time.Hour)
	if steps := w.sweep(); len(steps) != 0 {
		t.Errorf("after all that: %v", steps)
	}
}

// What comes within its days is to be answered at once, everywhere: the run
// that tells people of it may be an hour away.
func TestARenewalThatComesWithinItsDaysIsShownAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		end   center.Date
		mode  string
		shown bool
	}{
		"within its days":          {day(30), "MANUAL", true},
		"before them":              {day(91), "MANUAL", false},
		"on the first of them":     {day(90), "AUTO", true},
		"long over":                {day(-31), "MANUAL", false},
		"not to be renewed at all": {day(30), "DO_NOT_RENEW", false},
	} {
		w := newWorld(t)
		w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", c.end, map[string]any{"mode": c.mode}))
		r := w.renewal()
		if offered := r.State(day(0)) == center.RenewalOffered; offered != c.shown || len(w.pending()) == 1 != c.shown || !r.Payable.Draft != c.shown {
			t.Errorf("%s: %s, %+v", name, r.State(day(0)), w.pending())
		}
	}
}

func TestAnInvoiceTakesThePlaceOfARenewal(t *testing.T) {
	for name, answered := range map[string]bool{"accepted here with a PO number": true, "accepted elsewhere": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
			w.sweep()
			if answered {
				if _, err := w.in(buyer).AnswerRenewal(w.ctx(), w.renewal(), accepts(center.RenewByPO)); err != nil {
					t.Fatal(err)
				}
			}
			w.mustCreate(invoice("INV-7", "1200.00", func(d *center.Document) { d.OrderRef = "R-1" }))
			r := w.renewal()
			if r.State(day(0)) != center.RenewalInvoiced || r.Course.Invoice != "INV-7" || len(w.pending()) != 0 {
				t.Fatalf("%+v %+v", r, w.pending())
			}
			if page := w.list(buyer, store.InvoiceQuery{}); len(page.Invoices) != 1 {
				t.Fatalf("%+v", page)
			}
			if err := w.pay(w.list(buyer, store.InvoiceQuery{}).Invoices[0]); err != nil {
				t.Fatal(err)
			}
			if r := w.renewal(); r.State(day(31)) != center.RenewalActive || len(w.pending()) != 0 || w.list(buyer, store.InvoiceQuery{}).Invoices[0].Outstanding.Sign() != 0 {
				t.Errorf("paid: %+v", r)
			}
		})
	}
}

func TestARenewalNobodyAnswersLapsesAndOneOfItselfGoesOn(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	w.Clock.Advance(61 * 24 * time.Hour)
	if steps := w.sweep(); !slices.Equal(steps, []center.RenewalStep{center.StepLapse}) || len(w.pending()) != 0 {
		t.Fatal(steps, w.pending())
	}
	if r := w.renewal(); r.State(day(61)) != center.RenewalLapsed || r.Payable.Cancelled != eur(120000) {
		t.Errorf("%+v", r)
	}

	w = newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(70), map[string]any{"mode": "AUTO"}))
	var all []center.RenewalStep
	for range 72 {
		all = append(all, w.sweep()...)
		w.Clock.Advance(24 * time.Hour)
	}
	if !slices.Equal(all, []center.RenewalStep{center.StepOffer, center.StepNotice, center.StepNotice, center.StepAccept}) {
		t.Fatal(all)
	}
	if list := w.pending(); len(list) != 1 || !list[0].Payable() {
		t.Errorf("%+v", list)
	}
	letters := 0
	for _, line := range w.dump() {
		if strings.Contains(line, `"M#`) && strings.Contains(line, `"pk"`) && strings.Contains(line, "renewal-") && !strings.Contains(line, `"A#`) {
			letters++
		}
	}
	if letters != 4 { // the order's payables contact is primary too: one letter each time
		t.Errorf("%d letters", letters)
	}
}

func TestADeclinedRenewalAsksForNothing(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	r, err := w.in(buyer).AnswerRenewal(w.ctx(), w.renewal(), center.RenewalAnswer{Kind: center.AnswerDeclined, Reason: "too dear", By: "ann", ByName: "Ann", At: w.Clock.Now()})
	if err != nil || r.State(day(0)) != center.RenewalDeclined || len(w.pending()) != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if got := words(w.book(aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": "900.00"}))); got[0] != "rejected" {
		t.Errorf("a revision of an answered renewal: %v", got)
	}
}

func TestARevisedRenewalCostsWhatItSaysNow(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), anOrder("PO-1"), aContract("K-1", nil), aRenewal("R-1", day(30), nil))
	w.sweep()
	w.mustCreate(aRenewal("R-1", day(30), map[string]any{"revision": 1, "amount": "900.00"}))
	if list := w.pending(); len(list) != 1 || list[0].Outstanding != eur(90000) {
		t.Fatalf("%+v", list)
	}
	w.mustCreate(aRenewal("R-1", day(300), map[string]any{"revision": 2, "amount": "900.00"}))
	if r := w.renewal(); r.State(day(0)) != center.RenewalUpcoming || len(w.pending()) != 0 {
		t.Errorf("%+v", r)
	}
}
