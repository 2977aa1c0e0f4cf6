package ingest

import (
	"bytes"
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
	Record     string                       `json:"record"`      // invoice or order
	Delimiter  string                       `json:"delimiter"`   // any text, a comma by default
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
	Ignore []string `json:"ignore"` // columns left out on purpose

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

// The records a CSV file can hold.
const (
	recordInvoice = "invoice"
	recordOrder   = "order"
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
}

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
	if m.dates, err = parseDateFormat(m.DateFormat); err != nil {
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
	if m.Record != recordInvoice && m.Record != recordOrder {
		fault("/record", "%s is not a record of CSV files (invoice, order)", quote(m.Record))
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
	if m.Columns["number"] == "" {
		fault("/columns/number", "the column of the document's number is needed")
	}
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
