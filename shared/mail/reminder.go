package mail

import (
	"fmt"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// reminderLevel is how urgent a digest is.
type reminderLevel int

// The levels.
const (
	levelSoon reminderLevel = iota
	levelToday
	levelLate
	levelFinal
)

// maxReminderRows is how many invoices of a currency a digest lists; its sum is
// of all.
const maxReminderRows = 30

// reminder is a digest of unpaid invoices, a table for each currency.
func reminder(w words, l center.Letter, v View) (sheet, error) {
	r := w.reminder()
	if v.Today == "" {
		return sheet{}, fmt.Errorf("no day")
	}
	var sums []string
	var tables []table
	all, late, level := 0, 0, levelSoon
	for _, sum := range v.Reminders {
		for _, one := range sum.Invoices {
			level = max(level, levelOf(one, v.Today))
			if one.Invoice.DueOn < v.Today {
				late++
			}
		}
		all += len(sum.Invoices)
		sums, tables = append(sums, w.amount(sum.Sum)), append(tables, w.reminderTable(sum, v.Today))
	}
	if all == 0 {
		return sheet{}, fmt.Errorf("nothing to remind of")
	}
	one := v.Reminders[0].Invoices[0].Invoice
	s := sheet{
		Subject: r.many(all, strings.Join(sums, r.and), late),
		Title:   r.levels[level].title,
		Name:    clean(l.Name),
		Intro:   r.levels[level].intro,
		Facts:   w.ofAccount(v, nil),
		Tables:  tables,
		Button:  &button{r.button, v.BaseURL + "/invoices"},
		Notes:   []note{{r.paid, r.paidAnswer}, {r.wrong, r.wrongAnswer}},
	}
	if all == 1 {
		s.Subject = r.one(w.ltr(clean(one.Number)), w.amount(one.Outstanding), w.day(one.DueOn), one.DueOn.DaysUntil(v.Today))
		s.Button.URL += "/" + string(one.ID)
		if threadForm.MatchString(string(one.ID)) {
			s.Thread = string(one.ID)
		}
	}
	if level == levelFinal {
		s.Subject = r.final + s.Subject
	}
	if len(sums) == 1 {
		s.Figure = figure(v.Reminders[0].Sum)
	}
	s.Preheader = s.Intro
	if v.Unsubscribe != "" {
		s.Choice = &button{r.choice, v.Unsubscribe}
	}
	return s, nil
}

func levelOf(r center.Reminded, today center.Date) reminderLevel {
	switch {
	case r.Step.Final:
		return levelFinal
	case r.Invoice.DueOn < today:
		return levelLate
	case r.Invoice.DueOn == today:
		return levelToday
	}
	return levelSoon
}

// reminderTable lists the invoices of a currency, the oldest due first.
func (w words) reminderTable(sum center.RemindedSum, today center.Date) table {
	r := w.reminder()
	t := table{Columns: []string{w.pay.papers[center.KindInvoice].column, w.in(w.pay.openNow, sum.Currency)}}
	for _, one := range sum.Invoices[:min(len(sum.Invoices), maxReminderRows)] {
		inv := one.Invoice
		number, due := clean(inv.Number), r.due(w.day(inv.DueOn), inv.DueOn.DaysUntil(today))
		t.Rows = append(t.Rows, row{Paper: number, Note: due, Amounts: []string{digits(inv.Outstanding)},
			Line: fmt.Sprintf(r.line, w.ltr(number), w.amount(inv.Outstanding), due)})
	}
	if rest := len(sum.Invoices) - maxReminderRows; rest > 0 {
		t.Rest = r.rest(rest)
	}
	if len(sum.Invoices) > 1 {
		t.Total = &row{Paper: r.total, Amounts: []string{digits(sum.Sum)}, Line: r.total + ": " + w.amount(sum.Sum)}
	}
	return t
}

// digits is an amount whose currency the column says.
func digits(m money.Money) string { return m.Format(".", ",") }
