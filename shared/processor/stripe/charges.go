package stripe

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
)

// What the ids of objects begin with.
const (
	prefixIntent  = "pi_"
	prefixSession = "cs_"
	prefixMethod  = "pm_"
)

// intentExpand are what an intent is read with: the charge holds what was
// refunded.
var intentExpand = api.StringSlice([]string{"latest_charge", "payment_method"})

// Create implements processor.Processor. The intent takes whatever kinds of
// method the account has switched on, since it is given the one it is for.
func (c *Client) Create(ctx context.Context, charge processor.Charge) (processor.Object, error) {
	amount, err := toStripe(charge.Amount)
	if err != nil {
		return processor.Object{}, err
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	params := &api.PaymentIntentCreateParams{
		Params:                  keyed(charge.Key),
		Amount:                  &amount,
		Currency:                lower(charge.Amount.Currency),
		Customer:                optional(charge.Customer),
		PaymentMethod:           new(string(charge.Method)),
		AutomaticPaymentMethods: &api.PaymentIntentCreateAutomaticPaymentMethodsParams{Enabled: new(true)},
		CaptureMethod:           api.String(api.PaymentIntentCaptureMethodAutomatic),
		Confirm:                 new(false),
		Description:             optional(charge.Description),
		Metadata:                c.marks(charge.Tag, charge.Memo),
		Expand:                  intentExpand,
	}
	intent, err := ask(ctx, c, func(ctx context.Context) (*api.PaymentIntent, error) {
		return c.api.V1PaymentIntents.Create(ctx, params)
	})
	switch {
	case err != nil:
		return processor.Object{}, c.explained(ctx, err, charge.Method)
	case replayed(intent.LastResponse):
		return c.asItStands(ctx, intent.ID)
	}
	return c.intentObject(intent)
}

// asItStands reads an intent after a request that was done, now or before. If
// that fails, the request is in doubt and no more: its own failure says only
// that nothing was read.
func (c *Client) asItStands(ctx context.Context, id string) (processor.Object, error) {
	o, err := c.readIntent(ctx, id)
	return o, inDoubt(err)
}

// explained says of a charge that was refused that its method is gone, where
// it is: Stripe has several codes for that, and none that says it.
func (c *Client) explained(ctx context.Context, err error, id center.MethodID) error {
	var f *processor.Error
	if !refusedWith(err, http.StatusBadRequest) || !errors.As(err, &f) {
		return err
	}
	method, readErr := c.fetchMethod(ctx, id)
	if refusedWith(readErr, http.StatusNotFound) || readErr == nil && method.Customer == nil {
		f.Reason = center.DeclineMethodGone
	}
	return err
}

// Confirm implements processor.Processor. It takes money at most once: the key
// is the charge's own, and Stripe confirms nothing that has ended. A charge
// that can not be confirmed any more is answered as it stands.
func (c *Client) Confirm(ctx context.Context, id, back string) (processor.Object, error) {
	if !strings.HasPrefix(id, prefixIntent) {
		return processor.Object{}, missing(id)
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	params := &api.PaymentIntentConfirmParams{
		Params:                keyed("confirm:" + id),
		ReturnURL:             &back,
		OffSession:            new(false),
		ErrorOnRequiresAction: new(false),
		Expand:                intentExpand,
	}
	intent, err := ask(ctx, c, func(ctx context.Context) (*api.PaymentIntent, error) {
		return c.api.V1PaymentIntents.Confirm(ctx, id, params)
	})
	answer := answerIn(err)
	switch {
	case err == nil && !replayed(intent.LastResponse):
		return c.intentObject(intent)
	case err == nil:
	case refusedWith(err, http.StatusPaymentRequired):
		declined := answer.PaymentIntent
		if declined != nil && declined.Status == api.PaymentIntentStatusRequiresPaymentMethod && !replayed(answer.LastResponse) {
			return c.intentObject(declined)
		}
	case answer == nil || answer.Code != api.ErrorCodePaymentIntentUnexpectedState:
		return processor.Object{}, err
	}
	return c.asItStands(ctx, id)
}

// Retrieve implements processor.Processor.
func (c *Client) Retrieve(ctx context.Context, id string) (processor.Object, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	switch {
	case strings.HasPrefix(id, prefixIntent):
		return c.readIntent(ctx, id)
	case strings.HasPrefix(id, prefixSession):
		session, err := c.readSession(ctx, id)
		if err != nil {
			return processor.Object{}, err
		}
		object, err := c.pageObject(session)
		if err != nil {
			return object, err
		}
		return c.disputes(ctx, session.PaymentIntent, object)
	}
	return processor.Object{}, missing(id)
}

func (c *Client) readIntent(ctx context.Context, id string) (processor.Object, error) {
	intent, err := c.fetchIntent(ctx, id)
	if err != nil {
		return processor.Object{}, err
	}
	object, err := c.intentObject(intent)
	if err != nil {
		return object, err
	}
	return c.disputes(ctx, intent, object)
}

func (c *Client) fetchIntent(ctx context.Context, id string) (*api.PaymentIntent, error) {
	return ask(ctx, c, func(ctx context.Context) (*api.PaymentIntent, error) {
		return c.api.V1PaymentIntents.Retrieve(ctx, id, &api.PaymentIntentRetrieveParams{Expand: intentExpand})
	})
}

// Cancel implements processor.Processor.
func (c *Client) Cancel(ctx context.Context, id string) (processor.Object, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	switch {
	case strings.HasPrefix(id, prefixIntent):
		return c.cancelIntent(ctx, id)
	case strings.HasPrefix(id, prefixSession):
		return c.expireSession(ctx, id)
	}
	return processor.Object{}, missing(id)
}

func (c *Client) cancelIntent(ctx context.Context, id string) (processor.Object, error) {
	intent, err := c.stopIntent(ctx, id)
	if err != nil {
		return processor.Object{}, err
	}
	object, err := c.intentObject(intent)
	if err == nil && !ended(object.State) {
		return processor.Object{}, odd(id, string(intent.Status))
	}
	return object, err
}

// stopIntent cancels, or reads what Stripe refuses to cancel. A second cancel
// does no harm, so that its key need not outlive the call: what was refused
// while a debit was under way may be possible after it has failed.
func (c *Client) stopIntent(ctx context.Context, id string) (*api.PaymentIntent, error) {
	params := &api.PaymentIntentCancelParams{Params: once(), Expand: intentExpand}
	intent, err := ask(ctx, c, func(ctx context.Context) (*api.PaymentIntent, error) {
		return c.api.V1PaymentIntents.Cancel(ctx, id, params)
	})
	if refusedWith(err, http.StatusBadRequest) {
		return c.fetchIntent(ctx, id)
	}
	return intent, err
}

// ended tells of the states that a Cancel may answer with.
func ended(s processor.State) bool {
	return s == processor.Cancelled || s == processor.Succeeded || s == processor.Processing
}

// intentObject reads an intent. Where it was made by a session, only its money
// is told of: whether another try may follow is the session's to say.
func (c *Client) intentObject(i *api.PaymentIntent) (processor.Object, error) {
	state, err := intentState(i)
	if err != nil {
		return processor.Object{}, err
	}
	o := processor.Object{
		ID:        i.ID,
		Tag:       c.tagOf(i.Metadata),
		Memo:      memoOf(i.Metadata),
		State:     state,
		Reason:    lastDecline(i.LastPaymentError),
		CreatedAt: at(i.Created),
	}
	if state == processor.Succeeded || state == processor.Processing {
		o.Reason = ""
	}
	if state == processor.NeedsStep {
		o.URL = stepURL(i.NextAction)
	}
	switch {
	case i.PaymentMethod != nil:
		o.Method = paymentMethod(i.PaymentMethod)
	case i.LastPaymentError != nil:
		o.Method = paymentMethod(i.LastPaymentError.PaymentMethod)
	}
	refunded := int64(0)
	if i.LatestCharge != nil {
		refunded = i.LatestCharge.AmountRefunded
	}
	err = amounts(string(i.Currency), []int64{i.Amount, i.AmountReceived, refunded}, &o.Amount, &o.Captured, &o.Refunded)
	return o, err
}

func intentState(i *api.PaymentIntent) (processor.State, error) {
	switch i.Status {
	case api.PaymentIntentStatusSucceeded:
		return processor.Succeeded, nil
	case api.PaymentIntentStatusProcessing:
		return processor.Processing, nil
	case api.PaymentIntentStatusCanceled:
		return processor.Cancelled, nil
	case api.PaymentIntentStatusRequiresPaymentMethod, api.PaymentIntentStatusRequiresConfirmation, api.PaymentIntentStatusRequiresAction:
	default:
		return "", odd(i.ID, string(i.Status))
	}
	switch {
	case i.Metadata[markPage] != "":
		return processor.Open, nil
	case i.Status == api.PaymentIntentStatusRequiresAction:
		return processor.NeedsStep, nil
	case i.Status == api.PaymentIntentStatusRequiresPaymentMethod && i.LastPaymentError != nil:
		return processor.Declined, nil
	}
	return processor.Open, nil
}

// stepURL is where the customer authenticates, or proves her bank account.
func stepURL(next *api.PaymentIntentNextAction) string {
	switch {
	case next == nil:
	case next.RedirectToURL != nil:
		return next.RedirectToURL.URL
	case next.VerifyWithMicrodeposits != nil:
		return next.VerifyWithMicrodeposits.HostedVerificationURL
	}
	return ""
}

func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// optional leaves out what is blank; Stripe would take it for a wish to unset.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func lower(c money.Code) *string { return new(strings.ToLower(string(c))) }

// paymentMethod reads what may be shown of a method. It has an id only where
// it is stored and of a kind that can be charged again; the zero value is for
// nil, and for what Stripe answered by its id alone.
func paymentMethod(m *api.PaymentMethod) center.PaymentMethod {
	if m == nil || m.Type == "" {
		return center.PaymentMethod{}
	}
	out := center.PaymentMethod{Brand: string(m.Type), AddedAt: at(m.Created)}
	switch {
	case m.Card != nil:
		out.Kind, out.Brand, out.Last4 = center.MethodCard, string(m.Card.Brand), m.Card.Last4
		out.ExpMonth, out.ExpYear = int(m.Card.ExpMonth), int(m.Card.ExpYear)
	case m.Type == api.PaymentMethodTypeLink:
		out.Kind = center.MethodCard
	case m.USBankAccount != nil:
		out.Kind, out.Brand, out.Last4 = center.MethodBank, m.USBankAccount.BankName, m.USBankAccount.Last4
	case m.SEPADebit != nil:
		out.Kind, out.Brand, out.Last4 = center.MethodBank, m.SEPADebit.BankCode, m.SEPADebit.Last4
	case isDebit(string(m.Type)):
		out.Kind = center.MethodBank
	}
	if m.Customer != nil && out.Kind != "" {
		out.ID = center.MethodID(m.ID)
	}
	return out
}
