package mail

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"customercenter/shared/center"
)

const (
	letter1     = "00112233445566778899aabbccddeeff"
	chromeAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)

// written is when the test letters were.
var written = time.Date(2026, 11, 22, 12, 4, 0, 0, time.UTC)

func riyadh(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Riyadh")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func codeLetter(locale string) center.Letter {
	name := map[string]string{"en": "Huda Al-Otaibi", "ar": "هدى العتيبي"}[locale]
	return center.Letter{
		ID: letter1, Kind: center.LetterSignInCode, To: "huda@najd.example", Name: name, Locale: locale,
		Params: map[string]string{"challenge": "c1", "agent": chromeAgent}, CreatedAt: written,
	}
}

func deviceLetter(locale string) center.Letter {
	l := codeLetter(locale)
	l.Kind = center.LetterNewDevice
	return l
}

func viewFor(t testing.TB, l center.Letter) View {
	v := View{BaseURL: "https://center.example.com", Sender: "center@example.com", Zone: riyadh(t)}
	if l.Kind == center.LetterSignInCode {
		v.Code, v.CodeLife = "48210577", 10*time.Minute
	} else {
		v.Account = map[string]string{"en": "Najd Trading Co.", "ar": "شركة نجد للتجارة"}[l.Locale]
	}
	return v
}

func compose(t testing.TB, l center.Letter, v View) Message {
	t.Helper()
	m, err := Compose(l, v)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reread is a mail read back by the standard library.
type reread struct {
	header netmail.Header
	text   string
	html   string
}

func read(t testing.TB, raw []byte) reread {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, error %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	bodies := map[string]string{}
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		bodies[p.Header.Get("Content-Type")] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	if len(bodies) != 2 {
		t.Fatalf("%d parts, want text and HTML", len(bodies))
	}
	return reread{m.Header, bodies["text/plain; charset=UTF-8"], bodies["text/html; charset=UTF-8"]}
}

// intended are all header fields a letter has.
var intended = []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Entity-Ref-Id"}

func (r reread) checkHeaders(t testing.TB, more ...string) {
	t.Helper()
	if d := cmp.Diff(slices.Sorted(slices.Values(slices.Concat(intended, more))), slices.Sorted(maps.Keys(r.header))); d != "" {
		t.Errorf("header fields (-want +got):\n%s", d)
	}
	for name, values := range r.header {
		if len(values) != 1 {
			t.Errorf("%s stands %d times", name, len(values))
		}
	}
}

func TestTheMailReadsBackAsItWasMeant(t *testing.T) {
	for _, locale := range []string{"en", "ar"} {
		l := codeLetter(locale)
		m := compose(t, l, viewFor(t, l))
		r := read(t, m.MIME)
		r.checkHeaders(t)
		to, err := r.header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != l.To || to[0].Name != l.Name {
			t.Errorf("to %v, error %v", to, err)
		}
		from, err := r.header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "center@example.com" || from[0].Name != wordsOf(locale).center {
			t.Errorf("from %v, error %v", from, err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject"))
		if err != nil || subject != m.Subject {
			t.Errorf("subject %q, error %v, want %q", subject, err, m.Subject)
		}
		for name, want := range map[string]string{
			"Auto-Submitted": "auto-generated", "X-Entity-Ref-Id": letter1, "Content-Language": locale,
			"Message-Id": "<" + letter1 + "@example.com>", "Date": "Sun, 22 Nov 2026 12:04:00 +0000",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if r.text != m.Text || r.html != m.HTML {
			t.Error("a body changed on its way through MIME")
		}
		if len(m.MIME) > 20_000 {
			t.Errorf("%d bytes; letters stay small", len(m.MIME))
		}
	}
}

func TestTheCodeLetterHasNoLinkAndNothingElseSecret(t *testing.T) {
	l := codeLetter("en")
	l.Params["challenge"] = "challenge-id-1"
	m := compose(t, l, viewFor(t, l))
	for _, word := range []string{"href", "http://", "https://", "challenge-id-1"} {
		if strings.Contains(m.HTML, word) || strings.Contains(m.Text, word) {
			t.Errorf("the letter has %q", word)
		}
	}
	l = deviceLetter("en")
	m = compose(t, l, viewFor(t, l))
	if strings.Count(m.HTML, "href=") != 1 || !strings.Contains(m.HTML, `href="https://center.example.com/"`) {
		t.Error("the notice has another link than the portal's front page")
	}
}

func TestComposeRefuses(t *testing.T) {
	for name, change := range map[string]func(*center.Letter, *View){
		"an unknown kind":             func(l *center.Letter, _ *View) { l.Kind = "poem" },
		"an id that is no tag":        func(l *center.Letter, _ *View) { l.ID = "let_1" },
		"an empty id":                 func(l *center.Letter, _ *View) { l.ID = "" },
		"a recipient with a name":     func(l *center.Letter, _ *View) { l.To = "Huda <huda@najd.example>" },
		"two recipients":              func(l *center.Letter, _ *View) { l.To = "a@b.example,c@d.example" },
		"a recipient with a line end": func(l *center.Letter, _ *View) { l.To = "a@b.example\r\nBcc: c@d.example" },
		"a recipient beyond ASCII":    func(l *center.Letter, _ *View) { l.To = "هدى@najd.example" },
		"no sender":                   func(_ *center.Letter, v *View) { v.Sender = "" },
		"a base that is no address":   func(_ *center.Letter, v *View) { v.BaseURL = "javascript:alert(1)" },
		"no zone":                     func(_ *center.Letter, v *View) { v.Zone = nil },
		"no code":                     func(_ *center.Letter, v *View) { v.Code = "" },
		"a code with a letter":        func(_ *center.Letter, v *View) { v.Code = "4821057O" },
		"a code that works for ever":  func(_ *center.Letter, v *View) { v.CodeLife = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			l := codeLetter("en")
			v := viewFor(t, l)
			change(&l, &v)
			if m, err := Compose(l, v); err == nil {
				t.Errorf("composed %q", m.Subject)
			}
		})
	}
}

func TestStrangersCannotWriteIntoALetter(t *testing.T) {
	l := deviceLetter("en")
	l.Name = "Huda\r\nBcc: x@evil.example\u202e<script>alert(1)</script>"
	l.Params["agent"] = "Firefox/1 Linux\r\n<a href=https://evil.example>Click here</a>"
	v := viewFor(t, l)
	v.Account = "Najd\u2028\"><img src=x onerror=alert(1)>\nSubject: hi"
	m := compose(t, l, v)
	read(t, m.MIME).checkHeaders(t)
	if !strings.Contains(m.Text, "Firefox on Linux") || strings.Contains(m.Text+m.HTML, "evil.example>Click") {
		t.Error("the browser is not told in our own words")
	}
	for _, bad := range []string{"<script", "<img", "\u202e", "\u2028", "\r"} {
		if strings.Contains(m.HTML, bad) || bad[0] != '<' && strings.Contains(m.Subject, bad) {
			t.Errorf("%q reached the letter", bad)
		}
	}
}

func FuzzCompose(f *testing.F) {
	f.Add("huda@najd.example", "Huda", chromeAgent, "Najd", "ar")
	f.Add("a@b.example", "x\r\nBcc: c@d.example", "Edg/1 Android", "\"<>\n=?utf-8?q?a?=", "en")
	f.Add("a@b.example", strings.Repeat("ن", 300), "", "\xff\xfe", "")
	zone := riyadh(f)
	f.Fuzz(func(t *testing.T, to, name, agent, account, locale string) {
		for _, kind := range []center.LetterKind{center.LetterSignInCode, center.LetterNewDevice} {
			l := center.Letter{ID: letter1, Kind: kind, To: to, Name: name, Locale: locale, Params: map[string]string{"agent": agent}, CreatedAt: written}
			m, err := Compose(l, View{BaseURL: "https://center.example.com", Sender: "center@example.com", Zone: zone, Code: "48210577", CodeLife: time.Minute, Account: account})
			if err != nil {
				continue
			}
			r := read(t, m.MIME)
			r.checkHeaders(t)
			list, err := r.header.AddressList("To")
			if err != nil || len(list) != 1 || list[0].Address != to || list[0].Name != clean(name) {
				t.Errorf("to %q became %v, error %v", to, list, err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(r.header.Get("Subject"))
			if err != nil || subject != m.Subject || !utf8.ValidString(subject) {
				t.Errorf("subject %q became %q, error %v", m.Subject, subject, err)
			}
			if r.text != m.Text || r.html != m.HTML {
				t.Error("a body changed on its way through MIME")
			}
		}
	})
}

func TestNamesAreCleaned(t *testing.T) {
	for name, want := range map[string]string{
		"Huda": "Huda", "  Huda \t Al-Otaibi\n": "Huda Al-Otaibi", "a\u202eb\u2066c\ufeff": "abc", "\x00\x07": "", "\xff": "",
		strings.Repeat("x", 90): strings.Repeat("x", 79) + "…", "می\u200cخواهم": "می\u200cخواهم",
	} {
		if got := clean(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}

func TestBrowsersAreNamedInFewWords(t *testing.T) {
	for header, want := range map[string]string{
		chromeAgent: "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0":              "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                  "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                 "Firefox on Linux",
		"Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":       "Samsung Internet on Android",
		"Go-http-client/1.1": "a browser we do not recognise", "": "a browser we do not recognise", "Firefox/1.0": "Firefox",
	} {
		if got := english.agent(header); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}

func TestArabicCountsMinutes(t *testing.T) {
	for n, want := range map[int]string{1: "دقيقة واحدة", 2: "دقيقتين", 3: "3 دقائق", 10: "10 دقائق", 11: "11 دقيقة", 60: "60 دقيقة", 103: "103 دقائق", 100: "100 دقيقة"} {
		if got := arabic.minutes(time.Duration(n) * time.Minute); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := english.minutes(time.Minute); got != "1 minute" {
		t.Errorf("one minute is %q", got)
	}
}
