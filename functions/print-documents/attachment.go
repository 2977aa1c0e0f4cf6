package main

import (
	"context"
	"path"
	"slices"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type attachmentInput struct {
	ID center.InvoiceID `json:"-" path:"id"`
	N  int              `json:"-" path:"n"`
}

// harmless are the types of which nothing runs, whatever opens them. All
// others are answered as bytes of no type.
var harmless = []string{"application/pdf", "image/png", "image/jpeg"}

const bytesOfNoType = "application/octet-stream"

// downloadAttachment answers a file that came inside an invoice, to those who
// see the invoice. Nobody here knows what it is: it is a download, under a
// name made of what it says, and whatever shows it all the same is told to let
// it run nothing.
func (h handler) downloadAttachment(ctx context.Context, actor center.Actor, in attachmentInput) (httpapi.Raw, error) {
	detail, err := h.invoice(ctx, actor, in.ID)
	if center.IsKind(err, center.NotFound) {
		err = store.ErrNoAttachment
	}
	if err == nil && detail.Kept[in.N] == 0 {
		err = store.ErrNoAttachment
	}
	if err != nil {
		return httpapi.Raw{}, err
	}
	content, err := h.store.In(actor).Attachment(ctx, in.ID, in.N)
	if err != nil {
		return httpapi.Raw{}, err
	}
	about := detail.Document.Attachments[in.N]
	contentType := bytesOfNoType
	if mime := strings.ToLower(strings.TrimSpace(about.Mime)); slices.Contains(harmless, mime) {
		contentType = mime
	}
	return httpapi.Raw{ContentType: contentType, Body: content, Binary: true, Headers: map[string]string{
		"content-disposition":     paper.Disposition(attachmentName(about)),
		"content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
	}}, nil
}

// maxEnding is the longest ending of a file's name that is kept.
const maxEnding = 8

// attachmentName is a name for the file that means nothing to a file system:
// its own, or its id's.
func attachmentName(a center.Attachment) string {
	name := a.Filename
	if name == "" {
		name = a.ID
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	ending := strings.TrimPrefix(path.Ext(name), ".")
	if ending == "" || len(ending) > maxEnding || strings.Trim(strings.ToLower(ending), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return paper.FileName("bin", name)
	}
	return paper.FileName(ending, strings.TrimSuffix(name, "."+ending))
}

// roomForContent is how much of attachments an answer carries besides the
// document: as base64 they are a third larger.
const roomForContent = 2 << 20

// fill adds the contents that are kept to a document, while there is room.
func (h handler) fill(ctx context.Context, actor center.Actor, detail *store.InvoiceDetail) error {
	room := roomForContent
	for n := range detail.Document.Attachments {
		size := detail.Kept[n]
		if size == 0 || size > room {
			continue
		}
		content, err := h.store.In(actor).Attachment(ctx, detail.Invoice.ID, n)
		if err != nil {
			return err
		}
		room -= size
		detail.Document.Attachments[n].Content = content
	}
	return nil
}
