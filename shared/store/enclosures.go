package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"customercenter/shared/center"
)

// keepEnclosures is how long files stand that letters enclose; far longer than
// a letter waits.
const keepEnclosures = 30 * 24 * time.Hour

// maxEnclosureItems is more than an enclosure of the largest size has.
const maxEnclosureItems = 64

// manifest is the first item of an enclosure: its facts, and whose the bytes
// are that follow.
type manifest struct {
	List      *center.MailedList `json:",omitempty"`
	Statement *center.Statement  `json:",omitempty"`
	Files     []enclosedFile
}

type enclosedFile struct {
	Name, Type string
	Bytes      int
}

// PutEnclosure keeps an enclosure and answers its id, which is that of its
// content: the same again is there already. TooLarge beyond
// center.MaxEnclosed.
func (s *Store) PutEnclosure(ctx context.Context, e center.Enclosure) (id string, err error) {
	m := manifest{List: e.List, Statement: e.Statement}
	var all []byte
	for _, f := range e.Files {
		m.Files = append(m.Files, enclosedFile{f.Name, f.Type, len(f.Body)})
		all = append(all, f.Body...)
	}
	if len(all) > center.MaxEnclosed {
		return "", center.Errorf(center.TooLarge, "enclosure-too-large", "The files are larger than a letter can carry.")
	}
	head, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(slices.Concat(head, []byte{0}, all))
	id = hex.EncodeToString(sum[:16])
	packed, err := deflated(head)
	if err != nil {
		return "", err
	}
	n := 0
	for part := range slices.Chunk(all, partBytes) {
		n++
		if err := s.putEnclosed(ctx, id, n, part); err != nil {
			return "", err
		}
	}
	return id, s.putEnclosed(ctx, id, 0, packed) // last: what has a head is whole
}

// putEnclosed puts one part, or lets the one that stands there stand longer.
func (s *Store) putEnclosed(ctx context.Context, id string, n int, body []byte) error {
	at := enclosureKey(id, n)
	it := newItem(at, kindEnclosure)
	it.bytes(attrBody, body)
	it.num(attrTTL, s.now().Add(keepEnclosures).Unix())
	w := write{name: "enclosure", verb: put, at: at, item: it, condition: absent + " OR #ttl < :ttl", values: item{}}
	w.values.num(":ttl", s.now().Add(keepEnclosures).Unix())
	return unlessRefused(s.apply(ctx, w))
}

// ErrNoEnclosure is the answer for one that is not there, or no more.
var ErrNoEnclosure = center.Errorf(center.NotFound, "enclosure-not-found", "There is no such enclosure.")

// Enclosure is what a letter encloses, in one Query.
func (s *Store) Enclosure(ctx context.Context, id string) (e center.Enclosure, err error) {
	items, err := s.askAll(ctx, question{pk: enclosurePK(id), limit: maxEnclosureItems})
	if err != nil {
		return e, err
	}
	if len(items) == 0 || items[0].key() != enclosureKey(id, 0) {
		return e, ErrNoEnclosure
	}
	head := open(items[0], kindEnclosure)
	var m manifest
	_, err = unpack(head.bytes(attrBody), &m)
	if err = firstError(head.err, err); err != nil {
		return e, err
	}
	var all bytes.Buffer
	for _, it := range items[1:] {
		r := open(it, kindEnclosure)
		all.Write(r.bytes(attrBody))
		if r.err != nil {
			return e, r.err
		}
	}
	e.List, e.Statement = m.List, m.Statement
	for _, f := range m.Files {
		body := all.Next(f.Bytes)
		if len(body) < f.Bytes {
			return center.Enclosure{}, ErrNoEnclosure
		}
		e.Files = append(e.Files, center.File{Name: f.Name, Type: f.Type, Body: slices.Clone(body)})
	}
	return e, nil
}
