package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

const (
	largeImport   = 100_000
	largeAccounts = 20
	largePost     = 4<<20 - 64<<10 // as the operators' command posts
	declaredMB    = 512            // of import-documents in template.yaml
)

// importLarge imports so many records as the operators' command does: one file
// cut into posts, each gone on with until it is done.
func (b *bench) importLarge(w *world.World, p *process.Process, cookie string) ([]figure.Figure, error) {
	var file []byte
	for i := range largeAccounts {
		lines, err := world.Lines(fmt.Sprintf("LARGE%d", i), 0, largeImport/largeAccounts, 1, time.Now().UTC())
		if err != nil {
			return nil, err
		}
		file = append(file, lines...)
	}
	batch, err := ingest.Open([]ingest.File{{Name: "large.jsonl", Data: file}}, nil, center.ImportOptions{})
	if err != nil {
		return nil, err
	}
	began, created, part, posts := time.Now(), 0, 0, 0
	for piece := range batch.Pieces(largePost) {
		for resume := 0; ; {
			report, err := b.postPiece(w, p, cookie, piece, part, resume)
			if err != nil {
				return nil, err
			}
			posts++
			created += report.Counts.Created
			if resume = report.ResumeAt; resume == 0 {
				break
			}
		}
		part++
		b.progress("import: %d of %d records", created, largeImport)
	}
	took := time.Since(began)
	if created != largeImport {
		return nil, fmt.Errorf("%d records created, not %d", created, largeImport)
	}
	kb, err := p.PeakKB()
	return []figure.Figure{
		{Budget: "G10", What: fmt.Sprintf("peak memory of the function after %d JSON Lines records", largeImport), Value: float64(kb) / 1024, Unit: "MB", Limit: declaredMB,
			Note: fmt.Sprintf("%.1f MB of file in %d posts, %.0f s, %.0f records a second; the limit is the function's declared memory",
				float64(len(file))/(1<<20), posts, took.Seconds(), largeImport/took.Seconds())},
	}, err
}

func (b *bench) postPiece(w *world.World, p *process.Process, cookie string, piece ingest.Piece, part, resume int) (center.ImportReport, error) {
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	for _, f := range piece.Files {
		in, err := m.CreateFormFile("file", f.Name)
		if err != nil {
			return center.ImportReport{}, err
		}
		if _, err := in.Write(f.Data); err != nil {
			return center.ImportReport{}, err
		}
	}
	if err := m.Close(); err != nil {
		return center.ImportReport{}, err
	}
	query := url.Values{"import_id": {"imp_000000000001large"}, "part": {strconv.Itoa(part)}, "first_index": {strconv.Itoa(piece.FirstIndex)}, "resume_at": {strconv.Itoa(resume)}}
	e := w.Event(cookie, "POST /v1/imports", "/v1/imports", query.Encode(), nil)
	e.Headers["content-type"] = m.FormDataContentType()
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(form.Bytes()), true
	answer, _, err := p.Invoke(world.Encode(e))
	if err != nil {
		return center.ImportReport{}, err
	}
	var r events.APIGatewayV2HTTPResponse
	var report center.ImportReport
	if err := json.Unmarshal(answer, &r); err != nil || r.StatusCode != http.StatusOK {
		return report, fmt.Errorf("answered %d: %s: %w", r.StatusCode, r.Body, err)
	}
	if err := json.Unmarshal([]byte(r.Body), &report); err != nil {
		return report, err
	}
	if i := slices.IndexFunc(report.Rows, func(row center.ImportRow) bool { return row.Result != center.ResultCreated }); i >= 0 {
		return report, fmt.Errorf("not created: %+v", report.Rows[i])
	}
	return report, nil
}
