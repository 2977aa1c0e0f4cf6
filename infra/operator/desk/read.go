package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Export writes an account's records to w as JSON Lines. account is its id or
// key. progress is told after each part but the last how many records there
// are so far.
func (c *Client) Export(ctx context.Context, account string, w io.Writer, progress func(records int)) error {
	query := url.Values{"account": {account}}
	for records := 0; ; {
		a, err := c.do(ctx, call{method: http.MethodGet, path: "/v1/operator/export", query: query})
		if err != nil {
			return err
		}
		if _, err := w.Write(a.body); err != nil {
			return err
		}
		next := a.header.Get("X-Next-Cursor")
		if next == "" {
			return nil
		}
		records += bytes.Count(a.body, []byte("\n"))
		progress(records)
		query.Set("cursor", next)
	}
}

// Summaries are how accounts stand, one by one and all together.
type Summaries struct {
	Accounts []center.AccountSummary `json:"accounts"`
	Total    Total                   `json:"total"`
}

// Total adds up accounts. Each counts by its own today.
type Total struct {
	Counts     center.Counts            `json:"counts"`
	Currencies []center.CurrencySummary `json:"currencies"`
}

// Summary fetches how an account stands, or all accounts when account is "".
func (c *Client) Summary(ctx context.Context, account string) (Summaries, error) {
	all := Summaries{Accounts: []center.AccountSummary{}}
	query := url.Values{}
	if account != "" {
		query.Set("account", account)
	}
	for {
		a, err := c.do(ctx, call{method: http.MethodGet, path: "/v1/operator/summary", query: query})
		if err != nil {
			return all, err
		}
		var page struct {
			Accounts []center.AccountSummary `json:"accounts"`
			Next     string                  `json:"next"`
		}
		if err := json.Unmarshal(a.body, &page); err != nil {
			return all, fmt.Errorf("the answer is not what this program expects: %w", err)
		}
		all.Accounts = append(all.Accounts, page.Accounts...)
		if page.Next == "" {
			break
		}
		query.Set("cursor", page.Next)
	}
	var err error
	all.Total, err = totalOf(all.Accounts)
	return all, err
}

func totalOf(accounts []center.AccountSummary) (Total, error) {
	t := Total{Currencies: []center.CurrencySummary{}}
	for _, account := range accounts {
		n := account.Summary.Counts
		t.Counts.All += n.All
		t.Counts.PastDue += n.PastDue
		t.Counts.Open += n.Open
		t.Counts.Submitted += n.Submitted
		t.Counts.Closed += n.Closed
		for _, currency := range account.Summary.Currencies {
			at := slices.IndexFunc(t.Currencies, func(c center.CurrencySummary) bool { return c.Currency == currency.Currency })
			if at < 0 {
				currency.Statuses, currency.Aging = slices.Clone(currency.Statuses), slices.Clone(currency.Aging)
				t.Currencies = append(t.Currencies, currency)
				continue
			}
			if err := addCurrency(&t.Currencies[at], currency); err != nil {
				return t, err
			}
		}
	}
	slices.SortFunc(t.Currencies, func(a, b center.CurrencySummary) int { return cmp.Compare(a.Currency, b.Currency) })
	return t, nil
}

// addCurrency adds what stands in the same place: every summary lists the same
// statuses and buckets in the same order.
func addCurrency(to *center.CurrencySummary, more center.CurrencySummary) error {
	if len(to.Statuses) != len(more.Statuses) || len(to.Aging) != len(more.Aging) {
		return fmt.Errorf("summaries of %s list different statuses", to.Currency)
	}
	add := func(sum *money.Money, amount money.Money) (err error) {
		*sum, err = sum.Add(amount)
		return err
	}
	err := add(&to.AccountCredit, more.AccountCredit)
	for i, s := range more.Statuses {
		to.Statuses[i].Count += s.Count
		err = cmp.Or(err, add(&to.Statuses[i].Outstanding, s.Outstanding), add(&to.Statuses[i].Amount, s.Amount))
	}
	for i, b := range more.Aging {
		to.Aging[i].Count += b.Count
		err = cmp.Or(err, add(&to.Aging[i].Outstanding, b.Outstanding))
	}
	if to.NextDueOn == "" || (more.NextDueOn != "" && more.NextDueOn < to.NextDueOn) {
		to.NextDueOn = more.NextDueOn
	}
	return err
}
