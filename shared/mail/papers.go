package mail

import (
	"fmt"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// maxListSums is how many currencies a subject sums up.
const maxListSums = 3

// invoiceList is a list of invoices that the reader asked for herself, or that
// a colleague sent. To somebody who is not of the account it has no way into
// the center, and says to whom she answers.
func invoiceList(w words, l center.Letter, v View) (sheet, error) {
	p := w.paperLetters()
	if v.List == nil {
		return sheet{}, fmt.Errorf("no list")
	}
	outside := l.Params["outside"] != ""
	s := sheet{
		Title: p.listTitle, Name: clean(l.Name),
		Facts: w.ofAccount(v, []fact{{p.listed, oneLine(v.List.Wish[w.lang], maxWishRunes)}, {p.drawnOn, w.day(v.List.Today)}}),
		Notes: []note{{p.enclosed, w.enclosed(v.Files)}},
	}
	s.Intro = fmt.Sprintf(p.listAsked, w.day(v.List.Today))
	if l.Params["self"] == "" {
		s.Intro = fmt.Sprintf(p.listSent, w.person(l.Params["by"], l.Params["email"]), w.day(v.List.Today))
		s.Notes = append(s.Notes, note{p.whyMe, p.whyColleague})
	}
	if outside {
		s.Notes[len(s.Notes)-1].Answer = p.whyOutside
	} else {
		s.Button = &button{p.listButton, v.BaseURL + "/invoices"}
	}
	var sums []string
	for _, part := range v.List.Parts {
		sums = append(sums, w.amount(part.Outstanding))
		s.Tables = append(s.Tables, w.listTable(part, v.List.Today))
	}
	s.Subject = p.listSubject(v.List.Count())
	if n := len(sums); n > 0 && n <= maxListSums {
		s.Subject += " · " + fmt.Sprintf(p.open, strings.Join(sums, w.reminder().and))
	}
	if len(sums) == 1 {
		s.Figure = figure(v.List.Parts[0].Outstanding)
	}
	s.Preheader = s.Intro
	if v.Unsubscribe != "" && !outside {
		s.Choice = &button{w.reminder().choice, v.Unsubscribe}
	}
	return s, nil
}

// maxWishRunes is how long the description of a list may be: it repeats what
// somebody searched for.
const maxWishRunes = 400

// listTable lists the invoices of a currency in the list's own order.
func (w words) listTable(part center.ListPart, today center.Date) table {
	p, r := w.paperLetters(), w.reminder()
	t := table{Columns: []string{w.pay.papers[center.KindInvoice].column, w.in(p.amount, part.Currency), w.in(w.pay.openNow, part.Currency)}}
	for _, inv := range part.Rows {
		number, about := clean(inv.Number), p.statuses[inv.Status]
		if inv.Outstanding.Sign() > 0 && inv.DueOn != "" {
			about = r.due(w.day(inv.DueOn), inv.DueOn.DaysUntil(today))
		}
		if inv.Kind == center.KindCreditNote {
			about = p.creditNote
		}
		t.Rows = append(t.Rows, row{Paper: number, Note: about, Amounts: []string{digits(inv.Amount), digits(inv.Outstanding)},
			Line: fmt.Sprintf(p.listLine, w.ltr(number), w.amount(inv.Amount), w.amount(inv.Outstanding), about)})
	}
	if rest := part.Count - len(t.Rows); rest > 0 {
		t.Rest = p.rest(rest)
	}
	if part.Count > 1 {
		t.Total = &row{Paper: r.total, Amounts: []string{digits(part.Amount), digits(part.Outstanding)},
			Line: fmt.Sprintf(p.totalLine, r.total, w.amount(part.Amount), w.amount(part.Outstanding))}
	}
	return t
}

// enclosed says which files come with the letter, and where they are where
// none does.
func (w words) enclosed(files []center.File) string {
	p := w.paperLetters()
	if len(files) == 0 {
		return p.notEnclosed
	}
	var names []string
	for _, f := range files {
		names = append(names, p.fileKinds[f.Type])
	}
	return fmt.Sprintf(p.areEnclosed, strings.Join(names, p.andFile))
}

// statement is the statement of account of a period: per currency what was
// owed, what was booked and what is owed, and the whole as a file.
func statement(w words, l center.Letter, v View) (sheet, error) {
	p := w.paperLetters()
	if v.Statement == nil {
		return sheet{}, fmt.Errorf("no statement")
	}
	period := fmt.Sprintf(p.period, w.day(v.Statement.From), w.day(v.Statement.To))
	s := sheet{
		Subject: fmt.Sprintf(p.statementSubject, period), Title: p.statementTitle, Name: clean(l.Name), Intro: p.statementIntro, Preheader: p.statementIntro,
		Facts:  w.ofAccount(v, []fact{{p.periodLabel, period}}),
		Button: &button{p.statementButton, v.BaseURL + "/statement?from=" + string(v.Statement.From) + "&to=" + string(v.Statement.To)},
		Notes:  []note{{p.enclosed, w.enclosed(v.Files)}, {w.reminder().wrong, p.statementWrong}},
	}
	var sums, lates []string
	for _, part := range v.Statement.Parts {
		sums = append(sums, w.amount(part.Closing))
		s.Tables = append(s.Tables, w.statementTable(part))
		if late := lateOf(part); late.Sign() > 0 {
			lates = append(lates, w.amount(late))
		}
	}
	if len(lates) > 0 {
		s.Notes = append([]note{{p.late, fmt.Sprintf(p.lateNow, strings.Join(lates, w.reminder().and))}}, s.Notes...)
	}
	if len(sums) == 0 {
		s.Notes = append([]note{{p.nothingBooked, p.nothingBookedAnswer}}, s.Notes...)
	}
	if n := len(sums); n > 0 && n <= maxListSums {
		s.Subject += " · " + strings.Join(sums, w.reminder().and)
	}
	if len(sums) == 1 {
		s.Figure = figure(v.Statement.Parts[0].Closing)
	}
	if v.Unsubscribe != "" {
		s.Choice = &button{w.reminder().choice, v.Unsubscribe}
	}
	return s, nil
}

// statementTable is a currency of a statement in four lines.
func (w words) statementTable(part center.StatementPart) table {
	p := w.paperLetters()
	more, less := money.Zero(part.Currency), money.Zero(part.Currency)
	for _, e := range part.Entries {
		if e.Amount.Sign() > 0 {
			more.Minor += e.Amount.Minor
		} else {
			less.Minor += e.Amount.Minor
		}
	}
	t := table{Columns: []string{p.entry, w.in(p.amount, part.Currency)}, Words: true}
	for _, line := range []struct {
		name string
		m    money.Money
	}{{p.opening, part.Opening}, {p.charges, more}, {p.payments, less}, {p.closing, part.Closing}} {
		t.Rows = append(t.Rows, row{Paper: line.name, Amounts: []string{digits(line.m)}, Line: line.name + ": " + w.amount(line.m)})
	}
	last := len(t.Rows) - 1
	t.Total, t.Rows = &t.Rows[last], t.Rows[:last]
	return t
}

// lateOf is how much of what is outstanding is past its day.
func lateOf(part center.StatementPart) money.Money {
	late := money.Zero(part.Currency)
	for _, a := range part.Owing.Aging {
		if a.Bucket != center.BucketCurrent {
			late.Minor += a.Outstanding.Minor
		}
	}
	return late
}

// invoiceIssued brings a new invoice: its amount and its day in the subject,
// the paper itself as files.
func invoiceIssued(w words, l center.Letter, v View) (sheet, error) {
	p := w.paperLetters()
	inv := v.Invoice
	if inv.Number == "" || inv.Amount.Currency == "" {
		return sheet{}, fmt.Errorf("no invoice")
	}
	number := clean(inv.Number)
	facts := []fact{{w.pay.papers[center.KindInvoice].column, number}}
	if issuer := clean(l.Params["issuer"]); issuer != "" {
		facts = append(facts, fact{p.issuer, issuer})
	}
	if inv.IssuedOn != "" {
		facts = append(facts, fact{p.issuedOn, w.day(inv.IssuedOn)})
	}
	due := ""
	if inv.DueOn != "" {
		facts = append(facts, fact{p.dueOn, w.day(inv.DueOn)})
		due = " " + fmt.Sprintf(p.dueSubject, w.day(inv.DueOn))
	}
	if po := clean(inv.PO); po != "" {
		facts = append(facts, fact{p.po, po})
	}
	if inv.Outstanding != inv.Amount {
		facts = append(facts, fact{w.pay.openNow, figure(inv.Outstanding)})
	}
	s := sheet{
		Subject: fmt.Sprintf(p.issuedSubject, w.ltr(number), w.amount(inv.Amount)) + due, Title: p.issuedTitle, Name: clean(l.Name),
		Intro: p.issuedIntro, Preheader: p.issuedIntro, Figure: figure(inv.Amount), Facts: w.ofAccount(v, facts),
		Notes: []note{{p.enclosed, w.enclosed(v.Files)}, {w.reminder().wrong, w.reminder().wrongAnswer}},
	}
	if l.Contact != "" {
		s.Button = &button{p.issuedButton, v.BaseURL + "/invoices/" + string(inv.ID)}
	} else {
		s.Notes[1] = note{p.whyMe, p.whyCopy}
	}
	if threadForm.MatchString(string(inv.ID)) {
		s.Thread = string(inv.ID)
	}
	return s, nil
}
