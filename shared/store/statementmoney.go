package store

import (
	"context"
	"encoding/json"

	"customercenter/shared/center"
)

// received adds the money that came outside the center since the period began,
// whole and on the day it came: what invoices took of it is in the histories
// of both, as of a credit, and what is left is credit that the account has. Its
// records stand in no order of days, so all of the account's are looked at.
func (d *drawing) received(ctx context.Context) error {
	from := string(center.KindPayment) + "#"
	q := question{pk: d.a.t.pk(prefixRecord), from: from, to: from + sortEnd, limit: statementPage, current: true}
	for {
		items, last, err := d.a.s.ask(ctx, q)
		if err != nil {
			return err
		}
		if d.rows += len(items); d.rows > maxStatementRows || len(d.entries) > maxStatementEntries {
			return errStatementTooLong
		}
		for _, it := range items {
			if err := d.money(it); err != nil {
				return err
			}
		}
		if q.start = last; last == nil {
			return nil
		}
	}
}

// money adds the money of one record.
func (d *drawing) money(it item) error {
	r := open(it, kindRecord)
	plain, err := inflated(r.bytes(attrBody))
	if err = firstError(r.err, err); err != nil {
		return err
	}
	var m center.Remittance
	if err := json.Unmarshal(plain, &m); err != nil {
		return err
	}
	came, err := m.NewReceived(d.a.actor.Account)
	if err != nil || came.IssuedOn < d.from {
		return err
	}
	amount, err := center.LedgerAmount(came.Kind, came.Amount)
	d.entries = append(d.entries, center.StatementEntry{Kind: center.StatementPayment, On: came.IssuedOn, Number: came.Number, Amount: amount})
	return err
}
