package store

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// item is what stands in the table. Attribute names are one or two letters:
// they are stored, and charged, with every item.
type item map[string]types.AttributeValue

// kind says what an item is. Readers refuse an item of another kind, or of a
// schema version they do not know.
type kind string

const (
	kindInvoice    kind = "i"
	kindDocument   kind = "d"
	kindRow        kind = "r"
	kindOrderRow   kind = "or"
	kindDayTotal   kind = "t"
	kindSubmitted  kind = "ts"
	kindClosed     kind = "tz"
	kindCredit     kind = "tc"
	kindEntry      kind = "e"
	kindAttachment kind = "at"
	kindChunk      kind = "ak"
	kindAccount    kind = "a"
	kindMember     kind = "m"
	kindReview     kind = "rv"
	kindHeld       kind = "hd"
	kindOnce       kind = "oc"
	kindIdentity   kind = "n"
	kindSearch     kind = "s"
	kindOrder      kind = "o"
	kindRecord     kind = "c"
	kindAudit      kind = "z"
	kindLink       kind = "zl"
	kindLinkMark   kind = "zm"
	kindInvitation kind = "v"
	kindAddress    kind = "u"
	kindChallenge  kind = "ch"
	kindRate       kind = "rb"
	kindLetter     kind = "l"
	kindEnclosure  kind = "le"
	kindMailing    kind = "lm"
	kindReportPart kind = "j"
	kindReport     kind = "jh"
	kindDirectory  kind = "x"
	kindPayment    kind = "p"
	kindPaymentRow kind = "pr"
	kindStuck      kind = "pb"
	kindOpenCredit kind = "k"
	kindWallet     kind = "w"
	kindMethod     kind = "wm"
	kindNotice     kind = "ev"
	kindSettling   kind = "xs"
	kindOrderEvent kind = "oe"
	kindPerson     kind = "op"
	kindReach      kind = "ur"
	kindNamed      kind = "uo"
	kindHealth     kind = "xm"
	kindDunning    kind = "du"
	kindOwnSteps   kind = "xd"
	kindMonthly    kind = "xt"
	kindPlanned    kind = "xr"
	kindReminder   kind = "rm"
	kindDispute    kind = "dq"

	kindContract     kind = "co"
	kindSubscription kind = "su"
	kindScheduled    kind = "sc"
	kindRenewal      kind = "rn"
	kindContractRow  kind = "cr"
	kindCalendar     kind = "ca"
	kindBilling      kind = "bp"
	kindUnderPO      kind = "up"

	kindPurse      kind = "wb"
	kindLot        kind = "wg"
	kindProducts   kind = "wp"
	kindLedger     kind = "we"
	kindRewardTold kind = "wn"
	kindRedemption kind = "wr"
	kindUnderWay   kind = "wq"
	kindRedeemer   kind = "wx"
	kindCode       kind = "wk"
	kindExchange   kind = "fx"
)

// schemaVersion is the version every item is written with. It stands behind
// the kind, in one attribute.
const schemaVersion = "1"

func (k kind) mark() string { return string(k) + schemaVersion }

// Attributes every item has, or that the table itself acts on.
const (
	attrPK      = "pk"
	attrSK      = "sk"
	attrKind    = "k"
	attrTTL     = "ttl"
	attrVersion = "n" // counts the changes of an item
)

func newItem(at key, k kind) item {
	it := item{}
	it.text(attrPK, at.pk)
	it.text(attrSK, at.sk)
	it.text(attrKind, k.mark())
	return it
}

// text sets a string; the empty one is left out.
func (it item) text(name, value string) {
	if value != "" {
		it[name] = &types.AttributeValueMemberS{Value: value}
	}
}

func (it item) num(name string, value int64) {
	it[name] = &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}

// some sets a number that is not zero.
func (it item) some(name string, value int64) {
	if value != 0 {
		it.num(name, value)
	}
}

func (it item) flag(name string, value bool) {
	if value {
		it[name] = &types.AttributeValueMemberBOOL{Value: true}
	}
}

// truth sets a flag either way, for values of expressions.
func (it item) truth(name string, value bool) {
	it[name] = &types.AttributeValueMemberBOOL{Value: value}
}

func (it item) bytes(name string, value []byte) {
	it[name] = &types.AttributeValueMemberB{Value: value}
}

// instant sets a time in milliseconds; the zero time is left out.
func (it item) instant(name string, at time.Time) {
	if !at.IsZero() {
		it.num(name, at.UnixMilli())
	}
}

func (it item) texts(name string, values []string) {
	if len(values) == 0 {
		return
	}
	list := make([]types.AttributeValue, len(values))
	for i, v := range values {
		list[i] = &types.AttributeValueMemberS{Value: v}
	}
	it[name] = &types.AttributeValueMemberL{Value: list}
}

// list sets a list of texts, also an empty one, for values of expressions.
func (it item) list(name string, values []string) {
	it[name] = &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	it.texts(name, values)
}

// part sets a nested map.
func (it item) part(name string, value item) {
	it[name] = &types.AttributeValueMemberM{Value: value}
}

func (it item) key() key {
	r := reader{it: it}
	return key{r.text(attrPK), r.text(attrSK)}
}

// size is what the item counts for, as the service counts it.
func (it item) size() int {
	n := 0
	for name, v := range it {
		n += len(name) + sizeOf(v)
	}
	return n
}

// Sizes of containers, by the service's documentation.
const (
	containerBytes = 3
	elementBytes   = 1
)

func sizeOf(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return len(v.Value)/2 + 2
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberM:
		n := containerBytes
		for name, e := range v.Value {
			n += len(name) + sizeOf(e) + elementBytes
		}
		return n
	case *types.AttributeValueMemberL:
		n := containerBytes
		for _, e := range v.Value {
			n += sizeOf(e) + elementBytes
		}
		return n
	default:
		return 1
	}
}

// reader takes an item, or a flat one, apart and keeps the first fault.
type reader struct {
	it   item
	flat flatItem // where not nil, what is read
	err  error
}

// open starts to read an item that must be of kind k and a known version.
func open(it item, k kind) *reader {
	r := &reader{it: it}
	r.mustBe(k)
	return r
}

// mustBe refuses an item of another kind or an unknown version.
func (r *reader) mustBe(k kind) {
	if got := r.text(attrKind); got != k.mark() {
		r.fail("is of kind and version %q; this program reads %q", got, k.mark())
	}
}

func (r *reader) key() key { return key{r.text(attrPK), r.text(attrSK)} }

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		at := reader{it: r.it, flat: r.flat, err: errAbsent} // has failed already: a key that is no text must not fail in turn
		r.err = fmt.Errorf("store: item %s %s %s", at.text(attrPK), at.text(attrSK), fmt.Sprintf(format, args...))
	}
}

func (r *reader) has(name string) bool {
	if r.flat != nil {
		_, ok := r.flat.at(name)
		return ok
	}
	_, ok := r.it[name]
	return ok
}

func (r *reader) text(name string) string {
	if r.flat != nil {
		a, ok := r.flat.at(name)
		if ok && a.as != asText {
			r.fail("has no text in %s", name)
			return ""
		}
		return a.value
	}
	switch v := r.it[name].(type) {
	case nil:
		return ""
	case *types.AttributeValueMemberS:
		return v.Value
	default:
		r.fail("has no text in %s", name)
		return ""
	}
}

func (r *reader) num(name string) int64 {
	if r.flat != nil {
		a, ok := r.flat.at(name)
		switch {
		case !ok:
			return 0
		case a.as != asNumber:
			r.fail("has no number in %s", name)
			return 0
		}
		return r.whole(name, a.value)
	}
	switch v := r.it[name].(type) {
	case nil:
		return 0
	case *types.AttributeValueMemberN:
		return r.whole(name, v.Value)
	default:
		r.fail("has no number in %s", name)
		return 0
	}
}

func (r *reader) whole(name, value string) int64 {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		r.fail("has no whole number in %s", name)
	}
	return n
}

func (r *reader) flag(name string) bool {
	if r.flat != nil {
		a, _ := r.flat.at(name)
		return a.as == asFlag && a.value == "true"
	}
	v, ok := r.it[name].(*types.AttributeValueMemberBOOL)
	return ok && v.Value
}

func (r *reader) bytes(name string) []byte {
	v, ok := r.it[name].(*types.AttributeValueMemberB)
	if !ok {
		r.fail("has no bytes in %s", name)
		return nil
	}
	return v.Value
}

func (r *reader) instant(name string) time.Time {
	if !r.has(name) {
		return time.Time{}
	}
	return time.UnixMilli(r.num(name)).UTC()
}

func (r *reader) date(name string) center.Date { return expand(r.text(name)) }

func (r *reader) money(name string, c money.Code) money.Money {
	return money.Money{Minor: r.num(name), Currency: c}
}

func (r *reader) texts(name string) []string {
	var out []string
	for _, v := range r.list(name) {
		s, ok := v.(*types.AttributeValueMemberS)
		if !ok {
			r.fail("has no texts in %s", name)
			return nil
		}
		out = append(out, s.Value)
	}
	return out
}

func (r *reader) list(name string) []types.AttributeValue {
	switch v := r.it[name].(type) {
	case nil:
		return nil
	case *types.AttributeValueMemberL:
		return v.Value
	default:
		r.fail("has no list in %s", name)
		return nil
	}
}

func (r *reader) part(name string) item {
	switch v := r.it[name].(type) {
	case nil:
		return item{}
	case *types.AttributeValueMemberM:
		return v.Value
	default:
		r.fail("has no map in %s", name)
		return item{}
	}
}

// names is an item's attributes in order.
func (it item) names() []string {
	out := make([]string, 0, len(it))
	for name := range it {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
