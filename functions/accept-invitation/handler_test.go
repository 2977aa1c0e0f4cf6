package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "accept-invitation")) }

// guest is who is invited; nobody knows her before.
const guest = functiontest.Person("Sara@Najd.example")

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("accept-invitation")
	return handler{store: s, keys: w.Keys, now: w.Now}.routes(door)
}

// invite sends an invitation in a person's name, and returns it and its link.
func invite(t testing.TB, w *functiontest.World, by, to functiontest.Person, g center.Grant) (center.Invitation, session.InvitationLink) {
	t.Helper()
	got, err := w.Store.In(w.Actor(t, by)).Invite(t.Context(), center.Invitation{ID: center.InvitationIDOf(string(to)), Email: string(to),
		Name: "Sara Ali", Grant: g, Message: "Welcome aboard.", Mark: session.NewID()})
	if err != nil || got.Member {
		t.Fatalf("%+v %v", got, err)
	}
	l, ok := session.LinkOf(w.Keys, got.Invitation)
	if !ok {
		t.Fatal("no link")
	}
	return got.Invitation, l
}

// browser keeps cookies between requests, as browsers do.
type browser struct {
	t       testing.TB
	routes  httpapi.Routes
	cookies map[string]string
}

func open(t testing.TB, w *functiontest.World) *browser {
	return &browser{t: t, routes: routesOf(w), cookies: map[string]string{}}
}

func (b *browser) send(path, body string) httpapi.Response {
	b.t.Helper()
	r := functiontest.Request("POST "+path, path)
	r.Body, r.Headers["content-type"] = body, "application/json"
	for name, value := range b.cookies {
		r.Cookies = append(r.Cookies, name+"="+value)
	}
	resp := functiontest.Invoke(b.t, b.routes, r)
	for _, text := range resp.Cookies {
		c, err := http.ParseSetCookie(text)
		if err != nil {
			b.t.Fatal(err)
		}
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return resp
}

func linkBody(l session.InvitationLink, more string) string {
	return fmt.Sprintf(`{"id":%q,"token":%q%s}`, l.ID, l.Token, more)
}

// code is the code in the mail to that browser.
func (b *browser) code(w *functiontest.World, email string) string {
	b.t.Helper()
	secret, ok := session.ParseSecret(b.cookies[session.ChallengeCookie])
	if !ok {
		b.t.Fatalf("no challenge: %v", b.cookies)
	}
	address, _ := center.NormalizeEmail(email)
	code, _ := session.Code(w.Keys, w.Keys.Current(), secret.ID(), address)
	return code
}

func (b *browser) accepts(w *functiontest.World, l session.InvitationLink, email string) httpapi.Response {
	b.t.Helper()
	wants(b.t, b.send("/v1/invitation/code", linkBody(l, "")), 202, "")
	return b.send("/v1/invitation/accept", linkBody(l, fmt.Sprintf(`,"code":%q`, b.code(w, email))))
}

func wants(t testing.TB, resp httpapi.Response, status int, code string) {
	t.Helper()
	if resp.StatusCode != status || code != "" && !strings.Contains(resp.Body, `"/problems/`+code+`"`) {
		t.Errorf("%d %s, want %d %s", resp.StatusCode, resp.Body, status, code)
	}
}

var payables = center.Grant{Type: center.ContactPayables}

func member(t testing.TB, w *functiontest.World, p functiontest.Person) store.Membership {
	t.Helper()
	m, err := w.Store.Membership(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(p)))
	if err != nil && !center.IsKind(err, center.NotFound) {
		t.Fatal(err)
	}
	return m
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	wants(t, functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "accept-invitation")), 404, "invitation-not-found")
}

func TestAnInvitationIsReadAndAccepted(t *testing.T) {
	w := functiontest.New(t)
	_, l := invite(t, w, functiontest.Primary, guest, payables)
	b := open(t, w)
	functiontest.Golden(t, "read", b.send("/v1/invitation/read", linkBody(l, "")))
	resp := b.accepts(w, l, string(guest))
	functiontest.Golden(t, "accept", resp)
	m := member(t, w, guest)
	if len(m.Sessions) != 1 || !m.Contact.Active || len(m.Contact.Grants) != 1 || m.Contact.Grants[0].Type != center.ContactPayables ||
		m.Contact.Grants[0].By != string(functiontest.Primary) || m.Contact.Email != string(guest) || m.TimeZone != "Asia/Riyadh" {
		t.Errorf("member %+v", m)
	}
	if _, left := b.cookies[session.ChallengeCookie]; left || b.cookies[session.Cookie] == "" {
		t.Errorf("cookies %v", b.cookies)
	}
	entrances, err := w.Store.AccountsOf(t.Context(), " sara@NAJD.example ")
	if err != nil || len(entrances) != 1 {
		t.Errorf("entrances %v %v", entrances, err)
	}
	if got := w.Mailed(t); !cmp.Equal(got, []string{"invitation to sara@najd.example", "invitation-accepted to noura@najd.example", "sign-in-code to sara@najd.example"}) {
		t.Errorf("letters %v", got)
	}
}

func TestWhoeverWasSignedInThereIsNotAnyMore(t *testing.T) {
	w := functiontest.New(t)
	_, l := invite(t, w, functiontest.Primary, guest, payables)
	b := open(t, w)
	name, value, _ := strings.Cut(w.Cookie(t, functiontest.Executive), "=")
	b.cookies[name] = value
	before := len(member(t, w, functiontest.Executive).Sessions)
	wants(t, b.accepts(w, l, string(guest)), 200, "")
	if after := len(member(t, w, functiontest.Executive).Sessions); before != 1 || after != 0 {
		t.Errorf("%d sessions, then %d", before, after)
	}
}

func TestAcceptingAgainChangesNothing(t *testing.T) {
	w := functiontest.New(t)
	_, l := invite(t, w, functiontest.Primary, guest, payables)
	wants(t, open(t, w).accepts(w, l, string(guest)), 200, "")
	before := member(t, w, guest).Contact
	w.Pass(time.Hour)
	wants(t, open(t, w).accepts(w, l, string(guest)), 200, "")
	if diff := cmp.Diff(before, member(t, w, guest).Contact); diff != "" {
		t.Error(diff)
	}
}

func TestWhatEndsAnInvitation(t *testing.T) {
	tests := map[string]struct {
		end    func(*testing.T, *functiontest.World, center.Invitation)
		status int
		code   string
	}{
		"seven days": {func(_ *testing.T, w *functiontest.World, _ center.Invitation) { w.Pass(center.InvitationLife) }, 409, "invitation-expired"},
		"being sent again": {func(t *testing.T, w *functiontest.World, i center.Invitation) {
			if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).Resend(t.Context(), i.ID, "again"); err != nil {
				t.Fatal(err)
			}
		}, 404, "invitation-not-found"},
		"being taken back": {func(t *testing.T, w *functiontest.World, i center.Invitation) {
			if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).Revoke(t.Context(), i.ID); err != nil {
				t.Fatal(err)
			}
		}, 409, "invitation-ended"},
		"not me": {func(t *testing.T, w *functiontest.World, i center.Invitation) {
			if err := w.Store.Decline(t.Context(), i.Account, i.ID, i.Generation); err != nil {
				t.Fatal(err)
			}
		}, 409, "invitation-ended"},
		"the inviter is removed": {func(t *testing.T, w *functiontest.World, _ center.Invitation) {
			w.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) { return a.Remove(c, nil) })
		}, 409, "invitation-ended"},
		"the inviter is suspended": {func(t *testing.T, w *functiontest.World, _ center.Invitation) {
			w.Change(t, functiontest.Primary, functiontest.Payables, center.Actor.Suspend)
		}, 409, "inviter-may-not"},
		"the inviter is turned into who may not invite that": {func(t *testing.T, w *functiontest.World, _ center.Invitation) {
			w.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
				return a.Turn(c, center.ContactExecutive, w.Now())
			})
		}, 409, "inviter-may-not"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := functiontest.New(t)
			i, l := invite(t, w, functiontest.Payables, guest, payables)
			b := open(t, w)
			wants(t, b.send("/v1/invitation/code", linkBody(l, "")), 202, "")
			code := b.code(w, string(guest))
			tt.end(t, w, i)
			resp := b.send("/v1/invitation/accept", linkBody(l, fmt.Sprintf(`,"code":%q`, code)))
			if name == "seven days" { // the code has expired too
				wants(t, resp, tt.status, tt.code)
			} else {
				wants(t, resp, tt.status, tt.code)
			}
			if m := member(t, w, guest); m.Contact.ID != "" {
				t.Errorf("she got in: %+v", m.Contact)
			}
		})
	}
}

// What opens nothing answers the same bytes, whatever is wrong with it, and
// for the same work: a link to nobody is looked for like one to somebody.
func TestLinksThatOpenNothingAreAlike(t *testing.T) {
	w := functiontest.New(t)
	i, old := invite(t, w, functiontest.Primary, guest, payables)
	if _, err := w.Store.In(w.Actor(t, functiontest.Primary)).Resend(t.Context(), i.ID, "again"); err != nil {
		t.Fatal(err)
	}
	fresh, err := w.Store.Invitation(t.Context(), i.Account, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	now, _ := session.LinkOf(w.Keys, fresh)
	_, other := invite(t, w, functiontest.Primary, "omid@najd.example", payables)
	links := map[string]session.InvitationLink{
		"an old generation":        old,
		"no token":                 {ID: now.ID},
		"no id":                    {Token: now.Token},
		"nothing":                  {},
		"another's token":          {ID: now.ID, Token: other.Token},
		"the token in other case":  {ID: now.ID, Token: swapCase(now.Token)},
		"a token with more behind": {ID: now.ID, Token: now.Token + "A"},
		"an id in capitals":        {ID: strings.ToUpper(now.ID), Token: now.Token},
		"an unknown address":       {ID: now.ID[:32] + strings.Repeat("0", 32), Token: now.Token},
		"an unknown account":       {ID: strings.Repeat("0", 32) + now.ID[32:], Token: now.Token},
		"another account":          {ID: string(center.AccountIDOf(functiontest.Gulf)) + now.ID[32:], Token: now.Token},
		"a key in the id":          {ID: "A#" + now.ID[2:], Token: now.Token},
	}
	for _, path := range []string{"/v1/invitation/read", "/v1/invitation/decline", "/v1/invitation/code", "/v1/invitation/accept"} {
		more := ""
		if path == "/v1/invitation/accept" {
			more = `,"code":"00000000"`
		}
		first := ""
		for name, l := range links {
			w.Cloud.Wire.Fail(nil) // counts from here
			resp := open(t, w).send(path, linkBody(l, more))
			wants(t, resp, 404, "invitation-not-found")
			if wellFormed := len(l.ID) == len(now.ID) && l.ID == strings.ToLower(l.ID) && !strings.Contains(l.ID, "#"); wellFormed && w.Cloud.Wire.Calls() != 1 {
				t.Errorf("%s, %s: %d calls of the table", path, name, w.Cloud.Wire.Calls())
			}
			if first == "" {
				first = resp.Body
			}
			if resp.Body != first || len(resp.Cookies) != 0 {
				t.Errorf("%s, %s: %s %v", path, name, resp.Body, resp.Cookies)
			}
		}
	}
	wants(t, open(t, w).send("/v1/invitation/read", linkBody(now, "")), 200, "")
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ToUpper(string(r)) == string(r) {
			return []rune(strings.ToLower(string(r)))[0]
		}
		return []rune(strings.ToUpper(string(r)))[0]
	}, s)
}

// A forwarded link is of no use: the code goes to the invited mailbox, and a
// code to another one proves somebody else.
func TestAnotherMailboxOpensNothing(t *testing.T) {
	w := functiontest.New(t)
	_, l := invite(t, w, functiontest.Primary, guest, payables)
	b := open(t, w)
	wants(t, b.send("/v1/invitation/accept", linkBody(l, `,"code":"12345678"`)), 422, "no-code-requested")
	secret := session.NewSecret()
	other := store.Challenge{ID: secret.ID(), KeyID: w.Keys.Current(), Email: string(functiontest.Stranger), CreatedAt: w.Now(), ExpiresAt: w.Now().Add(session.CodeLife)}
	if err := w.Store.PutChallenge(t.Context(), other, center.Letter{ID: session.NewID(), Kind: center.LetterSignInCode, CreatedAt: w.Now()}); err != nil {
		t.Fatal(err)
	}
	b.cookies[session.ChallengeCookie] = secret.Text()
	wants(t, b.send("/v1/invitation/accept", linkBody(l, fmt.Sprintf(`,"code":%q`, b.code(w, string(functiontest.Stranger))))), 422, "code-wrong")
	if m := member(t, w, guest); m.Contact.ID != "" || len(member(t, w, functiontest.Stranger).Sessions) != 0 {
		t.Errorf("somebody got in: %+v", m)
	}
}

// What a scanner of mails does changes nothing: it follows the link, with and
// without scripts, asks HEAD and GET of all there is, and posts what it finds,
// without the cookie of a browser that asked for a code.
func TestAScannerChangesNothing(t *testing.T) {
	w := functiontest.New(t)
	_, l := invite(t, w, functiontest.Primary, guest, payables)
	_, before := w.Stream(t, 0)
	routes := routesOf(w)
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE"} {
		for _, op := range functiontest.Operations(t) {
			if op.Function != "accept-invitation" {
				continue
			}
			_, path, _ := strings.Cut(op.Route, " ")
			r := functiontest.Request(method+" "+path, path)
			r.QueryStringParameters = map[string]string{"id": l.ID, "token": l.Token}
			if resp := functiontest.InvokeUnchecked(t, routes, r); resp.StatusCode < 400 {
				t.Errorf("%s %s: %d", method, path, resp.StatusCode)
			}
		}
	}
	for _, contentType := range []string{"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"} {
		for _, path := range []string{"/v1/invitation/decline", "/v1/invitation/code", "/v1/invitation/accept"} {
			r := functiontest.Request("POST "+path, path)
			r.Body, r.Headers["content-type"] = "id="+l.ID+"&token="+l.Token+"&code=12345678", contentType
			if resp := functiontest.Invoke(t, routes, r); resp.StatusCode != 415 {
				t.Errorf("a form to %s: %d %s", path, resp.StatusCode, resp.Body)
			}
			r = functiontest.Request("POST "+path, path)
			r.Body, r.Headers["content-type"], r.Headers["sec-fetch-site"] = linkBody(l, ""), "application/json", "cross-site"
			if resp := functiontest.Invoke(t, routes, r); resp.StatusCode != 403 {
				t.Errorf("from another site to %s: %d %s", path, resp.StatusCode, resp.Body)
			}
		}
	}
	for _, guess := range []string{"00000000", "12345678"} { // scripts that find the button, in a browser that asked for nothing
		wants(t, open(t, w).send("/v1/invitation/accept", linkBody(l, fmt.Sprintf(`,"code":%q`, guess))), 422, "no-code-requested")
	}
	if _, after := w.Stream(t, before); after != 0 {
		t.Errorf("the table was changed: %d is behind %d", after, before)
	}
	wants(t, open(t, w).accepts(w, l, string(guest)), 200, "")
}

// Sixty-four who accept one invitation at once make one contact.
func TestSixtyFourAcceptAtOnce(t *testing.T) {
	w := functiontest.New(t)
	i, _ := invite(t, w, functiontest.Primary, guest, payables)
	_, before := w.Stream(t, 0)
	var racers sync.WaitGroup
	errs := make(chan error, 64)
	for range 64 {
		racers.Go(func() {
			_, err := w.Store.Accept(t.Context(), i.Account, i.ID, i.Generation)
			errs <- err
		})
	}
	racers.Wait()
	close(errs)
	won := 0
	for err := range errs {
		switch {
		case err == nil:
			won++
		case !center.IsKind(err, center.Unavailable):
			t.Error(err)
		}
	}
	event, _ := w.Stream(t, before)
	var changes struct {
		Records []struct {
			Change struct{ Keys map[string]map[string]string } `json:"dynamodb"`
		}
	}
	if err := json.Unmarshal(event, &changes); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, r := range changes.Records {
		kinds[strings.SplitN(r.Change.Keys["pk"]["S"], "#", 2)[0]]++
	}
	if diff := cmp.Diff(map[string]int{"A": 2, "U": 1, "Z": 1, "M": 1}, kinds); diff != "" || won == 0 {
		t.Errorf("%d won, changes (-want +got):\n%s", won, diff)
	}
	if m := member(t, w, guest); len(m.Contact.Grants) != 1 || m.Contact.Version != 1 {
		t.Errorf("%+v", m.Contact)
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "accept-invitation", routesOf(w))
}

// An invitation to one order opens that order and nothing else.
func TestAnInvitationMayReachOneOrder(t *testing.T) {
	w := functiontest.New(t)
	order := w.OrderID()
	grant := center.Grant{Type: center.ContactPurchasing, Orders: []center.OrderID{order}, Scoped: true}
	_, l := invite(t, w, functiontest.Primary, guest, grant)
	wants(t, open(t, w).accepts(w, l, string(guest)), 200, "")
	actor := center.Actor{Account: center.AccountIDOf(functiontest.Najd), Contact: center.ContactIDOf(string(guest))}
	for number, want := range map[string]bool{"PO-77": true, "PO-78": false} {
		if named, err := w.Store.In(actor).NamedOnOrder(t.Context(), center.Invoice{OrderRef: number}); err != nil || named != want {
			t.Errorf("named on %s: %t %v", number, named, err)
		}
	}
}

// A contact who accepts in a browser that none of her sessions is from is told
// of it, as when she signs in there.
func TestANewDeviceIsTold(t *testing.T) {
	w := functiontest.New(t)
	elsewhere := store.NewSession{ID: session.NewID(), AuthAt: w.Now(), Agent: "Another"}
	if _, err := w.Store.SignIn(t.Context(), center.AccountIDOf(functiontest.Najd), center.ContactIDOf(string(functiontest.Accountant)), elsewhere); err != nil {
		t.Fatal(err)
	}
	_, l := invite(t, w, functiontest.Primary, functiontest.Accountant, payables)
	wants(t, open(t, w).accepts(w, l, string(functiontest.Accountant)), 200, "")
	if got := w.Letters(t, center.LetterNewDevice); len(got) != 1 || got[0].To != string(functiontest.Accountant) {
		t.Errorf("letters %+v", got)
	}
}
