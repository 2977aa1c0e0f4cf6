package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
)

// pieceBytes is how much of the files goes in one post: a little below what
// the service takes.
const pieceBytes = 4<<20 - 64<<10

// File is a file to import.
type File = ingest.File

// Options are what an import may be asked for.
type Options struct {
	DryRun               bool
	Quiet                bool // mail no invoice, however new
	AcceptNearDuplicates bool
	Rounding             string // reject, half_up, half_even; "" as the mapping says
	Currency             string // where a file names none
	NetTermsDays         *int   // where neither file nor account has terms
}

// Progress says how far an import is, after each post.
type Progress struct {
	Bytes, TotalBytes int // of the files; Bytes are of pieces that are done
	Counts            center.ImportCounts
}

// Import posts the files as one import, in as many pieces as they need, and
// returns the report of all of it. Any post may be repeated without harm, and
// is where its answer was lost. After an error, importing the same files again
// does what is left. progress may be nil.
func (c *Client) Import(ctx context.Context, files []File, mapping []byte, o Options, progress func(Progress)) (center.ImportReport, error) {
	batch, err := ingest.Open(files, mapping, center.ImportOptions{})
	if err != nil {
		return center.ImportReport{}, err
	}
	if mapping, err = batch.Mapping(); err != nil {
		return center.ImportReport{}, err
	}
	state := Progress{TotalBytes: size(files)}
	whole := center.ImportReport{}
	query := o.query()
	query.Set("import_id", c.newImportID())
	part := 0
	for piece := range batch.Pieces(pieceBytes) {
		body, contentType, err := encode(piece.Files, mapping)
		if err != nil {
			return whole, err
		}
		query.Set("part", strconv.Itoa(part))
		query.Set("first_index", strconv.Itoa(piece.FirstIndex))
		for resumeAt := 0; ; {
			query.Set("resume_at", strconv.Itoa(resumeAt))
			report, err := c.post(ctx, query, contentType, body)
			if err != nil {
				return whole, fmt.Errorf("import %s: %w", query.Get("import_id"), err)
			}
			if whole, err = join(whole, report); err != nil {
				return whole, err
			}
			if resumeAt = report.ResumeAt; resumeAt == 0 {
				state.Bytes = min(state.Bytes+size(piece.Files), state.TotalBytes)
			}
			if state.Counts = whole.Counts; progress != nil {
				progress(state)
			}
			if resumeAt == 0 {
				break
			}
		}
		part++
	}
	// Of joined files the pieces carry what the mapping uses, and no more.
	whole.Unmapped = union(whole.Unmapped, batch.UnmappedColumns())
	return whole, nil
}

func (o Options) query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	if o.DryRun {
		q.Set("dry_run", "true")
	}
	if o.Quiet {
		q.Set("quiet", "true")
	}
	if o.AcceptNearDuplicates {
		q.Set("accept_near_duplicates", "true")
	}
	set("rounding", o.Rounding)
	set("currency", o.Currency)
	if o.NetTermsDays != nil {
		q.Set("net_terms_days", strconv.Itoa(*o.NetTermsDays))
	}
	return q
}

// newImportID names the import here, so that a first post whose answer is lost
// can be repeated as the same import. Later ids sort behind earlier ones.
func (c *Client) newImportID() string {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	random := make([]byte, 8)
	rand.Read(random) // never fails
	return fmt.Sprintf("imp_%012x%x", now().UnixMilli(), random)
}

func (c *Client) post(ctx context.Context, query url.Values, contentType string, body []byte) (center.ImportReport, error) {
	a, err := c.do(ctx, call{method: http.MethodPost, path: "/v1/imports", query: query, contentType: contentType, body: body})
	if err != nil {
		return center.ImportReport{}, err
	}
	var report center.ImportReport
	err = a.decode(&report)
	return report, err
}

// encode writes files and mapping as multipart form data.
func encode(files []File, mapping []byte) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range files {
		part, err := form.CreateFormFile("file", f.Name)
		if err != nil {
			return nil, "", err
		}
		if _, err := part.Write(f.Data); err != nil {
			return nil, "", err
		}
	}
	if len(mapping) > 0 {
		if err := form.WriteField("mapping", string(mapping)); err != nil {
			return nil, "", err
		}
	}
	if err := form.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), form.FormDataContentType(), nil
}

// join adds the report of a further post.
func join(whole, part center.ImportReport) (center.ImportReport, error) {
	if whole.ID == "" {
		part.ResumeAt = 0
		return part, nil
	}
	for _, f := range part.Files {
		if !slices.Contains(whole.Files, f) {
			whole.Files = append(whole.Files, f)
		}
	}
	a, b := &whole.Counts, part.Counts
	a.Created += b.Created
	a.Unchanged += b.Unchanged
	a.Conflict += b.Conflict
	a.NearDuplicate += b.NearDuplicate
	a.Rejected += b.Rejected
	a.Warnings += b.Warnings
	whole.Rows = append(whole.Rows, part.Rows...)
	whole.Unmapped = union(whole.Unmapped, part.Unmapped)
	whole.Truncated = whole.Truncated || part.Truncated
	for _, more := range part.Sums {
		at := slices.IndexFunc(whole.Sums, func(s center.ImportSum) bool { return s.Currency == more.Currency })
		if at < 0 {
			whole.Sums = append(whole.Sums, more)
			continue
		}
		if err := addSum(&whole.Sums[at], more); err != nil {
			return whole, err
		}
	}
	return whole, nil
}

func addSum(to *center.ImportSum, more center.ImportSum) error {
	to.Invoices.Count += more.Invoices.Count
	to.CreditNotes.Count += more.CreditNotes.Count
	for sum, add := range map[*money.Money]money.Money{
		&to.Invoices.Payable: more.Invoices.Payable, &to.CreditNotes.Payable: more.CreditNotes.Payable, &to.Net: more.Net,
	} {
		var err error
		if *sum, err = sum.Add(add); err != nil {
			return err
		}
	}
	return nil
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func size(files []File) int {
	total := 0
	for _, f := range files {
		total += len(f.Data)
	}
	return total
}
