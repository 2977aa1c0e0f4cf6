package store

import (
	"context"
	"slices"
	"strings"

	"customercenter/shared/center"
)

// payments that she made. The rows of the history name who paid, the payments
// say who she is.
func (t *trail) payments(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	of := tenantOf(account)
	rows, last, err := t.ask(ctx, question{pk: of.pk(prefixList), from: sortPaymentRow, limit: heldRows}, after)
	if err != nil || t.who.contact == "" {
		return nil, "", err
	}
	keys, rowOf := make([]key, 0, len(rows)), map[key]item{}
	for _, row := range rows {
		id, err := longPayment(rowID(row.key().sk))
		if err != nil {
			return nil, "", err
		}
		keys, rowOf[of.payment(id)] = append(keys, of.payment(id)), row
	}
	stands, err := t.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, "", err
	}
	for _, k := range keys {
		it := stands[k]
		r := reader{it: it}
		if center.ContactID(r.text(attrByID)) != t.who.contact || !needed(it, attrBy, attrByEmail) {
			continue
		}
		_, id, err := paymentOfKey(k.pk)
		if err != nil {
			return nil, "", err
		}
		p, err := readPayment(account, id, it)
		if err != nil {
			return nil, "", err
		}
		f := finding{Held: Held{Account: account, Kind: HeldPayment, Facts: facts("payment", string(p.ID), "state", string(p.State), "amount", p.Charge.String(),
			"name", p.ByName, "email", p.ByEmail, "language", p.Locale, "at", instantText(p.CreatedAt))}}
		row := rowOf[k]
		f.erase = func(ctx context.Context) error { return t.unsignPayment(ctx, p, it, row) }
		found = append(found, f)
	}
	return found, last, nil
}

// unsignPayment takes her out of a payment: first of the lines that the papers
// it was of have of it, then of itself and its row, by which it is found.
func (t *trail) unsignPayment(ctx context.Context, p center.Payment, it, row item) error {
	of := tenantOf(p.Account)
	var lines []item
	for _, part := range p.Parts {
		for _, q := range []question{{pk: of.invoicePK(part.Invoice), from: of.paymentEntry(part.Invoice, p.ID).sk},
			{pk: of.invoicePK(part.Invoice), from: sortCredit}} {
			q.limit, q.current = maxPeople, true
			some, err := t.s.askAll(ctx, q)
			if err != nil {
				return err
			}
			lines = append(lines, some...)
		}
	}
	for _, use := range p.Credits {
		some, err := t.s.askAll(ctx, question{pk: of.invoicePK(use.Credit), from: sortCredit, limit: maxPeople, current: true})
		if err != nil {
			return err
		}
		lines = append(lines, some...)
	}
	for _, line := range lines {
		r := reader{it: line}
		of := strings.HasPrefix(line.key().sk, sortPayment) || r.instant(attrAt).Equal(p.CreatedAt)
		if by := r.text(attrBy); !of || by == "" || by == center.Erased || by != p.ByName {
			continue
		}
		if err := unlessRefused(t.scrubs(scrub{name: "entry", it: line, marked: []string{attrBy}})(ctx)); err != nil {
			return err
		}
	}
	return t.scrubs(scrub{name: "payment", it: it, gone: []string{attrByEmail, attrLocale}, marked: []string{attrBy}, bump: attrVersion},
		scrub{name: "payment row", it: row, marked: []string{attrBy}, bump: attrRowVersion})(ctx)
}

// renewals that she answered.
func (t *trail) renewals(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	of := tenantOf(account)
	rows, last, err := t.ask(ctx, question{pk: of.pk(prefixList), from: sortRenewal, limit: heldRows}, after)
	if err != nil || t.who.contact == "" {
		return nil, "", err
	}
	keys := make([]key, 0, len(rows))
	for _, row := range rows {
		id, err := longRenewal(rowID(row.key().sk))
		if err != nil {
			return nil, "", err
		}
		keys = append(keys, of.renewal(renewalPlace{account, (&reader{it: row}).text(attrHolder), id}))
	}
	stands, err := t.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, "", err
	}
	for _, k := range keys {
		it := stands[k]
		r := reader{it: it}
		if it == nil || center.ContactID(r.text(attrBy)) != t.who.contact || !needed(it, attrByName) {
			continue
		}
		found = append(found, finding{Held{Account: account, Kind: HeldRenewal, Facts: facts("answer", r.text(attrAnswered), "name", r.text(attrByName),
			"at", instantText(r.instant(attrAnsweredAt)))}, t.scrubs(scrub{name: "renewal", it: it, marked: []string{attrByName}, bump: attrVersion})})
	}
	return found, last, nil
}

// redeemers are those who may use the rewards of a subscription, by address.
func (t *trail) redeemers(ctx context.Context, account center.AccountID, _ string) (found []finding, _ string, err error) {
	of := tenantOf(account)
	purses, err := t.s.askAll(ctx, question{pk: of.pk(prefixRewards), from: sortPurse, limit: heldRows, current: true})
	if err != nil {
		return nil, "", err
	}
	var keys []key
	for _, it := range purses {
		sub, err := subscriptionOfPurse(it.key().sk)
		if err != nil {
			return nil, "", err
		}
		keys = append(keys, of.redeemer(sub, t.who.address))
	}
	stands, err := t.s.getMany(ctx, keys, true)
	for _, k := range keys {
		if it, ok := stands[k]; ok && needed(it, attrEmail) {
			r := open(it, kindRedeemer)
			found = append(found, finding{Held{Account: account, Kind: HeldRedeemer, Facts: facts("subscription", r.text(attrSubscription),
				"email", r.text(attrEmail), "name", r.text(attrName), "since", instantText(r.instant(attrAt)))}, t.removes("redeemer", k)})
		}
	}
	return found, "", err
}

// redemptions that she made, and the lines of the ledger about them.
func (t *trail) redemptions(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	of := tenantOf(account)
	items, last, err := t.ask(ctx, question{pk: of.pk(prefixRewards), limit: heldRows}, after)
	if err != nil {
		return nil, "", err
	}
	var keys []key
	for _, it := range items {
		if id := (&reader{it: it}).text(attrRedemption); id != "" {
			keys = append(keys, of.redemption(center.RedemptionID(id)))
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(a.sk, b.sk) })
	made, err := t.s.getMany(ctx, slices.Compact(keys), true)
	if err != nil {
		return nil, "", err
	}
	for _, it := range items {
		r := reader{it: it}
		who := r
		if id := r.text(attrRedemption); id != "" {
			who = reader{it: made[of.redemption(center.RedemptionID(id))]}
		}
		hers := t.who.contact != "" && center.ContactID(who.text(attrByID)) == t.who.contact ||
			t.who.isHers(r.text(attrBy)) || r.text(attrKind) == kindRedeemer.mark() && slices.Contains(t.who.names, r.text(attrBy))
		if !hers || !needed(it, attrBy, attrByEmail) {
			continue
		}
		found = append(found, finding{Held{Account: account, Kind: HeldRedemption, Facts: facts("number", r.text(attrSubscription), "name", r.text(attrBy),
			"email", r.text(attrByEmail), "at", instantText(r.instant(attrAt)))}, t.unsignRewards(account, it)})
	}
	return found, last, nil
}

// unsignRewards takes her out of an item of the rewards: of a redemption first
// out of the lines that the papers it was of have of it.
func (t *trail) unsignRewards(account center.AccountID, it item) func(context.Context) error {
	x := scrub{name: "rewards", it: it, gone: []string{attrByEmail}, marked: []string{attrBy}}
	if (&reader{it: it}).has(attrVersion) {
		x.bump = attrVersion
	}
	return func(ctx context.Context) error {
		var uses []rewardUse
		r := reader{it: it}
		if r.json(attrUses, &uses); r.err != nil {
			return r.err
		}
		keys := make([]key, len(uses))
		for i, u := range uses {
			keys[i] = tenantOf(account).rewardUse(u.Invoice, center.RedemptionID(r.text(attrID)))
		}
		lines, err := t.s.getMany(ctx, keys, true)
		if err != nil {
			return err
		}
		for _, line := range lines {
			if !needed(line, attrBy) {
				continue
			}
			if err := unlessRefused(t.scrubs(scrub{name: "entry", it: line, marked: []string{attrBy}})(ctx)); err != nil {
				return err
			}
		}
		return t.scrubs(x)(ctx)
	}
}

// log are entries of the audit log by her or about her, which stay, and the
// disputes that it tells she opened.
func (t *trail) log(ctx context.Context, account center.AccountID, after string) (found []finding, last string, err error) {
	of := tenantOf(account)
	items, last, err := t.ask(ctx, question{pk: of.pk(prefixAudit), from: auditFirst, to: auditLast, limit: heldRows}, after)
	if err != nil {
		return nil, "", err
	}
	hers := trace{id: t.who.contact, words: append([]string{t.who.address}, t.who.names...)}
	for _, it := range items {
		e, err := of.readAudit(it)
		if err != nil {
			return nil, "", err
		}
		if paper := e.Facts["paper"]; strings.HasPrefix(string(e.Kind), "dispute-") && paper != "" {
			some, err := t.dispute(ctx, account, center.InvoiceID(paper), center.DisputeID(e.Subject))
			if err != nil {
				return nil, "", err
			}
			found = append(found, some...)
		}
		if _, tells := hers.redacted(it); !tells && (e.Contact == "" || e.Contact != t.who.contact) {
			continue
		}
		what := facts("what", string(e.Kind), "at", instantText(e.At))
		if e.Contact == t.who.contact || hers.tells(e.By) {
			what["by"] = e.By
		}
		if hers.tells(e.Subject) {
			what["to"] = e.Subject
		}
		found = append(found, finding{Held: Held{Account: account, Kind: HeldAudit, Facts: what, Kept: KeptAudit}})
	}
	return found, last, nil
}

// dispute is one that she opened.
func (t *trail) dispute(ctx context.Context, account center.AccountID, invoice center.InvoiceID, id center.DisputeID) ([]finding, error) {
	found, err := t.s.getMany(ctx, []key{tenantOf(account).dispute(invoice, id)}, true)
	if err != nil {
		return nil, err
	}
	for _, it := range found {
		d, err := readDispute(invoice, it)
		if err != nil || d.By != t.who.contact || !needed(it, attrByName) {
			return nil, err
		}
		return []finding{{Held{Account: account, Kind: HeldDispute, Facts: facts("reason", string(d.Reason), "text", d.Text, "amount", d.Amount.String(),
			"state", string(d.State), "name", d.ByName, "at", instantText(d.At))},
			t.scrubs(scrub{name: "dispute", it: it, marked: []string{attrByName}, bump: attrVersion})}}, nil
	}
	return nil, nil
}

// orders that name her, wherever they are: her address leads to them.
func (t *trail) orders(ctx context.Context, p place) (found []finding, next place, ended bool, err error) {
	items, last, err := t.ask(ctx, question{pk: addressPK(t.who.address), from: sortOrder, limit: heldRows}, p.after)
	if err != nil {
		return nil, p, false, err
	}
	for _, it := range items {
		account, order, err := orderOfAddress(it.key().sk)
		if err != nil {
			return nil, p, false, err
		}
		people, err := t.s.askAll(ctx, question{pk: tenantOf(account).order(order).pk, from: sortPerson, limit: maxPeople, current: true})
		if err != nil {
			return nil, p, false, err
		}
		for _, person := range people {
			named, err := readPerson(person)
			if err != nil {
				return nil, p, false, err
			}
			if t.who.isHers(named.Email) {
				found = append(found, finding{Held{Account: account, Kind: HeldOrder, Facts: facts("order", string(order), "email", named.Email, "name", named.Name,
					"role", string(named.Role))}, t.scrubs(scrub{name: "order person", it: person, gone: []string{attrEmail}, marked: []string{attrName}})})
			}
		}
		found = append(found, finding{Held: Held{Account: account, Kind: HeldOrder, Facts: facts("order", string(order)), Kept: KeptPaper}})
	}
	p.after = last
	return found, p, last == "", nil
}

// entrances are what her address leads to, and what is known of its mail. They
// go last: by them she is found again where erasing broke off.
func (t *trail) entrances(ctx context.Context, p place) (found []finding, next place, ended bool, err error) {
	items, last, err := t.ask(ctx, question{pk: addressPK(t.who.address), limit: heldRows}, p.after)
	for _, it := range items {
		r := reader{it: it}
		f := finding{Held{Kind: HeldEntrance, Facts: facts("account", r.text(attrAccountName), "usedAt", instantText(r.instant(attrUsedAt)),
			"mail", r.text(attrReach))}, t.removes("address", it.key())}
		if strings.HasPrefix(it.key().sk, sortMember) {
			f.Account = center.AccountID(r.text(attrID))
		}
		found = append(found, f)
	}
	p.after = last
	return found, p, last == "", err
}

// letters that are under way to her, or tell others of her. What was sent says
// nothing any more.
func (t *trail) letters(ctx context.Context, p place) (found []finding, next place, ended bool, err error) {
	q := question{index: indexWork, part: attrWorkPK, attr: attrWorkSK, pk: letterWorkPK(p.stage), limit: heldRows}
	if p.after != "" {
		at := strings.SplitN(p.after, " ", 2)
		q.start = letterKey(at[0]).attributes()
		q.start.text(attrWorkPK, q.pk)
		q.start.text(attrWorkSK, at[1])
	}
	items, more, err := t.s.ask(ctx, q)
	if err != nil {
		return nil, p, false, err
	}
	for _, it := range items {
		id, ok := LetterKey(it.key().pk)
		if !ok {
			continue
		}
		l, err := t.s.Letter(ctx, id)
		if center.IsKind(err, center.NotFound) {
			continue
		}
		if err != nil {
			return nil, p, false, err
		}
		if f, ok := t.letter(l); ok {
			found = append(found, f)
		}
	}
	if more != nil {
		id, _ := LetterKey(more.key().pk)
		p.after = id + " " + (&reader{it: more}).text(attrWorkSK)
		return found, p, false, nil
	}
	p.stage, p.after = p.stage+1, ""
	return found, p, p.stage == letterShards, nil
}
