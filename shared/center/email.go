package center

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an e-mail address, as RFC 5321 sets them.
const (
	maxAddress   = 254
	maxLocalPart = 64
	maxLabel     = 63
)

// NormalizeEmail returns the comparable form of an address: blanks around it
// removed, all in lower case, a domain in other scripts in its ASCII form. ok
// is false for what no code could be sent to: quoted local parts, comments,
// address literals, domains of one label, and local parts beyond ASCII, which
// SES does not take.
func NormalizeEmail(s string) (address string, ok bool) {
	s = strings.TrimFunc(s, pasted)
	local, domain, found := strings.Cut(s, "@")
	if !found || !localPartOK(local) {
		return "", false
	}
	domain, ok = asciiDomain(domain)
	address = strings.ToLower(local) + "@" + domain
	if !ok || len(address) > maxAddress {
		return "", false
	}
	return address, true
}

// pasted is what comes along when an address is copied from a mail or a sheet:
// blanks and invisible marks. A line's end is no part of it: two lines were
// copied, or somebody tries something.
func pasted(r rune) bool {
	return r == '\t' || r == '\u200b' || r == '\ufeff' || unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Bidi_Control, r)
}

// EmailDomain is the part after the @ of the comparable form; "" for what is
// no address.
func EmailDomain(s string) string {
	address, _ := NormalizeEmail(s)
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

func localPartOK(local string) bool {
	if len(local) == 0 || len(local) > maxLocalPart || strings.Contains(local, "..") ||
		local[0] == '.' || local[len(local)-1] == '.' {
		return false
	}
	for i := range len(local) {
		if c := local[i]; !isAlnum(c) && !strings.ContainsRune("!#$%&'*+/=?^_`{|}~-.", rune(c)) || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func asciiDomain(domain string) (string, bool) {
	domain = strings.Map(func(r rune) rune {
		switch r {
		case '。', '．', '｡': // the full stops that stand for a dot in domains
			return '.'
		}
		return unicode.ToLower(r)
	}, domain)
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return "", false
	}
	for i, label := range labels {
		var ok bool
		if labels[i], ok = asciiLabel(label); !ok {
			return "", false
		}
	}
	if last := labels[len(labels)-1]; strings.Trim(last, "0123456789") == "" {
		return "", false // an address in numbers is no domain
	}
	return strings.Join(labels, "."), true
}

func asciiLabel(label string) (string, bool) {
	ascii := true
	for _, r := range label {
		switch {
		case r >= utf8.RuneSelf:
			ascii = false
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return "", false
			}
		case !isAlnum(byte(r)) && r != '-':
			return "", false
		}
	}
	if !ascii {
		label = "xn--" + punycode(label)
	}
	ok := label != "" && len(label) <= maxLabel && label[0] != '-' && label[len(label)-1] != '-'
	return label, ok
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// Parameters of punycode, RFC 3492 section 5.
const (
	punyBase  = 36
	punyTMin  = 1
	punyTMax  = 26
	punySkew  = 38
	punyDamp  = 700
	punyBias  = 72
	punyFirst = utf8.RuneSelf
)

// punycode encodes a label by RFC 3492; labels are shorter than maxAddress, so
// nothing overflows.
func punycode(label string) string {
	runes := []rune(label)
	var out []byte
	for _, r := range runes {
		if r < punyFirst {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(punyFirst), 0, punyBias
	for done := basic; done < len(runes); {
		next := rune(unicode.MaxRune)
		for _, r := range runes {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r == n {
				out = appendPunyDigits(out, delta, bias)
				bias = adaptPuny(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
		n++
	}
	return string(out)
}

func appendPunyDigits(out []byte, q, bias int) []byte {
	const digits = "abcdefghijklmnopqrstuvwxyz0123456789"
	for k := punyBase; ; k += punyBase {
		t := min(max(k-bias, punyTMin), punyTMax)
		if q < t {
			return append(out, digits[q])
		}
		out = append(out, digits[t+(q-t)%(punyBase-t)])
		q = (q - t) / (punyBase - t)
	}
}

func adaptPuny(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyTMin)*punyTMax/2; k += punyBase {
		delta /= punyBase - punyTMin
	}
	return k + (punyBase-punyTMin+1)*delta/(delta+punySkew)
}
