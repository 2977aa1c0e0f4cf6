package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

const (
	redeemerBob = "bob@buyer.example"
	redeemerCyd = "cyd@buyer.example"
)

// listing is a world in which two people could be let redeem.
func listing(w *world) {
	w.mustCreate(theAccount(), aUsage(cloudNumber, "2026-01", "1000.00", nil),
		&center.ContactRecord{Account: buyer, Email: "ann@buyer.example", Type: center.ContactPrimary},
		&center.ContactRecord{Account: buyer, Email: redeemerBob, Type: center.ContactPayables}, &center.ContactRecord{Account: buyer, Email: redeemerCyd, Type: center.ContactExecutive})
}

// generationCode makes codes that say their generation.
func generationCode(_ center.AccountID, _ center.SubscriptionID, generation int) (string, [center.RedemptionCodeBytes]byte) {
	return "k1", [center.RedemptionCodeBytes]byte{byte(generation)}
}

// listed are the redeemers, and the code's generation.
func (w *world) listed() (emails []string, generation int) {
	w.t.Helper()
	all, err := w.in(buyer).Redeemers(w.ctx())
	if err != nil || len(all) != 1 {
		w.t.Fatal(all, err)
	}
	for _, r := range all[0].Redeemers {
		emails = append(emails, r.Email)
	}
	slices.Sort(emails)
	return emails, all[0].Code.Generation
}

// may tells whether a person can use the rewards with the code of a generation.
func (w *world) may(email string, generation int) string {
	w.t.Helper()
	who := actor(buyer)
	who.Contact, who.Email = center.ContactIDOf(email), email
	_, raw := generationCode("", "", generation)
	_, err := w.In(who).RedeemerMay(w.ctx(), cloudSub, center.RedemptionCode(raw))
	return refusedAs(err)
}

// Whatever call fails, doing it again ends in one redeemer, one code, one letter
// with it and one notice; the code that is replaced is replaced once.
func TestChangingRedeemersSurvivesEveryFault(t *testing.T) {
	authorise := func(w *world) error {
		_, err := w.in(buyer).AuthoriseRedeemer(w.ctx(), cloudSub, redeemerBob, generationCode)
		return err
	}
	rotate := func(w *world) error {
		c, err := w.in(buyer).RotateCode(w.ctx(), cloudSub, 1, generationCode)
		if err == nil && c.Generation != 2 {
			return fmt.Errorf("generation %d", c.Generation)
		}
		return err
	}
	remove := func(w *world) error {
		_, err := w.in(buyer).RemoveRedeemer(w.ctx(), cloudSub, redeemerBob)
		return err
	}
	for name, c := range map[string]struct {
		before     []func(*world) error
		do         func(*world) error
		generation int
		bob        string // with the code of that generation
	}{
		"authorise": {nil, authorise, 1, "done"},
		"rotate":    {[]func(*world) error{authorise}, rotate, 2, "done"},
		"remove":    {[]func(*world) error{authorise}, remove, 1, "not-a-redeemer"},
	} {
		t.Run(name, func(t *testing.T) {
			prepare := func(w *world) {
				listing(w)
				for _, do := range c.before {
					if err := do(w); err != nil {
						t.Fatal(err)
					}
				}
			}
			eachFault(t, prepare, c.do, func(t *testing.T, w *world, _ error, _ bool) {
				if err := c.do(w); err != nil {
					t.Fatal(err)
				}
				if _, generation := w.listed(); generation != c.generation || w.may(redeemerBob, c.generation) != c.bob {
					t.Errorf("generation %d, bob %s", generation, w.may(redeemerBob, c.generation))
				}
			})
		})
	}
}

// Two who authorise different people, and one who replaces the code, in one
// moment: both are on the list, and one code is the subscription's.
func TestRacesAboutRedeemersEndInOneListAndOneCode(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		listing(w)
		var all sync.WaitGroup
		var won [3]error
		for i, email := range []string{redeemerBob, redeemerCyd, redeemerBob} {
			all.Go(func() {
				_, won[i] = w.in(buyer).AuthoriseRedeemer(w.ctx(), cloudSub, email, generationCode)
			})
		}
		all.Wait()
		emails, generation := w.listed()
		if !slices.Equal(emails, []string{redeemerBob, redeemerCyd}) || generation != 1 || won != [3]error{} {
			t.Fatalf("%q, generation %d, %v", emails, generation, won)
		}
		var made [2]center.RewardCode
		for i := range made {
			who := actor(buyer)
			who.Contact = center.ContactIDOf([]string{"ann@buyer.example", redeemerCyd}[i])
			all.Go(func() { made[i], won[i] = w.In(who).RotateCode(w.ctx(), cloudSub, 1, generationCode) })
		}
		all.Wait()
		if (won[0] == nil) == (won[1] == nil) || refusedAs(won[0]) != "code-changed" && refusedAs(won[1]) != "code-changed" {
			t.Errorf("two replace one code: %v, %v", won[0], won[1])
		}
		if w.may(redeemerCyd, 1) != "redemption-code-wrong" || w.may(redeemerCyd, 2) != "done" {
			t.Errorf("with the old code cyd %s, with the new one %s", w.may(redeemerCyd, 1), w.may(redeemerCyd, 2))
		}
	}
}

var _ store.MakeCode = generationCode
