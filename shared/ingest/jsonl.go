package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// maxNetTerms bounds an account's payment terms, in days: ten years.
const maxNetTerms = 3660

// readJSONLines yields one record per line; blank lines count for nothing.
func readJSONLines(s source, o center.ImportOptions, yield func(center.Record) bool) bool {
	index := 0
	for line := range bytes.Lines(bytes.TrimPrefix(s.Data, []byte(byteOrderMark))) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !yield(readJSONLine(s, index, line, o)) {
			return false
		}
		index++
	}
	return true
}

func readJSONLine(s source, index int, line []byte, o center.ImportOptions) center.Record {
	r := &reading{rounding: money.Rounding(o.Rounding)}
	var head struct {
		Kind center.DocumentKind `json:"kind"`
	}
	if len(line) > maxLine {
		r.refuse(center.CodeBadRecord, "", "A record has at most %d bytes.", maxLine)
	} else if err := json.Unmarshal(line, &head); err != nil {
		r.refuse(center.CodeBadRecord, "kind", "The line is not a JSON object with a kind.")
	}
	if !utf8.Valid(line) {
		r.warn(center.WarnUnreadableChars, "", "Some characters are not UTF-8.")
	}
	rec := center.Record{Kind: head.Kind}
	switch head.Kind {
	case center.KindInvoice, center.KindCreditNote, center.KindDebitNote, center.KindProforma:
		rec.Document = r.jsonDocument(line, s, o)
		rec.Number = rec.Document.Number
	case center.KindOrder, center.KindQuotation:
		rec.Order = r.jsonOrder(line, s, o)
		rec.Number = rec.Order.Number
	case center.KindOrderChange, center.KindOrderResponse, center.KindOrderCancellation, center.KindOrderEvent:
		rec.Event = r.jsonOrderEvent(line, s, o)
		rec.Number = rec.Event.Number
	case center.KindAccount:
		rec.Account = r.jsonAccount(line)
		rec.Number = rec.Account.Key
	case center.KindContact:
		rec.Contact = r.jsonContact(line)
		rec.Number = rec.Contact.Email
	default:
		if slices.Contains(keptHere, head.Kind) {
			r.refuse(center.CodeUnsupportedDocument, "kind", "A %s is exported for the record; it is not imported.", strings.ReplaceAll(string(head.Kind), "_", " "))
			rec.Kind = ""
		} else if _, ok := otherKinds[head.Kind]; ok {
			rec.Other = r.jsonOther(head.Kind, line)
			rec.Number = rec.Other.ID
		} else {
			r.refuse(center.CodeBadRecord, "kind", "%s is not a kind of record.", quote(string(head.Kind)))
			rec.Kind = ""
		}
	}
	return r.record(s, index, rec)
}

// keptHere are records of what an account's people and operators keep in the
// center.
var keptHere = []center.DocumentKind{center.KindDispute, center.KindDunningPolicy, center.KindBillingProfile}

// decode reads a line into a record. Fields nobody knows are refused: a
// misspelt one would otherwise be lost in silence.
func (r *reading) decode(line []byte, into any) {
	if r.fault != nil {
		return
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		r.refuse(center.CodeBadRecord, wrong.Field, "A JSON %s cannot stand here.", wrong.Value)
	case err != nil:
		r.refuse(center.CodeBadRecord, "", "%s.", strings.TrimPrefix(err.Error(), "json: "))
	}
}

func (r *reading) jsonDocument(line []byte, s source, o center.ImportOptions) *center.Document {
	d := &center.Document{}
	r.decode(line, d)
	d.Number = strings.TrimSpace(d.Number)
	d.IssueDate = r.date("issue_date", string(d.IssueDate))
	d.DueDate = r.date("due_date", string(d.DueDate))
	d.PaidDate = r.date("paid_date", string(d.PaidDate))
	for i := range d.Preceding {
		d.Preceding[i].IssueDate = r.date("preceding.issue_date", string(d.Preceding[i].IssueDate))
	}
	r.jsonPeriods(d.Lines)
	d.Currency = r.setCurrency(firstText(d.Currency, o.Currency))
	if d.DueDate != "" && d.DueSource == "" {
		d.DueSource = dueStated
	}
	if d.Source == (center.Source{}) {
		d.Source = s.of(formatJSONL)
	}
	r.finishDocument(d)
	return d
}

func (r *reading) jsonOrder(line []byte, s source, o center.ImportOptions) *center.Order {
	order := &center.Order{}
	r.decode(line, order)
	order.Number = strings.TrimSpace(order.Number)
	order.IssueDate = r.date("issue_date", string(order.IssueDate))
	order.ValidUntil = r.date("valid_until", string(order.ValidUntil))
	r.jsonPeriods(order.Lines)
	for i, c := range order.Contacts {
		if !slices.Contains(contactRoles, c.Role) {
			r.refuse(center.CodeBadRecord, fmt.Sprintf("contacts.%d.role", i), "%s is not a role on an order.", quote(string(c.Role)))
		}
	}
	if order.Currency = firstText(order.Currency, o.Currency); order.Currency != "" {
		r.setCurrency(order.Currency)
	}
	if order.Source == (center.Source{}) {
		order.Source = s.of(formatJSONL)
	}
	r.finishOrder(order)
	return order
}

var contactRoles = []center.ContactRole{center.RoleOrdering, center.RoleTechnical, center.RoleFinancial,
	center.RoleDelivery, center.RoleSeller}

func (r *reading) jsonPeriods(lines []center.Line) {
	for _, l := range lines {
		if l.Period != nil {
			l.Period.Start = r.date("period.start", string(l.Period.Start))
			l.Period.End = r.date("period.end", string(l.Period.End))
		}
	}
}

func (r *reading) jsonAccount(line []byte) *center.AccountRecord {
	record := struct {
		Kind center.DocumentKind `json:"kind"`
		*center.AccountRecord
	}{AccountRecord: &center.AccountRecord{}}
	r.decode(line, &record)
	r.finishAccount(record.AccountRecord)
	return record.AccountRecord
}

// finishAccount checks what an account must have.
func (r *reading) finishAccount(a *center.AccountRecord) {
	r.checkKey("key", a.Key)
	r.accountTexts(a)
	if a.Name == "" {
		r.refuse(center.CodeBadRecord, "name", "An account needs a name.")
	}
	if _, err := time.LoadLocation(a.TimeZone); err != nil || a.TimeZone == "Local" {
		r.refuse(center.CodeBadRecord, "timezone", "%s is not an IANA time zone.", quote(a.TimeZone))
	}
	r.checkLocale(a.Locale)
	if n := a.NetTermsDays; n != nil && (*n < -1 || *n > maxNetTerms) {
		r.refuse(center.CodeBadRecord, "net_terms_days", "Net terms are 0 to %d days, or -1 for none.", maxNetTerms)
	}
}

func (r *reading) jsonContact(line []byte) *center.ContactRecord {
	record := struct {
		Kind center.DocumentKind `json:"kind"`
		*center.ContactRecord
	}{ContactRecord: &center.ContactRecord{}}
	r.decode(line, &record)
	r.finishContact(record.ContactRecord)
	return record.ContactRecord
}

// finishContact checks what a contact must have.
func (r *reading) finishContact(c *center.ContactRecord) {
	r.checkKey("account", c.Account)
	r.contactTexts(c)
	if (center.AccountKey{Value: c.Account}).Unassigned() {
		r.refuse(center.CodeBadRecord, "account", "Nobody can enter the account of papers that name no customer.")
	}
	if _, ok := center.NormalizeEmail(c.Email); !ok {
		r.refuse(center.CodeBadRecord, "email", "%s is not an e-mail address.", quote(c.Email))
	}
	if !slices.Contains(center.AccountTypes(), c.Type) {
		r.refuse(center.CodeBadRecord, "contact_type", "%s is not a contact type.", quote(string(c.Type)))
	}
	r.checkLocale(c.Locale)
}

// checkKey refuses a record that names no account, or one no key can name.
func (r *reading) checkKey(field, key string) {
	switch {
	case strings.TrimSpace(key) == "":
		r.refuse(center.CodeUnknownCustomer, field, "The record names no account.")
	case len(key) > maxNumber:
		r.refuse(center.CodeBadRecord, field, "An account's key has at most %d bytes.", maxNumber)
	}
}

func (r *reading) checkLocale(locale string) {
	if locale != "" && locale != "en" && locale != "ar" {
		r.refuse(center.CodeBadRecord, "locale", "%s is not a language of the center (en, ar).", quote(locale))
	}
}
