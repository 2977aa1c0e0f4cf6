package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "choose-letters")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("choose-letters")
	return handler{store: s, keys: w.Keys}.routes(door)
}

// follow opens or clicks the link of a person.
func follow(t *testing.T, w *functiontest.World, method, token, kind, body string) httpapi.Response {
	t.Helper()
	r := functiontest.Request(method+" /v1/unsubscribe", "/v1/unsubscribe")
	r.QueryStringParameters = map[string]string{"t": token}
	delete(r.Headers, "sec-fetch-site") // a mailbox is no browser
	if body != "" {
		r.Headers["content-type"], r.Body = kind, body
	}
	return functiontest.Invoke(t, routesOf(w), r)
}

func tokenOf(w *functiontest.World, p functiontest.Person) string {
	return session.LettersToken(w.Keys, functiontest.AccountOf(p), center.ContactIDOf(string(p)))
}

// declines tells whether the person gets no reminders.
func declines(t *testing.T, w *functiontest.World, p functiontest.Person) bool {
	t.Helper()
	m, err := w.Store.Membership(t.Context(), functiontest.AccountOf(p), center.ContactIDOf(string(p)))
	if err != nil {
		t.Fatal(err)
	}
	return m.Contact.Declines(center.LetterReminder)
}

const urlencoded = "application/x-www-form-urlencoded"

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	event := functiontest.Event(t, "choose-letters")
	w.Cookie(t, functiontest.Primary)
	functiontest.Golden(t, "choose-letters", functiontest.Invoke(t, routesOf(w), event))
	if !declines(t, w, functiontest.Primary) {
		t.Error("reminders still come")
	}
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "choose-letters", routesOf(w))
}

func TestAClickEndsRemindersAndALookDoesNot(t *testing.T) {
	multipart := "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"
	for name, c := range map[string]struct{ method, kind, body string }{
		"a mailbox's click":              {"POST", urlencoded, "List-Unsubscribe=One-Click"},
		"a mailbox's click, as a form":   {"POST", "multipart/form-data; boundary=x", multipart},
		"the button of the page":         {"POST", urlencoded, "choice=none"},
		"a click without anything":       {"POST", "", ""},
		"a look, as scanners of mail do": {"GET", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := functiontest.New(t)
			token := tokenOf(w, functiontest.Payables)
			for range 2 {
				if r := follow(t, w, c.method, token, c.kind, c.body); r.StatusCode != 200 || !strings.Contains(r.Body, "<h1>") {
					t.Fatalf("%d %s", r.StatusCode, r.Body)
				}
			}
			if declines(t, w, functiontest.Payables) != (c.method == "POST") || declines(t, w, functiontest.Primary) {
				t.Error("not as chosen, or not hers alone")
			}
			follow(t, w, "POST", token, urlencoded, "choice=again")
			if declines(t, w, functiontest.Payables) {
				t.Error("reminders do not come again")
			}
		})
	}
}

func TestALinkThatIsNotOursChoosesNothing(t *testing.T) {
	w := functiontest.New(t)
	right := tokenOf(w, functiontest.Payables)
	other := tokenOf(w, functiontest.Stranger)
	parts, theirs := strings.Split(right, "."), strings.Split(other, ".")
	for name, token := range map[string]string{
		"none": "", "words": "hello", "cut off": right[:len(right)-1], "another's mark": strings.Join([]string{parts[0], parts[1], parts[2], theirs[3]}, "."),
		"another contact": strings.Join([]string{parts[0], parts[1], theirs[2], parts[3]}, "."), "a key that is not there": "k9" + right[2:],
		"upper case": strings.ToUpper(right),
	} {
		for _, method := range []string{"GET", "POST"} {
			if r := follow(t, w, method, token, urlencoded, ""); r.StatusCode != 404 {
				t.Errorf("%s, %s: %d", name, method, r.StatusCode)
			}
		}
	}
	if declines(t, w, functiontest.Payables) || declines(t, w, functiontest.Stranger) {
		t.Error("somebody gets no reminders any more")
	}
	gone := session.LettersToken(w.Keys, functiontest.AccountOf(functiontest.Payables), center.ContactIDOf("left@najd.example"))
	if r := follow(t, w, "POST", gone, "", ""); r.StatusCode != 200 {
		t.Errorf("of one who has left: %d", r.StatusCode)
	}
}

func TestThePageSpeaksTheReadersLanguage(t *testing.T) {
	w := functiontest.New(t)
	for languages, want := range map[string]string{"": `lang="en" dir="ltr"`, "en,ar;q=0.9": `lang="en"`, "ar-SA,ar;q=0.9": `lang="ar" dir="rtl"`} {
		r := functiontest.Request("GET /v1/unsubscribe", "/v1/unsubscribe")
		r.QueryStringParameters, r.Headers["accept-language"] = map[string]string{"t": tokenOf(w, functiontest.Payables)}, languages
		got := functiontest.Invoke(t, routesOf(w), r)
		if !strings.Contains(got.Body, want) || strings.Contains(got.Body, "najd") || !strings.Contains(got.Headers["content-security-policy"], "sha256-") {
			t.Errorf("%s: %s", languages, got.Body)
		}
	}
}

func TestSignedInShePicksTheLettersThatAreHersToPick(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Payables)
	w.Pass(6 * time.Minute)
	put := func(body string) httpapi.Response {
		r := functiontest.Request("PUT /v1/letters", "/v1/letters")
		r.Headers["content-type"], r.Body = "application/json", body
		return functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Payables, r))
	}
	if r := put(`{"declined":["reminder","reminder"]}`); r.StatusCode != 200 || r.Body != `{"declined":["reminder"]}` || !declines(t, w, functiontest.Payables) {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if r := put(`{"declined":["payment-receipt"]}`); r.StatusCode != 422 && r.StatusCode != 400 || !declines(t, w, functiontest.Payables) {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	get := func() string {
		return functiontest.Invoke(t, routesOf(w), w.As(t, functiontest.Payables, functiontest.Request("GET /v1/letters", "/v1/letters"))).Body
	}
	if _, err := w.Store.HearOf(t.Context(), string(functiontest.Payables), center.Reach{Reason: center.ReachBounced, At: w.Now()}); err != nil {
		t.Fatal(err)
	}
	if got := get(); got != `{"optional":["reminder","invoice-list","statement","weekly-digest"],"declined":["reminder"],"unreachable":"bounced"}` {
		t.Error(got)
	}
	if r := put(`{"declined":[]}`); r.StatusCode != 200 || declines(t, w, functiontest.Payables) {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
}
