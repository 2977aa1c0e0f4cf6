package store

import (
	"context"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Attributes of totals.
const (
	attrCount = "n"
	attrSum   = "o"
	attrTotal = "am"
)

// maxTotals is how many totals one call reads; an account has one for each
// day and currency something is due.
const maxTotals = 1000

// Summary tells how the account stands today, from its totals: right at any
// number of invoices, in one Query for all but the largest accounts.
func (a Account) Summary(ctx context.Context) (center.Summary, error) {
	standing, err := a.s.standing(ctx, a.t, false)
	if err != nil {
		return center.Summary{}, err
	}
	return center.Summarize(standing, a.Today())
}

// standing reads the totals; current ones right after a write.
func (s *Store) standing(ctx context.Context, t tenant, current bool) (center.Standing, error) {
	items, err := s.askAllFlat(ctx, question{pk: t.pk(prefixList), from: sortTotal, limit: maxTotals, current: current})
	if err != nil {
		return center.Standing{}, err
	}
	var out center.Standing
	for i := range items {
		if err := addTotal(&out, &items[i]); err != nil {
			return center.Standing{}, err
		}
	}
	return out, nil
}

// addTotal sorts one total into the standing.
func addTotal(to *center.Standing, r *reader) error {
	segment, currency := totalOf(r.key().sk)
	count := func(k kind) int {
		r.mustBe(k)
		return int(r.num(attrCount))
	}
	switch segment {
	case totalSubmitted:
		n := count(kindSubmitted)
		to.Submitted = append(to.Submitted, center.SubmittedTotal{Currency: currency, Count: n,
			Processing: r.num(attrSum), Amount: r.num(attrTotal)})
	case totalClosed:
		n := count(kindClosed)
		to.Closed = append(to.Closed, center.ClosedTotal{Currency: currency, Count: n, Amount: r.num(attrTotal)})
	case totalCredit:
		count(kindCredit)
		to.Credit = append(to.Credit, money.Money{Minor: r.num(attrSum), Currency: currency})
	default:
		n := count(kindDayTotal)
		to.Days = append(to.Days, center.DayTotal{Due: expand(segment), Currency: currency, Count: n, Outstanding: r.num(attrSum)})
	}
	return r.err
}

// contribution is what one paper adds to one total.
type contribution struct {
	at    key
	kind  kind
	count int64
	sum   int64 // outstanding, processing, or credit left
	total int64 // amount of the document
}

// contributions are the totals a paper stands in as it is now.
func (t tenant) contributions(inv center.Invoice) []contribution {
	var out []contribution
	c := string(inv.Amount.Currency)
	if inv.CreditLeft.Sign() > 0 && !inv.Draft && !inv.Voided {
		out = append(out, contribution{at: t.spreadTotal(totalCredit, c, inv.ID), kind: kindCredit, count: 1, sum: inv.CreditLeft.Minor})
	}
	row, shown := t.row(inv)
	switch {
	case !shown:
	case strings.HasPrefix(row.sk, sortUnsettled):
		out = append(out, contribution{at: t.dayTotal(inv.DueOn, c), kind: kindDayTotal, count: 1, sum: inv.Outstanding.Minor})
	case strings.HasPrefix(row.sk, sortSubmitted):
		out = append(out, contribution{at: t.spreadTotal(totalSubmitted, c, inv.ID), kind: kindSubmitted, count: 1,
			sum: inv.Processing.Minor, total: inv.Amount.Minor})
	case strings.HasPrefix(row.sk, sortClosed):
		out = append(out, contribution{at: t.spreadTotal(totalClosed, c, inv.ID), kind: kindClosed, count: 1, total: inv.Amount.Minor})
	}
	return out
}

// tallies are changes of totals, merged: an item may stand once in a
// transaction.
type tallies map[key]contribution

func (m tallies) add(list []contribution, sign int64) {
	for _, c := range list {
		sum := m[c.at]
		sum.at, sum.kind = c.at, c.kind
		sum.count += sign * c.count
		sum.sum += sign * c.sum
		sum.total += sign * c.total
		m[c.at] = sum
	}
}

// writes are the updates of the totals that change. What is taken away must
// be there: a total that would go below zero stops the transaction, and with
// it whatever made the books disagree.
func (m tallies) writes() []write {
	var out []write
	for _, c := range m {
		if c.count == 0 && c.sum == 0 && c.total == 0 {
			continue
		}
		w := write{name: "total", verb: update, at: c.at, change: "SET #k = :k", values: item{}}
		w.values.text(":k", c.kind.mark())
		w.add(attrCount, c.count)
		w.add(attrSum, c.sum)
		w.add(attrTotal, c.total)
		out = append(out, w)
	}
	return out
}

// add changes a part of a total, which must hold what is taken away. An
// amount alone may go below zero: negative invoices have such.
func (w *write) add(attr string, by int64) {
	if by == 0 {
		return
	}
	clause := " ADD "
	if strings.Contains(w.change, clause) {
		clause = ", "
	}
	w.change += clause + "#" + attr + " :" + attr
	w.values.num(":"+attr, by)
	if by < 0 && attr != attrTotal {
		if w.condition != "" {
			w.condition += " AND "
		}
		w.condition += "#" + attr + " >= :less" + attr
		w.values.num(":less"+attr, -by)
	}
}

// TidyTotal removes a total that has become empty; removed is false when it
// has not, or when the key is none of a total. Whoever adds to it later makes
// it anew.
func (s *Store) TidyTotal(ctx context.Context, pk, sk string) (removed bool, err error) {
	if !strings.HasPrefix(pk, prefixList) || !strings.HasPrefix(sk, sortTotal) {
		return false, nil
	}
	w := write{name: "tidy total", verb: remove, at: key{pk, sk}, values: item{},
		condition: present}
	w.values.num(":zero", 0)
	for _, attr := range []string{attrCount, attrSum, attrTotal} {
		w.condition += " AND (attribute_not_exists(#" + attr + ") OR #" + attr + " = :zero)"
	}
	err = s.apply(ctx, w)
	if isRefusal(err) {
		return false, nil
	}
	return err == nil, err
}
