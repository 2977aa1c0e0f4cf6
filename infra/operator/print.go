package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"customercenter/shared/center"
)

// shownRows is how many rows a printed report shows of what was not taken or
// was warned about; -json has more.
const shownRows = 60

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// printReport writes a report for a person.
func printReport(w io.Writer, r center.ImportReport) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	title := "Import " + r.ID
	if r.DryRun {
		title = "Dry run: nothing was changed"
	}
	c := r.Counts
	fmt.Fprintf(t, "%s\n\n", title)
	fmt.Fprintf(t, "created\tunchanged\tconflict\tnear duplicate\trejected\twarnings\n")
	fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%d\t%d\n", c.Created, c.Unchanged, c.Conflict, c.NearDuplicate, c.Rejected, c.Warnings)
	if len(r.Sums) > 0 {
		fmt.Fprintf(t, "\ncreated in\tinvoices\tpayable\tcredit notes\tpayable\tnet\n")
	}
	for _, s := range r.Sums {
		fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%s\t%s\n", s.Currency, s.Invoices.Count, s.Invoices.Payable.Format(".", ","),
			s.CreditNotes.Count, s.CreditNotes.Payable.Format(".", ","), s.Net.Format(".", ","))
	}
	printRows(t, r.Rows)
	if len(r.Unmapped) > 0 {
		fmt.Fprintf(t, "\nColumns the mapping does not use: %s\n", strings.Join(r.Unmapped, ", "))
	}
	return t.Flush()
}

// printRows writes the rows that say more than that a record was taken.
func printRows(w io.Writer, rows []center.ImportRow) {
	shown, more := 0, 0
	for _, row := range rows {
		if row.Code == "" {
			continue
		}
		if shown++; shown > shownRows {
			more++
			continue
		}
		if shown == 1 {
			fmt.Fprintf(w, "\nfile\trecord\tnumber\tresult\tcode\n")
		}
		result := string(row.Result)
		if row.Warning {
			result += " (warning)"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", plain(row.File), row.Index+1, plain(cmp.Or(row.Number, "-")), result, row.Code,
			plain(strings.TrimSpace(row.Field+" "+row.Message)))
	}
	if more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
}

// plain keeps what files say from steering the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}
