package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/multipart"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

const (
	importRounds  = 12
	importSize    = 120 // invoices in a post
	importWarm    = 3   // rounds after which memory must not grow
	importRate    = 0.25
	importGrowth  = 1.25
	importer      = "import-documents"
	importAccount = "IMPORTED"
)

// imports posts invoices and writes the items they became into another table
// as they are, in turn.
func (b *bench) imports() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	other, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer other.Close()
	p, cookie, err := b.startImporter(w)
	if err != nil {
		return figure.Section{}, err
	}
	defer p.Stop()
	copies, err := other.Serve(other.DB)
	if err != nil {
		return figure.Section{}, err
	}
	post := poster(copies)
	seen := map[string]bool{}
	var took, plain, items, peaks figure.Samples
	for round := range importRounds {
		event, err := importEvent(w, cookie, importAccount, round*importSize, (round+1)*importSize, 2)
		if err != nil {
			return figure.Section{}, err
		}
		d, err := askTimed(p, event)
		if err != nil {
			return figure.Section{}, err
		}
		fresh, err := newItems(w, seen)
		if err != nil {
			return figure.Section{}, err
		}
		began := time.Now()
		if err := writeAll(post, w.Table(), fresh); err != nil {
			return figure.Section{}, err
		}
		took, plain = append(took, millis(d)), append(plain, millis(time.Since(began)))
		items = append(items, float64(len(fresh)))
		kb, err := p.PeakKB()
		if err != nil {
			return figure.Section{}, err
		}
		peaks = append(peaks, float64(kb)/1024)
	}
	section, err := importSection(took, plain, items, peaks)
	if err != nil {
		return section, err
	}
	large, err := b.importLarge(w, p, cookie)
	section.Figures = append(section.Figures, large...)
	return section, err
}

func importSection(took, plain, items, peaks figure.Samples) (figure.Section, error) {
	var a arithmetic
	last := peaks[len(peaks)-1]
	return figure.Section{How: fmt.Sprintf("import-documents takes %d posts of %d invoices as JSON Lines (read, checked, booked in transactions with rows, totals, search entries and identities); "+
		"in turn, the items each post became are written to another table as they are, 25 at a time. Both over HTTP. Then the same function takes a file of %d records "+
		"of %d accounts in posts of 4 MB, each gone on with until it is done.", importRounds, importSize, largeImport, largeAccounts),
		Figures: []figure.Figure{
			{Budget: "G10", What: "rate of an import, over BatchWriteItem of the same items", Value: a.ratio(plain, took, importRounds), Unit: figure.Times, Limit: importRate, Least: true,
				Note: fmt.Sprintf("%.0f invoices and %.0f items a second", importSize/a.median(took, importRounds)*1000, a.median(items, importRounds)/a.median(took, importRounds)*1000),
				Why:  "each paper is read, checked, searched for a near duplicate, compressed, and packed with others of its account into transactions, one after the other, by one process at GOMAXPROCS=1."},
			{Budget: "G10", What: fmt.Sprintf("peak memory after %d posts, over that after %d", importRounds, importWarm), Value: last / peaks[importWarm-1], Unit: figure.Times, Limit: importGrowth,
				Note: fmt.Sprintf("%.1f MB", last), Why: "garbage of several posts stands at once."},
		}}, a.err
}

// startImporter starts the function and signs an operator in.
func (b *bench) startImporter(w *world.World) (*process.Process, string, error) {
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, importer)
	if err != nil {
		return nil, "", err
	}
	endpoint, err := w.Serve(w.DB)
	if err != nil {
		return nil, "", err
	}
	cookie, err := w.SignInOperator(b.ctx)
	if err != nil {
		return nil, "", err
	}
	p, err := process.Start(binaries[importer], w.Environment(importer, endpoint))
	return p, cookie, err
}

// importEvent is importRequest as the function receives it.
func importEvent(w *world.World, cookie, account string, from, to, lines int) ([]byte, error) {
	e, err := importRequest(w, cookie, account, from, to, lines)
	return world.Encode(e), err
}

// importRequest posts invoices from..to-1 of an account.
func importRequest(w *world.World, cookie, account string, from, to, lines int) (e events.APIGatewayV2HTTPRequest, err error) {
	content, err := world.Lines(account, from, to, lines, time.Now().UTC())
	if err != nil {
		return e, err
	}
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("file", fmt.Sprintf("invoices-%d.jsonl", from))
	if err != nil {
		return e, err
	}
	if _, err := part.Write(content); err != nil {
		return e, err
	}
	if err := m.Close(); err != nil {
		return e, err
	}
	e = w.Event(cookie, "POST /v1/imports", "/v1/imports", "", nil)
	e.Headers["content-type"] = m.FormDataContentType()
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(form.Bytes()), true
	return e, nil
}

// newItems are the items of the table that were not there before.
func newItems(w *world.World, seen map[string]bool) (fresh []string, err error) {
	err = w.Dump(func(item []byte) error {
		if text := string(item); !seen[text] {
			seen[text] = true
			fresh = append(fresh, text)
		}
		return nil
	})
	return fresh, err
}

// writeAll writes items in batches, no item twice in one.
func writeAll(post func(string, []byte) error, table string, items []string) error {
	for len(items) > 0 {
		n := min(len(items), 25)
		if err := post("BatchWriteItem", world.PutRequest(table, items[:n])); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
