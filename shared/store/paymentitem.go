package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Attributes of a payment, and of its row where they are the same.
const (
	attrWait       = "wt"
	attrCharge     = "am"
	attrCredited   = "cr"
	attrRefunded   = "rf"
	attrParts      = "pt"
	attrCredits    = "cs"
	attrMethod     = "me"
	attrMethodKind = "mt"
	attrRowVersion = "v"
	attrHosted     = "hp"
	attrObject     = "ob"
	attrURL        = "ur"
	attrByID       = "bi"
	attrByEmail    = "be"
	attrEndedAt    = "ea"
	attrExpiresAt  = "ex"
	attrLookAt     = "la"
	attrLooks      = "lk"
	attrFirst      = "f"
)

// part and creditUse are how parts stand in an item: minor units of the
// payment's currency.
type part struct {
	Invoice  center.InvoiceID    `json:"i"`
	Kind     center.DocumentKind `json:"k,omitempty"`
	Contract center.ContractID   `json:"ct,omitempty"`
	Number   string              `json:"n"`
	Amount   int64               `json:"a,omitempty"`
	Credit   int64               `json:"c,omitempty"`
	Rewards  int64               `json:"w,omitempty"`
	Refunded int64               `json:"r,omitempty"`
	Version  int                 `json:"v"`
}

type creditUse struct {
	Credit  center.InvoiceID `json:"c"`
	Number  string           `json:"n"`
	Invoice center.InvoiceID `json:"i"`
	Amount  int64            `json:"a"`
}

// method is how a method stands in an item.
type method struct {
	ID       center.MethodID   `json:"id,omitempty"`
	Kind     center.MethodKind `json:"k,omitempty"`
	Brand    string            `json:"b,omitempty"`
	Last4    string            `json:"l,omitempty"`
	ExpMonth int               `json:"m,omitempty"`
	ExpYear  int               `json:"y,omitempty"`
}

func methodOf(m center.PaymentMethod) method {
	return method{m.ID, m.Kind, m.Brand, m.Last4, m.ExpMonth, m.ExpYear}
}

func (m method) method() center.PaymentMethod {
	return center.PaymentMethod{ID: m.ID, Kind: m.Kind, Brand: m.Brand, Last4: m.Last4, ExpMonth: m.ExpMonth, ExpYear: m.ExpYear}
}

// json sets a value as JSON text. It is for values that always have one.
func (it item) json(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic("store: " + err.Error())
	}
	it.text(name, string(text))
}

func (r *reader) json(name string, v any) {
	if text := r.text(name); text != "" {
		if err := json.Unmarshal([]byte(text), v); err != nil {
			r.fail("has no such value in %s: %v", name, err)
		}
	}
}

// checkPayment holds what is said of a payment against its parts.
func checkPayment(p center.Payment) error {
	c := p.Charge.Currency
	var amount, credit, rewards, refunded int64
	for _, part := range p.Parts {
		if part.Rewards.Minor != 0 && part.Rewards.Currency != c || part.Amount.Currency != c || part.Credit.Currency != c || part.Refunded.Currency != c {
			return fmt.Errorf("store: payment %s is of more than one currency", p.ID)
		}
		if min(part.Amount.Minor, part.Credit.Minor, part.Rewards.Minor) < 0 || part.Amount.Minor+part.Credit.Minor+part.Rewards.Minor <= 0 ||
			part.Refunded.Minor < 0 || part.Refunded.Minor > part.Amount.Minor {
			return fmt.Errorf("store: payment %s has a part that is none", p.ID)
		}
		amount, credit, refunded = amount+part.Amount.Minor, credit+part.Credit.Minor, refunded+part.Refunded.Minor
		rewards += part.Rewards.Minor
	}
	for _, use := range p.Credits {
		credit -= use.Amount.Minor
	}
	if rewards != p.Rewards.Minor || (rewards > 0) != (p.Redemption != "") || amount != p.Charge.Minor || credit != 0 || refunded != p.Refunded.Minor || p.Credit.Currency != c || p.Refunded.Currency != c {
		return fmt.Errorf("store: payment %s does not add up", p.ID)
	}
	return nil
}

// paymentItem is a payment, which must add up. While it is not final it
// stands in index work, by when it wants to be looked at.
func (t tenant) paymentItem(p center.Payment) (item, error) {
	if err := checkPayment(p); err != nil {
		return nil, err
	}
	it := newItem(t.payment(p.ID), kindPayment)
	it.text(attrID, string(p.ID))
	it.text(attrState, string(p.State))
	it.text(attrWait, string(p.Wait))
	it.text(attrReason, string(p.Reason))
	it.text(attrCurrency, string(p.Charge.Currency))
	it.num(attrCharge, p.Charge.Minor)
	it.some(attrCredited, p.Credit.Minor)
	it.some(attrRewarded, p.Rewards.Minor)
	it.text(attrRedemption, string(p.Redemption))
	it.some(attrRefunded, p.Refunded.Minor)
	parts := make([]part, len(p.Parts))
	for i, q := range p.Parts {
		parts[i] = part{q.Invoice, q.Kind, q.Contract, q.Number, q.Amount.Minor, q.Credit.Minor, q.Rewards.Minor, q.Refunded.Minor, q.Version}
	}
	it.json(attrParts, parts)
	if len(p.Credits) > 0 {
		uses := make([]creditUse, len(p.Credits))
		for i, u := range p.Credits {
			uses[i] = creditUse{u.Credit, u.Number, u.Invoice, u.Amount.Minor}
		}
		it.json(attrCredits, uses)
	}
	if p.Method.Brand != "" || p.Method.ID != "" {
		it.json(attrMethod, methodOf(p.Method))
	}
	it.flag(attrHosted, p.Hosted)
	it.text(attrObject, p.Object)
	it.text(attrURL, p.URL)
	it.text(attrByID, string(p.By))
	it.text(attrBy, p.ByName)
	it.text(attrByEmail, p.ByEmail)
	it.text(attrLocale, p.Locale)
	it.text(attrPrint, p.Request)
	it.instant(attrCreatedAt, p.CreatedAt)
	it.instant(attrEndedAt, p.EndedAt)
	it.instant(attrExpiresAt, p.ExpiresAt)
	it.num(attrVersion, int64(p.Version))
	if !p.State.Final() {
		it.instant(attrLookAt, p.LookAt)
		it.some(attrLooks, int64(p.Looks))
		pk, sk := paymentIndex(p)
		it.text(attrWorkPK, pk)
		it.text(attrWorkSK, sk)
	}
	return it, nil
}

// readPayment reads a payment and refuses one that does not add up.
func readPayment(account center.AccountID, id center.PaymentID, it item) (center.Payment, error) {
	r := open(it, kindPayment)
	if it.key() != tenantOf(account).payment(id) || r.text(attrID) != string(id) {
		r.fail("is not the payment asked for")
	}
	c := money.Code(r.text(attrCurrency))
	p := center.Payment{
		ID: id, Account: account, State: center.PaymentState(r.text(attrState)), Wait: center.PaymentWait(r.text(attrWait)),
		Reason: center.DeclineReason(r.text(attrReason)), Charge: r.money(attrCharge, c), Credit: r.money(attrCredited, c), Refunded: r.money(attrRefunded, c),
		Hosted: r.flag(attrHosted), Object: r.text(attrObject), URL: r.text(attrURL),
		By: center.ContactID(r.text(attrByID)), ByName: r.text(attrBy), ByEmail: r.text(attrByEmail), Locale: r.text(attrLocale),
		Request: r.text(attrPrint), CreatedAt: r.instant(attrCreatedAt), EndedAt: r.instant(attrEndedAt), ExpiresAt: r.instant(attrExpiresAt),
		LookAt: r.instant(attrLookAt), Looks: int(r.num(attrLooks)), Version: int(r.num(attrVersion)),
	}
	in := func(minor int64) money.Money { return money.Money{Minor: minor, Currency: c} }
	var parts []part
	r.json(attrParts, &parts)
	for _, q := range parts {
		p.Parts = append(p.Parts, center.PaymentPart{Invoice: q.Invoice, Kind: q.Kind, Contract: q.Contract, Number: q.Number, Amount: in(q.Amount), Credit: in(q.Credit),
			Rewards: rewardsIn(q.Rewards, c), Refunded: in(q.Refunded), Version: q.Version})
	}
	p.Rewards, p.Redemption = rewardsIn(r.num(attrRewarded), c), center.RedemptionID(r.text(attrRedemption))
	var uses []creditUse
	r.json(attrCredits, &uses)
	for _, u := range uses {
		p.Credits = append(p.Credits, center.CreditTaken{Credit: u.Credit, Number: u.Number, Invoice: u.Invoice, Amount: in(u.Amount)})
	}
	var m method
	r.json(attrMethod, &m)
	p.Method = m.method()
	if r.err == nil {
		r.err = checkPayment(p)
	}
	return p, r.err
}

// rewardsIn are rewards of a currency; none is the zero value.
func rewardsIn(minor int64, c money.Code) money.Money {
	if minor == 0 {
		return money.Money{}
	}
	return money.Money{Minor: minor, Currency: c}
}

// paymentRow is the payment's line in the history.
func (t tenant) paymentRow(p center.Payment) item {
	it := newItem(t.paymentRowKey(p), kindPaymentRow)
	it.text(attrState, string(p.State))
	it.text(attrWait, string(p.Wait))
	it.text(attrReason, string(p.Reason))
	it.text(attrCurrency, string(p.Charge.Currency))
	it.num(attrCharge, p.Charge.Minor)
	it.some(attrCredited, p.Credit.Minor)
	it.some(attrRewarded, p.Rewards.Minor)
	it.some(attrRefunded, p.Refunded.Minor)
	if p.Method.Brand != "" {
		it.text(attrMethod, p.Method.String())
		it.text(attrMethodKind, string(p.Method.Kind))
	}
	it.num(attrCount, int64(len(p.Parts)))
	it.text(attrFirst, p.Parts[0].Number)
	it.text(attrBy, p.ByName)
	it.instant(attrCreatedAt, p.CreatedAt)
	it.num(attrRowVersion, int64(p.Version))
	return it
}

func readPaymentRow(t tenant, it item) (PaymentRow, error) {
	r := open(it, kindPaymentRow)
	if it.key().pk != t.pk(prefixList) {
		r.fail("is not of the account asked for")
	}
	id, err := longPayment(rowID(it.key().sk))
	if err != nil {
		r.fail("has no payment id")
	}
	c := money.Code(r.text(attrCurrency))
	return PaymentRow{ID: id, State: center.PaymentState(r.text(attrState)), Wait: center.PaymentWait(r.text(attrWait)),
		Reason: center.DeclineReason(r.text(attrReason)), Charge: r.money(attrCharge, c), Credit: r.money(attrCredited, c),
		Rewards: rewardsIn(r.num(attrRewarded), c), Refunded: r.money(attrRefunded, c), Method: r.text(attrMethod), Kind: center.MethodKind(r.text(attrMethodKind)),
		Invoices: int(r.num(attrCount)), First: r.text(attrFirst), ByName: r.text(attrBy), CreatedAt: r.instant(attrCreatedAt)}, r.err
}

// letterID names the one letter of a kind about a subject.
func letterID(kind center.LetterKind, subject ...string) string {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + strings.Join(subject, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// paymentLetter is the letter that the end of a payment brings; ok is false
// where it brings none.
func paymentLetter(p center.Payment, at time.Time) (w write, ok bool) {
	kind := center.LetterPaymentReceipt
	switch {
	case p.ByEmail == "": // who paid is known here no more
		return write{}, false
	case p.State == center.PaymentSucceeded:
	case p.State == center.PaymentFailed && p.Reason != center.DeclineCancelled && p.Reason != center.DeclineTimeout:
		kind = center.LetterPaymentFailed
	default:
		return write{}, false
	}
	return letterWrite(center.Letter{ID: letterID(kind, string(p.Account), string(p.ID)), Kind: kind, To: p.ByEmail, Name: p.ByName,
		Locale: p.Locale, Account: p.Account, Contact: p.By, Params: map[string]string{"payment": string(p.ID)}, CreatedAt: at}), true
}
