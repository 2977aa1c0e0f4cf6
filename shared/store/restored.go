package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// RestorePayment puts a payment back that the processor has an object of and
// this table, restored from before, does not: it claims its payables as they
// stand, and is CREATED with its object, to be settled like any other. One that
// stands with this object is answered as it is; one that was given up here,
// since nothing here knew of its object, is claimed anew.
//
// Conflict payment-contradiction where it stands with another object; Conflict
// amounts-changed where a payable is not here or no longer has that much
// outstanding, and payment-in-flight where another payment holds one: what is
// in the way may still be restored, or come with the next import.
func (s *Store) RestorePayment(ctx context.Context, p center.Payment) (center.Payment, error) {
	for range moveTries {
		stands, err := s.Payment(ctx, p.Account, p.ID)
		var was *center.Payment
		switch {
		case errors.Is(err, ErrNoPayment):
		case err != nil:
			return center.Payment{}, err
		case stands.Object == p.Object:
			return stands, nil
		case stands.State == center.PaymentNew:
			return s.RecordPayment(ctx, p.Account, p.ID, PaymentMove{Object: p.Object, Wait: p.Wait, LookAt: p.LookAt, ExpiresAt: p.ExpiresAt})
		case stands.Object != "" || stands.State != center.PaymentAbandoned:
			return stands, ErrContradiction
		default:
			was = &stands
		}
		now, err := newLedger(s, p.Account).reclaim(ctx, was, p)
		if err == nil || !isRefusal(err) {
			return now, err
		}
	}
	return center.Payment{}, errBusy
}

// reclaim writes the claim of a payment whose object may have taken its money
// already. was is nil of one that does not stand.
func (l *ledger) reclaim(ctx context.Context, was *center.Payment, p center.Payment) (center.Payment, error) {
	if was != nil {
		object, wait, look, expires := p.Object, p.Wait, p.LookAt, p.ExpiresAt
		p = *was
		p.Object, p.Wait, p.LookAt, p.ExpiresAt, p.EndedAt, p.Reason = object, wait, look, expires, time.Time{}, ""
		p = withoutRewards(p) // they went back when it was given up
	}
	p.State, p.Version = center.PaymentCreated, p.Version+1
	ids := make([]center.InvoiceID, 0, len(p.Parts)+len(p.Credits))
	for _, part := range p.Parts {
		ids = append(ids, part.Invoice)
	}
	for _, use := range p.Credits {
		ids = append(ids, use.Credit)
	}
	if err := l.readInvoices(ctx, ids); err != nil {
		return p, err
	}
	c, now := newChange(), l.s.now()
	on := center.Today(now, time.UTC)
	for i := range p.Parts {
		if err := l.reclaimPart(ctx, c, p, &p.Parts[i], on, was != nil); err != nil {
			return p, err
		}
	}
	for i := range p.Credits {
		if credit := l.invoices[p.Credits[i].Credit]; credit != nil {
			p.Credits[i].Number = credit.Number
		}
	}
	if was == nil { // what credit covered stays covered when a payment is given up
		if err := l.spend(c, p, now, on); err != nil {
			return p, err
		}
	}
	writes, err := l.moveWrites(c, was, p, "payment-restored", now)
	if err != nil {
		return p, err
	}
	return p, l.s.transact(ctx, fmt.Sprintf("restore/%s/%d", p.ID, p.Version), writes)
}

// withoutRewards is what a payment does by money and credit.
func withoutRewards(p center.Payment) center.Payment {
	p.Rewards, p.Redemption, p.Parts = money.Money{}, "", slices.Clone(p.Parts)
	for i := range p.Parts {
		p.Parts[i].Rewards = money.Money{}
	}
	p.Parts = slices.DeleteFunc(p.Parts, func(part center.PaymentPart) bool { return part.Amount.Minor+part.Credit.Minor == 0 })
	return p
}

// reclaimPart claims a part of a payable as it stands; one that was claimed
// before keeps the credit it got then.
func (l *ledger) reclaimPart(ctx context.Context, c *change, p center.Payment, part *center.PaymentPart, on center.Date, before bool) error {
	inv := l.invoices[part.Invoice]
	if inv == nil {
		return center.Errorf(center.Conflict, errAmountsChanged.Code, "Payable %s is not here. Import again what was imported since.", part.Invoice)
	}
	part.Version, part.Number = inv.Version, inv.Number
	if part.Kind = ""; !inv.Kind.IsPaper() {
		part.Kind, part.Contract = inv.Kind, inv.AnsweredAt()
	}
	asked := *part
	if before {
		asked.Credit.Minor = 0
	}
	if asked.Amount.Sign() == 0 && asked.Credit.Sign() == 0 {
		return nil
	}
	return l.claimPart(ctx, c, p, asked, on)
}
