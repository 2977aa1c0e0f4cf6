package ingest_test

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// zipped is an archive of files, in order: name, content, name, content…
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for pair := range slices.Chunk(files, 2) {
		f, err := w.Create(pair[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(pair[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnArchiveStandsForTheFilesInIt(t *testing.T) {
	archive := zipped(t, "b.xml", invoice("", ""), "folder/", "", "folder/a.jsonl", `{"kind":"contact","account":"A","email":"a@b.example","contact_type":"primary"}`,
		"__MACOSX/._b.xml", "x", ".DS_Store", "x", "book.csv", "No,Cust,Date,Total,Due\n1,C,01.02.2025,5,-\n")
	for _, limit := range []int{100_000, 100} {
		batch, err := ingest.Open([]ingest.File{{Name: "all.zip", Data: archive}}, []byte(simpleMapping), center.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for piece := range batch.Pieces(limit) {
			for _, rec := range readAll(t, piece.Files, simpleMapping, center.ImportOptions{}) {
				if rec.Reject != nil {
					t.Errorf("%+v", rec)
				}
				got = append(got, rec.File+" "+string(rec.Kind))
			}
		}
		if want := []string{"all.zip/b.xml invoice", "all.zip/folder/a.jsonl contact", "all.zip/book.csv invoice"}; !slices.Equal(got, want) {
			t.Errorf("limit %d: %q", limit, got)
		}
	}
}

// linked is an archive of a symbolic link.
func linked(t testing.TB, to string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	header := &zip.FileHeader{Name: "invoice.xml"}
	header.SetMode(fs.ModeSymlink | 0o777)
	f, err := w.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(to)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchivesThatAreTrapsAreRefused(t *testing.T) {
	zeros := strings.Repeat("\x00", 20<<20)
	many := make([]string, 0, 4002)
	for range 2001 {
		many = append(many, "a.xml", "")
	}
	locked := zipped(t, "a.xml", "x")
	locked[6] |= 1 // in the header of the file
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	for name, c := range map[string]struct {
		data []byte
		code center.ImportCode
	}{
		"a link to a file elsewhere": {linked(t, "/etc/passwd"), center.CodeBadArchive},
		"a bomb":                     {zipped(t, "a.xml", zeros, "b.xml", zeros), center.CodeBadArchive},
		"an archive inside":          {zipped(t, "a.zip", string(zipped(t, "a.xml", "x"))), center.CodeUnsupportedDocument},
		"more than enough":           {zipped(t, many...), center.CodeBadArchive},
		"cut off":                    {zipped(t, "a.xml", invoice("", ""))[:60], center.CodeBadArchive},
		"a workbook":                 {zipped(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"), center.CodeBadArchive},
		"with a password":            {locked, center.CodeBadArchive},
		"nothing in it":              {zipped(t, "folder/", ""), center.CodeBadArchive},
		"climbing out of here":       {zipped(t, "../../etc/passwd", "root:x"), center.CodeUnsupportedDocument},
	} {
		recs := readAll(t, []ingest.File{{Name: "f.zip", Data: c.data}}, "", center.ImportOptions{})
		if len(recs) != 1 || recs[0].Reject == nil || recs[0].Reject.Code != c.code {
			t.Errorf("%s: %d records, %+v", name, len(recs), recs[0].Reject)
		}
	}
}

// endless is a way to pack that has no end, and counts what was taken out.
type endless struct{ taken int }

func (e *endless) Read(p []byte) (int, error) { e.taken += len(p); return len(p), nil }

// bomb is an archive of one file, packed by method.
func bomb(t testing.TB, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.CreateRaw(&zip.FileHeader{Name: "a.xml", Method: method, UncompressedSize64: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What comes out of an archive that is then refused was work all the same.
func TestABatchOfBombsIsUnpackedNoFurtherThanOne(t *testing.T) {
	const method = 0xbad // nobody's
	out := &endless{}
	zip.RegisterDecompressor(method, func(io.Reader) io.ReadCloser { return io.NopCloser(out) })
	var files []ingest.File
	for range 5 {
		files = append(files, ingest.File{Name: "f.zip", Data: bomb(t, method)})
	}
	for _, rec := range readAll(t, files, "", center.ImportOptions{}) {
		if rec.Reject == nil || rec.Reject.Code != center.CodeBadArchive {
			t.Errorf("%+v", rec)
		}
	}
	if most := ingest.MaxUnpacked + len(files); out.taken == 0 || out.taken > most { // a byte of each shows that there is more
		t.Errorf("%d bytes were unpacked, want at most %d", out.taken, most)
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, "b.xml", invoice("", ""), "a.jsonl", "{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzRecords(t, append([]byte("PK\x03\x04"), data[min(4, len(data)):]...), []byte(simpleMapping))
	})
}
