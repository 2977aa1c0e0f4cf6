package table

import (
	"slices"
	"sort"
	"time"
)

// StreamAge is how long a stream keeps a change, counted from when it was added
// or read back.
const StreamAge = 24 * time.Hour

// Change is one entry of a table's stream.
type Change struct {
	Sequence uint64
	At       int64   // by the database's clock, in nanoseconds since 1970
	Kept     int64   // since when the stream has it, by the machine's clock, likewise
	Old, New *Record // nil where there was or is no item
	Expired  bool    // taken away because its time had passed
	Commit   uint64
}

// Event is INSERT, MODIFY or REMOVE.
func (c Change) Event() string {
	switch {
	case c.Old == nil:
		return "INSERT"
	case c.New == nil:
		return "REMOVE"
	}
	return "MODIFY"
}

// Stream is the changes of a table in order, numbered from 1 without gaps, of
// which the oldest are forgotten in time.
type Stream struct {
	changes []Change
	last    uint64
}

// Last is the number of the newest change there ever was.
func (s *Stream) Last() uint64 { return s.last }

// SetLast numbers the next change after so many.
func (s *Stream) SetLast(sequence uint64) { s.last = max(s.last, sequence) }

// Add numbers a change and appends it; a change that changes nothing is left out.
func (s *Stream) Add(c Change) bool {
	if Same(c.Old, c.New) {
		return false
	}
	s.last++
	c.Sequence = s.last
	s.changes = append(s.changes, c)
	return true
}

// Restore appends a change that has its number.
func (s *Stream) Restore(c Change) {
	s.changes = append(s.changes, c)
	s.SetLast(c.Sequence)
}

func (s *Stream) from(sequence uint64) int {
	return sort.Search(len(s.changes), func(i int) bool { return s.changes[i].Sequence >= sequence })
}

// After returns the changes numbered higher than sequence that came with commits
// up to durable, limit at most.
func (s *Stream) After(sequence, durable uint64, limit int) []Change {
	changes := s.changes[s.from(sequence+1):]
	end := 0
	for end < len(changes) && end < limit && changes[end].Commit <= durable {
		end++
	}
	return slices.Clone(changes[:end])
}

// Trim forgets the changes up to a number and reports whether there were any.
func (s *Stream) Trim(upTo uint64) bool {
	n := s.from(upTo + 1)
	if n == 0 {
		return false
	}
	clear(s.changes[:n]) // lets their images go
	s.changes = s.changes[n:]
	return true
}

// Aged is the number of the newest change older than StreamAge, or 0.
func (s *Stream) Aged(now time.Time) uint64 {
	oldest := now.Add(-StreamAge).UnixNano()
	n := sort.Search(len(s.changes), func(i int) bool { return s.changes[i].Kept >= oldest })
	if n == 0 {
		return 0
	}
	return s.changes[n-1].Sequence
}

// Changes returns all changes that are not forgotten.
func (s *Stream) Changes() []Change { return s.changes }

func (s *Stream) snapshot() Stream {
	return Stream{changes: slices.Clone(s.changes), last: s.last}
}
