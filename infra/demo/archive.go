package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// csvBook is what an older system of the vendor left: one line a paper, dates
// as they are written in the Netherlands, columns in Dutch.
type csvBook struct {
	rows [][]string
}

var archiveHeader = []string{
	"Factuurnummer", "Factuurdatum", "Vervaldatum", "Betaald op", "Btw-nummer", "Klant", "Inkooporder",
	"Soort", "Omschrijving", "Valuta", "Bedrag excl. btw", "Btw", "Totaal", "Kostenplaats",
}

// archiveKinds are the words of the column Soort.
var archiveKinds = map[center.InvoiceType]string{
	center.TypeHardware: "Apparatuur", center.TypeSubscription: "Abonnement", center.TypeSupport: "Onderhoud",
	center.TypeLicense: "Licentie", center.TypeEducation: "Training", center.TypeConsulting: "Advies",
	center.TypeService: "Dienst", center.TypeUsage: "Verbruik",
}

// archiveMapping says which of our fields each column is.
func archiveMapping(by center.Party) ([]byte, error) {
	kinds := map[string]string{}
	for kind, word := range archiveKinds {
		kinds[word] = string(kind)
	}
	return json.MarshalIndent(map[string]any{
		"record":      "invoice",
		"delimiter":   ";",
		"header":      true,
		"date_format": "DD-MM-YYYY",
		"decimal":     ",",
		"thousands":   ".",
		"columns": map[string]string{
			"number": "Factuurnummer", "issue_date": "Factuurdatum", "due_date": "Vervaldatum", "paid_date": "Betaald op",
			"customer.vat": "Btw-nummer", "customer.name": "Klant", "order_ref": "Inkooporder", "invoice_type": "Soort",
			"line.name": "Omschrijving", "currency": "Valuta", "tax_exclusive": "Bedrag excl. btw", "tax": "Btw", "payable": "Totaal",
		},
		"values":   map[string]any{"invoice_type": kinds},
		"defaults": map[string]string{"supplier.name": by.Name, "supplier.vat": by.VAT, "supplier.address.country": by.Address.Country},
		"ignore":   []string{"Kostenplaats"},
	}, "", "  ")
}

func (b *csvBook) add(d *center.Document) {
	total := d.Totals
	b.rows = append(b.rows, []string{
		d.Number, dutchDate(d.IssueDate), dutchDate(d.DueDate), dutchDate(d.PaidDate), d.Customer.VAT, d.Customer.Name, d.OrderRef,
		archiveKinds[d.InvoiceType], d.Lines[0].Name, d.Currency,
		dutchAmount(total.TaxExclusive, d.Currency), dutchAmount(total.Tax, d.Currency), dutchAmount(total.Payable, d.Currency), "4410",
	})
}

func dutchDate(d center.Date) string {
	if d == "" {
		return ""
	}
	return string(d[8:10] + "-" + d[5:7] + "-" + d[0:4])
}

func dutchAmount(d center.Decimal, currency string) string {
	m, err := money.Parse(string(d), money.Code(currency))
	if err != nil {
		return string(d) // refused by name at the import
	}
	return m.Format(",", ".")
}

func (b *csvBook) file(name string, by center.Party) (File, error) {
	var body bytes.Buffer
	w := csv.NewWriter(&body)
	w.Comma = ';'
	if err := w.WriteAll(append([][]string{archiveHeader}, b.rows...)); err != nil {
		return File{}, err
	}
	mapping, err := archiveMapping(by)
	return File{Name: name, Body: body.Bytes(), Mapping: mapping}, err
}
