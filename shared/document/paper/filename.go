package paper

import (
	"net/url"
	"strings"
	"unicode"
)

// maxNamePart is how long a part of a file's name may be, in characters.
const maxNamePart = 40

// FileName names a file by what is in it, so that it says in a folder of
// downloads what it is: FileName("pdf", "Example Cloud", "INV-2026-00042",
// "2026-11-22", "SAR-420630.00") is
// "Example-Cloud_INV-2026-00042_2026-11-22_SAR-420630.00.pdf". Whatever may
// mean something to a file system or a header becomes a dash; parts that say
// nothing are left out.
func FileName(ending string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p = namePart(p); p != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		kept = []string{"document"}
	}
	return strings.Join(kept, "_") + "." + ending
}

func namePart(s string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s {
		if n == maxNamePart {
			break
		}
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Mn, r) && n > 0, r == '.' && n > 0:
			if gap && n > 0 {
				b.WriteByte('-')
				n++
			}
			gap = false
			b.WriteRune(r)
			n++
		case !unicode.Is(unicode.Cf, r):
			gap = true
		}
	}
	return strings.TrimRight(b.String(), ".")
}

// Disposition is the header that has a browser keep an answer as a file of
// that name: in its own letters, and for old readers in those of ASCII alone.
func Disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '"' || r == '\\':
			return '-'
		case r < 0x20 || r > 0x7e:
			return -1
		}
		return r
	}, name)
	return `attachment; filename="` + strings.TrimLeft(plain, "-_.") + `"; filename*=UTF-8''` + url.PathEscape(name)
}
