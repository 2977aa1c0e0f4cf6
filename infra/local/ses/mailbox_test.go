package ses

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const hostile = "From: \"<script>alert(1)</script>\" <" + sender + ">\r\nTo: " + buyer + "\r\nSubject: <img src=x onerror=alert(2)>\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\n</pre><script>alert(3)</script>\r\n" +
	"--b\r\nContent-Type: text/html\r\n\r\n<base href=\"https://evil.example/\"><script>alert(4)</script><p>Hello</p>\r\n" +
	"--b\r\nContent-Type: text/html; name=\"../../x\\\"y.html\"\r\nContent-Disposition: attachment\r\n\r\n<script>alert(5)</script>\r\n" +
	"--b--\r\n"

func TestHostileMailIsHarmless(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	id := r.mustSend(t, []byte(hostile))
	for _, path := range []string{"/_mailbox", "/_mailbox/" + id, "/_mailbox/" + id + "?view=text", "/_mailbox/" + id + "?view=source", "/_mailbox?q=%3Cscript%3E"} {
		status, body := r.get(t, path)
		if status != http.StatusOK || strings.Contains(body, "alert(") && (strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x")) {
			t.Errorf("%s: status %d, the mail's markup reached the page", path, status)
		}
	}
	for path, want := range map[string]map[string]string{
		"/_mailbox/" + id: {"Content-Security-Policy": pagePolicy},
		"/_mailbox/" + id + "/html": {
			"Content-Security-Policy": letterPolicy, "Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		},
		"/_mailbox/" + id + "/attachments/0": {
			"Content-Security-Policy": filePolicy, "Content-Disposition": `attachment; filename=".._.._x\"y.html"`, "X-Content-Type-Options": "nosniff",
		},
		"/_mailbox/" + id + "/raw": {"Content-Security-Policy": filePolicy, "Content-Disposition": "attachment; filename=" + id + ".eml"},
	} {
		resp, err := http.Get(r.url + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		for name, value := range want {
			if got := resp.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
	}
	for _, policy := range []string{pagePolicy, letterPolicy} {
		if strings.Contains(policy, "script-src 'unsafe") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("policy %q lets scripts in", policy)
		}
	}
	if strings.Contains(letterPolicy, "allow-scripts") || strings.Contains(letterPolicy, "allow-same-origin") {
		t.Error("a mail may run scripts")
	}
}

func TestOnlyThisMachineIsAnswered(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1:1": 200, "[::1]:9000": 200, "[::1]": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example:80": 421, "10.0.0.1": 421,
	} {
		if status, _ := r.do(t, http.MethodGet, "/_mailbox/messages", "", http.Header{"Host": {host}}); status != want {
			t.Errorf("host %s: status %d, want %d", host, status, want)
		}
	}
}

func TestAPageElsewhereChangesNothing(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	r.mustSend(t, rawMail(sender, buyer, "s", "t"))
	foreign := http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}, "Content-Type": {"text/plain"}}
	for _, c := range [][2]string{{http.MethodDelete, "/_mailbox/messages"}, {http.MethodPost, "/_ses/faults"}, {http.MethodPut, "/_ses/limits"}, {http.MethodDelete, "/_ses/faults"}} {
		if status, _ := r.do(t, c[0], c[1], `{"next":1,"kind":"reject"}`, foreign); status != http.StatusForbidden {
			t.Errorf("%s %s: status %d, want 403", c[0], c[1], status)
		}
	}
	if got := r.messages(t, ""); len(got) != 1 {
		t.Errorf("%d mails left, want 1", len(got))
	}
}

func TestThePageShowsTheCodeAtOnce(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	_, empty := r.get(t, "/_mailbox")
	if !strings.Contains(empty, "Nothing here yet") {
		t.Error("an empty mailbox does not say so")
	}
	r.mustSend(t, rawMail(sender, "bob@rotterdam.example", "Older", "nothing"))
	id := r.mustSend(t, rawMail(sender, buyer, "Your code", "\u206648210577\u2069"))
	_, body := r.get(t, "/_mailbox")
	for _, want := range []string{`data-copy="48210577"`, "4821 0577", "Your code", "2 letters", `src="/_mailbox/` + id + `/html"`} {
		if strings.Contains(body, want) != (want[:3] != "src") { // a mail without HTML shows its text
			t.Errorf("the page and %q", want)
		}
	}
	_, found := r.get(t, "/_mailbox?q=ROTTERDAM")
	if !strings.Contains(found, "1 of 2 letters") || strings.Contains(found, "Your code") {
		t.Error("the search by recipient does not find one letter")
	}
	if status, gone := r.get(t, "/_mailbox/none"); status != http.StatusNotFound || !strings.Contains(gone, "This letter is gone") {
		t.Errorf("an unknown letter: status %d", status)
	}
}

func TestWhenAndHowMuchInFewLetters(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 4, 0, 0, time.Local)
	got := []string{
		shortTime(now, now), shortTime(now.Add(-4*time.Minute), now), shortTime(now.Add(-2*time.Hour), now),
		shortTime(now.AddDate(0, 0, -2), now), shortTime(now.AddDate(-1, 0, 0), now), humanSize(12), humanSize(70_000), humanSize(3 << 20),
	}
	want := []string{"now", "4 min", "13:04", "20 Nov", "22 Nov 2025", "12 bytes", "68 KB", "3.0 MB"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBadLimitsAreRefused(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	for _, limit := range []string{"0", "501", "x"} {
		if status, _ := r.get(t, "/_mailbox/messages?limit="+limit); status != http.StatusBadRequest {
			t.Errorf("limit %s: status %d", limit, status)
		}
	}
}

func TestCodesAreFoundOnTheirOwnLineOnly(t *testing.T) {
	for text, want := range map[string]string{
		"48210577": "48210577", "a\n 4821 0577 \nb": "48210577", "a\r\n4821-0577\r\nb": "48210577", "\u206648210577\u2069": "48210577",
		"invoice 48210577": "", "482105771": "", "4821057": "", "": "",
	} {
		if got := (view{text: text}).code(); got != want {
			t.Errorf("%q: code %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(hostile))
	f.Add(rawMail(sender, buyer, "=?utf-8?b?2KfZhNmB2KfYqtmI2LHYqQ==?=", "t"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := parse(raw)
		m := newMail(placed{record: record{ID: "id", Summary: summarize(v), Destinations: []string{buyer}}})
		l := newLetter(m, v)
		if len(v.files) > maxParts || !utf8.ValidString(l.Text+l.HTML+l.Subject+l.From) {
			t.Errorf("letter %+v", l)
		}
		for _, a := range l.Attachments {
			if strings.ContainsAny(a.Name, "/\\\r\n") {
				t.Errorf("file name %q", a.Name)
			}
		}
	})
}
