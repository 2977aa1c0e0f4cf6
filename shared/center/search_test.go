package center_test

import (
	"slices"
	"strings"
	"testing"

	. "customercenter/shared/center"
	"customercenter/shared/money"
)

func TestAnInvoiceIsFoundByWhatPeopleType(t *testing.T) {
	inv := Invoice{
		Number: "INV-2026-00417", PO: "PO 7781/A", OrderRef: "SO-55", Contract: "CTR-9",
		Amount: money.Money{Minor: 1250500, Currency: "KWD"},
	}
	tokens := SearchTokens(inv, &Document{BuyerReference: "مشروع ١٢", ContractRefs: []string{"CTR-9", "CTR-10"}})
	for _, typed := range []string{
		"INV-2026-00417", "inv-2026", " Inv-2026-00417 ", "202600417", "٢٠٢٦٠٠٤١٧", "417", "٤١٧", "inv-2026-417", "#417",
		"po 7781", "PO7781/a", "so-55", "ctr-10", "مشروع 12", "مشروع ١٢", "\u200f١٢٥٠٫٥٠٠", "1250.500", "1,250.500", "1250", "1,250", "1250.5", "１２５０",
		"١٬٢٥٠٫٥",
	} {
		term, ok := SearchTerm(typed)
		if !ok || !slices.ContainsFunc(tokens, func(token string) bool { return strings.HasPrefix(token, term) }) {
			t.Errorf("%q (as %q) is not in %q", typed, term, tokens)
		}
	}
	for _, typed := range []string{"418", "250", "ctr-11", "1251"} {
		term, _ := SearchTerm(typed)
		if slices.ContainsFunc(tokens, func(token string) bool { return strings.HasPrefix(token, term) }) {
			t.Errorf("%q is found by mistake in %q", typed, tokens)
		}
	}
}

func TestANumberIsFoundAsItIsWritten(t *testing.T) {
	for _, number := range []string{"#6/2026", "##7", "12٫5", "1٬250", "ف-125", "A#B", "1,250", "A B/٧"} {
		tokens := SearchTokens(Invoice{Number: number, PO: number, Amount: usd(1)}, nil)
		term, ok := SearchTerm(number)
		if found := slices.ContainsFunc(tokens, func(token string) bool { return strings.HasPrefix(token, term) }); ok && !found {
			t.Errorf("%q (as %q) is not in %q", number, term, tokens)
		}
	}
}

func TestSearchTokensDoNotRepeatAndStayShort(t *testing.T) {
	tokens := SearchTokens(Invoice{Number: "0042", Amount: usd(-4200), PO: strings.Repeat("x", 500)}, nil)
	if want := []string{"0042", "42", strings.Repeat("x", 64), "42.00"}; !slices.Equal(tokens, want) {
		t.Errorf("%q, want %q", tokens, want)
	}
}

func TestTooLittleToSearchBy(t *testing.T) {
	for _, typed := range []string{"", " ", "#", "4", "\u200f\u200e"} {
		if term, ok := SearchTerm(typed); ok {
			t.Errorf("%q searches for %q", typed, term)
		}
	}
}

func TestNumbersThatDifferInLeadingZerosOnlyAreNear(t *testing.T) {
	for number, want := range map[string]string{
		"000123": "123", "123": "123", "INV-0042/2026": "inv-42/2026", "A0": "a0", "000": "0", "A-00-7": "a-0-7",
		"100": "100", "1001": "1001", " 12 3": "123", "": "", "٠٠٧": "7",
	} {
		if got := NearNumber(number); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

func FuzzSearchTermIsStable(f *testing.F) {
	for _, seed := range []string{"INV-1", "1,250.500", "١٬٢٥٠", "##1", "\u200f", "ſK"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := SearchTerm(s)
		if twice, _ := SearchTerm(once); twice != once {
			t.Errorf("%q became %q, then %q", s, once, twice)
		}
	})
}
