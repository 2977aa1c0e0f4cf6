package stripe

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// The largest payments there are say what they are for, within what Stripe
// keeps with an object, and are read back the same from intent, session and the
// intent within.
func TestAnObjectSaysWhatItIsFor(t *testing.T) {
	most := processor.Memo{By: "0123456789abcdef0123456789abcdef", Request: fmt.Sprintf("%064d", 1)}
	for n := range center.MaxPayables {
		most.Parts = append(most.Parts, processor.MemoPart{Invoice: center.InvoiceID(fmt.Sprintf("inv_%032d", n)), Amount: 1<<53 - int64(n), Credit: int64(n)})
	}
	for n := range center.MaxCreditUses {
		most.Credits = append(most.Credits, processor.MemoCredit{Credit: center.InvoiceID(fmt.Sprintf("inv_%032d", 100+n)), Invoice: most.Parts[0].Invoice, Amount: 1 << 53})
	}
	text := new(Client).marks(tag("pay_1"), most)
	text[markPage] = "1"
	if len(text) > 50 {
		t.Errorf("%d marks", len(text))
	}
	for name, value := range text {
		if len(name) > 40 || len(value) > 500 {
			t.Errorf("%s is %d long", name, len(value))
		}
	}
	if diff := cmp.Diff(most, memoOf(text)); diff != "" {
		t.Error(diff)
	}
	text["part07"] = "some words"
	if diff := cmp.Diff(processor.Memo{}, memoOf(text)); diff != "" {
		t.Errorf("what was edited at Stripe is believed: %s", diff)
	}
	if diff := cmp.Diff(processor.Memo{}, memoOf(nil)); diff != "" {
		t.Error(diff)
	}
}
