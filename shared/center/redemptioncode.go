package center

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// A redemption code is what a redeemer types to use the rewards of a
// subscription: 80 bits as sixteen signs of Crockford's base 32, and one more
// that tells a slip of the finger. It opens nothing by itself: whoever types it
// is signed in and stands on the list of redeemers.
const (
	// RedemptionCodeBytes is how many random bytes a code is made of.
	RedemptionCodeBytes = 10

	codeSigns       = 16
	codeGroup       = 4
	crockford       = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	crockfordChecks = crockford + "*~$=U" // the five more that a remainder of 37 needs
)

// RedemptionCode writes a code as people read it: four groups of four signs and
// the check.
func RedemptionCode(raw [RedemptionCodeBytes]byte) string {
	var signs []byte
	var held, bits uint
	for _, b := range raw {
		held, bits = held<<8|uint(b), bits+8
		for ; bits >= 5; bits -= 5 {
			signs = append(signs, crockford[held>>(bits-5)&31])
		}
	}
	var out strings.Builder
	for group := range slices.Chunk(signs, codeGroup) {
		out.Write(group)
		out.WriteByte('-')
	}
	return out.String() + string(checkOf(string(signs)))
}

// checkOf is the number that the signs write, modulo 37.
func checkOf(signs string) byte {
	rest := 0
	for _, sign := range signs {
		rest = (rest*len(crockford) + strings.IndexRune(crockford, sign)) % len(crockfordChecks)
	}
	return crockfordChecks[rest]
}

// ReadRedemptionCode reads what a person types or pastes: in any case, with
// dashes, blanks and invisible marks, O for 0, I and L for 1, and digits of any
// script the center knows. ok is false where the check does not fit: something
// was mistyped.
func ReadRedemptionCode(typed string) (raw [RedemptionCodeBytes]byte, ok bool) {
	var signs []byte
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
		known := crockford
		if len(signs) == codeSigns {
			known = crockfordChecks
		}
		if len(signs) > codeSigns || !strings.ContainsRune(known, r) {
			return raw, false
		}
		signs = append(signs, byte(r))
	}
	if len(signs) != codeSigns+1 || checkOf(string(signs[:codeSigns])) != signs[codeSigns] {
		return raw, false
	}
	held, bits, at := 0, 0, 0
	for _, sign := range signs[:codeSigns] {
		held, bits = held<<5|strings.IndexByte(crockford, sign), bits+5
		if bits >= 8 {
			bits -= 8
			raw[at] = byte(held >> bits)
			at++
		}
	}
	return raw, true
}

// RedemptionCodeHash is what is kept of a subscription's code. It has 80 random
// bits, so that nobody finds it by its hash.
func RedemptionCodeHash(account AccountID, sub SubscriptionID, raw [RedemptionCodeBytes]byte) string {
	sum := sha256.Sum256([]byte("redemption code\x00" + string(account) + "\x00" + string(sub) + "\x00" + string(raw[:])))
	return hex.EncodeToString(sum[:])
}
