package stripe

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	api "github.com/stripe/stripe-go/v85"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// sessionMark is Stripe's word for processor.SetupMark.
const sessionMark = "{CHECKOUT_SESSION_ID}"

// Customer implements processor.Processor. The account's key makes the same
// customer for as long as Stripe keeps keys, a day at least; the caller keeps
// the id. Name and address follow in a request of their own, since under a key
// Stripe takes only the very same words.
func (c *Client) Customer(ctx context.Context, who processor.Customer) (string, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	create := &api.CustomerCreateParams{
		Params:   keyed("customer:" + c.center + string(who.Account)),
		Metadata: c.named(map[string]string{markAccount: string(who.Account)}),
	}
	made, err := ask(ctx, c, func(ctx context.Context) (*api.Customer, error) {
		return c.api.V1Customers.Create(ctx, create)
	})
	if err != nil || who.Name == "" && who.Email == "" {
		return idOf(made, err)
	}
	update := &api.CustomerUpdateParams{Params: once(), Name: optional(who.Name), Email: optional(who.Email)}
	return idOf(ask(ctx, c, func(ctx context.Context) (*api.Customer, error) {
		return c.api.V1Customers.Update(ctx, made.ID, update)
	}))
}

func idOf(customer *api.Customer, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return customer.ID, nil
}

// Setup implements processor.Processor. Without a currency the page stores
// cards alone; with one it offers what can pay in it.
func (c *Client) Setup(ctx context.Context, s processor.Setup) (id, url string, err error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	params := &api.CheckoutSessionCreateParams{
		Params:     keyed(s.Key),
		Mode:       api.String(api.CheckoutSessionModeSetup),
		UIMode:     api.String(api.CheckoutSessionUIModeHostedPage),
		Customer:   optional(s.Customer),
		SuccessURL: new(strings.ReplaceAll(s.Return, processor.SetupMark, sessionMark)),
		CancelURL:  optional(s.Cancel),
		Locale:     new(pageLocale(s.Locale)),
		Metadata:   c.named(map[string]string{markAccount: string(s.Account), markContact: string(s.By)}),
		SetupIntentData: &api.CheckoutSessionCreateSetupIntentDataParams{
			Metadata: c.named(map[string]string{markAccount: string(s.Account)}),
		},
	}
	if s.Replaces != "" {
		params.Metadata[markReplaces] = string(s.Replaces)
	}
	if _, ok := scales[s.Currency]; ok {
		params.Currency = lower(s.Currency)
	} else {
		params.PaymentMethodTypes = api.StringSlice([]string{string(api.PaymentMethodTypeCard)})
	}
	session, err := c.makeSession(ctx, params)
	if err != nil {
		return "", "", err
	}
	return session.ID, session.URL, nil
}

// SetupOutcome implements processor.Processor. A method of a kind that the
// center can not charge later is Refused.
func (c *Client) SetupOutcome(ctx context.Context, id string) (processor.SetupOutcome, error) {
	if !strings.HasPrefix(id, prefixSession) {
		return processor.SetupOutcome{}, missing(id)
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	params := &api.CheckoutSessionRetrieveParams{Expand: api.StringSlice([]string{"setup_intent.payment_method"})}
	session, err := ask(ctx, c, func(ctx context.Context) (*api.CheckoutSession, error) {
		return c.api.V1CheckoutSessions.Retrieve(ctx, id, params)
	})
	if err != nil {
		return processor.SetupOutcome{}, err
	}
	if session.Mode != api.CheckoutSessionModeSetup {
		return processor.SetupOutcome{}, missing(id)
	}
	out := processor.SetupOutcome{
		ID:       session.ID,
		Account:  c.tagOf(session.Metadata).Account,
		By:       center.ContactID(session.Metadata[markContact]),
		Replaces: center.MethodID(session.Metadata[markReplaces]),
	}
	intent := session.SetupIntent
	if intent == nil || intent.Status != api.SetupIntentStatusSucceeded || intent.PaymentMethod == nil {
		return out, nil
	}
	out.Method, err = storedMethod(intent.PaymentMethod)
	out.Done = err == nil
	return out, err
}

// Method implements processor.Processor. One that was detached is Missing.
func (c *Client) Method(ctx context.Context, id center.MethodID) (center.PaymentMethod, error) {
	if !strings.HasPrefix(string(id), prefixMethod) {
		return center.PaymentMethod{}, missing(string(id))
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	method, err := c.fetchMethod(ctx, id)
	if err != nil {
		return center.PaymentMethod{}, err
	}
	return storedMethod(method)
}

func (c *Client) fetchMethod(ctx context.Context, id center.MethodID) (*api.PaymentMethod, error) {
	return ask(ctx, c, func(ctx context.Context) (*api.PaymentMethod, error) {
		return c.api.V1PaymentMethods.Retrieve(ctx, string(id), nil)
	})
}

func storedMethod(m *api.PaymentMethod) (center.PaymentMethod, error) {
	if m.Customer == nil {
		return center.PaymentMethod{}, missing(m.ID)
	}
	out := paymentMethod(m)
	if out.ID == "" {
		return center.PaymentMethod{}, refused(codeMethodKind, fmt.Errorf("stripe: %s is of kind %q", m.ID, m.Type))
	}
	return out, nil
}

// Detach implements processor.Processor. What is detached already, or unknown,
// is forgotten.
func (c *Client) Detach(ctx context.Context, id center.MethodID) error {
	if !strings.HasPrefix(string(id), prefixMethod) {
		return missing(string(id))
	}
	ctx, cancel := c.limited(ctx)
	defer cancel()
	params := &api.PaymentMethodDetachParams{Params: once()}
	_, err := ask(ctx, c, func(ctx context.Context) (*api.PaymentMethod, error) {
		return c.api.V1PaymentMethods.Detach(ctx, string(id), params)
	})
	switch {
	case refusedWith(err, http.StatusNotFound):
		return nil
	case !refusedWith(err, http.StatusBadRequest):
		return err
	}
	if method, readErr := c.fetchMethod(ctx, id); readErr != nil || method.Customer != nil {
		return err
	}
	return nil
}
