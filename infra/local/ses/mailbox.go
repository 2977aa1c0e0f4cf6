package ses

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	mailboxPath = "/_mailbox"

	listedMails     = 100 // on the page
	defaultMessages = 50  // of /_mailbox/messages
	maxMessages     = 500
)

// pagePolicy lets the mailbox's own page load its own files and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// letterPolicy makes a mail's HTML harmless: an origin of its own, no scripts,
// no forms, nothing loaded from anywhere. Its links open new windows.
const letterPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"

// filePolicy is for what is only ever downloaded.
const filePolicy = "sandbox; default-src 'none'"

//go:embed mailbox
var mailboxFiles embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"spaced": func(code string) string { return code[:len(code)/2] + " " + code[len(code)/2:] },
	"size":   humanSize,
	"join":   strings.Join,
}).ParseFS(mailboxFiles, "mailbox/page.html"))

func (s *Service) mailboxRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+mailboxPath, s.serveMailbox)
	mux.Handle("GET "+mailboxPath+"/{$}", http.RedirectHandler(mailboxPath, http.StatusFound))
	mux.HandleFunc("GET "+mailboxPath+"/{id}", s.serveMailbox)
	mux.HandleFunc("GET "+mailboxPath+"/{id}/html", s.serveHTMLPart)
	mux.HandleFunc("GET "+mailboxPath+"/{id}/raw", s.serveRaw)
	mux.HandleFunc("GET "+mailboxPath+"/{id}/attachments/{n}", s.serveAttachment)
	mux.HandleFunc("GET "+mailboxPath+"/messages", s.serveMessages)
	mux.HandleFunc("DELETE "+mailboxPath+"/messages", s.deleteMessages)
	mux.HandleFunc("GET "+mailboxPath+"/version", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		writeJSON(w, map[string]uint64{"version": s.version})
	})
	for _, name := range []string{"page.css", "page.js"} {
		mux.HandleFunc("GET "+mailboxPath+"/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-cache")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			http.ServeFileFS(w, r, mailboxFiles, "mailbox/"+name)
		})
	}
}

// find returns the newest mails first: those to the address to, and with q in
// a recipient, the sender or the subject; "" takes all. matched counts them
// beyond the limit too. The caller holds the lock.
func (s *Service) find(to, q string, limit int) (found []*mail, matched int) {
	q = strings.ToLower(strings.TrimSpace(q))
	for _, m := range slices.Backward(s.mails) {
		if to != "" && !m.isTo(to) || !strings.Contains(m.search, q) {
			continue
		}
		if matched++; len(found) < limit {
			found = append(found, m)
		}
	}
	return found, matched
}

func (m *mail) isTo(address string) bool {
	return slices.ContainsFunc(m.Destinations, func(d string) bool { return strings.EqualFold(d, address) })
}

// open returns the mail with that id and its parts.
func (s *Service) open(id string) (*mail, view, []byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, m := range slices.Backward(s.mails) {
		if m.ID == id {
			raw, err := s.archive.read(m.place)
			return m, parse(raw), raw, err
		}
	}
	return nil, view{}, nil, nil
}

// Messages returns the newest mails to an address, or to anybody for "".
func (s *Service) Messages(to string, limit int) ([]Letter, error) {
	return s.letters(to, "", limit)
}

func (s *Service) letters(to, q string, limit int) ([]Letter, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, _ := s.find(to, q, min(limit, maxMessages))
	letters := []Letter{}
	for _, m := range found {
		raw, err := s.archive.read(m.place)
		if err != nil {
			return nil, err
		}
		letters = append(letters, newLetter(m, parse(raw)))
	}
	return letters, nil
}

func (s *Service) serveMessages(w http.ResponseWriter, r *http.Request) {
	limit := defaultMessages
	if asked := r.FormValue("limit"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > maxMessages {
			http.Error(w, fmt.Sprintf("limit must be 1 to %d", maxMessages), http.StatusBadRequest)
			return
		}
		limit = n
	}
	letters, err := s.letters(r.FormValue("to"), r.FormValue("q"), limit)
	if err != nil {
		s.fail(w, err)
		return
	}
	writeJSON(w, letters)
}

// deleteMessages forgets all mails, or those to one address.
func (s *Service) deleteMessages(w http.ResponseWriter, r *http.Request) {
	to := r.URL.Query().Get("to")
	s.mu.Lock()
	defer s.mu.Unlock()
	var kept []*mail
	if to != "" {
		for _, m := range s.mails {
			if !m.isTo(to) {
				kept = append(kept, m)
			}
		}
	}
	if err := s.retain(kept); err != nil {
		s.fail(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Service) fail(w http.ResponseWriter, err error) {
	s.logf("ses: mailbox: %v", err)
	http.Error(w, "the mailbox cannot read its file; see the log", http.StatusInternalServerError)
}

// letterOf opens the mail a request names, or answers why not.
func (s *Service) letterOf(w http.ResponseWriter, r *http.Request) (*mail, view, []byte, bool) {
	m, v, raw, err := s.open(r.PathValue("id"))
	if err != nil {
		s.fail(w, err)
	} else if m == nil {
		http.NotFound(w, r)
	}
	return m, v, raw, err == nil && m != nil
}

func (s *Service) serveHTMLPart(w http.ResponseWriter, r *http.Request) {
	_, v, _, ok := s.letterOf(w, r)
	if !ok {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	// The mail's own doctype, html and head tags merge into these.
	_, _ = fmt.Fprint(w, `<!doctype html><base target="_blank">`, v.html)
}

func (s *Service) serveRaw(w http.ResponseWriter, r *http.Request) {
	if m, _, raw, ok := s.letterOf(w, r); ok {
		download(w, m.ID+".eml", "message/rfc822", raw)
	}
}

func (s *Service) serveAttachment(w http.ResponseWriter, r *http.Request) {
	_, v, _, ok := s.letterOf(w, r)
	if !ok {
		return
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(v.files) {
		http.NotFound(w, r)
		return
	}
	download(w, v.files[n].name, v.files[n].mime, v.files[n].content)
}

// download sends what a stranger wrote so that a browser saves it and never
// shows it.
func download(w http.ResponseWriter, name, kind string, content []byte) {
	h := w.Header()
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	if disposition == "" {
		disposition = "attachment"
	}
	if strings.ContainsFunc(kind, func(r rune) bool { return r <= ' ' || r > '~' }) {
		kind = unreadablePart
	}
	h.Set("Content-Disposition", disposition)
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // who hung up needs no answer
}

// mailboxPage is what page.html shows.
type mailboxPage struct {
	Version  uint64
	Query    string
	Rows     []row
	Matched  int
	Held     int
	Letter   *shown
	Newest   bool // the letter is shown because it is the newest, not because it was chosen
	Missing  bool
	HasQuery bool
}

// row is a line of the list.
type row struct {
	ID, Subject, To, Initial, Quote, Code, When string
	At                                          time.Time
	Outcome                                     Outcome
	Files                                       int
	Current                                     bool
	Link                                        string
}

// shown is the letter in the reading pane.
type shown struct {
	Letter
	When    string
	View    string // html, text or source
	Source  []field
	RawSize int
	Tagged  []field
}

func (s *Service) serveMailbox(w http.ResponseWriter, r *http.Request) {
	id, q := r.PathValue("id"), r.FormValue("q")
	now := s.now()
	s.mu.RLock()
	found, matched := s.find("", q, listedMails)
	p := mailboxPage{Version: s.version, Query: q, HasQuery: strings.TrimSpace(q) != "", Matched: matched, Held: len(s.mails), Newest: id == ""}
	s.mu.RUnlock()
	if id == "" && len(found) > 0 {
		id = found[0].ID
	}
	status := http.StatusOK
	if id != "" {
		letter, err := s.show(id, r.FormValue("view"))
		if err != nil {
			s.fail(w, err)
			return
		}
		if p.Letter = letter; letter == nil {
			p.Missing, status = true, http.StatusNotFound
		}
	}
	for _, m := range found {
		p.Rows = append(p.Rows, newRow(m, m.ID == id, q, now))
	}
	var b bytes.Buffer
	if err := page.Execute(&b, p); err != nil {
		s.fail(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w)
}

// show prepares a letter for the reading pane; nil when there is none.
func (s *Service) show(id, as string) (*shown, error) {
	m, v, raw, err := s.open(id)
	if m == nil || err != nil {
		return nil, err
	}
	l := &shown{Letter: newLetter(m, v), When: fullTime(m.At), View: as, Source: v.headers, RawSize: len(raw)}
	if as != "text" && as != "source" {
		l.View = "html"
	}
	if l.View == "html" && v.html == "" {
		l.View = "text"
	}
	for _, name := range slices.Sorted(maps.Keys(m.Tags)) {
		l.Tagged = append(l.Tagged, field{name, strings.Join(m.Tags[name], ", ")})
	}
	for i, f := range l.Source {
		l.Source[i].Value = decodeWords(f.Value)
	}
	return l, nil
}

func newRow(m *mail, current bool, q string, now time.Time) row {
	link := mailboxPath + "/" + m.ID
	if q != "" {
		link += "?" + url.Values{"q": {q}}.Encode()
	}
	to := strings.Join(m.Destinations, ", ")
	initial, _ := utf8.DecodeRuneInString(to)
	return row{
		ID: m.ID, Subject: m.Summary.Subject, To: to, Initial: string(unicode.ToUpper(initial)), Quote: m.Summary.Quote, Code: m.Summary.Code,
		When: shortTime(m.At, now), At: m.At, Outcome: m.Outcome, Files: m.Summary.Files, Current: current, Link: link,
	}
}

// shortTime says when in as few letters as tell it, in the machine's zone.
func shortTime(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	ago := now.Sub(at)
	switch {
	case ago < time.Minute:
		return "now"
	case ago < time.Hour:
		return fmt.Sprintf("%d min", int(ago.Minutes()))
	case at.YearDay() == now.YearDay() && at.Year() == now.Year():
		return at.Format("15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan")
	}
	return at.Format("2 Jan 2006")
}

func fullTime(at time.Time) string { return at.Local().Format("Monday 2 January 2006, 15:04:05 MST") }

func humanSize(bytes int) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.0f KB", float64(bytes)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}
