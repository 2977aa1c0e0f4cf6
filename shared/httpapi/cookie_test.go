package httpapi

import (
	"strings"
	"testing"
)

// FuzzCookies: a cookie is the one of exactly that name, whatever stands
// around it.
func FuzzCookies(f *testing.F) {
	f.Add("__Host-sid=a", "\u00a0__Host-sid=b")
	f.Add(" __Host-sid=a=b", "__Host-sid")
	f.Add("__host-sid=a", "__Host-sid=\x00")
	f.Fuzz(func(t *testing.T, first, second string) {
		r := Request{Cookies: []string{first, second}}
		value := cookieValue(r, "__Host-sid")
		if value == "" {
			return
		}
		for _, c := range r.Cookies {
			if strings.TrimLeft(c, " ") == "__Host-sid="+value {
				return
			}
		}
		t.Errorf("%q of %q", value, r.Cookies)
	})
}
