package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// firstLoad is the budget of the portal's first load in bytes (G15).
const firstLoad = 30 << 10

// Files that the page of a person who is not signed in fetches: those its
// index names, and those its code asks for by these names.
var (
	named     = regexp.MustCompile(`(?:src|href)="(/[^"]+)"`)
	laterName = regexp.MustCompile(`((?:en\.core|en\.signIn|sign-in)-[A-Z0-9]+\.js)`)
)

// portal adds up what a browser fetches to show the sign-in page in English.
func (b *bench) portal() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, "serve-portal")
	if err != nil {
		return figure.Section{}, err
	}
	p, err := process.Start(binaries["serve-portal"], w.Environment("serve-portal", ""))
	if err != nil {
		return figure.Section{}, err
	}
	defer p.Stop()
	l := loading{w: w, p: p, bytes: map[string]int{}}
	if err := l.all(); err != nil {
		return figure.Section{}, err
	}
	total, index := 0, l.bytes["/"]
	for _, n := range l.bytes {
		total += n
	}
	return figure.Section{How: "Bodies that serve-portal answers to a browser that takes Brotli: the index, the files it names, and those the sign-in page asks for by itself, in English.",
		Figures: []figure.Figure{
			{Budget: "G15", What: "compressed bytes of the first load", Value: float64(total), Unit: "B", Limit: firstLoad, Note: fmt.Sprintf("%d files, the index %d B", len(l.bytes), index),
				Why: "the portal's code that every page shares."},
		}}, nil
}

// loading is a browser's first visit.
type loading struct {
	w     *world.World
	p     *process.Process
	bytes map[string]int // compressed, by path
}

// all fetches the index, what it names, and what the code names.
func (l *loading) all() error {
	waiting := []string{"/"}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		if _, fetched := l.bytes[path]; fetched {
			continue
		}
		compressed, _, err := l.fetch(path, "br")
		if err != nil {
			return err
		}
		l.bytes[path] = len(compressed)
		plain, kind, err := l.fetch(path, "identity")
		if err != nil {
			return err
		}
		waiting = append(waiting, follow(kind, string(plain))...)
	}
	return nil
}

// follow lists what a file makes a browser fetch.
func follow(kind, text string) (paths []string) {
	pattern, folder := named, ""
	switch {
	case strings.HasPrefix(kind, "text/html"):
	case strings.HasPrefix(kind, "text/javascript"):
		pattern, folder = laterName, "/assets/"
	default:
		return nil
	}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		paths = append(paths, folder+m[1])
	}
	return paths
}

func (l *loading) fetch(path, encoding string) (body []byte, kind string, err error) {
	route := "GET /{proxy+}"
	if path == "/" {
		route = "GET /"
	}
	e := l.w.Event("", route, path, "", nil)
	e.Headers["accept-encoding"] = encoding
	answer, _, err := l.p.Invoke(world.Encode(e))
	if err != nil {
		return nil, "", err
	}
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &r); err != nil {
		return nil, "", err
	}
	if r.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("%s: %d", path, r.StatusCode)
	}
	body = []byte(r.Body)
	if r.IsBase64Encoded {
		body, err = base64.StdEncoding.DecodeString(r.Body)
	}
	return body, r.Headers["content-type"], err
}
