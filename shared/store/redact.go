package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
)

// Attributes of an audit entry from which a person was erased.
const (
	attrDigest  = "dg" // what the chain knows it by
	attrErasure = "er" // sort key of the entry that says so
)

// Facts of the entry that says so.
const (
	factEntries = "entries"
	factSum     = "sum" // over the entries as they stand since
	factReason  = "reason"
)

// redactedAtOnce is how many entries lose a person in one transaction, with the
// entry that says so.
const redactedAtOnce = maxItems - 2

// Erasure is whose traces leave an account's audit log, who says so, and why.
type Erasure struct {
	Account center.AccountID
	Email   string   // as it was normalised
	Names   []string // that she went by, as far as they are known
	By      string
	Reason  string
}

// RedactAudit takes a person's address and names out of the entries of an
// account's audit log and puts a mark in their place: who did it where she did,
// to whom where it was done to her, and what facts say of her. Each entry keeps
// what the chain knows it by, and the chain gets an entry that says how many
// lost something and how they stand since. Both are one transaction, so that a
// run that breaks off is gone on with by the next. It answers how many entries
// lost something.
//
// No function has the rights to do this: it is for a command that an operator
// runs with the table's own credentials.
func (e Everywhere) RedactAudit(ctx context.Context, x Erasure) (redacted int, err error) {
	t := tenantOf(x.Account)
	var items []item
	err = e.s.each(ctx, question{pk: t.pk(prefixAudit), from: auditFirst, to: auditLast, limit: maxPeople, current: true}, func(it item) error {
		items = append(items, it)
		return nil
	})
	if err != nil {
		return 0, err
	}
	trace := traceOf(items, x)
	var touched []item
	for _, it := range items {
		if left, changed := trace.redacted(it); changed {
			touched = append(touched, left)
		}
	}
	for batch := range slices.Chunk(touched, redactedAtOnce) {
		if err := e.redact(ctx, t, x, batch); err != nil {
			return redacted, err
		}
		redacted += len(batch)
	}
	return redacted, nil
}

// redact puts entries in place of what they were, with the entry that says so,
// and links that.
func (e Everywhere) redact(ctx context.Context, t tenant, x Erasure, batch []item) error {
	entry := center.AuditEntry{Kind: center.AuditErased, At: e.s.now(), By: x.By, Subject: string(center.ContactIDOf(x.Email)),
		Facts: map[string]string{factEntries: strconv.Itoa(len(batch)), factReason: x.Reason}}
	parts := []string{batch[0].key().sk, strconv.Itoa(len(batch))}
	at := t.auditWrite(entry, parts...).at
	for _, it := range batch {
		it.text(attrErasure, at.sk)
	}
	entry.Facts[factSum] = sumOf(batch)
	writes := []write{t.auditWrite(entry, parts...)}
	for _, it := range batch {
		writes = append(writes, write{name: "entry", verb: put, at: it.key(), item: it, condition: present + " AND attribute_not_exists(#" + attrErasure + ")"})
	}
	if err := e.s.transact(ctx, "redact/"+at.sk, writes); err != nil {
		return err
	}
	_, _, err := e.s.ChainAudit(ctx, at.pk, at.sk)
	return err
}

// sumOf is a hash over entries, by their places.
func sumOf(entries []item) string {
	lines := make([]string, len(entries))
	for i, it := range entries {
		lines[i] = it.key().sk + " " + plainDigest(it)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// trace is what tells of a person in an audit log.
type trace struct {
	id    center.ContactID
	words []string // her address and her names
}

// traceOf finds the names that a person went by in what she did.
func traceOf(entries []item, x Erasure) trace {
	tr := trace{id: center.ContactIDOf(x.Email), words: append([]string{x.Email}, x.Names...)}
	for _, it := range entries {
		r := reader{it: it}
		if by := r.text(attrBy); center.ContactID(r.text(attrActor)) == tr.id && by != center.Erased {
			tr.words = append(tr.words, by)
		}
	}
	tr.words = slices.DeleteFunc(tr.words, func(w string) bool { return strings.TrimSpace(w) == "" })
	return tr
}

// shortName is how long a name may be that is found where it stands alone only.
const shortName = 3

// tells finds her in a text: by a word of hers that stands alone there, not as
// a part of somebody else's.
func (tr trace) tells(text string) bool {
	folded := strings.ToLower(text)
	return slices.ContainsFunc(tr.words, func(w string) bool {
		if w = strings.ToLower(w); utf8.RuneCountInString(w) <= shortName {
			return folded == w && w != ""
		}
		for rest, before := folded, ' '; ; {
			left, right, found := strings.Cut(rest, w)
			if !found {
				return false
			}
			if left != "" {
				before, _ = utf8.DecodeLastRuneInString(left)
			}
			if !ofAddress(before) && endsWord(right) {
				return true
			}
			before, _ = utf8.DecodeLastRuneInString(w)
			rest = right
		}
	})
}

// ofAddress tells what may stand in an address, or a name.
func ofAddress(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%+-@", r)
}

// endsWord tells whether a word is over where that follows: a dot that ends a
// sentence does not go on.
func endsWord(rest string) bool {
	next, size := utf8.DecodeRuneInString(rest)
	if next == '.' {
		next, _ = utf8.DecodeRuneInString(rest[size:])
		return !ofAddress(next)
	}
	return rest == "" || !ofAddress(next)
}

// redacted is an entry without her; changed is false where she is not in it, or
// was erased before.
func (tr trace) redacted(it item) (left item, changed bool) {
	r := reader{it: it}
	if r.has(attrErasure) {
		return nil, false
	}
	left = item{}
	for name, value := range it {
		left[name] = value
	}
	if who := center.ContactID(r.text(attrActor)); (who == "" || who == tr.id) && tr.tells(r.text(attrBy)) {
		left.text(attrBy, center.Erased)
		changed = true
	}
	if tr.tells(r.text(attrID)) {
		left.text(attrID, center.Erased)
		changed = true
	}
	facts := item{}
	for name, value := range r.part(attrFacts) {
		facts[name] = value
		if s, ok := value.(*types.AttributeValueMemberS); ok && tr.tells(s.Value) {
			facts.text(name, center.Erased)
			changed = true
		}
	}
	if len(facts) > 0 {
		left.part(attrFacts, facts)
	}
	left.text(attrDigest, plainDigest(it))
	return left, changed
}

// redactions holds entries from which a person was erased against the entries
// that say so.
func (c *chainCheck) redactions() {
	of := map[string][]item{}
	for sk, it := range c.entries {
		r := reader{it: it}
		switch erasure := r.text(attrErasure); {
		case erasure != "" && r.text(attrDigest) != "":
			of[erasure] = append(of[erasure], it)
			c.Redacted++
		case erasure != "" || r.text(attrDigest) != "":
			c.fault(0, sk, "the entry is half erased")
		}
	}
	for sk, it := range c.entries {
		e, err := c.t.readAudit(it)
		if err != nil || e.Kind != center.AuditErased {
			continue
		}
		if e.Facts[factEntries] != fmt.Sprint(len(of[sk])) || e.Facts[factSum] != sumOf(of[sk]) {
			c.fault(0, sk, "the entries that a person was erased from are not what they were left as")
		}
		delete(of, sk)
	}
	for sk, entries := range of {
		c.fault(0, entries[0].key().sk, fmt.Sprintf("something was taken out of the entry, and no entry %q says so", sk))
	}
}
