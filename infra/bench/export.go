package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/shared/store"
)

const (
	exportSize    = 100_000
	exportPages   = 50 // of the list in a part of CSV and XLSX
	exportRate    = 1.5
	exportGrowth  = 1.25
	exportWarm    = 5 // parts after which memory must not grow
	exporter      = "export-invoices"
	exportAccount = "EXPORTED"
)

// overHTTP reaches the table at an address, as a function does.
type overHTTP struct{ host string }

func (o overHTTP) Do(r *http.Request) (*http.Response, error) {
	r.URL.Host = o.host
	return http.DefaultClient.Do(r)
}

// exports asks for every part of a long list as a file, and reads the same
// pages of it through the store, in turn.
func (b *bench) exports() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	b.progress("export: an account of %d invoices", exportSize)
	if err := w.Grow(b.ctx, exportAccount, exportSize); err != nil {
		return figure.Section{}, err
	}
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, exporter)
	if err != nil {
		return figure.Section{}, err
	}
	endpoint, err := w.Serve(w.DB)
	if err != nil {
		return figure.Section{}, err
	}
	cookie, err := w.SignIn(b.ctx, exportAccount)
	if err != nil {
		return figure.Section{}, err
	}
	section := figure.Section{How: fmt.Sprintf("export-invoices answers the list of an account of %d invoices in parts of %d pages of %d rows; in turn, a reader of "+
		"our own store reads the same pages. Both over HTTP, one after the other.", exportSize, exportPages, store.MaxPage)}
	reader := w.StoreOver(overHTTP{strings.TrimPrefix(endpoint, "http://")}).In(w.Actor(exportAccount))
	for _, format := range []string{"csv", "xlsx"} {
		p, err := process.Start(binaries[exporter], w.Environment(exporter, endpoint))
		if err != nil {
			return section, err
		}
		figures, err := exportAll(b.ctx, w, p, reader, cookie, format)
		p.Stop()
		if err != nil {
			return section, err
		}
		section.Figures = append(section.Figures, figures...)
	}
	return section, nil
}

func exportAll(ctx context.Context, w *world.World, p *process.Process, reader store.Account, cookie, format string) ([]figure.Figure, error) {
	var parts, reads, peaks figure.Samples
	largest := 0
	query := url.Values{"format": {format}}
	for cursor := ""; ; {
		before := cursor
		answer, took, err := p.Invoke(world.Encode(exportEvent(w, cookie, query)))
		if err != nil {
			return nil, err
		}
		var r events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(answer, &r); err != nil || r.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("answered %d: %s: %w", r.StatusCode, r.Body, err)
		}
		parts, largest = append(parts, millis(took)), max(largest, len(r.Body))
		began := time.Now()
		if err := readPages(ctx, reader, before); err != nil {
			return nil, err
		}
		reads = append(reads, millis(time.Since(began)))
		kb, err := p.PeakKB()
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, float64(kb)/1024)
		if cursor = r.Headers["x-next-cursor"]; cursor == "" {
			break
		}
		query.Set("cursor", cursor)
		query.Set("rows", r.Headers["x-rows"])
	}
	var a arithmetic
	last, name := peaks[len(peaks)-1], strings.ToUpper(format)
	note := fmt.Sprintf("%d parts, the largest answer %.1f MB, %.1f s in all", len(parts), float64(largest)/(1<<20), total(parts)/1000)
	rate := figure.Figure{Budget: "G12", What: "time of a part as " + name + ", over reading its pages", Value: a.ratio(parts, reads, importRounds), Unit: figure.Times, Limit: exportRate, Note: note,
		Why: "each row becomes cells, text is kept from being a formula, and the answer is compressed and wrapped by one process at GOMAXPROCS=1."}
	if format == "xlsx" { // a workbook's rows are styled and compressed by a library: told, not judged
		rate.Limit = 0
	}
	return []figure.Figure{
		rate,
		{Budget: "G12", What: fmt.Sprintf("peak memory as %s after all parts, over that after %d", name, exportWarm), Value: last / peaks[exportWarm-1], Unit: figure.Times,
			Limit: exportGrowth, Note: fmt.Sprintf("%.1f MB", last), Why: "garbage of several parts stands at once."},
	}, a.err
}

func total(s figure.Samples) (sum float64) {
	for _, v := range s {
		sum += v
	}
	return sum
}

func exportEvent(w *world.World, cookie string, query url.Values) events.APIGatewayV2HTTPRequest {
	return w.Event(cookie, "GET /v1/invoices/export", "/v1/invoices/export", query.Encode(), nil)
}

// readPages reads the pages of a part from where it began.
func readPages(ctx context.Context, reader store.Account, cursor string) error {
	for range exportPages {
		page, err := reader.Invoices(ctx, store.InvoiceQuery{Limit: store.MaxPage, Cursor: cursor})
		if err != nil {
			return err
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
	return nil
}
