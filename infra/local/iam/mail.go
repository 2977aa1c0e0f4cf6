package iam

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"strings"

	"customercenter/infra/local/template"
)

// Mail stands in front of SES. A mail wishes to be sent by the identity of its sender's domain and, where it names
// one, through a configuration set.
func (p *Policies) Mail(next http.Handler) http.Handler {
	return p.guard(next, mailWishes, func(w http.ResponseWriter, message string) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>`)
		// The writer of a response does not fail before the client is gone.
		xml.EscapeText(w, []byte(message))
		io.WriteString(w, `</Message></Error></ErrorResponse>`)
	})
}

func mailWishes(_ *http.Request, body []byte) ([]wish, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	action := "ses:" + form.Get("Action")
	from, err := sender(form)
	if err != nil {
		return nil, err
	}
	arn := "arn:aws:ses:" + template.Region + ":" + template.AccountID + ":"
	domain := from[strings.LastIndexByte(from, '@')+1:]
	out := []wish{{action: action, resource: arn + "identity/" + domain, from: from}}
	if set := form.Get("ConfigurationSetName"); set != "" {
		out = append(out, wish{action: action, resource: arn + "configuration-set/" + set, from: from})
	}
	return out, nil
}

// sender is the address that a mail is from: the request's own, or else that of the raw mail.
func sender(form url.Values) (string, error) {
	text := form.Get("Source")
	if raw := form.Get("RawMessage.Data"); text == "" && raw != "" {
		b, err := base64.StdEncoding.DecodeString(raw)
		if err != nil {
			return "", err
		}
		m, err := mail.ReadMessage(bytes.NewReader(b))
		if err != nil {
			return "", err
		}
		text = m.Header.Get("From")
	}
	if text == "" {
		return "", nil
	}
	address, err := mail.ParseAddress(text)
	if err != nil {
		return "", err
	}
	return address.Address, nil
}
