package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// key is the place of one item. Keys are made in this file only; those of an
// account's items carry the account, which comes from a session or from an
// operator's booking, never from input.
type key struct{ pk, sk string }

// The first parts of partition keys. Policies name them (dynamodb:LeadingKeys).
const (
	prefixAccount   = "A#"
	prefixInvoice   = "I#"
	prefixList      = "L#"
	prefixIdentity  = "N#"
	prefixSearch    = "F#"
	prefixOrder     = "O#"
	prefixRecord    = "C#"
	prefixAudit     = "Z#"
	prefixAddress   = "U#"
	prefixChallenge = "CH#"
	prefixRate      = "RB#"
	prefixLetter    = "M#"
	prefixEnclosure = "E#"
	prefixMailing   = "MG#"
	prefixReport    = "J#"
	prefixDirectory = "X#"
	prefixPayment   = "P#"
	prefixNotice    = "EVT#"
	prefixCalendar  = "CA#"
	prefixContent   = "AT#" // of attachments: apart from the paper, whose page is one Query
	prefixRewards   = "W#"
	prefixDue       = "R#" // of index due
	prefixReminder  = "R#" // of the table
	prefixWork      = "Q#" // of index work
)

// The first parts of sort keys within their partitions.
const (
	sortHead     = "H"
	sortDocument = "D"
	sortProfile  = "PROFILE"
	sortMember   = "M#"
	sortReview   = "R#"
	sortInvite   = "V#"
	sortOnce     = "ONCE#"
	sortPayment  = "P#"
	sortCredit   = "C#"
	sortPart     = "P#"

	sortUnsettled = "U#"
	sortSubmitted = "S#"
	sortClosed    = "Z#"
	sortCredits   = "N#"
	sortOrder     = "O#"
	sortTotal     = "T#"

	sortOpenCredit = "K#"
	sortPending    = "Q#"
	sortPaymentRow = "Y#"
	sortStuck      = "B#"
	sortWallet     = "W#"
	sortReach      = "R"
	sortDispute    = "Q#" // of an invoice
	sortAttachment = "A#"
	sortHeld       = "H" // of an identity
	sortDay        = "D#"
	sortDunning    = "D#" // before sortMember: one Query reads both

	sortEvent  = "E#"
	sortPerson = "X#"
	sortLink   = "chain#"
	sortMark   = "of#"

	sortContract     = "C#"
	sortSubscription = "S#" // of a contract
	sortPlan         = "G#" // of a subscription in a list
	sortRenewal      = "R#"
	sortScheduled    = "N#" // of records
	sortCalendar     = "CAL#"
	sortBilling      = "BILLING"
	sortUnderPO      = "PO#"

	sortPurse      = "B#" // of rewards
	sortLot        = "G#"
	sortLedger     = "E#"
	sortRedemption = "R#"
	sortUnderWay   = "Q#" // redemptions whose payment is in flight
	sortRedeemer   = "X#"
	sortCode       = "K#"
	sortProducts   = "D#" // of a lot
	sortNotice     = "N#" // of rewards that end, or were earned
	sortRewardUse  = "W#" // of an invoice

	// sortEnd is behind every key that starts with what it is put to.
	sortEnd = "\U0010FFFF"
)

// Shards spread what would otherwise meet in one partition or one item.
const (
	directoryShards = 16
	dueShards       = 64
	reviewShards    = 4
	totalShards     = 8
	paymentShards   = 4
	renewalShards   = 16
	methodShards    = 4
	letterShards    = 4
	disputeShards   = 4
	rewardShards    = 4
)

// shape is one line of docs/access-patterns.md: what stands where.
type shape struct{ what, pk, sk string }

// shapes lists every kind of key; a test holds the page and the functions
// below against it.
var shapes = []shape{
	{"invoice head", "I#acc#inv", "H"},
	{"document", "I#acc#inv", "D"},
	{"document, further part", "I#acc#inv", "D#nnnn"},
	{"payment of an invoice", "I#acc#inv", "P#pay"},
	{"refund of a payment of an invoice", "I#acc#inv", "P#pay#r#total"},
	{"credit between two papers", "I#acc#inv", "C#inv#n"},
	{"dispute of an invoice", "I#acc#inv", "Q#id"},
	{"attachment", "I#acc#inv", "A#n"},
	{"content of an attachment", "AT#acc#inv", "n#nnnn"},
	{"what a paper said of an invoice", "I#acc#inv", "E#date#hash"},
	{"list row, unsettled", "L#acc", "U#due#inv"},
	{"list row, submitted", "L#acc", "S#due#inv"},
	{"list row, closed", "L#acc", "Z#closed#inv"},
	{"list row, credit note", "L#acc", "N#issued#inv"},
	{"list row, order", "L#acc", "O#date#ord"},
	{"credit with something left", "L#acc", "K#issued#inv"},
	{"order or renewal to be paid", "L#acc", "Q#due#inv"},
	{"payment row", "L#acc", "Y#instant#pay"},
	{"stuck payment", "L#acc", "B#instant#pay"},
	{"day total", "L#acc", "T#duecur"},
	{"submitted total", "L#acc", "T#S#cur#n"},
	{"closed total", "L#acc", "T#Z#cur#n"},
	{"credit total", "L#acc", "T#C#cur#n"},
	{"order a contact is named on", "L#acc#contact", "O#date#ord"},
	{"account", "A#acc", "PROFILE"},
	{"membership", "A#acc", "M#contact"},
	{"review entry", "A#acc", "R#contact"},
	{"once", "A#acc", "ONCE#hash"},
	{"wallet", "A#acc", "W#"},
	{"payment method", "A#acc", "W#method"},
	{"payment", "P#acc#pay", "H"},
	{"notice of the processor", "EVT#id", "-"},
	{"reconciled with the processor", "X#settling", "H"},
	{"document identity", "N#hash", "-"},
	{"search entry", "F#acc", "token#kind#id"},
	{"order", "O#acc#ord", "H"},
	{"event of an order", "O#acc#ord", "E#instant#event"},
	{"person named on an order", "O#acc#ord", "X#role#contact"},
	{"event that waits for its order", "N#hash", "W"},
	{"paper held for an operator", "N#hash", "H"},
	{"other record", "C#acc", "kind#id"},
	{"billing profile", "A#acc", "BILLING"},
	{"accepted under a PO number", "A#acc", "PO#hash"},
	{"calendar of a contact", "A#acc", "CAL#contact"},
	{"calendar address", "CA#hash", "-"},
	{"scheduled invoice", "C#acc", "N#date#hash"},
	{"contract", "C#acc#con", "H"},
	{"subscription", "C#acc#con", "S#sub"},
	{"renewal", "C#acc#con", "R#rnw"},
	{"list row, contract", "L#acc", "C#end#con"},
	{"list row, subscription", "L#acc", "G#end#sub"},
	{"list row, renewal", "L#acc", "R#end#rnw"},
	{"purse of a subscription", "W#acc", "B#sub"},
	{"lot of rewards", "W#acc", "G#sub#end#date#lot"},
	{"products of a lot", "W#acc", "D#lot"},
	{"notice of rewards", "W#acc", "N#ending#date"},
	{"line of the rewards' ledger", "W#acc", "E#instant#hash"},
	{"redemption", "W#acc", "R#red"},
	{"redemption whose payment is in flight", "W#acc", "Q#red"},
	{"redeemer", "W#acc", "X#sub#hash"},
	{"redemption code", "W#acc", "K#sub"},
	{"redemption of an invoice", "I#acc#inv", "W#red"},
	{"return of a redemption of an invoice", "I#acc#inv", "W#red#r"},
	{"exchange rate", "X#fx", "cur#cur"},
	{"invitation", "A#acc", "V#contact"},
	{"audit entry", "Z#acc", "instant#hash"},
	{"audit link", "Z#acc", "chain#nnnnnnnnnnnn"},
	{"audit entry's place in the chain", "Z#acc", "of#instant#hash"},
	{"address", "U#hash", "M#acc"},
	{"order that names an address", "U#hash", "O#acc#ord"},
	{"mail of an address", "U#hash", "R"},
	{"mail of a day", "X#mail", "D#date#n"},
	{"dunning policy", "A#acc", "D#"},
	{"account with steps of its own", "X#dunning", "n#acc"},
	{"account that is sent statements", "X#statements", "n#acc"},
	{"how far reminders are planned", "X#remind", "nn"},
	{"reminder marker", "R#acc", "step#due#inv"},
	{"challenge", "CH#id", "-"},
	{"rate bucket", "RB#hash", "-"},
	{"letter", "M#id", "H"},
	{"statement marker", "R#acc", "statement#date"},
	{"mailing", "MG#id", "H"},
	{"enclosure of letters", "E#id", "nnnn"},
	{"import report, part", "J#id", "P#nnnnnnnnn"},
	{"import directory", "X#imports", "id"},
	{"account directory", "X#shard", "acc"},
}

const idHex = 32 // hex digits of an id of 16 bytes

// short is an id as keys carry it. Ids are 16 bytes in hex, which cost 32; in
// base64 they cost 22, and ten bytes on every key of every row are what lets
// a page of twenty rows be one read unit. What is no such id is set apart by
// a mark that base64 does not use.
func short(id string) string {
	if len(id) == idHex {
		if raw, err := hex.DecodeString(id); err == nil && hex.EncodeToString(raw) == id {
			return base64.RawURLEncoding.EncodeToString(raw)
		}
	}
	return "." + base64.RawURLEncoding.EncodeToString([]byte(id))
}

// long is the inverse of short.
func long(s string) (string, error) {
	text, other := strings.CutPrefix(s, ".")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	switch {
	case err != nil:
		return "", fmt.Errorf("store: %q is no id of a key", s)
	case other:
		return string(raw), nil
	default:
		return hex.EncodeToString(raw), nil
	}
}

const (
	invoicePrefix = "inv_"
	orderPrefix   = "ord_"
	paymentPrefix = "pay_"
)

func shortInvoice(id center.InvoiceID) string {
	return short(strings.TrimPrefix(string(id), invoicePrefix))
}
func shortOrder(id center.OrderID) string { return short(strings.TrimPrefix(string(id), orderPrefix)) }

func shortPayment(id center.PaymentID) string {
	return short(strings.TrimPrefix(string(id), paymentPrefix))
}

func longPayment(s string) (center.PaymentID, error) {
	id, err := long(s)
	return center.PaymentID(paymentPrefix + id), err
}

// isPaymentID tells ids that can exist from anything else a path may carry.
func isPaymentID(id center.PaymentID) bool { return hasIDForm(id, paymentPrefix) }

func longInvoice(s string) (center.InvoiceID, error) {
	id, err := long(s)
	return center.InvoiceID(invoicePrefix + id), err
}

func longOrder(s string) (center.OrderID, error) {
	id, err := long(s)
	return center.OrderID(orderPrefix + id), err
}

// isInvoiceID tells ids that can exist from anything else a path may carry.
func isInvoiceID(id center.InvoiceID) bool { return hasIDForm(id, invoicePrefix) }

// tenant makes the keys of one account.
type tenant struct{ short string }

func tenantOf(account center.AccountID) tenant { return tenant{short(string(account))} }

func (t tenant) pk(prefix string) string { return prefix + t.short }
func (t tenant) invoicePK(id center.InvoiceID) string {
	return t.pk(prefixInvoice) + "#" + shortInvoice(id)
}
func (t tenant) head(id center.InvoiceID) key { return key{t.invoicePK(id), sortHead} }
func (t tenant) profile() key                 { return key{t.pk(prefixAccount), sortProfile} }
func (t tenant) member(c center.ContactID) key {
	return key{t.pk(prefixAccount), sortMember + short(string(c))}
}
func (t tenant) review(c center.ContactID) key {
	return key{t.pk(prefixAccount), sortReview + short(string(c))}
}
func (t tenant) once(hash string) key { return key{t.pk(prefixAccount), sortOnce + hash} }
func (t tenant) order(id center.OrderID) key {
	return key{t.pk(prefixOrder) + "#" + shortOrder(id), sortHead}
}

func shortContract(id center.ContractID) string {
	return short(strings.TrimPrefix(string(id), "con_"))
}

func shortSubscription(id center.SubscriptionID) string {
	return short(strings.TrimPrefix(string(id), "sub_"))
}

func shortRenewal(id center.RenewalID) string { return short(strings.TrimPrefix(string(id), "rnw_")) }

func longContract(s string) (center.ContractID, error) {
	id, err := long(s)
	return center.ContractID("con_" + id), err
}

func longRenewal(s string) (center.RenewalID, error) {
	id, err := long(s)
	return center.RenewalID("rnw_" + id), err
}

// hasIDForm tells ids that can exist from anything else a path may carry.
func hasIDForm[T ~string](id T, prefix string) bool {
	rest, ok := strings.CutPrefix(string(id), prefix)
	return ok && len(short(rest)) == base64.RawURLEncoding.EncodedLen(idHex/2)
}

func (t tenant) calendarOf(c center.ContactID) key {
	return key{t.pk(prefixAccount), sortCalendar + short(string(c))}
}

func (t tenant) billing() key { return key{t.pk(prefixAccount), sortBilling} }

// underPO is what was accepted under a PO number.
func (t tenant) underPO(number string) key {
	return key{t.pk(prefixAccount), sortUnderPO + hashKey(center.FoldNumber(number))}
}

func calendarKey(hash string) key { return key{prefixCalendar + hash, "-"} }

// contractPK is the partition of a contract, which is holder in short.
func (t tenant) contractPK(holder string) string { return t.pk(prefixRecord) + "#" + holder }

func (t tenant) contractRow(end center.Date, holder string) key {
	return key{t.pk(prefixList), sortContract + compact(end) + "#" + holder}
}

func (t tenant) subscriptionRow(end center.Date, id string) key {
	return key{t.pk(prefixList), sortPlan + compact(end) + "#" + id}
}

func (t tenant) renewalRow(end center.Date, id center.RenewalID) key {
	return key{t.pk(prefixList), sortRenewal + compact(end) + "#" + shortRenewal(id)}
}

// renewalPlace is where a renewal stands: with a contract of an account.
type renewalPlace struct {
	account center.AccountID
	holder  string
	id      center.RenewalID
}

func (t tenant) renewal(p renewalPlace) key {
	return key{t.contractPK(p.holder), sortRenewal + shortRenewal(p.id)}
}

// placeOfRenewal is the inverse of tenant.renewal.
func placeOfRenewal(k key) (p renewalPlace, err error) {
	account, holder, _ := strings.Cut(strings.TrimPrefix(k.pk, prefixRecord), "#")
	id, err := long(account)
	if err != nil {
		return p, err
	}
	p.account, p.holder = center.AccountID(id), holder
	p.id, err = longRenewal(strings.TrimPrefix(k.sk, sortRenewal))
	return p, err
}

// scheduled is the place of a scheduled invoice among the account's, by day.
func (t tenant) scheduled(on center.Date, hash string) key {
	return key{t.pk(prefixRecord), sortScheduled + compact(on) + "#" + hash}
}

// renewalIndex is where a renewal stands in index work until its next step.
func renewalIndex(p renewalPlace, day center.Date) (pk, sk string) {
	return renewalWorkPK(shardOf(string(p.id), renewalShards)), compact(day)
}

func renewalWorkPK(shard int) string { return fmt.Sprintf("%srenewal#%d", prefixWork, shard) }

// orderEvent is the place of an event in an order's timeline.
func (t tenant) orderEvent(id center.OrderID, e *center.OrderEvent) key {
	clock := strings.ReplaceAll(e.IssueTime, ":", "")
	return key{t.order(id).pk, sortEvent + compact(e.IssueDate) + "T" + clock + "#" + hashKey(e.Identity())}
}

func (t tenant) orderPerson(id center.OrderID, p OrderPerson) key {
	who := center.ContactIDOf(p.Email)
	if who == "" {
		who = center.ContactID(hashKey("person", p.Email))
	}
	return key{t.order(id).pk, sortPerson + string(p.Role) + "#" + short(string(who))}
}
func (t tenant) record(kind, id string) key { return key{t.pk(prefixRecord), kind + "#" + id} }
func (t tenant) invitation(c center.ContactID) key {
	return key{t.pk(prefixAccount), sortInvite + short(string(c))}
}

// audit is the place of an entry: entries stand in the order of time, and
// parts make the place the change's own.
func (t tenant) audit(at time.Time, parts ...string) key {
	return key{t.pk(prefixAudit), at.UTC().Format(workLayout) + "#" + hashKey(parts...)}
}

// auditLink is the link of the chain with that number, from 1 on.
func (t tenant) auditLink(sequence int64) key {
	return key{t.pk(prefixAudit), fmt.Sprintf("%s%012d", sortLink, sequence)}
}

// auditMark is where an entry's number stands, by the entry's sort key.
func (t tenant) auditMark(sk string) key { return key{t.pk(prefixAudit), sortMark + sk} }
func (t tenant) contactList(c center.ContactID) string {
	return t.pk(prefixList) + "#" + short(string(c))
}

// document is the key of the n-th part of an invoice's document.
func (t tenant) document(id center.InvoiceID, n int) key {
	if n == 0 {
		return key{t.invoicePK(id), sortDocument}
	}
	return key{t.invoicePK(id), fmt.Sprintf("%s#%04d", sortDocument, n)}
}

// credit is the entry on one paper about the other paper of a credit; n tells
// two uses of one credit apart.
func (t tenant) credit(on, other center.InvoiceID, n int) key {
	return key{t.invoicePK(on), fmt.Sprintf("%s%s#%d", sortCredit, shortInvoice(other), n)}
}

// attachment says that the content of a paper's n-th attachment is kept.
func (t tenant) attachment(of center.InvoiceID, n int) key {
	return key{t.invoicePK(of), sortAttachment + strconv.Itoa(n)}
}

// chunk is a part of that content.
func (t tenant) chunk(of center.InvoiceID, n, part int) key {
	return key{t.pk(prefixContent) + "#" + shortInvoice(of), fmt.Sprintf("%d#%04d", n, part)}
}

// said is what a paper says of an invoice; the same paper says it once.
func (t tenant) said(of center.InvoiceID, n *center.PaperNote) key {
	return key{t.invoicePK(of), sortEvent + compact(n.IssueDate) + "#" + hashKey(string(n.Kind), n.Number)}
}

func (t tenant) dispute(on center.InvoiceID, id center.DisputeID) key {
	return key{t.invoicePK(on), sortDispute + short(strings.TrimPrefix(string(id), "dsp_"))}
}

// paidAt is the entry of a payment that the paper itself tells of.
func (t tenant) paidAt(on center.InvoiceID, day string) key {
	return key{t.invoicePK(on), sortPayment + day}
}

func (t tenant) paymentEntry(on center.InvoiceID, id center.PaymentID) key {
	return key{t.invoicePK(on), sortPayment + shortPayment(id)}
}

// refundEntry is the entry of the refund that brought what was refunded of an
// invoice by a payment to total.
func (t tenant) refundEntry(on center.InvoiceID, id center.PaymentID, total int64) key {
	return key{t.invoicePK(on), fmt.Sprintf("%s%s#r#%d", sortPayment, shortPayment(id), total)}
}

func (t tenant) payment(id center.PaymentID) key {
	return key{t.pk(prefixPayment) + "#" + shortPayment(id), sortHead}
}

func (t tenant) paymentRowKey(p center.Payment) key {
	return key{t.pk(prefixList), sortPaymentRow + p.CreatedAt.UTC().Format(workLayout) + "#" + shortPayment(p.ID)}
}

func (t tenant) stuck(p center.Payment) key {
	return key{t.pk(prefixList), sortStuck + p.EndedAt.UTC().Format(workLayout) + "#" + shortPayment(p.ID)}
}

func (t tenant) openCredit(inv center.Invoice) key {
	return key{t.pk(prefixList), sortOpenCredit + compact(inv.IssuedOn) + "#" + shortInvoice(inv.ID)}
}

func shortLot(id center.LotID) string { return short(strings.TrimPrefix(string(id), "lot_")) }

func shortRedemption(id center.RedemptionID) string {
	return short(strings.TrimPrefix(string(id), redemptionPrefix))
}

const redemptionPrefix = "red_"

// isRedemptionID tells ids that can exist from anything else a path may carry.
func isRedemptionID(id center.RedemptionID) bool { return hasIDForm(id, redemptionPrefix) }

func longRedemption(s string) (center.RedemptionID, error) {
	id, err := long(s)
	return center.RedemptionID(redemptionPrefix + id), err
}

func longSubscription(s string) (center.SubscriptionID, error) {
	id, err := long(s)
	return center.SubscriptionID("sub_" + id), err
}

// isSubscriptionID tells ids that can exist from anything else a path may carry.
func isSubscriptionID(id center.SubscriptionID) bool { return hasIDForm(id, "sub_") }

func (t tenant) purse(sub center.SubscriptionID) key {
	return key{t.pk(prefixRewards), sortPurse + shortSubscription(sub)}
}

// lotsOf begins the keys of a subscription's lots, which stand in the order in
// which they are used.
func lotsOf(sub center.SubscriptionID) string { return sortLot + shortSubscription(sub) + "#" }

func (t tenant) lot(sub center.SubscriptionID, expires, earned center.Date, id center.LotID) key {
	return key{t.pk(prefixRewards), lotsOf(sub) + compact(expires) + "#" + compact(earned) + "#" + shortLot(id)}
}

// lotProducts is the place of what each product earned of a lot.
func (t tenant) lotProducts(id center.LotID) key {
	return key{t.pk(prefixRewards), sortProducts + shortLot(id)}
}

// rewardNotice is the place of what people are to be told of rewards: of a day
// on which some end, or a month that earned.
func (t tenant) rewardNotice(kind noticeKind, of string) key {
	return key{t.pk(prefixRewards), sortNotice + string(kind) + "#" + of}
}

// noticeAt is the inverse of tenant.rewardNotice.
func noticeAt(k key) (account center.AccountID, kind noticeKind, of string, err error) {
	id, err := long(strings.TrimPrefix(k.pk, prefixRewards))
	word, of, _ := strings.Cut(strings.TrimPrefix(k.sk, sortNotice), "#")
	return center.AccountID(id), noticeKind(word), of, err
}

// rewardIndex is where a notice stands in index work until its day.
func (t tenant) rewardIndex(day center.Date) (pk, sk string) {
	return rewardWorkPK(shardOf(t.short, rewardShards)), compact(day)
}

func rewardWorkPK(shard int) string { return fmt.Sprintf("%sreward#%d", prefixWork, shard) }

// subscriptionOfLot reads the subscription out of the sort key of a lot.
func subscriptionOfLot(sk string) (center.SubscriptionID, error) {
	id, _, _ := strings.Cut(strings.TrimPrefix(sk, sortLot), "#")
	return longSubscription(id)
}

// subscriptionOfPurse reads the subscription out of the sort key of a purse.
func subscriptionOfPurse(sk string) (center.SubscriptionID, error) {
	return longSubscription(strings.TrimPrefix(sk, sortPurse))
}

// rewardEntry is the place of a line of the ledger: lines stand in the order of
// time, and parts make the place the change's own.
func (t tenant) rewardEntry(at time.Time, parts ...string) key {
	return key{t.pk(prefixRewards), sortLedger + at.UTC().Format(workLayout) + "#" + hashKey(parts...)}
}

func (t tenant) redemption(id center.RedemptionID) key {
	return key{t.pk(prefixRewards), sortRedemption + shortRedemption(id)}
}

func (t tenant) underWay(id center.RedemptionID) key {
	return key{t.pk(prefixRewards), sortUnderWay + shortRedemption(id)}
}

// redeemersOf begins the keys of who may use a subscription's rewards.
func redeemersOf(sub center.SubscriptionID) string {
	return sortRedeemer + shortSubscription(sub) + "#"
}

func (t tenant) redeemer(sub center.SubscriptionID, email string) key {
	address, _ := center.NormalizeEmail(email)
	return key{t.pk(prefixRewards), redeemersOf(sub) + hashKey(address)}
}

// subscriptionOfRedeemer reads the subscription out of the sort key of a
// redeemer.
func subscriptionOfRedeemer(sk string) (center.SubscriptionID, error) {
	id, _, _ := strings.Cut(strings.TrimPrefix(sk, sortRedeemer), "#")
	return longSubscription(id)
}

func (t tenant) redemptionCode(sub center.SubscriptionID) key {
	return key{t.pk(prefixRewards), sortCode + shortSubscription(sub)}
}

func (t tenant) rewardUse(on center.InvoiceID, id center.RedemptionID) key {
	return key{t.invoicePK(on), sortRewardUse + shortRedemption(id)}
}

func (t tenant) rewardReturn(on center.InvoiceID, id center.RedemptionID) key {
	return key{t.invoicePK(on), sortRewardUse + shortRedemption(id) + "#r"}
}

// ratesPK holds what one unit of a currency is worth in another.
const ratesPK = prefixDirectory + "fx"

func exchangeKey(from, to money.Code) key { return key{ratesPK, string(from) + "#" + string(to)} }

func (t tenant) wallet() key { return key{t.pk(prefixAccount), sortWallet} }
func (t tenant) method(id center.MethodID) key {
	return key{t.pk(prefixAccount), sortWallet + string(id)}
}

// noDate stands where a day is missing: behind all others.
const noDate = "99991231"

func compact(d center.Date) string {
	if c := d.Compact(); c != "" {
		return c
	}
	return noDate
}

// expand is the inverse of compact.
func expand(s string) center.Date {
	if len(s) != len(noDate) || s == noDate {
		return ""
	}
	return center.Date(s[:4] + "-" + s[4:6] + "-" + s[6:])
}

// row is where an invoice stands in its account's list; ok is false for one
// that no list shows.
func (t tenant) row(inv center.Invoice) (k key, ok bool) {
	if inv.Draft || inv.Voided {
		return key{}, false
	}
	segment, day := sortClosed, inv.ClosedOn
	switch {
	case !inv.Kind.IsPaper():
		if inv.Outstanding.Sign() == 0 && inv.Processing.Sign() == 0 {
			return key{}, false
		}
		segment, day = sortPending, inv.DueOn
	case inv.Kind == center.KindCreditNote:
		segment, day = sortCredits, inv.IssuedOn
	case inv.Outstanding.Sign() > 0:
		segment, day = sortUnsettled, inv.DueOn
	case inv.Processing.Sign() > 0:
		segment, day = sortSubmitted, inv.DueOn
	}
	return key{t.pk(prefixList), segment + compact(day) + "#" + shortInvoice(inv.ID)}, true
}

// orderRow is a line of the order list, the account's or a contact's.
func orderRow(pk string, on center.Date, id center.OrderID) key {
	return key{pk, sortOrder + compact(on) + "#" + shortOrder(id)}
}

// rowID reads the id out of the sort key of a list row.
func rowID(sk string) string { return sk[strings.LastIndexByte(sk, '#')+1:] }

// The places of totals.
func (t tenant) dayTotal(due center.Date, currency string) key {
	return key{t.pk(prefixList), sortTotal + compact(due) + currency}
}

// totalOf reads segment or day, and currency, out of the sort key of a total.
func totalOf(sk string) (segment string, currency money.Code) {
	rest := strings.TrimPrefix(sk, sortTotal)
	at := len(noDate)
	if spread := len(totalClosed); len(rest) > spread && rest[spread-1] == '#' {
		at = spread
	}
	if len(rest) < at+currencyLength {
		return "", ""
	}
	return rest[:at], money.Code(rest[at : at+currencyLength])
}

const currencyLength = 3

// spreadTotal is one of the parts of a total that all invoices of a currency
// share; which one hangs on the paper, so that two papers rarely meet.
func (t tenant) spreadTotal(segment, currency string, id center.InvoiceID) key {
	sum := sha256.Sum256([]byte(id))
	return key{t.pk(prefixList), fmt.Sprintf("%s%s%s#%d", sortTotal, segment, currency, sum[0]%totalShards)}
}

// Segments of spread totals.
const (
	totalSubmitted = "S#"
	totalClosed    = "Z#"
	totalCredit    = "C#"
)

// searchKinds are the nouns a search entry may lead to.
const (
	searchInvoice = "I"
	searchOrder   = "O"

	searchContract     = "C"
	searchSubscription = "S"
)

func (t tenant) search(token, kind, id string) key {
	return key{t.pk(prefixSearch), token + "#" + kind + "#" + id}
}

// searchID reads kind and id out of a search entry's sort key.
func searchID(sk string) (kind, id string) {
	rest, id, _ := cutLast(sk, "#")
	_, kind, _ = cutLast(rest, "#")
	return kind, id
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// hashKey is a hash that keys carry in place of text of any length.
func hashKey(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// healthKey is where nothing stands, in a partition of the kind that every
// function which answers people may read.
func healthKey() key                      { return key{prefixAccount + "health", sortProfile} }
func identityKey(identity string) key     { return key{prefixIdentity + hashKey(identity), "-"} }
func waitingEventKey(identity string) key { return key{identityKey(identity).pk, "W"} }
func heldKey(identity string) key         { return key{identityKey(identity).pk, sortHeld} }
func challengeKey(id string) key          { return key{prefixChallenge + id, "-"} }
func rateKey(name string) key             { return key{prefixRate + hashKey(name), "-"} }
func letterKey(id string) key             { return key{prefixLetter + id, sortHead} }
func mailingKey(id string) key            { return key{prefixMailing + id, sortHead} }
func enclosurePK(id string) string        { return prefixEnclosure + id }
func enclosureKey(id string, n int) key   { return key{enclosurePK(id), fmt.Sprintf("%04d", n)} }
func addressPK(email string) string       { return prefixAddress + hashKey(email) }
func reportPK(id string) string           { return prefixReport + id }
func reportPart(id string, at int) key    { return key{reportPK(id), fmt.Sprintf("%s%09d", sortPart, at)} }

func addressKey(email string, account center.AccountID) key {
	return key{addressPK(email), sortMember + short(string(account))}
}

// addressOrder is where an address leads to an order that names it.
func addressOrder(email string, account center.AccountID, id center.OrderID) key {
	return key{addressPK(subjectOf(email).address), sortOrder + short(string(account)) + "#" + shortOrder(id)}
}

// orderOfAddress is the inverse of the sort key of addressOrder.
func orderOfAddress(sk string) (account center.AccountID, id center.OrderID, err error) {
	first, second, _ := strings.Cut(strings.TrimPrefix(sk, sortOrder), "#")
	text, err := long(first)
	if err == nil {
		id, err = longOrder(second)
	}
	return center.AccountID(text), id, err
}

// reachKey is what is known of the mail of an address.
func reachKey(email string) key { return key{addressPK(email), sortReach} }

// healthPK is what became of letters, day by day.
const healthPK = prefixDirectory + "mail"

func mailDayKey(day center.Date, shard int) key {
	return key{healthPK, fmt.Sprintf("%s%s#%d", sortDay, compact(day), shard)}
}

const importsPK = prefixDirectory + "imports"

// dunning is the account's own policy, where it has one.
func (t tenant) dunning() key { return key{t.pk(prefixAccount), sortDunning} }

// ownStepsPK lists the accounts whose steps are their own, by shard of index
// due.
const ownStepsPK = prefixDirectory + "dunning"

func ownStepsShard(shard int) string { return fmt.Sprintf("%d#", shard) }

func ownStepsKey(account center.AccountID) key {
	return key{ownStepsPK, ownStepsShard(shardOf(string(account), dueShards)) + short(string(account))}
}

// monthlyPK lists the accounts that are sent a statement each month, by shard of
// index due.
const monthlyPK = prefixDirectory + "statements"

func monthlyKey(account center.AccountID) key { return key{monthlyPK, ownStepsKey(account).sk} }

// remindPK says of each shard of index due how far reminders are planned.
const remindPK = prefixDirectory + "remind"

func remindKey(shard int) key { return key{remindPK, fmt.Sprintf("%02d", shard)} }

// reminder is the marker of a step of an invoice: who puts it sends.
func (t tenant) reminder(step string, due center.Date, id center.InvoiceID) key {
	return key{t.pk(prefixReminder), step + "#" + compact(due) + "#" + shortInvoice(id)}
}

// statementMarker says that the statement of a period is being mailed.
func (t tenant) statementMarker(from center.Date) key {
	return key{t.pk(prefixReminder), "statement#" + compact(from)}
}

func noticeKey(id string) key { return key{prefixNotice + id, "-"} }

var settlingKey = key{prefixDirectory + "settling", sortHead}

func importKey(id string) key { return key{importsPK, id} }

func directoryPK(shard int) string { return fmt.Sprintf("%s%x", prefixDirectory, shard) }

func directoryKey(account center.AccountID) key {
	return key{directoryPK(shardOf(string(account), directoryShards)), short(string(account))}
}

func shardOf(id string, shards int) int {
	sum := sha256.Sum256([]byte(id))
	return int(sum[0]) % shards
}

// dueIndex is where an unsettled invoice stands in index due.
func dueIndex(inv center.Invoice) (pk, sk string) {
	return duePK(inv.DueOn, shardOf(string(inv.Account), dueShards)), short(string(inv.Account)) + "#" + shortInvoice(inv.ID)
}

func duePK(due center.Date, shard int) string {
	return fmt.Sprintf("%s%s#%d", prefixDue, compact(due), shard)
}

// invoiceOfDue is the inverse of the sort key of index due.
func invoiceOfDue(sk string) (center.AccountID, center.InvoiceID, error) {
	first, second, _ := strings.Cut(sk, "#")
	account, err := long(first)
	if err != nil {
		return "", "", err
	}
	id, err := longInvoice(second)
	return center.AccountID(account), id, err
}

// workLayout writes instants so that texts sort as times do.
const workLayout = "20060102T150405.000Z"

// workStart is before every instant of index work.
const workStart = "0"

func workTime(at time.Time) string { return at.UTC().Format(workLayout) }

// paymentIndex is where a payment that is not final stands in index work.
func paymentIndex(p center.Payment) (pk, sk string) {
	return paymentWorkPK(shardOf(string(p.ID), paymentShards)), workTime(p.LookAt)
}

func paymentWorkPK(shard int) string { return fmt.Sprintf("%spay#%d", prefixWork, shard) }

// paymentOfKey is the inverse of tenant.payment.
func paymentOfKey(pk string) (center.AccountID, center.PaymentID, error) {
	first, second, _ := strings.Cut(strings.TrimPrefix(pk, prefixPayment), "#")
	account, err := long(first)
	if err != nil {
		return "", "", err
	}
	id, err := longPayment(second)
	return center.AccountID(account), id, err
}

// methodIndex is where a method stands in index work until its next warning.
func methodIndex(t tenant, id center.MethodID, day center.Date) (pk, sk string) {
	return methodWorkPK(shardOf(t.short+string(id), methodShards)), compact(day)
}

func methodWorkPK(shard int) string { return fmt.Sprintf("%smethod#%d", prefixWork, shard) }

// letterIndex is where a letter stands in index work that waits to be sent, or
// for word of its sending.
func letterIndex(id string, at time.Time) (pk, sk string) {
	return letterWorkPK(shardOf(id, letterShards)), workTime(at)
}

func letterWorkPK(shard int) string { return fmt.Sprintf("%smail#%d", prefixWork, shard) }

// mailingIndex is where a mailing stands in index work until it is prepared.
func mailingIndex(id string, at time.Time) (pk, sk string) {
	return mailingWorkPK(shardOf(id, letterShards)), workTime(at)
}

func mailingWorkPK(shard int) string { return fmt.Sprintf("%smailing#%d", prefixWork, shard) }

// disputeIndex is where a dispute that nobody has decided stands in index work.
func disputeIndex(d center.Dispute) (pk, sk string) {
	return disputeWorkPK(shardOf(string(d.ID), disputeShards)), workTime(d.At)
}

func disputeWorkPK(shard int) string { return fmt.Sprintf("%sdispute#%d", prefixWork, shard) }

// invoiceOfKey is the inverse of tenant.invoicePK.
func invoiceOfKey(pk string) (center.AccountID, center.InvoiceID, error) {
	return invoiceOfDue(strings.TrimPrefix(pk, prefixInvoice))
}

// reviewIndex is where a contact that waits for an operator stands in index
// work.
func reviewIndex(account center.AccountID, since string) (pk, sk string) {
	return reviewPK(shardOf(string(account), reviewShards)), since
}

// heldWorkPK is where papers stand in index work that look like others.
const heldWorkPK = prefixWork + "near"

func reviewPK(shard int) string { return fmt.Sprintf("%sreview#%d", prefixWork, shard) }

// The indexes and the attribute each is sorted by.
const (
	indexByIssued = "by-issued"
	indexByNumber = "by-number"
	indexByAmount = "by-amount"
	indexWork     = "work"
	indexDue      = "due"

	attrIssued = "is"
	attrNumber = "ns"
	attrAmount = "ms"
)
