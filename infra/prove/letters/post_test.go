package letters

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	netmail "net/mail"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"customercenter/shared/center"
)

// mailed is a mail that left, whoever knows of it.
type mailed struct {
	letter, to string
	kind       center.LetterKind
	id         string // the service's
	at         time.Time
	bills      []int // that its text names
	unanswered bool
	unheard    bool // perhaps: its mailer was killed
	eventLost  bool // or came too late
}

// post stands in for the mail service: it takes mails and answers them, but for
// those that go wrong.
type post struct {
	rate float64 // of calls that go wrong
	now  func() time.Time

	mu     sync.Mutex
	draw   *rand.Rand
	mails  []*mailed
	wrong  map[string]int
	fresh  []*mailed // whose event nobody was told of yet
	faults []error   // of mails that could not be read
}

func newPost(rate float64, now func() time.Time, draw *rand.Rand) *post {
	return &post{rate: rate, now: now, draw: draw, wrong: map[string]int{}}
}

// What becomes of a call of the mail service.
const (
	postBroken    = "connection broken before"
	postThrottled = "throttled"
	postServer    = "answered 500, and nothing sent"
	postSilent    = "sent, and the answer lost"
)

var postFaults = []string{postBroken, postThrottled, postServer, postSilent}

// fate draws what becomes of a call; "" takes it.
func (p *post) fate() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.draw.Float64() >= p.rate {
		return ""
	}
	fault := postFaults[p.draw.IntN(len(postFaults))]
	p.wrong[fault]++
	return fault
}

// ServeHTTP is the one operation of the mail service that the product uses.
func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := p.fate()
	switch fault {
	case postBroken:
		panic(http.ErrAbortHandler)
	case postThrottled:
		answerXML(w, http.StatusBadRequest, "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Maximum sending rate exceeded.</Message></Error></ErrorResponse>")
		return
	case postServer:
		answerXML(w, http.StatusInternalServerError, "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>by the proof</Message></Error></ErrorResponse>")
		return
	}
	m, err := p.read(r)
	p.mu.Lock()
	if err != nil {
		p.faults = append(p.faults, err)
	}
	m.id, m.unanswered = fmt.Sprintf("mail-%d", len(p.mails)), fault == postSilent
	p.mails, p.fresh = append(p.mails, m), append(p.fresh, m)
	p.mu.Unlock()
	if m.unanswered {
		panic(http.ErrAbortHandler)
	}
	answerXML(w, http.StatusOK, "<SendRawEmailResponse><SendRawEmailResult><MessageId>"+m.id+"</MessageId></SendRawEmailResult></SendRawEmailResponse>")
}

func answerXML(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

// billForm is a number of a bill in the text of a mail.
var billForm = regexp.MustCompile(`B(\d{7})`)

// read takes a call apart.
func (p *post) read(r *http.Request) (*mailed, error) {
	m := &mailed{at: p.now()}
	if err := r.ParseForm(); err != nil {
		return m, err
	}
	m.to = r.PostForm.Get("Destinations.member.1")
	for n := 1; r.PostForm.Has(fmt.Sprintf("Tags.member.%d.Name", n)); n++ {
		value := r.PostForm.Get(fmt.Sprintf("Tags.member.%d.Value", n))
		switch r.PostForm.Get(fmt.Sprintf("Tags.member.%d.Name", n)) {
		case "letter":
			m.letter = value
		case "kind":
			m.kind = center.LetterKind(value)
		}
	}
	raw, err := base64.StdEncoding.DecodeString(r.PostForm.Get("RawMessage.Data"))
	if err != nil {
		return m, err
	}
	text, err := textOf(raw)
	if err != nil {
		return m, err
	}
	seen := map[int]bool{}
	for _, found := range billForm.FindAllStringSubmatch(text, -1) {
		bill, err := strconv.Atoi(found[1])
		if err != nil {
			return m, err
		}
		if !seen[bill] {
			m.bills = append(m.bills, bill)
		}
		seen[bill] = true
	}
	if m.letter == "" || len(m.bills) == 0 && m.kind == center.LetterReminder {
		return m, fmt.Errorf("a mail of letter %q that names no bill:\n%s", m.letter, text)
	}
	return m, nil
}

// textOf is the plain text of a mail.
func textOf(raw []byte) (string, error) {
	message, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", err
	}
	return plainIn(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
}

func plainIn(kind, encoding string, body io.Reader) (string, error) {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return "", err
	}
	switch {
	case media == "text/plain" && strings.EqualFold(encoding, "quoted-printable"):
		body = quotedprintable.NewReader(body)
	case media == "text/plain" && strings.EqualFold(encoding, "base64"):
		body = base64.NewDecoder(base64.StdEncoding, body)
	case strings.HasPrefix(media, "multipart/"):
		part, err := multipart.NewReader(body, params["boundary"]).NextRawPart()
		if err != nil {
			return "", err
		}
		return plainIn(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
	case media != "text/plain":
		return "", fmt.Errorf("a mail that begins with %s", media)
	}
	text, err := io.ReadAll(body)
	return string(text), err
}

// heard are the mails that nobody was told of yet.
func (p *post) heard() []*mailed {
	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := p.fresh
	p.fresh = nil
	return fresh
}

// unheard marks the mails whose answers a mailer that was killed may not have
// heard, or not written down: as many as it sends at once.
func (p *post) unheard(function string) {
	const atOnce = 32
	if function != mailer {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.mails[max(len(p.mails)-atOnce, 0):] {
		one.unheard = true
	}
}
