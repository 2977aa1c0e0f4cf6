package stripe

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// FuzzARequestIsAnsweredOrRefused sends any parameters to any endpoint: each
// gets JSON, none an error of ours, and no money appears from nowhere.
func FuzzARequestIsAnsweredOrRefused(f *testing.F) {
	all := endpoints()
	place := func(name string) uint8 {
		return uint8(slices.IndexFunc(all, func(e endpoint) bool { return e.name == name }))
	}
	f.Add(place("POST /v1/payment_intents"), "pi_1", "amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true&automatic_payment_methods[allow_redirects]=never")
	f.Add(place("POST /v1/checkout/sessions"), "x", "mode=payment&success_url=http://a/{CHECKOUT_SESSION_ID}&line_items[0][quantity]=9223372036854775807&line_items[0][price_data][unit_amount]=9&line_items[0][price_data][currency]=usd&line_items[0][price_data][product_data][name]=x")
	f.Add(place("POST /v1/checkout/sessions"), "x", "mode=setup&success_url=http://a&currency=eur&expires_at=-9223372036854775808")
	f.Add(place("GET /v1/payment_intents"), "", "created[gt]=9223372036854775807&limit=1&expand[]=data.latest_charge.refunds&expand[]=data")
	f.Add(place("POST /v1/customers"), "", "metadata[]=1&metadata=&metadata[a][b]=2&name=%ff")
	f.Add(place("POST /v1/refunds"), "", "payment_intent=pi_1&amount=-1")
	f.Fuzz(func(t *testing.T, which uint8, id, form string) {
		s := New(Options{})
		method, path, _ := strings.Cut(all[int(which)%len(all)].name, " ")
		body := strings.NewReader(form)
		r := httptest.NewRequest(method, "/", body)
		r.URL.Path = strings.Replace(path, "{id}", strings.ReplaceAll(id, "/", ""), 1)
		if method == http.MethodGet {
			r.URL.RawQuery = form
		}
		r.Header.Set("Authorization", "Bearer "+testKey)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 300 && w.Code < 400 {
			return // the mux cleans the path
		}
		var v map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code >= 500 {
			t.Fatalf("%s %s: %d %s, %v", method, r.URL.Path, w.Code, w.Body, err)
		}
		if (v["error"] != nil) != (w.Code != http.StatusOK) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		for _, i := range s.Intents() {
			if i.Captured != 0 && i.Captured != i.Amount || i.Amount < 1 || i.Refunded > i.Captured {
				t.Fatalf("%+v", i)
			}
		}
	})
}
