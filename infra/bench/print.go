package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// Budgets of a printed invoice (G11).
const (
	printCPU   = 20.0 // ms
	printBytes = 60 << 10
)

const (
	printing     = "print-documents"
	printAccount = "PRINT"
	printWarm    = 20 // requests before anything is measured
)

const (
	whyPrint      = "text is shaped and set anew for every file; a second language doubles the words of every label."
	whyPrintBytes = "the outlines of every letter used, in up to four fonts, and the structure of the page."
)

// print asks a warm process for the same invoices as files.
func (b *bench) print() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	if err := w.Fill(b.ctx, printAccount, 0, 0); err != nil { // its people
		return figure.Section{}, err
	}
	for i, lines := range printedLines {
		if err := w.FillOne(b.ctx, printAccount, i, lines); err != nil {
			return figure.Section{}, err
		}
	}
	cookie, err := w.SignIn(b.ctx, printAccount)
	if err != nil {
		return figure.Section{}, err
	}
	endpoint, err := w.Serve(w.DB)
	if err != nil {
		return figure.Section{}, err
	}
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, printing)
	if err != nil {
		return figure.Section{}, err
	}
	p, err := process.Start(binaries[printing], w.Environment(printing, endpoint))
	if err != nil {
		return figure.Section{}, err
	}
	defer p.Stop()
	var out []figure.Figure
	for i, lines := range printedLines {
		for _, language := range []string{"en", "ar", "both"} {
			id := string(world.InvoiceID(printAccount, i))
			e := w.Event(cookie, "GET /v1/invoices/{id}/pdf", "/v1/invoices/"+id+"/pdf", "language="+language, map[string]string{"id": id})
			figures, err := printed(p, fmt.Sprintf("invoice of %d lines, %s", lines, language), world.Encode(e))
			if err != nil {
				return figure.Section{}, err
			}
			out = append(out, figures...)
		}
	}
	return figure.Section{How: fmt.Sprintf("print-documents, warm, answers an invoice as PDF with its UBL inside: the processor time of the whole process for a request, session and reads included; "+
		"medians of %d rounds of %d requests.", listRounds, listRequests), Figures: out}, nil
}

// printedLines are how many lines the printed invoices have.
var printedLines = []int{5, 50}

func printed(p *process.Process, what string, event []byte) ([]figure.Figure, error) {
	size, err := fileSize(p, event)
	if err != nil {
		return nil, err
	}
	if err := repeat(p, event, printWarm); err != nil {
		return nil, err
	}
	var took figure.Samples
	for range listRounds {
		micros, err := cpuPer(p, event)
		if err != nil {
			return nil, err
		}
		took = append(took, micros/1000)
	}
	cpu, err := took.Median(listRounds)
	return []figure.Figure{
		{Budget: "G11", What: what + ": processor time", Value: cpu, Unit: "ms", Limit: printCPU, Why: whyPrint},
		{Budget: "G11", What: what + ": size", Value: float64(size), Unit: "B", Limit: printBytes, Why: whyPrintBytes},
	}, err
}

// fileSize is how many bytes the file has that is answered.
func fileSize(p *process.Process, event []byte) (int, error) {
	answer, _, err := p.Invoke(event)
	if err != nil {
		return 0, err
	}
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &r); err != nil {
		return 0, err
	}
	file, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil || r.StatusCode != 200 {
		return 0, fmt.Errorf("answered %d: %.200s\n%s", r.StatusCode, r.Body, p.Lines())
	}
	return len(file), nil
}
