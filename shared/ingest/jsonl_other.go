package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// otherKinds are the kinds whose rules come with their own pages, with the
// fields that identify a record among its account's: the first list that is
// complete counts.
var otherKinds = map[center.DocumentKind][][]string{
	center.KindContract:         {{"number"}},
	center.KindSubscription:     {{"number"}},
	center.KindScheduledInvoice: {{"number"}, {"subscription", "invoice_on"}, {"order", "invoice_on"}},
	center.KindRenewal:          {{"number"}, {"subscription", "term_end"}, {"contract", "term_end"}},
	center.KindUsage:            {{"subscription", "period"}},
	center.KindPayment:          {{"reference"}, {"method", "received_on", "currency", "amount"}},
	center.KindStatement:        {{"number"}},
	center.KindReminder:         {{"number"}},
	center.KindAnswer:           {{"number"}},
}

// jsonOther checks what every such record must have (account, identity, a real
// currency, no number that might have been a float) and keeps it as canonical
// JSON: sorted fields, no spaces, absent and null alike.
func (r *reading) jsonOther(kind center.DocumentKind, line []byte) *center.OtherRecord {
	other := &center.OtherRecord{Kind: kind}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	fields := map[string]any{}
	if err := d.Decode(&fields); err != nil || d.More() {
		r.refuse(center.CodeBadRecord, "", "The line is not one JSON object.")
		return other
	}
	other.Account = text(fields["account"])
	r.checkKey("account", other.Account)
	if c := text(fields["currency"]); c != "" {
		r.setCurrency(c)
	}
	if other.ID = identity(fields, otherKinds[kind]); other.ID == "" || len(other.ID) > maxNumber {
		r.refuse(center.CodeMissingNumber, otherKinds[kind][0][0], "A %s needs what identifies it: %s, %d bytes at most.",
			kind, describe(otherKinds[kind]), maxNumber)
	}
	r.checkNumbers("", fields)
	r.checkOtherAmount(fields["amount"])
	canonical, err := canonicalJSON(fields)
	if err != nil {
		r.refuse(center.CodeBadRecord, "", "The record cannot be written as JSON.")
	}
	other.JSON = canonical
	if r.fault == nil {
		r.said(other)
	}
	return other
}

// said reads what a record of a kind with rules says. Fields nobody knows are
// kept with it.
func (r *reading) said(other *center.OtherRecord) {
	fault, err := typeRecord(other)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		r.refuse(center.CodeBadRecord, wrong.Field, "A JSON %s cannot stand here.", wrong.Value)
	case err != nil:
		r.refuse(center.CodeBadRecord, "", "%s.", strings.TrimPrefix(err.Error(), "json: "))
	case fault != nil:
		r.refuse(fault.Code, fault.Field, "%s", fault.Message)
	}
}

// typeRecord fills in what a record says from its JSON, for kinds with rules.
func typeRecord(o *center.OtherRecord) (*center.Fault, error) {
	into := o.Views()
	if into == nil {
		switch o.Kind {
		case center.KindPayment:
			o.Remittance = &center.Remittance{}
			into = o.Remittance
		case center.KindStatement:
			o.Statement = &center.StatementRecord{}
			into = o.Statement
		case center.KindReminder, center.KindAnswer:
			o.Note = &center.PaperNote{}
			into = o.Note
		default:
			return nil, nil
		}
	}
	if err := json.Unmarshal(o.JSON, into); err != nil {
		return nil, err
	}
	return into.Check(), nil
}

// checkNumbers refuses JSON numbers with a point or an exponent anywhere:
// amounts and quantities are decimal strings.
func (r *reading) checkNumbers(field string, value any) {
	switch v := value.(type) {
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			r.refuse(center.CodeBadAmount, field, "Write decimals as strings: \"%s\".", shorten(string(v), maxNumber))
		}
	case []any:
		for _, in := range v {
			r.checkNumbers(field, in)
		}
	case map[string]any:
		for name, in := range v {
			r.checkNumbers(strings.TrimPrefix(field+"."+name, "."), in)
		}
	}
}

// checkOtherAmount checks a record's own amount in its currency.
func (r *reading) checkOtherAmount(amount any) {
	if r.fault != nil || amount == nil || r.currency == "" {
		return
	}
	if _, err := money.ParseLoose(text(amount), r.currency, money.RoundReject); err != nil {
		r.refuse(center.CodeBadAmount, "amount", "%s is not an amount of %s.", quote(text(amount)), r.currency)
	}
}

// identity joins the first complete list of fields.
func identity(fields map[string]any, lists [][]string) string {
next:
	for _, names := range lists {
		var parts []string
		for _, name := range names {
			part := text(fields[name])
			if part == "" {
				continue next
			}
			parts = append(parts, part)
		}
		return strings.Join(parts, "/")
	}
	return ""
}

func describe(lists [][]string) string {
	var ways []string
	for _, names := range lists {
		ways = append(ways, strings.Join(names, " + "))
	}
	return strings.Join(ways, ", or ")
}

func text(value any) string {
	s, _ := value.(string)
	return strings.TrimSpace(s)
}

// canonicalJSON writes fields sorted and without null, so that equal records
// have equal bytes.
func canonicalJSON(fields map[string]any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(withoutNull(fields))
	return bytes.TrimSpace(b.Bytes()), err
}

func withoutNull(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := make(map[string]any, len(v))
		for name, in := range v {
			if in != nil {
				kept[name] = withoutNull(in)
			}
		}
		return kept
	case []any:
		for i := range v {
			v[i] = withoutNull(v[i])
		}
	}
	return value
}
