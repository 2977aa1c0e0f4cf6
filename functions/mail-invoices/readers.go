package main

import (
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// readersOf are who gets the list, each once. Whoever may not open invoices
// herself is as one outside the account: only a primary contact may send to
// such addresses. An address that is known to take no mail is refused, so that
// nobody waits for a letter that does not come.
func readersOf(actor center.Actor, people []center.Contact, to []string) (readers []store.ListReader, err error) {
	selfOnly := actor.May(center.ModuleStatements, center.ActionAct).SelfOnly
	seen := map[string]bool{}
	for _, text := range to {
		email, _ := center.NormalizeEmail(text)
		if seen[email] {
			continue
		}
		seen[email] = true
		at := slices.IndexFunc(people, func(c center.Contact) bool { return c.ID == center.ContactIDOf(email) })
		self := at >= 0 && people[at].ID == actor.Contact
		colleague := at >= 0 && readsInvoices(people[at])
		switch {
		case !self && selfOnly:
			return nil, center.Errorf(center.Forbidden, "only-to-yourself", "Your access lets you mail the list to your own address only, and %s is not yours.", email)
		case !self && !colleague && !primary(actor):
			return nil, center.Errorf(center.Forbidden, "only-to-colleagues",
				"%s is nobody of this account who may open invoices. Only a primary contact may mail the list to other addresses.", email)
		case at >= 0 && people[at].Reach.Unreachable():
			return nil, center.Errorf(center.Unprocessable, "address-unreachable", "Mail does not reach %s, so nothing was sent. Please leave this address out.", email)
		}
		r := store.ListReader{Email: email, Self: self, Locale: actor.Locale}
		if self || colleague {
			r.Contact, r.Name = people[at].ID, people[at].Name
		}
		if colleague && !self {
			r.Locale = people[at].Locale // her own, or else the account's
		}
		readers = append(readers, r)
	}
	return readers, nil
}
