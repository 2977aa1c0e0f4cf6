package mail

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// threadForm is an id that may stand in a message id.
var threadForm = regexp.MustCompile(`^[a-z]+_[0-9a-f]{32}$`)

// paymentReceipt tells the payer what was paid, of what, and what is open of
// it still.
func paymentReceipt(w words, l center.Letter, v View) (sheet, error) {
	p := v.Payment
	if !p.State.Paid() {
		return sheet{}, fmt.Errorf("payment %.40q is not paid", p.ID)
	}
	paid, open, err := w.sums(p, v)
	if err != nil {
		return sheet{}, err
	}
	rest, kind := 0, kindOf(p.Parts)
	t := &table{Columns: []string{w.pay.papers[kind].column, w.in(w.pay.paid, p.Charge.Currency), w.in(w.pay.stillOpen, p.Charge.Currency)}}
	for _, part := range p.Parts {
		amount, left := total(part), openOf(part, v)
		if left.Sign() > 0 {
			rest++
		}
		t.Rows = append(t.Rows, row{Paper: w.label(part, kind), Amounts: []string{amount.Format(".", ","), left.Format(".", ",")},
			Line: fmt.Sprintf(w.pay.receiptLine, w.named(part, kind), w.amount(amount), w.left(left))})
	}
	facts := []fact{{w.pay.reference, v.Reference}, {w.pay.paidAt, w.instant(p.EndedAt.In(v.Zone))}}
	if p.Charge.Sign() > 0 && p.Method.Label() != "" {
		facts = append(facts, fact{w.pay.method, w.methodName(p.Method.Label())})
	}
	if p.Credit.Sign() > 0 {
		facts = append(facts, fact{w.pay.credit, figure(p.Credit)})
	}
	if p.Rewards.Sign() > 0 {
		facts = append(facts, fact{w.pay.rewards, figure(p.Rewards)})
	}
	if p.Refunded.Sign() > 0 {
		facts = append(facts, fact{w.pay.refunded, figure(p.Refunded)})
	}
	facts = append(facts, fact{w.pay.stillOpen, w.openFigure(open)})
	what := w.papers(p)
	return sheet{
		Subject:   fmt.Sprintf(w.pay.receiptSubject, w.amount(paid), what),
		Preheader: fmt.Sprintf(w.pay.receiptPreheader, w.ltr(v.Reference)),
		Title:     w.pay.receiptTitle,
		Name:      clean(l.Name),
		Intro:     w.pay.receiptIntro,
		Figure:    figure(paid),
		Facts:     w.ofAccount(v, facts),
		Tables:    []table{*t},
		Button:    &button{w.pay.receiptButton, v.BaseURL + "/payments/" + string(p.ID)},
		Notes:     []note{{w.pay.next, w.pay.papers[kind].next(len(p.Parts), rest)}},
		Thread:    thread(p),
	}, nil
}

// paymentFailed tells the payer why nothing was charged and what she can do,
// with a link to where she does it. Account credit that was used before the
// money stays used: it is named apart, and what it covered whole is not.
func paymentFailed(w words, l center.Letter, v View) (sheet, error) {
	p := v.Payment
	p.Parts = slices.DeleteFunc(slices.Clone(p.Parts), func(part center.PaymentPart) bool { return part.Amount.Sign() == 0 })
	if p.State != center.PaymentFailed {
		return sheet{}, fmt.Errorf("payment %.40q has not failed", p.ID)
	}
	_, open, err := w.sums(p, v)
	if err != nil {
		return sheet{}, err
	}
	kind := kindOf(p.Parts)
	why, known := w.pay.declines[p.Reason]
	if !known {
		why = w.pay.declines[center.DeclineProcessor]
	}
	t := &table{Columns: []string{w.pay.papers[kind].column, w.in(w.pay.tried, p.Charge.Currency), w.in(w.pay.openNow, p.Charge.Currency)}}
	for _, part := range p.Parts {
		amount, left := part.Amount, openOf(part, v)
		t.Rows = append(t.Rows, row{Paper: w.label(part, kind), Amounts: []string{amount.Format(".", ","), left.Format(".", ",")},
			Line: fmt.Sprintf(w.pay.failedLine, w.named(part, kind), w.amount(amount), w.left(left))})
	}
	facts := []fact{{w.pay.reference, v.Reference}, {w.pay.triedAt, w.instant(p.CreatedAt.In(v.Zone))}}
	if p.Method.Label() != "" {
		facts = append(facts, fact{w.pay.method, w.methodName(p.Method.Label())})
	}
	nothing := w.pay.nothingPaid
	if p.Credit.Sign() > 0 {
		nothing = w.pay.papers[kindOf(v.Payment.Parts)].credit
		facts = append(facts, fact{w.pay.credit, figure(p.Credit)})
	}
	facts = append(facts, fact{w.pay.openNow, w.openFigure(open)})
	return sheet{
		Subject:   fmt.Sprintf(w.pay.failedSubject, w.amount(p.Charge), w.papers(p)),
		Preheader: why.Question + " " + nothing,
		Title:     w.pay.failedTitle,
		Name:      clean(l.Name),
		Intro:     why.Question + " " + nothing,
		Figure:    figure(p.Charge),
		Facts:     w.ofAccount(v, facts),
		Tables:    []table{*t},
		Button:    &button{w.pay.failedButton, v.BaseURL + "/payments/" + string(p.ID)},
		Notes:     []note{{w.pay.whatToDo, why.Answer}, {w.pay.keptQuestion, w.pay.papers[kind].kept}},
		Thread:    thread(p),
	}, nil
}

// methodExpiring warns that a stored method ends soon, by the days that are
// left when the letter is made.
func methodExpiring(w words, l center.Letter, v View) (sheet, error) {
	last, expires := v.Method.ValidThrough()
	if !expires || v.Today == "" {
		return sheet{}, fmt.Errorf("the method does not expire")
	}
	name, day, left := w.methodName(v.Method.String()), w.day(last), v.Today.DaysUntil(last)
	subject, title := w.pay.expiringSubject, w.pay.expiringTitle
	if left < 0 {
		subject, title = w.pay.expiredSubject, w.pay.expiredTitle
	}
	facts := []fact{{w.pay.method, name}, {w.pay.validThrough, day}}
	if v.Method.Default {
		facts = append(facts, fact{w.pay.use, w.pay.useDefault})
	}
	return sheet{
		Subject:   fmt.Sprintf(subject, w.isolate(name), day),
		Preheader: w.pay.expiringDo,
		Title:     title,
		Name:      clean(l.Name),
		Intro:     fmt.Sprintf(w.pay.expiringForm(left), w.isolate(name), day),
		Facts:     w.ofAccount(v, facts),
		Button:    &button{w.pay.expiringButton, v.BaseURL + "/payment-methods"},
		Notes:     []note{{w.pay.whatToDo, w.pay.expiringDo}, {w.pay.elseQuestion, w.pay.elseAnswer}},
	}, nil
}

// methodChanged is the security notice that somebody changed how the account
// pays.
func methodChanged(w words, l center.Letter, v View) (sheet, error) {
	change, known := w.pay.changes[l.Params["change"]]
	at, err := time.Parse(time.RFC3339, l.Params["at"])
	if !known || err != nil {
		return sheet{}, fmt.Errorf("no change of a method")
	}
	name := w.methodName(l.Params["label"])
	account := cmp.Or(clean(v.Account), w.center)
	facts := []fact{{w.pay.change, change.what}, {w.pay.method, name}, {w.pay.changedBy, clean(l.Params["by"])}, {w.pay.changedAt, w.instant(at.In(v.Zone))}}
	return sheet{
		Subject:   fmt.Sprintf(change.subject, w.isolate(name), w.isolate(account)),
		Preheader: w.pay.changedPreheader,
		Title:     w.pay.changedTitle,
		Name:      clean(l.Name),
		Intro:     w.pay.changedIntro,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{w.pay.changedButton, v.BaseURL + "/payment-methods"},
		Notes:     []note{{w.pay.wasItYou, w.pay.wasItYouAnswer}, {w.pay.wasItNot, w.pay.wasItNotAnswer}},
	}, nil
}

// total is what a payment does to one payable: money, account credit and
// rewards.
func total(part center.PaymentPart) money.Money {
	return money.Money{Minor: part.Amount.Minor + part.Credit.Minor + part.Rewards.Minor, Currency: part.Amount.Currency}
}

func openOf(part center.PaymentPart, v View) money.Money {
	if left, ok := v.Open[part.Invoice]; ok {
		return left
	}
	return money.Zero(part.Amount.Currency)
}

// sums are all that the payment is for, and all that is open of it now.
func (w words) sums(p center.Payment, v View) (all, open money.Money, err error) {
	if len(p.Parts) == 0 || v.Reference == "" {
		return all, open, fmt.Errorf("the payment is of nothing")
	}
	if all, err = p.Charge.Add(p.Credit); err != nil {
		return all, open, err
	}
	if p.Rewards.Sign() > 0 {
		if all, err = all.Add(p.Rewards); err != nil {
			return all, open, err
		}
	}
	open = money.Zero(p.Charge.Currency)
	for _, part := range p.Parts {
		if open, err = open.Add(openOf(part, v)); err != nil {
			return all, open, err
		}
	}
	return all, open, nil
}

// thread is the root of the invoice's thread, or of the payment's own where
// it is about several.
func thread(p center.Payment) string {
	root := string(p.ID)
	if len(p.Parts) == 1 {
		root = string(p.Parts[0].Invoice)
	}
	if !threadForm.MatchString(root) {
		return ""
	}
	return root
}

// in says the currency of a column behind its name.
func (w words) in(name string, c money.Code) string { return name + " (" + w.ltr(string(c)) + ")" }

// left says an open amount in a sentence.
func (w words) left(m money.Money) string {
	if m.Sign() == 0 {
		return w.pay.nothingOpen
	}
	return fmt.Sprintf(w.pay.amountOpen, w.amount(m))
}

// openFigure says an open amount that stands alone.
func (w words) openFigure(m money.Money) string {
	if m.Sign() == 0 {
		return w.pay.none
	}
	return figure(m)
}

// ofAccount puts the account before the facts.
func (w words) ofAccount(v View, facts []fact) []fact {
	if account := clean(v.Account); account != "" {
		return append([]fact{{w.account, account}}, facts...)
	}
	return facts
}

// brands are the schemes of cards as they write themselves.
var brands = map[string]string{
	"amex": "American Express", "diners": "Diners Club", "discover": "Discover", "jcb": "JCB", "mada": "mada", "mastercard": "Mastercard",
	"unionpay": "UnionPay", "visa": "Visa",
}

// methodName makes the label of a method one that people know.
func (w words) methodName(label string) string {
	brand, digits, ok := strings.Cut(clean(label), "•••• ")
	if !ok {
		return clean(label)
	}
	brand = strings.TrimSpace(brand)
	return cmp.Or(brands[brand], brand, w.pay.unnamed) + " •••• " + digits
}
