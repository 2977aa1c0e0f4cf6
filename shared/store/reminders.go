package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
)

// RemindShards is into how many parts the work of a day falls; accounts hang
// on one by their id.
const RemindShards = dueShards

// Attributes of how far reminders are planned, and of markers.
const (
	attrThrough = "th"
	attrLease   = "le"
)

// PlannedShard is how far the reminders of one part of the accounts are
// planned.
type PlannedShard struct {
	Shard   int
	Through center.Date // "" before the first day
	Taken   bool        // somebody is at it now
}

// PlannedShards are all parts, in one read.
func (s *Store) PlannedShards(ctx context.Context) ([]PlannedShard, error) {
	items, _, err := s.ask(ctx, question{pk: remindPK, limit: RemindShards})
	if err != nil {
		return nil, err
	}
	shards := make([]PlannedShard, RemindShards)
	for i := range shards {
		shards[i].Shard = i
	}
	for _, it := range items {
		r := open(it, kindPlanned)
		n, err := strconv.Atoi(it.key().sk)
		if err != nil || n < 0 || n >= RemindShards {
			r.fail("is no part of the accounts")
		}
		if r.err != nil {
			return nil, r.err
		}
		shards[n].Through, shards[n].Taken = r.date(attrThrough), r.instant(attrLease).After(s.now())
	}
	return shards, nil
}

// TakeShard takes a part for owner, who plans it until then; ok is false when
// another is at it, or it was planned further since it was read. That nobody
// reminds twice does not hang on it: it saves two from doing the same.
func (s *Store) TakeShard(ctx context.Context, p PlannedShard, owner string, until time.Time) (ok bool, err error) {
	w := write{name: "take shard", verb: update, at: remindKey(p.Shard), values: item{},
		change:    "SET #k = :kind, #ow = :owner, #le = :until",
		condition: "(attribute_not_exists(#le) OR #le <= :now OR #ow = :owner) AND attribute_not_exists(#th)"}
	if p.Through != "" {
		w.condition = strings.Replace(w.condition, "attribute_not_exists(#th)", "#th = :was", 1)
		w.values.text(":was", p.Through.Compact())
	}
	w.values.text(":kind", kindPlanned.mark())
	w.values.text(":owner", owner)
	w.values.instant(":until", until)
	w.values.instant(":now", s.now())
	err = s.apply(ctx, w)
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}

// ShardPlanned notes that a part is planned through a day.
func (s *Store) ShardPlanned(ctx context.Context, shard int, owner string, through center.Date) error {
	w := write{name: "shard planned", verb: update, at: remindKey(shard), values: item{}, change: "SET #th = :day REMOVE #le", condition: "#ow = :owner"}
	w.values.text(":day", through.Compact())
	w.values.text(":owner", owner)
	return unlessRefused(s.apply(ctx, w)) // another took it over and notes it in turn
}

// DueInvoice is an unsettled invoice as index due has it.
type DueInvoice struct {
	ID    center.InvoiceID
	DueOn center.Date
}

// duePage is how many entries of index due one call reads.
const duePage = 1000

// DueByAccount goes through the invoices of a part that are unsettled and due
// on one of the days, account by account: nothing else is read, and no more of
// it at once than a page of each day. The index lags by moments.
func (s *Store) DueByAccount(ctx context.Context, shard int, days []center.Date, do func(center.AccountID, []DueInvoice) error) error {
	lanes := make([]*dueLane, len(days))
	for i, day := range days {
		lanes[i] = &dueLane{s: s, day: day, q: question{index: indexDue, part: attrDuePK, pk: duePK(day, shard), limit: duePage}}
	}
	for {
		first, any := "", false
		for _, l := range lanes {
			at, ok, err := l.account(ctx)
			if err != nil {
				return err
			}
			if ok && (!any || at < first) {
				first, any = at, true
			}
		}
		if !any {
			return nil
		}
		account, err := long(first)
		if err != nil {
			return err
		}
		var due []DueInvoice
		for _, l := range lanes {
			if due, err = l.take(ctx, first, due); err != nil {
				return err
			}
		}
		if err := do(center.AccountID(account), due); err != nil {
			return err
		}
	}
}

// dueLane reads the invoices due on one day, in the order of their accounts.
type dueLane struct {
	s    *Store
	day  center.Date
	q    question
	page []string // sort keys of index due
	done bool
}

// account is the next one of the lane, in short.
func (l *dueLane) account(ctx context.Context) (at string, ok bool, err error) {
	for len(l.page) == 0 && !l.done {
		items, last, err := l.s.askFlat(ctx, l.q)
		if err != nil {
			return "", false, err
		}
		for i := range items {
			l.page = append(l.page, items[i].text(attrDueSK))
			if items[i].err != nil {
				return "", false, items[i].err
			}
		}
		l.q.start, l.done = last, last == nil
	}
	if len(l.page) == 0 {
		return "", false, nil
	}
	at, _, _ = strings.Cut(l.page[0], "#")
	return at, true, nil
}

// take adds the invoices of an account.
func (l *dueLane) take(ctx context.Context, account string, due []DueInvoice) ([]DueInvoice, error) {
	for {
		at, ok, err := l.account(ctx)
		if err != nil || !ok || at != account {
			return due, err
		}
		_, id, err := invoiceOfDue(l.page[0])
		if err != nil {
			return due, err
		}
		due, l.page = append(due, DueInvoice{id, l.day}), l.page[1:]
	}
}

// OwnSteps are the accounts of a part whose steps are their own.
func (s *Store) OwnSteps(ctx context.Context, shard int) (accounts []center.AccountID, err error) {
	items, err := s.askAll(ctx, question{pk: ownStepsPK, from: ownStepsShard(shard), limit: duePage})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		r := open(it, kindOwnSteps)
		id, err := long(rowID(it.key().sk))
		if err = firstError(r.err, err); err != nil {
			return nil, err
		}
		accounts = append(accounts, center.AccountID(id))
	}
	return accounts, nil
}

// Debtor is whom an account's reminders go to, and when.
type Debtor struct {
	Account  center.AccountID
	Policy   center.DunningPolicy
	Own      bool // its steps are the account's own
	TimeZone string
	People   []center.Contact
	Profile  center.BillingProfile // what the account's people wish, and who gets copies
}

// Zone is the account's.
func (d Debtor) Zone() *time.Location { return center.Account{TimeZone: d.TimeZone}.Zone() }

// Debtor reads policy, wishes and people of an account in one Query.
func (s *Store) Debtor(ctx context.Context, account center.AccountID) (Debtor, error) {
	d := Debtor{Account: account, Policy: center.DefaultDunning(), TimeZone: s.timeZone}
	items, err := s.askAll(ctx, question{pk: tenantOf(account).pk(prefixAccount), from: sortBilling, to: sortMember + sortEnd, limit: maxContacts})
	if err != nil {
		return d, err
	}
	for _, it := range items {
		switch sk := it.key().sk; {
		case sk == sortBilling:
			if d.Profile, err = readBilling(it); err != nil {
				return d, err
			}
		case sk == sortDunning:
			if d.Policy, _, err = readDunning(it); err != nil {
				return d, err
			}
		case strings.HasPrefix(sk, sortMember):
			m, err := readMember(account, it)
			if err != nil {
				return d, err
			}
			if m.TimeZone != "" {
				d.TimeZone = m.TimeZone
			}
			d.People = append(d.People, m.Contact)
		}
	}
	d.Policy = d.Policy.With(d.Profile)
	d.Own = !d.Policy.Standard()
	return d, nil
}

// UnsettledOn are the unsettled invoices of one account that were issued, or
// are due, on one of the days, with both days.
func (s *Store) UnsettledOn(ctx context.Context, account center.AccountID, days []center.DunningDay) (list []center.Invoice, err error) {
	t := tenantOf(account)
	ids := map[center.InvoiceID]bool{}
	issued := false
	for _, day := range days {
		q := question{index: indexDue, part: attrDuePK, pk: duePK(day.On, shardOf(string(account), dueShards)), attr: attrDueSK, from: t.short + "#", limit: duePage}
		if day.Base == center.DunningFromIssue {
			issued = true
			q = question{index: indexByIssued, part: attrPK, pk: t.pk(prefixList), attr: attrIssued, from: markInvoice + compact(day.On), limit: duePage}
		}
		items, err := s.askAll(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			id, err := longInvoice(rowID(it.key().sk))
			if day.Base == center.DunningFromDue {
				_, id, err = invoiceOfDue((&reader{it: it}).text(attrDueSK))
			}
			if err != nil {
				return nil, err
			}
			if !ids[id] && !issued {
				list = append(list, center.Invoice{ID: id, Account: account, DueOn: day.On})
			}
			ids[id] = true
		}
	}
	if !issued {
		return list, nil
	}
	return s.headsOf(ctx, account, ids)
}

// headsOf reads those of the invoices that are unsettled.
func (s *Store) headsOf(ctx context.Context, account center.AccountID, ids map[center.InvoiceID]bool) (list []center.Invoice, err error) {
	t := tenantOf(account)
	var keys []key
	place := map[key]center.InvoiceID{}
	for id := range ids {
		keys = append(keys, t.head(id))
		place[t.head(id)] = id
	}
	found, err := s.getMany(ctx, keys, false)
	if err != nil {
		return nil, err
	}
	for at, it := range found {
		inv, err := readHead(account, place[at], it)
		if err != nil {
			return nil, err
		}
		if inv.Outstanding.Sign() > 0 {
			list = append(list, inv)
		}
	}
	return list, nil
}

// Limits of one transaction of reminders, which holds a hundred items.
const (
	maxReminded = 60 // people who are reminded of one thing
	// keepMarkers is longer than any step of an invoice lies back.
	keepMarkers = 2 * 366 * 24 * time.Hour
	digestTries = 4
)

// Reminding says how reminders are put: to whom, when they leave, and whether
// all of a day come in one letter or each in one of its own.
type Reminding struct {
	People    []center.Contact // without an id, an address that gets copies
	At        time.Time
	OneDigest bool
}

// PutReminders marks reminders of an account as its own and puts, in the same
// transaction, one digest for each of the people who is to get any; it leaves
// at the moment. What is marked already is left out, so that however often and
// by however many it is done, each reminder is in one digest. More reminders
// than one transaction holds go into the same digests by several. Beyond
// maxReminded people, those who settle invoices come first.
func (s *Store) PutReminders(ctx context.Context, account center.AccountID, all []center.Reminded, how Reminding) (marked, digests int, err error) {
	people := center.RemindedOf(how.People, all, maxReminded)
	d := digesting{s: s, t: tenantOf(account), account: account, at: how.At, apart: !how.OneDigest, open: map[string]string{}}
	room := maxItems - len(people)
	if d.apart {
		room = maxItems / (1 + len(people))
	}
	for chunk := range slices.Chunk(wanted(all, people), room) {
		n, err := d.put(ctx, chunk, people)
		marked += n
		if err != nil {
			return marked, d.digests, err
		}
	}
	return marked, d.digests, nil
}

// wanted are the reminders that anybody gets, in an order that hangs on nothing
// else.
func wanted(all []center.Reminded, people []center.Contact) []center.Reminded {
	gets := map[center.InvoiceID]bool{}
	for _, c := range people {
		for _, r := range center.RemindersFor(c, all) {
			gets[r.Invoice.ID] = true
		}
	}
	all = slices.DeleteFunc(slices.Clone(all), func(r center.Reminded) bool { return !gets[r.Invoice.ID] })
	slices.SortFunc(all, func(a, b center.Reminded) int { return strings.Compare(string(a.Invoice.ID), string(b.Invoice.ID)) })
	return all
}

// digesting is the putting of an account's digests.
type digesting struct {
	s       *Store
	t       tenant
	account center.AccountID
	at      time.Time
	apart   bool              // each reminder in a letter of its own
	open    map[string]string // the digests put so far, which take more, by address
	parts   int
	digests int
}

func (d *digesting) marker(r center.Reminded) key {
	return d.t.reminder(r.Step.Name, r.Invoice.DueOn, r.Invoice.ID)
}

// put marks a part of the reminders and puts it into the digests.
func (d *digesting) put(ctx context.Context, rest []center.Reminded, people []center.Contact) (marked int, err error) {
	for range digestTries {
		writes, fresh := d.writes(rest, people)
		err = d.s.transact(ctx, "remind", writes)
		if err == nil {
			for address, id := range fresh {
				d.open[address] = id
			}
			d.parts, d.digests = d.parts+1, d.digests+len(fresh)
			return len(rest), nil
		}
		if !isRefusal(err) {
			return 0, err
		}
		// Some are marked, or a digest has left meanwhile: what is not marked
		// goes into digests of its own.
		d.open = map[string]string{}
		if rest, err = d.unmarked(ctx, rest); err != nil || len(rest) == 0 {
			return 0, err
		}
	}
	return 0, errBusy
}

func (d *digesting) unmarked(ctx context.Context, all []center.Reminded) (rest []center.Reminded, err error) {
	keys := make([]key, len(all))
	for i, r := range all {
		keys[i] = d.marker(r)
	}
	found, err := d.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, err
	}
	for i, r := range all {
		if _, ok := found[keys[i]]; !ok {
			rest = append(rest, r)
		}
	}
	return rest, nil
}

// writes are the markers with the digests, new ones or more of those put
// before; fresh are the ids of the new ones that take more. A digest is named by
// the markers it was put with, which are put once.
func (d *digesting) writes(rest []center.Reminded, people []center.Contact) (writes []write, fresh map[string]string) {
	now := d.s.now()
	for _, r := range rest {
		at := d.marker(r)
		it := newItem(at, kindReminder)
		it.num(attrTTL, now.Add(keepMarkers).Unix())
		writes = append(writes, write{name: "marker", verb: put, at: at, item: it, condition: absent})
	}
	fresh = map[string]string{}
	for _, c := range people {
		mine := center.RemindersFor(c, rest)
		id, open := d.open[c.Email]
		switch {
		case len(mine) == 0:
		case d.apart:
			for _, r := range mine {
				writes = append(writes, letterAt(d.letter(c, nil, []center.Reminded{r}, now), d.at))
			}
		case open:
			w := write{name: "more of a digest", verb: update, at: letterKey(id), change: fmt.Sprintf("SET #pa.#i%d = :more", d.parts),
				condition: "#st = :pending AND #tr = :none", values: item{}}
			w.values.text(":more", packReminders(mine))
			w.values.text(":pending", string(center.LetterPending))
			w.values.num(":none", 0)
			writes = append(writes, w)
		default:
			l := d.letter(c, rest, mine, now)
			writes = append(writes, letterAt(l, d.at))
			fresh[c.Email] = l.ID
		}
	}
	byKey(writes)
	return writes, fresh
}

// letter reminds a reader of some; it is named by the markers of all that were
// put with it, or of its one where it stands apart.
func (d *digesting) letter(c center.Contact, named, mine []center.Reminded, now time.Time) center.Letter {
	if d.apart {
		named = mine
	}
	parts := []string{string(d.account), string(c.ID)}
	if c.ID == "" {
		parts[1] = c.Email
	}
	for _, r := range named {
		parts = append(parts, d.marker(r).sk)
	}
	return center.Letter{ID: letterID(center.LetterReminder, parts...), Kind: center.LetterReminder, To: c.Email, Name: c.Name, Locale: c.Locale,
		Account: d.account, Contact: c.ID, CreatedAt: now, Params: map[string]string{"i0": packReminders(mine)}}
}

// letterAt puts a letter that leaves at a moment. It stands in index work from
// the start, by which the stream passes it over: thousands of them at once
// delay nobody's sign-in code.
func letterAt(l center.Letter, at time.Time) write {
	w := letterWrite(l)
	pk, sk := letterIndex(l.ID, at)
	w.item.text(attrWorkPK, pk)
	w.item.text(attrWorkSK, sk)
	return w
}

// Marks of a step in a letter.
const (
	markExecutives = "x"
	markFinal      = "f"
)

// packReminders writes which invoices a digest reminds of, step by step, as
// short as keys are: step|due|marks|id,id;…
func packReminders(all []center.Reminded) string {
	var groups []string
	ids := map[string][]string{}
	for _, r := range all {
		marks := ""
		if r.Step.Executives {
			marks += markExecutives
		}
		if r.Step.Final {
			marks += markFinal
		}
		group := r.Step.Name + "|" + compact(r.Invoice.DueOn) + "|" + marks + "|"
		if ids[group] == nil {
			groups = append(groups, group)
		}
		ids[group] = append(ids[group], shortInvoice(r.Invoice.ID))
	}
	for i, group := range groups {
		groups[i] = group + strings.Join(ids[group], ",")
	}
	return strings.Join(groups, ";")
}

// RemindersIn are the reminders that a digest was put with.
func RemindersIn(l center.Letter) (all []center.Reminded, err error) {
	for name, text := range l.Params {
		if !strings.HasPrefix(name, "i") {
			continue
		}
		for group := range strings.SplitSeq(text, ";") {
			parts := strings.Split(group, "|")
			if len(parts) != 4 {
				return nil, fmt.Errorf("store: letter %s reminds of %q", l.ID, group)
			}
			step := center.DueReminder{Name: parts[0], DunningStep: center.DunningStep{
				Executives: strings.Contains(parts[2], markExecutives), Final: strings.Contains(parts[2], markFinal)}}
			for id := range strings.SplitSeq(parts[3], ",") {
				invoice, err := longInvoice(id)
				if err != nil {
					return nil, err
				}
				all = append(all, center.Reminded{Step: step, Invoice: center.Invoice{ID: invoice, Account: l.Account, DueOn: expand(parts[1])}})
			}
		}
	}
	return all, nil
}
