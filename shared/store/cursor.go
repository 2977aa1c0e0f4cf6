package store

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strings"

	"customercenter/shared/center"
)

// A cursor is where a page ended, sealed: the id of the key, a dot, and the
// sealed positions, all in base64. The seal covers the account, the route and
// the filter, so a cursor is of use to nobody else and nowhere else, and what
// was tampered with does not open.

// cursorUse names the key that cursors are sealed with.
const cursorUse = "cursor"

// maxCursor is longer than any cursor made here.
const maxCursor = 600

// scope is what a cursor is bound to.
type scope struct {
	account center.AccountID
	route   string
	filter  string
}

func (c scope) bytes(keyID string) []byte {
	return []byte(strings.Join([]string{keyID, string(c.account), c.route, c.filter}, "\x00"))
}

var errCursor = &center.Error{Kind: center.Invalid, Code: "invalid-cursor",
	Detail:     "This page marker is not valid here. Start again from the first page.",
	Violations: []center.Violation{{Pointer: "cursor", Detail: "use the next of the page before, with the same filter"}}}

func (s *Store) sealer(keyID string) (cipher.AEAD, bool) {
	secret, ok := s.keys.Derive(keyID, cursorUse)
	if !ok {
		return nil, false
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, false
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return aead, err == nil
}

// seal makes a cursor of positions, none of which contains a NUL.
func (s *Store) seal(c scope, positions ...string) string {
	id := s.keys.Current()
	aead, ok := s.sealer(id)
	if !ok {
		return ""
	}
	sealed := aead.Seal(nil, nil, []byte(strings.Join(positions, "\x00")), c.bytes(id))
	return base64.RawURLEncoding.EncodeToString([]byte(id)) + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// unseal is the inverse of seal. Whatever seal did not make for this scope is
// Invalid.
func (s *Store) unseal(c scope, cursor string, want int) ([]string, error) {
	if len(cursor) > maxCursor {
		return nil, errCursor
	}
	left, right, _ := strings.Cut(cursor, ".")
	strict := base64.RawURLEncoding.Strict()
	id, err := strict.DecodeString(left)
	if err != nil {
		return nil, errCursor
	}
	sealed, err := strict.DecodeString(right)
	if err != nil {
		return nil, errCursor
	}
	aead, ok := s.sealer(string(id))
	if !ok {
		return nil, errCursor
	}
	plain, err := aead.Open(nil, nil, sealed, c.bytes(string(id)))
	if err != nil {
		return nil, errCursor
	}
	positions := strings.Split(string(plain), "\x00")
	if len(positions) != want {
		return nil, errCursor
	}
	return positions, nil
}
