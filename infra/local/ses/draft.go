package ses

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// SES's limits on one mail.
const (
	maxMailBytes  = 10 << 20
	maxRecipients = 50
	maxTags       = 50
	maxTagLength  = 256
)

// draft is a mail somebody asks to send.
type draft struct {
	source           string   // as given, or of the From header
	claimed          []string // every address it claims to come from
	destinations     []string // bare addresses
	raw              []byte
	configurationSet string
	tags             map[string][]string
	region           string
}

func (s *Service) sendRawEmail(r *http.Request, c call) (any, error) {
	raw, err := base64.StdEncoding.DecodeString(c.form.Get("RawMessage.Data"))
	if err != nil || len(raw) == 0 {
		return nil, invalid("Missing raw message data.")
	}
	if len(raw) > maxMailBytes {
		return nil, invalid("Message length is more than %d bytes long: '%d'.", maxMailBytes, len(raw))
	}
	message, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, invalid("Could not parse message: %v", err)
	}
	d := draft{raw: raw, region: c.region, source: c.form.Get("Source"), configurationSet: c.form.Get("ConfigurationSetName")}
	if d.configurationSet == "" {
		d.configurationSet = message.Header.Get("X-SES-CONFIGURATION-SET")
	}
	if err := d.readSenders(message.Header); err != nil {
		return nil, err
	}
	if err := d.readDestinations(message.Header, c.list("Destinations")); err != nil {
		return nil, err
	}
	if err := d.readTags(c, message.Header["X-Ses-Message-Tags"]); err != nil {
		return nil, err
	}
	return s.send(r.Context(), d)
}

// readSenders collects each address the mail claims to come from; all of them
// must be verified.
func (d *draft) readSenders(header netmail.Header) error {
	for _, field := range []string{"From", "Sender", "Return-Path"} {
		for _, value := range header[field] {
			list, err := netmail.ParseAddressList(value)
			if err != nil {
				return invalid("Could not parse header '%s': %s", field, value)
			}
			for _, a := range list {
				d.claimed = append(d.claimed, a.Address)
			}
		}
	}
	switch {
	case len(header["From"]) > 1:
		return invalid("Duplicate header 'From'.")
	case d.source == "" && len(header["From"]) == 0:
		return invalid("Missing required header 'From'.")
	case d.source == "":
		d.source = d.claimed[0]
		return nil
	}
	source, err := parseAddress(d.source)
	if err != nil {
		return err
	}
	d.source = source
	d.claimed = append(d.claimed, source)
	return nil
}

// readDestinations takes the envelope's addresses or else the header's.
func (d *draft) readDestinations(header netmail.Header, envelope []string) error {
	if len(envelope) == 0 {
		for _, field := range []string{"To", "Cc", "Bcc"} {
			for _, value := range header[field] {
				list, err := netmail.ParseAddressList(value)
				if err != nil {
					return invalid("Could not parse header '%s': %s", field, value)
				}
				for _, a := range list {
					envelope = append(envelope, a.Address)
				}
			}
		}
	}
	if len(envelope) == 0 {
		return invalid("Missing required header 'To'.")
	}
	if len(envelope) > maxRecipients {
		return invalid("Recipient count exceeds %d.", maxRecipients)
	}
	for _, given := range envelope {
		address, err := parseAddress(given)
		if err != nil {
			return err
		}
		d.destinations = append(d.destinations, address)
	}
	return nil
}

// parseAddress returns the bare address of "a@b" or "Name <a@b>", or says
// what SES would.
func parseAddress(given string) (string, error) {
	address := given
	if parsed, err := netmail.ParseAddress(given); err == nil {
		address = parsed.Address
	} else if strings.ContainsAny(given, "<>\"") {
		return "", invalid("Illegal address")
	}
	local, domain, found := cutLast(address, "@")
	switch {
	case !found || domain == "":
		return "", invalid("Missing final '@domain'")
	case local == "" || strings.ContainsFunc(local, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "", invalid("Local address contains control or whitespace")
	case strings.ContainsFunc(local, func(r rune) bool { return r > 0x7f }):
		return "", invalid("Local address contains non-ASCII characters")
	}
	if reason := domainFault(domain); reason != "" {
		return "", invalid("%s", reason)
	}
	return address, nil
}

var domainLabel = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$`)

// domainFault says what is wrong with a domain, "" when nothing is.
func domainFault(domain string) string {
	switch {
	case strings.HasPrefix(domain, "."):
		return "Domain starts with dot"
	case strings.HasSuffix(domain, "."):
		return "Domain ends with dot"
	case strings.Contains(domain, ".."):
		return "Domain contains dot-dot"
	}
	for label := range strings.SplitSeq(domain, ".") {
		if !domainLabel.MatchString(label) {
			return "Domain contains illegal character"
		}
	}
	return ""
}

var tagWord = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// readTags takes the request's tags, or else those of the mail's own header.
func (d *draft) readTags(c call, header []string) error {
	d.tags = map[string][]string{}
	for i := 1; c.form.Has(fmt.Sprintf("Tags.member.%d.Name", i)); i++ {
		if err := d.tag(c.form.Get(fmt.Sprintf("Tags.member.%d.Name", i)), c.form.Get(fmt.Sprintf("Tags.member.%d.Value", i))); err != nil {
			return err
		}
	}
	if len(d.tags) > 0 {
		return nil
	}
	for _, line := range header {
		for pair := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if err := d.tag(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *draft) tag(name, value string) error {
	for what, word := range map[string]string{"name": name, "value": value} {
		if !tagWord.MatchString(word) || len(word) >= maxTagLength {
			return invalid("Invalid tag %s <%s>, only alphanumeric ASCII characters, '_', and '-' are allowed.", what, word)
		}
	}
	if len(d.tags) == maxTags {
		return invalid("Tag count exceeds %d.", maxTags)
	}
	d.tags[name] = []string{value}
	return nil
}

func (s *Service) sendEmail(r *http.Request, c call) (any, error) {
	d := draft{region: c.region, source: c.form.Get("Source"), configurationSet: c.form.Get("ConfigurationSetName")}
	header := netmail.Header{}
	var all []string
	for _, field := range []struct{ name, list string }{
		{"To", "Destination.ToAddresses"}, {"Cc", "Destination.CcAddresses"}, {"Bcc", "Destination.BccAddresses"}, {"Reply-To", "ReplyToAddresses"},
	} {
		list := c.list(field.list)
		if len(list) > 0 {
			header[field.name] = list
		}
		if field.name != "Reply-To" {
			all = append(all, list...)
		}
	}
	header["From"] = []string{d.source}
	header["Subject"] = []string{mime.QEncoding.Encode("utf-8", c.form.Get("Message.Subject.Data"))}
	if err := errors.Join(d.readSenders(header), d.readDestinations(header, all), d.readTags(c, nil)); err != nil {
		return nil, err
	}
	raw, err := formatted(header, c.form.Get("Message.Body.Text.Data"), c.form.Get("Message.Body.Html.Data"))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxMailBytes {
		return nil, invalid("Message length is more than %d bytes long: '%d'.", maxMailBytes, len(raw))
	}
	d.raw = raw
	return s.send(r.Context(), d)
}

// formatted makes a MIME message of what SendEmail is given in parts.
func formatted(header netmail.Header, text, html string) ([]byte, error) {
	var out, body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for _, part := range []struct{ kind, content string }{{"text/plain", text}, {"text/html", html}} {
		if part.content == "" {
			continue
		}
		w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {part.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return nil, err
		}
		q := quotedprintable.NewWriter(w)
		_, err = q.Write([]byte(part.content))
		if err := errors.Join(err, q.Close()); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, err
	}
	for _, field := range []string{"From", "To", "Cc", "Reply-To", "Subject"} {
		if values := header[field]; len(values) > 0 {
			fmt.Fprintf(&out, "%s: %s\r\n", field, strings.NewReplacer("\r", "", "\n", "").Replace(strings.Join(values, ",\r\n ")))
		}
	}
	fmt.Fprintf(&out, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=%s\r\n\r\n", parts.Boundary())
	body.WriteTo(&out)
	return out.Bytes(), nil
}
