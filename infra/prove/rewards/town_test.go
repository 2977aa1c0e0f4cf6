package rewards

import (
	"flag"
	"fmt"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// The flags by which `make prove` asks for the long versions. Without them,
// `go test` plays a short one of each.
var (
	rounds = flag.Int("rounds", 1, "rounds of each race")
	each   = flag.Int("each", 17, "kill at, or spoil, one in so many")
)

var (
	najd = center.AccountIDOf(functiontest.Najd)
	sub  = functiontest.Rewarded(functiontest.Najd, functiontest.RewardsNumber)
)

// earned is what Najd's two months have earned, in halalas.
const earned = 58000

func riyals(minor int64) money.Money { return money.Money{Minor: minor, Currency: "SAR"} }

// town is a world with rewards, invoices that take them, and people who may use
// them.
type town struct {
	*functiontest.World
	t        testing.TB
	invoices []center.InvoiceID
	code     string
}

// newTown has so many invoices of 345.00, of which 300.00 are before tax.
func newTown(t testing.TB, invoices int) *town {
	w := &town{World: functiontest.New(t), t: t}
	w.Rewards(t)
	for n := range invoices {
		w.invoices = append(w.invoices, w.Support(t, fmt.Sprintf("S-%02d", n), "SAR", "345.00", "300.00"))
	}
	w.code = w.Redeemer(t, functiontest.Primary)
	w.Redeemer(t, functiontest.Payables)
	return w
}

func (w *town) in(p functiontest.Person) store.Account { return w.Store.In(w.Actor(w.t, p)) }

func (w *town) head(id center.InvoiceID) center.Invoice {
	w.t.Helper()
	list, err := w.in(functiontest.Primary).Payables(w.t.Context(), []center.InvoiceID{id})
	if err != nil || len(list) != 1 {
		w.t.Fatal(len(list), err)
	}
	return list[0]
}

// asks is a redemption of so much on an invoice as it stands.
func (w *town) asks(actor center.Actor, key string, inv center.Invoice, minor int64) store.RewardsAsked {
	return store.RewardsAsked{ID: center.RedemptionIDOf(actor.Account, actor.Contact, key), Request: key, Subscription: sub, Code: w.code,
		FX: center.SameCurrency, Uses: []store.RewardsOn{{Invoice: inv.ID, Version: inv.Version, Amount: riyals(minor)}}}
}

// claims is a payment of an invoice by so much of rewards, and money for the
// rest.
func (w *town) claims(s *store.Store, actor center.Actor, key string, inv center.Invoice, rewards int64) (center.Payment, error) {
	zero := riyals(0)
	charge := riyals(inv.Outstanding.Minor - rewards)
	p := center.Payment{ID: center.PaymentIDOf(actor.Account, actor.Contact, key), Charge: charge, Credit: zero, Rewards: riyals(rewards), Refunded: zero,
		By: actor.Contact, ByName: actor.Name, ByEmail: actor.Email, Locale: "en", Request: key,
		Parts: []center.PaymentPart{{Invoice: inv.ID, Number: inv.Number, Amount: charge, Credit: zero, Rewards: riyals(rewards), Refunded: zero, Version: inv.Version}}}
	p, _, err := s.In(actor).ClaimWithRewards(w.t.Context(), p, store.RewardsAsked{ID: center.RedemptionIDOf(actor.Account, actor.Contact, key), Subscription: sub, Code: w.code, FX: center.SameCurrency})
	return p, err
}

// available is what may be used now.
func (w *town) available() int64 {
	w.t.Helper()
	p, err := w.in(functiontest.Primary).Purse(w.t.Context(), sub)
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Available(w.Actor(w.t, functiontest.Primary).Today(w.Now())).Minor
}

// judge says what is wrong with the rewards, the redemptions and the invoices as
// they stand; "" for nothing.
func (w *town) judge() string {
	ctx, account := w.t.Context(), w.in(functiontest.Primary)
	purses, err := account.Purses(ctx)
	if err != nil || len(purses) != 1 {
		return fmt.Sprintf("%d purses: %v", len(purses), err)
	}
	var left, used, byLedger, held, given int64
	for _, l := range purses[0].Lots {
		left, used = left+l.Available.Minor, used+l.Used.Minor
		if l.Earned.Sign() > 0 {
			given += l.Earned.Minor
		}
	}
	for cursor := ""; ; {
		entries, next, err := account.RewardEntries(ctx, cursor, store.MaxPage)
		if err != nil {
			return err.Error()
		}
		for _, e := range entries {
			byLedger += e.Amount.Minor
		}
		if cursor = next; next == "" {
			break
		}
	}
	redemptions, err := account.Redemptions(ctx)
	if err != nil {
		return err.Error()
	}
	covered := map[center.InvoiceID]int64{}
	for _, d := range redemptions {
		if d.State == center.RedemptionReversed {
			continue
		}
		held += d.Base.Minor
		for _, u := range d.Uses {
			covered[u.Invoice] += u.Amount.Minor
		}
	}
	for _, id := range w.invoices {
		inv := w.head(id)
		if err := inv.Check(); err != nil || inv.Rewarded.Minor != covered[id] || inv.Settled.Minor+inv.Processing.Minor < covered[id] {
			return "an invoice does not show what rewards cover of it"
		}
	}
	available := purses[0].Available(w.Actor(w.t, functiontest.Primary).Today(w.Now())).Minor
	switch {
	case left < 0 || available < 0 || held > given:
		return "more was redeemed than was earned"
	case left != byLedger:
		return "the balance is not its ledger"
	case used != held:
		return "lots are used by no redemption"
	case purses[0].Owed > 0 && available > 0:
		return "something is owed beside what may be used"
	}
	return ""
}
