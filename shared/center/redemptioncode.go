package center

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"unicode"
)

// RedemptionCode is what a redeemer types to redeem the rewards of a
// subscription: 80 bits as 16 characters of Crockford's base 32 and a check
// character, without dashes. It opens nothing by itself: whoever types it is
// signed in and stands on the list of redeemers.
type RedemptionCode string

const (
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	// checkAlphabet has the five more that a remainder of 37 needs.
	checkAlphabet  = codeAlphabet + "*~$=U"
	codeCharacters = 16
	// RedemptionCodeBytes is how many random bytes a code is made of.
	RedemptionCodeBytes = codeCharacters * 5 / 8
)

// RedemptionCodeOf writes ten bytes as a code.
func RedemptionCodeOf(secret [RedemptionCodeBytes]byte) RedemptionCode {
	var code []byte
	var bits, held uint
	for _, b := range secret {
		held, bits = held<<8|uint(b), bits+8
		for bits >= 5 {
			bits -= 5
			code = append(code, codeAlphabet[held>>bits&31])
		}
	}
	return RedemptionCode(append(code, checkAlphabet[remainderOf(code)]))
}

// remainderOf is the number that the characters write, modulo 37.
func remainderOf(code []byte) (rest int) {
	for _, c := range code {
		rest = (rest*32 + strings.IndexByte(codeAlphabet, c)) % len(checkAlphabet)
	}
	return rest
}

// ParseRedemptionCode reads what a person types or pastes: in any case, with
// dashes, blanks and invisible marks, O for 0, I and L for 1, and digits of any
// script the center knows. ok is false where the check character says that it
// was mistyped.
func ParseRedemptionCode(typed string) (code RedemptionCode, ok bool) {
	var out []byte
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Dash, unicode.Cf) {
			continue
		}
		switch r = unicode.ToUpper(foldRune(r)); r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		known := codeAlphabet
		if len(out) == codeCharacters {
			known = checkAlphabet
		}
		if len(out) > codeCharacters || !strings.ContainsRune(known, r) {
			return "", false
		}
		out = append(out, byte(r))
	}
	if len(out) != codeCharacters+1 || checkAlphabet[remainderOf(out[:codeCharacters])] != out[codeCharacters] {
		return "", false
	}
	return RedemptionCode(out), true
}

// Grouped is the code as people read it: four by four, the check character
// last.
func (c RedemptionCode) Grouped() string {
	const four = 4
	var groups []string
	for rest := string(c); rest != ""; rest = rest[min(four, len(rest)):] {
		groups = append(groups, rest[:min(four, len(rest))])
	}
	return strings.Join(groups, "-")
}

// Hash is what is stored of the code of a subscription. The code has 80 random
// bits, so that nobody finds it by its hash.
func (c RedemptionCode) Hash(account AccountID, subscription string) string {
	sum := sha256.Sum256([]byte("redemption code\x00" + string(account) + "\x00" + FoldNumber(subscription) + "\x00" + string(c)))
	return hex.EncodeToString(sum[:])
}

// Matches tells, in a time that says nothing, whether the code is the one that
// a hash was stored of.
func (c RedemptionCode) Matches(hash string, account AccountID, subscription string) bool {
	return subtle.ConstantTimeCompare([]byte(c.Hash(account, subscription)), []byte(hash)) == 1
}
