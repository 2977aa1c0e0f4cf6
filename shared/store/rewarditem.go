package store

import (
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Attributes of rewards.
const (
	attrSubscription = "sn" // its number
	attrOwed         = "ow"
	attrPeriod       = "pe"
	attrManual       = "ma"
	attrOf           = "of"
	attrNote         = "nt"
	attrUsage        = "us"
	attrEligible     = "el"
	attrRate         = "rt"
	attrEarnedOn     = "eo"
	attrExpiresOn    = "xo"
	attrEarned       = "am"
	attrLeft         = "l"
	attrUsed         = "u"
	attrTaken        = "tk"
	attrCarried      = "cd"
	attrBase         = "bs"
	attrBaseCurrency = "bc"
	attrExchange     = "fx"
	attrUses         = "ue"
	attrDraws        = "dw"
	attrPaymentOf    = "py"
	attrPapers       = "ps"
	attrLot          = "lt"
	attrRedemption   = "rd"
)

// purseHead is what a subscription's rewards are kept together by. Whatever
// earns, corrects or returns writes it; what redeems does not, for its lots
// say all that it hangs on.
type purseHead struct {
	sub      center.SubscriptionID
	number   string
	currency money.Code
	owed     int64
	version  int64 // 0 while it does not stand in the table
}

func (t tenant) purseItem(h purseHead) item {
	it := newItem(t.purse(h.sub), kindPurse)
	it.text(attrSubscription, h.number)
	it.text(attrCurrency, string(h.currency))
	it.some(attrOwed, h.owed)
	it.num(attrVersion, h.version)
	return it
}

func readPurse(sub center.SubscriptionID, it item) (purseHead, error) {
	r := open(it, kindPurse)
	return purseHead{sub, r.text(attrSubscription), money.Code(r.text(attrCurrency)), r.num(attrOwed), r.num(attrVersion)}, r.err
}

// lotItem is a lot, which must add up.
func (t tenant) lotItem(l center.RewardLot) (item, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	it := newItem(t.lot(l.Subscription, l.ExpiresOn, l.EarnedOn, l.ID), kindLot)
	it.text(attrID, string(l.ID))
	it.text(attrSubscription, l.Number)
	it.text(attrPeriod, l.Period)
	it.flag(attrManual, l.Manual)
	it.text(attrOf, string(l.Of))
	it.text(attrNote, l.Note)
	it.text(attrBy, l.By)
	it.some(attrUsage, l.Usage.Minor)
	it.some(attrEligible, l.Eligible.Minor)
	it.some(attrRate, int64(l.Rate))
	it.text(attrEarnedOn, l.EarnedOn.Compact())
	it.text(attrExpiresOn, l.ExpiresOn.Compact())
	it.text(attrCurrency, string(l.Earned.Currency))
	it.num(attrEarned, l.Earned.Minor)
	it.num(attrLeft, l.Available.Minor)
	it.num(attrUsed, l.Used.Minor)
	it.num(attrTaken, l.Corrected.Minor)
	it.instant(attrAt, l.At)
	return it, nil
}

// readLot reads a lot and refuses one that does not add up.
func (t tenant) readLot(it item) (center.RewardLot, error) {
	r := open(it, kindLot)
	c := money.Code(r.text(attrCurrency))
	l := center.RewardLot{ID: center.LotID(r.text(attrID)), Number: r.text(attrSubscription), Period: r.text(attrPeriod), Manual: r.flag(attrManual),
		Of: center.LotID(r.text(attrOf)), Note: r.text(attrNote), By: r.text(attrBy), Usage: r.money(attrUsage, c), Eligible: r.money(attrEligible, c),
		Rate: center.RewardRate(r.num(attrRate)), EarnedOn: r.date(attrEarnedOn), ExpiresOn: r.date(attrExpiresOn), Earned: r.money(attrEarned, c),
		Available: r.money(attrLeft, c), Used: r.money(attrUsed, c), Corrected: r.money(attrTaken, c), At: r.instant(attrAt)}
	var err error
	if l.Subscription, err = subscriptionOfLot(it.key().sk); err != nil {
		r.fail("names no subscription")
	}
	if it.key() != t.lot(l.Subscription, l.ExpiresOn, l.EarnedOn, l.ID) {
		r.fail("is not the lot it says")
	}
	if r.err == nil {
		r.err = l.Check()
	}
	return l, r.err
}

// lotWrite is what a move does to a lot: it takes only what is there.
func (t tenant) lotWrite(sub center.SubscriptionID, m center.LotMove, today center.Date) write {
	w := write{name: "lot", verb: update, at: t.lot(sub, m.ExpiresOn, m.EarnedOn, m.Lot), values: item{},
		change: "SET #l = #l + :l, #u = #u + :u, #tk = #tk + :t"}
	w.values.num(":l", m.Available)
	w.values.num(":u", m.Used)
	w.values.num(":t", m.Corrected)
	switch {
	case m.Used > 0: // a redemption
		w.condition = "#l >= :take AND #xo >= :today"
		w.values.num(":take", m.Used)
		w.values.text(":today", today.Compact())
	case m.Used < 0: // its return
		w.condition = "#u >= :take"
		w.values.num(":take", -m.Used)
	default:
		w.condition = "#l >= :take"
		w.values.num(":take", m.Corrected)
	}
	return w
}

// rewardEntryWrite is a line of the ledger. parts name the change it is of.
func (t tenant) rewardEntryWrite(e center.RewardEntry, parts ...string) write {
	at := t.rewardEntry(e.At, append([]string{string(e.Kind)}, parts...)...)
	it := newItem(at, kindLedger)
	it.text(attrEntry, string(e.Kind))
	it.instant(attrAt, e.At)
	it.text(attrOf, shortSubscription(e.Subscription))
	it.text(attrSubscription, e.Number)
	it.text(attrCurrency, string(e.Amount.Currency))
	it.num(attrMinor, e.Amount.Minor)
	it.some(attrCarried, e.Carried.Minor)
	it.text(attrLot, string(e.Lot))
	it.text(attrPeriod, e.Period)
	it.text(attrRedemption, string(e.Redemption))
	it.texts(attrPapers, e.Invoices)
	it.text(attrBy, e.By)
	it.text(attrNote, e.Note)
	return write{name: "ledger", verb: put, at: at, item: it, condition: absent}
}

func readRewardEntry(it item) (center.RewardEntry, error) {
	r := open(it, kindLedger)
	sub, err := longSubscription(r.text(attrOf))
	if err != nil {
		r.fail("names no subscription")
	}
	c := money.Code(r.text(attrCurrency))
	return center.RewardEntry{Kind: center.RewardEntryKind(r.text(attrEntry)), At: r.instant(attrAt), Subscription: sub, Number: r.text(attrSubscription),
		Amount: r.money(attrMinor, c), Carried: r.money(attrCarried, c), Lot: center.LotID(r.text(attrLot)), Period: r.text(attrPeriod),
		Redemption: center.RedemptionID(r.text(attrRedemption)), Invoices: r.texts(attrPapers), By: r.text(attrBy), Note: r.text(attrNote)}, r.err
}

// rewardUse and lotDraw are how the parts of a redemption stand in an item:
// minor units of its currencies.
type rewardUse struct {
	Invoice center.InvoiceID `json:"i"`
	Number  string           `json:"n"`
	Issued  center.Date      `json:"d"`
	Total   int64            `json:"t"`
	Amount  int64            `json:"a"`
}

type lotDraw struct {
	Lot     center.LotID `json:"l"`
	Earned  center.Date  `json:"e"`
	Expires center.Date  `json:"x"`
	Amount  int64        `json:"a"`
}

// redemptionItem is a redemption, which must add up.
func (t tenant) redemptionItem(d center.Redemption) (item, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	it := newItem(t.redemption(d.ID), kindRedemption)
	it.text(attrID, string(d.ID))
	it.text(attrOf, shortSubscription(d.Subscription))
	it.text(attrSubscription, d.Number)
	it.text(attrState, string(d.State))
	it.text(attrCurrency, string(d.Amount.Currency))
	it.num(attrMinor, d.Amount.Minor)
	it.text(attrBaseCurrency, string(d.Base.Currency))
	it.num(attrBase, d.Base.Minor)
	it.text(attrExchange, d.FX.String())
	uses := make([]rewardUse, len(d.Uses))
	for i, u := range d.Uses {
		uses[i] = rewardUse{u.Invoice, u.Number, u.IssuedOn, u.Total.Minor, u.Amount.Minor}
	}
	it.json(attrUses, uses)
	draws := make([]lotDraw, len(d.Draws))
	for i, w := range d.Draws {
		draws[i] = lotDraw{w.Lot, w.EarnedOn, w.ExpiresOn, w.Amount}
	}
	it.json(attrDraws, draws)
	it.text(attrPaymentOf, string(d.Payment))
	it.text(attrByID, string(d.By))
	it.text(attrBy, d.ByName)
	it.text(attrByEmail, d.ByEmail)
	it.text(attrLocale, d.Locale)
	it.text(attrPrint, d.Request)
	it.instant(attrCreatedAt, d.CreatedAt)
	it.instant(attrEndedAt, d.EndedAt)
	it.text(attrReason, d.Reason)
	it.num(attrVersion, int64(d.Version))
	return it, nil
}

// readRedemption reads a redemption and refuses one that does not add up.
func readRedemption(account center.AccountID, it item) (center.Redemption, error) {
	r := open(it, kindRedemption)
	c, base := money.Code(r.text(attrCurrency)), money.Code(r.text(attrBaseCurrency))
	sub, err := longSubscription(r.text(attrOf))
	if err != nil {
		r.fail("names no subscription")
	}
	fx, ok := center.ParseFX(r.text(attrExchange))
	if !ok {
		r.fail("has no rate")
	}
	d := center.Redemption{ID: center.RedemptionID(r.text(attrID)), Account: account, Subscription: sub, Number: r.text(attrSubscription),
		State: center.RedemptionState(r.text(attrState)), Amount: r.money(attrMinor, c), Base: r.money(attrBase, base), FX: fx,
		Payment: center.PaymentID(r.text(attrPaymentOf)), By: center.ContactID(r.text(attrByID)), ByName: r.text(attrBy), ByEmail: r.text(attrByEmail),
		Locale: r.text(attrLocale), Request: r.text(attrPrint), CreatedAt: r.instant(attrCreatedAt), EndedAt: r.instant(attrEndedAt),
		Reason: r.text(attrReason), Version: int(r.num(attrVersion))}
	if it.key() != tenantOf(account).redemption(d.ID) {
		r.fail("is not the redemption asked for")
	}
	var uses []rewardUse
	r.json(attrUses, &uses)
	for _, u := range uses {
		d.Uses = append(d.Uses, center.RewardUse{Invoice: u.Invoice, Number: u.Number, IssuedOn: u.Issued,
			Total: money.Money{Minor: u.Total, Currency: c}, Amount: money.Money{Minor: u.Amount, Currency: c}})
	}
	var draws []lotDraw
	r.json(attrDraws, &draws)
	for _, w := range draws {
		d.Draws = append(d.Draws, center.LotDraw{Lot: w.Lot, EarnedOn: w.Earned, ExpiresOn: w.Expires, Amount: w.Amount})
	}
	if r.err == nil {
		r.err = d.Check()
	}
	return d, r.err
}

// underWayWrite notes that a redemption holds rewards while its payment is in
// flight.
func (t tenant) underWayWrite(d center.Redemption) write {
	it := newItem(t.underWay(d.ID), kindUnderWay)
	it.text(attrOf, shortSubscription(d.Subscription))
	it.text(attrCurrency, string(d.Base.Currency))
	it.num(attrMinor, d.Base.Minor)
	it.text(attrPaymentOf, string(d.Payment))
	it.instant(attrAt, d.CreatedAt)
	return write{name: "under way", verb: put, at: it.key(), item: it, condition: absent}
}

func (t tenant) landed(d center.Redemption) write {
	return write{name: "under way", verb: remove, at: t.underWay(d.ID), condition: present}
}

// endOf is the redemption as it ends.
func endOf(d center.Redemption, state center.RedemptionState, reason string, at time.Time) center.Redemption {
	d.State, d.EndedAt, d.Reason = state, at, reason
	d.Version++
	return d
}
