package main

import (
	"bytes"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/ingest"
)

// hostileTries is how often a file may be tried: on a machine that others use,
// one try may take long for no reason of its own.
const hostileTries = 3

// hostile is a file made to do harm, and what it is answered: a refusal of all
// it holds by one of these codes, or harmless records.
type hostile struct {
	data    []byte
	mapping string
	codes   []center.ImportCode // of the rows; none where it is stored harmlessly
	created int
}

const (
	rowsMapping = `{"record":"invoice","header":true,"defaults":{"currency":"EUR"},"columns":{"number":"n","customer.key":"c","issue_date":"d","payable":"p"}}`
	ublHead     = `<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" ` +
		`xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">`
)

// hostileBytes is how large files are that would never end. The long proof
// takes as many as a post may have; a short one shows what grows with its square.
var hostileBytes = flag.Int("hostile", 60_000, "bytes of hostile files; those of a whole post are held to a second each")

// filled is text made of a piece, of almost as many bytes.
func filled(piece string) string { return strings.Repeat(piece, (*hostileBytes-4096)/len(piece)) }

func hostileXML() map[string]hostile {
	lol := `<!DOCTYPE lolz [<!ENTITY lol "lol">`
	for i := range 9 {
		lol += `<!ENTITY lol` + string(rune('1'+i)) + ` "` + strings.Repeat("&lol;", 10) + `">`
	}
	attributes := strings.Builder{}
	for i := range *hostileBytes / 20 {
		attributes.WriteString(" a" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + `="1"`)
	}
	doctype, notXML := []center.ImportCode{center.CodeDoctypeForbidden}, []center.ImportCode{center.CodeNotXML}
	return map[string]hostile{
		"billion laughs":             {data: []byte(lol + `]><Invoice>&lol9;</Invoice>`), codes: doctype},
		"an external entity":         {data: []byte(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`), codes: doctype},
		"a DOCTYPE alone":            {data: []byte(`<!DOCTYPE html><html/>`), codes: doctype},
		"a DOCTYPE behind a comment": {data: []byte(`<?xml version="1.0"?><!-- x --><!DOCTYPE a><a/>`), codes: doctype},
		"an entity nobody declared":  {data: []byte(ublHead + `<cbc:ID>&boom;</cbc:ID></Invoice>`), codes: notXML},
		"endless depth":              {data: []byte(filled("<a>")), codes: notXML},
		"endless breadth":            {data: []byte(ublHead + filled("<a/>") + "</Invoice>"), codes: []center.ImportCode{center.CodeNotXML, center.CodeUnknownCurrency}},
		"an attribute without end":   {data: []byte(`<Invoice a="` + filled("x") + `"/>`), codes: []center.ImportCode{center.CodeUnsupportedDocument}},
		"attributes without end": {data: []byte(`<Invoice` + attributes.String() + `/>`),
			codes: []center.ImportCode{center.CodeUnsupportedDocument, center.CodeNotXML}},
		"a name without end": {data: []byte(ublHead + `<cbc:ID>1</cbc:ID><cbc:BuyerReference>` + filled("x") + `</cbc:BuyerReference></Invoice>`),
			codes: []center.ImportCode{center.CodeBadRecord, center.CodeUnknownCurrency, center.CodeNotXML}},
		"a comment without end":           {data: []byte("<a><!--" + filled("x") + "--></a>"), codes: []center.ImportCode{center.CodeUnsupportedDocument}},
		"an instruction that never ends":  {data: []byte("<?xml " + filled("x")), codes: notXML},
		"bytes that are no UTF-8":         {data: []byte(ublHead + "<cbc:ID>\xff\xfe</cbc:ID></Invoice>"), codes: notXML},
		"an encoding nobody knows":        {data: []byte(`<?xml version="1.0" encoding="EBCDIC-XYZ"?><a/>`), codes: notXML},
		"a prefix that runs to elsewhere": {data: []byte(`<x:Invoice xmlns:x="javascript:alert(1)"/>`), codes: []center.ImportCode{center.CodeUnsupportedDocument}},
	}
}

func hostileText(t *testing.T) map[string]hostile {
	bad := []center.ImportCode{center.CodeBadRecord}
	record := func(number, name string) string {
		return `{"kind":"invoice","number":"` + number + `","issue_date":"2026-01-01","currency":"EUR","supplier":{"name":"V"},"customer":{"name":"` + name + `","vat":"X1"},"totals":{"payable":"1.00"}}`
	}
	archive := func(name, content string) []byte {
		return zipped(t, ingest.File{Name: name, Data: []byte(content)}).Data
	}
	return map[string]hostile{
		"JSON without end":              {data: []byte("{" + filled("[")), codes: bad},
		"JSON as deep as a well":        {data: []byte(`{"kind":"contract","account":"A","number":"1","x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`), codes: []center.ImportCode{center.CodeUnknownCustomer}},
		"deeper than a well":            {data: []byte(`{"kind":"contract","x":` + strings.Repeat("[", 400_000) + `}`), codes: bad},
		"a number without end":          {data: []byte(strings.Replace(record("1", "N"), `"1.00"`, `"`+strings.Repeat("9", *hostileBytes/5)+`"`, 1)), codes: []center.ImportCode{center.CodeBadAmount}},
		"decimals without end":          {data: []byte(strings.Replace(record("1", "N"), `"1.00"`, `"0.`+strings.Repeat("1", *hostileBytes/5)+`"`, 1)), codes: []center.ImportCode{center.CodeBadAmount}},
		"an exponent":                   {data: []byte(strings.Replace(record("1", "N"), `"1.00"`, `"1e999999999"`, 1)), codes: []center.ImportCode{center.CodeBadAmount}},
		"a line without end":            {data: []byte(record("1", strings.Repeat("x", 1<<20))), codes: bad},
		"bytes that are no UTF-8":       {data: []byte(record("1", "\xff\xfe\xc0\x80")), created: 1},
		"text that turns around":        {data: []byte(record("1", "\u202eevil\u2066\u200f")), created: 1},
		"script in a name":              {data: []byte(record("1", `<script>alert(1)</script>`)), created: 1},
		"a formula in a name":           {data: []byte(record("1", `=cmd|'/C calc'!A0`)), created: 1},
		"empty lines without end":       {data: []byte(record("1", "N") + filled("\n")), created: 1},
		"records of nobody without end": {data: []byte(filled("{}\n")), codes: bad},
		"rows without end":              {data: []byte("n,c,d,p\n" + filled("\n")), mapping: rowsMapping},
		"columns without end":           {data: []byte("n,c,d,p\n" + filled(",")), mapping: rowsMapping, codes: bad},
		"quotes without end":            {data: []byte("n,c,d,p\n" + filled(`"`)), mapping: rowsMapping, codes: bad},
		"a quote that never closes":     {data: []byte("n,c,d,p\n\"" + filled("x\n")), mapping: rowsMapping, codes: bad},
		"many that never close":         {data: []byte("n,c,d,p\n" + filled("\"x\n")), mapping: rowsMapping, codes: bad},
		"a header without end":          {data: []byte(filled("n,") + "\n1"), mapping: rowsMapping, codes: []center.ImportCode{center.CodeMissingColumn}},
		"formulas in cells":             {data: []byte("n,c,d,p\n=1+1,@SUM(A1),2026-01-01,5\n"), mapping: rowsMapping, created: 1},
		"NUL in cells":                  {data: []byte("n,c,d,p\n1\x002,C,2026-01-01,5\n"), mapping: rowsMapping, codes: bad},
		"a bomb":                        {data: archive("a.xml", strings.Repeat("\x00", 33<<20)), codes: []center.ImportCode{center.CodeBadArchive}},
		"a bomb of XML":                 {data: archive("a.xml", ublHead+strings.Repeat("<a></a>", 40_000)), codes: []center.ImportCode{center.CodeNotXML, center.CodeUnknownCurrency}},
		"an archive in an archive":      {data: archive("b.zip", string(archive("a.zip", "x"))), codes: []center.ImportCode{center.CodeUnsupportedDocument}},
		"a program":                     {data: []byte("MZ\x90\x00\x03" + filled("\x00")), codes: []center.ImportCode{center.CodeUnsupportedDocument}},
		"nothing":                       {data: nil, codes: []center.ImportCode{center.CodeUnsupportedDocument}},
	}
}

// Whatever a file is made to do, it is refused by a code that says why, or
// stored without harm, in less than a second.
func TestHostileFilesAreRefusedOrHarmless(t *testing.T) {
	count, whole := tally.Open(t, "hostile files"), *hostileBytes >= maxFileBytes
	w := newWorld(functiontest.Empty(t))
	all := hostileXML()
	for name, h := range hostileText(t) {
		all["text: "+name] = h
	}
	for name, h := range all {
		t.Run(name, func(t *testing.T) {
			defer count.Add("")
			var report center.ImportReport
			took := time.Hour
			for try := 0; try == 0 || whole && try < hostileTries && took > time.Second; try++ {
				began := time.Now()
				report = w.imported(t, []ingest.File{{Name: "f", Data: h.data}}, h.mapping, map[string]string{"dry_run": "true"})
				took = time.Since(began)
			}
			if whole && took > time.Second {
				t.Errorf("took %s", took)
			}
			if report.Counts.Created != h.created {
				t.Errorf("%+v", report.Counts)
			}
			for _, row := range report.Rows {
				if !row.Warning && row.Result == center.ResultRejected && !slices.Contains(h.codes, row.Code) {
					t.Errorf("%+v", row)
				}
			}
			if h.created == 0 && len(h.codes) > 0 && report.Counts.Rejected == 0 {
				t.Errorf("nothing was refused: %+v", report.Counts)
			}
			if text := resultText(report); len(text) > 1<<20 {
				t.Errorf("the report has %d bytes", len(text))
			}
		})
	}
	count.Complete()
}

func resultText(report center.ImportReport) []byte {
	var b bytes.Buffer
	for _, row := range report.Rows {
		b.WriteString(row.File + string(row.Code) + row.Field + row.Message + row.Number)
	}
	return b.Bytes()
}
