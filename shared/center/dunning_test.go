package center_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

// owed is an invoice of which so much is outstanding.
func owed(number string, due Date, outstanding int64, currency money.Code) Invoice {
	zero := money.Zero(currency)
	amount := money.Money{Minor: outstanding, Currency: currency}
	return Invoice{ID: InvoiceID("inv_" + number), Number: number, Kind: KindInvoice, IssuedOn: due.AddDays(-30), DueOn: due, Amount: amount,
		Balances: Balances{Outstanding: amount, Processing: zero, Settled: zero, Cancelled: zero}}
}

func place(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// lookBack is as far as the planner looks.
const lookBack = 3

// sends runs a policy every so often from day to day and tells what was due
// for the first time, and when.
func sends(t testing.TB, p DunningPolicy, inv Invoice, from, to Date, zone *time.Location, every time.Duration) (out []string) {
	t.Helper()
	sent := map[string]bool{}
	start, err := time.ParseInLocation("2006-01-02", string(from), zone)
	if err != nil {
		t.Fatal(err)
	}
	for now := start; Today(now, zone) <= to; now = now.Add(every) {
		if due, ok := p.Due(inv, now, zone, lookBack); ok && !sent[due.Name] {
			sent[due.Name] = true
			out = append(out, fmt.Sprintf("%s %s", now.In(zone).Format("2006-01-02 15:04"), due.Name))
		}
	}
	return out
}

func TestAnInvoiceIsRemindedOfStepByStep(t *testing.T) {
	for zone, want := range map[string][]string{
		"Asia/Riyadh": {"2026-03-08 09:00 due-7", "2026-03-15 09:00 due+0", "2026-03-18 09:00 due+3", "2026-03-25 09:00 due+10", "2026-04-04 09:00 due+20", "2026-04-14 09:00 due+30"},
		// The clocks of New York go forward on the first of these days, those
		// of Berlin on 29 March, those of Auckland back on 5 April.
		"America/New_York": {"2026-03-08 09:00 due-7", "2026-03-15 09:00 due+0", "2026-03-18 09:00 due+3", "2026-03-25 09:00 due+10", "2026-04-04 09:00 due+20", "2026-04-14 09:00 due+30"},
		"Europe/Berlin":    {"2026-03-08 09:00 due-7", "2026-03-15 09:00 due+0", "2026-03-18 09:00 due+3", "2026-03-25 09:00 due+10", "2026-04-04 09:00 due+20", "2026-04-14 09:00 due+30"},
		"Pacific/Auckland": {"2026-03-08 09:00 due-7", "2026-03-15 09:00 due+0", "2026-03-18 09:00 due+3", "2026-03-25 09:00 due+10", "2026-04-04 09:00 due+20", "2026-04-14 09:00 due+30"},
	} {
		got := sends(t, DefaultDunning(), owed("1", "2026-03-15", 100, "SAR"), "2026-02-01", "2026-06-30", place(t, zone), 15*time.Minute)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", zone, d)
		}
	}
}

func TestAfterAnOutageOnlyTheNewestStepIsTakenUp(t *testing.T) {
	zone := place(t, "Asia/Riyadh")
	p := DunningPolicy{Hour: 9, Steps: []DunningStep{{Base: DunningFromDue}, {Base: DunningFromDue, Days: 1}, {Base: DunningFromDue, Days: 2}}}
	inv := owed("1", "2026-03-15", 100, "SAR")
	at := func(text string) time.Time {
		now, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	for text, want := range map[string]string{
		"2026-03-15 08:59": "", "2026-03-15 09:00": "due+0", "2026-03-16 08:59": "due+0", "2026-03-17 12:00": "due+2", "2026-03-20 23:59": "due+2", "2026-03-21 00:00": "",
	} {
		if got, ok := p.Due(inv, at(text), zone, lookBack); got.Name != want || ok != (want != "") {
			t.Errorf("%s: %q, want %q", text, got.Name, want)
		}
	}
}

func TestRemindersPassDaysOfRestOver(t *testing.T) {
	p := DefaultDunning()
	p.BusinessDays = true
	zone := place(t, "Asia/Riyadh")
	inv := owed("1", "2026-03-14", 100, "SAR") // a Saturday
	if got := sends(t, p, inv, "2026-03-01", "2026-03-20", zone, time.Hour); !slices.Equal(got, []string{"2026-03-09 09:00 due-7", "2026-03-16 09:00 due+0", "2026-03-17 09:00 due+3"}) {
		t.Errorf("with Saturday and Sunday: %q", got)
	}
	p.Rest = []time.Weekday{time.Saturday, time.Friday}
	if got := sends(t, p, inv, "2026-03-01", "2026-03-20", zone, time.Hour); !slices.Equal(got, []string{"2026-03-08 09:00 due-7", "2026-03-15 09:00 due+0", "2026-03-17 09:00 due+3"}) {
		t.Errorf("with Friday and Saturday: %q", got)
	}
}

// The numbers of another system's own test: three steps from the day of issue,
// then one every fourteen days.
func TestRemindersAgreeWithInvoiceNinja(t *testing.T) {
	var file struct {
		Settings struct {
			Hour    int `json:"send_hour_local"`
			Offsets []struct {
				Base DunningBase
				Days int
			}
			Endless int `json:"endless_every_days"`
		}
		Invoice struct{ Issue Date }
		Expect  struct {
			Due   Date
			Sends []Date `json:"sends_local_date"`
		}
	}
	shared(t, "data/vectors/reminders-invoiceninja-dk.json", &file)
	p := DunningPolicy{Hour: file.Settings.Hour, RepeatDays: file.Settings.Endless}
	for _, o := range file.Settings.Offsets {
		if o.Base != "issue" {
			t.Fatalf("base %q", o.Base)
		}
		p.Steps = append(p.Steps, DunningStep{Base: DunningFromIssue, Days: o.Days})
	}
	inv := owed("1", file.Expect.Due, 1000, "DKK")
	inv.IssuedOn = file.Invoice.Issue
	var got []Date
	for _, s := range sends(t, p, inv, inv.IssuedOn, file.Expect.Sends[len(file.Expect.Sends)-1], place(t, "Europe/Copenhagen"), time.Hour) {
		if !strings.Contains(s, fmt.Sprintf(" %02d:00 ", file.Settings.Hour)) {
			t.Errorf("sent at %s", s)
		}
		got = append(got, Date(s[:10]))
	}
	if d := cmp.Diff(file.Expect.Sends, got); d != "" {
		t.Errorf("days of sending (-want +got):\n%s", d)
	}
}

// Whatever the policy, the zone and how often the planner runs: every step
// comes once, at its hour, on its day or the next working one.
func TestEveryStepComesOnceAtItsHour(t *testing.T) {
	zones := []string{"UTC", "Asia/Riyadh", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "Europe/London"}
	rapid.Check(t, func(r *rapid.T) {
		zone := place(t, rapid.SampledFrom(zones).Draw(r, "zone"))
		p := DunningPolicy{Hour: rapid.IntRange(0, 23).Draw(r, "hour")}
		days := rapid.SliceOfNDistinct(rapid.IntRange(-10, 40), 1, 6, rapid.ID[int]).Draw(r, "days")
		for _, n := range days {
			p.Steps = append(p.Steps, DunningStep{Base: DunningFromDue, Days: n})
		}
		inv := owed("1", Date("2026-01-01").AddDays(rapid.IntRange(0, 700).Draw(r, "due")), 100, "SAR")
		every := time.Duration(rapid.IntRange(1, 4).Draw(r, "quarters")) * 15 * time.Minute
		got := sends(t, p, inv, inv.DueOn.AddDays(-12), inv.DueOn.AddDays(45), zone, every)
		slices.Sort(days)
		var want []string
		for _, n := range days {
			want = append(want, fmt.Sprintf("%s due%+d", inv.DueOn.AddDays(n), n))
		}
		if len(got) != len(want) {
			r.Fatalf("sent %q, want %q", got, want)
		}
		for i, s := range got {
			day, rest, _ := strings.Cut(s, " ")
			hour, name, _ := strings.Cut(rest, " ")
			if day+" "+name != want[i] || !strings.HasPrefix(hour, fmt.Sprintf("%02d:", p.Hour)) && !strings.HasPrefix(hour, fmt.Sprintf("%02d:", (p.Hour+1)%24)) {
				r.Fatalf("sent %q, want %q at %d", s, want[i], p.Hour)
			}
		}
	})
}

func TestWhyAnInvoiceIsNotRemindedOf(t *testing.T) {
	const today = Date("2026-03-20")
	open := owed("1", "2026-03-15", 100, "SAR")
	riyals := func(n int64) money.Money { return money.Money{Minor: n, Currency: "SAR"} }
	with := func(change func(*Invoice, *DunningPolicy)) (Invoice, DunningPolicy) {
		inv, p := open, DefaultDunning()
		change(&inv, &p)
		return inv, p
	}
	for name, c := range map[string]struct {
		change   func(*Invoice, *DunningPolicy)
		disputed money.Money
		want     DunningHold
	}{
		"nothing holds it":            {func(*Invoice, *DunningPolicy) {}, riyals(0), HoldNone},
		"settled":                     {func(i *Invoice, _ *DunningPolicy) { i.Outstanding, i.Settled = riyals(0), riyals(100) }, riyals(0), HoldSettled},
		"being paid":                  {func(i *Invoice, _ *DunningPolicy) { i.Outstanding, i.Processing = riyals(0), riyals(100) }, riyals(0), HoldSubmitted},
		"part of it being paid":       {func(i *Invoice, _ *DunningPolicy) { i.Outstanding, i.Processing = riyals(40), riyals(60) }, riyals(0), HoldNone},
		"void":                        {func(i *Invoice, _ *DunningPolicy) { i.Voided = true }, riyals(0), HoldVoid},
		"a draft":                     {func(i *Invoice, _ *DunningPolicy) { i.Draft = true }, riyals(0), HoldVoid},
		"all of it in dispute":        {func(*Invoice, *DunningPolicy) {}, riyals(100), HoldDisputed},
		"the open part in dispute":    {func(i *Invoice, _ *DunningPolicy) { i.Outstanding, i.Settled = riyals(40), riyals(60) }, riyals(40), HoldDisputed},
		"part of it in dispute":       {func(*Invoice, *DunningPolicy) {}, riyals(99), HoldNone},
		"an exempt account":           {func(_ *Invoice, p *DunningPolicy) { p.Exempt = true }, riyals(0), HoldExempt},
		"snoozed until tomorrow":      {func(_ *Invoice, p *DunningPolicy) { p.SnoozeUntil = today.AddDays(1) }, riyals(0), HoldSnoozed},
		"snoozed until today":         {func(_ *Invoice, p *DunningPolicy) { p.SnoozeUntil = today }, riyals(0), HoldNone},
		"promised for today":          {func(_ *Invoice, p *DunningPolicy) { p.PromisedOn = today }, riyals(0), HoldPromised},
		"a promise that was not kept": {func(_ *Invoice, p *DunningPolicy) { p.PromisedOn = today.AddDays(-1) }, riyals(0), HoldNone},
	} {
		inv, p := with(c.change)
		if got := p.Hold(inv, c.disputed, today); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestADigestNeverAddsCurrencies(t *testing.T) {
	all := []Reminded{
		{Invoice: owed("B", "2026-03-15", 200, "SAR")}, {Invoice: owed("D", "2026-03-01", 1, "KWD")}, {Invoice: owed("A", "2026-03-15", 100, "SAR")}, {Invoice: owed("C", "2026-01-15", 400, "SAR")},
	}
	sums, err := Digest(all)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sums {
		line := s.Sum.String() + ":"
		for _, r := range s.Invoices {
			line += " " + r.Invoice.Number
		}
		got = append(got, line)
	}
	if d := cmp.Diff([]string{"0.001 KWD: D", "7.00 SAR: C A B"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if all[0].Invoice.Number != "B" {
		t.Error("the caller's list was sorted")
	}
}

func TestWhoIsReminded(t *testing.T) {
	early, late := Reminded{Step: DueReminder{Name: "due+3"}}, Reminded{Step: DueReminder{Name: "due+20", DunningStep: DunningStep{Executives: true}}}
	for name, c := range map[string]struct {
		contact Contact
		want    int
	}{
		"primary":                     {Contact{Active: true, Grants: []Grant{{Type: ContactPrimary}}}, 2},
		"payables":                    {Contact{Active: true, Grants: []Grant{{Type: ContactPayables}}}, 2},
		"executives, when it is late": {Contact{Active: true, Grants: []Grant{{Type: ContactExecutive}}}, 1},
		"purchasing":                  {Contact{Active: true, Grants: []Grant{{Type: ContactPurchasing}}}, 0},
		"accountants":                 {Contact{Active: true, Grants: []Grant{{Type: ContactAccountant}}}, 0},
		"who was removed":             {Contact{Grants: []Grant{{Type: ContactPrimary}}}, 0},
		"whose address takes nothing": {Contact{Active: true, Grants: []Grant{{Type: ContactPrimary}}, Reach: Reach{Reason: ReachBounced}}, 0},
	} {
		if got := RemindersFor(c.contact, []Reminded{early, late}); len(got) != c.want {
			t.Errorf("%s: %d reminders, want %d", name, len(got), c.want)
		}
	}
}

func TestAPolicyIsRefusedWithAllItsFaults(t *testing.T) {
	if v := DefaultDunning().Validate(); len(v) > 0 {
		t.Errorf("the default: %v", v)
	}
	bad := DunningPolicy{Hour: 24, RepeatDays: 3, SnoozeUntil: "soon", PromisedOn: "2026-02-30", Rest: []time.Weekday{0, 1, 2, 3, 4, 5, 6},
		Steps: []DunningStep{{Base: "delivery"}, {Base: DunningFromDue, Days: 400}, {Base: DunningFromDue, Days: 3}, {Base: DunningFromDue, Days: 3, Final: true}}}
	var got []string
	for _, v := range bad.Validate() {
		got = append(got, v.Pointer)
	}
	want := []string{"hour", "promisedOn", "repeatDays", "rest", "snoozeUntil", "steps/0/base", "steps/1/days", "steps/3"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
