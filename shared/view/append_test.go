package view_test

import (
	"encoding/json"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/money"
	"customercenter/shared/view"
)

func FuzzARowIsWrittenAsTheLibraryWritesIt(f *testing.F) {
	f.Add("inv_1", "INV-1001", "", "", int64(0), 0, "USD", 0)
	f.Add("inv_2", "شركة", "a \"quoted\" \\ <title> & more\n\x7f", "PO\xff\u2028", int64(-125000), -3, "KWD", 2)
	f.Add("", "", "", "", int64(1), 1, "none", 3)
	f.Fuzz(func(t *testing.T, id, number, title, po string, minor int64, days int, currency string, flags int) {
		amount := money.Money{Minor: minor, Currency: money.Code(currency)}
		row := view.InvoiceRow{ID: center.InvoiceID(id), Kind: center.DocumentKind(po), Number: number, Type: center.InvoiceType(title), Title: title,
			PONumber: po, ContractNumber: number, IssuedOn: center.Date(id), DueOn: center.Date(number), ClosedOn: center.Date(title),
			Status: center.InvoiceStatus(id), DaysLate: days, Amount: amount, Outstanding: amount, Processing: amount, Version: days}
		for n := range uint(flags) % 4 {
			row.Flags = append(row.Flags[:n:n], center.Flag(title))
		}
		if flags == 0 {
			row.Flags = []center.Flag{}
		}
		want, wantErr := json.Marshal(row)
		got, err := row.AppendJSON([]byte("before "))
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%v; the library says %v", err, wantErr)
		}
		if err == nil && string(got) != "before "+string(want) {
			t.Errorf("%s\nthe library writes\n%s", got, want)
		}
	})
}
