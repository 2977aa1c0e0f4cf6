package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// The subscription whose rewards are used, and its code.
const cloudNumber = "SUB-1"

var (
	cloudSub  = center.SubscriptionIDOf(center.AccountIDOf(buyer), cloudNumber)
	cloudCode = center.RedemptionCode([center.RedemptionCodeBytes]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
)

func dollars(minor int64) money.Money { return money.Money{Minor: minor, Currency: "USD"} }

// support makes a paper one for technical support, with so much before tax.
func support(net string) func(*center.Document) {
	return func(d *center.Document) {
		d.InvoiceType, d.Totals.TaxExclusive = center.TypeSupport, center.Decimal(net)
	}
}

// rewarded is a world in which an account has rewards, and Ann may use them.
func rewarded(t testing.TB, lots ...int64) *world {
	w := newWorld(t)
	w.reward(lots...)
	return w
}

// reward gives the account lots, the last to be earned last, and lets Ann use
// them.
func (w *world) reward(lots ...int64) {
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer One"})
	for i, cents := range lots {
		w.grant(fmt.Sprint("lot", i), cents, day(-30*(len(lots)-i)))
	}
	w.authorise("ann@buyer.example")
}

func (w *world) grant(key string, cents int64, on center.Date) center.RewardLot {
	w.t.Helper()
	account := center.AccountIDOf(buyer)
	lot, _, err := w.ops().Grant(w.ctx(), account, center.RewardLot{ID: center.ManualLotIDOf(account, cloudSub, key), Subscription: cloudSub,
		Number: cloudNumber, EarnedOn: on, Earned: dollars(cents), By: "desk@vendor.example", Note: key})
	if err != nil {
		w.t.Fatal(err)
	}
	return lot
}

func (w *world) authorise(emails ...string) {
	w.t.Helper()
	for _, email := range emails {
		if err := store.PutRedeemer(w.ctx(), w.Store, center.AccountIDOf(buyer), center.Redeemer{Subscription: cloudSub, Number: cloudNumber, Email: email, Version: 1}); err != nil {
			w.t.Fatal(err)
		}
	}
	w.setCode(cloudCode)
}

func (w *world) setCode(code string) {
	w.t.Helper()
	raw, _ := center.ReadRedemptionCode(code)
	account := center.AccountIDOf(buyer)
	if err := store.PutCode(w.ctx(), w.Store, account, center.RewardCode{Subscription: cloudSub, Number: cloudNumber,
		Hash: center.RedemptionCodeHash(account, cloudSub, raw), Generation: 1, Version: 1}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) purse() center.RewardPurse {
	w.t.Helper()
	purses, err := w.in(buyer).Purses(w.ctx())
	if err != nil || len(purses) != 1 {
		w.t.Fatal(len(purses), err)
	}
	return purses[0]
}

func (w *world) available() int64 { return w.purse().Available(day(0)).Minor }

// ledger is the sum of all lines.
func (w *world) ledger() (sum int64) {
	w.t.Helper()
	for cursor := ""; ; {
		entries, next, err := w.in(buyer).RewardEntries(w.ctx(), cursor, 7)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range entries {
			sum += e.Amount.Minor
		}
		if cursor = next; next == "" {
			return sum
		}
	}
}

// balanced holds the purse against its ledger and its redemptions.
func (w *world) balanced() {
	w.t.Helper()
	var left, used, held int64
	for _, l := range w.purse().Lots {
		left, used = left+l.Available.Minor, used+l.Used.Minor
	}
	list, err := w.in(buyer).Redemptions(w.ctx())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range list {
		if d.State != center.RedemptionReversed {
			held += d.Base.Minor
		}
	}
	if sum := w.ledger(); left != sum || used != held || left < 0 {
		w.t.Errorf("%d left, %d by the ledger; %d used, %d by redemptions", left, sum, used, held)
	}
	underWay, err := w.in(buyer).UnderWay(w.ctx())
	for _, d := range list {
		if d.State == center.RedemptionRequested {
			m := underWay[d.Subscription]
			m.Minor -= d.Base.Minor
			underWay[d.Subscription] = m
		}
	}
	for sub, m := range underWay {
		if m.Minor != 0 {
			w.t.Errorf("%s of %s is under way for no redemption", m, sub)
		}
	}
	if err != nil {
		w.t.Error(err)
	}
}

// head is an invoice of the account as it stands.
func (w *world) head(number string) center.Invoice {
	w.t.Helper()
	for _, inv := range w.list(buyer, store.InvoiceQuery{}).Invoices {
		if inv.Number == number {
			list, err := w.in(buyer).Payables(w.ctx(), []center.InvoiceID{inv.ID})
			if err != nil {
				w.t.Fatal(err)
			}
			return list[0]
		}
	}
	w.t.Fatalf("no invoice %s", number)
	return center.Invoice{}
}

// asking is to take so much off an invoice, as it stands.
func (w *world) asking(key string, fx center.FX, inv center.Invoice, amount int64) store.RewardsAsked {
	return store.RewardsAsked{ID: center.RedemptionIDOf(center.AccountIDOf(buyer), center.ContactIDOf("ann@buyer.example"), key), Request: fmt.Sprint(key, amount),
		Subscription: cloudSub, Code: cloudCode, FX: fx,
		Uses: []store.RewardsOn{{Invoice: inv.ID, Version: inv.Version, Amount: money.Money{Minor: amount, Currency: inv.Amount.Currency}}}}
}

func refusedAs(err error) string {
	if err == nil {
		return "done"
	}
	return center.AsError(err).Code
}

func TestRewardsAreUsedOnWhatIsBeforeTaxOnce(t *testing.T) {
	w := rewarded(t, 4000, 9000)
	w.mustCreate(invoice("S-1", "119.00", support("100.00"), in("USD")))
	asked := w.asking("key-1", center.SameCurrency, w.head("S-1"), 10000)
	for again := range 3 {
		d, repeated, err := w.in(buyer).Redeem(w.ctx(), asked)
		if err != nil || repeated != (again > 0) || d.State != center.RedemptionApplied || d.Base != dollars(10000) || len(d.Draws) != 2 {
			t.Fatalf("%d: %+v %t %v", again, d, repeated, err)
		}
	}
	inv := w.head("S-1")
	if inv.Outstanding.Minor != 1900 || inv.Settled.Minor != 10000 || inv.Rewarded.Minor != 10000 || inv.TakesRewards() || w.available() != 3000 {
		t.Errorf("%+v, %d available", inv, w.available())
	}
	detail, err := w.in(buyer).Invoice(w.ctx(), inv.ID)
	if err != nil || !slices.ContainsFunc(detail.Entries, func(e store.Entry) bool { return e.Kind == store.EntryRewards && e.Amount.Minor == 10000 }) {
		t.Errorf("%+v %v", detail.Entries, err)
	}
	other := asked
	other.Request = "another body"
	if _, _, err := w.in(buyer).Redeem(w.ctx(), other); refusedAs(err) != "idempotency-key-reused" {
		t.Error(err)
	}
	w.balanced()
}

func TestRedemptionsAreRefusedInWords(t *testing.T) {
	for want, change := range map[string]func(*world, *store.RewardsAsked){
		"done":                     func(*world, *store.RewardsAsked) {},
		"rewards-insufficient":     func(w *world, _ *store.RewardsAsked) { w.grant("less", -8000, day(0)) },
		"rewards-not-taken":        func(_ *world, a *store.RewardsAsked) { a.Uses[0].Amount.Minor = 10001 },
		"rewards-changed":          func(_ *world, a *store.RewardsAsked) { a.Uses[0].Version++ },
		"not-a-redeemer":           func(w *world, _ *store.RewardsAsked) { w.remove("ann@buyer.example") },
		"redemption-code-mistyped": func(_ *world, a *store.RewardsAsked) { a.Code = "1234" },
		"redemption-code-wrong": func(_ *world, a *store.RewardsAsked) {
			a.Code = center.RedemptionCode([center.RedemptionCodeBytes]byte{9})
		},
		"subscription-not-found": func(_ *world, a *store.RewardsAsked) { a.Subscription = "x" },
		"invoice-not-found": func(_ *world, a *store.RewardsAsked) {
			a.Uses[0].Invoice = center.InvoiceIDOf("x", "y", center.KindInvoice, "z")
		},
	} {
		w := rewarded(t, 12000)
		w.mustCreate(invoice("S-1", "119.00", support("100.00"), in("USD")))
		asked := w.asking("key-1", center.SameCurrency, w.head("S-1"), 10000)
		change(w, &asked)
		before := w.available()
		_, _, err := w.in(buyer).Redeem(w.ctx(), asked)
		if refusedAs(err) != want {
			t.Errorf("%s: %v", want, err)
		}
		if err != nil && (w.available() != before || w.head("S-1").Outstanding.Minor != 11900) {
			t.Errorf("%s took %d", want, before-w.available())
		}
		w.balanced()
	}
}

func (w *world) remove(email string) {
	w.t.Helper()
	if err := store.PutRedeemer(w.ctx(), w.Store, center.AccountIDOf(buyer), center.Redeemer{Subscription: cloudSub, Number: cloudNumber, Email: email, Removed: true, Version: 2}); err != nil {
		w.t.Fatal(err)
	}
}

func TestAWrongCodeLocksAfterFive(t *testing.T) {
	w := rewarded(t, 12000)
	wrong := center.RedemptionCode([center.RedemptionCodeBytes]byte{9})
	may := func(code string) string {
		_, err := w.in(buyer).RedeemerMay(w.ctx(), cloudSub, code)
		return refusedAs(err)
	}
	var got []string
	for _, code := range []string{wrong, wrong, "typo", cloudCode, wrong, wrong, wrong, wrong, cloudCode} {
		got = append(got, strings.TrimPrefix(may(code), "redemption-code-"))
	}
	if words := strings.Join(got, " "); words != "wrong wrong mistyped done wrong wrong wrong locked locked" {
		t.Error(words)
	}
	w.Clock.Advance(wrongCodesWithin)
	if got := may(cloudCode); got != "done" {
		t.Errorf("an hour later: %s", got)
	}
}

func TestRewardsInAnotherCurrencyCostWhatTheRateSays(t *testing.T) {
	w := rewarded(t, 12000)
	w.mustCreate(invoice("S-1", "119.00", support("100.00")))
	if _, err := w.ExchangeRate(w.ctx(), "USD", "EUR"); refusedAs(err) != "no-exchange-rate" {
		t.Error(err)
	}
	for _, text := range []string{"0.90", "0.92"} {
		fx, _ := center.ParseFX(text)
		if err := w.ops().SetExchangeRate(w.ctx(), store.ExchangeRate{From: "USD", To: "EUR", FX: fx, By: "desk@vendor.example"}); err != nil {
			t.Fatal(err)
		}
	}
	rate, err := w.ExchangeRate(w.ctx(), "USD", "EUR")
	if err != nil || rate.FX.String() != "23/25" {
		t.Fatal(rate, err)
	}
	d, _, err := w.in(buyer).Redeem(w.ctx(), w.asking("key-1", rate.FX, w.head("S-1"), 10000))
	if err != nil || d.Base != dollars(10870) || w.available() != 1130 {
		t.Errorf("%+v, %d available, %v", d, w.available(), err)
	}
	w.balanced()
}

func TestAReversalReturnsToTheSameLots(t *testing.T) {
	w := rewarded(t, 4000, 9000)
	w.mustCreate(invoice("S-1", "119.00", support("100.00"), in("USD")))
	before := w.purse().Lots
	d, _, err := w.in(buyer).Redeem(w.ctx(), w.asking("key-1", center.SameCurrency, w.head("S-1"), 10000))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		back, err := w.ops().Reverse(w.ctx(), d.Account, d.ID, "the invoice was void", "desk@vendor.example")
		if err != nil || back.State != center.RedemptionReversed {
			t.Fatal(back.State, err)
		}
	}
	if after := w.purse().Lots; fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%v\n%v", before, after)
	}
	if inv := w.head("S-1"); inv.Outstanding.Minor != 11900 || inv.Rewarded.Minor != 0 || !inv.TakesRewards() {
		t.Errorf("%+v", inv)
	}
	w.balanced()
	if _, err := w.ops().Reverse(w.ctx(), d.Account, "red_x", "", ""); refusedAs(err) != "redemption-not-found" {
		t.Error(err)
	}
}

func TestALotByHandIsMadeOnce(t *testing.T) {
	w := rewarded(t, 100)
	first := w.grant("goodwill", 500, day(0))
	if again := w.grant("goodwill", 500, day(0)); fmt.Sprint(again.Earned, again.ExpiresOn) != fmt.Sprint(first.Earned, first.ExpiresOn) || w.available() != 600 {
		t.Errorf("%+v, %d available", again, w.available())
	}
	changed := first
	changed.Earned = dollars(501)
	if _, _, err := w.ops().Grant(w.ctx(), center.AccountIDOf(buyer), changed); refusedAs(err) != "idempotency-key-reused" {
		t.Error(err)
	}
	w.balanced()
}

// How an operator writes a number is not what the account calls its subscription.
func TestALotByHandRenamesNoSubscription(t *testing.T) {
	w := rewarded(t, 100)
	lot := w.grant("first", 500, day(0))
	lot.ID, lot.Number = center.ManualLotIDOf(center.AccountIDOf(buyer), cloudSub, "second"), "sub-1 "
	if _, _, err := w.ops().Grant(w.ctx(), center.AccountIDOf(buyer), lot); err != nil {
		t.Fatal(err)
	}
	if got := w.purse().Number; got != cloudNumber || w.available() != 1100 {
		t.Errorf("%q, %d available", got, w.available())
	}
}

// TestRewardsNeverFallBelowZero draws any sequence of earning, correcting,
// redeeming, reversing and waiting, on the table.
func TestRewardsNeverFallBelowZero(t *testing.T) {
	const most = 8 // of one sequence
	rapid.Check(t, func(r *rapid.T) {
		w := rewarded(t, 3000)
		w.mustCreate(invoice("S-1", "99999.00", support("90000.00"), in("USD")))
		var made []center.RedemptionID
		for n, act := range rapid.SliceOfN(rapid.SampledFrom([]string{"grant", "correct", "redeem", "redeem", "reverse", "wait"}), 1, most).Draw(r, "acts") {
			switch act {
			case "grant":
				w.grant(fmt.Sprint(n), rapid.Int64Range(1, 3000).Draw(r, "cents"), w.today().AddDays(-rapid.IntRange(0, 380).Draw(r, "age")))
			case "correct":
				w.grant(fmt.Sprint(n), -rapid.Int64Range(1, 4000).Draw(r, "less"), w.today())
			case "redeem":
				available, amount := w.purse().Redeemable(w.today()).Minor, rapid.Int64Range(1, 4000).Draw(r, "amount")
				d, _, err := w.in(buyer).Redeem(w.ctx(), w.asking(fmt.Sprint(n), center.SameCurrency, w.head("S-1"), amount))
				if (err == nil) != (amount <= available) {
					r.Fatalf("%d of %d: %v", amount, available, err)
				}
				if err == nil {
					made = append(made, d.ID)
				}
			case "reverse":
				if len(made) > 0 {
					if _, err := w.ops().Reverse(w.ctx(), center.AccountIDOf(buyer), rapid.SampledFrom(made).Draw(r, "which"), "", "desk"); err != nil {
						r.Fatal(err)
					}
				}
			case "wait":
				w.Clock.Advance(40 * oneDay)
			}
			if p := w.purse(); p.Available(w.today()).Minor < 0 || p.Owed > 0 && p.Available(w.today()).Minor > 0 {
				r.Fatalf("%+v", p)
			}
		}
		if w.balanced(); t.Failed() {
			r.FailNow()
		}
	})
}

func (w *world) today() center.Date { return w.in(buyer).Today() }

const (
	oneDay           = 24 * time.Hour
	wrongCodesWithin = time.Hour
)
