package stripe

import (
	"context"
	"net/http"
	"slices"
	"strings"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/processor"
)

// maxProductRunes is how long the name of what is paid for may be on the page.
const maxProductRunes = 250

// sessionExpand are what a session is read with.
var sessionExpand = api.StringSlice([]string{"payment_intent.latest_charge", "payment_intent.payment_method"})

// locales are the languages of Stripe's page. Whoever reads another, such as
// Arabic, gets what her browser asks for.
var locales = strings.Fields("bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru " +
	"sk sl sv th tr vi zh zh-HK zh-TW")

const localeOfBrowser = "auto"

// pageLocale is the page's language for a reader's.
func pageLocale(locale string) string {
	base, _, _ := strings.Cut(locale, "-")
	for _, want := range []string{locale, base} {
		if i := slices.IndexFunc(locales, func(l string) bool { return strings.EqualFold(l, want) }); i >= 0 {
			return locales[i]
		}
	}
	return localeOfBrowser
}

// Checkout implements processor.Processor. The page takes the currency it is
// given and no other: Stripe would offer the customer's own.
func (c *Client) Checkout(ctx context.Context, page processor.Page) (processor.Object, error) {
	amount, err := toStripe(page.Amount)
	if err != nil {
		return processor.Object{}, err
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	inner := c.marks(page.Tag, page.Memo)
	inner[markPage] = "1"
	params := &api.CheckoutSessionCreateParams{
		Params:            keyed(page.Key),
		Mode:              api.String(api.CheckoutSessionModePayment),
		UIMode:            api.String(api.CheckoutSessionUIModeHostedPage),
		Customer:          optional(page.Customer),
		ClientReferenceID: new(string(page.Tag.Payment)),
		SuccessURL:        &page.Return,
		CancelURL:         optional(page.Cancel),
		Locale:            new(pageLocale(page.Locale)),
		ExpiresAt:         new(page.ExpiresAt.Unix()),
		Metadata:          c.marks(page.Tag, page.Memo),
		AdaptivePricing:   &api.CheckoutSessionCreateAdaptivePricingParams{Enabled: new(false)},
		LineItems: []*api.CheckoutSessionCreateLineItemParams{{
			Quantity: new(int64(1)),
			PriceData: &api.CheckoutSessionCreateLineItemPriceDataParams{
				Currency:    lower(page.Amount.Currency),
				UnitAmount:  &amount,
				ProductData: &api.CheckoutSessionCreateLineItemPriceDataProductDataParams{Name: new(cut(page.Description, maxProductRunes))},
			},
		}},
		PaymentIntentData: &api.CheckoutSessionCreatePaymentIntentDataParams{
			CaptureMethod: api.String(api.PaymentIntentCaptureMethodAutomatic),
			Description:   optional(page.Description),
			Metadata:      inner,
		},
	}
	if page.Keep {
		params.PaymentIntentData.SetupFutureUsage = api.String(api.PaymentIntentSetupFutureUsageOnSession)
	}
	session, err := c.makeSession(ctx, params)
	if err == nil && replayed(session.LastResponse) {
		session, err = c.readSession(ctx, session.ID)
		err = inDoubt(err)
	}
	if err != nil {
		return processor.Object{}, err
	}
	return c.pageObject(session)
}

func (c *Client) makeSession(ctx context.Context, params *api.CheckoutSessionCreateParams) (*api.CheckoutSession, error) {
	return ask(ctx, c, func(ctx context.Context) (*api.CheckoutSession, error) {
		return c.api.V1CheckoutSessions.Create(ctx, params)
	})
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

func (c *Client) readSession(ctx context.Context, id string) (*api.CheckoutSession, error) {
	return ask(ctx, c, func(ctx context.Context) (*api.CheckoutSession, error) {
		return c.api.V1CheckoutSessions.Retrieve(ctx, id, &api.CheckoutSessionRetrieveParams{Expand: sessionExpand})
	})
}

// expireSession closes a page, and the intent of one that is complete where
// the money is neither taken nor under way.
func (c *Client) expireSession(ctx context.Context, id string) (processor.Object, error) {
	params := &api.CheckoutSessionExpireParams{Params: once(), Expand: sessionExpand}
	session, err := ask(ctx, c, func(ctx context.Context) (*api.CheckoutSession, error) {
		return c.api.V1CheckoutSessions.Expire(ctx, id, params)
	})
	if refusedWith(err, http.StatusBadRequest) {
		session, err = c.readSession(ctx, id)
	}
	if err != nil {
		return processor.Object{}, err
	}
	object, err := c.pageObject(session)
	switch {
	case err != nil || ended(object.State):
		return object, err
	case session.Status != api.CheckoutSessionStatusComplete || session.PaymentIntent == nil:
		return processor.Object{}, odd(id, string(session.Status))
	}
	intent, err := c.stopIntent(ctx, session.PaymentIntent.ID)
	if err != nil {
		return processor.Object{}, err
	}
	session.PaymentIntent = intent
	if object, err = c.pageObject(session); err != nil || ended(object.State) {
		return object, err
	}
	// Stripe says that it may refuse to cancel what a page has made. That is no
	// harm once the debit has failed: the page is finished, and nobody else has
	// the intent's secret.
	if intent.Status != api.PaymentIntentStatusRequiresPaymentMethod {
		return processor.Object{}, odd(id, string(intent.Status))
	}
	object.State = processor.Cancelled
	return object, nil
}

// pageObject reads a session. What became of the money is told by its intent.
func (c *Client) pageObject(s *api.CheckoutSession) (processor.Object, error) {
	if s.Mode != api.CheckoutSessionModePayment {
		return processor.Object{}, missing(s.ID)
	}
	o := processor.Object{
		ID:        s.ID,
		Tag:       c.tagOf(s.Metadata),
		Memo:      memoOf(s.Metadata),
		CreatedAt: at(s.Created),
		ExpiresAt: at(s.ExpiresAt),
	}
	if err := amounts(string(s.Currency), []int64{s.AmountTotal, 0, 0}, &o.Amount, &o.Captured, &o.Refunded); err != nil {
		return processor.Object{}, err
	}
	var inner processor.Object
	if s.PaymentIntent != nil {
		var err error
		if inner, err = c.intentObject(s.PaymentIntent); err != nil {
			return processor.Object{}, err
		}
		o.Captured, o.Refunded, o.Method, o.Reason = inner.Captured, inner.Refunded, inner.Method, inner.Reason
	}
	var err error
	o.State, err = pageState(s, inner)
	if o.State == processor.Open {
		o.URL = s.URL
	}
	return o, err
}

func pageState(s *api.CheckoutSession, inner processor.Object) (processor.State, error) {
	switch {
	case inner.State == processor.Succeeded || inner.State == processor.Processing:
		return inner.State, nil
	case s.Status == api.CheckoutSessionStatusExpired:
		return processor.Cancelled, nil
	case s.Status == api.CheckoutSessionStatusOpen:
		return processor.Open, nil // after a decline too: the page lets her try again
	case s.Status != api.CheckoutSessionStatusComplete || s.PaymentIntent == nil:
		return "", odd(s.ID, string(s.Status))
	case inner.State == processor.Cancelled:
		return processor.Cancelled, nil
	case s.PaymentIntent.Status == api.PaymentIntentStatusRequiresAction:
		return processor.NeedsStep, nil
	}
	return processor.Declined, nil
}
