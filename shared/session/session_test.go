package session

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/keyring"
)

const keys = `{"current":"k2","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","k2":"//8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}`

func ring(t testing.TB) keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParseCode(t *testing.T) {
	tests := map[string]struct {
		typed string
		want  string
		ok    bool
	}{
		"eight digits":                     {"12345678", "12345678", true},
		"leading zeros stay":               {"00000012", "00000012", true},
		"blanks as the mail prints them":   {" 1234 5678 ", "12345678", true},
		"a no-break space":                 {"1234\u00a05678", "12345678", true},
		"dashes of all kinds":              {"1234-56–7—8", "12345678", true},
		"Arabic-Indic digits":              {"١٢٣٤٥٦٧٨", "12345678", true},
		"Persian digits":                   {"۱۲۳۴۵۶۷۸", "12345678", true},
		"full-width digits":                {"12345678", "12345678", true},
		"marks that a copy brings along":   {"\u200f\u2067١٢٣٤٥٦٧٨\u2069\ufeff", "12345678", true},
		"mixed digits":                     {"12٣٤5678", "12345678", true},
		"seven digits":                     {"1234567", "1234567", false},
		"nine digits":                      {"123456789", "123456789", false},
		"letters":                          {"1234567B", "", false},
		"nothing":                          {"", "", false},
		"digits of a script nobody reads":  {"१२३४५६७८", "", false},
		"a negative number is not refused": {"-12345678", "12345678", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseCode(tt.typed)
			if ok != tt.ok || (ok && got != tt.want) {
				t.Errorf("ParseCode(%q) = %q, %v, want %q, %v", tt.typed, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("1234 5678")
	f.Add("١٢٣٤٥٦٧٨")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := ParseCode(typed)
		if !ok {
			return
		}
		if len(code) != CodeDigits || strings.Trim(code, "0123456789") != "" {
			t.Errorf("ParseCode(%q) = %q", typed, code)
		}
	})
}

func TestCodeBelongsToOneChallengeAddressAndKey(t *testing.T) {
	r := ring(t)
	challenge := NewSecret().ID()
	code, ok := Code(r, "k1", challenge, "noura@example.com")
	if !ok || len(code) != CodeDigits {
		t.Fatalf("Code = %q, %v", code, ok)
	}
	if !CheckCode(r, "k1", challenge, "noura@example.com", code) {
		t.Error("the code does not check")
	}
	for name, refused := range map[string]bool{
		"another address":   CheckCode(r, "k1", challenge, "omar@example.com", code),
		"another challenge": CheckCode(r, "k1", NewSecret().ID(), "noura@example.com", code),
		"another key":       CheckCode(r, "k2", challenge, "noura@example.com", code),
		"a dropped key":     CheckCode(r, "k3", challenge, "noura@example.com", code),
		"no code":           CheckCode(r, "k1", challenge, "noura@example.com", ""),
		"a key that is not": CheckCode(r, "", challenge, "noura@example.com", ""),
	} {
		if refused {
			t.Errorf("%s checks", name)
		}
	}
}

func TestTokenComesBack(t *testing.T) {
	contact := center.ContactID(strings.Repeat("0a", 16))
	for _, account := range []center.AccountID{center.OperatorsAccount, center.AccountID(strings.Repeat("f1", 16))} {
		want := Token{Account: account, Contact: contact, Secret: NewSecret()}
		got, ok := ParseToken(want.Text())
		if !ok || got != want {
			t.Errorf("ParseToken(%q) = %+v, %v", want.Text(), got, ok)
		}
	}
}

func TestParseTokenRefuses(t *testing.T) {
	id, secret := strings.Repeat("0a", 16), NewSecret().Text()
	for name, text := range map[string]string{
		"nothing":                     "",
		"dots":                        "..",
		"no secret":                   id + "." + id + ".",
		"a short secret":              id + "." + id + "." + secret[1:],
		"a secret with more behind":   id + "." + id + "." + secret + ".x",
		"trailing bits in the secret": id + "." + id + "." + secret[:len(secret)-1] + "_",
		"upper case in an id":         strings.ToUpper(id) + "." + id + "." + secret,
		"a key in an id":              "A#" + id[2:] + "." + id + "." + secret,
		"an operator as contact":      id + ".operators." + secret,
		"a line break":                id + "." + id + "." + secret[:20] + "\n" + secret[21:],
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := ParseToken(text); ok {
				t.Errorf("ParseToken(%q) = %+v", text, got)
			}
		})
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(Token{Account: center.OperatorsAccount, Contact: center.ContactID(strings.Repeat("0a", 16)), Secret: NewSecret()}.Text())
	f.Fuzz(func(t *testing.T, text string) {
		if token, ok := ParseToken(text); ok && token.Text() != text {
			t.Errorf("%q comes back as %q: two cookies for one session", text, token.Text())
		}
	})
}

func TestSecretsPrintNothing(t *testing.T) {
	s := NewSecret()
	encoded, _ := json.Marshal(Token{Secret: s})
	for _, printed := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), fmt.Sprintf("%+v", Token{Secret: s}), string(encoded)} {
		if strings.Contains(printed, s.Text()) || strings.Contains(printed, fmt.Sprint(s.value)) {
			t.Errorf("printed %q", printed)
		}
	}
	if strings.Contains(s.Text(), s.ID()) || NewSecret() == s {
		t.Error("the id gives the secret away, or secrets repeat")
	}
}

func TestCookiesAreLockedToTheHost(t *testing.T) {
	for name, header := range map[string]string{
		"set":  SetCookie(Cookie, "v", AbsoluteLife),
		"drop": DropCookie(Cookie),
	} {
		t.Run(name, func(t *testing.T) {
			c, err := http.ParseSetCookie(header)
			if err != nil {
				t.Fatal(err)
			}
			if c.Name != "__Host-sid" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%q", header)
			}
			if (c.MaxAge < 0) != (name == "drop") {
				t.Errorf("max-age %d", c.MaxAge)
			}
		})
	}
	if c, _ := http.ParseSetCookie(SetCookie(ChallengeCookie, "v", CodeLife)); c == nil || c.MaxAge != int(10*time.Minute/time.Second) {
		t.Errorf("challenge cookie %+v", c)
	}
}
