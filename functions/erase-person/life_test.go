package main

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/paying"
	"customercenter/shared/store"
)

// Omar is who is erased; a name of his that nobody else bears.
const (
	omar     = functiontest.Payables
	omarName = "Omar Saleh"
)

// life is a world in which Omar left a trace in every place there is.
type life struct {
	*functiontest.World
	t *testing.T
	p *functiontest.Processor
}

func newLife(t *testing.T) *life {
	w := functiontest.New(t)
	w.Contracts(t)
	l := &life{w, t, w.Processor(t)}
	w.Cookie(t, omar)
	w.Cookie(t, functiontest.Desk)
	w.Change(t, functiontest.Primary, omar, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
		return a.Turn(c, center.ContactPrimary, w.Now())
	})
	l.booked()
	l.paid()
	l.acted()
	l.rewards()
	l.mailed()
	return l
}

func (l *life) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// booked are papers that name him: an order of his account, one of another
// account where goods are delivered to him, and another account's invoice.
func (l *life) booked() {
	named := func(account, number string, role center.ContactRole) center.Record {
		return center.Record{Kind: center.KindOrder, Number: number, Order: &center.Order{Kind: center.KindOrder, Number: number, IssueDate: "2026-10-01",
			Currency: "USD", CustomerKey: account, Seller: functiontest.Vendor, Buyer: center.Party{Name: "Buyer of " + account},
			Contacts: []center.OrderContact{{Email: string(omar), Name: omarName, Role: role}},
			Lines:    []center.Line{{ID: "1", Name: "Rack", Quantity: "1", Net: "10.00"}}, Totals: center.Totals{Payable: "10.00"},
			Source: center.Source{Format: "jsonl", File: "life.jsonl"}}}
	}
	bill := functiontest.Bill("INV-OMAR", "2026-10-05", "2026-11-05", "USD", "10.00")
	bill.Document.CustomerKey, bill.Document.Customer = functiontest.Gulf, center.Party{Name: functiontest.Canary, Contact: omarName, Emails: []string{string(omar)}}
	l.Book(l.t, named(functiontest.Najd, "PO-501", center.RoleFinancial), named(functiontest.Najd, "PO-502", center.RoleOrdering),
		named(functiontest.Gulf, "PO-503", center.RoleDelivery), bill,
		functiontest.Bill("INV-9001", "2026-11-01", "2026-12-01", "USD", "80.00"), functiontest.Bill("INV-9002", "2026-11-02", "2026-12-02", "USD", "70.00"),
		functiontest.CreditNote("CN-9", "2026-11-01", "USD", "20.00"))
}

func id(number string) center.InvoiceID {
	return functiontest.InvoiceID(functiontest.Najd, center.KindInvoice, number)
}

// paid are payments of his: one with credit that succeeded, one that waits for
// him at the processor's page.
func (l *life) paid() {
	actor := l.Actor(l.t, omar)
	account := l.Store.In(actor)
	heads, err := account.Payables(l.t.Context(), []center.InvoiceID{id("INV-9001")})
	l.must(err)
	credits, err := account.Credits(l.t.Context())
	l.must(err)
	planned, _ := center.PlanPayments([]center.Asked{{Invoice: id("INV-9001")}}, heads, credits, func(money.Code) int64 { return 1 })
	_, err = l.p.Desk(l.Store).Pay(l.t.Context(), actor, paying.Order{Key: "with-credit", Request: "r", Planned: planned[0],
		Method: l.p.Store(functiontest.Primary, functiontest.CardGood).ID, Locale: "en"})
	l.must(err)
	l.p.Pay(omar, "at the page", "", id("INV-9002"))
}

// acted is what he did, and what was done to him, beside paying.
func (l *life) acted() {
	ctx, actor := l.t.Context(), l.Actor(l.t, omar)
	account := l.Store.In(actor)
	guest := functiontest.Person("guest@najd.example")
	l.Invite(l.t, omar, guest, center.Grant{Type: center.ContactExecutive})
	joined, _ := l.Invite(l.t, omar, "joined@najd.example", center.Grant{Type: center.ContactExecutive})
	_, err := l.Store.Accept(ctx, joined.Account, joined.ID, joined.Generation)
	l.must(err)
	gulf := functiontest.Stranger
	l.Invite(l.t, gulf, omar, center.Grant{Type: center.ContactExecutive})
	_, err = account.OpenDispute(ctx, center.Dispute{ID: center.DisputeIDOf(actor.Account, actor.Contact, id("INV-1002"), "k"), Invoice: id("INV-1002"),
		Reason: center.DisputeReasons[0], Text: "Not as ordered.", Amount: money.Money{Minor: 100, Currency: "SAR"}, By: actor.Contact, ByName: actor.Name, At: l.Now()})
	l.must(err)
	_, err = account.SetCalendar(ctx, "a-token-that-he-alone-knows")
	l.must(err)
	_, err = l.Store.In(l.Actor(l.t, functiontest.Primary)).SetBillingProfile(ctx, center.BillingProfile{LegalName: "Najd",
		Recipients: center.Recipients{Invoices: []string{"all@najd.example", string(omar)}, Receipts: []string{string(omar)}}})
	l.must(err)
	_, err = account.Remember(ctx, "POST /v1/invitations", "key", []byte("body"), []byte(`{"by":"`+string(omar)+`"}`))
	l.must(err)
	l.Offer(l.t)
	contract, renewal := l.Renewal(functiontest.Najd, "CT-9", "R-9")
	r, err := account.Renewal(ctx, contract, renewal, false)
	l.must(err)
	_, err = account.AnswerRenewal(ctx, r, center.RenewalAnswer{Kind: center.AnswerDeclined, Reason: "Too much.", By: actor.Contact, ByName: actor.Name, At: l.Now()})
	l.must(err)
}

// rewards are items as the table holds them: he may redeem for a subscription,
// and did.
func (l *life) rewards() {
	w, sub := "W#"+short(string(center.AccountIDOf(functiontest.Najd))), short(strings.TrimPrefix(string(center.SubscriptionIDOf(center.AccountIDOf(functiontest.Najd), "SUB-9")), "sub_"))
	hash := sha256.Sum256([]byte(omar))
	s := func(v string) map[string]string { return map[string]string{"S": v} }
	for _, it := range []map[string]any{
		{"pk": s(w), "sk": s("B#" + sub), "k": s("wb1")},
		{"pk": s(w), "sk": s("X#" + sub + "#" + base64.RawURLEncoding.EncodeToString(hash[:24])), "k": s("wx1"), "sn": s("SUB-9"), "em": s(string(omar)), "na": s(omarName)},
		{"pk": s(w), "sk": s("R#" + short("00000000000000000000000000000009")), "k": s("wr1"), "bi": s(functiontest.ContactID(omar)), "by": s(omarName), "be": s(string(omar)),
			"id": s("red_00000000000000000000000000000009"), "ue": s(`[{"i":"` + string(id("INV-1002")) + `"}]`), "n": map[string]string{"N": "1"}},
		{"pk": s("I#" + strings.TrimPrefix(w, "W#") + "#" + short(strings.TrimPrefix(string(id("INV-1002")), "inv_"))), "sk": s("W#" + short("00000000000000000000000000000009")),
			"k": s("e1"), "ev": s("rewards"), "by": s(omarName)},
		{"pk": s(w), "sk": s("X#" + sub + "#another"), "k": s("wx1"), "sn": s("SUB-9"), "em": s("guest@najd.example"), "by": s(omarName)},
		{"pk": s(w), "sk": s("E#2026"), "k": s("we1"), "rd": s("red_00000000000000000000000000000009"), "by": s(omarName)},
	} {
		raw, err := json.Marshal(it)
		l.must(err)
		l.Cloud.Put(l.t, raw)
	}
}

// short is an id as keys carry it.
func short(id string) string {
	raw, _ := hex.DecodeString(id)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// mailed sends all letters but three: one to him and one that tells of him wait.
func (l *life) mailed() {
	ctx := l.t.Context()
	for _, it := range l.items() {
		letter, ok := store.LetterKey(it.text("pk"))
		if !ok || it.text("st") != "PENDING" {
			continue
		}
		_, _, err := l.Store.ClaimLetter(ctx, letter, "mailer")
		l.must(err)
		l.must(l.Store.LetterSent(ctx, letter, "mailer", "m-"+letter))
	}
	for n, waits := range []center.Letter{
		{To: string(omar), Name: omarName, Params: map[string]string{"by": "desk"}},
		{To: string(functiontest.Primary), Params: map[string]string{"by": omarName, "email": string(omar), "change": "contact-left"}},
	} {
		waits.ID, waits.Kind, waits.CreatedAt = fmt.Sprintf("waits%d", n), center.LetterAccessChanged, l.Now()
		l.must(l.Store.PutLetter(ctx, waits))
		_, _, err := l.Store.ClaimLetter(ctx, waits.ID, "mailer")
		l.must(err)
		l.must(l.Store.LetterPostponed(ctx, waits.ID, "mailer", l.Now().Add(time.Hour)))
	}
}

// thing is an item of the table, with all text in it in plain.
type thing struct {
	attrs map[string]map[string]any
	plain string
}

func (it thing) text(name string) string { s, _ := it.attrs[name]["S"].(string); return s }

// items are all items, with what is compressed in them unpacked.
func (l *life) items() (all []thing) {
	for _, raw := range l.Cloud.Items(l.t) {
		it := thing{plain: string(raw)}
		l.must(json.Unmarshal(raw, &it.attrs))
		for _, value := range it.attrs {
			packed, ok := value["B"].(string)
			if !ok {
				continue
			}
			data, err := base64.StdEncoding.DecodeString(packed)
			l.must(err)
			plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(data)))
			if err != nil {
				plain = data
			}
			it.plain += string(plain)
		}
		all = append(all, it)
	}
	return all
}

// tell are the places of items that tell of a person, as kind and key.
func (l *life) tell(words ...string) (places []string) {
	for _, it := range l.items() {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(it.plain), strings.ToLower(w)) }) {
			places = append(places, it.text("k")+" "+it.text("pk")+" "+it.text("sk"))
		}
	}
	return places
}

// kinds are those of places, each once, in order.
func kinds(places []string) []string {
	var out []string
	for _, p := range places {
		kind, _, _ := strings.Cut(p, " ")
		out = append(out, kind)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// books are all items that hold money, to the byte, but for who paid, and all
// that an export tells of papers.
func (l *life) books() (lines []string) {
	money := map[string]bool{"i1": true, "r1": true, "d1": true, "t1": true, "ts1": true, "tz1": true, "tc1": true, "k1": true, "e1": true, "p1": true, "pr1": true, "wr1": true, "we1": true}
	for _, it := range l.items() {
		if !money[it.text("k")] {
			continue
		}
		for _, who := range []string{"by", "be", "lo", "v", "n"} {
			if it.text("k") == "i1" || it.text("k") == "d1" {
				break
			}
			delete(it.attrs, who)
		}
		raw, err := json.Marshal(it.attrs)
		l.must(err)
		lines = append(lines, string(raw))
	}
	for _, account := range []string{functiontest.Najd, functiontest.Gulf} {
		part, err := l.Store.Everywhere("a test").Export(l.t.Context(), center.AccountIDOf(account), "")
		l.must(err)
		for _, r := range part.Records {
			if r.Document != nil {
				raw, err := json.Marshal(r.Document)
				l.must(err)
				lines = append(lines, string(raw))
			}
		}
	}
	return lines
}

// erase asks for all pages, as the operators' page does.
func (l *life) erase(person functiontest.Person, more string) (gone map[string]int, kept map[string]int, problem string) {
	gone, kept = map[string]int{}, map[string]int{}
	routes, cursor := routesOf(l.World), ""
	for {
		resp := l.Ask(l.t, routes, functiontest.Desk, "POST /v1/operator/people/erase", "", fmt.Sprintf(`{"email":%q,"reason":"She asked for it.","cursor":%q%s}`, person, cursor, more))
		var page struct {
			Gone, Kept []struct {
				Kind  string
				Count int
			}
			Next, Detail, Type string
		}
		l.must(json.Unmarshal([]byte(resp.Body), &page))
		if resp.StatusCode != 200 {
			return gone, kept, page.Type + " " + page.Detail
		}
		for _, c := range page.Gone {
			gone[c.Kind] += c.Count
		}
		for _, c := range page.Kept {
			kept[c.Kind] += c.Count
		}
		if cursor = page.Next; cursor == "" {
			return gone, kept, ""
		}
	}
}
