package paper_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/pdftest"
	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/pdf"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what is read on the pages with testdata/<name>.golden.txt.
func golden(t *testing.T, name string, file []byte) *pdftest.File {
	t.Helper()
	opened := pdftest.Open(t, file)
	got := opened.Text()
	path := filepath.Join("testdata", name+".golden.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
	wellFormed(t, file)
	return opened
}

// wellFormed asks qpdf, where it is installed.
func wellFormed(t *testing.T, file []byte) {
	t.Helper()
	if said, ok := ask(t, file, "qpdf", "--check"); ok && !strings.Contains(said, "No syntax or stream encoding errors found") {
		t.Error(said)
	}
}

// ask runs a reader of somebody else's on the file; false where it is not
// installed, which the whole run of tests does not accept.
func ask(t *testing.T, file []byte, command string, arguments ...string) (string, bool) {
	t.Helper()
	program, err := exec.LookPath(command)
	if err != nil {
		if os.Getenv("CENTER_REQUIRE") != "" {
			t.Fatalf("%s is not installed", command)
		}
		t.Logf("%s is not installed: that check is left out", command)
		return "", false
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	if command == "pdftotext" {
		arguments = append(arguments, path, "-")
	} else {
		arguments = append(arguments, path)
	}
	said, err := exec.Command(program, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, said)
	}
	return string(said), true
}

func TestInvoicesReadAsTheyShouldGolden(t *testing.T) {
	p := printer(t)
	for _, language := range paper.Languages {
		t.Run(string(language), func(t *testing.T) {
			file, err := p.Invoice(invoice(4), language)
			if err != nil {
				t.Fatal(err)
			}
			opened := golden(t, "invoice-"+string(language), file)
			if files := opened.Files(); len(files) != 1 || string(files[0]) != "<Invoice/>" {
				t.Errorf("files inside: %q", files)
			}
			other, err := paper.NewPrinter()
			if err != nil {
				t.Fatal(err)
			}
			again, err := other.Invoice(invoice(4), language)
			if err != nil || !bytes.Equal(file, again) {
				t.Error("the same invoice is printed in other bytes")
			}
		})
	}
}

// What somebody copies from an Arabic page, as poppler has it: words joined and
// in order, identifiers whole.
func TestOthersCopyWhatWasWritten(t *testing.T) {
	file, err := printer(t).Invoice(invoice(4), paper.Arabic)
	if err != nil {
		t.Fatal(err)
	}
	said, ok := ask(t, file, "pdftotext", "-layout")
	if !ok {
		return
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 0x202a && r <= 0x202e { // poppler's own marks of direction
			return -1
		}
		return r
	}, said)
	for _, want := range []string{"فاتورة ضريبية", "شركة المثال للحوسبة السحابية", "تاريخ الاستحقاق", "أمر الشراء", "المبلغ المستحق",
		"ورشة الترحيل إلى السحابة", "INV-2026-00042", "PO-4423/12", "SAR 420,630.00", "ap@gulfhorizon.example", "SA310122393500003", "SA03 8000 0000 6080 1016 7519"} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is not there\n%s", want, plain)
		}
	}
}

// The tree that those go by who cannot see the page.
func TestPapersSayWhatStandsOnThem(t *testing.T) {
	file, err := printer(t).Invoice(invoice(50), paper.Both)
	if err != nil {
		t.Fatal(err)
	}
	opened := pdftest.Open(t, file)
	for _, want := range []string{"/Lang(ar)", "/Lang(en)", "/MarkInfo<</Marked true>>", "/S/H1", "/S/H2", "/S/Table", "/Scope/Column", "/Scope/Row", "/AFRelationship/Alternative", "/DisplayDocTitle true", "/OutputIntents"} {
		if !opened.Has(want) {
			t.Errorf("%s is nowhere", want)
		}
	}
	if opened.Has("/Direction") || opened.Has("/ActualText") {
		t.Error("viewers are told what makes them copy numbers the wrong way round")
	}
	if heads := opened.Count("/Scope/Column"); heads != 5+3+4+4 {
		t.Errorf("%d heads of columns in the structure: those repeated on later pages are said twice", heads)
	}
	pages := opened.Pages()
	for i, page := range pages[1 : len(pages)-2] {
		if !strings.HasPrefix(page, "البيان\nDescription\n") {
			t.Errorf("page %d does not begin with the heads of its table:\n%s", i+2, page)
		}
	}
	if want := "صفحة 2 من"; !strings.Contains(pages[1], want) {
		t.Errorf("no page number: %s", pages[1])
	}
}

func TestPapersAreSmall(t *testing.T) {
	const most = 60 << 10
	p := printer(t)
	for _, language := range paper.Languages {
		for _, lines := range []int{4, 50} {
			file, err := p.Invoice(invoice(lines), language)
			if err != nil || len(file) > most {
				t.Errorf("%d lines, %s: %d bytes, %v", lines, language, len(file), err)
			}
		}
	}
}

func TestCreditsAndProformasSayWhatTheyAreGolden(t *testing.T) {
	p := printer(t)
	for name, change := range map[string]func(*paper.Invoice){
		"credit-note": func(in *paper.Invoice) {
			in.Document.Kind, in.Head.Kind, in.Document.DueDate, in.Head.DueOn = center.KindCreditNote, center.KindCreditNote, "", ""
			in.Document.Preceding = []center.Preceding{{Number: "INV-1"}}
			in.Head.Balances = center.Balances{Outstanding: sar(0), Processing: sar(0), Settled: sar(0), Cancelled: sar(0)}
			in.Head.CreditLeft = sar(37063000)
			in.Entries = []paper.Entry{{Kind: paper.EntryCreditGiven, On: "2026-11-21", Reference: "INV-1", Amount: sar(5000000)}}
		},
		"proforma": func(in *paper.Invoice) {
			in.Document.Kind, in.Head.Kind, in.UBL = center.KindProforma, center.KindProforma, nil
		},
		"bare": func(in *paper.Invoice) {
			*in = paper.Invoice{Today: today, Document: center.Document{Kind: center.KindInvoice, Number: "1", Currency: "JPY", Totals: center.Totals{Payable: "0.5"}},
				Head: center.Invoice{Kind: center.KindInvoice}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := invoice(1)
			change(&in)
			file, err := p.Invoice(in, paper.English)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, file)
		})
	}
}

func TestAPaperOfThousandsOfPagesIsRefused(t *testing.T) {
	in := invoice(1)
	in.Document.Notes = []string{strings.Repeat("word ", 400_000)}
	if _, err := printer(t).Invoice(in, paper.English); !errors.Is(err, pdf.ErrTooLong) {
		t.Errorf("%v", err)
	}
}

// FuzzInvoice prints whatever people may have written.
func FuzzInvoice(f *testing.F) {
	for _, s := range []string{"", "\u202eevil\u202c", "(){}<>[]/%\\", "السلام\u200d\u064e عليكم 12", "\x00\xff", "क्षि 日本 👩‍👩‍👧", "a\u0301\u0301\u0301", strings.Repeat("x", 300), "\n\n\r"} {
		f.Add(s, "1250.5", "م")
	}
	p := printer(f)
	f.Fuzz(func(t *testing.T, text, amount, name string) {
		in := invoice(2)
		in.Document.Notes, in.Document.Number, in.Document.Supplier.Name = []string{text}, name, text
		in.Document.Lines[0].Name, in.Document.Lines[1].Quantity, in.Document.Totals.Payable = text, center.Decimal(text), center.Decimal(amount)
		in.Document.Customer.Emails, in.Document.Currency = []string{text, name}, name
		language := paper.Languages[(len(text)+len(amount))%len(paper.Languages)]
		file, err := p.Invoice(in, language)
		if err != nil && !errors.Is(err, pdf.ErrTooLong) {
			t.Fatal(err)
		}
		if err == nil {
			pdftest.Open(t, file).Pages()
		}
	})
}

func BenchmarkInvoice(b *testing.B) {
	p := printer(b)
	for _, c := range []struct {
		name     string
		language paper.Language
		lines    int
	}{{"en/4", paper.English, 4}, {"ar/4", paper.Arabic, 4}, {"ar/50", paper.Arabic, 50}, {"both/50", paper.Both, 50}} {
		b.Run(c.name, func(b *testing.B) {
			in := invoice(c.lines)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Invoice(in, c.language); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
