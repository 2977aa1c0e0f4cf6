package letters

import (
	"context"
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

// shapes are the keys that letters, reminders and disputes write.
var shapes = []mutant.Shape{
	{Key: regexp.MustCompile(`^M#`), What: "letter", ByCondition: true},
	{Key: regexp.MustCompile(`^R#`), What: "marker"},
	{Key: regexp.MustCompile(`^X#remind `), What: "planned part", ByCondition: true},
	{Key: regexp.MustCompile(`^X#dunning `), What: "own steps"},
	{Key: regexp.MustCompile(`^X#`), What: "count of mail"},
	{Key: regexp.MustCompile(`^A#\S+ D#`), What: "policy"},
	{Key: regexp.MustCompile(`^A#\S+ BILLING`), What: "wishes"},
	{Key: regexp.MustCompile(`^A#\S+ M#`), What: "membership", ByCondition: true},
	{Key: regexp.MustCompile(`^U#`), What: "address", ByCondition: true},
	{Key: regexp.MustCompile(`^Z#`), What: "audit entry"},
	{Key: regexp.MustCompile(`^I#\S+ Q#`), What: "dispute"},
	{Key: regexp.MustCompile(`^I#\S+ H`), What: "invoice"},
	{Key: regexp.MustCompile(`^L#\S+ U#`), What: "row"},
	{Key: regexp.MustCompile(`^L#\S+ T#`), What: "total"},
}

// scene is a world in which a story is told over a table that may be spoilt.
type scene struct {
	*functiontest.World
	t       *testing.T
	over    *store.Store // the table that the story writes to
	letters []string     // to be looked at afterwards
}

// story is something that happens to letters. before sets it up, unspoilt.
type story struct {
	name   string
	before func(*scene)
	tell   func(*scene) error
}

var (
	ctx     = context.Background()
	najd    = center.AccountIDOf(functiontest.Najd)
	payable = center.ContactIDOf(string(functiontest.Payables))
	third   = center.DunningStep{Base: center.DunningFromDue, Days: 3}
	invoice = functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, "INV-1002")
	dispute = center.DisputeIDOf(najd, payable, invoice, "a key of sixteen.")
)

// reminds puts the digests of so many bills.
func (s *scene) reminds(n int) error {
	var all []center.Reminded
	for i := range n {
		all = append(all, center.Reminded{Step: center.DueReminder{DunningStep: third, Name: third.String()},
			Invoice: center.Invoice{ID: center.InvoiceID(fmt.Sprintf("inv_%032x", i)), Account: najd, DueOn: "2026-11-19"}})
	}
	d, err := s.Store.Debtor(ctx, najd)
	if err != nil {
		return err
	}
	_, _, err = s.over.PutReminders(ctx, najd, all, store.Reminding{People: d.People, At: s.Now(), OneDigest: true})
	return err
}

// letter puts a letter to the payables contact.
func letter(s *scene) {
	l := center.Letter{ID: strings.Repeat("5", 32), Kind: center.LetterNewDevice, To: string(functiontest.Payables), Account: najd, Contact: payable, CreatedAt: s.Now()}
	must(s, s.Store.PutLetter(ctx, l))
	s.letters = append(s.letters, l.ID)
}

// claimed is that letter in the hands of an attempt.
func claimed(s *scene) {
	letter(s)
	_, _, err := s.Store.ClaimLetter(ctx, s.letters[0], "first")
	must(s, err)
}

func must(s *scene, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// disputed is an invoice in dispute.
func disputed(s *scene) { s.over = s.Store; must(s, s.disputes()) }

func (s *scene) disputes() error {
	actor := s.Actor(s.t, functiontest.Payables)
	detail, err := s.Store.In(actor).Invoice(ctx, invoice)
	if err != nil {
		return err
	}
	_, err = s.over.In(actor).OpenDispute(ctx, center.Dispute{ID: dispute, Invoice: invoice, Reason: center.DisputeTax, Text: "Wrong rate", Amount: detail.Invoice.Disputable(),
		By: payable, ByName: "Omar", At: s.Now()})
	return err
}

func answers(to center.DisputeState) func(*scene) error {
	return func(s *scene) error {
		_, err := s.over.Everywhere("a proof").AnswerDispute(ctx, najd, invoice, dispute, to, "We look", string(functiontest.Desk))
		return err
	}
}

func (s *scene) part(n int) (store.PlannedShard, error) {
	all, err := s.Store.PlannedShards(ctx)
	if err != nil {
		return store.PlannedShard{}, err
	}
	return all[n], nil
}

// refused turns the refusal that must come into success, and success into an
// error.
func refused(err error) error {
	if center.IsKind(err, center.Conflict) {
		return nil
	}
	return fmt.Errorf("was not refused: %v", err)
}

// sets sets a policy of Najd's.
func sets(change func(*center.DunningPolicy)) func(*scene) error {
	return func(s *scene) error {
		p := center.DefaultDunning()
		change(&p)
		return s.over.Everywhere("a proof").SetDunning(ctx, najd, p, string(functiontest.Desk))
	}
}

func steps12(p *center.DunningPolicy) { p.Steps = p.Steps[:2] }

var stories = []story{
	{"a bill is reminded of", nil, func(s *scene) error { return s.reminds(1) }},
	{"a bill is reminded of twice", func(s *scene) { s.over = s.Store; must(s, s.reminds(1)) }, func(s *scene) error { return s.reminds(2) }},
	{"two hundred are", nil, func(s *scene) error { return s.reminds(200) }},
	{"a letter is put twice", letter, func(s *scene) error {
		return s.over.PutLetter(ctx, center.Letter{ID: s.letters[0], Kind: center.LetterDispute, To: string(functiontest.Primary), CreatedAt: s.Now()})
	}},
	{"a letter is put", func(s *scene) { s.letters = []string{strings.Repeat("6", 32)} }, func(s *scene) error {
		return s.over.PutLetter(ctx, center.Letter{ID: s.letters[0], Kind: center.LetterDispute, To: string(functiontest.Primary), CreatedAt: s.Now()})
	}},
	{"two take a letter", letter, func(s *scene) error {
		for _, who := range []string{"first", "second"} {
			if _, got, err := s.over.ClaimLetter(ctx, s.letters[0], who); err != nil || got != (who == "first") {
				return fmt.Errorf("%s has it: %t, %v", who, got, err)
			}
		}
		return nil
	}},
	{"a letter is sent", claimed, func(s *scene) error { return s.over.LetterSent(ctx, s.letters[0], "first", "mail-1") }},
	{"a letter is sent by who lost it", claimed, func(s *scene) error { return refused(s.over.LetterSent(ctx, s.letters[0], "second", "mail-1")) }},
	{"a letter is refused", claimed, func(s *scene) error { return s.over.LetterFailed(ctx, s.letters[0], "first", "no such address") }},
	{"a letter is passed over", claimed, func(s *scene) error { return s.over.LetterSkipped(ctx, s.letters[0], "first", "paid") }},
	{"a letter is passed over by who lost it", claimed, func(s *scene) error { return refused(s.over.LetterSkipped(ctx, s.letters[0], "second", "paid")) }},
	{"a letter waits", claimed, func(s *scene) error {
		return s.over.LetterPostponed(ctx, s.letters[0], "first", s.Now().Add(time.Minute))
	}},
	{"a letter waits for who lost it", claimed, func(s *scene) error { return refused(s.over.LetterPostponed(ctx, s.letters[0], "second", s.Now())) }},
	{"no word came of a letter", claimed, func(s *scene) error { return s.over.LetterSilent(ctx, s.letters[0], "first") }},
	{"word comes of a letter", claimed, func(s *scene) error {
		for _, fate := range []store.LetterFate{store.FateBounced, store.FateTaken, store.FateBounced, store.FateComplained} {
			if _, err := s.over.LetterHeard(ctx, s.letters[0], store.Heard{Fate: fate, MessageID: "mail-1"}); err != nil {
				return err
			}
		}
		return nil
	}},
	{"word comes of a letter that nobody put", nil, func(s *scene) error {
		s.letters = []string{strings.Repeat("7", 32)}
		_, err := s.over.LetterHeard(ctx, s.letters[0], store.Heard{Fate: store.FateTaken, MessageID: "mail-1"})
		return err
	}},
	{"two plan one part", nil, func(s *scene) error {
		for n, who := range []string{"first", "second"} {
			if got, err := s.over.TakeShard(ctx, store.PlannedShard{Shard: 3}, who, s.Now().Add(time.Hour)); err != nil || got != (n == 0) {
				return fmt.Errorf("%s has it: %t, %v", who, got, err)
			}
		}
		if err := s.over.ShardPlanned(ctx, 3, "second", "2026-12-31"); err != nil {
			return err
		}
		if got, err := s.part(3); err != nil || got.Through != "" {
			return fmt.Errorf("planned by who had it not: %+v %v", got, err)
		}
		return s.over.ShardPlanned(ctx, 3, "first", "2026-11-22")
	}},
	{"a part is planned that another planned since", func(s *scene) {
		_, err := s.Store.TakeShard(ctx, store.PlannedShard{Shard: 3}, "first", s.Now())
		must(s, err)
		must(s, s.Store.ShardPlanned(ctx, 3, "first", "2026-11-22"))
	}, func(s *scene) error {
		stands, err := s.part(3)
		if err != nil {
			return err
		}
		stale := stands
		stale.Through = "2026-11-21"
		if got, err := s.over.TakeShard(ctx, stale, "second", s.Now()); got || err != nil {
			return fmt.Errorf("taken by what was read before: %v", err)
		}
		_, err = s.over.TakeShard(ctx, stands, "second", s.Now().Add(time.Hour))
		return err
	}},
	{"a contact wants no reminders", nil, func(s *scene) error { return s.over.DeclineLetters(ctx, najd, payable, center.OptionalLetters) }},
	{"somebody who is no contact wants none", nil, func(s *scene) error {
		return s.over.DeclineLetters(ctx, najd, center.ContactIDOf("nobody@nowhere.example"), center.OptionalLetters)
	}},
	{"an account gets steps of its own", nil, sets(steps12)},
	{"an account gets others", func(s *scene) { s.over = s.Store; must(s, sets(steps12)(s)) }, sets(func(p *center.DunningPolicy) { p.RepeatDays = 14 })},
	{"an account goes back to those all have", func(s *scene) { s.over = s.Store; must(s, sets(steps12)(s)) }, sets(func(p *center.DunningPolicy) { p.Exempt = true })},
	{"an address bounces", nil, bounces(0)},
	{"an address bounces that did before", func(s *scene) { s.over = s.Store; must(s, bounces(0)(s)) }, bounces(time.Hour)},
	{"an old bounce is told", func(s *scene) { s.over = s.Store; must(s, bounces(0)(s)) }, bounces(-time.Hour)},
	{"an address takes mail again", func(s *scene) { s.over = s.Store; must(s, bounces(0)(s)) }, func(s *scene) error {
		_, err := s.over.HearOf(ctx, string(functiontest.Payables), center.Reach{At: s.Now().Add(time.Hour)})
		return err
	}},
	{"an invoice is disputed", nil, (*scene).disputes},
	{"a dispute is withdrawn", disputed, func(s *scene) error {
		_, err := s.over.In(s.Actor(s.t, functiontest.Payables)).WithdrawDispute(ctx, invoice, dispute)
		return err
	}},
	{"a dispute is looked into", disputed, answers(center.DisputeReview)},
	{"a dispute is accepted", disputed, answers(center.DisputeAccepted)},
	{"a dispute is not accepted", disputed, answers(center.DisputeRejected)},
}

func bounces(after time.Duration) func(*scene) error {
	return func(s *scene) error {
		_, err := s.over.HearOf(ctx, string(functiontest.Payables), center.Reach{Reason: center.ReachBounced, At: s.Now().Add(after)})
		return err
	}
}

// told is the story over a spoilt table, and what is to be seen afterwards.
func (y story) told(t *testing.T, m *mutant.Mutant) (picture string, err error) {
	s := &scene{World: functiontest.New(t), t: t}
	s.Cookie(t, functiontest.Payables)
	if y.before != nil {
		y.before(s)
	}
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

// picture is all that people, and the functions of letters, could see
// afterwards.
func (s *scene) picture() string {
	everywhere := s.Store.Everywhere("a proof")
	account := s.Store.In(center.Actor{Account: najd, Contact: payable, TimeZone: "UTC"})
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, kind := range []center.LetterKind{center.LetterReminder, center.LetterDispute} {
		for _, l := range s.Letters(s.t, kind) {
			s.letters = append(s.letters, l.ID)
		}
	}
	for _, id := range s.letters {
		l, err := s.Store.Letter(ctx, id)
		say("letter %+v %v", l, err)
	}
	due, err := s.Store.DueLetters(ctx, 100)
	say("due %v %v", due, err)
	s.Pass(2 * time.Hour)
	later, err := s.Store.DueLetters(ctx, 100)
	say("due later %v %v", later, err)
	parts, err := s.Store.PlannedShards(ctx)
	say("planned %+v %v", parts, err)
	health, err := s.Store.MailHealth(ctx)
	say("health %+v %v", health, err)
	debtor, err := s.Store.Debtor(ctx, najd)
	say("debtor %+v %v", debtor, err)
	for shard := range store.RemindShards {
		own, err := s.Store.OwnSteps(ctx, shard)
		say("own steps in %d: %v %v", shard, own, err)
	}
	reach, err := s.Store.Reach(ctx, string(functiontest.Payables))
	say("reach %+v %v", reach, err)
	m, err := s.Store.Membership(ctx, najd, payable)
	say("member %+v %v", m.Contact, err)
	detail, err := account.Invoice(ctx, invoice)
	say("invoice %+v disputes %+v %v", detail.Invoice, detail.Disputes, err)
	page, err := account.Invoices(ctx, store.InvoiceQuery{Limit: store.MaxPage})
	say("list %+v %v", page.Invoices, err)
	open, more, err := everywhere.Disputes(ctx, 100)
	say("disputes %+v %t %v", open, more, err)
	summary, err := account.Summary(ctx)
	say("summary %+v %v", summary, err)
	log, _, err := account.AuditLog(ctx, store.AuditQuery{Limit: store.MaxPage})
	for _, e := range log {
		if e.Kind != "import" { // of the world itself, under an id that is drawn
			say("log: %s %s %s %v %v", e.Kind, e.By, e.Subject, e.Facts, err)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// TestConditionMutations strips each condition of what letters, reminders and
// disputes write, and leaves out each of the writes: some check must notice.
func TestConditionMutations(t *testing.T) {
	var all []mutant.Story
	for _, y := range stories {
		all = append(all, mutant.Story{Name: y.name, Tell: y.told})
	}
	mutant.Hunt(t, "letters", *each, func(mutant.Guard) bool { return false }, all)
}
