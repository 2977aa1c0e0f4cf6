package center_test

import (
	"strings"
	"testing"

	. "customercenter/shared/center"
)

func TestAddressesAreComparedInOneForm(t *testing.T) {
	for in, want := range map[string]string{
		" Fatima.Al-Sabah@Example.COM\t":             "fatima.al-sabah@example.com",
		"\u200f\u00a0fatima@example.com\u200e\ufeff": "fatima@example.com",
		"o'brien+ap@mail.example.org":                "o'brien+ap@mail.example.org",
		"ap@Bücher.example":                          "ap@xn--bcher-kva.example",
		"ap@BÜCHER.example":                          "ap@xn--bcher-kva.example",
		"info@مثال.example":                          "info@xn--mgbh0fb.example",
		"info@例え。テスト":                                "info@xn--r8jz45g.xn--zckzah",
		"a@xn--hxajbheg2az3al.xn--jxalpdlp":          "a@xn--hxajbheg2az3al.xn--jxalpdlp",
		strings.Repeat("a", 64) + "@e.example":       strings.Repeat("a", 64) + "@e.example",
	} {
		if got, ok := NormalizeEmail(in); !ok || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestWhatCannotGetACodeIsNoAddress(t *testing.T) {
	for _, in := range []string{
		"", "@", "test", "test@", "@iana.org", ".test@iana.org", "test.@iana.org", "a..b@iana.org", "test@-iana.org",
		"test@iana-.com", "test@iana.org-", "test@.iana.org", "test@iana.org.", "test@iana..com", "test@iana", `"a b"@iana.org`,
		"test@iana.org\n", "\rtest@iana.org", "te st@iana.org", "test@127.0.0.1", "test@[127.0.0.1]", "a@b@iana.org",
		"\x07@iana.org", "test@\x7f.org", "test(comment)@iana.org", "محمد@example.com", "test@exa_mple.com", "x@\U0001f600.example",
		strings.Repeat("a", 65) + "@iana.org", "a@" + strings.Repeat("b", 64) + ".example", "a@" + strings.Repeat("b.", 130) + "example",
		"a@" + strings.Repeat("ü", 60) + ".example",
	} {
		if got, ok := NormalizeEmail(in); ok || got != "" {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestAddressesAgreeWithPublishedVectors(t *testing.T) {
	var file struct {
		Cases []struct {
			Address string `json:"address"`
			Ours    string `json:"ours"`
		} `json:"cases"`
	}
	shared(t, "data/vectors/emails-isemail.json", &file)
	for _, c := range file.Cases {
		got, ok := NormalizeEmail(c.Address)
		if c.Ours != "free" && ok != (c.Ours == "accept") {
			t.Errorf("%s %q: %v", c.Ours, c.Address, ok)
		}
		if ok && got != strings.ToLower(strings.TrimSpace(c.Address)) {
			t.Errorf("%q was mangled to %q", c.Address, got)
		}
	}
}

func FuzzNormalizeEmailIsStable(f *testing.F) {
	for _, seed := range []string{"a@b.example", "A@bücher.example", "x@例え。テスト", "a@b@c.example", "ß@ß.example", "a@ẞ.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := NormalizeEmail(s)
		if !ok {
			return
		}
		twice, ok := NormalizeEmail(once)
		if !ok || twice != once {
			t.Errorf("%q became %q, then %q", s, once, twice)
		}
		for _, r := range once {
			if r <= ' ' || r > '~' {
				t.Errorf("%q became %q", s, once)
			}
		}
	})
}
