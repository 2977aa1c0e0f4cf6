package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/shared/store"
)

const (
	scaleRounds = 12
	scaleCalls  = 8 // of each question in a round
	scaleBase   = 100
	million     = 1000000
)

// Budgets of growth (G4).
const (
	growthLimit  = 1.10
	summaryLimit = 1.2
)

// question is something asked of an account of each size.
type question struct {
	name  string
	limit float64
	ask   func(context.Context, store.Account) error
}

// sized is an account with the questions asked of it.
type sized struct {
	invoices  int
	account   store.Account
	questions []question
}

// scale asks accounts of growing size the same questions, in turn.
func (b *bench) scale() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	sizes := []int{scaleBase, 10000, 100000}
	if b.million {
		sizes = append(sizes, million)
	}
	var accounts []sized
	for _, n := range sizes {
		b.progress("scale: an account of %d invoices", n)
		name := fmt.Sprintf("SIZE%d", n)
		if err := w.Grow(b.ctx, name, n); err != nil {
			return figure.Section{}, err
		}
		s := sized{invoices: n, account: w.Store.In(w.Actor(name))}
		if s.questions, err = b.questions(s.account, n); err != nil {
			return figure.Section{}, err
		}
		accounts = append(accounts, s)
	}
	units, err := b.scaleUnits(accounts)
	if err != nil {
		return figure.Section{}, err
	}
	times, err := b.scaleTimes(accounts)
	return figure.Section{How: fmt.Sprintf("Accounts of %v invoices stand in one table of the embedded engine. Each question is asked of each account in every one of %d rounds, "+
		"through the store and the SDK; the processor time of asker and engine together is compared with that of the account of %d. "+
		"Beyond the first invoices, which the product books, rows, heads, entries of numbers and totals are copies under other ids.", sizes, scaleRounds, scaleBase),
		Figures: append(units, times...)}, err
}

// questions are the pages of each sort, a search and the summary.
func (b *bench) questions(a store.Account, n int) (out []question, err error) {
	for _, sort := range []store.InvoiceSort{store.SortDefault, store.SortIssued, store.SortNumber, store.SortAmount} {
		middle, last, err := b.cursors(a, sort, n)
		if err != nil {
			return nil, err
		}
		for _, page := range []struct{ name, cursor string }{{"first", ""}, {"middle", middle}, {"last", last}} {
			q := store.InvoiceQuery{Sort: sort, Cursor: page.cursor}
			name := strings.TrimSpace(page.name + " page by " + string(sort))
			if sort == store.SortDefault {
				name = page.name + " page"
			}
			out = append(out, question{name, growthLimit, func(ctx context.Context, a store.Account) error { return listed(ctx, a, q, store.DefaultPage) }})
		}
	}
	return append(out,
		question{"search by a whole number", growthLimit, func(ctx context.Context, a store.Account) error {
			return listed(ctx, a, store.InvoiceQuery{Text: world.Number(n / 2)}, 1)
		}},
		question{"summary", summaryLimit, func(ctx context.Context, a store.Account) error {
			_, err := a.Summary(ctx)
			return err
		}}), nil
}

// listed asks for a page, which must have so many rows.
func listed(ctx context.Context, a store.Account, q store.InvoiceQuery, rows int) error {
	page, err := a.Invoices(ctx, q)
	if err == nil && len(page.Invoices) != rows {
		err = fmt.Errorf("a page of %d rows, not %d", len(page.Invoices), rows)
	}
	return err
}

// cursors walks the list and returns where its middle and its last page begin.
func (b *bench) cursors(a store.Account, sort store.InvoiceSort, n int) (middle, last string, err error) {
	q := store.InvoiceQuery{Sort: sort}
	for seen := 0; ; {
		q.Limit = store.MaxPage
		if n-seen <= store.MaxPage {
			q.Limit = store.DefaultPage
		}
		page, err := a.Invoices(b.ctx, q)
		if err != nil {
			return "", "", err
		}
		seen += len(page.Invoices)
		if page.Next == "" {
			return "", "", fmt.Errorf("the list of %d ends after %d", n, seen)
		}
		q.Cursor = page.Next
		if middle == "" && seen >= n/2-store.DefaultPage {
			middle = page.Next
		}
		if seen == n-store.DefaultPage {
			return middle, page.Next, nil
		}
	}
}

// scaleUnits holds calls and units of every account against the smallest's.
func (b *bench) scaleUnits(accounts []sized) (out []figure.Figure, err error) {
	for i := range accounts[0].questions {
		var spent []string
		for _, s := range accounts {
			ctx, meter := store.WithMeter(b.ctx)
			if err := s.questions[i].ask(ctx, s.account); err != nil {
				return nil, fmt.Errorf("%s of %d: %w", s.questions[i].name, s.invoices, err)
			}
			spent = append(spent, fmt.Sprintf("%s, %g RCU", strings.Join(meter.Calls(), " "), meter.ReadUnits()))
		}
		found := spent[0]
		for at, other := range spent {
			if other != spent[0] {
				found = fmt.Sprintf("%s at %d invoices", other, accounts[at].invoices)
			}
		}
		out = append(out, figure.Figure{Budget: "G4", What: "calls and units of the " + accounts[0].questions[i].name + " at every size", Word: found, Want: spent[0],
			Why: "the question reads more in a large account than in a small one."})
	}
	return out, nil
}

// scaleTimes compares processor times.
func (b *bench) scaleTimes(accounts []sized) ([]figure.Figure, error) {
	cpu := measured{}
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // collected between the measurements, not within
	for range scaleRounds {
		for i := range accounts[0].questions {
			for _, s := range accounts {
				used, err := b.cpuOf(s, i)
				if err != nil {
					return nil, err
				}
				cpu.add(key(s, i), used)
			}
		}
		runtime.GC()
	}
	var a arithmetic
	var out []figure.Figure
	for i, q := range accounts[0].questions {
		base := cpu[key(accounts[0], i)]
		for _, s := range accounts[1:] {
			out = append(out, figure.Figure{Budget: "G4", What: fmt.Sprintf("CPU of the %s at %d invoices", q.name, s.invoices), Value: a.ratio(cpu[key(s, i)], base, scaleRounds),
				Unit: figure.Times, Limit: q.limit, Note: fmt.Sprintf("%.0f µs against %.0f µs", a.median(cpu[key(s, i)], scaleRounds), a.median(base, scaleRounds)),
				Why: "the engine's trees are deeper and no longer within the processor's cache; calls and units are the same."})
		}
	}
	return out, a.err
}

func key(s sized, i int) string { return fmt.Sprint(s.invoices, " ", i) }

// cpuOf is the processor time of a question in microseconds.
func (b *bench) cpuOf(s sized, i int) (float64, error) {
	before, err := process.OwnCPU()
	if err != nil {
		return 0, err
	}
	for range scaleCalls {
		if err := s.questions[i].ask(b.ctx, s.account); err != nil {
			return 0, err
		}
	}
	after, err := process.OwnCPU()
	return micros(after-before) / scaleCalls, err
}
