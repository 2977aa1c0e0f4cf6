package world

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/store"
)

// Head is the head of an invoice as the table holds it.
type Head map[string]any

// Copy is the head as that of the account's n-th invoice, due on another day.
// All that reminders read of an invoice is its head.
func (h Head) Copy(n int, number string, due center.Date) Head {
	is := func(name string) string { return h[name].(map[string]any)["S"].(string) }
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[8:], uint64(n))
	id := base64.RawURLEncoding.EncodeToString(raw[:])
	tenant, _, _ := strings.Cut(is("ds"), "#")
	shard := is("dp")[strings.LastIndexByte(is("dp"), '#'):]
	out := maps.Clone(h)
	for name, value := range map[string]string{"pk": "I#" + tenant + "#" + id, "nu": number, "d": due.Compact(), "io": due.AddDays(-30).Compact(),
		"dp": "R#" + due.Compact() + shard, "ds": tenant + "#" + id} {
		out[name] = map[string]string{"S": value}
	}
	return out
}

// HeadKey is the key of an invoice's head, as the table holds it.
func HeadKey(account center.AccountID, id center.InvoiceID) map[string]any {
	pk := "I#" + short(string(account)) + "#" + short(strings.TrimPrefix(string(id), "inv_"))
	return map[string]any{"pk": map[string]string{"S": pk}, "sk": map[string]string{"S": "H"}}
}

// Owe makes an account with its primary contact and n unpaid invoices, the
// i-th due on due(i). The product books the first; the others are copies of its
// head.
func (w *World) Owe(ctx context.Context, account string, n int, due func(i int) center.Date) error {
	paper := Paper(account, 0, 1, time.Now())
	paper.DueDate, paper.PaidDate = due(0), ""
	records := []center.Record{
		{Kind: center.KindAccount, Number: account, Account: &center.AccountRecord{Key: account, Name: account + " Trading", TimeZone: "UTC", Locale: "en"}},
		{Kind: center.KindContact, Number: PersonOf(account), Contact: &center.ContactRecord{Account: account, Email: PersonOf(account), Name: "Noura", Type: center.ContactPrimary}},
		{Kind: paper.Kind, Number: paper.Number, Document: &paper},
	}
	booking := store.Booking{Import: store.NewImportID(time.Now()), By: operator, Options: center.ImportOptions{NetTermsDays: -1}}
	if err := w.book(ctx, booking, records); err != nil {
		return err
	}
	request, err := json.Marshal(map[string]any{"TableName": w.table.Name, "Key": HeadKey(center.AccountIDOf(account), InvoiceID(account, 0))})
	if err != nil {
		return err
	}
	answer, err := w.Call(ctx, "GetItem", request)
	if err != nil {
		return err
	}
	var booked struct{ Item Head }
	if err := json.Unmarshal(answer, &booked); err != nil || booked.Item == nil {
		return fmt.Errorf("world: no head of the invoice just booked: %w", err)
	}
	batch := &batch{w: w, ctx: ctx}
	for i := 1; i < n; i++ {
		text, err := json.Marshal(booked.Item.Copy(i, Number(i), due(i)))
		if err != nil {
			return err
		}
		if err := batch.add(string(text)); err != nil {
			return err
		}
	}
	return batch.flush()
}

// Letters hands over every letter that the table holds.
func (w *World) Letters(ctx context.Context, each func(center.Letter) error) error {
	return w.Dump(func(text []byte) error {
		var at struct{ PK struct{ S string } }
		if err := json.Unmarshal(text, &at); err != nil {
			return err
		}
		id, ok := store.LetterKey(at.PK.S)
		if !ok {
			return nil
		}
		l, err := w.Store.Letter(ctx, id)
		if err != nil {
			return err
		}
		return each(l)
	})
}
