package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// ExchangeRate is what one unit of a currency is worth in another, as an
// operator set it.
type ExchangeRate struct {
	From, To money.Code
	FX       center.FX
	SetAt    time.Time
	By       string
}

// ErrNoRate refuses to exchange what no operator has set a rate for.
func ErrNoRate(from, to money.Code) error {
	return center.Errorf(center.Unprocessable, "no-exchange-rate", "The vendor has set no rate at which rewards in %s are used on invoices in %s.", from, to)
}

// ExchangeRate is the rate that stands, read with certainty: 1 of a currency to
// itself, ErrNoRate where none was set.
func (s *Store) ExchangeRate(ctx context.Context, from, to money.Code) (ExchangeRate, error) {
	if from == to {
		return ExchangeRate{From: from, To: to, FX: center.SameCurrency}, nil
	}
	it, err := s.get(ctx, exchangeKey(from, to))
	if errors.Is(err, errAbsent) {
		return ExchangeRate{}, ErrNoRate(from, to)
	}
	if err != nil {
		return ExchangeRate{}, err
	}
	return readExchange(it)
}

func readExchange(it item) (ExchangeRate, error) {
	r := open(it, kindExchange)
	fx, ok := center.ParseFX(r.text(attrExchange))
	if !ok {
		r.fail("has no rate")
	}
	e := ExchangeRate{From: money.Code(r.text(attrBaseCurrency)), To: money.Code(r.text(attrCurrency)), FX: fx, SetAt: r.instant(attrAt), By: r.text(attrBy)}
	if it.key() != exchangeKey(e.From, e.To) {
		r.fail("is not the rate asked for")
	}
	return e, r.err
}

// SetExchangeRate sets a rate from now on, with an audit entry in the operators'
// log. Redemptions made at the rate before keep it.
func (e Everywhere) SetExchangeRate(ctx context.Context, rate ExchangeRate) error {
	at := exchangeKey(rate.From, rate.To)
	for range moveTries {
		var was int64
		stands, err := e.s.get(ctx, at)
		if err == nil {
			r := open(stands, kindExchange)
			if was = r.num(attrVersion); r.err != nil {
				return r.err
			}
		} else if !errors.Is(err, errAbsent) {
			return err
		}
		it := newItem(at, kindExchange)
		it.text(attrBaseCurrency, string(rate.From))
		it.text(attrCurrency, string(rate.To))
		it.text(attrExchange, rate.FX.String())
		it.text(attrBy, rate.By)
		it.instant(attrAt, e.s.now())
		it.num(attrVersion, was+1)
		audit := tenantOf(center.OperatorsAccount).auditWrite(center.AuditEntry{Kind: center.AuditExchangeRate, At: e.s.now(), By: rate.By,
			Subject: string(rate.From) + "/" + string(rate.To), Facts: map[string]string{"rate": rate.FX.String()}}, strconv.FormatInt(was+1, 10))
		if err := e.s.transact(ctx, "exchange", []write{versioned("rate", it, was), audit}); !isRefusal(err) {
			return err
		}
	}
	return errBusy
}

// ExchangeRates are those that stand, by currencies.
func (e Everywhere) ExchangeRates(ctx context.Context) (list []ExchangeRate, err error) {
	items, err := e.s.askAll(ctx, question{pk: ratesPK, limit: MaxPage})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		rate, err := readExchange(it)
		if err != nil {
			return nil, err
		}
		list = append(list, rate)
	}
	return list, nil
}
