package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// RequestHash is the hash of all that was asked, by which the same
// Idempotency-Key with another body is known. What it hashes is an input, as a
// handler gets it.
func RequestHash(in any) string {
	text, err := json.Marshal(in)
	if err != nil {
		panic(err) // an input has no value that JSON has no form for
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
