package mail

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Redeemed is what a redemption did, as the letter about it tells.
type Redeemed struct {
	Subscription string
	Amount       money.Money // off the invoices, in their currency
	Base         money.Money // taken from the rewards, in theirs
	Rate         string      // of the rewards' currency in the invoices', exact; "" where both are one
	Invoices     []RedeemedInvoice
	ByName       string
	ByEmail      string
	At           time.Time
}

// RedeemedInvoice is what a redemption took off one invoice, and what is open
// of it when the letter is made.
type RedeemedInvoice struct {
	ID     center.InvoiceID
	Number string
	Amount money.Money
	Open   money.Money
}

// RewardSum is rewards of one currency, with the lots they lie in.
type RewardSum struct {
	Sum  money.Money
	Lots []RewardLine
}

// RewardLine is one lot in a letter.
type RewardLine struct {
	Subscription string
	Period       string // yyyy-mm; "" of one made by hand
	Amount       money.Money
	EndsOn       center.Date
}

// maxRewardRows is how many lots of a currency a letter lists; its sum is of
// all.
const maxRewardRows = 30

// redeemer hands the redemption code of a subscription to one of its
// redeemers: when she was authorised, and whenever there is a new one.
func redeemer(w words, l center.Letter, v View) (sheet, error) {
	r, number := w.reward(), clean(l.Params["subscription"])
	told, known := r.redeemer[l.Params["change"]]
	if !known || number == "" || v.RedemptionCode == "" {
		return sheet{}, fmt.Errorf("no redemption code")
	}
	account, by := w.isolate(cmp.Or(clean(v.Account), w.center)), cmp.Or(clean(l.Params["by"]), w.center)
	facts := []fact{{r.subscription, number}, {w.contact().by, by}, {r.at, w.instant(l.CreatedAt.In(v.Zone))}}
	return sheet{
		Subject:   fmt.Sprintf(told.subject, account),
		Preheader: told.preheader,
		Title:     told.title,
		Name:      clean(l.Name),
		Intro:     fmt.Sprintf(told.intro, w.ltr(number)),
		Figure:    v.RedemptionCode,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{r.open, v.BaseURL + "/rewards"},
		Notes:     []note{{r.how, r.howAnswer}, {r.keep, r.keepAnswer}, {r.what, r.rules}},
	}, nil
}

// redeemersChanged is the notice to primary contacts that somebody may redeem
// now, may no longer, or that there is a new code.
func redeemersChanged(w words, l center.Letter, v View) (sheet, error) {
	r, number := w.reward(), clean(l.Params["subscription"])
	told, known := r.changes[l.Params["change"]]
	if !known || number == "" {
		return sheet{}, fmt.Errorf("nothing of the redeemers changed")
	}
	facts := []fact{{w.pay.change, told.title}}
	if email := l.Params["email"]; email != "" {
		facts = append(facts, fact{w.contact().who, w.person(l.Params["name"], email)})
	}
	facts = append(facts, fact{r.subscription, number}, fact{w.contact().by, clean(l.Params["by"])}, fact{r.at, w.instant(l.CreatedAt.In(v.Zone))})
	return sheet{
		Subject:   fmt.Sprintf(told.subject, w.isolate(cmp.Or(clean(v.Account), w.center))),
		Preheader: w.pay.changedPreheader,
		Title:     told.title,
		Name:      clean(l.Name),
		Intro:     r.changedIntro,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{r.redeemersOpen, v.BaseURL + "/rewards/redeemers"},
		Notes:     []note{{w.pay.wasItYou, w.pay.wasItYouAnswer}, {w.pay.wasItNot, r.notYou}},
	}, nil
}

// rewardsRedeemed tells what a redemption took off which invoices.
func rewardsRedeemed(w words, l center.Letter, v View) (sheet, error) {
	r, d := w.reward(), v.Redeemed
	if len(d.Invoices) == 0 || d.Amount.Sign() <= 0 {
		return sheet{}, fmt.Errorf("nothing was redeemed")
	}
	t := table{Columns: []string{w.pay.papers[center.KindInvoice].column, w.in(r.covered, d.Amount.Currency), w.in(w.pay.stillOpen, d.Amount.Currency)}}
	for _, inv := range d.Invoices {
		number := clean(inv.Number)
		t.Rows = append(t.Rows, row{Paper: number, Amounts: []string{digits(inv.Amount), digits(inv.Open)},
			Line: fmt.Sprintf(r.coveredLine, w.ltr(number), w.amount(inv.Amount), w.left(inv.Open))})
	}
	first := d.Invoices[0]
	facts := []fact{{r.subscription, clean(d.Subscription)}, {r.used, figure(d.Base)}}
	if d.Rate != "" {
		facts = append(facts, fact{r.rate, fmt.Sprintf(r.rateForm, d.Base.Currency, d.Rate, d.Amount.Currency)})
	}
	facts = append(facts, fact{w.contact().by, w.person(d.ByName, d.ByEmail)}, fact{r.at, w.instant(d.At.In(v.Zone))})
	s := sheet{
		Subject:   fmt.Sprintf(r.redeemedSubject, w.amount(d.Amount), w.ltr(clean(first.Number))+w.pay.papers[center.KindInvoice].more(len(d.Invoices)-1)),
		Preheader: fmt.Sprintf(r.redeemedPreheader, w.amount(d.Base)),
		Title:     r.redeemedTitle,
		Name:      clean(l.Name),
		Intro:     r.redeemedIntro,
		Figure:    figure(d.Amount),
		Facts:     w.ofAccount(v, facts),
		Tables:    []table{t},
		Button:    &button{r.open, v.BaseURL + "/rewards"},
		Notes:     []note{{r.back, r.backAnswer}, {w.contract().elseQuestion, r.whyRedeemed}},
	}
	if len(d.Invoices) == 1 && threadForm.MatchString(string(first.ID)) {
		s.Button = &button{r.openInvoice, v.BaseURL + "/invoices/" + string(first.ID)}
		s.Thread = string(first.ID)
	}
	return s, nil
}

// rewardsEnding warns of rewards that are lost within thirty days.
func rewardsEnding(w words, l center.Letter, v View) (sheet, error) {
	r := w.reward()
	first := center.Date("")
	for _, sum := range v.Rewards {
		for _, lot := range sum.Lots {
			if first == "" || lot.EndsOn < first {
				first = lot.EndsOn
			}
		}
	}
	if first == "" || v.Today == "" {
		return sheet{}, fmt.Errorf("no rewards end")
	}
	s := w.rewardLetter(l, v, r.left, func(lot RewardLine) string { return r.ends(w.day(lot.EndsOn), v.Today.DaysUntil(lot.EndsOn)) })
	s.Subject = fmt.Sprintf(r.endingSubject, w.rewardSums(v.Rewards), w.day(first))
	s.Title, s.Intro = r.endingTitle, r.endingIntro
	s.Preheader = s.Intro
	s.Notes = []note{{r.how, r.howAnswer}, {r.what, r.rules}}
	return s, nil
}

// rewardsEarned sums up what the usage of a month has earned.
func rewardsEarned(w words, l center.Letter, v View) (sheet, error) {
	r := w.reward()
	month, ok := w.month(l.Params["period"])
	if !ok || len(v.Rewards) == 0 {
		return sheet{}, fmt.Errorf("nothing was earned")
	}
	s := w.rewardLetter(l, v, r.earned, func(lot RewardLine) string { return fmt.Sprintf(r.usableUntil, w.day(lot.EndsOn)) })
	s.Subject = fmt.Sprintf(r.earnedSubject, w.rewardSums(v.Rewards), month)
	s.Title, s.Intro = r.earnedTitle, fmt.Sprintf(r.earnedIntro, month)
	s.Preheader = s.Intro
	s.Notes = []note{{r.what, r.rules}, {r.how, r.howAnswer}}
	return s, nil
}

// rewardLetter lists lots in a table for each currency, with a note on each.
func (w words) rewardLetter(l center.Letter, v View, column string, said func(RewardLine) string) sheet {
	r := w.reward()
	s := sheet{Name: clean(l.Name), Facts: w.ofAccount(v, nil), Button: &button{r.open, v.BaseURL + "/rewards"}}
	for _, sum := range v.Rewards {
		t := table{Columns: []string{r.subscription, w.in(column, sum.Sum.Currency)}}
		for _, lot := range sum.Lots[:min(len(sum.Lots), maxRewardRows)] {
			number, about := clean(lot.Subscription), said(lot)
			if month, ok := w.month(lot.Period); ok && lot.Period != l.Params["period"] {
				about = fmt.Sprintf(r.ofMonth, month) + " · " + about
			}
			t.Rows = append(t.Rows, row{Paper: number, Note: about, Amounts: []string{digits(lot.Amount)},
				Line: fmt.Sprintf(r.line, w.ltr(number), w.amount(lot.Amount), about)})
		}
		if rest := len(sum.Lots) - maxRewardRows; rest > 0 {
			t.Rest = r.rest(rest)
		}
		if len(sum.Lots) > 1 {
			t.Total = &row{Paper: w.reminder().total, Amounts: []string{digits(sum.Sum)}, Line: w.reminder().total + ": " + w.amount(sum.Sum)}
		}
		s.Tables = append(s.Tables, t)
	}
	if len(v.Rewards) == 1 {
		s.Figure = figure(v.Rewards[0].Sum)
	}
	if v.Unsubscribe != "" {
		s.Choice = &button{w.reminder().choice, v.Unsubscribe}
	}
	return s
}

// rewardSums are the sums of each currency, in a sentence.
func (w words) rewardSums(all []RewardSum) string {
	var sums []string
	for _, sum := range all {
		sums = append(sums, w.amount(sum.Sum))
	}
	return strings.Join(sums, w.reminder().and)
}

// month writes yyyy-mm by the month's name; ok is false for what is none.
func (w words) month(period string) (name string, ok bool) {
	at, err := time.Parse("2006-01", period)
	if err != nil {
		return "", false
	}
	return fmt.Sprintf("%s %d", w.months[at.Month()-1], at.Year()), true
}
