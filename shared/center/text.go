package center

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// fold makes texts that differ in case only, or in the script of their digits,
// the same. It maps each rune to one of its case orbit, so that ſ and K (the
// Kelvin sign) meet s and k.
func fold(s string) string {
	return strings.Map(foldRune, s)
}

func foldRune(r rune) rune {
	if r < unicode.MaxASCII {
		return unicode.ToLower(r)
	}
	if d, ok := digitOf(r); ok {
		return '0' + d
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return unicode.ToLower(least)
}

// digitOf reads a decimal digit of the Arabic-Indic, Persian and full-width
// scripts.
func digitOf(r rune) (value rune, ok bool) {
	for _, zero := range [...]rune{'٠', '۰', '０'} {
		if r >= zero && r <= zero+9 {
			return r - zero, true
		}
	}
	return 0, false
}

// foldSpaceless folds and removes white space and invisible marks.
func foldSpaceless(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return foldRune(r)
	}, s)
}

// foldName reduces the name of a firm to its letters and digits: case,
// punctuation, accents set apart, vowel marks and tatweel do not tell two
// firms from each other.
func foldName(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		switch {
		case r == 'ـ' || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(foldRune(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// idBytes is how much of a SHA-256 stands in an id: no two will meet.
const idBytes = 16

// idOf hashes parts, kept apart by NUL bytes, into 32 hex digits.
func idOf(parts ...string) string {
	h := sha256.New()
	for i, part := range parts {
		if i > 0 {
			h.Write([]byte{0})
		}
		h.Write([]byte(strings.ReplaceAll(part, "\x00", "")))
	}
	return hex.EncodeToString(h.Sum(nil)[:idBytes])
}
