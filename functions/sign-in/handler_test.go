package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
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

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("sign-in")
	return handler{store: s, keys: w.Keys, operators: w.Operators, now: w.Now}.routes(door)
}

// browser keeps cookies between requests, as browsers do.
type browser struct {
	t       *testing.T
	routes  httpapi.Routes
	cookies map[string]string
	agent   string
}

func open(t *testing.T, w *functiontest.World) *browser {
	return &browser{t: t, routes: routesOf(w), cookies: map[string]string{}, agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"}
}

func (b *browser) send(route, body string) httpapi.Response {
	b.t.Helper()
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, path)
	r.Headers["user-agent"] = b.agent
	if body != "" {
		r.Body, r.Headers["content-type"] = body, "application/json; charset=utf-8"
	}
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

// asks is the address typed into the sign-in page.
func (b *browser) asks(p functiontest.Person) httpapi.Response {
	b.t.Helper()
	return b.send("POST /v1/sign-in/code", fmt.Sprintf(`{"email":%q}`, p))
}

// codeOf is the code in the mail to that browser, as deliver-mail makes it.
func (b *browser) codeOf(w *functiontest.World, p functiontest.Person) string {
	b.t.Helper()
	secret, ok := session.ParseSecret(b.cookies[session.ChallengeCookie])
	if !ok {
		b.t.Fatalf("the browser has no challenge: %v", b.cookies)
	}
	code, ok := session.Code(w.Keys, w.Keys.Current(), secret.ID(), string(p))
	if !ok {
		b.t.Fatal("no code")
	}
	return code
}

func (b *browser) types(code string) httpapi.Response {
	b.t.Helper()
	return b.send("POST /v1/sign-in/verify", fmt.Sprintf(`{"code":%q}`, code))
}

func (b *browser) signsIn(w *functiontest.World, p functiontest.Person) me {
	b.t.Helper()
	if resp := b.asks(p); resp.StatusCode != 202 {
		b.t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	return meIn(b.t, b.types(b.codeOf(w, p)))
}

func meIn(t *testing.T, resp httpapi.Response) (m me) {
	t.Helper()
	if resp.StatusCode != 200 {
		t.Fatalf("%d %s", resp.StatusCode, resp.Body)
	}
	if err := json.Unmarshal([]byte(resp.Body), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func wants(t *testing.T, resp httpapi.Response, status int, code string) {
	t.Helper()
	if resp.StatusCode != status || !strings.Contains(resp.Body, `"/problems/`+code+`"`) {
		t.Errorf("%d %s, want %d %s", resp.StatusCode, resp.Body, status, code)
	}
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	resp := functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "sign-in"))
	functiontest.Golden(t, "request-code", resp)
}

func TestSignInSignOut(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	m := b.signsIn(w, functiontest.Primary)
	if m.Contact.Email != string(functiontest.Primary) || m.Account.ID != center.AccountIDOf(functiontest.Najd) ||
		m.Account.TimeZone != "Asia/Riyadh" || m.Account.Today != "2026-11-22" || !m.Modules[center.ModulePayments].Act {
		t.Errorf("me is %+v", m)
	}
	if _, left := b.cookies[session.ChallengeCookie]; left {
		t.Error("the browser keeps a challenge that is used up")
	}
	resp := b.send("GET /v1/me", "")
	functiontest.Golden(t, "me", resp)
	stolen := b.cookies[session.Cookie]
	if resp := b.send("POST /v1/sign-out", ""); resp.StatusCode != 204 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
	b.cookies[session.Cookie] = stolen
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
}

// Paying and changing a method ask for a fresh code: she types it where she is.
func TestAFreshCodeStaysInTheAccount(t *testing.T) {
	w := functiontest.New(t)
	both := center.Record{Kind: center.KindContact, Number: "noura", Contact: &center.ContactRecord{
		Account: functiontest.Gulf, Email: string(functiontest.Primary), Name: "Noura", Type: center.ContactPayables}}
	booking := store.Booking{Import: store.NewImportID(w.Now()), By: string(functiontest.Desk), Options: center.ImportOptions{NetTermsDays: -1}}
	if _, err := w.Store.Everywhere("a test opens a second account").Book(t.Context(), booking, []store.Booked{{Record: both, Fingerprint: strings.Repeat("1", 64)}}); err != nil {
		t.Fatal(err)
	}
	b := open(t, w)
	b.signsIn(w, functiontest.Primary)
	here := meIn(t, b.send("PUT /v1/session/account", fmt.Sprintf(`{"account":%q}`, center.AccountIDOf(functiontest.Gulf)))).Account.ID
	w.Pass(time.Hour)
	open(t, w).signsIn(w, functiontest.Primary) // another browser, which stays where she was last
	there := open(t, w)
	there.signsIn(w, functiontest.Primary)
	meIn(t, there.send("PUT /v1/session/account", fmt.Sprintf(`{"account":%q}`, center.AccountIDOf(functiontest.Najd))))
	stale := b.cookies[session.Cookie]
	if again := b.signsIn(w, functiontest.Primary); again.Account.ID != here {
		t.Errorf("she finds herself in %s, was in %s", again.Account.Name, here)
	}
	m, err := w.Store.Membership(t.Context(), here, center.ContactIDOf(string(functiontest.Primary)))
	if err != nil {
		t.Fatal(err)
	}
	token, _ := session.ParseToken(b.cookies[session.Cookie])
	if actor, ok := m.Actor(token.Secret.ID()); !ok || !actor.Fresh(w.Now()) {
		t.Errorf("the session is not fresh: %+v", m.Sessions)
	}
	b.cookies[session.Cookie] = stale
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
}

func TestACodeOfAnotherPersonIsASignInOfHers(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.signsIn(w, functiontest.Primary)
	hers := b.cookies[session.Cookie]
	elsewhere := open(t, w)
	elsewhere.signsIn(w, functiontest.Primary)
	if m := b.signsIn(w, functiontest.Stranger); m.Account.ID != center.AccountIDOf(functiontest.Gulf) || m.Contact.Email != string(functiontest.Stranger) {
		t.Errorf("me is %+v", m)
	}
	meIn(t, b.send("GET /v1/me", ""))
	b.cookies[session.Cookie] = hers // nobody can sign out of it any more: it ended with the browser's new one
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
	meIn(t, elsewhere.send("GET /v1/me", ""))
}

// What the log must tell of those who try codes: whose they are, and how it ended.
func TestTryingCodesLeavesATrace(t *testing.T) {
	w := functiontest.New(t)
	var log bytes.Buffer
	w.Door.Log = slog.New(slog.NewJSONHandler(&log, nil))
	b := open(t, w)
	b.asks(functiontest.Primary)
	right := b.codeOf(w, functiontest.Primary)
	wrong := "00000000"
	if right == wrong {
		wrong = "00000001"
	}
	b.types(wrong)
	meIn(t, b.types(right))
	var got []string
	for text := range strings.Lines(log.String()) {
		var line struct {
			Route, Code      string
			Status           int
			Account, Contact string
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimSpace(fmt.Sprint(line.Route, " ", line.Status, " ", line.Contact, " ", line.Account, " ", line.Code)))
	}
	contact, account := center.ContactIDOf(string(functiontest.Primary)), center.AccountIDOf(functiontest.Najd)
	want := []string{
		fmt.Sprintf("POST /v1/sign-in/code 202 %s", contact),
		fmt.Sprintf("POST /v1/sign-in/verify 422 %s  code-wrong", contact),
		fmt.Sprintf("POST /v1/sign-in/verify 200 %s %s", contact, account),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(log.String(), string(functiontest.Primary)) || strings.Contains(log.String(), right) {
		t.Error("the log holds an address or a code")
	}
}

func TestCodesAreTypedAsPeopleType(t *testing.T) {
	arabic := strings.NewReplacer("0", "٠", "1", "١", "2", "٢", "3", "٣", "4", "٤", "5", "٥", "6", "٦", "7", "٧", "8", "٨", "9", "٩")
	for name, typed := range map[string]func(string) string{
		"with a gap":      func(c string) string { return " " + c[:4] + " " + c[4:] + "\n" },
		"with a dash":     func(c string) string { return c[:4] + "-" + c[4:] },
		"in Arabic-Indic": arabic.Replace,
	} {
		t.Run(name, func(t *testing.T) {
			w := functiontest.New(t)
			b := open(t, w)
			b.asks(functiontest.Payables)
			meIn(t, b.types(typed(b.codeOf(w, functiontest.Payables))))
		})
	}
}

func TestAskingTellsNothingOfWhoIsKnown(t *testing.T) {
	w := functiontest.New(t)
	var calls [][]string
	w.Door.Measure = func(ctx context.Context) (context.Context, func() []slog.Attr) {
		ctx, meter := store.WithMeter(ctx)
		return ctx, func() []slog.Attr { calls = append(calls, meter.Calls()); return nil }
	}
	var bodies []string
	for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Nobody, functiontest.Desk} {
		resp := open(t, w).asks(p)
		if resp.StatusCode != 202 || len(resp.Cookies) != 1 || len(resp.Cookies[0]) != len(session.SetCookie(session.ChallengeCookie, session.NewSecret().Text(), session.CodeLife)) {
			t.Errorf("%s: %d %v", p, resp.StatusCode, resp.Cookies)
		}
		bodies = append(bodies, resp.Body)
	}
	for i := range bodies {
		if bodies[i] != bodies[0] {
			t.Errorf("bodies differ: %s, %s", bodies[0], bodies[i])
		}
		if diff := cmp.Diff(calls[0], calls[i]); diff != "" {
			t.Errorf("the table is asked differently:\n%s", diff)
		}
	}
}

func TestWrongCodesRunOut(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.asks(functiontest.Primary)
	right := b.codeOf(w, functiontest.Primary)
	wrong := "00000000"
	if right == wrong {
		wrong = "00000001"
	}
	for try, says := range []string{"4 more tries", "3 more tries", "2 more tries", "one more try", "Ask for a new one"} {
		resp := b.types(wrong)
		wants(t, resp, 422, "code-wrong")
		if !strings.Contains(resp.Body, says) {
			t.Errorf("try %d: %s", try+1, resp.Body)
		}
	}
	wants(t, b.types(right), 422, "code-expired")
}

func TestCodesAreForOneBrowserOneTimeAndTenMinutes(t *testing.T) {
	w := functiontest.New(t)
	b, other := open(t, w), open(t, w)
	b.asks(functiontest.Primary)
	code := b.codeOf(w, functiontest.Primary)
	wants(t, other.types(code), 422, "no-code-requested")
	other.asks(functiontest.Payables)
	wants(t, other.types(code), 422, "code-wrong")
	challenge := b.cookies[session.ChallengeCookie]
	meIn(t, b.types(code))
	b.cookies[session.ChallengeCookie] = challenge
	wants(t, b.types(code), 422, "code-expired")
	late := open(t, w)
	late.asks(functiontest.Executive)
	w.Pass(session.CodeLife)
	wants(t, late.types(late.codeOf(w, functiontest.Executive)), 422, "code-expired")
}

func TestAnAddressNobodyKnowsNeverGetsIn(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.asks(functiontest.Nobody)
	wants(t, b.types(b.codeOf(w, functiontest.Nobody)), 422, "code-wrong")
}

func TestInputsThatAreNone(t *testing.T) {
	w := functiontest.Empty(t)
	for body, pointer := range map[string]string{
		`{"email":"noura"}`:                         "/email",
		`{"email":""}`:                              "/email",
		`{"email":"a@b\r\nBcc: c@d.example"}`:       "/email",
		`{"email":"a@example.com","locale":"fr"}`:   "/locale",
		`{"email":"a@example.com","admin":true}`:    "/admin",
		`{"email":["a@example.com","b@b.example"]}`: "/email",
	} {
		resp := open(t, w).send("POST /v1/sign-in/code", body)
		if (resp.StatusCode != 422 && resp.StatusCode != 400) || !strings.Contains(resp.Body, `"pointer":"`+pointer+`"`) {
			t.Errorf("%s: %d %s", body, resp.StatusCode, resp.Body)
		}
	}
	resp := open(t, w).types("12345")
	wants(t, resp, 422, "validation")
}

func TestAskingTooOftenIsSaidPlainlyAndToEveryoneAlike(t *testing.T) {
	for _, p := range []functiontest.Person{functiontest.Primary, functiontest.Nobody} {
		t.Run(string(p), func(t *testing.T) {
			w := functiontest.New(t)
			for range 3 {
				if resp := open(t, w).asks(p); resp.StatusCode != 202 {
					t.Fatalf("%d %s", resp.StatusCode, resp.Body)
				}
			}
			resp := open(t, w).asks(p)
			wants(t, resp, 429, "too-many-codes")
			if resp.Headers["retry-after"] != "900" || resp.Cookies != nil {
				t.Errorf("%v %v", resp.Headers, resp.Cookies)
			}
			w.Pass(15 * time.Minute)
			if resp := open(t, w).asks(p); resp.StatusCode != 202 {
				t.Errorf("after a quarter of an hour: %d %s", resp.StatusCode, resp.Body)
			}
		})
	}
}

func TestSessionsEnd(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.signsIn(w, functiontest.Primary)
	for range 7 { // used every few hours, it lives on
		w.Pass(session.IdleLife - time.Hour)
		meIn(t, b.send("GET /v1/me", ""))
	}
	w.Pass(session.IdleLife)
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
	b.signsIn(w, functiontest.Primary)
	for range int(session.AbsoluteLife / (session.IdleLife - time.Hour)) {
		w.Pass(session.IdleLife - time.Hour)
		meIn(t, b.send("GET /v1/me", ""))
	}
	w.Pass(session.IdleLife - time.Hour)
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
}

func TestAnOperatorWhoIsNoneAnyMoreIsOutAtOnce(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	m := b.signsIn(w, functiontest.Desk)
	if m.Account.ID != center.OperatorsAccount || !m.Modules[center.ModuleImports].Act || len(m.Modules) != 2 {
		t.Errorf("me is %+v", m)
	}
	w.Operators[0] = "somebody-else@vendor.example"
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
	b.asks(functiontest.Desk)
	wants(t, b.types(b.codeOf(w, functiontest.Desk)), 422, "code-wrong")
}

func TestChoosingAnAccountMovesTheSession(t *testing.T) {
	w := functiontest.New(t)
	w.Operators = append(w.Operators, string(functiontest.Primary))
	b := open(t, w)
	if m := b.signsIn(w, functiontest.Primary); len(m.Accounts) != 2 || m.Account.ID != center.AccountIDOf(functiontest.Najd) {
		t.Fatalf("me is %+v", m)
	}
	before := b.cookies[session.Cookie]
	m := meIn(t, b.send("PUT /v1/session/account", `{"account":"operators"}`))
	if m.Account.ID != center.OperatorsAccount || b.cookies[session.Cookie] == before {
		t.Errorf("me is %+v", m)
	}
	meIn(t, b.send("GET /v1/me", ""))
	old := open(t, w)
	old.cookies[session.Cookie] = before
	wants(t, old.send("GET /v1/me", ""), 401, "sign-in-first")
	again := open(t, w)
	if m := again.signsIn(w, functiontest.Primary); m.Account.ID != center.OperatorsAccount {
		t.Errorf("the account used last does not open: %+v", m.Account)
	}
}

func TestChoosingAccountsDoesNotOutliveTheCode(t *testing.T) {
	w := functiontest.New(t)
	w.Operators = append(w.Operators, string(functiontest.Primary))
	b := open(t, w)
	b.signsIn(w, functiontest.Primary)
	accounts := []center.AccountID{center.OperatorsAccount, center.AccountIDOf(functiontest.Najd)}
	pause := session.IdleLife - time.Hour
	for i := range int(session.AbsoluteLife / pause) {
		w.Pass(pause)
		meIn(t, b.send("PUT /v1/session/account", fmt.Sprintf(`{"account":%q}`, accounts[i%2])))
	}
	w.Pass(pause)
	wants(t, b.send("GET /v1/me", ""), 401, "sign-in-first")
}

func TestOneCodeOpensOneSessionHoweverManyTypeItAtOnce(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.asks(functiontest.Primary)
	code := b.codeOf(w, functiontest.Primary)
	var mu sync.Mutex
	opened := 0
	var typists sync.WaitGroup
	for range 16 {
		twin := open(t, w)
		twin.cookies[session.ChallengeCookie] = b.cookies[session.ChallengeCookie]
		typists.Go(func() {
			if resp := twin.types(code); resp.StatusCode == 200 {
				mu.Lock()
				opened++
				mu.Unlock()
			}
		})
	}
	typists.Wait()
	if opened != 1 {
		t.Errorf("%d sessions", opened)
	}
}

func TestWhatScannersDoChangesNothing(t *testing.T) {
	w := functiontest.New(t)
	b := open(t, w)
	b.asks(functiontest.Primary)
	code := b.codeOf(w, functiontest.Primary)
	for _, r := range []httpapi.Request{
		functiontest.Request("GET /v1/sign-in/verify", "/v1/sign-in/verify"),
		functiontest.Request("HEAD /v1/sign-in/verify", "/v1/sign-in/verify"),
		functiontest.Request("POST /v1/sign-in/verify", "/v1/sign-in/verify"),
		functiontest.Request("POST /v1/sign-out", "/v1/sign-out"),
	} {
		r.Cookies = []string{session.ChallengeCookie + "=" + b.cookies[session.ChallengeCookie]}
		r.Headers["content-type"], r.Body = "application/x-www-form-urlencoded", "code="+code
		if resp := functiontest.InvokeUnchecked(t, b.routes, r); resp.StatusCode < 400 {
			t.Errorf("%s: %d %s", r.RouteKey, resp.StatusCode, resp.Body)
		}
	}
	meIn(t, b.types(code)) // still good
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "sign-in", routesOf(w))
}

// Who is kept out of the account she used last gets into her other one, also
// where the door to the closed one still stands in the list of entrances.
func TestAClosedAccountDoesNotKeepHerOutOfTheOthers(t *testing.T) {
	for _, way := range []string{"suspended", "removed", "closed behind a door that was left"} {
		t.Run(way, func(t *testing.T) {
			w := functiontest.New(t)
			both := center.ContactGrant{Email: string(functiontest.Payables), Grant: center.Grant{Type: center.ContactPayables, Source: center.GrantSourceOperator}}
			if _, err := w.Store.Everywhere("a test").GrantContact(t.Context(), w.Actor(t, functiontest.Desk), center.AccountIDOf(functiontest.Gulf), both, "works for both"); err != nil {
				t.Fatal(err)
			}
			w.Cookie(t, functiontest.Payables) // Najd is the one she used last
			w.Change(t, functiontest.Primary, functiontest.Payables, func(a center.Actor, c center.Contact) (center.ContactMove, error) {
				if way == "removed" {
					return a.Remove(c, nil)
				}
				return a.Suspend(c)
			})
			if way == "closed behind a door that was left" {
				w.LeaveDoor(t, functiontest.Payables)
			}
			if m := open(t, w).signsIn(w, functiontest.Payables); m.Account.ID != center.AccountIDOf(functiontest.Gulf) || len(m.Accounts) != 1 {
				t.Errorf("me is %+v", m)
			}
		})
	}
}
