package store_test

import (
	"fmt"
	"slices"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// aUsage is usage of a month: eligible of compute, and 100.00 of what a third
// party sells.
func aUsage(number, period, eligible string, more map[string]any) *center.OtherRecord {
	fields := map[string]any{"subscription": number, "period": period, "currency": "USD", "products": []map[string]any{
		{"product_number": "B1", "name": "Compute", "amount": eligible, "eligible": true},
		{"product_number": "B9", "name": "VMware", "amount": "100.00", "ineligible_reason": "THIRD_PARTY"},
	}}
	for name, v := range more {
		fields[name] = v
	}
	return other(center.KindUsage, number+"/"+period, fields)
}

func (w *world) lots() []string {
	w.t.Helper()
	var out []string
	lots := w.purse().Lots
	slices.SortFunc(lots, func(a, b center.RewardLot) int { return a.At.Compare(b.At) })
	for _, l := range lots {
		out = append(out, fmt.Sprintf("%s manual=%t rate=%d earned=%d left=%d until=%s", l.Period, l.Manual, l.Rate, l.Earned.Minor, l.Available.Minor, l.ExpiresOn))
	}
	return out
}

func TestUsageEarnsOnceForEachMonth(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aSubscription(cloudNumber, nil), aUsage(cloudNumber, "2025-12", "1000.00", nil), aUsage(cloudNumber, "2026-01", "0.03", nil))
	want := []string{"2025-12 manual=false rate=2500 earned=25000 left=25000 until=2027-01-01", "2026-01 manual=false rate=2500 earned=0 left=0 until=2027-02-01"}
	if got := w.lots(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := words(w.book(aUsage(cloudNumber, "2025-12", "1000.00", nil), aUsage(cloudNumber, "2026-01", "0.03", nil))); !slices.Equal(got, []string{"unchanged", "unchanged"}) {
		t.Errorf("again: %q", got)
	}
	if got := words(w.book(aUsage(cloudNumber, "2025-12", "2000.00", nil))); !slices.Equal(got, []string{"conflict"}) {
		t.Errorf("other content without a revision: %q", got)
	}
	if got := w.lots(); !slices.Equal(got, want) {
		t.Errorf("again: %q", got)
	}
	w.balanced()
	products, err := w.in(buyer).LotProducts(w.ctx(), center.LotIDOf(center.AccountIDOf(buyer), cloudSub, "2025-12"))
	if err != nil || len(products) != 2 || products[0].Earned.Minor != 25_000 || !products[0].Eligible || products[1].Reason != center.IneligibleThirdParty || products[1].Used.Minor != 10_000 {
		t.Errorf("%+v %v", products, err)
	}
	for _, lot := range []center.LotID{"", "lot_1", center.LotIDOf(center.AccountIDOf(buyer), cloudSub, "2025-11"), center.LotIDOf(center.AccountIDOf("another"), cloudSub, "2025-12")} {
		if _, err := w.in(buyer).LotProducts(w.ctx(), lot); err != store.ErrNoProducts {
			t.Errorf("%q: %v", lot, err)
		}
	}
}

// A number is the same however it is written: its month earns once, at the rate
// of its order, and what comes again does not stand in the way of other records.
func TestUsageUnderANumberWrittenOtherwiseEarnsOnce(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aSubscription("Sub 1", map[string]any{"ula": true}))
	got := words(w.book(aUsage("SUB1", "2026-01", "1000.00", nil), aUsage("sub1", "2026-01", "1000.00", nil), aUsage("sub 1", "2026-02", "100.00", nil)))
	if !slices.Equal(got, []string{"created", "conflict", "created"}) {
		t.Errorf("%q", got)
	}
	if got := words(w.book(aUsage("sub1", "2026-01", "1000.00", nil), aUsage("sub1", "2026-01", "900.00", map[string]any{"revision": 1}))); !slices.Equal(got, []string{"conflict", "created"}) {
		t.Errorf("later: %q", got)
	}
	if p := w.purse(); p.Available(day(0)).Minor != 29_700+3300 || len(p.Lots) != 3 {
		t.Errorf("%q", w.lots())
	}
	used, err := w.in(buyer).Usage(w.ctx(), "Sub 1")
	if err != nil || len(used) != 2 {
		t.Error(used, err)
	}
	w.balanced()
}

// Twenty-four months come in one file: each earns, in a handful of
// transactions.
func TestYearsOfUsageEarnInAFewTransactions(t *testing.T) {
	w := newWorld(t)
	things := []any{theAccount(), aSubscription(cloudNumber, nil)}
	for month := range 24 {
		things = append(things, aUsage(cloudNumber, fmt.Sprintf("%d-%02d", 2024+month/12, 1+month%12), "100.00", nil))
	}
	ctx, meter := store.WithMeter(w.ctx())
	if _, err := w.ops().Book(ctx, booking(), records(things...)); err != nil || meter.Writes() > 6 {
		t.Errorf("%d transactions, %d reads, %v", meter.Writes(), meter.Reads(), err)
	}
	if got := len(w.purse().Lots); got != 24 || w.ledger() != 24*2500 {
		t.Errorf("%d lots, ledger %d", got, w.ledger())
	}
}

func TestAHigherRevisionOfUsageMakesALotOfTheDifference(t *testing.T) {
	w := newWorld(t)
	revise := func(revision int, eligible string) string {
		w.t.Helper()
		return words(w.book(aUsage(cloudNumber, "2026-01", eligible, map[string]any{"revision": revision})))[0]
	}
	w.mustCreate(theAccount(), aSubscription(cloudNumber, map[string]any{"ula": true}), aUsage(cloudNumber, "2026-01", "1000.00", nil))
	w.mustCreate(aSubscription(cloudNumber, map[string]any{"revision": 1, "reward_rate": "0.5"})) // from now on; what was earned was earned at the other
	for _, step := range []struct {
		revision  int
		eligible  string
		result    string
		available int64
		lots      int
	}{
		{1, "1200.00", "created", 39_600, 2},
		{1, "1200.00", "unchanged", 39_600, 2},
		{1, "1300.00", "conflict", 39_600, 2},
		{2, "900.00", "created", 29_700, 3},
		{0, "1000.00", "unchanged", 29_700, 3},
		{3, "900.00", "created", 29_700, 3}, // nothing of it earns otherwise
		{4, "0.00", "created", 0, 4},
		{5, "1000.00", "created", 33_000, 5},
	} {
		if got := revise(step.revision, step.eligible); got != step.result {
			t.Errorf("revision %d: %s, want %s", step.revision, got, step.result)
		}
		if got := w.available(); got != step.available || len(w.purse().Lots) != step.lots {
			t.Errorf("after revision %d of %s: %d available in %d lots, want %d in %d: %q", step.revision, step.eligible, got, len(w.purse().Lots), step.available, step.lots, w.lots())
		}
		w.balanced()
	}
}

func TestTheOrderSaysAtWhichRateUsageEarns(t *testing.T) {
	for name, c := range map[string]struct {
		plan map[string]any // nil: the subscription has not come
		use  map[string]any
		want int64
		warn bool
	}{
		"an order that says nothing":     {map[string]any{}, nil, 25_000, false},
		"an unlimited agreement":         {map[string]any{"ula": true}, nil, 33_000, false},
		"a rate of its own":              {map[string]any{"reward_rate": "0.4"}, nil, 40_000, false},
		"a trial":                        {map[string]any{"reward_rate": "0"}, nil, 0, false},
		"a rate of the record":           {map[string]any{"ula": true}, map[string]any{"reward_rate": "0.1"}, 10_000, false},
		"no subscription yet":            {nil, nil, 25_000, true},
		"none, and a rate of the record": {nil, map[string]any{"reward_rate": "0.33"}, 33_000, false},
	} {
		w := newWorld(t)
		w.mustCreate(theAccount())
		if c.plan != nil {
			w.mustCreate(aSubscription(cloudNumber, c.plan))
		}
		got := w.mustCreate(aUsage(cloudNumber, "2026-01", "1000.00", c.use))
		if w.available() != c.want || (len(got[0].Warnings) > 0) != c.warn {
			t.Errorf("%s: %d available, %+v", name, w.available(), got[0].Warnings)
		}
	}
}

func TestUsageOfAnotherCurrencyIsRefused(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aSubscription(cloudNumber, nil), aUsage(cloudNumber, "2025-12", "1000.00", nil))
	got := w.book(aUsage(cloudNumber, "2026-01", "1000.00", map[string]any{"currency": "EUR"}), aUsage(cloudNumber, "2025-12", "1.00", map[string]any{"currency": "EUR", "revision": 1}))
	for _, r := range got {
		if r.Result != center.ResultRejected || r.Note.Code != center.CodeUnknownCurrency {
			t.Errorf("%s %+v", r.Result, r.Note)
		}
	}
	if w.available() != 25_000 {
		t.Error(w.lots())
	}
}

// A correction that comes in the moment somebody redeems takes what is left,
// and what was used stays used.
func TestACorrectionMeetsARedemption(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(theAccount(), aSubscription(cloudNumber, nil), aUsage(cloudNumber, "2026-01", "1000.00", nil), invoice("S-1", "238.00", support("200.00"), in("USD")))
	w.authorise("ann@buyer.example")
	importer := w.meanwhile(func() {
		if _, _, err := w.in(buyer).Redeem(w.ctx(), w.asking("key-1", center.SameCurrency, w.head("S-1"), 20_000)); err != nil {
			t.Error(err)
		}
	})
	got, err := importer.Everywhere("test").Book(w.ctx(), booking(), records(aUsage(cloudNumber, "2026-01", "0.00", map[string]any{"revision": 1})))
	if err != nil || got[0].Result != center.ResultCreated {
		t.Fatal(got, err)
	}
	if p := w.purse(); p.Available(day(0)).Minor != 0 || p.Owed != 20_000 {
		t.Errorf("%d available, %d owed: %q", p.Available(day(0)).Minor, p.Owed, w.lots())
	}
	w.balanced()
}
