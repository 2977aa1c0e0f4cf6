package value

import (
	"strings"

	"customercenter/infra/local/dynamo/internal/number"
)

// keyEnd closes one key attribute inside a key string. It sorts before any byte
// that can follow it in a longer attribute, because AppendKey escapes zero bytes.
const keyEnd = "\x00\x01"

// AppendKey appends a key attribute and its end to a key string, so that key
// strings sort as the tuples of their attributes do.
func (v Value) AppendKey(key string) string { return v.AppendKeyPrefix(key) + keyEnd }

// AppendKeyPrefix is AppendKey without the end: it stands before every attribute
// that begins with v.
func (v Value) AppendKeyPrefix(key string) string {
	text := v.Text
	if v.Kind == Number {
		text = number.Key(text)
	}
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\x00\xff")
	}
	return key + text
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
