package stripe

import (
	"context"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/processor"
)

// disputeEvents are the steps of a dispute that change what is ours.
var disputeEvents = []string{"charge.dispute.created", "charge.dispute.closed", "charge.dispute.funds_reinstated", "charge.dispute.funds_withdrawn"}

// disputes adds to an object what the payer's bank takes back, or took back for
// good, of the intent that it is or has in it. Most charges are in no dispute,
// and cost no call.
func (c *Client) disputes(ctx context.Context, i *api.PaymentIntent, o processor.Object) (processor.Object, error) {
	if i == nil || i.LatestCharge == nil || !i.LatestCharge.Disputed {
		return o, nil
	}
	list, err := listed(ctx, c, func(ctx context.Context) *api.V1List[*api.Dispute] {
		return c.api.V1Disputes.List(ctx, &api.DisputeListParams{ListParams: paged(""), PaymentIntent: &i.ID})
	})
	if err != nil {
		return o, err
	}
	open, lost := int64(0), int64(0)
	for _, d := range list.Data() {
		switch d.Status {
		case api.DisputeStatusLost:
			lost += d.Amount
		case api.DisputeStatusNeedsResponse, api.DisputeStatusUnderReview:
			open += d.Amount
		}
	}
	return o, amounts(string(i.Currency), []int64{open, lost}, &o.Disputed, &o.Lost)
}

// disputesAfter begins the cursors of Returned that go through disputes.
const disputesAfter = "disputes:"

// disputed lists what disputes began or ended of, by the events that Stripe
// keeps for thirty days: a dispute itself tells only when it began.
func (c *Client) disputed(ctx context.Context, from, to time.Time, cursor string) (objects []processor.Object, next string, err error) {
	list, err := listed(ctx, c, func(ctx context.Context) *api.V1List[*api.Event] {
		return c.api.V1Events.List(ctx, &api.EventListParams{ListParams: paged(strings.TrimPrefix(cursor, disputesAfter)), CreatedRange: span(from, to),
			Types: api.StringSlice(disputeEvents)})
	})
	if err != nil {
		return nil, "", err
	}
	seen := map[string]bool{}
	for _, e := range list.Data() {
		next = e.ID
		if e.Data == nil {
			continue
		}
		id, _ := e.Data.Object["payment_intent"].(string)
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		intent, err := c.fetchIntent(ctx, id)
		if err != nil {
			return nil, "", err
		}
		if c.ours(intent.Metadata) {
			objects = append(objects, processor.Object{ID: id, Tag: c.tagOf(intent.Metadata)})
		}
	}
	if list.Meta().HasMore {
		return objects, disputesAfter + next, nil
	}
	return objects, "", nil
}
