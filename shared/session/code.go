package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"

	"customercenter/shared/keyring"
)

// CodeDigits is the length of a code. With the tries and codes an address may
// have in a day, eight digits leave a guesser one chance in two million a day.
const CodeDigits = 8

// codeSpace is 10 to the power of CodeDigits.
const codeSpace = 100_000_000

// codeUse names the key that codes are made with.
const codeUse = "sign-in code"

// Code is the code of one challenge, made anew each time it is needed from
// the key with that id: it is stored nowhere. ok is false when the key was
// dropped since the code was asked for.
func Code(ring keyring.Ring, keyID, challenge, email string) (code string, ok bool) {
	key, ok := ring.Derive(keyID, codeUse)
	if !ok {
		return "", false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(challenge))
	mac.Write([]byte{'|'}) // a challenge is hex, so the two cannot run into each other
	mac.Write([]byte(email))
	// 2^64 is so much larger than codeSpace that the bias is below 10^-11.
	n := binary.BigEndian.Uint64(mac.Sum(nil)) % codeSpace
	return fmt.Sprintf("%0*d", CodeDigits, n), true
}

// CheckCode tells in constant time whether typed is the challenge's code.
func CheckCode(ring keyring.Ring, keyID, challenge, email, typed string) bool {
	code, ok := Code(ring, keyID, challenge, email)
	return ok && subtle.ConstantTimeCompare([]byte(code), []byte(typed)) == 1
}

// ParseCode reads what a person types or pastes: blanks, dashes and the
// invisible marks of right-to-left text are skipped; Arabic-Indic, Persian
// and full-width digits are digits. ok is false unless eight digits remain.
func ParseCode(typed string) (code string, ok bool) {
	var digits strings.Builder
	for _, r := range typed {
		if d, isDigit := digit(r); isDigit {
			digits.WriteByte(d)
			continue
		}
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Dash, unicode.Cf) {
			return "", false
		}
	}
	return digits.String(), digits.Len() == CodeDigits
}

// zeros are the digit zeros of the scripts our readers type in.
var zeros = [...]rune{'0', '٠', '۰', '0'}

func digit(r rune) (byte, bool) {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}
