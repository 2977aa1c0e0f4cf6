package functiontest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Change lets a person change another of the account as decide says.
func (w *World) Change(t testing.TB, by, whom Person, decide func(center.Actor, center.Contact) (center.ContactMove, error)) center.Contact {
	t.Helper()
	actor := w.Actor(t, by)
	m, err := w.Store.In(actor).ChangeContact(t.Context(), center.ContactIDOf(string(whom)), func(c center.Contact) (center.ContactMove, error) {
		return decide(actor, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	return m.Contact
}

// Invite sends an invitation in a person's name and returns it with its link.
func (w *World) Invite(t testing.TB, by, to Person, g center.Grant) (center.Invitation, session.InvitationLink) {
	t.Helper()
	got, err := w.Store.In(w.Actor(t, by)).Invite(t.Context(), center.Invitation{ID: center.InvitationIDOf(string(to)), Email: string(to),
		Grant: g, Mark: session.NewID()})
	if err != nil {
		t.Fatal(err)
	}
	l, ok := session.LinkOf(w.Keys, got.Invitation)
	if !ok {
		t.Fatalf("no link to %+v", got)
	}
	return got.Invitation, l
}

// Mailed are all letters that were put, as "kind to address", in order.
func (w *World) Mailed(t testing.TB) (out []string) {
	t.Helper()
	event, _ := w.Stream(t, 0)
	var changes struct {
		Records []struct {
			Change struct {
				NewImage map[string]struct{ S string }
			} `json:"dynamodb"`
		}
	}
	if err := json.Unmarshal(event, &changes); err != nil {
		t.Fatal(err)
	}
	for _, r := range changes.Records {
		if image := r.Change.NewImage; image["k"].S == "l1" {
			out = append(out, image["lk"].S+" to "+image["to"].S)
		}
	}
	slices.Sort(out)
	return out
}

// Ask sends a request of a route in a person's name, whose session stays the
// same between requests. Of {id} in the route, id takes the place.
func (w *World) Ask(t testing.TB, routes httpapi.Routes, p Person, route, id, body string, query ...string) httpapi.Response {
	t.Helper()
	_, path := cutMethod(route)
	r := Request(route, strings.Replace(path, "{id}", id, 1))
	r.PathParameters = map[string]string{"id": id}
	r.QueryStringParameters = map[string]string{}
	for i := 0; i+1 < len(query); i += 2 {
		r.QueryStringParameters[query[i]] = query[i+1]
	}
	if body != "" {
		r.Body, r.Headers["content-type"] = body, "application/json"
	}
	r.Headers["idempotency-key"] = session.NewID()
	return Invoke(t, routes, w.As(t, p, r))
}

// Wants fails the test unless the answer has that status and, where code is
// not "", is that problem.
func Wants(t testing.TB, resp httpapi.Response, status int, code string) {
	t.Helper()
	if resp.StatusCode != status || code != "" && !strings.Contains(resp.Body, `"/problems/`+code+`"`) {
		t.Errorf("%d %s, want %d %s", resp.StatusCode, resp.Body, status, code)
	}
}

// ContactID is the id of a person's membership, as paths carry it.
func ContactID(p Person) string { return string(center.ContactIDOf(string(p))) }

// NameOnly books an order of a customer whom nothing but a name tells from
// others, so that its buyer waits for an operator, and returns the account.
func (w *World) NameOnly(t testing.TB, number string) center.AccountID {
	t.Helper()
	o := *order().Order
	o.Number, o.CustomerKey, o.Buyer = number, "", center.Party{Name: "Twice Named Co.", Address: &center.Address{Country: "SA"}}
	o.Contacts = []center.OrderContact{{Email: "chief@twice.example", Name: "Chief", Role: center.RoleOrdering}}
	booking := store.Booking{Import: store.NewImportID(w.Now()), By: string(Desk), Options: center.ImportOptions{NetTermsDays: -1}}
	got, err := w.Store.Everywhere("a test").Book(t.Context(), booking, []store.Booked{
		{Record: center.Record{Kind: o.Kind, Number: number, Order: &o}, Fingerprint: strings.Repeat("7", 32) + ContactID(Person(number+"@x.example"))}})
	if err != nil || got[0].Result != center.ResultCreated {
		t.Fatalf("%+v %v", got, err)
	}
	return got[0].Account
}

// People are the addresses of a page of people, in its order.
func People(t testing.TB, resp httpapi.Response) (emails []string) {
	t.Helper()
	var page struct{ Items []struct{ Email string } }
	if err := json.Unmarshal([]byte(resp.Body), &page); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	for _, p := range page.Items {
		emails = append(emails, p.Email)
	}
	return emails
}

// Next is the cursor of a page.
func Next(t testing.TB, resp httpapi.Response) string {
	t.Helper()
	var page struct{ Next string }
	if err := json.Unmarshal([]byte(resp.Body), &page); err != nil {
		t.Fatal(err)
	}
	return page.Next
}

// OrderID is the id of the world's order, PO-77 of Najd.
func (w *World) OrderID() center.OrderID {
	return center.OrderIDOf(center.AccountIDOf(Najd), order().Order)
}

// LeaveDoor puts the row back by which a person's address finds Najd, though
// she may not enter there: what a crash of an older version may have left.
func (w *World) LeaveDoor(t testing.TB, p Person) {
	t.Helper()
	najd := center.AccountIDOf(Najd)
	event, _ := w.Stream(t, 0)
	var changes struct {
		Records []struct {
			Change struct {
				OldImage json.RawMessage
				Keys     struct{ PK, SK struct{ S string } }
			} `json:"dynamodb"`
		}
	}
	if err := json.Unmarshal(event, &changes); err != nil {
		t.Fatal(err)
	}
	for _, r := range slices.Backward(changes.Records) {
		if image := string(r.Change.OldImage); strings.HasPrefix(r.Change.Keys.PK.S, "U#") && strings.Contains(image, `"id":{"S":"`+string(najd)) {
			w.Cloud.Put(t, r.Change.OldImage)
			return
		}
	}
	t.Fatalf("%s never had a door to Najd", p)
}
