package contacts

import (
	"context"
	"errors"
	"flag"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

var (
	rounds = flag.Int("rounds", 2, "rounds of each race")
	uses   = flag.Int("uses", 400, "requests that race with changes of what they may")
)

// crowd is how many accept at once.
const crowd = 64

// najd is the account everything is about.
var najd = center.AccountIDOf(functiontest.Najd)

func member(t testing.TB, w *functiontest.World, p functiontest.Person) store.Membership {
	t.Helper()
	m, err := w.Store.Membership(t.Context(), najd, center.ContactIDOf(string(p)))
	if err != nil && !center.IsKind(err, center.NotFound) {
		t.Fatal(err)
	}
	return m
}

// Sixty-four accept one invitation at once, while it is sent again, taken back
// or its inviter removed in some rounds: never is there more than one contact,
// one audit entry and one letter, and never is anybody in whose invitation
// ended first.
func TestRacesToAccept(t *testing.T) {
	count := tally.Open(t, "64 accept one invitation at once")
	const guest = functiontest.Person("sara@najd.example")
	meanwhile := map[string]func(w *functiontest.World, i center.Invitation) error{
		"nothing": func(*functiontest.World, center.Invitation) error { return nil },
		"it is sent again": func(w *functiontest.World, i center.Invitation) error {
			_, err := w.Store.In(w.Actor(t, functiontest.Payables)).Resend(t.Context(), i.ID, "again")
			return err
		},
		"it is taken back": func(w *functiontest.World, i center.Invitation) error {
			_, err := w.Store.In(w.Actor(t, functiontest.Payables)).Revoke(t.Context(), i.ID)
			return err
		},
		"inviter is removed": func(w *functiontest.World, _ center.Invitation) error {
			actor := w.Actor(t, functiontest.Primary)
			_, err := w.Store.In(actor).ChangeContact(t.Context(), center.ContactIDOf(string(functiontest.Payables)), func(c center.Contact) (center.ContactMove, error) { return actor.Remove(c, nil) })
			return err
		},
	}
	for range *rounds {
		for name, other := range meanwhile {
			w := functiontest.New(t)
			i, _ := w.Invite(t, functiontest.Payables, guest, center.Grant{Type: center.ContactPayables})
			var accepted atomic.Int64
			var racers sync.WaitGroup
			for range crowd {
				racers.Go(func() {
					if _, err := w.Store.Accept(t.Context(), i.Account, i.ID, i.Generation); err == nil {
						accepted.Add(1)
					}
				})
			}
			racers.Go(func() {
				if err := other(w, i); err != nil && !expected(err) {
					t.Errorf("%s: %v", name, err)
				}
			})
			racers.Wait()
			count.Add(judge(t, w, guest, accepted.Load()))
		}
	}
}

// expected are the refusals of somebody who came second.
func expected(err error) bool {
	return slices.Contains([]string{"invitation-ended", "invitation-accepted", "changed-meanwhile", "busy", "last-primary", "contact-not-found"}, center.AsError(err).Code)
}

// judge says what is wrong after a race, "" for nothing.
func judge(t testing.TB, w *functiontest.World, guest functiontest.Person, accepted int64) string {
	m := member(t, w, guest)
	outcome := 0
	for _, l := range w.Letters(t, center.LetterInvitationAccepted) {
		if l.Params["email"] == string(guest) {
			outcome++
		}
	}
	joined := m.Contact.ID != ""
	entries := 0
	log, _, err := w.Store.In(w.Actor(t, functiontest.Primary)).AuditLog(t.Context(), store.AuditQuery{Limit: store.MaxPage, Kind: center.AuditAccepted})
	if err != nil {
		t.Fatal(err)
	}
	entries = len(log)
	switch {
	case joined && (len(m.Contact.Grants) != 1 || m.Contact.Version != 1):
		return "a contact made twice"
	case joined && (outcome != 1 || entries != 1):
		return "told or written down more than once"
	case !joined && (outcome != 0 || entries != 0):
		return "told without being so"
	case accepted > 0 && !joined:
		return "accepted, and no contact"
	}
	return ""
}

// Two primary contacts remove each other, or leave, at once, and by transfer:
// one stays.
func TestRacesOfTheLastPrimaries(t *testing.T) {
	count := tally.Open(t, "the two last primary contacts go at once")
	type goes func(s *store.Store, actors [2]center.Actor, n int) error
	leave := func(s *store.Store, actors [2]center.Actor, n int) error {
		_, err := s.In(actors[n]).ChangeContact(t.Context(), actors[n].Contact, actors[n].Leave)
		return err
	}
	remove := func(s *store.Store, actors [2]center.Actor, n int) error {
		_, err := s.In(actors[n]).ChangeContact(t.Context(), actors[1-n].Contact, func(c center.Contact) (center.ContactMove, error) { return actors[n].Remove(c, nil) })
		return err
	}
	suspend := func(s *store.Store, actors [2]center.Actor, n int) error {
		_, err := s.In(actors[n]).ChangeContact(t.Context(), actors[1-n].Contact, actors[n].Suspend)
		return err
	}
	demote := func(s *store.Store, actors [2]center.Actor, n int) error {
		_, err := s.In(actors[n]).ChangeContact(t.Context(), actors[n].Contact, func(c center.Contact) (center.ContactMove, error) {
			return actors[n].Turn(c, center.ContactAccountant, functiontest.Start)
		})
		return err
	}
	transfer := func(s *store.Store, actors [2]center.Actor, n int) error {
		_, _, err := s.In(actors[n]).Transfer(t.Context(), center.ContactIDOf(string(functiontest.Payables)), center.ContactAccountant)
		return err
	}
	ways := []goes{leave, remove, suspend, demote, transfer}
	for range *rounds {
		for _, first := range ways {
			for _, second := range ways {
				w := functiontest.New(t)
				w.Change(t, functiontest.Primary, functiontest.Executive, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
					return a.Turn(c, center.ContactPrimary, w.Now())
				})
				actors := [2]center.Actor{w.Actor(t, functiontest.Primary), w.Actor(t, functiontest.Executive)}
				var racers sync.WaitGroup
				for n, way := range []goes{first, second} {
					racers.Go(func() {
						if err := way(w.Store, actors, n); err != nil && !expected(err) && center.AsError(err).Code != "may-not-grant" {
							t.Error(err)
						}
					})
				}
				racers.Wait()
				verdict := "nobody is primary"
				for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Executive, functiontest.Payables} {
					if member(t, w, p).Contact.IsPrimary() {
						verdict = ""
					}
				}
				count.Add(verdict)
			}
		}
	}
}

// Requests go on while what their contact may is changed: once a change is
// answered, the next request has it, in every one.
func TestRacesOfAChangeAgainstUse(t *testing.T) {
	count := tally.Open(t, "requests after a change of what they may: stale ones")
	w := functiontest.New(t)
	_, value := cookieOf(w.Cookie(t, functiontest.Payables))
	guard := session.NewGuard(w.Store, w.Operators, w.Now)
	types := []center.ContactType{center.ContactExecutive, center.ContactAccountant, center.ContactPayables}
	ctx, stop := context.WithCancel(t.Context())
	var background sync.WaitGroup
	for range 4 { // requests that are always under way
		background.Go(func() {
			for ctx.Err() == nil {
				if _, err := guard.Enter(ctx, value); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
					t.Errorf("a request is refused: %v", err)
					return
				}
			}
		})
	}
	const atOnce = 8
	for n := 0; n*atOnce < *uses; n++ {
		to := types[n%len(types)]
		w.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
			return a.Turn(c, to, w.Now())
		})
		var racers sync.WaitGroup
		for range atOnce {
			racers.Go(func() {
				actor, err := guard.Enter(t.Context(), value)
				verdict := ""
				if err != nil || !slices.Equal(actor.Types(), []center.ContactType{to}) {
					verdict = "stale"
				}
				count.Add(verdict)
			})
		}
		racers.Wait()
		w.Pass(time.Second)
	}
	stop()
	background.Wait()
	if count.Violations() > 0 {
		t.Errorf("%d stale", count.Violations())
	}
}

func cookieOf(header string) (name, value string) {
	at := slices.Index([]byte(header), '=')
	return header[:at], header[at+1:]
}
