package functiontest

import (
	"fmt"
	"testing"
	"time"

	"customercenter/infra/local/cloudtest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Origin is the only origin that may write in the test world.
const Origin = "https://center.example.com"

// The keys of the world's two accounts, and a number of each. What is Gulf's
// carries Canary, which must never show in Najd.
const (
	Najd   = "NAJD"
	Gulf   = "GULF"
	Canary = "CANARY-OF-GULF"
)

// Person is one who may sign in, named by what she is.
type Person string

// The people. All but Stranger and Desk are Najd's.
const (
	Primary    Person = "noura@najd.example"
	Payables   Person = "omar@najd.example"
	Purchasing Person = "buyer@najd.example" // named on order PO-77 alone
	Executive  Person = "huda@najd.example"
	Accountant Person = "audit@books.example"
	Stranger   Person = "dana@gulf.example" // Gulf's primary contact
	Desk       Person = "desk@vendor.example"
	Nobody     Person = "nobody@nowhere.example" // known to no account

	// Two whose cookies are no good any more, though they were Noura's.
	Expired Person = "expired@nowhere.example"
	Revoked Person = "revoked@nowhere.example"
)

// Members are the people with an account of customers.
var Members = []Person{Primary, Payables, Purchasing, Executive, Accountant, Stranger}

// World is a table with two accounts, their papers and their people, at a
// clock that stands still until it is moved.
type World struct {
	Cloud     *cloudtest.Cloud
	Store     *store.Store
	Keys      keyring.Ring
	Operators session.Operators
	Door      httpapi.Door

	// Targets are ids that cells of the matrix name, by target, or by target
	// and person: "own method of noura@najd.example".
	Targets map[string]string

	t       testing.TB
	cookies map[Person]string
	met     map[Person]bool // signed in before
	booked  int             // records
}

// Start is when the world begins: a Sunday morning in Riyadh.
var Start = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

// Empty is a world without accounts.
func Empty(t testing.TB) *World {
	t.Helper()
	cloud := cloudtest.Table(t)
	cloud.Clock.Set(Start)
	w := &World{
		Cloud: cloud, Store: cloud.Open(), Keys: cloud.Config.Keys, Operators: session.Operators{string(Desk)},
		Targets: map[string]string{}, t: t, cookies: map[Person]string{}, met: map[Person]bool{},
	}
	w.Door = httpapi.Door{
		Origin: Origin, Guard: session.NewGuard(w.Store, w.Operators, w.Now), Now: w.Now, Log: Quiet(), Measure: session.Measure,
	}
	return w
}

// New is a world with both accounts and all people.
func New(t testing.TB) *World {
	t.Helper()
	w := Empty(t)
	w.Book(t, records()...)
	return w
}

// Book books further records into the world, each of which must be new.
func (w *World) Book(t testing.TB, records ...center.Record) {
	t.Helper()
	var booked []store.Booked
	for i, record := range records {
		w.booked++
		record.File, record.Index = "world.jsonl", i
		booked = append(booked, store.Booked{Record: record, Fingerprint: fmt.Sprintf("%064d", w.booked)})
	}
	booking := store.Booking{Import: store.NewImportID(w.Now()), By: string(Desk), Options: center.ImportOptions{NetTermsDays: -1}}
	results, err := w.Store.Everywhere("a test fills its world").Book(t.Context(), booking, booked)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if r.Result != center.ResultCreated {
			t.Fatalf("record %d %s %s became %s %+v", i, booked[i].Record.Kind, booked[i].Record.Number, r.Result, r.Note)
		}
	}
}

// Now is the world's clock.
func (w *World) Now() time.Time { return w.Cloud.Clock.Now() }

// Pass lets time pass.
func (w *World) Pass(d time.Duration) { w.Cloud.Clock.Advance(d) }

// AccountOf is the account that a person signs in to.
func AccountOf(p Person) center.AccountID {
	switch p {
	case Desk:
		return center.OperatorsAccount
	case Stranger:
		return center.AccountIDOf(Gulf)
	default:
		return center.AccountIDOf(Najd)
	}
}

// Cookie is the session cookie of a person, who is signed in at the first
// call with a secret that is the same in every run, and after SignedOut with
// another one.
func (w *World) Cookie(t testing.TB, p Person) string {
	t.Helper()
	if cookie, ok := w.cookies[p]; ok {
		return cookie
	}
	if p == Expired || p == Revoked {
		return w.stale(t, p)
	}
	if p == Desk {
		if _, err := w.Store.AdmitOperator(t.Context(), string(Desk)); err != nil {
			t.Fatal(err)
		}
	}
	token := session.Token{Account: AccountOf(p), Contact: center.ContactIDOf(string(p)), Secret: secretOf(p)}
	if w.met[p] {
		token.Secret = session.NewSecret()
	}
	w.met[p] = true
	minted := store.NewSession{ID: token.Secret.ID(), AuthAt: w.Now(), Agent: "Test/1"}
	if _, err := w.Store.SignIn(t.Context(), token.Account, token.Contact, minted); err != nil {
		t.Fatalf("sign %s in: %v", p, err)
	}
	w.cookies[p] = session.Cookie + "=" + token.Text()
	return w.cookies[p]
}

// stale is a cookie of the primary contact's that was good once: its code is
// too old, or it was signed out with.
func (w *World) stale(t testing.TB, p Person) string {
	t.Helper()
	token := session.Token{Account: AccountOf(Primary), Contact: center.ContactIDOf(string(Primary)), Secret: session.NewSecret()}
	minted := store.NewSession{ID: token.Secret.ID(), AuthAt: w.Now(), Agent: "Test/1"}
	if p == Expired {
		minted.AuthAt = w.Now().Add(-session.AbsoluteLife)
	}
	actor, err := w.Store.SignIn(t.Context(), token.Account, token.Contact, minted)
	if err == nil && p == Revoked {
		err = w.Store.SignOut(t.Context(), actor)
	}
	if err != nil {
		t.Fatal(err)
	}
	return session.Cookie + "=" + token.Text()
}

// SignedOut forgets the person's cookie.
func (w *World) SignedOut(p Person) { delete(w.cookies, p) }

// As is the request as that person's browser sends it; Nobody has no session.
func (w *World) As(t testing.TB, p Person, r httpapi.Request) httpapi.Request {
	t.Helper()
	r.Cookies = nil
	if p != Nobody {
		r.Cookies = []string{w.Cookie(t, p)}
	}
	return r
}

// Request is a request of the route as a browser on our own page sends it;
// path has the parameters filled in.
func Request(route, path string) httpapi.Request {
	r := httpapi.Request{Version: "2.0", RouteKey: route, RawPath: path, Headers: map[string]string{
		"accept": "application/json", "sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0 Test/1",
	}}
	method, _ := cutMethod(route)
	r.RequestContext.RouteKey, r.RequestContext.Stage = route, "$default"
	r.RequestContext.RequestID = fmt.Sprintf("request-%d", requests.Add(1))
	r.RequestContext.HTTP.Method, r.RequestContext.HTTP.Path = method, path
	r.RequestContext.HTTP.SourceIP, r.RequestContext.HTTP.UserAgent = "203.0.113.9", "Mozilla/5.0 Test/1"
	return r
}
