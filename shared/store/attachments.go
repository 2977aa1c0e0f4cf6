package store

import (
	"context"
	"strconv"

	"customercenter/shared/center"
)

// Limits of what comes inside papers.
const (
	maxChunks      = 16 // of one attachment: 5 MB in items of 350 KB
	maxAttachments = 40 // of one paper that are kept: they go in one transaction
)

const attrBytes = "sz"

// ErrNoAttachment is the one answer for attachments that do not exist, are
// another account's, or came without their content.
var ErrNoAttachment = center.Errorf(center.NotFound, "attachment-not-found", "There is no such attachment.")

// attach puts the contents that a paper brought, in a transaction of their
// own behind the paper's: together they may be as large as one can be. Where
// the paper stood already, what is missing is made up for.
func (l *lane) attach(ctx context.Context, id center.InvoiceID, d *center.Document, fresh bool) ([]*change, error) {
	at := map[key]int{}
	var keys []key
	for n, a := range d.Attachments {
		if len(a.Content) > 0 && len(keys) < maxAttachments {
			k := l.t.attachment(id, n)
			at[k], keys = n, append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	found := map[key]item{}
	if !fresh {
		var err error
		if found, err = l.s.getMany(ctx, keys, true); err != nil {
			return nil, err
		}
	}
	c := newChange()
	for _, k := range keys {
		if _, stands := found[k]; stands {
			continue
		}
		content := d.Attachments[at[k]].Content
		it := newItem(k, kindAttachment)
		it.num(attrBytes, int64(len(content)))
		c.creations = append(c.creations, write{name: "attachment", verb: put, at: k, item: it, condition: absent})
		for chunk := 0; len(content) > 0; chunk++ {
			part := content[:min(len(content), partBytes)]
			content = content[len(part):]
			it := newItem(l.t.chunk(id, at[k], chunk), kindChunk)
			it.bytes(attrBody, part)
			c.creations = append(c.creations, write{name: "attachment", verb: put, at: it.key(), item: it, condition: absent})
		}
	}
	if len(c.creations) == 0 {
		return nil, nil
	}
	return []*change{c}, nil
}

// Attachment is the content of the n-th attachment of a paper of the account.
// Whether the actor may see the paper is the caller's to ask.
func (a Account) Attachment(ctx context.Context, id center.InvoiceID, n int) ([]byte, error) {
	if !isInvoiceID(id) || n < 0 {
		return nil, ErrNoAttachment
	}
	at := a.t.chunk(id, n, 0)
	items, err := a.s.askAll(ctx, question{pk: at.pk, from: strconv.Itoa(n) + "#", limit: maxChunks})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, ErrNoAttachment
	}
	var content []byte
	for _, it := range items {
		r := open(it, kindChunk)
		content = append(content, r.bytes(attrBody)...)
		if r.err != nil {
			return nil, r.err
		}
	}
	return content, nil
}
