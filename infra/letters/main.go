// Command letters renders every letter in both languages for review: HTML,
// plain text and the finished mail, with pictures in a light, a dark and a
// narrow window where Chromium is installed, and a page that shows them all:
//
//	letters [-out DIR] [-only payment-receipt]
//
// It sends nothing, and knows no letters but those of package sample.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"customercenter/infra/letters/sample"
	"customercenter/shared/mail"
)

func main() {
	out := flag.String("out", filepath.Join(".build", "letters"), "folder to write to")
	only := flag.String("only", "", "letters whose name begins so")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	browser := chromium()
	if browser == "" {
		fmt.Println("letters: no pictures, for Chromium is not installed")
	}
	index, err := render(ctx, *out, *only, browser)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "letters:", err)
		os.Exit(1)
	}
	fmt.Println("letters: open", index)
}

// entry is one letter on the index page.
type entry struct {
	Name, Subject, Text string
	Dir                 string
	Bytes               int
	Pictures            []string // file names; none without Chromium
}

// render writes everything and returns the index page's path. Without a
// browser it takes no pictures.
func render(ctx context.Context, dir, only, browser string) (index string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	var entries []entry
	for _, s := range sample.All() {
		if !strings.HasPrefix(s.Name, only) {
			continue
		}
		m, err := mail.Compose(s.Letter, s.View)
		if err != nil {
			return "", fmt.Errorf("%s: %w", s.Name, err)
		}
		for ending, content := range map[string][]byte{".html": []byte(m.HTML), ".txt": []byte(m.Text), ".eml": m.MIME} {
			if err := os.WriteFile(filepath.Join(dir, s.Name+ending), content, 0o644); err != nil {
				return "", err
			}
		}
		e := entry{Name: s.Name, Subject: m.Subject, Text: m.Text, Dir: "ltr", Bytes: len(m.MIME)}
		if s.Letter.Locale == "ar" {
			e.Dir = "rtl"
		}
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return "", errors.New("no letter has a name that begins so")
	}
	if browser != "" {
		if err := photograph(ctx, browser, dir, entries); err != nil {
			return "", err
		}
	}
	return writeIndex(dir, entries)
}
