package value

import (
	"strings"

	"customercenter/infra/local/dynamo/internal/number"
)

// keyEnd closes one key attribute inside a key string. It sorts before any byte
// that can follow it in a longer attribute, because AppendKey escapes zero bytes.
const keyEnd = "\x00\x01"

// AppendKey appends a key attribute and its end to a key, so that keys sort as
// the tuples of their attributes do.
func (v Value) AppendKey(key []byte) []byte { return append(v.AppendKeyPrefix(key), keyEnd...) }

// AppendKeyPrefix is AppendKey without the end: it stands before every attribute
// that begins with v.
func (v Value) AppendKeyPrefix(key []byte) []byte {
	text := v.Text
	if v.Kind == Number {
		text = number.Key(text)
	}
	for {
		zero := strings.IndexByte(text, 0)
		if zero < 0 {
			return append(key, text...)
		}
		key = append(append(key, text[:zero]...), 0, 0xff)
		text = text[zero+1:]
	}
}

// After returns the smallest string greater than every string that begins with
// prefix.
func After(prefix string) string {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return prefix + "\xff"
}
