package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// said is what a record says, where it stands, and why it was refused.
func said(rec center.Record, shift int) string {
	if rec.Reject != nil {
		return fmt.Sprintf("%s %d %s", rec.File, rec.Index+shift, rec.Reject.Code)
	}
	return fmt.Sprintf("%s %d %s", rec.File, rec.Index+shift, ingest.Fingerprint(rec))
}

func TestPiecesReadAsTheWholeBatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book, customers, lines := "no||c||on||sum\n", "id||f||l||m\n", "no||n||what||sum\n"
		for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
			customer := rapid.IntRange(0, 3).Draw(t, "customer")
			switch rapid.IntRange(0, 5).Draw(t, "kind of row") {
			case 0:
				book += "broken||row\n\n"
			case 1:
				book += fmt.Sprintf("N%d||%d||nonsense||3\n", i, customer)
			default:
				book += fmt.Sprintf("N%d||%d||2025-01-01||\"3\"\n", i, customer)
			}
			for n := range rapid.IntRange(0, 3).Draw(t, "lines") {
				lines += fmt.Sprintf("N%d||%d||\"a||\"\"b\"\"\n%s\"||1\n", i, n, strings.Repeat("x", 7*n))
			}
		}
		for i := range 3 {
			customers += fmt.Sprintf("%d||First%d||Last||m%d@b.example\n", i, i, i)
		}
		more := rapid.SliceOfN(rapid.SampledFrom([]string{"{\"kind\":\"contact\"}\n", "\n", "broken\n"}), 0, 60).Draw(t, "more")
		files := []ingest.File{
			{Name: "book.csv", Data: []byte(book)}, {Name: "customers.csv", Data: []byte(customers)}, {Name: "lines-1.csv", Data: []byte(lines)},
			{Name: "more.jsonl", Data: []byte("{\"kind\":\"contact\"}\n" + strings.Join(more, ""))},
			{Name: "one.xml", Data: []byte(invoice("", ""))}, {Name: "two.xml", Data: []byte(invoice(">1<", ">2<"))},
		}
		limit := rapid.IntRange(200, 2000).Draw(t, "limit")
		if diff := piecesDiffer(t, files, limit); diff != "" {
			t.Fatalf("limit %d (-whole +pieces):\n%s", limit, diff)
		}
	})
}

// piecesDiffer tells in what the records of a batch differ from those of its
// pieces.
func piecesDiffer(t rapid.TB, files []ingest.File, limit int) string {
	batch, err := ingest.Open(files, []byte(joinedMapping), center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for rec := range batch.Records() {
		want = append(want, said(rec, 0))
	}
	for piece := range batch.Pieces(limit) {
		part, err := ingest.Open(piece.Files, []byte(joinedMapping), center.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for rec := range part.Records() {
			got = append(got, said(rec, piece.FirstIndex))
		}
	}
	return cmp.Diff(want, got)
}

// Were a piece of JSON Lines to begin with anything else, it would be taken for
// CSV.
func TestPiecesOfJSONLinesAreSeenToBeJSONLines(t *testing.T) {
	const contact = `{"kind":"contact"}` + "\n"
	for name, c := range map[string]struct {
		lines string
		limit int
	}{
		"a blank line at the end, beyond the limit":       {strings.Repeat(contact+"\n", 13), 259},
		"blank lines at the end that would fill a piece":  {contact + strings.Repeat("\n", 100), 50},
		"blank lines between that would fill a piece":     {contact + strings.Repeat(" \n", 100) + contact, 50},
		"a broken line where a piece would begin":         {contact + contact + "broken\n" + contact, 40},
		"broken lines that would fill a piece":            {contact + strings.Repeat("broken\n", 20) + contact, 50},
		"a broken line after the mark of its byte order":  {"\xef\xbb\xbf" + contact + "broken\n" + contact + contact, 30},
		"the mark of a byte order in the midst":           {contact + contact + "\xef\xbb\xbf" + contact + contact, 40},
		"records that are indented, the last without end": {" " + contact + "\t" + contact + strings.TrimSpace(contact), 21},
	} {
		t.Run(name, func(t *testing.T) {
			files := []ingest.File{{Name: "more.jsonl", Data: []byte(c.lines)}}
			if diff := piecesDiffer(t, files, c.limit); diff != "" {
				t.Errorf("(-whole +pieces):\n%s", diff)
			}
			batch, err := ingest.Open(files, nil, center.ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var all strings.Builder
			for piece := range batch.Pieces(c.limit) {
				all.Write(piece.Files[0].Data)
			}
			if all.String() != c.lines { // or who counts bytes would not come to the end
				t.Errorf("the pieces together are %q", all.String())
			}
		})
	}
}

func TestPiecesKeepTheLimit(t *testing.T) {
	const limit = 10_000
	line := `{"kind":"contact","account":"A","email":"a@b.example","contact_type":"primary"}` + "\n"
	files := []ingest.File{{Name: "big.jsonl", Data: []byte(strings.Repeat(line, 1000))}}
	for i := range 20 {
		files = append(files, ingest.File{Name: fmt.Sprint(i, ".xml"), Data: []byte(invoice("", ""))})
	}
	batch, err := ingest.Open(files, nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pieces := slices.Collect(batch.Pieces(limit))
	for i, p := range pieces {
		size := 0
		for _, f := range p.Files {
			size += len(f.Data)
		}
		if size > limit || size == 0 {
			t.Errorf("piece %d has %d bytes", i, size)
		}
	}
	if len(pieces) < 8 || len(pieces) > 12 {
		t.Errorf("%d pieces", len(pieces))
	}
	small, err := ingest.Open(files[1:], nil, center.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(slices.Collect(small.Pieces(limit * 10))); n != 1 {
		t.Errorf("a small batch is cut into %d", n)
	}
}
