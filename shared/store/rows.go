package store

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// rowBudget is how large a list row may be, in bytes as the service counts:
// a page of twenty reads twenty-one, which must stay within the 4 KB of one
// read unit. A long title is cut to fit; the invoice's page has it whole.
const rowBudget = 194

// Marks in front of the values of the three sorting attributes, which keep
// credit notes apart from invoices within one index.
const (
	markInvoice = "I"
	markCredit  = "C"
)

func markOf(credits bool) string {
	if credits {
		return markCredit
	}
	return markInvoice
}

// Codes of kinds and types in rows, one letter each; invoices, credit notes
// and services, the commonest, have none.
var (
	kindCodes = map[center.DocumentKind]string{center.KindDebitNote: "d", center.KindProforma: "p", center.KindOrder: "o", center.KindRenewal: "n"}
	typeCodes = map[center.InvoiceType]string{
		center.TypeHardware: "H", center.TypeSubscription: "S", center.TypeSupport: "P", center.TypeLicense: "L",
		center.TypeEducation: "E", center.TypeConsulting: "C", center.TypeUsage: "U",
	}
	kindOfCode = inverse(kindCodes)
	typeOfCode = inverse(typeCodes)
)

func inverse[K ~string](codes map[K]string) map[string]K {
	out := make(map[string]K, len(codes))
	for k, c := range codes {
		out[c] = k
	}
	return out
}

// rowItem is the line of a list that shows inv; ok is false when none does.
func (t tenant) rowItem(inv center.Invoice) (it item, ok bool) {
	at, ok := t.row(inv)
	if !ok {
		return nil, false
	}
	mark := markOf(inv.Kind == center.KindCreditNote)
	it = newItem(at, kindRow)
	it.text(attrIssued, mark+compact(inv.IssuedOn))
	it.text(attrNumber, mark+inv.Number)
	it.text(attrAmount, mark+sortableAmount(inv.Amount))
	it.text(attrCurrency, string(inv.Amount.Currency))
	it.text(attrKindOf, kindCodes[inv.Kind])
	it.text(attrType, typeCodes[inv.Type])
	it.text(attrPO, inv.PO)
	it.text(attrContract, inv.Contract)
	if !strings.HasPrefix(at.sk, sortUnsettled) && !strings.HasPrefix(at.sk, sortSubmitted) && !strings.HasPrefix(at.sk, sortPending) {
		it.text(attrDueOn, inv.DueOn.Compact())
	}
	// A part that follows from the others is left out: all outstanding before
	// anything is paid, all settled once closed.
	if inv.Outstanding != inv.Receivable() && (inv.Outstanding.Sign() > 0 || !inv.Kind.IsPaper()) {
		it.num(attrOutstanding, inv.Outstanding.Minor)
	}
	it.some(attrProcessing, inv.Processing.Minor)
	it.some(attrCancelled, inv.Cancelled.Minor)
	it.some(attrCreditLeft, inv.CreditLeft.Minor)
	it.some(attrDisputed, inv.Disputed.Minor)
	it.num(attrVersion, int64(inv.Version))
	it.flag(attrFailed, inv.PaymentFailed)
	it.flag(attrUnaccepted, inv.Unaccepted)
	it.text(attrTitle, cut(inv.Title, rowBudget-it.size()-len(attrTitle)))
	return it, true
}

// ellipsis ends a text that was cut.
const ellipsis = "…"

// cut shortens a text to at most n bytes, at a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n -= len(ellipsis)
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if n <= 0 {
		return ""
	}
	return strings.TrimRight(s[:n], " ") + ellipsis
}

// readRow reads a list row of the account.
func readRow(account center.AccountID, it item) (center.Invoice, error) {
	return readRowFrom(account, &reader{it: it})
}

func readRowFrom(account center.AccountID, r *reader) (center.Invoice, error) {
	r.mustBe(kindRow)
	at := r.key()
	if at.pk != tenantOf(account).pk(prefixList) {
		r.fail("is not of the account asked for")
	}
	id, err := longInvoice(rowID(at.sk))
	if err != nil {
		r.fail("has no invoice id")
	}
	inv := center.Invoice{ID: id, Account: account, Kind: center.KindInvoice, Type: center.TypeService,
		PO: r.text(attrPO), Contract: r.text(attrContract), Title: r.text(attrTitle), DueOn: r.date(attrDueOn),
		IssuedOn: expand(afterMark(r.text(attrIssued))), Number: afterMark(r.text(attrNumber)), Version: int(r.num(attrVersion)),
		PaymentFailed: r.flag(attrFailed), Unaccepted: r.flag(attrUnaccepted)}
	c := money.Code(r.text(attrCurrency))
	if inv.Amount, err = amountOfSortable(afterMark(r.text(attrAmount)), c); err != nil {
		r.fail("has no amount: %v", err)
	}
	if code := r.text(attrKindOf); code != "" {
		inv.Kind = kindOfCode[code]
	}
	if code := r.text(attrType); code != "" {
		inv.Type = typeOfCode[code]
	}
	segment, day, _ := strings.Cut(at.sk, "#")
	on := expand(day[:min(len(day), len(noDate))])
	switch segment + "#" {
	case sortUnsettled, sortSubmitted, sortPending:
		inv.DueOn = on
	case sortClosed:
		inv.ClosedOn = on
	case sortCredits:
		inv.Kind, inv.ClosedOn = center.KindCreditNote, on
	}
	inv.Balances, inv.CreditLeft = rowBalances(r, inv.Receivable(), segment+"#"), r.money(attrCreditLeft, c)
	if r.has(attrDisputed) {
		inv.Disputed = r.money(attrDisputed, c)
	}
	if r.err == nil {
		r.err = inv.Check()
	}
	return inv, r.err
}

// rowBalances fills in the parts that rowItem left out.
func rowBalances(r *reader, owed money.Money, segment string) center.Balances {
	c := owed.Currency
	b := center.Balances{Outstanding: money.Zero(c), Processing: r.money(attrProcessing, c), Cancelled: r.money(attrCancelled, c)}
	if segment == sortUnsettled || segment == sortPending {
		b.Outstanding = owed
		if r.has(attrOutstanding) {
			b.Outstanding = r.money(attrOutstanding, c)
		}
	}
	b.Settled = money.Money{Minor: owed.Minor - b.Outstanding.Minor - b.Processing.Minor - b.Cancelled.Minor, Currency: c}
	return b
}

func afterMark(s string) string {
	if s == "" {
		return ""
	}
	return s[1:]
}

// sortableZero has fewer digits than any other amount.
const sortableZero = "pa"

// maxExponent is the most decimals any currency has; amounts of all
// currencies are compared as numbers with that many.
const maxExponent = 4

// sortableAmount writes an amount so that texts sort as the numbers do,
// whatever the currency: a sign, the number of digits as a letter, the digits.
// Below zero, all of it is turned around.
func sortableAmount(m money.Money) string {
	if m.Minor == 0 {
		return sortableZero
	}
	decimals, _ := money.Exponent(m.Currency)
	digits := strings.TrimPrefix(strconv.FormatInt(m.Minor, 10), "-") + strings.Repeat("0", maxExponent-decimals)
	if m.Minor >= 0 {
		return "p" + string(rune('a'+len(digits))) + digits
	}
	turned := []byte(digits)
	for i, d := range turned {
		turned[i] = '0' + '9' - d
	}
	return "n" + string(rune('z'-len(digits))) + string(turned)
}

// amountOfSortable is the inverse of sortableAmount.
func amountOfSortable(s string, c money.Code) (money.Money, error) {
	if s == sortableZero {
		return money.Zero(c), nil
	}
	decimals, known := money.Exponent(c)
	zeros := maxExponent - decimals
	if !known || len(s) < 3+zeros {
		return money.Money{}, fmt.Errorf("store: %q is no amount of %q", s, c)
	}
	digits := []byte(s[2 : len(s)-zeros])
	if s[0] == 'n' {
		for i, d := range digits {
			digits[i] = '0' + '9' - d
		}
		digits = append([]byte{'-'}, digits...)
	}
	minor, err := strconv.ParseInt(string(digits), 10, 64)
	return money.Money{Minor: minor, Currency: c}, err
}
