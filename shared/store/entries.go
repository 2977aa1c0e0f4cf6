package store

import (
	"cmp"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Attributes of an entry.
const (
	attrEntry = "ev"
	attrAt    = "at"
	attrOn    = "dy"
	attrOther = "oi"
	attrBy    = "by"
)

func entryItem(at key, e Entry) item {
	it := newItem(at, kindEntry)
	it.text(attrEntry, string(e.Kind))
	it.instant(attrAt, e.At)
	it.text(attrOn, e.On.Compact())
	it.text(attrNumberFull, e.Number)
	it.text(attrOther, string(e.Invoice))
	it.text(attrBy, e.By)
	it.text(attrMethod, e.Method)
	if e.Amount.Currency != "" {
		it.text(attrCurrency, string(e.Amount.Currency))
		it.num(attrMinor, e.Amount.Minor)
	}
	return it
}

func readEntry(it item) (Entry, error) {
	r := open(it, kindEntry)
	return Entry{
		Kind: EntryKind(r.text(attrEntry)), At: r.instant(attrAt), On: r.date(attrOn),
		Amount: r.money(attrMinor, money.Code(r.text(attrCurrency))),
		Number: r.text(attrNumberFull), Invoice: center.InvoiceID(r.text(attrOther)), By: r.text(attrBy), Method: r.text(attrMethod),
	}, r.err
}

// sortEntries puts a history in order: by the moment it was written, and what
// was written at once by day.
func sortEntries(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.On, b.On), cmp.Compare(a.Kind, b.Kind))
	})
}

// importedEntry is the first line of every history (see documentItems).
func importedEntry(document item) Entry {
	r := reader{it: document}
	return Entry{Kind: EntryImported, At: r.instant(attrAt), By: r.text(attrBy)}
}
