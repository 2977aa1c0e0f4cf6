package stripe

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	api "github.com/stripe/stripe-go/v85"
)

const (
	thanks = "http://shop.example/thanks"
	wayOut = "http://shop.example/basket"
)

// page makes a session of 12.50 in a currency and returns its id.
func (r *rig) page(more ...string) string {
	r.t.Helper()
	return r.post("/v1/checkout/sessions", append([]string{"mode=payment", "success_url=" + thanks + "?s={CHECKOUT_SESSION_ID}", "cancel_url=" + wayOut,
		"line_items[0][price_data][currency]=usd", "line_items[0][price_data][unit_amount]=625", "line_items[0][price_data][product_data][name]=Invoice <7>",
		"line_items[0][quantity]=2", "payment_intent_data[metadata][payment]=pay_2", "metadata[payment]=pay_2"}, more...)...).text("id")
}

// look opens a page without following it anywhere.
func (r *rig) look(method, address string, fields url.Values, language string) (status int, body, next string) {
	r.t.Helper()
	q, err := http.NewRequest(method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Accept-Language", language)
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header.Get("Location")
}

// enter chooses a method on the page of a session and returns where that leads.
func (r *rig) enter(address, token string) string {
	r.t.Helper()
	status, body, next := r.look("POST", address, url.Values{"choice": {token}, "month": {"12"}, "year": {"2028"}}, "en")
	if status != http.StatusSeeOther {
		r.t.Fatalf("%s: %d %s", token, status, body)
	}
	return next
}

func (r *rig) address(id string) string {
	return r.get("/v1/checkout/sessions/" + id).text("url")
}

func TestAPageIsPaidAfterADecline(t *testing.T) {
	r := start(t, "", nil)
	id := r.page()
	at := r.address(id)
	status, body, _ := r.look("GET", at, nil, "en")
	if status != 200 || !strings.Contains(body, "12.50 USD") || !strings.Contains(body, "Invoice &lt;7&gt;") || strings.Contains(body, "SEPA") {
		t.Errorf("%d %s", status, body)
	}
	if next := r.enter(at, "pm_card_visa_chargeDeclinedInsufficientFunds"); next != at {
		t.Errorf("after a decline it leads to %s", next)
	}
	if _, body, _ := r.look("GET", at, nil, "en"); !strings.Contains(body, "not enough money") {
		t.Errorf("the decline is not told: %s", body)
	}
	a := r.get("/v1/checkout/sessions/"+id, "expand[]=payment_intent")
	if a.text("status") != statusOpen || a.text("payment_intent.status") != needsMethod || a.text("payment_intent.metadata.payment") != "pay_2" {
		t.Errorf("after a decline: %v", a.Body)
	}
	if next := r.enter(at, "pm_card_visa"); next != thanks+"?s="+id {
		t.Errorf("it leads to %s", next)
	}
	a = r.get("/v1/checkout/sessions/"+id, "expand[]=payment_intent.latest_charge")
	if a.text("status") != statusComplete || a.text("payment_status") != paid || a.text("url") != "" || a.text("payment_intent.latest_charge.amount_captured") != "1250" {
		t.Errorf("paid: %v", a.Body)
	}
	if next := r.enter(at, "pm_card_visa"); next != at || r.Captured("pay_2") != 1250 {
		t.Errorf("paying again leads to %s, captured %d", next, r.Captured("pay_2"))
	}
	r.want(400, "POST", "/v1/checkout/sessions/"+id+"/expire", "")
}

func TestAPageIsPaidWithoutABrowser(t *testing.T) {
	r := start(t, "", nil)
	id := r.page()
	if err := r.PayPage(id, "pm_card_visa_chargeDeclined"); err == nil || r.Captured("pay_2") != 0 {
		t.Errorf("a declined card: %v", err)
	}
	if err := r.PayPage(id, "pm_card_visa"); err != nil || r.Captured("pay_2") != 1250 {
		t.Errorf("%v, captured %d", err, r.Captured("pay_2"))
	}
	for _, c := range [][2]string{{id, "pm_card_visa"}, {"cs_none", "pm_card_visa"}, {r.page(), "pm_none"}} {
		if err := r.PayPage(c[0], c[1]); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
	asks := r.page()
	if err := r.PayPage(asks, "pm_card_authenticationRequired"); err != nil {
		t.Fatal(err)
	}
	a := r.get("/v1/checkout/sessions/"+asks, "expand[]=payment_intent")
	if at := a.text("payment_intent.next_action.redirect_to_url.url"); !strings.HasPrefix(at, r.server.URL+"/c/authenticate/pi_") {
		t.Errorf("it is asked at %q", at)
	}
}

func TestAPageAsksForAnAuthentication(t *testing.T) {
	r := start(t, "", nil)
	id := r.page()
	at := r.address(id)
	ask := r.enter(at, "pm_card_authenticationRequired")
	status, body, _ := r.look("GET", ask, nil, "ar")
	if status != 200 || !strings.Contains(body, `dir="rtl"`) || !strings.Contains(body, "12.50 USD") {
		t.Errorf("%d %s", status, body)
	}
	if _, _, next := r.look("POST", ask, url.Values{"outcome": {"fail"}}, "en"); next != at {
		t.Errorf("a refusal leads to %s", next)
	}
	if _, body, _ := r.look("GET", at, nil, "en"); !strings.Contains(body, "did not confirm") {
		t.Errorf("the refusal is not told: %s", body)
	}
	ask = r.enter(at, "pm_card_authenticationRequired")
	if _, _, next := r.look("POST", ask, url.Values{"outcome": {"pass"}}, "en"); next != thanks+"?s="+id {
		t.Errorf("it leads to %s", next)
	}
	if _, _, next := r.look("GET", ask, nil, "en"); next != thanks+"?s="+id || r.Captured("pay_2") != 1250 {
		t.Errorf("asked again: %s, captured %d", next, r.Captured("pay_2"))
	}
}

func TestAnIntentIsAuthenticatedOnItsPage(t *testing.T) {
	r := start(t, "", nil)
	for outcome, want := range map[string]string{"pass": statusSucceeded, "fail": needsMethod} {
		a := r.confirm(r.intent("pm_card_authenticationRequired"))
		ask := a.text("next_action.redirect_to_url.url")
		_, _, next := r.look("POST", ask, url.Values{"outcome": {outcome}}, "en")
		back, err := url.Parse(next)
		if err != nil || back.Host != "shop.example" || back.Query().Get("payment_intent") != a.text("id") {
			t.Errorf("%s leads to %s", outcome, next)
		}
		if got := r.get("/v1/payment_intents/" + a.text("id")).text("status"); got != want {
			t.Errorf("%s: %s", outcome, got)
		}
	}
}

func TestAnIntentOfAPageIsLeftToIt(t *testing.T) {
	r := start(t, "", nil)
	id := r.page()
	r.enter(r.address(id), "pm_card_visa_chargeDeclined")
	intent := r.get("/v1/checkout/sessions/" + id).text("payment_intent")
	r.want(400, "POST", "/v1/payment_intents/"+intent+"/confirm", "", "payment_method=pm_card_visa")
	r.want(400, "POST", "/v1/payment_intents/"+intent+"/cancel", "")
	r.post("/v1/checkout/sessions/" + id + "/expire")
	if got := r.get("/v1/payment_intents/" + intent).text("status"); got != statusCanceled {
		t.Errorf("its page expired, it is %s", got)
	}
}

func TestAPageExpiresByTheClock(t *testing.T) {
	r := start(t, "", nil)
	r.want(400, "POST", "/v1/checkout/sessions", "", "mode=setup", "currency=usd", "success_url="+thanks, fmt.Sprint("expires_at=", beginning.Add(20*time.Minute).Unix()))
	id := r.page(fmt.Sprint("expires_at=", beginning.Add(31*time.Minute).Unix()))
	at := r.address(id)
	r.pass(31 * time.Minute)
	if next := r.enter(at, "pm_card_visa"); next != at {
		t.Errorf("it leads to %s", next)
	}
	if _, body, _ := r.look("GET", at, nil, "en"); !strings.Contains(body, "expired") || !strings.Contains(body, wayOut) {
		t.Errorf("%s", body)
	}
	if got := r.get("/v1/checkout/sessions/" + id).text("status"); got != statusExpired || r.Captured("pay_2") != 0 {
		t.Errorf("%s, captured %d", got, r.Captured("pay_2"))
	}
}

func TestADebitOnAPageSettlesLater(t *testing.T) {
	r := start(t, "", nil)
	for token, want := range map[string]string{"pm_usBankAccount_success": paid, "pm_usBankAccount_insufficientFunds": unpaid} {
		id := r.page()
		if next := r.enter(r.address(id), token); next != thanks+"?s="+id {
			t.Errorf("it leads to %s", next)
		}
		a := r.get("/v1/checkout/sessions/"+id, "expand[]=payment_intent")
		if a.text("status") != statusComplete || a.text("payment_status") != unpaid || a.text("payment_intent.status") != statusProcessing {
			t.Errorf("at once: %v", a.Body)
		}
		r.pass(DefaultSettleAfter)
		if got := r.get("/v1/checkout/sessions/" + id).text("payment_status"); got != want {
			t.Errorf("%s: %s", token, got)
		}
	}
}

func TestTheLibraryStoresAMethodOnAPage(t *testing.T) {
	r := start(t, "", nil)
	sc, ctx := r.client(), t.Context()
	owner := r.post("/v1/customers", "name=Diyar", "email=ap@diyar.example").text("id")
	made := &api.CheckoutSessionCreateParams{Mode: api.String("setup"), Currency: api.String("eur"), Customer: &owner, SuccessURL: api.String(thanks),
		Metadata: map[string]string{"replaces": "pm_1"}}
	c, err := sc.V1CheckoutSessions.Create(ctx, made)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ token, outcome string }{
		{"pm_card_visa_chargeDeclined", ""}, {"pm_card_authenticationRequiredOnSetup", "fail"}, {"pm_card_authenticationRequiredOnSetup", "pass"},
	} {
		if ask := r.enter(c.URL, step.token); step.outcome != "" {
			r.look("POST", ask, url.Values{"outcome": {step.outcome}}, "en")
		}
	}
	read := &api.CheckoutSessionRetrieveParams{}
	read.AddExpand("setup_intent.payment_method")
	if c, err = sc.V1CheckoutSessions.Retrieve(ctx, c.ID, read); err != nil {
		t.Fatal(err)
	}
	m := c.SetupIntent.PaymentMethod
	if c.Status != api.CheckoutSessionStatusComplete || m.Card.Last4 != "3155" || m.Card.ExpYear != 2028 || m.Customer.ID != owner || m.BillingDetails.Name != "Diyar" {
		t.Errorf("%+v %+v", c.Status, m)
	}
}

func TestOnlyTestNumbersAreTaken(t *testing.T) {
	r := start(t, "", nil)
	at := r.address(r.page())
	form := func(number, month, year string) url.Values {
		return url.Values{"choice": {otherCard}, "number": {number}, "month": {month}, "year": {year}}
	}
	for _, f := range []url.Values{form("4111 1111 1111 1111", "1", "2028"), form("4242424242424242", "13", "2028"), form("4242424242424242", "1", "1999"), {}} {
		if status, body, _ := r.look("POST", at, f, "en"); status != http.StatusUnprocessableEntity || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%v: %d", f, status)
		}
	}
	if len(r.Intents()) != 0 {
		t.Error("a try was made")
	}
	if _, _, next := r.look("POST", at, form("5555-5555 5555 4444", "1", "2026"), "en"); next != at {
		t.Errorf("a card past its month leads to %s", next)
	}
	if _, _, next := r.look("POST", at, form("5555-5555 5555 4444", "3", "2026"), "en"); !strings.HasPrefix(next, thanks) {
		t.Errorf("a card in its last month leads to %s", next)
	}
	// What is kept of a card is the name of the test, its last digits and its
	// end.
	for _, o := range r.state.objects {
		line, err := encodeChange([]object{o}, nil)
		if err != nil || regexp.MustCompile(`\d{12,}`).Match(line) && o.kind() != kindEvent {
			t.Errorf("%s, %v", line, err)
		}
	}
}

func TestThePageSpeaksTheLanguageAskedFor(t *testing.T) {
	r := start(t, "", nil)
	r.want(400, "POST", "/v1/checkout/sessions", "", "mode=setup", "currency=usd", "success_url="+thanks, "locale=ar")
	for _, c := range []struct{ locale, browser, want string }{
		{"", "ar-KW,ar;q=0.9,en;q=0.5", `lang="ar" dir="rtl"`}, {"auto", "ar", `lang="ar" dir="rtl"`},
		{"en", "ar", `lang="en" dir="ltr"`}, {"", "nl", `lang="en" dir="ltr"`}, {"de", "de", `lang="en" dir="ltr"`},
	} {
		if _, body, _ := r.look("GET", r.address(r.page("locale="+c.locale)), nil, c.browser); !strings.Contains(body, c.want) {
			t.Errorf("%+v: %.200s", c, body)
		}
	}
	if status, _, _ := r.look("GET", r.server.URL+"/c/pay/cs_none", nil, "en"); status != 404 {
		t.Errorf("a page that is none: %d", status)
	}
}

func TestTheLanguagesSayTheSame(t *testing.T) {
	want := slices.Sorted(maps.Keys(dictionary["en"]))
	for language, words := range dictionary {
		if got := slices.Sorted(maps.Keys(words)); !slices.Equal(got, want) {
			t.Errorf("%s has %d words, English %d", language, len(got), len(want))
		}
		for word, text := range words {
			if strings.Count(text, "%s") != strings.Count(dictionary["en"][word], "%s") {
				t.Errorf("%s %s: %q", language, word, text)
			}
		}
		for _, m := range testMethods {
			if words[m.Token] == "" {
				t.Errorf("%s does not say what %s does", language, m.Token)
			}
		}
	}
}

func TestAPageOfAnotherOriginCannotPay(t *testing.T) {
	r := start(t, "", nil)
	q, err := http.NewRequest("POST", r.address(r.page()), strings.NewReader("choice=pm_card_visa&month=1&year=2028"))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden || len(r.Intents()) != 0 {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestPagesAreReachedUnderThePublicPath(t *testing.T) {
	base := ""
	r := start(t, "", func(o *Options) { o.Base = func() string { return base } })
	base = r.server.URL + Public
	id := r.page()
	at := r.address(id)
	if at != base+"/c/pay/"+id {
		t.Fatal(at)
	}
	if status, body, _ := r.look("GET", at, nil, "en"); status != 200 || !strings.Contains(body, "../page.css") {
		t.Errorf("%d %s", status, body)
	}
	if status, _, _ := r.look("GET", base+"/c/page.css", nil, "en"); status != 200 {
		t.Errorf("its style: %d", status)
	}
	if next := r.enter(at, "pm_card_authenticationRequired"); !strings.HasPrefix(next, base+"/c/authenticate/pi_") {
		t.Error(next)
	}
}
