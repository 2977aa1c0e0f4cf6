package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

const confirmed = `,"confirm":"OMAR@najd.example"`

// Papers as they were issued, and the log until a command takes her out of it.
var left = []string{"d1", "o1", "z1"}

func TestAPersonIsErasedAndTheBooksStand(t *testing.T) {
	l := newLife(t)
	before, books := l.tell(string(omar), omarName), l.books()
	would, _, _ := l.erase(omar, "")
	if after := l.tell(string(omar), omarName); !slices.Equal(before, after) {
		t.Fatalf("a dry run changed something: %s", cmp.Diff(before, after))
	}
	gone, kept, problem := l.erase(omar, confirmed)
	if problem != "" {
		t.Fatal(problem)
	}
	if diff := cmp.Diff(would, gone); diff != "" {
		t.Errorf("a dry run told otherwise: %s", diff)
	}
	for _, kind := range []store.HeldKind{store.HeldMembership, store.HeldGrant, store.HeldSession, store.HeldInvitation, store.HeldReview, store.HeldCalendar,
		store.HeldMention, store.HeldRecipient, store.HeldAnswer, store.HeldListing, store.HeldOrder, store.HeldPayment, store.HeldRenewal, store.HeldRedeemer,
		store.HeldRedemption, store.HeldDispute, store.HeldLetter, store.HeldEntrance} {
		if gone[string(kind)] == 0 {
			t.Errorf("nothing of kind %s was there to erase", kind)
		}
	}
	if kept["audit_entry"] == 0 || kept["named_on_order"] != 3 {
		t.Errorf("kept %v", kept)
	}
	after := l.tell(string(omar), omarName)
	if !slices.Equal(kinds(after), left) {
		t.Errorf("left are %s", strings.Join(after, "\n"))
	}
	if diff := cmp.Diff(books, l.books()); diff != "" {
		t.Errorf("the books differ: %s", diff)
	}
	if again, _, problem := l.erase(omar, confirmed); len(again) != 0 || problem != "" {
		t.Errorf("again: %v %s", again, problem)
	}
	for _, account := range []string{functiontest.Najd, functiontest.Gulf} {
		l.leavesTheLog(account)
	}
	papers := l.tell(string(omar), omarName)
	if want := []string{"d1", "o1"}; !slices.Equal(kinds(papers), want) || len(papers) != 4 { // an invoice and three orders
		t.Errorf("left are %s", strings.Join(papers, "\n"))
	}
}

// leavesTheLog does what make erase-audit does, and verifies the log.
func (l *life) leavesTheLog(account string) {
	l.t.Helper()
	everywhere := l.Store.Everywhere("a test")
	x := store.Erasure{Account: center.AccountIDOf(account), Email: string(omar), Names: []string{omarName}, By: string(functiontest.Desk), Reason: "She asked."}
	_, err := everywhere.RedactAudit(l.t.Context(), x)
	l.must(err)
	c, err := everywhere.CheckAudit(l.t.Context(), x.Account, 0)
	if err != nil || len(c.Faults) > 0 {
		l.t.Errorf("%+v %v", c, err)
	}
}

// Whoever was erased enters nowhere from that moment on, and mail to her stops.
func TestWhoIsErasedIsOut(t *testing.T) {
	l := newLife(t)
	cookie := l.Cookie(t, omar)
	if _, _, problem := l.erase(omar, confirmed); problem != "" {
		t.Fatal(problem)
	}
	m, err := l.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(omar)))
	if err != nil || m.Contact.Email != "" || m.Contact.Name != "" || len(m.Contact.Grants)+len(m.Sessions) != 0 || m.Contact.Active || cookie == "" {
		t.Errorf("%+v %v", m, err)
	}
	if entrances, err := l.Store.AccountsOf(t.Context(), string(omar)); err != nil || len(entrances) != 0 {
		t.Errorf("%v %v", entrances, err)
	}
	letter, err := l.Store.Letter(t.Context(), "waits0")
	if err != nil || letter.State != center.LetterSkipped || letter.To != "" {
		t.Errorf("%+v %v", letter, err)
	}
	other, err := l.Store.Letter(t.Context(), "waits1")
	if err != nil || other.State != center.LetterPending || other.Params["by"] != center.Erased || other.Params["change"] == "" {
		t.Errorf("%+v %v", other, err)
	}
}

// All that is held on a person, and nothing of anybody else: no other address,
// nothing of an account beyond what names her.
func TestWhatIsHeldIsHersAlone(t *testing.T) {
	l := newLife(t)
	routes, cursor := routesOf(l.World), ""
	kinds := map[string]int{}
	for {
		resp := l.Ask(t, routes, functiontest.Desk, "POST /v1/operator/people/held", "", `{"email":"`+string(omar)+`","cursor":"`+cursor+`"}`)
		var page struct {
			Items []struct {
				Kind  string
				Facts map[string]string
			}
			Next string
		}
		l.must(json.Unmarshal([]byte(resp.Body), &page))
		for _, it := range page.Items {
			kinds[it.Kind]++
		}
		rest := strings.ReplaceAll(resp.Body, string(omar), "")
		if strings.Contains(rest, "@") || strings.Contains(rest, functiontest.Canary) || strings.Contains(rest, "نورة") {
			t.Errorf("somebody else shows: %s", resp.Body)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(kinds) != 19 {
		t.Errorf("%d kinds: %v", len(kinds), kinds)
	}
}

// The last primary contact is not erased before another one is named, who then
// is primary.
func TestTheLastPrimaryNeedsAnHeir(t *testing.T) {
	l := &life{functiontest.New(t), t, nil}
	l.Cookie(t, functiontest.Desk)
	_, _, problem := l.erase(functiontest.Primary, `,"confirm":"noura@najd.example"`)
	if !strings.Contains(problem, "last-primary") || !strings.Contains(problem, "Name who is to be primary there instead") {
		t.Errorf("%s", problem)
	}
	m, err := l.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Primary)))
	if err != nil || !m.Contact.IsPrimary() || m.Contact.Email == "" {
		t.Errorf("%+v %v", m, err)
	}
	heir := `,"heirs":[{"account":"` + string(center.AccountIDOf(functiontest.Najd)) + `","email":"huda@najd.example"}]`
	if _, _, problem := l.erase(functiontest.Primary, `,"confirm":"noura@najd.example"`+heir); problem != "" {
		t.Fatal(problem)
	}
	h, err := l.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Executive)))
	if err != nil || !h.Contact.IsPrimary() {
		t.Errorf("%+v %v", h, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	l := &life{functiontest.New(t), t, nil}
	l.Cookie(t, functiontest.Desk)
	if _, _, problem := l.erase(functiontest.Desk, `,"confirm":"desk@vendor.example"`); !strings.Contains(problem, "person-is-operator") {
		t.Error(problem)
	}
	routes := routesOf(l.World)
	for name, body := range map[string]string{
		"nobody":                `{"email":" ","reason":"x"}`,
		"no reason":             `{"email":"omar@najd.example","reason":" "}`,
		"another address":       `{"email":"omar@najd.example","reason":"x","confirm":"huda@najd.example"}`,
		"her own heir":          `{"email":"omar@najd.example","reason":"x","heirs":[{"account":"operators","email":"Omar@najd.example"}]}`,
		"a cursor that is none": `{"email":"omar@najd.example","reason":"x","cursor":"` + strings.Repeat("x", 700) + `"}`,
	} {
		if resp := l.Ask(t, routes, functiontest.Desk, "POST /v1/operator/people/erase", "", body); resp.StatusCode != 422 {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Body)
		}
	}
	l.Pass(11 * time.Minute)
	functiontest.Wants(t, l.Ask(t, routes, functiontest.Desk, "POST /v1/operator/people/held", "", `{"email":"omar@najd.example"}`), 403, "fresh-code-needed")
}

// A later order is a reason of its own to let her in again; the same papers
// are not.
func TestWhoWasErasedMayBeNamedAnew(t *testing.T) {
	l := newLife(t)
	if _, _, problem := l.erase(omar, confirmed); problem != "" {
		t.Fatal(problem)
	}
	contact := center.ContactRecord{Account: functiontest.Najd, Email: string(omar), Name: omarName, Type: center.ContactPayables}
	results, err := l.Store.Everywhere("a test").Book(t.Context(), store.Booking{Import: store.NewImportID(l.Now()), By: string(functiontest.Desk)},
		[]store.Booked{{Record: center.Record{Kind: center.KindContact, Number: "x", Contact: &contact}, Fingerprint: strings.Repeat("8", 64)}})
	if err != nil || results[0].Result != center.ResultUnchanged {
		t.Errorf("the vendor's own list lets her in again: %+v %v", results, err)
	}
	l.Book(t, center.Record{Kind: center.KindOrder, Number: "PO-601", Order: &center.Order{Kind: center.KindOrder, Number: "PO-601", IssueDate: "2026-11-20",
		Currency: "USD", CustomerKey: functiontest.Najd, Seller: functiontest.Vendor, Buyer: center.Party{Name: "Najd"},
		Contacts: []center.OrderContact{{Email: string(omar), Name: "O. Saleh", Role: center.RoleFinancial}},
		Lines:    []center.Line{{ID: "1", Name: "Rack", Quantity: "1", Net: "10.00"}}, Totals: center.Totals{Payable: "10.00"}}})
	m, err := l.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(omar)))
	if err != nil || !m.Contact.Active || m.Contact.Email != string(omar) || m.Contact.Name != "O. Saleh" || len(m.Contact.Grants) != 1 {
		t.Errorf("%+v %v", m.Contact, err)
	}
	if entrances, err := l.Store.AccountsOf(t.Context(), string(omar)); err != nil || len(entrances) != 1 {
		t.Errorf("%v %v", entrances, err)
	}
}
