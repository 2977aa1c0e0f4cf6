package functiontest

import (
	"fmt"
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
)

// asked is what a cell of a route about people asks for.
type asked struct {
	id    string
	query map[string]string
	body  string
}

// Two of Najd whom the cells try to change, and one whom an invitation waits
// for. They are put back before each cell.
const (
	victim  Person = "victim@najd.example"  // let in by an operator
	invitee Person = "invitee@najd.example" // invited by the payables contact
	waiting Person = "waiting@najd.example"
)

// peopleRequests make the requests of routes about people, after what they
// are about was put in place.
var peopleRequests = map[string]func(w *World, t testing.TB, c cell) asked{
	"GET /v1/contacts":         page,
	"GET /v1/access":           func(*World, testing.TB, cell) asked { return asked{} },
	"GET /v1/operator/dunning": func(_ *World, _ testing.TB, c cell) asked { return asked{query: accountQuery(c)} },
	"PUT /v1/operator/dunning": func(_ *World, _ testing.TB, c cell) asked {
		return asked{body: fmt.Sprintf(`{"account":%q,"policy":{"steps":[],"repeatDays":0,"hour":9,"businessDays":false,"rest":[],"exempt":false}}`, accountQuery(c)["account"])}
	},
	"GET /v1/operator/mail":         func(*World, testing.TB, cell) asked { return asked{} },
	"POST /v1/operator/mail/resume": func(*World, testing.TB, cell) asked { return asked{} },
	"GET /v1/invoices/mail":         func(*World, testing.TB, cell) asked { return asked{query: map[string]string{}} },
	"POST /v1/invoices/mail":        func(_ *World, _ testing.TB, c cell) asked { return asked{body: `{"to":["` + string(c.person) + `"]}`} },
	"PUT /v1/letters":               func(*World, testing.TB, cell) asked { return asked{body: `{"declined":[]}`} },
	"GET /v1/sessions":              func(*World, testing.TB, cell) asked { return asked{} },
	"GET /v1/audit":                 page,
	"GET /v1/audit/export": func(_ *World, _ testing.TB, c cell) asked {
		return asked{query: map[string]string{"limit": "1"}}
	},

	"PUT /v1/contacts/{id}/type":        onContact(`{"type":"accountant"}`),
	"POST /v1/contacts/{id}/suspend":    onContact(""),
	"POST /v1/contacts/{id}/reactivate": onContact(""),
	"POST /v1/contacts/{id}/remove":     onContact(`{}`),
	"POST /v1/contacts/{id}/primary":    onContact(`{"then":"payables"}`),
	"POST /v1/access/leave":             leaving,
	"POST /v1/sessions/end":             leaving,

	"GET /v1/redeemers":              func(*World, testing.TB, cell) asked { return asked{} },
	"POST /v1/redeemers":             onRedeemers(`,"email":"` + string(Payables) + `"`),
	"POST /v1/redeemers/remove":      onRedeemers(`,"email":"` + string(Payables) + `"`),
	"POST /v1/redeemers/code":        onRedeemers(""),
	"POST /v1/redeemers/code/rotate": onRedeemers(`,"generation":99`),

	"GET /v1/rewards":               func(*World, testing.TB, cell) asked { return asked{} },
	"GET /v1/rewards/ledger":        page,
	"GET /v1/rewards/redemptions":   func(*World, testing.TB, cell) asked { return asked{} },
	"GET /v1/rewards/products":      onLot,
	"GET /v1/rewards/products/file": onLot,
	"POST /v1/rewards/quote":        onQuote(""),
	"POST /v1/rewards/redemptions":  onQuote(`,"code":"0000-0000-0000-0000-0","version":99,"amount":{"amount":"1.00","currency":"SAR"},"fxRate":"1"`),

	"POST /v1/operator/rewards/reverse": onReverse,
	"POST /v1/operator/rewards/grant": func(*World, testing.TB, cell) asked {
		return asked{body: `{"account":"` + Najd + `","subscription":"` + RewardsNumber + `","amount":{"amount":"5.00","currency":"SAR"},"earnedOn":"2026-11-01","note":"goodwill"}`}
	},
	"GET /v1/operator/exchange-rates": func(*World, testing.TB, cell) asked { return asked{} },
	"PUT /v1/operator/exchange-rates": func(*World, testing.TB, cell) asked { return asked{body: `{"from":"SAR","to":"USD","fxRate":"4/15"}`} },

	"POST /v1/invitations":             inviting,
	"POST /v1/invitations/{id}/resend": onInvitation,
	"POST /v1/invitations/{id}/revoke": onInvitation,
	"POST /v1/invitation/read":         onLink(""),
	"POST /v1/invitation/decline":      onLink(""),
	"POST /v1/invitation/code":         onLink(""),
	"POST /v1/invitation/accept":       onLink(`,"code":"00000000"`),

	"GET /v1/operator/contacts":         func(_ *World, _ testing.TB, c cell) asked { return asked{query: accountQuery(c)} },
	"GET /v1/operator/reviews":          func(*World, testing.TB, cell) asked { return asked{query: map[string]string{}} },
	"POST /v1/operator/contacts/grant":  operating(`"email":"new@najd.example","type":"executive",`, victim),
	"POST /v1/operator/contacts/remove": operating("", victim),
	"POST /v1/operator/people/held":     func(*World, testing.TB, cell) asked { return asked{body: `{"email":"victim@najd.example"}`} },
	"POST /v1/operator/people/erase": func(w *World, t testing.TB, _ cell) asked {
		w.admit(t, victim)
		return asked{body: `{"email":"victim@najd.example","reason":"A test.","confirm":"victim@najd.example"}`}
	},
	"POST /v1/operator/reviews/accept": operating("", Nobody),
	"POST /v1/operator/reviews/refuse": operating("", Nobody),
}

func page(_ *World, _ testing.TB, _ cell) asked { return asked{query: map[string]string{"limit": "1"}} }

func accountQuery(c cell) map[string]string {
	if account, ok := accountKeys[c.target]; ok {
		return map[string]string{"account": account}
	}
	return map[string]string{"account": Najd}
}

// peopleRequest is the request of a cell, as its person's browser sends it.
func peopleRequest(c cell, a asked, cursors map[string]string) httpapi.Request {
	_, path := cutMethod(c.route)
	r := Request(c.route, strings.Replace(path, "{id}", a.id, 1))
	r.PathParameters, r.QueryStringParameters = map[string]string{"id": a.id}, a.query
	if strings.HasSuffix(c.target, "cursor") {
		r.QueryStringParameters["cursor"] = cursors[c.target]
	}
	if a.body != "" {
		r.Body, r.Headers["content-type"] = a.body, "application/json"
	}
	if strings.HasPrefix(c.route, "POST /v1/invitations") || c.route == "POST /v1/invoices/mail" || strings.Contains(c.route, "/rewards/") && a.body != "" {
		r.Headers["idempotency-key"] = session.NewID()
	}
	return r
}

// onRedeemers is about the rewards of a target.
func onRedeemers(more string) func(*World, testing.TB, cell) asked {
	return func(w *World, _ testing.TB, c cell) asked {
		return asked{body: fmt.Sprintf(`{"subscription":%q%s}`, w.Targets[c.target], more)}
	}
}

// onContact is about a contact of Najd, of Gulf, or none.
func onContact(body string) func(*World, testing.TB, cell) asked {
	return func(w *World, t testing.TB, c cell) asked {
		w.admit(t, victim)
		w.invited(t)
		ids := map[string]Person{"own": victim, "own invitee": invitee, "foreign": Stranger, "unknown": Nobody, "self": c.person, "primary": Primary}
		id := string(center.ContactIDOf(string(ids[c.target])))
		if c.target == "malformed" {
			id = "M#" + id
		}
		return asked{id: id, body: body}
	}
}

// admit puts a contact back who was let in by an operator, and the primary
// contact who may have given her place away.
func (w *World) admit(t testing.TB, p Person) {
	t.Helper()
	desk, everywhere := w.Actor(t, Desk), w.Store.Everywhere("a test puts its world back")
	najd := center.AccountIDOf(Najd)
	back := map[Person]center.ContactType{p: center.ContactPayables, Primary: center.ContactPrimary}
	for who, as := range back {
		_, _ = everywhere.ChangeContact(t.Context(), desk, najd, center.ContactIDOf(string(who)), "back", func(c center.Contact) (center.ContactMove, error) {
			if !c.Suspended() {
				return center.ContactMove{}, nil
			}
			c.Active = true
			return center.ContactMove{After: c, Kind: center.AuditReactivated}, nil
		})
		grant := center.Grant{Type: as, Source: center.GrantSourceOperator, By: string(Desk), At: w.Now()}
		if _, err := everywhere.GrantContact(t.Context(), desk, najd, center.ContactGrant{Email: string(who), Grant: grant}, "back"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := everywhere.ChangeContact(t.Context(), desk, najd, center.ContactIDOf(string(p)), "back", func(c center.Contact) (center.ContactMove, error) {
		if !c.IsPrimary() {
			return center.ContactMove{}, nil
		}
		c.Grants = []center.Grant{{Type: center.ContactPayables, Source: center.GrantSourceOperator, By: string(Desk), At: w.Now()}}
		return center.ContactMove{After: c, Kind: center.AuditTypeChanged}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// invited puts the contact back whom the payables contact invited.
func (w *World) invited(t testing.TB) {
	t.Helper()
	m, err := w.Store.Membership(t.Context(), center.AccountIDOf(Najd), center.ContactIDOf(string(invitee)))
	if err == nil && m.Contact.Active && len(m.Contact.Grants) == 1 && m.Contact.Grants[0].By == string(Payables) {
		return
	}
	if err == nil {
		_, err = w.Store.Everywhere("a test puts its world back").ChangeContact(t.Context(), w.Actor(t, Desk), center.AccountIDOf(Najd), m.Contact.ID, "back", center.Withdraw)
		if err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(session.AbsoluteLife / 10) // past the limit of sending
	i, _ := w.Invite(t, Payables, invitee, center.Grant{Type: center.ContactPayables})
	if _, err := w.Store.Accept(t.Context(), i.Account, i.ID, i.Generation); err != nil {
		t.Fatal(err)
	}
}

// leaving lets people of both accounts leave: who has left is let in again.
func leaving(w *World, t testing.TB, c cell) asked {
	types := map[Person]center.ContactType{Payables: center.ContactPayables, Purchasing: center.ContactPurchasing,
		Executive: center.ContactExecutive, Accountant: center.ContactAccountant}
	if as, leaves := types[c.person]; leaves {
		grant := center.Grant{Type: as, Source: center.GrantSourceOperator, At: w.Now()}
		g := center.ContactGrant{Email: string(c.person), Grant: grant}
		if _, err := w.Store.Everywhere("a test").GrantContact(t.Context(), w.Actor(t, Desk), center.AccountIDOf(Najd), g, "back"); err != nil {
			t.Fatal(err)
		}
	}
	if strings.HasSuffix(c.route, "/end") {
		return asked{body: `{"keepThis":true}`}
	}
	return asked{}
}

// inviting invites the same three: as much as the person may, more, and to
// another account's order.
func inviting(w *World, _ testing.TB, c cell) asked {
	w.Pass(session.AbsoluteLife / 10)
	more := map[string]string{"plain": `"type":"purchasing"`, "as primary": `"type":"primary"`, "as accountant": `"type":"accountant"`,
		"foreign nested": fmt.Sprintf(`"type":"purchasing","orders":[%q]`, center.OrderIDOf(center.AccountIDOf(Gulf), order().Order)),
		"own nested":     fmt.Sprintf(`"type":"purchasing","orders":[%q]`, center.OrderIDOf(center.AccountIDOf(Najd), order().Order)),
		"unknown nested": `"type":"purchasing","orders":["ord_00000000000000000000000000000000"]`}[c.target]
	return asked{body: fmt.Sprintf(`{"addresses":%q,%s}`, "new-"+session.NewID()+"@najd.example", more)}
}

// onInvitation is about an invitation that the payables contact sent.
func onInvitation(w *World, t testing.TB, c cell) asked {
	w.Pass(session.AbsoluteLife / 10)
	i, _ := w.Invite(t, Payables, waiting, center.Grant{Type: center.ContactAccountant})
	foreign, _ := w.Invite(t, Stranger, "friend@gulf.example", center.Grant{Type: center.ContactAccountant})
	id := map[string]center.InvitationID{"own": i.ID, "foreign": foreign.ID, "unknown": center.InvitationIDOf(string(Nobody)),
		"malformed": "V#" + i.ID}[c.target]
	return asked{id: string(id)}
}

// onLink is the link of an invitation, or what is none.
func onLink(more string) func(*World, testing.TB, cell) asked {
	return func(w *World, t testing.TB, c cell) asked {
		w.Pass(session.AbsoluteLife / 10)
		_, l := w.Invite(t, Payables, waiting, center.Grant{Type: center.ContactAccountant})
		switch c.target {
		case "foreign":
			l.ID = string(center.AccountIDOf(Gulf)) + l.ID[32:]
		case "unknown":
			l.ID = l.ID[:32] + strings.Repeat("0", 32)
		case "forged":
			l.Token = flip(l.Token)
		}
		return asked{body: fmt.Sprintf(`{"id":%q,"token":%q%s}`, l.ID, l.Token, more)}
	}
}

// operating is what an operator does to a person of an account.
func operating(more string, whom Person) func(*World, testing.TB, cell) asked {
	return func(w *World, t testing.TB, c cell) asked {
		w.admit(t, victim)
		contact := ""
		if more == "" {
			contact = fmt.Sprintf(`"contact":%q,`, center.ContactIDOf(string(whom)))
		}
		account := accountQuery(c)["account"]
		return asked{body: fmt.Sprintf(`{"account":%q,%s%s"reason":"A test."}`, account, more, contact)}
	}
}
