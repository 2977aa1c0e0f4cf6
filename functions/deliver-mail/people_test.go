package main

import (
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

const guest = functiontest.Person("sara@najd.example")

// letterTo is the newest letter of a kind to an address.
func (o *office) letterTo(kind center.LetterKind, to functiontest.Person) string {
	o.t.Helper()
	id := ""
	for _, l := range o.Letters(o.t, kind) {
		if l.To == string(to) {
			id = l.ID
		}
	}
	if id == "" {
		o.t.Fatalf("no %s to %s", kind, to)
	}
	return id
}

func TestAnInvitationIsMailedWithItsNewestLink(t *testing.T) {
	o := newOffice(t)
	i, first := o.Invite(t, functiontest.Primary, guest, center.Grant{Type: center.ContactAccountant})
	old := o.letterTo(center.LetterInvitation, guest)
	if _, err := o.Store.In(o.Actor(t, functiontest.Primary)).Resend(t.Context(), i.ID, "again"); err != nil {
		t.Fatal(err)
	}
	o.deliver(old, "1")
	if o.state(old) != center.LetterSkipped || len(o.out.sent) != 0 {
		t.Errorf("the letter that was replaced: %s", o.state(old))
	}
	newest := o.letterTo(center.LetterInvitation, guest)
	o.deliver(newest, "2")
	again, err := o.Store.Invitation(t.Context(), i.Account, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	link, _ := session.LinkOf(o.Keys, again)
	if len(o.out.sent) != 1 || !strings.Contains(o.out.sent[0].Text, functiontest.Origin+"/invite#"+link.Text()) || strings.Contains(o.out.sent[0].Text, first.Token) {
		t.Fatalf("sent %+v", o.out.sent)
	}
	if subject := o.out.sent[0].Subject; !strings.Contains(subject, "دعوة") {
		t.Errorf("the account speaks Arabic, its invitation says %q", subject)
	}
	if strings.Contains(o.log.String(), link.Token) {
		t.Error("the log tells the token")
	}
}

func TestAnInvitationTakenBackIsNotMailed(t *testing.T) {
	o := newOffice(t)
	i, _ := o.Invite(t, functiontest.Primary, guest, center.Grant{Type: center.ContactAccountant})
	if _, err := o.Store.In(o.Actor(t, functiontest.Primary)).Revoke(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	letter := o.letterTo(center.LetterInvitation, guest)
	o.deliver(letter, "1")
	if o.state(letter) != center.LetterSkipped {
		t.Errorf("%s %v", o.state(letter), o.out.sent)
	}
}

// A code goes to an address nobody knows only for the invitation that waits
// for it.
func TestACodeForAnInvitationGoesToWhoeverIsInvited(t *testing.T) {
	o := newOffice(t)
	i, _ := o.Invite(t, functiontest.Primary, guest, center.Grant{Type: center.ContactAccountant})
	ask := func(account center.AccountID, invitation center.InvitationID) string {
		c := store.Challenge{ID: session.NewID(), KeyID: o.Keys.Current(), Email: string(guest), CreatedAt: o.Now(), ExpiresAt: o.Now().Add(session.CodeLife),
			Account: account, Invitation: invitation}
		l := center.Letter{ID: session.NewID(), Kind: center.LetterSignInCode, To: string(guest), CreatedAt: o.Now(), Params: map[string]string{"challenge": c.ID}}
		if err := o.Store.PutChallenge(t.Context(), c, l); err != nil {
			t.Fatal(err)
		}
		return l.ID
	}
	plain, other, waiting := ask("", ""), ask(center.AccountIDOf(functiontest.Gulf), i.ID), ask(i.Account, i.ID)
	for n, id := range []string{plain, other, waiting} {
		o.deliver(id, string(rune('1'+n)))
	}
	if o.state(plain) != center.LetterSkipped || o.state(other) != center.LetterSkipped || o.state(waiting) != center.LetterSent {
		t.Errorf("%s %s %s", o.state(plain), o.state(other), o.state(waiting))
	}
}

// Who was removed is told so, though she is a contact no more; and so is the
// other primary contact.
func TestWhoIsRemovedIsTold(t *testing.T) {
	o := newOffice(t)
	o.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) })
	letter := o.letterTo(center.LetterAccessChanged, functiontest.Payables)
	o.deliver(letter, "1")
	if o.state(letter) != center.LetterSent || o.out.sent[0].To != string(functiontest.Payables) {
		t.Errorf("%s %v %s", o.state(letter), o.out.sent, o.log)
	}
}

func TestWhereAnOrderStandsIsToldToWhoMayStillSeeOrders(t *testing.T) {
	o := newOffice(t)
	put := func(id string, to functiontest.Person) string {
		l := center.Letter{ID: id, Kind: center.LetterOrderStatus, To: string(to), Account: functiontest.AccountOf(to), Contact: center.ContactIDOf(string(to)), CreatedAt: o.Now(),
			Params: map[string]string{"order": "ord_0123456789abcdef0123456789abcdef", "number": "PO-77", "state": string(center.OrderActive), "on": "2026-11-21"}}
		if err := o.Store.PutLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		return id
	}
	buyer, nobody := put("0a", functiontest.Purchasing), put("0b", functiontest.Nobody)
	if !o.deliver(buyer, "1") || !o.deliver(nobody, "2") || o.state(buyer) != center.LetterSent || o.state(nobody) != center.LetterSkipped {
		t.Errorf("the buyer's is %s, nobody's %s: %s", o.state(buyer), o.state(nobody), o.log)
	}
	if len(o.out.sent) != 1 || !strings.Contains(o.out.sent[0].Subject, "PO-77") {
		t.Errorf("%+v", o.out.sent)
	}
}
