package center

import (
	"slices"
	"strings"
)

// Lengths of an Idempotency-Key.
const (
	shortestKey = 16
	longestKey  = 64
)

// KeyForm is what an Idempotency-Key must be.
const KeyForm = "must be 16 to 64 letters, digits, - or _, new for each request"

const keySigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// WellFormedKey tells what a browser may name a request by.
func WellFormedKey(key string) bool {
	return len(key) >= shortestKey && len(key) <= longestKey &&
		!slices.ContainsFunc([]byte(key), func(c byte) bool { return strings.IndexByte(keySigns, c) < 0 })
}
