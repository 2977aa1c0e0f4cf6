package store

import (
	"context"
	"maps"
	"slices"

	"customercenter/shared/center"
)

// letter is one that is under way to her, or tells others of her.
func (t *trail) letter(l center.Letter) (finding, bool) {
	toHer := t.who.isHers(l.To)
	told := map[string]string{}
	for name, value := range l.Params {
		if t.who.tells(value) {
			told[name] = value
		}
	}
	if !toHer && len(told) == 0 || l.State != center.LetterPending && l.State != center.LetterSending {
		return finding{}, false
	}
	what := facts("letter", string(l.Kind), "at", instantText(l.CreatedAt))
	if toHer {
		what["email"], what["name"] = l.To, l.Name
	}
	return finding{Held{Account: l.Account, Kind: HeldLetter, Facts: what}, func(ctx context.Context) error {
		w := write{name: "letter", verb: update, at: letterKey(l.ID), values: item{}, condition: "#st = :was"}
		w.values.text(":was", string(l.State))
		if toHer {
			w.change = "SET #st = :skipped, #" + attrReason + " = :why REMOVE " + done
			w.values.text(":skipped", string(center.LetterSkipped))
			w.values.text(":why", center.Erased)
		} else {
			params := item{}
			for name, value := range l.Params {
				if _, hers := told[name]; hers {
					value = center.Erased
				}
				params.text(name, value)
			}
			w.change = "SET #" + attrParams + " = :params"
			w.values.part(":params", params)
		}
		return t.s.apply(ctx, w)
	}}, true
}

// ErasedPage is what a stretch of erasing came to.
type ErasedPage struct {
	Gone map[HeldKind]int // erased, by kind
	Kept []Held           // left, with why
	Next string           // "" at the end
}

// PersonErasure is whom to erase, in whose name and why. Heirs are addresses of
// contacts who become primary in accounts where she is the last one.
type PersonErasure struct {
	Email    string
	Operator center.Actor
	Reason   string
	Heirs    map[center.AccountID]string
}

// ErasePerson erases a stretch of what Held tells of: her membership becomes a
// place without name, address, grants and sessions, so that what leads to it
// still does; what she did stays and names nobody; what is hers alone goes. The
// money, the papers as they were issued, and the audit log stay.
//
// Each step is done only where what it is about stands as it was read, and is
// harmless when repeated: what breaks off is begun again from the first page.
// Conflict last-primary where an account would be left without a primary
// contact and no heir is named: nothing of that account is erased then.
// Conflict changed-meanwhile where something did: begin again.
//
// Her order papers may name her anew: what a later order, invitation or
// operator gives is a reason of its own. What gave before does not give again.
func (e Everywhere) ErasePerson(ctx context.Context, x PersonErasure, cursor string) (ErasedPage, error) {
	t := &trail{s: e.s, who: subjectOf(x.Email), by: author{x.Operator, x.Reason}, heir: x.Heirs}
	found, next, err := t.page(ctx, cursor)
	page := ErasedPage{Gone: map[HeldKind]int{}, Next: next}
	if err != nil {
		return page, err
	}
	for _, f := range found {
		if f.Kept != "" {
			page.Kept = append(page.Kept, f.Held)
			continue
		}
		if f.erase != nil {
			if err := f.erase(ctx); err != nil {
				if isRefusal(err) {
					err = changed(err)
				}
				return page, err
			}
		}
		page.Gone[f.Kind]++
	}
	return page, nil
}

// tombstone makes her membership a place that nobody is at: nothing is granted,
// no session lives, and neither name nor address is kept; that she was there
// is. What gave her access before is remembered, so that it does not again.
func (t *trail) tombstone(ctx context.Context, account center.AccountID) error {
	for range moveTries {
		m, err := t.s.Membership(ctx, account, t.who.contact)
		if err != nil {
			return err
		}
		move, err := center.Withdraw(m.Contact)
		if err != nil {
			return err
		}
		writes, err := t.tombstoneWrites(ctx, m, move.After)
		if isRefusal(err) {
			continue // the heir is primary now
		}
		if err != nil {
			return err
		}
		err = t.s.transact(ctx, "erase/"+string(account)+"/"+string(t.who.contact), writes)
		if err == nil {
			return nil
		}
		if err := (Account{actor: t.by.actor}).unlessMoved(err); err != nil {
			return err
		}
	}
	return errBusy
}

func (t *trail) tombstoneWrites(ctx context.Context, m Membership, after center.Contact) ([]write, error) {
	of := tenantOf(m.Contact.Account)
	w := write{name: "membership", verb: update, at: of.member(m.Contact.ID), condition: "#n = :was", values: item{},
		change: "SET #g = :g, #n = :next, #ac = :ac, #wd = :wd, #s = :none, #sv = #sv + :one REMOVE #em, #na, #lo, #ls, #dl, #rh, #ra"}
	w.values[":g"] = grantsValue(nil)
	w.values.num(":was", int64(m.Contact.Version))
	w.values.num(":next", int64(m.Contact.Version)+1)
	w.values.truth(":ac", false)
	w.values.list(":wd", after.Withheld)
	w.values.part(":none", item{})
	w.values.num(":one", 1)
	writes := []write{w, Account{actor: t.by.actor}.actorStill()}
	if m.Contact.IsPrimary() {
		people, err := t.s.people(ctx, m.Contact.Account)
		if err != nil {
			return nil, err
		}
		witness, err := witnessOf(people, m.Contact.ID)
		if err != nil {
			return nil, t.leftAlone(ctx, m, err)
		}
		writes = append(writes, witness)
	}
	entry := center.AuditEntry{Kind: center.AuditPersonErased, At: t.s.now(), By: t.by.actor.Email, Contact: t.by.actor.Contact, Subject: string(m.Contact.ID),
		Facts: facts(factReason, t.by.reason)}
	return append(writes, of.auditWrite(entry, string(m.Contact.ID), "erased")), nil
}

// leftAlone makes the heir primary where one is named, after which to look
// again; else nothing is erased here.
func (t *trail) leftAlone(ctx context.Context, m Membership, last error) error {
	heir := t.heir[m.Contact.Account]
	if heir == "" || t.who.isHers(heir) {
		refusal := *center.ErrLastPrimary
		refusal.Detail = "She is the last primary contact of " + m.AccountName + ". Name who is to be primary there instead; nothing of hers in this account was erased."
		return &refusal
	}
	_, err := Everywhere{t.s}.GrantContact(ctx, t.by.actor, m.Contact.Account, center.ContactGrant{Email: heir,
		Grant: center.Grant{Type: center.ContactPrimary, Source: center.GrantSourceOperator, By: t.by.actor.Email, At: t.s.now()}}, t.by.reason)
	if err != nil {
		return err
	}
	return &refusal{write: "primary", err: last}
}

// Kinds are those of a page that something went of, in order.
func (p ErasedPage) Kinds() []HeldKind { return slices.Sorted(maps.Keys(p.Gone)) }
