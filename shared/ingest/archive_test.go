package ingest_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

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

func TestArchivesThatAreTrapsAreRefusedAtOnce(t *testing.T) {
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
		began := time.Now()
		recs := readAll(t, []ingest.File{{Name: "f.zip", Data: c.data}}, "", center.ImportOptions{})
		if len(recs) != 1 || recs[0].Reject == nil || recs[0].Reject.Code != c.code {
			t.Errorf("%s: %d records, %+v", name, len(recs), recs[0].Reject)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, "b.xml", invoice("", ""), "a.jsonl", "{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzRecords(t, append([]byte("PK\x03\x04"), data[min(4, len(data)):]...), []byte(simpleMapping))
	})
}
