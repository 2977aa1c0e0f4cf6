package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/processor"
)

// pageSize is how many objects one request of a list asks for: Stripe's most.
const pageSize = 100

// sessionsNext is the cursor that stands between the two lists of Made: all
// intents, then all sessions. The others are ids, and tell their list.
const sessionsNext = prefixSession

// Made implements processor.Processor. Intents that a session made are left
// out, for the session stands for them; so are setup pages. Stripe's lists do
// not select by metadata, so that a page may be empty and more follow.
func (c *Client) Made(ctx context.Context, from, to time.Time, cursor string) (objects []processor.Object, next string, err error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	switch {
	case cursor == sessionsNext:
		return c.madeSessions(ctx, from, to, "")
	case strings.HasPrefix(cursor, prefixSession):
		return c.madeSessions(ctx, from, to, cursor)
	}
	objects, next, err = c.madeIntents(ctx, from, to, cursor)
	if err == nil && next == "" {
		next = sessionsNext
	}
	return objects, next, err
}

func (c *Client) madeIntents(ctx context.Context, from, to time.Time, after string) (objects []processor.Object, next string, err error) {
	list, err := listed(ctx, c, func(ctx context.Context) *api.V1List[*api.PaymentIntent] {
		return c.api.V1PaymentIntents.List(ctx, &api.PaymentIntentListParams{ListParams: paged(after), CreatedRange: span(from, to)})
	})
	if err != nil {
		return nil, "", err
	}
	for _, intent := range list.Data() {
		if c.ours(intent.Metadata) && intent.Metadata[markPage] == "" {
			o, err := c.intentObject(intent)
			if err != nil {
				return nil, "", err
			}
			objects = append(objects, o)
		}
		next = intent.ID
	}
	return objects, more(list.Meta(), next), nil
}

func (c *Client) madeSessions(ctx context.Context, from, to time.Time, after string) (objects []processor.Object, next string, err error) {
	list, err := listed(ctx, c, func(ctx context.Context) *api.V1List[*api.CheckoutSession] {
		params := &api.CheckoutSessionListParams{ListParams: paged(after), CreatedRange: span(from, to)}
		params.AddExpand("data.payment_intent")
		return c.api.V1CheckoutSessions.List(ctx, params)
	})
	if err != nil {
		return nil, "", err
	}
	for _, session := range list.Data() {
		if c.ours(session.Metadata) && session.Mode == api.CheckoutSessionModePayment {
			o, err := c.pageObject(session)
			if err != nil {
				return nil, "", err
			}
			objects = append(objects, o)
		}
		next = session.ID
	}
	return objects, more(list.Meta(), next), nil
}

// Returned implements processor.Processor: first all refunds, then all
// disputes. Of each object it tells the id, the inner one of a hosted page, and
// the tag.
func (c *Client) Returned(ctx context.Context, from, to time.Time, cursor string) (objects []processor.Object, next string, err error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	if strings.HasPrefix(cursor, disputesAfter) {
		return c.disputed(ctx, from, to, cursor)
	}
	list, err := listed(ctx, c, func(ctx context.Context) *api.V1List[*api.Refund] {
		params := &api.RefundListParams{ListParams: paged(cursor), CreatedRange: span(from, to)}
		params.AddExpand("data.payment_intent")
		return c.api.V1Refunds.List(ctx, params)
	})
	if err != nil {
		return nil, "", err
	}
	seen := make(map[string]bool)
	for _, refund := range list.Data() {
		if i := refund.PaymentIntent; i != nil && c.ours(i.Metadata) && !seen[i.ID] {
			seen[i.ID] = true
			objects = append(objects, processor.Object{ID: i.ID, Tag: c.tagOf(i.Metadata)})
		}
		next = refund.ID
	}
	if !list.Meta().HasMore {
		next = disputesAfter
	}
	return objects, next, nil
}

// listed asks for one page of a list.
func listed[T any](ctx context.Context, c *Client, request func(context.Context) *api.V1List[T]) (*api.V1List[T], error) {
	return ask(ctx, c, func(ctx context.Context) (*api.V1List[T], error) {
		list := request(ctx)
		return list, list.Err()
	})
}

func paged(after string) api.ListParams {
	return api.ListParams{Limit: new(int64(pageSize)), StartingAfter: optional(after), Single: true}
}

// span widens [from, to) to whole seconds, Stripe's measure of time.
func span(from, to time.Time) *api.RangeQueryParams {
	return &api.RangeQueryParams{GreaterThanOrEqual: from.Unix(), LesserThan: to.Add(time.Second - 1).Unix()}
}

func more(meta api.ListMeta, last string) string {
	if !meta.HasMore {
		return ""
	}
	return last
}

func (c *Client) ours(metadata map[string]string) bool {
	t := c.tagOf(metadata)
	return t.Account != "" && t.Payment != ""
}
