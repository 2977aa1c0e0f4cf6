package ingest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

const maxDelimiter = 8 // bytes

// mapping says what the columns of CSV files mean.
type mapping struct {
	Record     string                       `json:"record"`      // invoice, order, payment or customer
	Delimiter  string                       `json:"delimiter"`   // any text, a comma by default
	Encoding   string                       `json:"encoding"`    // such as windows-1256; UTF-8 by default, and where a byte order mark says so
	Header     header                       `json:"header"`      // true: the first record; or the names
	Trim       *bool                        `json:"trim"`        // drop spaces around values, unless false
	Null       []string                     `json:"null"`        // texts that stand for nothing
	DateFormat string                       `json:"date_format"` // such as DD.MM.YYYY; yyyy-mm-dd needs none
	Decimal    string                       `json:"decimal"`     // decimal mark, a point by default
	Thousands  string                       `json:"thousands"`   // group mark, none by default
	Rounding   string                       `json:"rounding"`
	Defaults   map[string]any               `json:"defaults"` // our field: value where the file has none
	Columns    map[string]string            `json:"columns"`  // our field: column
	Values     map[string]map[string]string `json:"values"`   // our field: text in the file: value
	Join       struct {
		Customers *joinMapping `json:"customers"` // by the customer's key
		Lines     *joinMapping `json:"lines"`     // by the document's number
	} `json:"join"`
	Ignore      []string            `json:"ignore"`       // columns left out on purpose
	Filter      map[string]filter   `json:"filter"`       // column: the rows that are taken
	Kind        *kindMapping        `json:"kind"`         // which rows are credit notes
	StripSuffix map[string][]string `json:"strip_suffix"` // our field: texts taken off the end of values
	GroupBy     string              `json:"group_by"`     // our field: rows that agree in it are one record

	dates    dateFormat
	defaults map[string]string
}

// joinMapping says which file holds the rest of a record, and the column of it
// that holds the key.
type joinMapping struct {
	File    string            `json:"file"` // name, * and ? allowed
	Key     string            `json:"key"`
	Columns map[string]string `json:"columns"`
}

// header is true (the first record names the columns) or the names themselves.
type header struct {
	first bool
	names []string
}

// UnmarshalJSON reads true or a list of names.
func (h *header) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &h.first) == nil && h.first {
		return nil
	}
	if err := json.Unmarshal(b, &h.names); err != nil || len(h.names) == 0 {
		return fmt.Errorf("header is true or a list of column names")
	}
	return nil
}

// kindMapping says what kind of paper a row is, by the text of a column or by
// how that begins.
type kindMapping struct {
	Column string                         `json:"column"`
	Map    map[string]center.DocumentKind `json:"map"`
	Prefix map[string]center.DocumentKind `json:"prefix"`
}

// kindOf is the kind the mapping gives a paper; "" where it says nothing. Of
// prefixes that fit the longest counts.
func (m *mapping) kindOf(f fields) center.DocumentKind {
	if m.Kind == nil || len(f.rows) == 0 {
		return ""
	}
	value := m.clean(f.rows[0].cells[f.rows[0].table.named[m.Kind.Column]])
	if kind, ok := m.Kind.Map[value]; ok {
		return kind
	}
	longest, kind := -1, center.DocumentKind("")
	for prefix, k := range m.Kind.Prefix {
		if len(prefix) > longest && strings.HasPrefix(value, prefix) {
			longest, kind = len(prefix), k
		}
	}
	return kind
}

// otherColumns are those the mapping uses beside the ones of our fields.
func (m *mapping) otherColumns() []string {
	columns := slices.Sorted(maps.Keys(m.Filter))
	if m.Kind != nil {
		columns = append(columns, m.Kind.Column)
	}
	return columns
}

// The records a CSV file can hold.
const (
	recordInvoice  = "invoice"
	recordOrder    = "order"
	recordPayment  = "payment"
	recordCustomer = "customer"
)

var partyFields = strings.Fields(`name trading_name vat legal_id email contact contact.first contact.last phone
	address.street address.street2 address.building address.district address.city address.postcode
	address.region address.country`)

var lineFields = strings.Fields(`line.id line.name line.description line.quantity line.unit line.unit_price
	line.base_quantity line.net line.tax_category line.tax_rate line.order_line`)

// documentFields are our fields a column may fill, by kind of record.
var documentFields = map[string][]string{
	recordInvoice: slices.Concat(prefixed("customer.", append([]string{"key"}, partyFields...)), prefixed("supplier.", partyFields),
		lineFields, strings.Fields(`number type_code issue_date due_date paid_date net_terms_days currency tax_currency
		buyer_reference order_ref contract_ref preceding payment_terms payment_means note invoice_type
		line_total allowance_total charge_total tax_exclusive tax_inclusive prepaid rounding payable tax`)),
	recordOrder: slices.Concat(prefixed("customer.", append([]string{"key"}, partyFields...)), prefixed("supplier.", partyFields),
		lineFields, strings.Fields(`number type_code issue_date valid_until currency status customer_ref quote_ref contract_ref note
		line_total allowance_total charge_total tax_exclusive tax_inclusive prepaid rounding payable tax`)),
	recordPayment: strings.Fields(`reference customer.key amount currency received_on method issuer invoice allocated note`),
	recordCustomer: slices.Concat(prefixed("customer.", append([]string{"key"}, partyFields...)),
		strings.Fields(`contact_type timezone locale net_terms_days note`)),
}

// identifying are the fields without which a record of its kind is none.
var identifying = map[string]string{recordInvoice: "number", recordOrder: "number", recordPayment: "reference", recordCustomer: "customer.key"}

// kindsOfRows are those a mapping may give a row.
var kindsOfRows = []center.DocumentKind{center.KindInvoice, center.KindCreditNote, center.KindDebitNote, center.KindProforma}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

// parseMapping reads and checks a mapping; all its faults come back at once as
// one *center.Error.
func parseMapping(data []byte) (*mapping, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	m := &mapping{}
	if err := d.Decode(m); err != nil {
		return nil, badMapping([]center.Violation{{Pointer: "", Detail: strings.TrimPrefix(err.Error(), "json: ")}})
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, badMapping([]center.Violation{{Pointer: "", Detail: "more follows the mapping"}})
	}
	var faults []center.Violation
	fault := func(pointer, format string, args ...any) {
		faults = append(faults, center.Violation{Pointer: pointer, Detail: fmt.Sprintf(format, args...)})
	}
	m.checkForm(fault)
	m.checkColumns(fault)
	var err error
	if m.dates, err = parseDateFormat(strings.TrimPrefix(m.DateFormat, autoFormat)); err != nil {
		fault("/date_format", "%s", err)
	}
	if len(faults) > 0 {
		return nil, badMapping(faults)
	}
	return m, nil
}

func badMapping(faults []center.Violation) error {
	e := center.Errorf(center.Unprocessable, "bad_mapping", "The mapping cannot be used.")
	e.Violations = faults
	return e
}

func (m *mapping) checkForm(fault func(pointer, format string, args ...any)) {
	if documentFields[m.Record] == nil {
		fault("/record", "%s is not a record of CSV files (invoice, order, payment, customer)", quote(m.Record))
	}
	if _, err := encodingOf(m.Encoding); err != nil {
		fault("/encoding", "%s", err)
	}
	if m.Delimiter == "" {
		m.Delimiter = ","
	}
	if len(m.Delimiter) > maxDelimiter || strings.ContainsAny(m.Delimiter, "\"\r\n") {
		fault("/delimiter", "a delimiter has at most %d bytes, no quotes and no line ends", maxDelimiter)
	}
	if !m.Header.first && m.Header.names == nil {
		fault("/header", "say true or name the columns")
	}
	switch money.Rounding(m.Rounding) {
	case "", money.RoundReject, money.RoundHalfUp, money.RoundHalfEven:
	default:
		fault("/rounding", "%s is not a way to round (reject, half_up, half_even)", quote(m.Rounding))
	}
	if utf8.RuneCountInString(m.Decimal) > 1 || utf8.RuneCountInString(m.Thousands) > 1 || (m.Decimal != "" && m.Decimal == m.Thousands) {
		fault("/decimal", "the marks of decimals and thousands are two different characters")
	}
}

// checkColumns checks that every field named is one of ours.
func (m *mapping) checkColumns(fault func(pointer, format string, args ...any)) {
	known := documentFields[m.Record]
	check := func(pointer string, fields []string) {
		for _, f := range fields {
			if !slices.Contains(known, f) {
				fault(pointer+"/"+f, "%s is not a field of a record of this kind", quote(f))
			}
		}
	}
	check("/columns", slices.Sorted(maps.Keys(m.Columns)))
	check("/values", slices.Sorted(maps.Keys(m.Values)))
	check("/defaults", slices.Sorted(maps.Keys(m.Defaults)))
	if name := cmp.Or(identifying[m.Record], "number"); m.Columns[name] == "" {
		fault("/columns/"+name, "the column that names each record is needed")
	}
	check("/strip_suffix", slices.Sorted(maps.Keys(m.StripSuffix)))
	if m.GroupBy != "" && m.Columns[m.GroupBy] == "" {
		fault("/group_by", "%s is not a field of ours that has a column", quote(m.GroupBy))
	}
	m.checkKind(fault)
	m.defaults = make(map[string]string, len(m.Defaults))
	for field, value := range m.Defaults {
		switch value.(type) {
		case string, json.Number:
			m.defaults[field] = fmt.Sprint(value)
		default:
			fault("/defaults/"+field, "a default is a text or a number")
		}
	}
	for name, j := range map[string]*joinMapping{"customers": m.Join.Customers, "lines": m.Join.Lines} {
		if j == nil {
			continue
		}
		check("/join/"+name+"/columns", slices.Sorted(maps.Keys(j.Columns)))
		if _, err := path.Match(j.File, ""); err != nil || j.File == "" {
			fault("/join/"+name+"/file", "%s is not a file name or pattern", quote(j.File))
		}
		if j.Key == "" {
			fault("/join/"+name+"/key", "the column that holds the key is needed")
		}
	}
}

func (m *mapping) checkKind(fault func(pointer, format string, args ...any)) {
	if m.Kind == nil {
		return
	}
	if m.Kind.Column == "" || m.Record != recordInvoice || len(m.Kind.Map)+len(m.Kind.Prefix) == 0 {
		fault("/kind", "the kind of an invoice needs a column, and a map or prefixes")
	}
	for _, kinds := range []map[string]center.DocumentKind{m.Kind.Map, m.Kind.Prefix} {
		for _, text := range slices.Sorted(maps.Keys(kinds)) {
			if !slices.Contains(kindsOfRows, kinds[text]) {
				fault("/kind/"+text, "%s is not a kind of paper (invoice, credit_note, debit_note, proforma)", quote(string(kinds[text])))
			}
		}
	}
}

// plain brings a number of the file to plain decimal text; what is no number
// stays as it is, to be refused with its field.
func (m *mapping) plain(s string) center.Decimal {
	if s == "" || (m.Decimal == "" && m.Thousands == "") {
		return center.Decimal(s)
	}
	point, group := '.', rune(0)
	if m.Decimal != "" {
		point, _ = utf8.DecodeRuneInString(m.Decimal)
	}
	if m.Thousands != "" {
		group, _ = utf8.DecodeRuneInString(m.Thousands)
	}
	if plain, err := money.Plain(s, point, group); err == nil {
		return center.Decimal(plain)
	}
	return center.Decimal(s)
}
