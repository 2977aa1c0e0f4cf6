package center

import (
	"slices"
	"strings"
)

// Module is a part of the customer center that contact types open.
type Module string

// The modules. ModuleInvoices is the list with its summary; ModuleInvoice is
// one invoice, which a purchasing contact may open from an order of their own.
const (
	ModuleInvoices       Module = "invoices"
	ModuleInvoice        Module = "invoice"
	ModuleStatements     Module = "statements" // e-mailing the invoice list
	ModulePayments       Module = "payments"
	ModuleDisputes       Module = "disputes"
	ModulePaymentMethods Module = "payment-methods"
	ModuleBillingProfile Module = "billing-profile"
	ModulePaymentsDue    Module = "payments-due"
	ModuleOrders         Module = "orders"
	ModuleContracts      Module = "contracts"
	ModuleSchedule       Module = "schedule"
	ModuleRenewals       Module = "renewals"
	ModuleRewards        Module = "rewards"
	ModuleRedemptions    Module = "redemptions"
	ModuleRedeemers      Module = "redeemers"
	ModuleInvitations    Module = "invitations"
	ModuleContacts       Module = "contacts" // changing and removing them
	ModuleAudit          Module = "audit"
	ModuleImports        Module = "imports" // of operators
	ModuleReview         Module = "review"  // of operators
)

// Action is what one does in a module. Who may act may read.
type Action string

// The actions.
const (
	ActionRead Action = "read"
	ActionAct  Action = "act"
)

// Verdict says whether an actor may, and within which bounds. The bounds are
// for the asker to keep: they are false on a refusal.
type Verdict struct {
	Allowed       bool
	OrdersOnly    bool // only orders and contracts that name the contact
	SelfOnly      bool // only to the contact's own address
	Masked        bool // without what could be used to pay
	RedeemersOnly bool // only who stands on the list of redeemers
	OwnInvitees   bool // only contacts the actor invited
}

// cell is what one contact type may in one module.
type cell struct {
	action Action // "" is nothing
	bound  bound
}

type bound int

const (
	boundNone bound = iota
	boundOrders
	boundSelf
	boundMasked
	boundRedeemers
	boundInvitees
)

// accessPage is the whole of who may do what; nothing else decides it. R may
// read, W may act and read, - may nothing; the word behind the colon bounds it.
const accessPage = `
                 primary      payables     purchasing  executive    accountant  operator
invoices         R            R            -           R            R           -
invoice          R            R            R:orders    R            R           -
statements       W            W            -           W:self       W:self      -
payments         W            W            -           -            -           -
disputes         W            W            W:orders    -            -           -
payment-methods  W            W            -           R:masked     -           -
billing-profile  W            W            -           R            R           -
payments-due     W            W            R:orders    R            R           -
orders           R            R            W:orders    R            -           -
contracts        R            R            R:orders    R            R           -
schedule         R            R            R:orders    R            R           -
renewals         W            W            W:orders    W            -           -
rewards          R            R            -           R            R           -
redemptions      W:redeemers  W:redeemers  -           W:redeemers  -           -
redeemers        W            -            -           -            -           -
invitations      W            W            W           W            -           -
contacts         W            W:invitees   W:invitees  -            -           -
audit            R            -            -           R            -           -
imports          -            -            -           -            -           W
review           -            -            -           -            -           W
`

// accessRow is one line of the page; its cells stand in the order of types.
type accessRow struct {
	module Module
	cells  []cell
}

var accessTypes, accessRows = readAccessPage(accessPage)

// readAccessPage panics on a word the page must not have: the page is part of
// the program.
func readAccessPage(page string) (types []ContactType, rows []accessRow) {
	words := map[string]cell{
		"-": {}, "R": {ActionRead, boundNone}, "W": {ActionAct, boundNone},
		"R:orders": {ActionRead, boundOrders}, "R:masked": {ActionRead, boundMasked},
		"W:orders": {ActionAct, boundOrders}, "W:self": {ActionAct, boundSelf},
		"W:redeemers": {ActionAct, boundRedeemers}, "W:invitees": {ActionAct, boundInvitees},
	}
	lines := strings.Split(strings.TrimSpace(page), "\n")
	for _, name := range strings.Fields(lines[0]) {
		types = append(types, ContactType(name))
	}
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		row := accessRow{module: Module(fields[0])}
		for _, word := range fields[1:] {
			c, ok := words[word]
			if !ok {
				panic("center: the access page says " + word)
			}
			row.cells = append(row.cells, c)
		}
		if len(row.cells) != len(types) {
			panic("center: the access page misses cells of " + fields[0])
		}
		rows = append(rows, row)
	}
	return types, rows
}

// grantable lists the types each type may invite: never more than it holds.
var grantable = map[ContactType][]ContactType{
	ContactPrimary:    {ContactPrimary, ContactPayables, ContactPurchasing, ContactExecutive, ContactAccountant},
	ContactPayables:   {ContactPayables, ContactAccountant},
	ContactPurchasing: {ContactPurchasing},
	ContactExecutive:  {ContactExecutive, ContactAccountant},
}

// Modules lists every module, in the order of the access page.
func Modules() []Module {
	modules := make([]Module, len(accessRows))
	for i, row := range accessRows {
		modules[i] = row.module
	}
	return modules
}

// AccountTypes lists the contact types of customer accounts.
func AccountTypes() []ContactType {
	return slices.Clone(grantable[ContactPrimary])
}

// May tells whether the actor may do that in the module: the union of the live
// grants. Grants of operators count in their own account only, and no other
// grant counts there; unknown modules and actions are refused.
func (a Actor) May(m Module, action Action) Verdict {
	var v Verdict
	for _, g := range a.Grants {
		if (g.Type == ContactOperator) != (a.Account == OperatorsAccount) {
			continue
		}
		v = v.union(verdictOf(g, m, action))
	}
	return v
}

func verdictOf(g Grant, m Module, action Action) Verdict {
	line := slices.IndexFunc(accessRows, func(row accessRow) bool { return row.module == m })
	column := slices.Index(accessTypes, g.Type)
	if line < 0 || column < 0 {
		return Verdict{}
	}
	c := accessRows[line].cells[column]
	if c.action == "" || (action != c.action && action != ActionRead) {
		return Verdict{}
	}
	return Verdict{
		Allowed:       true,
		OrdersOnly:    c.bound == boundOrders && (g.Scoped || len(g.Orders) > 0),
		SelfOnly:      c.bound == boundSelf,
		Masked:        c.bound == boundMasked,
		RedeemersOnly: c.bound == boundRedeemers,
		OwnInvitees:   c.bound == boundInvitees,
	}
}

// union is the wider of two verdicts: a bound holds only if both allow and
// both have it.
func (v Verdict) union(o Verdict) Verdict {
	switch {
	case !v.Allowed:
		return o
	case !o.Allowed:
		return v
	}
	return Verdict{
		Allowed:       true,
		OrdersOnly:    v.OrdersOnly && o.OrdersOnly,
		SelfOnly:      v.SelfOnly && o.SelfOnly,
		Masked:        v.Masked && o.Masked,
		RedeemersOnly: v.RedeemersOnly && o.RedeemersOnly,
		OwnInvitees:   v.OwnInvitees && o.OwnInvitees,
	}
}

// ModuleAccess is one module as its actor finds it.
type ModuleAccess struct {
	Module Module
	Read   Verdict
	Act    Verdict
}

// Modules lists the modules open to the actor, in the order of Modules.
func (a Actor) Modules() []ModuleAccess {
	var open []ModuleAccess
	for _, m := range Modules() {
		if read := a.May(m, ActionRead); read.Allowed {
			open = append(open, ModuleAccess{m, read, a.May(m, ActionAct)})
		}
	}
	return open
}

// Types lists what the actor is to the account, in the order of the access page.
func (a Actor) Types() []ContactType {
	var types []ContactType
	for _, t := range accessTypes {
		if slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Type == t }) {
			types = append(types, t)
		}
	}
	return types
}

// MayGrant reports whether the actor may give that grant to another: a type
// they may invite, and no wider than the grant that lets them.
func (a Actor) MayGrant(wanted Grant) bool {
	if a.Account == OperatorsAccount {
		return false
	}
	return slices.ContainsFunc(a.Grants, func(own Grant) bool {
		return slices.Contains(grantable[own.Type], wanted.Type) && own.covers(wanted)
	})
}

// Reaches tells whether a grant of the actor's reaches all of these orders.
// None are reached by everybody.
func (a Actor) Reaches(orders []OrderID) bool {
	return len(orders) == 0 || slices.ContainsFunc(a.Grants, func(own Grant) bool { return own.covers(Grant{Orders: orders}) })
}

// Grantable lists the types the actor may invite.
func (a Actor) Grantable() []ContactType {
	var types []ContactType
	for _, t := range AccountTypes() {
		if slices.ContainsFunc(a.Grants, func(own Grant) bool { return slices.Contains(grantable[own.Type], t) }) {
			types = append(types, t)
		}
	}
	return types
}

// covers reports whether everything wanted reaches lies within g.
func (g Grant) covers(wanted Grant) bool {
	if !g.Scoped && len(g.Orders) == 0 {
		return true
	}
	if len(wanted.Orders) == 0 {
		return false
	}
	for _, order := range wanted.Orders {
		if !slices.Contains(g.Orders, order) {
			return false
		}
	}
	return true
}
