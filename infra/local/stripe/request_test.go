package stripe

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAKeyAnswersOnce(t *testing.T) {
	r := start(t, "", nil)
	create := []string{"amount=1000", "currency=usd", "payment_method=pm_card_visa", "payment_method_types[]=card"}
	first := r.want(200, "POST", "/v1/payment_intents", "k1", create...)
	again := r.want(200, "POST", "/v1/payment_intents", "k1", create...)
	if again.text("id") != first.text("id") || again.Header.Get("Idempotent-Replayed") != "true" ||
		again.Header.Get("Original-Request") != first.Header.Get("Request-Id") || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%v %v", again.Body, again.Header)
	}
	other := r.want(400, "POST", "/v1/payment_intents", "k1", append(create, "description=x")...)
	elsewhere := r.want(400, "POST", "/v1/customers", "k1")
	if other.text("error.type") != typeIdempotency || elsewhere.text("error.type") != typeIdempotency {
		t.Errorf("%v %v", other.Body, elsewhere.Body)
	}
	if n := len(r.Intents()); n != 1 {
		t.Errorf("%d intents", n)
	}
	r.pass(keyAge)
	if late := r.want(200, "POST", "/v1/payment_intents", "k1", create...); late.text("id") == first.text("id") {
		t.Error("the key is remembered for longer than a day")
	}
}

func TestADeclineIsReplayed(t *testing.T) {
	r := start(t, "", nil)
	id := r.intent("pm_card_visa_chargeDeclined")
	path := "/v1/payment_intents/" + id + "/confirm"
	first := r.want(402, "POST", path, "k2")
	again := r.want(402, "POST", path, "k2")
	if again.Header.Get("Idempotent-Replayed") != "true" || again.text("error.charge") != first.text("error.charge") {
		t.Errorf("%v", again.Body)
	}
	if got := r.get("/v1/charges", "payment_intent="+id).Body["data"].([]any); len(got) != 1 {
		t.Errorf("%d tries", len(got))
	}
}

func TestWhatNeverBeganIsNotKept(t *testing.T) {
	r := start(t, "", nil)
	r.want(400, "POST", "/v1/payment_intents", "k3", "amount=1000")
	r.want(200, "POST", "/v1/payment_intents", "k3", "amount=1000", "currency=usd")
}

func TestAKeyInUseIsRefused(t *testing.T) {
	r := start(t, "", nil)
	if err := r.Fault(Fault{Kind: FaultStall, DelayMillis: 400}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() { r.want(200, "POST", "/v1/customers", "k4") })
	for r.Calls()["POST /v1/customers"] == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	if a := r.want(409, "POST", "/v1/customers", "k4"); a.text("error.code") != "idempotency_key_in_use" {
		t.Errorf("%v", a.Body)
	}
	all.Wait()
	r.want(200, "POST", "/v1/customers", "k4")
}

func TestManyWithOneKeyMakeOne(t *testing.T) {
	r := start(t, "", nil)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			a, err := r.ask("POST", "/v1/payment_intents", "k5", "amount=1000", "currency=usd")
			if err != nil || a.Status != 200 && a.Status != 409 {
				t.Errorf("%v %v", a.Body, err)
			}
		})
	}
	all.Wait()
	if n := len(r.Intents()); n != 1 {
		t.Errorf("%d intents", n)
	}
}

func TestRefusalsSayWhatStripeSays(t *testing.T) {
	r := start(t, "", nil)
	for _, c := range []struct {
		method, path string
		fields       []string
		status       int
		code, param  string
	}{
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "colour=red"}, 400, "parameter_unknown", "colour"},
		{"POST", "/v1/payment_intents", []string{"currency=usd"}, 400, "parameter_missing", "amount"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency="}, 400, "parameter_invalid_empty", "currency"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "payment_method=pm_none"}, 400, "resource_missing", "payment_method"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=jpy", "payment_method_types[]=us_bank_account"}, 400, "", "payment_method_types"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "metadata[" + strings.Repeat("k", 41) + "]=1"}, 400, "", "metadata"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "metadata[]=1"}, 400, "", "metadata"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "metadata[2026]=1"}, 200, "", ""},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "metadata[a][b]=1"}, 400, "parameter_unknown", "metadata[a][b]"},
		{"POST", "/v1/payment_intents", []string{"amount=1000", "currency=usd", "capture_method=manual"}, 400, "", "capture_method"},
		{"GET", "/v1/payment_intents/pi_none", nil, 404, "resource_missing", "intent"},
		{"GET", "/v1/customers/cus_none", nil, 404, "resource_missing", "id"},
		{"POST", "/v1/payment_intents/pi_none/cancel", nil, 404, "resource_missing", "intent"},
		{"GET", "/v1/payment_intents", []string{"limit=101"}, 400, "parameter_invalid_integer", "limit"},
		{"GET", "/v1/payment_intents", []string{"starting_after=pi_none"}, 400, "resource_missing", "starting_after"},
		{"GET", "/v1/payment_intents", []string{"expand[]=data.colour"}, 400, "", "expand"},
		{"GET", "/v1/invoices", nil, 404, "", ""},
	} {
		a := r.want(c.status, c.method, c.path, "", c.fields...)
		if a.text("error.code") != c.code || a.text("error.param") != c.param {
			t.Errorf("%s %s %q: %v", c.method, c.path, c.fields, a.Body)
		}
	}
}

func TestOnlyTheKeyOpensTheAccount(t *testing.T) {
	r := start(t, "", nil)
	for header, want := range map[string]int{"": 401, "Bearer sk_test_2": 401, "Bearer sk_live_1": 401, "Bearer " + testKey: 200, "Basic c2tfdGVzdF8xOg==": 200} {
		q, err := http.NewRequest("GET", r.server.URL+"/v1/customers", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", header)
		res, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%q: %d, want %d", header, res.StatusCode, want)
		}
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	r := start(t, "", nil)
	for version, want := range map[string]int{APIVersion: 200, "2020-08-27": 400} {
		q, err := http.NewRequest("GET", r.server.URL+"/v1/customers", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+testKey)
		q.Header.Set("Stripe-Version", version)
		res, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", version, res.StatusCode, want)
		}
	}
}

func TestListsPageNewestFirst(t *testing.T) {
	r := start(t, "", nil)
	var ids []string
	for n := range 7 {
		ids = append(ids, r.intent("pm_card_visa"))
		if n%2 == 1 {
			r.pass(time.Second)
		}
	}
	slices.Reverse(ids)
	var got []string
	for after, pages := "", 0; pages == 0 || after != ""; pages++ {
		fields := []string{"limit=3"}
		if after != "" {
			fields = append(fields, "starting_after="+after)
		}
		a := r.get("/v1/payment_intents", fields...)
		for _, row := range a.Body["data"].([]any) {
			got = append(got, row.(map[string]any)["id"].(string))
		}
		if after = ""; a.text("has_more") == "true" {
			after = got[len(got)-1]
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("got %v, want %v", got, ids)
	}
	back := r.get("/v1/payment_intents", "limit=2", "ending_before="+ids[3])
	if rows := back.Body["data"].([]any); len(rows) != 2 || rows[0].(map[string]any)["id"] != ids[1] || back.text("has_more") != "true" {
		t.Errorf("before %s: %v", ids[3], rows)
	}
	at := beginning.Unix()
	within := r.get("/v1/payment_intents", fmt.Sprintf("created[gte]=%d", at+1), fmt.Sprintf("created[lt]=%d", at+3))
	if rows := within.Body["data"].([]any); len(rows) != 4 {
		t.Errorf("%d within two seconds", len(rows))
	}
}

func TestFaultsStrikeBeforeAndAfter(t *testing.T) {
	const confirm = "POST /v1/payment_intents/{id}/confirm"
	for _, c := range []struct {
		fault    Fault
		status   int // 0: the answer is lost
		then     int // of the same request with the same key
		captured int64
	}{
		{Fault{Endpoint: confirm, Kind: FaultServer}, 500, 500, 0},
		{Fault{Endpoint: confirm, Kind: FaultUnavailable}, 503, 200, 1000},
		{Fault{Endpoint: confirm, Kind: FaultThrottle}, 429, 200, 1000},
		{Fault{Endpoint: confirm, Kind: FaultLock}, 429, 200, 1000},
		{Fault{Endpoint: confirm, Kind: FaultLostAnswer}, 0, 200, 1000},
		{Fault{Endpoint: confirm, Kind: FaultStall, DelayMillis: 20}, 200, 200, 1000},
		{Fault{Endpoint: confirm, Kind: FaultLateAnswer, DelayMillis: 20}, 200, 200, 1000},
		{Fault{Kind: FaultDecline, Reason: "insufficient_funds"}, 402, 402, 0},
	} {
		t.Run(c.fault.Kind, func(t *testing.T) {
			r := start(t, "", nil)
			id := r.intent("pm_card_visa")
			if err := r.Fault(c.fault); err != nil {
				t.Fatal(err)
			}
			path := "/v1/payment_intents/" + id + "/confirm"
			a, err := r.ask("POST", path, "k")
			if (err != nil) != (c.status == 0) || err == nil && a.Status != c.status {
				t.Errorf("%v, %v", a, err)
			}
			if a, err = r.ask("POST", path, "k"); err != nil || a.Status != c.then {
				t.Errorf("then %v, %v", a, err)
			}
			if got := r.Captured("pay_1"); got != c.captured {
				t.Errorf("captured %d", got)
			}
			if left := r.Faults(); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestFaultsWaitForTheirCall(t *testing.T) {
	r := start(t, "", nil)
	for _, bad := range []Fault{{Kind: "fire"}, {Kind: FaultServer, Endpoint: "GET /v2"}, {Kind: FaultStall, DelayMillis: -1}, {Kind: FaultServer, Next: -1}} {
		if r.Fault(bad) == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
	if err := r.Fault(Fault{Kind: FaultUnavailable, Endpoint: "GET /v1/customers", Skip: 1, Next: 2}); err != nil {
		t.Fatal(err)
	}
	r.want(200, "POST", "/v1/customers", "")
	for _, want := range []int{200, 503, 503, 200} {
		r.want(want, "GET", "/v1/customers", "")
	}
}

func TestTheStalledCallIsDoneThoughItsCallerLeft(t *testing.T) {
	r := start(t, "", nil)
	id := r.intent("pm_card_visa")
	if err := r.Fault(Fault{Kind: FaultStall, DelayMillis: 100}); err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: 20 * time.Millisecond}
	q, err := http.NewRequest("POST", r.server.URL+"/v1/payment_intents/"+id+"/confirm", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+testKey)
	if res, err := client.Do(q); err == nil {
		res.Body.Close()
		t.Fatal("it was answered")
	}
	for end := time.Now().Add(5 * time.Second); r.Captured("pay_1") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it was never done")
		}
	}
}
