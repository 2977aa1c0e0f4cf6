package contacts

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/mutant"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// shapes are the keys that changes of people write.
var shapes = []mutant.Shape{
	{Key: regexp.MustCompile(`^A#\S+ M#`), What: "membership"},
	{Key: regexp.MustCompile(`^A#\S+ V#`), What: "invitation"},
	{Key: regexp.MustCompile(`^A#\S+ R#`), What: "review entry"},
	{Key: regexp.MustCompile(`^L#\S+ O#`), What: "order of a contact"},
	{Key: regexp.MustCompile(`^U#`), What: "entrance"},
	{Key: regexp.MustCompile(`^Z#`), What: "audit entry"},
	{Key: regexp.MustCompile(`^M#`), What: "letter"},
	{Key: regexp.MustCompile(`^RB#`), What: "limit"},
}

const (
	guest = functiontest.Person("sara@najd.example")
	other = functiontest.Person("lina@najd.example")
)

// scene is a world in which a story is told over a table that may be spoilt.
type scene struct {
	*functiontest.World
	t      *testing.T
	over   *store.Store // the table that the story writes to
	twice  center.AccountID
	errors []string
}

// story is something that happens to people. before sets it up, unspoilt.
type story struct {
	name   string
	before func(s *scene)
	tell   func(s *scene) error
}

func id(p functiontest.Person) center.ContactID { return center.ContactIDOf(string(p)) }

func (s *scene) invites(by, to functiontest.Person, g center.Grant, mark string) error {
	_, err := s.over.In(s.Actor(s.t, by)).Invite(s.t.Context(), center.Invitation{ID: center.InvitationIDOf(string(to)), Email: string(to), Grant: g, Mark: mark})
	return err
}

func (s *scene) accepts(who functiontest.Person, generation int) error {
	_, err := s.over.Accept(s.t.Context(), najd, center.InvitationIDOf(string(who)), generation)
	return err
}

func (s *scene) changes(by, whom functiontest.Person, decide func(center.Actor, center.Contact) (center.ContactMove, error)) error {
	actor := s.Actor(s.t, by)
	_, err := s.over.In(actor).ChangeContact(s.t.Context(), id(whom), func(c center.Contact) (center.ContactMove, error) { return decide(actor, c) })
	return err
}

func (s *scene) transfers(then center.ContactType) error {
	_, _, err := s.over.In(s.Actor(s.t, functiontest.Primary)).Transfer(s.t.Context(), id(functiontest.Payables), then)
	return err
}

func (s *scene) desk() (store.Everywhere, center.Actor) {
	return s.over.Everywhere("a proof"), s.Actor(s.t, functiontest.Desk)
}

func turns(to center.ContactType) func(center.Actor, center.Contact) (center.ContactMove, error) {
	return func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Turn(c, to, functiontest.Start)
	}
}

func removes(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) }

// invited is a scene with an invitation from the payables contact that waits.
func invited(s *scene) {
	s.over = s.Store
	must(s, s.invites(functiontest.Payables, guest, center.Grant{Type: center.ContactAccountant}, "first"))
}

// buying is one with an invitation to an order, for who has left and for who
// is a contact of another kind.
func buying(s *scene) {
	s.over = s.Store
	must(s, s.changes(functiontest.Primary, functiontest.Purchasing, removes))
	g := center.Grant{Type: center.ContactPurchasing, Scoped: true, Orders: []center.OrderID{s.OrderID()}}
	must(s, s.invites(functiontest.Primary, functiontest.Purchasing, g, "buyer"))
	must(s, s.invites(functiontest.Primary, functiontest.Accountant, g, "books"))
}

// twoPrimaries makes the executive contact primary too.
func twoPrimaries(s *scene) {
	s.over = s.Store
	must(s, s.changes(functiontest.Primary, functiontest.Executive, turns(center.ContactPrimary)))
}

func waiting(s *scene) { s.twice = s.NameOnly(s.t, "PO-TWICE") }

func must(s *scene, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

var stories = []story{
	{"invite", nil, func(s *scene) error {
		return s.invites(functiontest.Primary, guest, center.Grant{Type: center.ContactPayables}, "one")
	}},
	{"send again", invited, func(s *scene) error {
		_, err := s.over.In(s.Actor(s.t, functiontest.Payables)).Resend(s.t.Context(), center.InvitationIDOf(string(guest)), "again")
		return err
	}},
	{"take back", invited, func(s *scene) error {
		_, err := s.over.In(s.Actor(s.t, functiontest.Payables)).Revoke(s.t.Context(), center.InvitationIDOf(string(guest)))
		return err
	}},
	{"decline", invited, func(s *scene) error {
		return s.over.Decline(s.t.Context(), najd, center.InvitationIDOf(string(guest)), 1)
	}},
	{"accept", invited, func(s *scene) error { return s.accepts(guest, 1) }},
	{"accept an order, back again", buying, func(s *scene) error { return s.accepts(functiontest.Purchasing, 1) }},
	{"accept an order, being a contact", buying, func(s *scene) error { return s.accepts(functiontest.Accountant, 1) }},
	{"change a type", nil, func(s *scene) error {
		return s.changes(functiontest.Primary, functiontest.Purchasing, turns(center.ContactAccountant))
	}},
	{"step down", twoPrimaries, func(s *scene) error {
		return s.changes(functiontest.Primary, functiontest.Primary, turns(center.ContactPayables))
	}},
	{"remove a primary", twoPrimaries, func(s *scene) error { return s.changes(functiontest.Primary, functiontest.Executive, removes) }},
	{"leave", twoPrimaries, func(s *scene) error {
		return s.changes(functiontest.Primary, functiontest.Primary, center.Actor.Leave)
	}},
	{"suspend", nil, func(s *scene) error {
		return s.changes(functiontest.Primary, functiontest.Payables, center.Actor.Suspend)
	}},
	{"reactivate", func(s *scene) {
		s.over = s.Store
		must(s, s.changes(functiontest.Primary, functiontest.Payables, center.Actor.Suspend))
	}, func(s *scene) error {
		return s.changes(functiontest.Primary, functiontest.Payables, center.Actor.Reactivate)
	}},
	{"remove an inviter", invited, func(s *scene) error { return s.changes(functiontest.Primary, functiontest.Payables, removes) }},
	{"remove a buyer", nil, func(s *scene) error { return s.changes(functiontest.Primary, functiontest.Purchasing, removes) }},
	{"hand on", nil, func(s *scene) error { return s.transfers(center.ContactAccountant) }},
	{"hand on and go", func(s *scene) {
		s.over = s.Store
		must(s, s.changes(functiontest.Primary, functiontest.Primary, removePayables))
		must(s, s.invites(functiontest.Primary, other, center.Grant{Type: center.ContactExecutive}, "hers"))
	}, func(s *scene) error { return s.transfers("") }},
	{"an operator lets in", nil, func(s *scene) error {
		everywhere, desk := s.desk()
		_, err := everywhere.GrantContact(s.t.Context(), desk, najd, center.ContactGrant{Email: string(guest),
			Grant: center.Grant{Type: center.ContactPayables, Source: center.GrantSourceOperator}}, "asked")
		return err
	}},
	{"an operator gives a contact more", nil, func(s *scene) error {
		everywhere, desk := s.desk()
		_, err := everywhere.GrantContact(s.t.Context(), desk, najd, center.ContactGrant{Email: string(functiontest.Accountant),
			Grant: center.Grant{Type: center.ContactPayables, Source: center.GrantSourceOperator}}, "asked")
		return err
	}},
	{"an operator removes", nil, func(s *scene) error {
		everywhere, desk := s.desk()
		_, err := everywhere.ChangeContact(s.t.Context(), desk, najd, id(functiontest.Payables), "asked", center.Withdraw)
		return err
	}},
	{"an operator accepts who waits", waiting, func(s *scene) error {
		everywhere, desk := s.desk()
		_, err := everywhere.AcceptReview(s.t.Context(), desk, s.twice, id("chief@twice.example"), "known")
		return err
	}},
	{"an operator refuses who waits", waiting, func(s *scene) error {
		everywhere, desk := s.desk()
		return everywhere.RefuseReview(s.t.Context(), desk, s.twice, id("chief@twice.example"), "unknown")
	}},
}

// removePayables leaves a primary contact nothing but that: what the order
// gave her beside it goes.
func removePayables(_ center.Actor, c center.Contact) (center.ContactMove, error) {
	after := c
	after.Grants = slices.DeleteFunc(slices.Clone(c.Grants), func(g center.Grant) bool { return g.Type != center.ContactPrimary })
	return center.ContactMove{After: after, Kind: center.AuditTypeChanged}, nil
}

// told is the story over a spoilt table, and what is to be seen afterwards.
func (y story) told(t *testing.T, m *mutant.Mutant) (picture string, err error) {
	s := &scene{World: functiontest.New(t), t: t}
	for _, p := range functiontest.Members {
		s.Cookie(t, p)
	}
	if y.before != nil {
		y.before(s)
	}
	m.Next, m.Shapes = s.Cloud.DB, shapes
	if m.Intruder != nil {
		m.Intruder = &mutant.Stranger{Table: s.Cloud.DB, Name: s.Cloud.Table}
	}
	config := s.Cloud.Config
	config.HTTP = m
	s.Actor(t, functiontest.Desk)
	s.over = store.Open(config)
	if err = y.tell(s); m.Intruder != nil {
		return "", err
	}
	return s.picture(), err
}

// picture is all that people could see afterwards.
func (s *scene) picture() string {
	ctx, everywhere := s.t.Context(), s.Store.Everywhere("a proof")
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	people := append(slices.Clone(functiontest.Members), guest, other, "chief@twice.example")
	for _, account := range []center.AccountID{najd, s.twice} {
		if account == "" {
			continue
		}
		for _, p := range people {
			m, err := s.Store.Membership(ctx, account, id(p))
			say("%s is %v %+v with %d sessions %v", p, m.Contact.Active, m.Contact.Grants, len(m.Sessions), err)
			i, err := s.Store.Invitation(ctx, account, center.InvitationIDOf(string(p)))
			say("%s invited %+v %v", p, i, err)
			for _, number := range []string{"PO-77", "PO-TWICE"} {
				named, err := s.Store.In(center.Actor{Account: account, Contact: id(p)}).NamedOnOrder(ctx, center.Invoice{OrderRef: number})
				say("%s named on %s: %t %v", p, number, named, err)
			}
		}
		log, _, err := s.Store.In(center.Actor{Account: account, TimeZone: "UTC"}).AuditLog(ctx, store.AuditQuery{Limit: store.MaxPage})
		for _, e := range log {
			if e.Kind != "import" { // of the world itself, under an id that is drawn
				say("log: %s %s %s %v %v", e.Kind, e.By, e.Subject, e.Facts, err)
			}
		}
	}
	for _, p := range people {
		entrances, err := s.Store.AccountsOf(ctx, string(p))
		say("%s may enter %v %v", p, entrances, err)
	}
	reviews, _, err := everywhere.Reviews(ctx, "", store.MaxPage)
	say("wait %+v %v", reviews, err)
	slices.Sort(out)
	return strings.Join(append(out, s.Mailed(s.t)...), "\n")
}

var each = flag.Int("each", 6, "spoil one write in so many")

// TestConditionMutations strips each condition of the transactions that change
// who may enter, and leaves out each of their items: some check must notice.
func TestConditionMutations(t *testing.T) {
	var all []mutant.Story
	for _, y := range stories {
		all = append(all, mutant.Story{Name: y.name, Tell: y.told})
	}
	limits := func(g mutant.Guard) bool { return g.Step == mutant.Alone } // they hang on nothing else
	mutant.Hunt(t, "people", *each, limits, all)
}
