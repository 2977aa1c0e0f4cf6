package main

import (
	"archive/zip"
	"context"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/document/invoicelist"
	"customercenter/shared/document/paper"
	"customercenter/shared/document/sheet"
	"customercenter/shared/document/ubl"
	"customercenter/shared/document/xlsx"
	"customercenter/shared/ingest"
)

// writeCSV writes rows; the first part begins with the names of the columns.
func writeCSV(_ context.Context, p *part) error {
	out := sheet.NewCSV(&p.body)
	if p.first {
		if err := out.Head(invoicelist.Columns(p.arabic)...); err != nil {
			return err
		}
	}
	for _, inv := range p.invoices {
		if err := out.Row(invoicelist.Row(inv, p.today)...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// writeXLSX writes a workbook whose rows are numbered on from the part before:
// the rows of all parts are one sheet.
func writeXLSX(_ context.Context, p *part) error {
	book, err := xlsx.New(p.arabic)
	if err != nil {
		return err
	}
	heads := []xlsx.Column{}
	for _, name := range invoicelist.Columns(p.arabic) {
		heads = append(heads, xlsx.Column{Title: name, Width: columnWidth})
	}
	rows, err := book.Sheet(invoicelist.Title(p.arabic), heads)
	if err != nil {
		return err
	}
	rows.Skip(p.rows)
	for _, inv := range p.invoices {
		if err := rows.Row(invoicelist.Row(inv, p.today)...); err != nil {
			return err
		}
	}
	_, err = book.WriteTo(&p.body)
	return err
}

const columnWidth = 16

// writeJSONLines writes each paper as an import takes it back.
func writeJSONLines(ctx context.Context, p *part) error {
	out := ingest.NewWriter(&p.body)
	return p.eachPaper(ctx, func(d *center.Document) error {
		return out.Write(center.Record{Kind: d.Kind, Number: d.Number, Document: d})
	})
}

// writeZIP writes each paper as its UBL document.
func writeZIP(ctx context.Context, p *part) error {
	archive := zip.NewWriter(&p.body)
	names := map[string]int{}
	err := p.eachPaper(ctx, func(d *center.Document) error {
		name := paper.FileName("xml", string(d.Kind), d.Number, string(d.IssueDate))
		if names[name]++; names[name] > 1 { // what differs in marks alone
			name = paper.FileName("xml", string(d.Kind), d.Number, string(d.IssueDate), fmt.Sprint(names[name]))
		}
		file, err := archive.Create(name)
		if err == nil {
			_, err = file.Write(ubl.Write(d))
		}
		return err
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

// eachPaper reads the papers of the part's invoices, in order.
func (p *part) eachPaper(ctx context.Context, write func(*center.Document) error) error {
	ids := make([]center.InvoiceID, len(p.invoices))
	for i, inv := range p.invoices {
		ids[i] = inv.ID
	}
	papers, err := p.account.Papers(ctx, ids)
	if err != nil {
		return err
	}
	for i := range papers {
		if err := write(&papers[i]); err != nil {
			return err
		}
	}
	return nil
}
