package store

import (
	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Attributes of an invoice head, and of list rows where they are the same.
const (
	attrNumberFull  = "nu"
	attrKindOf      = "kd"
	attrType        = "ty"
	attrIssuer      = "iu"
	attrTitle       = "t"
	attrPO          = "po"
	attrOrderRef    = "or"
	attrContract    = "ct"
	attrIssuedOn    = "io"
	attrDueOn       = "d"
	attrClosedOn    = "cd"
	attrCurrency    = "c"
	attrMinor       = "am"
	attrOutstanding = "o"
	attrProcessing  = "p"
	attrSettled     = "s"
	attrCancelled   = "x"
	attrCreditLeft  = "cl"
	attrDraft       = "dr"
	attrVoided      = "vo"
	attrHeldBy      = "py"
	attrFailed      = "pf"
	attrUnaccepted  = "ua"
	attrWithdrawn   = "wn"
	attrShares      = "sh"
	attrBehind      = "bh"
	attrNet         = "bt" // before tax
	attrRewarded    = "rw"
	attrDuePK       = "dp"
	attrDueSK       = "ds"
)

// headItem is the head of an invoice, which must add up.
func (t tenant) headItem(inv center.Invoice) (item, error) {
	if err := inv.Check(); err != nil {
		return nil, err
	}
	it := newItem(t.head(inv.ID), kindInvoice)
	it.text(attrNumberFull, inv.Number)
	it.text(attrKindOf, string(inv.Kind))
	it.text(attrType, string(inv.Type))
	it.text(attrIssuer, inv.Issuer)
	it.text(attrTitle, inv.Title)
	it.text(attrPO, inv.PO)
	it.text(attrOrderRef, inv.OrderRef)
	it.text(attrContract, inv.Contract)
	it.text(attrIssuedOn, inv.IssuedOn.Compact())
	it.text(attrDueOn, inv.DueOn.Compact())
	it.text(attrClosedOn, inv.ClosedOn.Compact())
	it.text(attrCurrency, string(inv.Amount.Currency))
	it.num(attrMinor, inv.Amount.Minor)
	it.num(attrOutstanding, inv.Outstanding.Minor)
	it.some(attrProcessing, inv.Processing.Minor)
	it.some(attrSettled, inv.Settled.Minor)
	it.some(attrCancelled, inv.Cancelled.Minor)
	it.some(attrCreditLeft, inv.CreditLeft.Minor)
	it.some(attrDisputed, inv.Disputed.Minor)
	it.some(attrNet, inv.Net.Minor)
	it.some(attrRewarded, inv.Rewarded.Minor)
	it.flag(attrDraft, inv.Draft)
	it.flag(attrVoided, inv.Voided)
	it.text(attrHeldBy, string(inv.Active))
	it.flag(attrFailed, inv.PaymentFailed)
	it.flag(attrUnaccepted, inv.Unaccepted)
	it.flag(attrWithdrawn, inv.Withdrawn)
	if len(inv.Shares) > 0 {
		shares := make([]share, len(inv.Shares))
		for i, s := range inv.Shares {
			shares[i] = share{s.Invoice, s.Stated.Minor, s.Counted.Minor}
		}
		it.json(attrShares, shares)
	}
	it.text(attrBehind, string(inv.Behind))
	it.num(attrVersion, int64(inv.Version))
	if inv.Outstanding.Sign() > 0 && !inv.Draft && !inv.Voided && inv.Kind.IsPaper() {
		pk, sk := dueIndex(inv)
		it.text(attrDuePK, pk)
		it.text(attrDueSK, sk)
	}
	return it, nil
}

// share is a center.Share as it is kept: the currency is the head's.
type share struct {
	Invoice center.InvoiceID `json:"i"`
	Stated  int64            `json:"s,omitzero"`
	Counted int64            `json:"c,omitzero"`
}

// readHead reads a head and refuses one that does not add up.
func readHead(account center.AccountID, id center.InvoiceID, it item) (center.Invoice, error) {
	r := open(it, kindInvoice)
	if got := it.key(); got != tenantOf(account).head(id) {
		r.fail("is not the invoice asked for")
	}
	c := money.Code(r.text(attrCurrency))
	inv := center.Invoice{
		ID: id, Account: account,
		Kind: center.DocumentKind(r.text(attrKindOf)), Number: r.text(attrNumberFull),
		Type: center.InvoiceType(r.text(attrType)), Issuer: r.text(attrIssuer), Title: r.text(attrTitle),
		PO: r.text(attrPO), OrderRef: r.text(attrOrderRef), Contract: r.text(attrContract),
		IssuedOn: r.date(attrIssuedOn), DueOn: r.date(attrDueOn), ClosedOn: r.date(attrClosedOn),
		Amount: r.money(attrMinor, c),
		Balances: center.Balances{
			Outstanding: r.money(attrOutstanding, c), Processing: r.money(attrProcessing, c),
			Settled: r.money(attrSettled, c), Cancelled: r.money(attrCancelled, c),
		},
		CreditLeft: r.money(attrCreditLeft, c),
		Draft:      r.flag(attrDraft), Voided: r.flag(attrVoided), Version: int(r.num(attrVersion)),
		Active: center.PaymentID(r.text(attrHeldBy)), PaymentFailed: r.flag(attrFailed), Unaccepted: r.flag(attrUnaccepted),
		Withdrawn: r.flag(attrWithdrawn), Behind: center.InvoiceID(r.text(attrBehind)),
	}
	for attr, at := range map[string]*money.Money{attrDisputed: &inv.Disputed, attrNet: &inv.Net, attrRewarded: &inv.Rewarded} {
		if r.has(attr) {
			*at = r.money(attr, c)
		}
	}
	var shares []share
	r.json(attrShares, &shares)
	for _, s := range shares {
		inv.Shares = append(inv.Shares, center.Share{Invoice: s.Invoice, Stated: money.Money{Minor: s.Stated, Currency: c}, Counted: money.Money{Minor: s.Counted, Currency: c}})
	}
	if r.err == nil {
		r.err = inv.Check()
	}
	return inv, r.err
}
