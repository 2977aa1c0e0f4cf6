package paying

import (
	"context"
	"errors"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/processor"
	"customercenter/shared/store"
)

// compare holds one object against the payment it was made for. lost tells that
// it did something for a payment that nobody knows; the object is then as it
// stands at last.
func (d Desk) compare(ctx context.Context, o *processor.Object, r *Reconciled) (lost bool, err error) {
	r.Objects++
	if o.Tag.Payment == "" || o.Tag.Account == "" {
		return false, nil
	}
	p, err := d.Store.Payment(ctx, o.Tag.Account, o.Tag.Payment)
	unknown := errors.Is(err, store.ErrNoPayment)
	if err != nil && !unknown {
		return false, err
	}
	if !unknown && p.Object == o.ID {
		if p.State == center.PaymentCreated || p.State == center.PaymentFailed && o.State == processor.Succeeded {
			err = d.catchUp(ctx, *o, &r.Settled)
		}
		return false, err
	}
	switch {
	case o.State == processor.Succeeded, o.State == processor.Processing:
		return true, nil
	case o.State == processor.Cancelled: // harmless; what credit covered stays covered
		return unknown && len(o.Memo.Credits) > 0, nil
	case d.Now().Sub(o.CreatedAt) < orphanAge:
		return false, nil // perhaps about to be recorded
	}
	if *o, err = d.Processor.Cancel(ctx, o.ID); err != nil {
		return false, silent(err)
	}
	if o.State != processor.Cancelled { // somebody paid in this moment
		return true, nil
	}
	r.Cancelled++
	d.Log.WarnContext(ctx, "orphan cancelled", "payment", o.Tag.Payment, "object", o.ID)
	return unknown && len(o.Memo.Credits) > 0, nil
}

// catchUp looks at the payment of an object, and counts it if that changed it.
func (d Desk) catchUp(ctx context.Context, o processor.Object, behind *int) error {
	before, err := d.Store.Payment(ctx, o.Tag.Account, o.Tag.Payment)
	if errors.Is(err, store.ErrNoPayment) {
		return nil
	}
	if err != nil {
		return err
	}
	after, _, err := d.Look(ctx, store.Notice{Object: o.ID, Account: o.Tag.Account, Payment: o.Tag.Payment})
	if err == nil && after.Version != before.Version {
		*behind++
	}
	return err
}

// restore books a payment that nobody here knows of, or knows without its
// object: it was lost with a table that had to be restored. Record comes before
// confirm, so that there is no other way to get there.
func (d Desk) restore(ctx context.Context, o processor.Object, r *Reconciled) error {
	if o.State != processor.Cancelled {
		r.Strange++
		d.Log.ErrorContext(ctx, "money moved for no recorded payment", "payment", o.Tag.Payment, "object", o.ID)
	}
	p, err := d.remembered(ctx, o)
	if err != nil {
		return err
	}
	if p, err = d.Store.RestorePayment(ctx, p); err != nil {
		return err
	}
	if _, err = d.Settle(ctx, p.Account, p.ID); err != nil {
		return err
	}
	r.Restored++
	d.Log.WarnContext(ctx, "payment restored", "payment", p.ID, "object", o.ID)
	return nil
}

// memoOf is what an object says of its payment.
func memoOf(p center.Payment) processor.Memo {
	m := processor.Memo{By: p.By, Request: p.Request}
	for _, part := range p.Parts {
		if part.Amount.Minor+part.Credit.Minor == 0 { // rewards are not what a restored table has lost
			continue
		}
		m.Parts = append(m.Parts, processor.MemoPart{Invoice: part.Invoice, Amount: part.Amount.Minor, Credit: part.Credit.Minor})
	}
	for _, use := range p.Credits {
		m.Credits = append(m.Credits, processor.MemoCredit{Credit: use.Credit, Invoice: use.Invoice, Amount: use.Amount.Minor})
	}
	return m
}

// remembered is the payment of an object, from what the object says of it and
// from what stands here of who paid. What the papers are called is the store's
// to find.
func (d Desk) remembered(ctx context.Context, o processor.Object) (center.Payment, error) {
	in := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: o.Amount.Currency} }
	p := center.Payment{ID: o.Tag.Payment, Account: o.Tag.Account, Object: o.ID, Hosted: !o.ExpiresAt.IsZero(), ExpiresAt: o.ExpiresAt,
		Charge: o.Amount, Credit: in(0), Refunded: in(0), Method: o.Method, By: o.Memo.By, Request: o.Memo.Request, CreatedAt: o.CreatedAt,
		LookAt: d.Now(), Wait: center.WaitProcessor}
	charged := int64(0)
	for _, part := range o.Memo.Parts {
		charged += part.Amount
		p.Credit.Minor += part.Credit
		p.Parts = append(p.Parts, center.PaymentPart{Invoice: part.Invoice, Amount: in(part.Amount), Credit: in(part.Credit), Refunded: in(0)})
	}
	if charged != o.Amount.Minor || charged == 0 {
		return p, fmt.Errorf("paying: object %s does not say what its %s are for", o.ID, o.Amount)
	}
	for _, use := range o.Memo.Credits {
		p.Credits = append(p.Credits, center.CreditTaken{Credit: use.Credit, Invoice: use.Invoice, Amount: in(use.Amount)})
	}
	payer, err := d.Store.Membership(ctx, p.Account, p.By)
	switch {
	case err == nil:
		p.ByName, p.ByEmail, p.Locale = payer.Contact.Name, payer.Contact.Email, payer.Contact.Locale
		if p.Locale == "" {
			p.Locale = payer.Locale
		}
	case !center.IsKind(err, center.NotFound):
		return p, err
	}
	if p.ByName == "" {
		p.ByName = p.ByEmail
	}
	return p, nil
}
