// Package session knows how a person proves who she is: the codes she types,
// the cookies her browser keeps, and what of them is kept on our side, which
// is never enough to sign in with.
//
// It does not know HTTP requests, mail, or what a contact may do once inside.
package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"customercenter/shared/center"
)

// The cookies. The __Host- prefix makes browsers refuse them unless they are
// Secure, for this host alone and for the path /.
const (
	Cookie          = "__Host-sid" // a session
	ChallengeCookie = "__Host-pre" // a code that was asked for and not yet typed
)

// How long things last.
const (
	CodeLife     = 10 * time.Minute    // from asking for a code to typing it
	IdleLife     = 12 * time.Hour      // of a session that is not used
	AbsoluteLife = 30 * 24 * time.Hour // from typing a code
	TouchEvery   = 5 * time.Minute     // how precisely last use is known
)

// secretBytes is the length of every secret: 256 bits, so that a plain hash
// of it is safe to keep.
const secretBytes = 32

// idBytes is how much of a secret's hash names the thing it opens.
const idBytes = 16

// Secret is what a browser holds and we do not keep. It prints as nothing.
type Secret struct{ value [secretBytes]byte }

// NewSecret draws a secret.
func NewSecret() Secret {
	var s Secret
	rand.Read(s.value[:]) // never fails: the program ends where there is no randomness
	return s
}

// ParseSecret reads what Text wrote.
func ParseSecret(text string) (Secret, bool) {
	var s Secret
	if len(text) != base64.RawURLEncoding.EncodedLen(secretBytes) {
		return s, false
	}
	n, err := base64.RawURLEncoding.Strict().Decode(s.value[:], []byte(text))
	return s, err == nil && n == secretBytes
}

// Text is the form a cookie carries.
func (s Secret) Text() string { return base64.RawURLEncoding.EncodeToString(s.value[:]) }

// ID names what the secret opens: 32 hex digits of its hash. It is what we
// keep, and opens nothing.
func (s Secret) ID() string {
	sum := sha256.Sum256(s.value[:])
	return hex.EncodeToString(sum[:idBytes])
}

// String keeps secrets out of logs.
func (Secret) String() string { return "secret (redacted)" }

// GoString keeps secrets out of %#v.
func (s Secret) GoString() string { return s.String() }

// NewID draws the id of a letter, or the mark by which a request knows its own
// writes again: 32 hex digits.
func NewID() string { return NewSecret().ID() }

// Token is the value of the session cookie: whose session, and the secret.
type Token struct {
	Account center.AccountID
	Contact center.ContactID
	Secret  Secret
}

// tokenSeparator stands between the three parts of a token and in none of them.
const tokenSeparator = "."

// Text is the cookie's value.
func (t Token) Text() string {
	return strings.Join([]string{string(t.Account), string(t.Contact), t.Secret.Text()}, tokenSeparator)
}

// ParseToken reads what Text wrote. What it accepts has the form of ids; that
// they exist, and that the secret is theirs, is for the guard to find out.
func ParseToken(text string) (Token, bool) {
	account, rest, _ := strings.Cut(text, tokenSeparator)
	contact, secret, _ := strings.Cut(rest, tokenSeparator)
	s, ok := ParseSecret(secret)
	if !ok || !isID(contact) || (!isID(account) && center.AccountID(account) != center.OperatorsAccount) {
		return Token{}, false
	}
	return Token{Account: center.AccountID(account), Contact: center.ContactID(contact), Secret: s}, true
}

func isID(s string) bool {
	if len(s) != 2*idBytes {
		return false
	}
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// SetCookie is the Set-Cookie value that gives a browser the cookie for life.
func SetCookie(name, value string, life time.Duration) string {
	return cookie(name, value, int(life/time.Second))
}

// DropCookie is the Set-Cookie value that takes the cookie away.
func DropCookie(name string) string { return cookie(name, "", -1) }

func cookie(name, value string, maxAge int) string {
	c := http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	return c.String()
}
