package center_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	. "customercenter/shared/center"
)

func person(email string, role ContactRole) OrderContact {
	return OrderContact{Email: email, Role: role}
}

// told writes grants and reviews down as "address type[ orders]" and
// "address reason".
func told(grants []ContactGrant, review []ReviewContact) (in, waiting []string) {
	for _, g := range grants {
		line := g.Email + " " + string(g.Grant.Type)
		if g.Grant.Scoped {
			line += " " + string(g.Grant.Orders[0])
		}
		in = append(in, line)
	}
	for _, r := range review {
		waiting = append(waiting, r.Email+" "+string(r.Reason))
	}
	return in, waiting
}

func TestAnOrderLetsInItsPeopleAndNobodyElse(t *testing.T) {
	first, later := OrderBooking{ID: "ord_1", FirstOrder: true}, OrderBooking{ID: "ord_1"}
	seller := Party{Name: "Fine Parts Ltd", VAT: "GB 1", Emails: []string{"sales@parts.example"}}
	for name, c := range map[string]struct {
		booking    OrderBooking
		originator *Party
		contacts   []OrderContact
		in         []string
		waiting    []string
	}{
		"the first payables contact of the first order is primary": {booking: first,
			contacts: []OrderContact{person("buy@c.example", RoleOrdering), person("ap@c.example", RoleFinancial), person("ap2@c.example", RoleFinancial)},
			in:       []string{"buy@c.example purchasing ord_1", "ap@c.example payables", "ap2@c.example payables", "ap@c.example primary"}},
		"else its first purchasing contact": {booking: first,
			contacts: []OrderContact{person("tech@c.example", RoleTechnical), person("buy@c.example", RoleOrdering)},
			in:       []string{"tech@c.example purchasing ord_1", "buy@c.example purchasing ord_1", "tech@c.example primary"}},
		"later orders make nobody primary": {booking: later,
			contacts: []OrderContact{person("ap@c.example", RoleFinancial)},
			in:       []string{"ap@c.example payables"}},
		"seller and delivery get nothing": {booking: first,
			contacts: []OrderContact{person("sales@parts.example", RoleSeller), person("truck@haul.example", RoleDelivery)}},
		"an originator of the seller's domain waits": {booking: first,
			contacts: []OrderContact{person("joe@PARTS.example", RoleTechnical), person("buy@c.example", RoleOrdering)},
			in:       []string{"buy@c.example purchasing ord_1", "buy@c.example primary"}, waiting: []string{"joe@PARTS.example sellers_person"}},
		"so does one of a seller's person's domain": {booking: later,
			contacts: []OrderContact{person("joe@other.example", RoleTechnical), person("ann@other.example", RoleSeller)},
			waiting:  []string{"joe@other.example sellers_person"}},
		"or of the seller's name": {booking: later, originator: &Party{Name: "FINE PARTS, LTD."},
			contacts: []OrderContact{person("joe@mail.example", RoleTechnical)}, waiting: []string{"joe@mail.example sellers_person"}},
		"or of the seller's VAT id": {booking: later, originator: &Party{VAT: "gb1"},
			contacts: []OrderContact{person("joe@mail.example", RoleTechnical)}, waiting: []string{"joe@mail.example sellers_person"}},
		"everyone of an account known by name only waits": {booking: OrderBooking{ID: "ord_1", NameOnly: true, FirstOrder: true},
			contacts: []OrderContact{person("buy@c.example", RoleOrdering), person("ap@c.example", RoleFinancial)},
			waiting:  []string{"buy@c.example name_only", "ap@c.example name_only"}},
		"what is no address waits": {booking: later,
			contacts: []OrderContact{person("ap at c.example", RoleFinancial)}, waiting: []string{"ap at c.example bad_address"}},
		"named twice counts once in each role": {booking: later,
			contacts: []OrderContact{person("x@c.example", RoleOrdering), person("X@C.example", RoleTechnical), person("x@c.example", RoleFinancial)},
			in:       []string{"x@c.example purchasing ord_1", "x@c.example payables"}},
	} {
		in, waiting := told(GrantsOf(&Order{Seller: seller, Originator: c.originator, Contacts: c.contacts}, c.booking))
		if diff := cmp.Diff(c.in, in); diff != "" {
			t.Errorf("%s: let in\n%s", name, diff)
		}
		if diff := cmp.Diff(c.waiting, waiting); diff != "" {
			t.Errorf("%s: waiting\n%s", name, diff)
		}
	}
}

func TestGrantsSayWhereTheyComeFrom(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	order := Order{Contacts: []OrderContact{person("ap@c.example", RoleFinancial)}}
	grants, _ := GrantsOf(&order, OrderBooking{ID: "ord_9", By: "desk@v.example", At: at})
	if g := grants[0].Grant; g.Source != "order:ord_9" || g.By != "desk@v.example" || !g.At.Equal(at) {
		t.Errorf("%+v", g)
	}
}

func TestInvoicesLetNobodyIn(t *testing.T) {
	doc := Document{
		Supplier: Party{Emails: []string{"billing@v.example"}},
		Customer: Party{Emails: []string{"ap@c.example", "AP@c.example", "no address"}},
	}
	_, waiting := told(nil, ReviewOf(&doc, "", time.Time{}))
	if !slices.Equal(waiting, []string{"ap@c.example named_on_invoice"}) {
		t.Errorf("waiting: %v", waiting)
	}
}

func TestContactRecordsGrantTheirType(t *testing.T) {
	for name, c := range map[string]struct {
		record ContactRecord
		ok     bool
	}{
		"primary":     {ContactRecord{Email: "a@c.example", Type: ContactPrimary}, true},
		"accountant":  {ContactRecord{Email: "a@c.example", Type: ContactAccountant}, true},
		"operator":    {ContactRecord{Email: "a@c.example", Type: ContactOperator}, false},
		"no type":     {ContactRecord{Email: "a@c.example"}, false},
		"bad address": {ContactRecord{Email: "a", Type: ContactPrimary}, false},
	} {
		got, err := c.record.Grant("desk@v.example", time.Time{})
		if (err == nil) != c.ok || (err != nil && !IsKind(err, Unprocessable)) {
			t.Errorf("%s: %v", name, err)
		}
		if c.ok && (got.Grant.Type != c.record.Type || got.Grant.Scoped || got.Grant.Source != "import") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
