package center_test

import (
	"slices"
	"strings"
	"testing"

	. "customercenter/shared/center"
)

// The matrix of the documentation, one line a module: what primary, payables,
// purchasing, executive, accountant and operator may do. Scoped contacts are
// tested, so "o" shows.
var matrix = map[Module]string{
	ModuleInvoices:       "R R - R R -",
	ModuleInvoice:        "R R Ro R R -",
	ModuleStatements:     "W W - Wself Wself -",
	ModulePayments:       "W W - - - -",
	ModuleDisputes:       "W W Wo - - -",
	ModulePaymentMethods: "W W - Rmasked - -",
	ModuleBillingProfile: "W W - R R -",
	ModulePaymentsDue:    "W W Ro R R -",
	ModuleOrders:         "R R Wo R - -",
	ModuleContracts:      "R R Ro R R -",
	ModuleSchedule:       "R R Ro R R -",
	ModuleRenewals:       "W W Wo W - -",
	ModuleRewards:        "R R - R R -",
	ModuleRedemptions:    "Wlist Wlist - Wlist - -",
	ModuleRedeemers:      "W - - - - -",
	ModuleInvitations:    "W W W W - -",
	ModuleContacts:       "W Wown Wown - - -",
	ModuleAudit:          "R - - R - -",
	ModuleImports:        "- - - - - W",
	ModuleReview:         "- - - - - W",
}

var columns = []ContactType{ContactPrimary, ContactPayables, ContactPurchasing, ContactExecutive, ContactAccountant, ContactOperator}

func actor(types ...ContactType) Actor {
	a := Actor{Account: "a"}
	for _, t := range types {
		g := Grant{Type: t, Scoped: t == ContactPurchasing}
		if t == ContactOperator {
			a.Account = OperatorsAccount
		}
		a.Grants = append(a.Grants, g)
	}
	return a
}

func say(a Actor, m Module) string {
	v, text := a.May(m, ActionRead), "R"
	if act := a.May(m, ActionAct); act.Allowed {
		v, text = act, "W"
	}
	if !v.Allowed {
		return "-"
	}
	for word, bound := range map[string]bool{"o": v.OrdersOnly, "self": v.SelfOnly, "masked": v.Masked, "list": v.RedeemersOnly, "own": v.OwnInvitees} {
		if bound {
			text += word
		}
	}
	return text
}

func TestEachContactTypeOpensExactlyItsModules(t *testing.T) {
	if len(Modules()) != len(matrix) {
		t.Errorf("%d modules, %d lines", len(Modules()), len(matrix))
	}
	for _, m := range Modules() {
		var got []string
		for _, column := range columns {
			got = append(got, say(actor(column), m))
		}
		if line := strings.Join(got, " "); line != matrix[m] {
			t.Errorf("%s: %s, want %s", m, line, matrix[m])
		}
	}
}

func TestNoGrantOrUnknownThingsOpenNothing(t *testing.T) {
	for _, m := range append(Modules(), "unheard-of") {
		for _, a := range []Actor{{Account: "a"}, {Account: "a", Grants: []Grant{{Type: "visitor"}}}} {
			if say(a, m) != "-" {
				t.Errorf("%s opens to %+v", m, a)
			}
		}
	}
	if actor(ContactPrimary).May(ModuleInvoices, "delete").Allowed || actor(ContactPrimary).May("unheard-of", ActionRead).Allowed {
		t.Error("unknown modules or actions are allowed")
	}
}

func TestOperatorGrantsCountAmongOperatorsOnly(t *testing.T) {
	a := actor(ContactOperator)
	a.Account = "a"
	if len(a.Modules()) != 0 {
		t.Errorf("an operator's grant on an account opens %v", a.Modules())
	}
	a = actor(ContactPrimary)
	a.Account = OperatorsAccount
	if len(a.Modules()) != 0 {
		t.Errorf("a primary grant among the operators opens %v", a.Modules())
	}
}

func TestRightsAreTheUnionOfGrants(t *testing.T) {
	for name, c := range map[string]struct {
		actor  Actor
		module Module
		want   string
	}{
		"account scope is wider than orders": {actor(ContactPurchasing, ContactPayables), ModuleInvoice, "R"},
		"acting on own orders beats reading": {actor(ContactExecutive, ContactPurchasing), ModuleOrders, "Wo"},
		"self and everyone is everyone":      {actor(ContactAccountant, ContactPayables), ModuleStatements, "W"},
		"masked and whole is whole":          {actor(ContactExecutive, ContactPrimary), ModulePaymentMethods, "W"},
		"two of one bound keep it":           {actor(ContactPayables, ContactPurchasing), ModuleContacts, "Wown"},
		"purchasing for the whole account":   {Actor{Account: "a", Grants: []Grant{{Type: ContactPurchasing}}}, ModuleOrders, "W"},
		"orders kept in the grant bound it":  {Actor{Account: "a", Grants: []Grant{{Type: ContactPurchasing, Orders: []OrderID{"o"}}}}, ModuleOrders, "Wo"},
	} {
		if got := say(c.actor, c.module); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	// The union above is exact because no module bounds its types in two ways.
	for m, line := range matrix {
		bounds := map[string]bool{}
		for _, word := range strings.Fields(line) {
			if b := strings.TrimLeft(word, "RW-"); b != "" {
				bounds[b] = true
			}
		}
		if len(bounds) > 1 {
			t.Errorf("%s has bounds %v", m, bounds)
		}
	}
}

func TestMeListsTheOpenModulesInOrder(t *testing.T) {
	var got []string
	for _, m := range actor(ContactPurchasing).Modules() {
		text := string(m.Module)
		if m.Act.Allowed {
			text += "+"
		}
		got = append(got, text)
	}
	want := []string{"invoice", "disputes+", "payments-due", "orders+", "contracts", "schedule", "renewals+", "invitations+", "contacts+"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := actor(ContactAccountant, ContactPrimary).Types(); !slices.Equal(got, []ContactType{ContactPrimary, ContactAccountant}) {
		t.Errorf("types %v", got)
	}
}

func TestNobodyInvitesMoreThanTheyHold(t *testing.T) {
	for inviter, want := range map[ContactType]string{
		ContactPrimary:    "primary payables purchasing executive accountant",
		ContactPayables:   "payables accountant",
		ContactPurchasing: "purchasing",
		ContactExecutive:  "executive accountant",
		ContactAccountant: "",
		ContactOperator:   "",
	} {
		var got []string
		for _, column := range columns {
			a := actor(inviter)
			a.Grants[0].Scoped = false
			if a.MayGrant(Grant{Type: column}) {
				got = append(got, string(column))
			}
		}
		if line := strings.Join(got, " "); line != want {
			t.Errorf("%s may invite %q, want %q", inviter, line, want)
		}
	}
	own := Actor{Account: "a", Grants: []Grant{{Type: ContactPurchasing, Scoped: true, Orders: []OrderID{"1", "2"}}}}
	for name, c := range map[string]struct {
		orders []OrderID
		want   bool
	}{
		"own orders":        {[]OrderID{"2"}, true},
		"a foreign order":   {[]OrderID{"2", "3"}, false},
		"the whole account": {nil, false},
	} {
		if got := own.MayGrant(Grant{Type: ContactPurchasing, Orders: c.orders}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := own.Grantable(); !slices.Equal(got, []ContactType{ContactPurchasing}) {
		t.Errorf("grantable %v", got)
	}
}
