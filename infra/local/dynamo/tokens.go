package dynamo

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"customercenter/infra/local/dynamo/internal/wal"
)

// tokenAge is how long a ClientRequestToken stands for the transaction it came
// with.
const tokenAge = 10 * time.Minute

// token is a ClientRequestToken that was used.
type token struct {
	name   string
	digest [sha256.Size]byte // of what its transaction asked for
	at     time.Time
	commit uint64
}

// tokens are the tokens used lately, oldest first.
type tokens struct {
	byName map[string]token
	order  []token
}

func newTokens() tokens { return tokens{byName: map[string]token{}} }

func (ts *tokens) find(name string, now time.Time) (token, bool) {
	t, ok := ts.byName[name]
	return t, ok && now.Sub(t.at) < tokenAge
}

func (ts *tokens) add(t token) {
	ts.byName[t.name] = t
	ts.order = append(ts.order, t)
}

// age forgets the tokens that are too old to matter.
func (ts *tokens) age(now time.Time) {
	n := 0
	for n < len(ts.order) && now.Sub(ts.order[n].at) >= tokenAge {
		t := ts.order[n]
		if ts.byName[t.name].at.Equal(t.at) {
			delete(ts.byName, t.name)
		}
		n++
	}
	clear(ts.order[:n])
	ts.order = ts.order[n:]
}

// entry is the token as the log keeps it: digest, time, name.
func (t token) entry() wal.Entry {
	b := append(make([]byte, 0, len(t.digest)+8+len(t.name)), t.digest[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(t.at.UnixNano()))
	return wal.Entry{Kind: entryToken, Payload: append(b, t.name...)}
}

var errEntry = errors.New("the log holds an entry that cannot be read")

func readToken(payload []byte, commit uint64) (token, error) {
	const fixed = sha256.Size + 8
	if len(payload) < fixed {
		return token{}, errEntry
	}
	t := token{
		name:   string(payload[fixed:]),
		at:     time.Unix(0, int64(binary.LittleEndian.Uint64(payload[sha256.Size:]))),
		commit: commit,
	}
	copy(t.digest[:], payload)
	return t, nil
}
