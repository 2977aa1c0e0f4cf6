package mail

import (
	"cmp"
	"fmt"
	"strings"

	"customercenter/shared/center"
)

// linkForm is what stands before the secret part of an invitation's link.
const linkForm = "/invite#"

// invitation asks a person into an account. Its button leads to a page: the
// grant is given to whoever types a code that is mailed to this address, and
// the letter alone opens nothing. What stands behind # browsers send nowhere.
func invitation(w words, _ center.Letter, v View) (sheet, error) {
	i, c := v.Invitation, w.contact()
	if v.Link == "" || c.types[i.Grant.Type] == "" {
		return sheet{}, fmt.Errorf("no invitation")
	}
	by, account := w.isolate(clean(i.By.String())), w.isolate(cmp.Or(clean(v.Account), w.center))
	s := sheet{
		Subject:   fmt.Sprintf(c.inviteSubject, by, account),
		Preheader: c.invitePreheader,
		Title:     c.inviteTitle,
		Name:      clean(i.Name),
		Intro:     fmt.Sprintf(c.inviteIntro, by, account),
		Facts: w.ofAccount(v, []fact{{c.by, w.person(i.By.Name, i.By.Email)}, {c.kind, c.types[i.Grant.Type]},
			{c.inviteUntil, w.instant(i.ExpiresAt.In(v.Zone))}}),
		Button: &button{c.inviteButton, v.BaseURL + linkForm + v.Link},
		Notes:  []note{{c.inviteNext, c.inviteNextAnswer}, {c.inviteNotMe, c.inviteNotMeDo}},
	}
	if i.Message != "" {
		s.Notes = append([]note{{fmt.Sprintf(c.inviteSays, by), w.isolate(paragraph(i.Message))}}, s.Notes...)
	}
	return s, nil
}

// paragraph is a personal message as a letter shows it: one paragraph of plain
// text.
func paragraph(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	for n := range lines {
		lines[n] = strings.Join(strings.Fields(lines[n]), " ")
	}
	return strings.Join(lines, " / ")
}

// person is a name with its address.
func (w words) person(name, email string) string {
	if name = clean(name); name == "" {
		return w.ltr(clean(email))
	}
	return w.isolate(name) + " (" + w.ltr(clean(email)) + ")"
}

// invitationAccepted tells who invited that the person came.
func invitationAccepted(w words, l center.Letter, v View) (sheet, error) {
	c := w.contact()
	return w.outcome(l, v, c.acceptedSubject, c.acceptedTitle, c.acceptedIntro, nil)
}

// invitationDeclined tells who invited that the mailbox's reader said no.
func invitationDeclined(w words, l center.Letter, v View) (sheet, error) {
	c := w.contact()
	return w.outcome(l, v, c.declinedSubject, c.declinedTitle, c.declinedIntro, []note{{c.declinedDo, c.declinedDoAnswer}})
}

func (w words) outcome(l center.Letter, v View, subject, title, intro string, notes []note) (sheet, error) {
	c := w.contact()
	kind := c.types[center.ContactType(l.Params["type"])]
	if kind == "" || l.Params["email"] == "" {
		return sheet{}, fmt.Errorf("no outcome of an invitation")
	}
	email, account := w.ltr(clean(l.Params["email"])), w.isolate(cmp.Or(clean(v.Account), w.center))
	return sheet{
		Subject:   fmt.Sprintf(subject, email, account),
		Preheader: title,
		Title:     title,
		Name:      clean(l.Name),
		Intro:     fmt.Sprintf(intro, email, account),
		Facts: w.ofAccount(v, []fact{{c.who, w.person(l.Params["name"], l.Params["email"])}, {c.kind, kind},
			{c.changedAt, w.instant(l.CreatedAt.In(v.Zone))}}),
		Button: &button{c.peopleButton, v.BaseURL + "/users"},
		Notes:  notes,
	}, nil
}

// accessChanged tells a person what became of her access, and the primary
// contacts of somebody else's.
func accessChanged(w words, l center.Letter, v View) (sheet, error) {
	c := w.contact()
	change, known := c.changes[center.AuditKind(l.Params["change"])]
	if !known {
		return sheet{}, fmt.Errorf("no change of access")
	}
	subject, title, intro := change.subjectOther, change.other, c.otherIntro
	if l.Params["reader"] == "self" {
		subject, title, intro = change.subjectSelf, change.self, c.selfIntro
	}
	account := w.isolate(cmp.Or(clean(v.Account), clean(l.Params["account"]), w.center))
	facts := []fact{{c.who, w.person(l.Params["name"], l.Params["email"])}, {c.now, w.types(l.Params["types"])},
		{c.by, cmp.Or(clean(l.Params["by"]), c.vendor)}, {c.changedAt, w.instant(l.CreatedAt.In(v.Zone))}}
	return sheet{
		Subject:   fmt.Sprintf(subject, account),
		Preheader: intro,
		Title:     title,
		Name:      clean(l.Name),
		Intro:     intro,
		Facts:     w.ofAccount(v, facts),
		Button:    &button{c.accessOpen, v.BaseURL + "/"},
		Notes:     []note{{c.isItRight, c.isItRightAnswer}},
	}, nil
}

// types are contact types in words.
func (w words) types(list string) string {
	c := w.contact()
	var named []string
	for t := range strings.SplitSeq(list, ",") {
		if name := c.types[center.ContactType(t)]; name != "" {
			named = append(named, name)
		}
	}
	if named == nil {
		return c.nothing
	}
	return strings.Join(named, c.and)
}
