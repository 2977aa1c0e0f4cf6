package store

import (
	"cmp"
	"context"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// sums are amounts accepted under one PO number, in minor units.
type sums map[money.Code]int64

func (a Account) acceptedUnder(ctx context.Context, number string) (accepted sums, version int64, err error) {
	accepted = sums{}
	it, err := a.s.get(ctx, a.t.underPO(number))
	if errors.Is(err, errAbsent) {
		return accepted, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	r := open(it, kindUnderPO)
	r.json(attrMinor, &accepted)
	return accepted, r.num(attrVersion), r.err
}

// underPO puts what an acceptance costs under its PO number, the account's
// default one where that is to stand in for none. Whoever accepts at the same
// moment writes the same item: together they never go beyond the budget.
func (a Account) underPO(ctx context.Context, r center.Renewal, answer *center.RenewalAnswer) ([]write, error) {
	if answer.Kind != center.AnswerAccepted || answer.Method == center.RenewByCard && answer.PONumber == "" {
		return nil, nil
	}
	profile, err := a.BillingProfile(ctx)
	if err != nil {
		return nil, err
	}
	po, number := profile.DefaultPO, cmp.Or(answer.PONumber, r.PONumber)
	standsIn := number == "" && po != nil
	if standsIn {
		number = po.Number
	}
	if number == "" {
		return nil, nil
	}
	accepted, version, err := a.acceptedUnder(ctx, number)
	if err != nil {
		return nil, err
	}
	if po != nil && center.SameNumber(po.Number, number) {
		refused := po.Takes(answer.Price, accepted[po.Budget.Currency], a.Today())
		switch {
		case refused != nil && standsIn:
			return nil, nil
		case refused != nil:
			return nil, refused
		}
	}
	if standsIn {
		answer.PONumber = number
	}
	if answer.Price.Sign() <= 0 {
		return nil, nil
	}
	accepted[answer.Price.Currency] += answer.Price.Minor
	it := newItem(a.t.underPO(number), kindUnderPO)
	it.json(attrMinor, accepted)
	it.num(attrVersion, version+1)
	return []write{versioned("under PO", it, version)}, nil
}
