package cloud

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/stripe"
	"customercenter/infra/local/template"
)

// testPayment goes the way of a payment on the hosted page, as the function's environment lets it.
func (s *site) testPayment(t *testing.T) {
	got := s.echo(t)
	if !strings.HasPrefix(got["key"], "sk_test_local") || !strings.HasPrefix(got["webhook"], "whsec_") || !strings.HasPrefix(got["processor"], "http://127.0.0.1:") {
		t.Fatalf("got %v", got)
	}
	form := url.Values{"mode": {"payment"}, "success_url": {s.Address() + "/v1/health"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"usd"}, "line_items[0][price_data][unit_amount]": {"100"}, "line_items[0][price_data][product_data][name]": {"x"}}
	r, err := http.NewRequest("POST", got["processor"]+"/v1/checkout/sessions", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+got["key"])
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	var page struct{ URL string }
	err = json.NewDecoder(res.Body).Decode(&page)
	res.Body.Close()
	if err != nil || !strings.HasPrefix(page.URL, s.Address()+stripe.Public+"/c/pay/cs_test_") {
		t.Fatalf("%d, the page is at %q, %v", res.StatusCode, page.URL, err)
	}
	if status, _ := s.ask(t, "GET", s.Address()+"/v1/checkout/sessions", ""); status != 404 {
		t.Errorf("the public address answers for the API: %d", status)
	}
	if status, body := s.ask(t, "GET", page.URL, ""); status != 200 || !strings.Contains(body, "1.00 USD") {
		t.Errorf("the page: %d %s", status, body)
	}
	if res, err = http.PostForm(page.URL, url.Values{"choice": {"pm_card_visa"}, "month": {"1"}, "year": {time.Now().AddDate(1, 0, 0).Format("2006")}}); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.Request.URL.Path != "/v1/health" {
		t.Errorf("the page leads to %s", res.Request.URL)
	}
	pays := s.Payments()
	for deadline := time.Now().Add(8 * time.Second); !pays.State().Events[0].Delivered; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not told: %+v", pays.State().Events[0])
		}
	}
	if status, state := s.ask(t, "GET", s.Address()+stripe.Public+"/state", ""); status != 200 || !strings.Contains(state, `"status":"succeeded"`) {
		t.Errorf("the state: %d %s", status, state)
	}
}

func TestARealProcessorTakesTheStandInsPlace(t *testing.T) {
	const source = `
Parameters: {ProcessorSecret: {Type: String}}
Resources:
  PayFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .build/pay/
      Environment: {Variables: {CENTER_PROCESSOR_KEY: !Sub '{{resolve:secretsmanager:${ProcessorSecret}:SecretString:key}}'}}
  ListFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: .build/list/}
`
	tpl, err := template.Parse([]byte(source), map[string]string{processorParameter: processorSecret})
	if err != nil {
		t.Fatal(err)
	}
	e := environment{template: tpl, secrets: secrets{processorSecret: {keyOfAPI: "sk_test_local1"}}, services: &services{stripeURL: "https://api.stripe.com"},
		clock: clock.New(), processor: map[string]string{"CENTER_PROCESSOR_KEY": "sk_test_real"}}
	pay, list := strings.Join(e.of("pay"), " "), strings.Join(e.of("list"), " ")
	if !strings.Contains(pay, "CENTER_PROCESSOR_KEY=sk_test_real") || !strings.Contains(pay, "STRIPE_API_BASE=https://api.stripe.com") || strings.Contains(pay, "local1") {
		t.Errorf("who pays gets %s", pay)
	}
	if strings.Contains(list, "PROCESSOR") || strings.Contains(list, "STRIPE") {
		t.Errorf("who does not pay gets %s", list)
	}
}
