package center

import (
	"testing"

	"customercenter/shared/money"
)

func TestARenewalStandsWhereDaysAnswersAndMoneySay(t *testing.T) {
	offer := Renewal{Number: "R-1", TermEnd: "2026-06-30", Currency: "EUR", Amount: "100.00"}
	auto, never, free := offer, offer, offer
	auto.Mode, never.Mode, free.Amount = RenewAuto, RenewNever, ""
	accepted := RenewalCourse{Offered: "2026-04-01", Answer: RenewalAnswer{Kind: AnswerAccepted}}
	invoiced := accepted
	invoiced.Invoice = "INV-9"
	paid := Paying{Asked: true, Paid: true}
	for name, c := range map[string]struct {
		renewal Renewal
		course  RenewalCourse
		paid    Paying
		today   Date
		want    RenewalState
	}{
		"ninety-one days before":   {renewal: offer, today: "2026-03-31", want: RenewalUpcoming},
		"ninety days before":       {renewal: offer, today: "2026-04-01", want: RenewalOffered},
		"in grace":                 {renewal: offer, today: "2026-07-30", want: RenewalOffered},
		"after grace":              {renewal: offer, today: "2026-07-31", want: RenewalLapsed},
		"accepted":                 {renewal: offer, course: accepted, today: "2026-05-01", want: RenewalAccepted},
		"accepted, nobody pays":    {renewal: offer, course: accepted, today: "2026-09-01", want: RenewalAccepted},
		"invoiced":                 {renewal: offer, course: invoiced, today: "2026-05-01", want: RenewalInvoiced},
		"paid before the new term": {renewal: offer, course: accepted, paid: paid, today: "2026-06-30", want: RenewalPaid},
		"paid, new term":           {renewal: offer, course: accepted, paid: paid, today: "2026-07-01", want: RenewalActive},
		"invoiced, new term":       {renewal: offer, course: invoiced, today: "2026-07-01", want: RenewalActive},
		"accepted for nothing":     {renewal: free, course: accepted, today: "2026-07-01", want: RenewalActive},
		"declined":                 {renewal: offer, course: RenewalCourse{Answer: RenewalAnswer{Kind: AnswerDeclined}}, today: "2026-09-01", want: RenewalDeclined},
		"by itself, offered":       {renewal: auto, today: "2026-06-30", want: RenewalOffered},
		"by itself, the day after": {renewal: auto, today: "2026-07-01", want: RenewalAccepted},
		"never, before its end":    {renewal: never, today: "2026-06-30", want: RenewalUpcoming},
		"never, after its end":     {renewal: never, today: "2026-07-01", want: RenewalLapsed},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.renewal.State(c.course, c.paid, c.today); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// run is the daily run of a renewal on some days: the steps it takes.
func run(r Renewal, days ...Date) (steps []string) {
	var c RenewalCourse
	for _, today := range days {
		for range 9 {
			step, on, ok := r.NextStep(c, today)
			if !ok || on > today {
				break
			}
			steps = append(steps, string(step)+" "+string(today))
			switch step {
			case StepOffer:
				c.Offered = today
			case StepNotice:
				c.Noticed = r.NoticesBy(today)
			case StepAccept:
				c.Answer.Kind = AnswerAuto
			case StepLapse:
				c.LapsedOn = today
			}
		}
	}
	return steps
}

func TestTheDailyRunTakesEachStepOnce(t *testing.T) {
	manual := Renewal{TermEnd: "2026-06-30"}
	auto, never := manual, manual
	auto.Mode, never.Mode = RenewAuto, RenewNever
	for name, c := range map[string]struct {
		renewal Renewal
		days    []Date
		want    []string
	}{
		"manual":                     {manual, []Date{"2026-03-31", "2026-04-01", "2026-04-01", "2026-07-30", "2026-07-31", "2026-08-01"}, []string{"offer 2026-04-01", "lapse 2026-07-31"}},
		"by itself":                  {auto, []Date{"2026-04-01", "2026-05-01", "2026-05-01", "2026-05-31", "2026-06-30", "2026-07-01"}, []string{"offer 2026-04-01", "notice 2026-05-01", "notice 2026-05-31", "accept 2026-07-01"}},
		"one notice after an outage": {auto, []Date{"2026-06-15", "2026-06-16", "2026-07-01"}, []string{"offer 2026-06-15", "notice 2026-06-15", "accept 2026-07-01"}},
		"no notice of what is over":  {auto, []Date{"2026-07-05"}, []string{"accept 2026-07-05"}},
		"long over when it came":     {manual, []Date{"2027-01-01"}, []string{"lapse 2027-01-01"}},
		"never":                      {never, []Date{"2026-04-01", "2026-06-30", "2026-07-01"}, []string{"lapse 2026-07-01"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(c.renewal, c.days...)
			if len(got) != len(c.want) {
				t.Fatalf("%v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestARenewalsPriceIsPaidOnlyOnceAccepted(t *testing.T) {
	r := Renewal{Number: "R-1", TermEnd: "2026-06-30", Currency: "KWD", Amount: "12.500", Contract: "C-1"}
	inv, ok := r.NewPayable("acc", "rnw_00")
	if !ok || inv.Check() != nil || inv.Payable() || inv.Outstanding != (money.Money{Minor: 12500, Currency: "KWD"}) {
		t.Fatalf("%+v", inv)
	}
	inv.Draft = false
	if inv.Payable() {
		t.Error("an offer can be paid without being accepted")
	}
	inv.Unaccepted = false
	if !inv.Payable() {
		t.Error("an accepted renewal cannot be paid")
	}
	r.Amount = "0.000"
	if _, ok := r.NewPayable("acc", "rnw_00"); ok {
		t.Error("nothing is to be paid")
	}
}
