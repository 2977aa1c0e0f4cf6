package rewards

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/mutant"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// shapes are the keys that changes of rewards write.
var shapes = []mutant.Shape{
	{Key: regexp.MustCompile(`^W#\S+ B#`), What: "purse"},
	{Key: regexp.MustCompile(`^W#\S+ G#`), What: "lot"},
	{Key: regexp.MustCompile(`^W#\S+ E#`), What: "ledger"},
	{Key: regexp.MustCompile(`^W#\S+ R#`), What: "redemption"},
	{Key: regexp.MustCompile(`^W#\S+ Q#`), What: "redemption under way"},
	{Key: regexp.MustCompile(`^W#\S+ X#`), What: "redeemer"},
	{Key: regexp.MustCompile(`^W#\S+ K#`), What: "code"},
	{Key: regexp.MustCompile(`^W#\S+ N#`), What: "notice to come"},
	{Key: regexp.MustCompile(`^X#fx `), What: "rate"},
	{Key: regexp.MustCompile(`^I#\S+ W#`), What: "history of rewards"},
	{Key: regexp.MustCompile(`^I#\S+ P#`), What: "history of payments"},
	{Key: regexp.MustCompile(`^I#\S+ H`), What: "invoice"},
	{Key: regexp.MustCompile(`^L#\S+ T#`), What: "total"},
	{Key: regexp.MustCompile(`^L#\S+ Y#`), What: "payment row"},
	{Key: regexp.MustCompile(`^L#\S+ `), What: "row"},
	{Key: regexp.MustCompile(`^P#`), What: "payment"},
	{Key: regexp.MustCompile(`^M#`), What: "letter"},
	{Key: regexp.MustCompile(`^Z#`), What: "audit entry"},
	{Key: regexp.MustCompile(`^RB#`), What: "wrong codes"},
}

// scene is a town in which a story is told over a table that may be spoilt.
type scene struct {
	*town
	over *store.Store
}

type story struct {
	name string
	tell func(s *scene) error
}

func (s *scene) actor() center.Actor { return s.Actor(s.t, functiontest.Primary) }

func (s *scene) redeems(key string, minor int64) (center.Redemption, error) {
	d, _, err := s.over.In(s.actor()).Redeem(s.t.Context(), s.asks(s.actor(), key, s.head(s.invoices[0]), minor))
	return d, err
}

func (s *scene) grants(key string, minor int64) error {
	_, _, err := s.over.Everywhere("a proof").Grant(s.t.Context(), najd, center.RewardLot{ID: center.ManualLotIDOf(najd, sub, key), Subscription: sub,
		Number: functiontest.RewardsNumber, EarnedOn: "2026-11-03", Earned: riyals(minor), By: "desk", Note: key})
	return err
}

// pays claims a payment with rewards and ends it.
func (s *scene) pays(end store.PaymentEnd) (center.Payment, error) {
	p, err := s.claims(s.over, s.actor(), "paying", s.head(s.invoices[0]), 30000)
	if err != nil {
		return p, err
	}
	if p, err = s.over.RecordPayment(s.t.Context(), p.Account, p.ID, store.PaymentMove{Object: "pi_1", Wait: center.WaitProcessor, LookAt: s.Now()}); err != nil {
		return p, err
	}
	return s.over.FinishPayment(s.t.Context(), p.Account, p.ID, end)
}

var stories = []story{
	{"redeem from two lots", func(s *scene) error { _, err := s.redeems("once", 30000); return err }},
	{"redeem all but the tax in two", func(s *scene) error {
		_, err := s.redeems("first", 10000)
		if err == nil {
			_, err = s.redeems("second", 20000)
		}
		return err
	}},
	{"reverse", func(s *scene) error {
		d, err := s.redeems("once", 30000)
		if err == nil {
			_, err = s.over.Everywhere("a proof").Reverse(s.t.Context(), najd, d.ID, "void", "desk")
		}
		return err
	}},
	{"grant", func(s *scene) error { return s.grants("goodwill", 5000) }},
	{"correct more than there is, and earn", func(s *scene) error {
		if err := s.grants("less", -60000); err != nil {
			return err
		}
		return s.grants("more", 5000)
	}},
	{"correct, and return what eats it", func(s *scene) error {
		d, err := s.redeems("once", 30000)
		if err == nil {
			err = s.grants("less", -40000)
		}
		if err == nil {
			_, err = s.over.Everywhere("a proof").Reverse(s.t.Context(), najd, d.ID, "void", "desk")
		}
		return err
	}},
	{"pay with rewards", func(s *scene) error { _, err := s.pays(store.PaymentEnd{Succeeded: true}); return err }},
	{"pay with rewards, and fail", func(s *scene) error { _, err := s.pays(store.PaymentEnd{Reason: center.DeclineCard}); return err }},
	{"pay with rewards, and give up", func(s *scene) error {
		p, err := s.claims(s.over, s.actor(), "paying", s.head(s.invoices[0]), 30000)
		if err == nil {
			_, err = s.over.AbandonPayment(s.t.Context(), p.Account, p.ID, center.DeclineTimeout)
		}
		return err
	}},
	{"pay with rewards, and refund", func(s *scene) error {
		p, err := s.pays(store.PaymentEnd{Succeeded: true})
		if err == nil {
			_, err = s.over.RefundPayment(s.t.Context(), p.Account, p.ID, p.Charge)
		}
		return err
	}},
	{"set a rate", func(s *scene) error {
		for _, fx := range []center.FX{{Num: 1, Den: 4}, {Num: 4, Den: 15}} {
			if err := s.over.Everywhere("a proof").SetExchangeRate(s.t.Context(), store.ExchangeRate{From: "SAR", To: "USD", FX: fx, By: "desk"}); err != nil {
				return err
			}
		}
		return nil
	}},
}

// told is the story over a spoilt table, and what is to be seen afterwards.
func (y story) told(t *testing.T, m *mutant.Mutant) (picture string, err error) {
	s := &scene{town: newTown(t, 1)}
	s.Cookie(t, functiontest.Primary)
	m.Next, m.Shapes = s.Cloud.DB, shapes
	if m.Intruder != nil {
		m.Intruder = &mutant.Stranger{Table: s.Cloud.DB, Name: s.Cloud.Table}
	}
	config := s.Cloud.Config
	config.HTTP = m
	s.over = store.Open(config)
	if err = y.tell(s); m.Intruder != nil {
		return "", err
	}
	return s.picture(), err
}

// picture is all that people could see afterwards.
func (s *scene) picture() string {
	ctx, account := s.t.Context(), s.in(functiontest.Primary)
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	say("judged %q", s.judge())
	purses, err := account.Purses(ctx)
	say("purses %+v %v", purses, err)
	entries, _, err := account.RewardEntries(ctx, "", store.MaxPage)
	for _, e := range entries {
		say("ledger %+v %v", e, err)
	}
	redemptions, err := account.Redemptions(ctx)
	say("redemptions %+v %v", redemptions, err)
	held, err := account.UnderWay(ctx)
	say("under way %v %v", held, err)
	for _, id := range s.invoices {
		detail, err := account.Invoice(ctx, id)
		say("invoice %+v %+v %v", detail.Invoice, detail.Entries[1:], err)
	}
	sum, err := account.Summary(ctx)
	say("summary %+v %v", sum, err)
	page, err := account.Invoices(ctx, store.InvoiceQuery{Limit: store.MaxPage})
	say("list %+v %v", page.Invoices, err)
	payments, _, err := account.Payments(ctx, "", store.MaxPage)
	say("payments %+v %v", payments, err)
	for _, p := range payments {
		one, err := account.Payment(ctx, p.ID)
		say("payment %+v %v", one, err)
	}
	rates, err := s.Store.Everywhere("a proof").ExchangeRates(ctx)
	say("rates %+v %v", rates, err)
	for _, account := range []center.AccountID{najd, center.OperatorsAccount} {
		log, _, err := s.Store.In(center.Actor{Account: account, TimeZone: "UTC"}).AuditLog(ctx, store.AuditQuery{Limit: store.MaxPage})
		for _, e := range log {
			if e.Kind != "import" { // of the world itself, under an id that is drawn
				say("log: %s %s %s %v %v", e.Kind, e.By, e.Subject, e.Facts, err)
			}
		}
	}
	say("notices %v", s.notices())
	slices.Sort(out)
	return strings.Join(append(out, s.Mailed(s.t)...), "\n")
}

// notices are what people are to be told of, in two years' time all of it.
func (s *scene) notices() (all []store.DueRewardNotice) {
	s.Pass(2 * 365 * 24 * time.Hour)
	for cursor := (store.RewardCursor{}); !cursor.Done(); {
		due, next, err := s.Store.DueRewardNotices(s.t.Context(), cursor, store.MaxPage)
		if err != nil {
			s.t.Fatal(err)
		}
		all, cursor = append(all, due...), next
	}
	return all
}

// TestConditionMutations strips each condition of the transactions that change
// rewards, and leaves out each of their items: some check must notice.
func TestConditionMutations(t *testing.T) {
	var all []mutant.Story
	for _, y := range stories {
		all = append(all, mutant.Story{Name: y.name, Tell: y.told})
	}
	counts := func(g mutant.Guard) bool { return g.Step == mutant.Alone } // of wrong codes, which hang on nothing else
	mutant.Hunt(t, "rewards", *each, counts, all)
}
