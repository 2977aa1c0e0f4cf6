package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"customercenter/shared/center"
)

// Attributes of a link of the chain and of the mark that leads to it.
const (
	attrSequence = "sq"
	attrLinked   = "en" // sort key of the entry
	attrHash     = "h"
	attrBefore   = "ph" // hash of the link before
)

// chainTries bounds how often a link that met another one begins again.
const chainTries = 6

// AuditLink is one link of an account's chain.
type AuditLink struct {
	Sequence int64
	Entry    string
	Hash     string // hex of SHA-256 over the hash before and the entry
	Before   string
}

// AuditEntryKey tells the keys of audit entries from all others; stream
// records carry them.
func AuditEntryKey(pk, sk string) bool {
	return strings.HasPrefix(pk, prefixAudit) && sk >= auditFirst && sk < auditLast
}

// ChainAudit makes an entry the next link of its account's chain: its number,
// and a hash over it and all before. fresh is false where the entry is linked
// already. Nothing but this writes links, and nothing changes one: each is put
// where none stands, in one transaction with the mark by which the entry is
// known to be linked.
func (s *Store) ChainAudit(ctx context.Context, pk, sk string) (link AuditLink, fresh bool, err error) {
	if !AuditEntryKey(pk, sk) {
		return AuditLink{}, false, fmt.Errorf("store: %s %s is no audit entry", pk, sk)
	}
	t := tenant{strings.TrimPrefix(pk, prefixAudit)}
	for range chainTries {
		if _, err := s.get(ctx, t.auditMark(sk)); err == nil {
			return AuditLink{}, false, nil
		} else if !errors.Is(err, errAbsent) {
			return AuditLink{}, false, err
		}
		entry, err := s.get(ctx, key{pk, sk})
		if err != nil {
			return AuditLink{}, false, err
		}
		last, err := s.lastLink(ctx, t)
		if err != nil {
			return AuditLink{}, false, err
		}
		link = AuditLink{Sequence: last.Sequence + 1, Entry: sk, Before: last.Hash, Hash: linkHash(last.Hash, digestOf(entry))}
		err = s.transact(ctx, fmt.Sprintf("chain/%s/%d", sk, link.Sequence), t.linkWrites(link))
		if err == nil {
			return link, true, nil
		}
		if !isRefusal(err) {
			return AuditLink{}, false, err
		}
	}
	return AuditLink{}, false, errBusy
}

func (t tenant) linkWrites(l AuditLink) []write {
	link, mark := t.linkItem(l), t.markItem(l)
	return []write{
		{name: "link", verb: put, at: link.key(), item: link, condition: absent},
		{name: "mark", verb: put, at: mark.key(), item: mark, condition: absent},
	}
}

func (t tenant) linkItem(l AuditLink) item {
	it := newItem(t.auditLink(l.Sequence), kindLink)
	it.num(attrSequence, l.Sequence)
	it.text(attrLinked, l.Entry)
	it.text(attrBefore, l.Before)
	it.text(attrHash, l.Hash)
	return it
}

func (t tenant) markItem(l AuditLink) item {
	it := newItem(t.auditMark(l.Entry), kindLinkMark)
	it.num(attrSequence, l.Sequence)
	return it
}

func readLink(it item) (AuditLink, error) {
	r := open(it, kindLink)
	return AuditLink{Sequence: r.num(attrSequence), Entry: r.text(attrLinked), Before: r.text(attrBefore), Hash: r.text(attrHash)}, r.err
}

// lastLink is the newest link; the zero one of a chain that has none.
func (s *Store) lastLink(ctx context.Context, t tenant) (AuditLink, error) {
	items, _, err := s.ask(ctx, question{pk: t.pk(prefixAudit), from: sortLink, reverse: true, limit: 1, current: true})
	if err != nil || len(items) == 0 {
		return AuditLink{}, err
	}
	return readLink(items[0])
}

// linkHash is the hash of a link, over the hash before and the entry's digest.
func linkHash(before, entry string) string {
	sum := sha256.Sum256([]byte(before + "|" + entry))
	return hex.EncodeToString(sum[:])
}

// digestOf is what the chain knows an entry by. All of the entry is in it, its
// place too, in a form in which no two entries are alike. One from which a
// person was erased has kept what it was known by (see RedactAudit).
func digestOf(entry item) string {
	if kept := (&reader{it: entry}).text(attrDigest); kept != "" {
		return kept
	}
	return plainDigest(entry)
}

func plainDigest(it item) string {
	h := sha256.New()
	canonical(h, it)
	return hex.EncodeToString(h.Sum(nil))
}

// AuditFault is one thing that is wrong with an account's log.
type AuditFault struct {
	Sequence int64  // of the link, 0 where it is about an entry without one
	Entry    string // the entry's id, where one is meant
	What     string
}

// AuditCheck is what came of recomputing a chain.
type AuditCheck struct {
	Account  center.AccountID
	Entries  int
	Redacted int // of them, from which a person was erased
	Links    int64
	Head     string // hash of the newest link: to be noted, and looked for later
	Noted    string // hash of the link that was asked for
	Waiting  int    // entries not linked yet, and too young to miss that
	Faults   []AuditFault
}

// maxFaults is how many faults are named; more of them tell nothing more.
const maxFaults = 20

// linkWithin is how long an entry may wait for its link.
const linkWithin = time.Hour

// CheckAudit recomputes the chain of an account from its entries. Whatever was
// edited, removed, put in or moved since it was linked is a fault, and so is an
// entry that tells less than it did where no entry of the chain says that a
// person was erased from it, and how it stands since. What is
// removed from the end together with its links leaves no trace here: whoever
// noted Links and Head before asks for the link noted, and compares its hash.
func (e Everywhere) CheckAudit(ctx context.Context, account center.AccountID, noted int64) (AuditCheck, error) {
	c := chainCheck{AuditCheck: AuditCheck{Account: account}, noted: noted, t: tenantOf(account),
		entries: map[string]item{}, marks: map[string]item{}, linked: map[string]bool{}}
	t := c.t
	for _, part := range []struct {
		from, to string
		take     func(item) error
	}{
		{auditFirst, auditLast, c.entry}, {sortMark, "", c.mark}, {sortLink, "", c.link},
	} {
		q := question{pk: t.pk(prefixAudit), from: part.from, to: part.to, limit: maxPeople, current: true}
		if err := e.s.each(ctx, q, part.take); err != nil {
			return AuditCheck{}, err
		}
	}
	c.unlinked(e.s.now())
	c.redactions()
	return c.AuditCheck, nil
}

// chainCheck is a check under way.
type chainCheck struct {
	AuditCheck
	noted   int64
	t       tenant
	entries map[string]item
	marks   map[string]item
	linked  map[string]bool
}

func (c *chainCheck) fault(sequence int64, entry, what string) {
	if len(c.Faults) < maxFaults {
		c.Faults = append(c.Faults, AuditFault{sequence, entry, what})
	}
}

func (c *chainCheck) entry(it item) error {
	c.entries[it.key().sk] = it
	c.Entries++
	return nil
}

func (c *chainCheck) mark(it item) error {
	c.marks[strings.TrimPrefix(it.key().sk, sortMark)] = it
	return nil
}

// link checks the next link, in the order of their numbers.
func (c *chainCheck) link(it item) error {
	l, err := readLink(it)
	if err != nil {
		return err
	}
	want := c.Links + 1
	if l.Sequence != want || !same(it, c.t.linkItem(l)) {
		c.fault(want, l.Entry, "the link of this number is missing, or not as it was written")
	}
	if l.Before != c.Head {
		c.fault(l.Sequence, l.Entry, "the link does not follow the one before")
	}
	entry, stands := c.entries[l.Entry]
	switch {
	case !stands:
		c.fault(l.Sequence, l.Entry, "the entry is gone")
	case linkHash(l.Before, digestOf(entry)) != l.Hash:
		c.fault(l.Sequence, l.Entry, "the entry is not what it was")
	}
	if c.linked[l.Entry] || !same(c.marks[l.Entry], c.t.markItem(l)) {
		c.fault(l.Sequence, l.Entry, "the entry's mark leads elsewhere")
	}
	c.linked[l.Entry] = true
	c.Links, c.Head = l.Sequence, l.Hash
	if l.Sequence == c.noted {
		c.Noted = l.Hash
	}
	return nil
}

// same tells whether two items are, to the byte.
func same(a, b item) bool { return plainDigest(a) == plainDigest(b) }

// unlinked are entries and marks without a link.
func (c *chainCheck) unlinked(now time.Time) {
	for sk, it := range c.entries {
		if c.linked[sk] {
			continue
		}
		// An entry says when it was made by its key; what was written late says
		// it earlier, and must not look like an intruder at once.
		at := (&reader{it: it}).instant(attrAt)
		if _, marked := c.marks[sk]; marked || now.Sub(at) > linkWithin {
			c.fault(0, sk, "the entry is in no link")
			continue
		}
		c.Waiting++
	}
	for sk := range c.marks {
		if _, stands := c.entries[sk]; !stands && !c.linked[sk] {
			c.fault(0, sk, "the entry and its link are gone")
		}
	}
}
