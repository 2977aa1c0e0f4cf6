// Package keyring holds the product's secret keys and derives from them one
// key per use, so that a key for codes can never read a cursor.
//
// It knows nothing of where the keys are kept, nor of what is done with them.
package keyring

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// keyBytes is the length of every key, stored and derived.
const keyBytes = 32

// Ring is a set of named keys, one of them current. New things are made with
// the current key and carry its id; old ones are read with the key they name,
// so keys rotate without a break. A Ring is immutable and prints as nothing.
type Ring struct {
	current string
	keys    map[string][]byte
}

// Parse reads {"current":"k1","keys":{"k1":"<base64 of 32 bytes>"}}. Its
// errors never quote the input.
func Parse(text string) (Ring, error) {
	var in struct {
		Current string            `json:"current"`
		Keys    map[string]string `json:"keys"`
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return Ring{}, errors.New("keyring: not a JSON object with current and keys")
	}
	ring := Ring{current: in.Current, keys: make(map[string][]byte, len(in.Keys))}
	for id, encoded := range in.Keys {
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(key) != keyBytes {
			return Ring{}, fmt.Errorf("keyring: key %q is not the base64 of %d bytes", id, keyBytes)
		}
		ring.keys[id] = key
	}
	if _, ok := ring.keys[ring.current]; !ok {
		return Ring{}, errors.New("keyring: current names no key")
	}
	return ring, nil
}

// Current is the id of the key to make new things with.
func (r Ring) Current() string { return r.current }

// Derive returns the 32 byte key for one use of the key with that id; ok is
// false when the ring has no such key (any more).
func (r Ring) Derive(id, use string) (key []byte, ok bool) {
	root, ok := r.keys[id]
	if !ok {
		return nil, false
	}
	key, err := hkdf.Key(sha256.New, root, nil, use, keyBytes)
	return key, err == nil
}

// String keeps keys out of logs.
func (Ring) String() string { return "keyring (redacted)" }

// GoString keeps keys out of %#v.
func (r Ring) GoString() string { return r.String() }

// MarshalJSON keeps keys out of anything encoded.
func (Ring) MarshalJSON() ([]byte, error) { return []byte(`"redacted"`), nil }
