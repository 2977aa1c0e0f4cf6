package stripe

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

func TestAHostedPageIsPaidAfterADecline(t *testing.T) {
	r := start(t)
	made := r.page("pay_1", false)
	want := processor.Object{ID: made.ID, Tag: tag("pay_1"), State: processor.Open, Amount: cash(12340, "USD"), Captured: cash(0, "USD"),
		Refunded: cash(0, "USD"), URL: made.URL, CreatedAt: beginning, ExpiresAt: beginning.Add(31 * time.Minute)}
	if diff := cmp.Diff(want, made); diff != "" || !strings.HasPrefix(made.ID, "cs_") || made.URL == "" {
		t.Error(diff)
	}
	if again := r.page("pay_1", false); again.ID != made.ID {
		t.Errorf("the same key made %s and %s", made.ID, again.ID)
	}
	r.enter(made.URL, "pm_card_visa_chargeDeclinedInsufficientFunds")
	if o := r.read(made.ID); o.State != processor.Open || o.URL != made.URL || o.Reason != center.DeclineFunds {
		t.Errorf("after a decline: %+v", o)
	}
	if next := r.enter(made.URL, "pm_card_mastercard"); next != thanks {
		t.Errorf("paid, it leads to %s", next)
	}
	o := r.read(made.ID)
	if o.State != processor.Succeeded || o.Captured != cash(12340, "USD") || o.URL != "" || o.Reason != "" {
		t.Errorf("paid: %+v", o)
	}
	if o.Method.Brand != "mastercard" || o.Method.Last4 != "4444" || o.Method.ID != "" {
		t.Errorf("the method is %+v", o.Method)
	}
	if diff := cmp.Diff(o, r.cancel(made.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestAPageKeepsTheMethodThatItIsAskedToKeep(t *testing.T) {
	r := start(t)
	page := r.page("pay_1", true)
	r.enter(page.URL, "pm_card_visa")
	kept := r.read(page.ID).Method
	if !strings.HasPrefix(string(kept.ID), "pm_") {
		t.Fatalf("%+v", kept)
	}
	if got, err := r.Method(t.Context(), kept.ID); err != nil || got != kept {
		t.Errorf("%+v, %v", got, err)
	}
	if o := r.confirm(r.charge("pay_2", string(kept.ID)).ID); o.State != processor.Succeeded {
		t.Errorf("%+v", o)
	}
}

func TestAPageThatIsCancelledTakesNoMoney(t *testing.T) {
	r := start(t)
	for name, before := range map[string]func(url string){
		"untouched":  func(string) {},
		"declined":   func(url string) { r.enter(url, "pm_card_visa_chargeDeclined") },
		"asked":      func(url string) { r.enter(url, "pm_card_authenticationRequired") },
		"run out":    func(string) { r.pass(time.Hour) },
		"asked late": func(url string) { r.enter(url, "pm_card_authenticationRequired"); r.pass(time.Hour) },
	} {
		page := r.page("pay_"+name, false)
		before(page.URL)
		for range 2 {
			if o := r.cancel(page.ID); o.State != processor.Cancelled || o.URL != "" {
				t.Errorf("%s: %+v", name, o)
			}
		}
		r.enter(page.URL, "pm_card_visa")
		if o := r.read(page.ID); o.State != processor.Cancelled || r.service.Captured("pay_"+name) != 0 {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestADebitOfAPageEndsLater(t *testing.T) {
	r := start(t)
	for token, want := range map[string]struct{ later, cancelled processor.State }{
		"pm_usBankAccount_success":   {processor.Succeeded, processor.Succeeded},
		"pm_usBankAccount_noAccount": {processor.Declined, processor.Cancelled},
	} {
		page := r.page("pay_"+token, false)
		r.enter(page.URL, token)
		for _, o := range []processor.Object{r.read(page.ID), r.cancel(page.ID)} {
			if o.State != processor.Processing || o.Method.Kind != center.MethodBank {
				t.Errorf("%s under way: %+v", token, o)
			}
		}
		r.pass(time.Hour)
		if o := r.read(page.ID); o.State != want.later {
			t.Errorf("%s: %+v", token, o)
		}
		for range 2 {
			if o := r.cancel(page.ID); o.State != want.cancelled {
				t.Errorf("%s cancelled: %+v", token, o)
			}
		}
	}
}

// The inner id, by which refunds and events tell of a page, is read as a
// charge that only the page can go on with.
func TestTheIntentOfAPageIsRead(t *testing.T) {
	r := start(t)
	page := r.page("pay_1", false)
	r.enter(page.URL, "pm_card_visa_chargeDeclined")
	id := r.service.Intents()[0].ID
	if o := r.read(id); o.State != processor.Open || o.Tag != tag("pay_1") || o.URL != "" {
		t.Errorf("%+v", o)
	}
	if _, err := r.Cancel(t.Context(), id); err == nil {
		t.Error("cancelled beneath the page")
	}
	next := r.enter(page.URL, "pm_card_authenticationRequired")
	if o := r.read(id); o.State != processor.Open {
		t.Errorf("%+v", o)
	}
	r.submit(next, url.Values{"outcome": {"pass"}})
	if o := r.read(id); o.State != processor.Succeeded || o.Captured != cash(12340, "USD") {
		t.Errorf("%+v", o)
	}
}

func TestThePageSpeaksTheReadersLanguageWhereItCan(t *testing.T) {
	for locale, want := range map[string]string{"en": "en", "de-AT": "de", "pt-br": "pt-BR", "fr-CA": "fr-CA", "ar": "auto", "ar-KW": "auto", "": "auto", "e": "auto"} {
		if got := pageLocale(locale); got != want {
			t.Errorf("%q: %q, want %q", locale, got, want)
		}
	}
}

func TestALongNameIsCutForThePage(t *testing.T) {
	long := strings.Repeat("ف", maxProductRunes+1)
	if got := cut(long, maxProductRunes); got != strings.Repeat("ف", maxProductRunes) {
		t.Errorf("%d bytes", len(got))
	}
	if got := cut("Invoice 7", maxProductRunes); got != "Invoice 7" {
		t.Error(got)
	}
}

func TestMadeFindsAllOfOurs(t *testing.T) {
	r := start(t)
	card := r.stored(r.customer(), "pm_card_visa")
	want := map[string]processor.State{}
	for _, payment := range []string{"pay_1", "pay_2", "pay_3"} {
		want[r.charge(payment, string(card)).ID] = processor.Open
	}
	paid := r.charge("pay_4", string(card)).ID
	r.confirm(paid)
	want[paid] = processor.Succeeded
	for i := range pageSize {
		r.foreign(i)
	}
	page := r.page("pay_5", false)
	r.enter(page.URL, "pm_card_visa")
	want[page.ID] = processor.Succeeded
	want[r.page("pay_6", false).ID] = processor.Open
	if _, _, err := r.Setup(t.Context(), processor.Setup{Key: "s", Account: account, Customer: r.customer(), Return: thanks}); err != nil {
		t.Fatal(err)
	}
	r.pass(time.Second)
	r.charge("pay_late", string(card))
	got := map[string]processor.State{}
	rounds := 0
	for cursor := ""; ; rounds++ {
		objects, next, err := r.Made(t.Context(), beginning, beginning.Add(time.Second), cursor)
		if err != nil || rounds > 5 {
			t.Fatal(err)
		}
		for _, o := range objects {
			if got[o.ID] = o.State; o.Tag.Account != account || o.Tag.Payment == "" || o.Amount != cash(12340, "USD") {
				t.Errorf("%+v", o)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || rounds < 2 {
		t.Errorf("%d rounds: %s", rounds, diff)
	}
}
