package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/keyring"
)

// lettersUse names the key that the tokens of choosing letters are made with.
const lettersUse = "letters"

// LettersToken lets its holder choose which letters a contact gets, without
// signing in, and nothing else: it stands in those letters. It does not end,
// for mailboxes keep letters for years.
func LettersToken(ring keyring.Ring, account center.AccountID, contact center.ContactID) string {
	return lettersToken(ring, ring.Current(), account, contact)
}

func lettersToken(ring keyring.Ring, id string, account center.AccountID, contact center.ContactID) string {
	key, ok := ring.Derive(id, lettersUse)
	if !ok {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(account) + "|" + string(contact)))
	return strings.Join([]string{id, string(account), string(contact), base64.RawURLEncoding.EncodeToString(mac.Sum(nil))}, ".")
}

// OpenLettersToken says whose letters a token chooses; ok is false for one
// that is not ours, or whose key was dropped.
func OpenLettersToken(ring keyring.Ring, token string) (account center.AccountID, contact center.ContactID, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 4 || !hex16(parts[1]) || !hex16(parts[2]) {
		return "", "", false
	}
	account, contact = center.AccountID(parts[1]), center.ContactID(parts[2])
	right := lettersToken(ring, parts[0], account, contact)
	return account, contact, right != "" && subtle.ConstantTimeCompare([]byte(right), []byte(token)) == 1
}

// hex16 tells whether s is 16 bytes in hex.
func hex16(s string) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == 16 && hex.EncodeToString(raw) == s
}
