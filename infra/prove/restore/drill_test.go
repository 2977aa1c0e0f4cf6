package restore

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

var drills = flag.Int("drills", 1, "disasters to be played")

// How long a center works before the copy and after it.
const (
	before = 40 // minutes
	after  = 45
)

// town is a center at work.
type town struct {
	*functiontest.World
	t       testing.TB
	p       *functiontest.Processor
	dice    *rand.Rand
	methods []center.MethodID
	pages   []string // of the processor, that somebody has open
	billed  int
	late    []center.Record // what was imported since the copy
	mailed  map[string]int  // how often the mail service took a letter, by its id
	copied  bool
	forgets bool // objects at the processor do not say what they are for
}

func newTown(t testing.TB, seed uint64) *town {
	w := functiontest.New(t)
	c := &town{World: w, t: t, p: w.Processor(t), dice: rand.New(rand.NewPCG(seed, 1)), mailed: map[string]int{}}
	for _, token := range []string{functiontest.CardGood, functiontest.CardOther, functiontest.CardDeclined, functiontest.BankGood, functiontest.BankNoFunds} {
		c.methods = append(c.methods, c.p.Store(functiontest.Primary, token).ID)
	}
	for range 12 {
		c.bill()
	}
	w.Book(t, functiontest.CreditNote("CN-R1", "2026-11-01", "USD", "120.00"), functiontest.CreditNote("CN-R2", "2026-11-02", "USD", "75.50"))
	c.tick(c.Store)
	return c
}

// bill imports one more invoice.
func (c *town) bill() {
	c.billed++
	r := functiontest.Bill(fmt.Sprintf("R-%03d", c.billed), "2026-11-15", "2026-12-15", "USD", center.Decimal(fmt.Sprintf("%d.%02d", 40+c.dice.IntN(400), c.dice.IntN(100))))
	c.Book(c.t, r)
	if c.copied {
		c.late = append(c.late, r)
	}
}

// works is some minutes of a center's life. Of the processor's notices none
// arrives: what they tell is found by looking.
func (c *town) works(minutes int) {
	deeds := []func(){c.pays, c.pays, c.pays, c.opensPage, c.finishesPage, c.refunds, c.bill, c.invites, c.disputes, c.debitsEnd, func() {}}
	for range minutes {
		deeds[c.dice.IntN(len(deeds))]()
		c.Pass(time.Minute)
		c.tick(c.Store)
	}
}

// tick is what runs every minute: the sweep, the comparison with the processor
// when it is time, and the mailer.
func (c *town) tick(s *store.Store) {
	c.t.Helper()
	desk := c.desk(s)
	if _, err := desk.Sweep(c.t.Context(), 100); err != nil {
		c.t.Fatal(err)
	}
	if _, err := desk.Reconcile(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	if s == c.Store {
		c.mails(c.Cloud, s)
	}
}

// mails sends what waits, as the stream has it sent.
func (c *town) mails(cloud *cloudtest.Cloud, s *store.Store) {
	for _, it := range dump(c.t, cloud, string(center.LetterPending)) {
		id, ok := store.LetterKey(text(it, "pk"))
		if !ok || text(it, "st") != string(center.LetterPending) {
			continue
		}
		if _, claimed, err := s.ClaimLetter(c.t.Context(), id, "mailer"); err != nil || !claimed {
			c.t.Fatal(claimed, err)
		}
		c.mailed[id]++
		if err := s.LetterSent(c.t.Context(), id, "mailer", "ses-"+id); err != nil {
			c.t.Fatal(err)
		}
	}
}

// open are invoices that may be paid now, and credits that may be used.
func (c *town) open() (heads, credits []center.Invoice) {
	account := c.Store.In(c.Actor(c.t, functiontest.Primary))
	heads, _, err := account.Unsettled(c.t.Context(), "")
	if err == nil {
		credits, err = account.Credits(c.t.Context())
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return slices.DeleteFunc(heads, func(inv center.Invoice) bool {
		return inv.Amount.Currency != "USD" || inv.Outstanding.Sign() == 0 || inv.Active != ""
	}), credits
}

// pay pays some invoices, whole or in part, sometimes with credit. Credit alone
// pays nothing here: only the table knows of that.
func (c *town) pay(method center.MethodID) (p center.Payment, ok bool) {
	heads, credits := c.open()
	if len(heads) == 0 {
		return p, false
	}
	c.dice.Shuffle(len(heads), func(i, j int) { heads[i], heads[j] = heads[j], heads[i] })
	heads = heads[:1+c.dice.IntN(min(3, len(heads)))]
	if c.dice.IntN(3) > 0 {
		credits = nil
	}
	var asked []center.Asked
	for _, inv := range heads {
		want := center.Asked{Invoice: inv.ID}
		if c.dice.IntN(3) == 0 {
			want.Amount = money.Money{Minor: 1 + c.dice.Int64N(inv.Outstanding.Minor), Currency: "USD"}
		}
		asked = append(asked, want)
	}
	planned, _ := center.PlanPayments(asked, heads, credits, func(money.Code) int64 { return 1 })
	if len(planned) == 0 || planned[0].Charge.Minor < 100 {
		return p, false
	}
	key := fmt.Sprint("key-", c.dice.Uint64())
	p, err := c.desk(c.Store).Pay(c.t.Context(), c.Actor(c.t, functiontest.Primary), paying.Order{Key: key, Request: key, Planned: planned[0], Method: method, Locale: "en"})
	if err != nil {
		c.t.Fatal(err)
	}
	return p, true
}

func (c *town) pays() { c.pay(c.methods[c.dice.IntN(len(c.methods))]) }

func (c *town) opensPage() {
	if p, ok := c.pay(""); ok {
		c.pages = append(c.pages, p.URL)
	}
}

// finishesPage pays at the page that was opened last, where it still stands.
func (c *town) finishesPage() {
	if n := len(c.pages); n > 0 {
		c.p.Enter(c.pages[n-1], functiontest.CardGood, time.May, 2028)
		c.pages = c.pages[:n-1]
	}
}

// refunds gives back a part of some payment, at the processor.
func (c *town) refunds() {
	var taken []int
	intents := c.p.Service.Intents()
	for i, intent := range intents {
		if intent.Captured > intent.Refunded {
			taken = append(taken, i)
		}
	}
	if len(taken) == 0 {
		return
	}
	one := intents[taken[c.dice.IntN(len(taken))]]
	if err := c.p.Service.Refund(one.ID, 1+c.dice.Int64N(one.Captured-one.Refunded)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *town) invites() {
	c.Invite(c.t, functiontest.Primary, functiontest.Person(fmt.Sprintf("guest%d@najd.example", c.dice.Uint32())), center.Grant{Type: center.ContactPayables})
}

func (c *town) disputes() {
	heads, _ := c.open()
	if len(heads) == 0 {
		return
	}
	inv, actor := heads[c.dice.IntN(len(heads))], c.Actor(c.t, functiontest.Payables)
	amount := inv.Disputable()
	if amount.Sign() == 0 {
		return
	}
	_, err := c.Store.In(actor).OpenDispute(c.t.Context(), center.Dispute{ID: center.DisputeIDOf(actor.Account, actor.Contact, inv.ID, fmt.Sprint(c.dice.Uint64())),
		Invoice: inv.ID, Reason: center.DisputeReasons[0], Text: "Not as ordered.", Amount: amount, By: actor.Contact, ByName: actor.Name, At: c.Now()})
	if err != nil && !center.IsKind(err, center.Conflict) && !center.IsKind(err, center.Unprocessable) { // it is in dispute already
		c.t.Fatal(err)
	}
}

func (c *town) debitsEnd() {
	if _, err := c.p.Service.Settle(); err != nil {
		c.t.Fatal(err)
	}
}

// dump are the items of a table whose text has that in it.
func dump(t testing.TB, cloud *cloudtest.Cloud, having string) (items []map[string]any) {
	t.Helper()
	for _, raw := range cloud.Items(t) {
		if !bytes.Contains(raw, []byte(having)) {
			continue
		}
		var it map[string]any
		if err := json.Unmarshal(raw, &it); err != nil {
			t.Fatal(err)
		}
		items = append(items, it)
	}
	return items
}

// text is the string in an attribute.
func text(it map[string]any, name string) string {
	v, _ := it[name].(map[string]any)
	s, _ := v["S"].(string)
	return s
}

// desk drives payments over a table.
func (c *town) desk(s *store.Store) paying.Desk {
	d := c.p.Desk(s)
	if c.forgets {
		d.Processor = forgetful{d.Processor}
	}
	return d
}

// forgetful makes objects that do not say what they are for.
type forgetful struct{ processor.Processor }

func (f forgetful) Create(ctx context.Context, charge processor.Charge) (processor.Object, error) {
	charge.Memo = processor.Memo{}
	return f.Processor.Create(ctx, charge)
}

func (f forgetful) Checkout(ctx context.Context, page processor.Page) (processor.Object, error) {
	page.Memo = processor.Memo{}
	return f.Processor.Checkout(ctx, page)
}

// drill loses a table and puts a copy in its place.
func (c *town) drill() outcome {
	c.works(before + c.dice.IntN(before))
	copied := c.Cloud.Copy(c.t, "customer-center-restored")
	c.copied = true
	c.works(after)
	return c.recover(copied)
}

func TestDrill(t *testing.T) {
	t.Parallel()
	count := tally.Open(t, "tables lost and restored")
	lost, again := map[string]int{}, map[string]int{}
	restored, captured := 0, 0
	for seed := range *drills {
		d := newTown(t, uint64(seed)).drill()
		count.Add(d.wrong)
		if d.wrong != "" {
			t.Errorf("drill %d: %s", seed, d.wrong)
		}
		restored, captured = restored+d.restored, captured+d.captured
		for what, n := range d.lost {
			lost[what] += n
		}
		for what, n := range d.again {
			again[what] += n
		}
	}
	if restored == 0 {
		t.Error("no payment was lost with a table, so that nothing was tried")
	}
	count.Fact("%d payments captured, %d of them booked anew from what the processor keeps", captured, restored)
	count.Fact("lost with the tables: %s", words(lost))
	count.Fact("mailed again: %s", words(again))
}

// Without what the objects say of their payments the same drill must be found
// wrong.
func TestDrillWithoutMemosIsFoundWrong(t *testing.T) {
	t.Parallel()
	count := tally.Open(t, "objects that do not say what they are for")
	c := newTown(t, 0)
	c.forgets = true
	count.Add(c.drill().wrong)
	if count.Violations() == 0 {
		t.Error("the drill sees nothing")
	}
}

func words(counts map[string]int) string {
	var out []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%d %s", counts[what], what))
	}
	return strings.Join(out, ", ")
}
