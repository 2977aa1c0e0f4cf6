package paying

import (
	"context"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// Customer is the account's record at the processor, made where known is "".
func (d Desk) Customer(ctx context.Context, actor center.Actor, known string) (string, error) {
	if known != "" {
		return known, nil
	}
	made, err := d.Processor.Customer(ctx, processor.Customer{Account: actor.Account, Name: actor.Name, Email: actor.Email})
	if err != nil {
		return "", err
	}
	return d.Store.In(actor).SetCustomer(ctx, made)
}

// SetupOrder asks for a page on which a method is entered.
type SetupOrder struct {
	Key      string          // names the request: the same key makes the same page
	Replaces center.MethodID // "" adds one
	Currency money.Code      // what the method is to pay in; "" takes cards alone
}

// StartSetup makes the page at the processor on which a contact enters a
// method. Nothing is paid there, and nothing stored before Keep. customer is
// the account's record, "" before it has one.
func (d Desk) StartSetup(ctx context.Context, actor center.Actor, customer string, o SetupOrder) (id, page string, err error) {
	back := d.BaseURL + "/payment-methods"
	if customer, err = d.Customer(ctx, actor, customer); err == nil {
		id, page, err = d.Processor.Setup(ctx, processor.Setup{Key: o.Key, Account: actor.Account, By: actor.Contact, Customer: customer,
			Currency: o.Currency, Return: back + "?setup=" + processor.SetupMark, Cancel: back, Locale: actor.Locale, Replaces: o.Replaces})
	}
	var failure *processor.Error
	if errors.As(err, &failure) {
		return "", "", unanswered(err)
	}
	return id, page, err
}

// Setup tells what became of a setup page.
type Setup struct {
	Account center.AccountID
	Wallet  store.Wallet
	Added   center.PaymentMethod
}

// ErrNoSetup is the one answer for setup pages that do not exist, are another
// account's, or stored a method that has been removed since.
var ErrNoSetup = center.Errorf(center.NotFound, "setup-not-found", "There is no such payment method waiting to be stored.")

var errSetupOpen = center.Errorf(center.Conflict, "setup-not-finished", "No payment method was entered on the payment service's page. Nothing was stored.")

// Keep brings the method that a setup page stored into its account's wallet,
// in the place of the one that it replaces, which the processor then forgets.
// The page people come back to and the processor's notice both call it: it may
// be called at any time and by many at once, and again it changes nothing. An
// account that is not "" must be the page's. Refusals: NotFound
// setup-not-found, Conflict setup-not-finished and too-many-methods.
func (d Desk) Keep(ctx context.Context, account center.AccountID, id string) (Setup, error) {
	o, err := d.Processor.SetupOutcome(ctx, id)
	var failure *processor.Error
	switch missing := errors.As(err, &failure) && failure.Outcome == processor.Missing; {
	case missing, err == nil && (o.Account == "" || account != "" && o.Account != account):
		return Setup{}, ErrNoSetup
	case err != nil:
		return Setup{}, unanswered(err)
	case !o.Done:
		return Setup{}, errSetupOpen
	}
	view, err := d.Store.Everywhere("a setup page is finished with or without the one who began it").Behalf(ctx, o.Account, o.By)
	if err != nil {
		return Setup{}, err
	}
	w, err := view.AddMethod(ctx, o.Method, o.Replaces)
	if err != nil {
		return Setup{}, err
	}
	if _, err := w.Method(o.Replaces); o.Replaces != "" && err != nil {
		if err := d.Processor.Detach(ctx, o.Replaces); err != nil {
			return Setup{}, unanswered(err)
		}
	}
	added, err := w.Method(o.Method.ID)
	return Setup{Account: o.Account, Wallet: w, Added: added}, err
}

// Forget removes a stored method: first at the processor, after which nothing
// can be charged to it, then from the wallet. Forgetting again what was
// forgotten halfway ends it. NotFound method-not-found.
func (d Desk) Forget(ctx context.Context, actor center.Actor, id center.MethodID) error {
	account := d.Store.In(actor)
	w, err := account.Wallet(ctx)
	if err != nil {
		return err
	}
	if _, err := w.Method(id); err != nil {
		return err
	}
	if err := d.Processor.Detach(ctx, id); err != nil {
		return unanswered(err)
	}
	_, err = account.RemoveMethod(ctx, id)
	return err
}

// unanswered says that the processor can not be asked now, where no money is
// spoken of.
func unanswered(cause error) error {
	return &center.Error{Kind: center.Unavailable, Code: "processor-unreachable", RetryAfter: 30, Err: cause,
		Detail: "The payment service does not answer. Please try again in a moment."}
}
