package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// as is a contact of the account as the guard lets her in now.
func (w *world) as(email string) center.Actor {
	w.t.Helper()
	m := w.membership(email)
	c := m.Contact
	return center.Actor{Account: c.Account, Contact: c.ID, Email: c.Email, Name: c.Name, Grants: c.Grants, Version: c.Version,
		AuthAt: w.Clock.Now(), AccountName: m.AccountName, TimeZone: "UTC", Locale: "en"}
}

func (w *world) membership(email string) store.Membership {
	w.t.Helper()
	m, err := w.Membership(w.ctx(), center.AccountIDOf(buyer), center.ContactIDOf(email))
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

var marks int

// invite invites an address in Ann's name.
func invite(w *world, email string, as center.ContactType) center.Invitation {
	w.t.Helper()
	marks++
	got, err := w.In(w.as(ann)).Invite(w.ctx(), center.Invitation{ID: center.InvitationIDOf(email), Email: email,
		Grant: center.Grant{Type: as}, Mark: fmt.Sprintf("mark-%d", marks)})
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Invitation
}

// staffed is an account with two primary contacts and a payables one.
func staffed(t testing.TB) *world {
	w := newWorld(t)
	staff(w)
	return w
}

const (
	bob = "bob@buyer.example"
	pat = "pat@buyer.example"
)

func staff(w *world) {
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer"},
		&center.ContactRecord{Account: buyer, Email: ann, Name: "Ann", Type: center.ContactPrimary},
		&center.ContactRecord{Account: buyer, Email: bob, Name: "Bob", Type: center.ContactPrimary},
		&center.ContactRecord{Account: buyer, Email: pat, Name: "Pat", Type: center.ContactPayables})
}

// change lets by change whom as decide says.
func (w *world) change(by, whom string, decide func(center.Actor, center.Contact) (center.ContactMove, error)) (center.Contact, error) {
	w.t.Helper()
	actor := w.as(by)
	m, err := w.In(actor).ChangeContact(w.ctx(), center.ContactIDOf(whom), func(c center.Contact) (center.ContactMove, error) { return decide(actor, c) })
	return m.Contact, err
}

func removes(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) }

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return center.AsError(err).Code
}

// The last primary contact stays, on whichever path she would go.
func TestTheLastPrimaryContactStays(t *testing.T) {
	paths := map[string]func(w *world) error{
		"removed": func(w *world) error { // by an operator, who may remove anybody
			_, err := w.ops().ChangeContact(w.ctx(), w.desk(), center.AccountIDOf(buyer), center.ContactIDOf(ann), "x", center.Withdraw)
			return err
		},
		"turned": func(w *world) error {
			_, err := w.change(ann, ann, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
				return a.Turn(c, center.ContactPayables, w.Clock.Now())
			})
			return err
		},
		"left": func(w *world) error { _, err := w.change(ann, ann, center.Actor.Leave); return err },
	}
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			w := staffed(t)
			if _, err := w.change(ann, bob, removes); err != nil {
				t.Fatal(err)
			}
			if err := path(w); codeOf(err) != "last-primary" {
				t.Errorf("%v", err)
			}
			if c := w.membership(ann).Contact; !c.IsPrimary() {
				t.Errorf("%+v", c)
			}
		})
	}
	t.Run("with the other suspended", func(t *testing.T) {
		w := staffed(t)
		if _, err := w.change(ann, bob, center.Actor.Suspend); err != nil {
			t.Fatal(err)
		}
		if _, err := w.change(ann, ann, center.Actor.Leave); codeOf(err) != "last-primary" {
			t.Errorf("%v", err)
		}
	})
}

func (w *world) desk() center.Actor {
	w.t.Helper()
	id, err := w.AdmitOperator(w.ctx(), "desk@example.com")
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := w.Membership(w.ctx(), center.OperatorsAccount, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return center.Actor{Account: center.OperatorsAccount, Contact: id, Email: "desk@example.com", Grants: m.Contact.Grants, Version: m.Contact.Version}
}

// Two primary contacts who remove each other, or leave, at once: one stays.
func TestTwoLastPrimariesWhoGoAtOnceLeaveOne(t *testing.T) {
	for round := range 20 {
		w := staffed(t)
		pairs := [][2]string{{ann, bob}, {bob, ann}}
		if round%2 == 1 { // both leave
			pairs = [][2]string{{ann, ann}, {bob, bob}}
		}
		var actors [2]center.Actor
		for i, p := range pairs {
			actors[i] = w.as(p[0])
		}
		var racers sync.WaitGroup
		for i, p := range pairs {
			racers.Go(func() {
				_, err := w.In(actors[i]).ChangeContact(w.ctx(), center.ContactIDOf(p[1]), func(c center.Contact) (center.ContactMove, error) {
					if p[0] == p[1] {
						return actors[i].Leave(c)
					}
					return actors[i].Remove(c, nil)
				})
				if code := codeOf(err); err != nil && code != "last-primary" && code != "changed-meanwhile" && code != "busy" {
					t.Errorf("%s of %s: %v", p[0], p[1], err)
				}
			})
		}
		racers.Wait()
		if a, b := w.membership(ann).Contact, w.membership(bob).Contact; !a.IsPrimary() && !b.IsPrimary() {
			t.Fatalf("round %d: nobody is primary: %+v %+v", round, a, b)
		}
	}
}

// A right that was taken is not used: whoever was turned while her request was
// under way changes nobody.
func TestARightThatWasTakenIsNotUsed(t *testing.T) {
	w := staffed(t)
	stale := w.as(bob)
	if _, err := w.change(ann, bob, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Turn(c, center.ContactAccountant, w.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.In(stale).ChangeContact(w.ctx(), center.ContactIDOf(pat), func(c center.Contact) (center.ContactMove, error) { return stale.Remove(c, nil) }); codeOf(err) != "changed-meanwhile" {
		t.Errorf("removal: %v", err)
	}
	if _, err := w.In(stale).Invite(w.ctx(), center.Invitation{ID: center.InvitationIDOf("x@y.example"), Email: "x@y.example",
		Grant: center.Grant{Type: center.ContactPrimary}, Mark: "m"}); codeOf(err) != "changed-meanwhile" {
		t.Errorf("invitation: %v", err)
	}
	if c := w.membership(pat).Contact; !c.Active {
		t.Errorf("%+v", c)
	}
}

// A session ends with each way of losing access, and does not live again.
func TestAccessEndsAtOnceAndItsSessionsDoNotLiveAgain(t *testing.T) {
	ways := map[string]func(w *world) error{
		"removed":   func(w *world) error { _, err := w.change(ann, pat, removes); return err },
		"suspended": func(w *world) error { _, err := w.change(ann, pat, center.Actor.Suspend); return err },
		"left":      func(w *world) error { _, err := w.change(pat, pat, center.Actor.Leave); return err },
	}
	for name, end := range ways {
		t.Run(name, func(t *testing.T) {
			w := staffed(t)
			n := store.NewSession{ID: "0123456789abcdef0123456789abcdef", AuthAt: w.Clock.Now(), Agent: "x"}
			if _, err := w.SignIn(w.ctx(), center.AccountIDOf(buyer), center.ContactIDOf(pat), n); err != nil {
				t.Fatal(err)
			}
			if err := end(w); err != nil {
				t.Fatal(err)
			}
			if _, ok := w.membership(pat).Actor(n.ID); ok {
				t.Error("the session lives")
			}
			if entrances, _ := w.AccountsOf(w.ctx(), pat); len(entrances) != 0 {
				t.Errorf("the address may enter %v", entrances)
			}
			if name == "suspended" {
				if _, err := w.change(ann, pat, center.Actor.Reactivate); err != nil {
					t.Fatal(err)
				}
			} else if _, err := w.ops().GrantContact(w.ctx(), w.desk(), center.AccountIDOf(buyer), center.ContactGrant{Email: pat,
				Grant: center.Grant{Type: center.ContactPayables, Source: center.GrantSourceOperator}}, "back"); err != nil {
				t.Fatal(err)
			}
			if _, ok := w.membership(pat).Actor(n.ID); ok {
				t.Error("the session lives again")
			}
			if entrances, _ := w.AccountsOf(w.ctx(), pat); len(entrances) != 1 {
				t.Errorf("the address may enter %v", entrances)
			}
		})
	}
}

// A renamed account must not let in again who was kept out.
func TestARenamedAccountLetsNobodyInAgain(t *testing.T) {
	w := staffed(t)
	if _, err := w.change(ann, pat, center.Actor.Suspend); err != nil {
		t.Fatal(err)
	}
	if _, err := w.change(ann, bob, removes); err != nil {
		t.Fatal(err)
	}
	w.mustCreate(&center.AccountRecord{Key: buyer, Name: "Buyer Renamed"})
	for _, email := range []string{pat, bob} {
		if m := w.membership(email); m.Contact.Active || m.AccountName != "Buyer Renamed" {
			t.Errorf("%s: %+v", email, m)
		}
		if entrances, _ := w.AccountsOf(w.ctx(), email); len(entrances) != 0 {
			t.Errorf("%s may enter %v", email, entrances)
		}
	}
}

// What was taken is not given back by importing the same once more; a new
// order names her anew.
func TestWhatWasTakenStaysTaken(t *testing.T) {
	w := newWorld(t)
	order := anOrder("PO-1")
	w.mustCreate(order, &center.ContactRecord{Account: buyer, Email: "cfo@buyer.example", Type: center.ContactExecutive})
	boss := "pay@buyer.example"
	for _, email := range []string{ann, "cfo@buyer.example"} {
		if _, err := w.change(boss, email, removes); err != nil {
			t.Fatal(err)
		}
	}
	if named, err := w.In(center.Actor{Account: center.AccountIDOf(buyer), Contact: center.ContactIDOf(ann)}).NamedOnOrder(w.ctx(), center.Invoice{OrderRef: "PO-1"}); err != nil || named {
		t.Errorf("still named: %t %v", named, err)
	}
	w.book(order, &center.ContactRecord{Account: buyer, Email: "cfo@buyer.example", Type: center.ContactExecutive})
	want := map[string][]string{"pay@buyer.example": {"payables", "primary"}}
	if diff := cmp.Diff(want, w.access(buyer)); diff != "" {
		t.Error("after the same import:", diff)
	}
	w.mustCreate(anOrder("PO-2"))
	want["Ann@Buyer.example"] = []string{"purchasing of orders"}
	if diff := cmp.Diff(want, w.access(buyer)); diff != "" {
		t.Error("after another order:", diff)
	}
	actor := center.Actor{Account: center.AccountIDOf(buyer), Contact: center.ContactIDOf(ann)}
	for number, want := range map[string]bool{"PO-1": false, "PO-2": true} {
		if named, err := w.In(actor).NamedOnOrder(w.ctx(), center.Invoice{OrderRef: number}); err != nil || named != want {
			t.Errorf("named on %s: %t %v", number, named, err)
		}
	}
}

// A removed order contact loses that grant alone.
func TestAnOrderContactLosesThatGrantAlone(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1"))
	if _, err := w.ops().GrantContact(w.ctx(), w.desk(), center.AccountIDOf(buyer), center.ContactGrant{Email: ann,
		Grant: center.Grant{Type: center.ContactAccountant, Source: center.GrantSourceOperator}}, "asked"); err != nil {
		t.Fatal(err)
	}
	source := ""
	for _, g := range w.membership(ann).Contact.Grants {
		if g.SourceKind() == "order" {
			source = g.Source
		}
	}
	if _, err := w.change("pay@buyer.example", ann, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Remove(c, []string{source})
	}); err != nil {
		t.Fatal(err)
	}
	if got := w.access(buyer)["Ann@Buyer.example"]; !cmp.Equal(got, []string{"accountant"}) {
		t.Errorf("she is %v", got)
	}
	if entrances, _ := w.AccountsOf(w.ctx(), ann); len(entrances) != 1 {
		t.Errorf("she may enter %v", entrances)
	}
}

func TestPrimaryIsTransferredInOneStep(t *testing.T) {
	w := staffed(t)
	if _, err := w.change(ann, bob, removes); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.In(w.as(ann)).Transfer(w.ctx(), center.ContactIDOf(pat), center.ContactExecutive); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{ann: {"executive"}, pat: {"payables", "primary"}}
	if diff := cmp.Diff(want, w.access(buyer)); diff != "" {
		t.Error(diff)
	}
}

// The limits of sending are told plainly, and hold for the address and the
// account.
func TestInvitationsAreLimited(t *testing.T) {
	w := staffed(t)
	send := func(email string) error {
		marks++
		_, err := w.In(w.as(ann)).Invite(w.ctx(), center.Invitation{ID: center.InvitationIDOf(email), Email: email,
			Grant: center.Grant{Type: center.ContactPayables}, Mark: fmt.Sprint("m", marks)})
		return err
	}
	for range 5 {
		if err := send("one@guest.example"); err != nil {
			t.Fatal(err)
		}
	}
	err := send("ONE@guest.example")
	if codeOf(err) != "too-many-invitations" || !strings.Contains(center.AsError(err).Detail, "in 24 hours") {
		t.Errorf("the sixth: %v", err)
	}
	if err := send("one+sales@guest.example"); codeOf(err) != "too-many-invitations" {
		t.Errorf("the sixth to the same mailbox: %v", err)
	}
	for i := range 45 {
		if err := send(fmt.Sprintf("g%d@guest.example", i)); err != nil {
			t.Fatal(i, err)
		}
	}
	if err := send("last@guest.example"); codeOf(err) != "too-many-invitations" || !strings.Contains(center.AsError(err).Detail, "Fifty") {
		t.Errorf("the fifty-first: %v", err)
	}
	w.Clock.Advance(24 * time.Hour)
	if err := send("one@guest.example"); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestInvitingOnceIsOneLetter(t *testing.T) {
	w := staffed(t)
	i := center.Invitation{ID: center.InvitationIDOf("x@guest.example"), Email: "x@guest.example", Grant: center.Grant{Type: center.ContactPayables}, Mark: "one"}
	var generations []int
	for range 3 {
		got, err := w.In(w.as(ann)).Invite(w.ctx(), i)
		if err != nil {
			t.Fatal(err)
		}
		generations = append(generations, got.Invitation.Generation)
	}
	if !cmp.Equal(generations, []int{1, 1, 1}) {
		t.Errorf("generations %v", generations)
	}
}

// primary is a primary contact whom nobody has changed, without a look at the
// table.
func primary(email string) center.Actor {
	return center.Actor{Account: center.AccountIDOf(buyer), Contact: center.ContactIDOf(email), Email: email,
		Grants: []center.Grant{{Type: center.ContactPrimary}}, Version: 1, TimeZone: "UTC", Locale: "en"}
}

func TestInvitingAndAcceptingSurviveEveryFault(t *testing.T) {
	eachFault(t, staff, func(w *world) error {
		got, err := w.In(primary(ann)).Invite(w.ctx(), center.Invitation{ID: center.InvitationIDOf("x@guest.example"), Email: "x@guest.example",
			Grant: center.Grant{Type: center.ContactPayables}, Mark: "one"})
		if err != nil {
			return err
		}
		_, err = w.Accept(w.ctx(), got.Invitation.Account, got.Invitation.ID, got.Invitation.Generation)
		return err
	}, func(t *testing.T, w *world, _ error, gone bool) {
		i, err := w.Invitation(w.ctx(), center.AccountIDOf(buyer), center.InvitationIDOf("x@guest.example"))
		if gone && center.IsKind(err, center.NotFound) {
			return // gone before anything was written
		}
		if err != nil || i.Generation != 1 {
			t.Fatalf("%+v %v", i, err)
		}
		if _, err := w.Accept(w.ctx(), i.Account, i.ID, 1); err != nil {
			t.Fatal(err)
		}
		if c := w.membership("x@guest.example").Contact; len(c.Grants) != 1 || c.Version != 1 {
			t.Errorf("%+v", c)
		}
	})
}

func TestRemovingSurvivesEveryFault(t *testing.T) {
	eachFault(t, func(w *world) { staff(w); invite(w, "x@guest.example", center.ContactPayables) }, func(w *world) error {
		actor := primary(bob)
		_, err := w.In(actor).ChangeContact(w.ctx(), center.ContactIDOf(ann), func(c center.Contact) (center.ContactMove, error) { return actor.Remove(c, nil) })
		return err
	}, func(t *testing.T, w *world, _ error, gone bool) {
		if gone {
			if _, err := w.change(bob, ann, removes); err != nil {
				t.Fatal(err)
			}
		}
		i, err := w.Invitation(w.ctx(), center.AccountIDOf(buyer), center.InvitationIDOf("x@guest.example"))
		if c := w.membership(ann).Contact; c.Active || !c.Removed() || c.Version != 2 || err != nil || i.State != center.InvitationRevoked {
			t.Errorf("%+v %+v %v", c, i, err)
		}
	})
}

// named tells which orders name a contact.
func (w *world) named(email string, numbers ...string) map[string]bool {
	w.t.Helper()
	out := map[string]bool{}
	for _, number := range numbers {
		named, err := w.In(center.Actor{Account: center.AccountIDOf(buyer), Contact: center.ContactIDOf(email)}).NamedOnOrder(w.ctx(), center.Invoice{OrderRef: number})
		if err != nil {
			w.t.Fatal(err)
		}
		out[number] = named
	}
	return out
}

// Who wants to leave and may not is named on her orders as before.
func TestALeaveThatIsRefusedForgetsNoOrders(t *testing.T) {
	w := newWorld(t)
	w.mustCreate(anOrder("PO-1", func(o *center.Order) { o.Contacts = o.Contacts[:1] })) // she is primary, too
	if _, err := w.change(ann, ann, center.Actor.Leave); codeOf(err) != "last-primary" {
		t.Fatal(err)
	}
	if got := w.named(ann, "PO-1"); !got["PO-1"] {
		t.Error("PO-1 names her no more")
	}
}

// twoOrders are PO-1, which names Ann, and PO-2, which she is invited to, as
// she is to PO-1. It returns their ids.
func twoOrders(t *testing.T) (w *world, ids map[string]center.OrderID) {
	w = newWorld(t)
	first, second := anOrder("PO-1"), anOrder("PO-2", func(o *center.Order) { o.Contacts = o.Contacts[1:] })
	w.mustCreate(first, second)
	account := center.AccountIDOf(buyer)
	return w, map[string]center.OrderID{"PO-1": center.OrderIDOf(account, first), "PO-2": center.OrderIDOf(account, second)}
}

// What an invitation gave goes with its grant, and what orders gave with
// theirs: what is kept shows nothing of what was taken.
func TestOrdersGoWithTheGrantThatNamedThem(t *testing.T) {
	for kind, want := range map[string]map[string]bool{
		"invitation": {"PO-1": true, "PO-2": false},
		"order":      {"PO-1": false, "PO-2": true},
	} {
		t.Run(kind, func(t *testing.T) {
			w, ids := twoOrders(t)
			boss := w.as("pay@buyer.example")
			got, err := w.In(boss).Invite(w.ctx(), center.Invitation{ID: center.InvitationIDOf(ann), Email: ann, Mark: "m",
				Grant: center.Grant{Type: center.ContactPurchasing, Scoped: true, Orders: []center.OrderID{ids["PO-1"], ids["PO-2"]}}})
			if err == nil {
				_, err = w.Accept(w.ctx(), got.Invitation.Account, got.Invitation.ID, 1)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := w.named(ann, "PO-1", "PO-2"); !got["PO-1"] || !got["PO-2"] {
				t.Fatal(got)
			}
			var taken []string
			for _, g := range w.membership(ann).Contact.Grants {
				if g.SourceKind() == kind {
					taken = append(taken, g.Source)
				}
			}
			if _, err := w.change("pay@buyer.example", ann, func(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, taken) }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, w.named(ann, "PO-1", "PO-2")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Who sees only her own orders learns nothing of others by inviting to them.
func TestAnOrderOutOfReachIsAbsent(t *testing.T) {
	w, ids := twoOrders(t)
	orders := map[string]center.OrderID{"another's": ids["PO-2"], "none": center.OrderIDOf(center.AccountIDOf(buyer), anOrder("PO-3"))}
	for name, id := range orders {
		_, err := w.In(w.as(ann)).ForOrders(w.ctx(), []center.OrderID{id})
		if codeOf(err) != "order-not-found" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.In(w.as(ann)).ForOrders(w.ctx(), []center.OrderID{ids["PO-1"]}); err != nil {
		t.Error(err)
	}
	if _, err := w.In(w.as("pay@buyer.example")).ForOrders(w.ctx(), []center.OrderID{ids["PO-1"], ids["PO-2"]}); err != nil {
		t.Error(err)
	}
}

// An invitation whose inviter may not give it any more is not mailed again in
// her name; a primary contact who sends it again invites herself.
func TestAnInvitationIsSentAgainByWhoMayGiveIt(t *testing.T) {
	w := staffed(t)
	guest := "x@guest.example"
	i := invite(w, guest, center.ContactExecutive)
	if _, err := w.change(bob, ann, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Turn(c, center.ContactPayables, w.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.In(w.as(ann)).Resend(w.ctx(), i.ID, "hers"); codeOf(err) != "may-not-grant" {
		t.Errorf("by her: %v", err)
	}
	sent, err := w.In(w.as(bob)).Resend(w.ctx(), i.ID, "his")
	if err != nil || sent.By.Email != bob || sent.Grant.By != bob || sent.Generation != 2 {
		t.Fatalf("%+v %v", sent, err)
	}
	if _, err := w.Accept(w.ctx(), sent.Account, sent.ID, sent.Generation); err != nil {
		t.Error(err)
	}
}

// Who handed her place on is not primary again by the same import.
func TestATransferIsNotUndoneByTheSameImport(t *testing.T) {
	w := staffed(t)
	if _, _, err := w.In(w.as(ann)).Transfer(w.ctx(), center.ContactIDOf(pat), center.ContactAccountant); err != nil {
		t.Fatal(err)
	}
	w.book(&center.ContactRecord{Account: buyer, Email: ann, Name: "Ann", Type: center.ContactPrimary})
	if got := w.access(buyer)[ann]; !cmp.Equal(got, []string{"accountant"}) {
		t.Errorf("she is %v", got)
	}
}

// What inviting, accepting and sending again cost.
func TestUnitsOfInvitingAndAccepting(t *testing.T) {
	w, ids := twoOrders(t)
	boss := w.as("pay@buyer.example")
	whole := center.Invitation{ID: center.InvitationIDOf("x@guest.example"), Email: "x@guest.example", Mark: "m", Grant: center.Grant{Type: center.ContactPayables}}
	some := center.Invitation{ID: center.InvitationIDOf("y@guest.example"), Email: "y@guest.example", Mark: "m",
		Grant: center.Grant{Type: center.ContactPurchasing, Scoped: true, Orders: []center.OrderID{ids["PO-1"], ids["PO-2"]}}}
	invites := func(i center.Invitation) func(context.Context) error {
		return func(ctx context.Context) error { _, err := w.In(boss).Invite(ctx, i); return err }
	}
	accepts := func(i center.Invitation, generation int) func(context.Context) error {
		return func(ctx context.Context) error { _, err := w.Accept(ctx, boss.Account, i.ID, generation); return err }
	}
	for _, c := range []struct {
		name, calls, units string
		do                 func(context.Context) error
	}{
		{"invite", "BatchGetItem GetItem PutItem GetItem PutItem TransactWriteItems", "4r 10w", invites(whole)},
		{"send again", "GetItem GetItem GetItem PutItem GetItem PutItem TransactWriteItems", "4r 10w", func(ctx context.Context) error { _, err := w.In(boss).Resend(ctx, whole.ID, "again"); return err }},
		{"accept", "GetItem GetItem GetItem TransactWriteItems", "3r 12w", accepts(whole, 2)},
		{"accept again", "GetItem", "1r 0w", accepts(whole, 2)},
		{"invite to two orders", "BatchGetItem GetItem PutItem GetItem PutItem TransactWriteItems", "4r 10w", invites(some)},
		{"accept two orders", "GetItem GetItem GetItem BatchGetItem BatchGetItem BatchGetItem TransactWriteItems", "9r 16w", accepts(some, 1)},
	} {
		ctx, meter := store.WithMeter(t.Context())
		if err := c.do(ctx); err != nil {
			t.Fatal(c.name, err)
		}
		if calls := strings.Join(meter.Calls(), " "); calls != c.calls || meter.Units() != c.units {
			t.Errorf("%s: %q, %q; want %q, %q", c.name, calls, meter.Units(), c.calls, c.units)
		}
	}
}

// Who was primary once has no hold on the primary contacts she invited then.
func TestAFormerPrimaryHasNoHoldOnThoseAboveHer(t *testing.T) {
	w := staffed(t)
	for guest, as := range map[string]center.ContactType{"x@guest.example": center.ContactPrimary, "y@guest.example": center.ContactAccountant} {
		i := invite(w, guest, as)
		if _, err := w.Accept(w.ctx(), i.Account, i.ID, i.Generation); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.change(bob, ann, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Turn(c, center.ContactPayables, w.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	for name, does := range map[string]func(center.Actor, center.Contact) (center.ContactMove, error){
		"remove": removes, "suspend": center.Actor.Suspend,
		"turn": func(a center.Actor, c center.Contact) (center.ContactMove, error) {
			return a.Turn(c, center.ContactAccountant, w.Clock.Now())
		},
	} {
		if _, err := w.change(ann, "x@guest.example", does); codeOf(err) != "not-your-invitee" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.change(ann, "y@guest.example", removes); err != nil {
		t.Errorf("whom she could still invite: %v", err)
	}
}
