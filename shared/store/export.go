package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

const (
	// exportBytes is how much of plain records one part holds: well under what
	// one answer may be, whatever their text form adds.
	exportBytes = 2 << 20
	exportRows  = 100
	routeExport = "export"
)

// ExportPart is a stretch of an account's records, in the order they are best
// imported: the account, contacts, orders, other records, billing papers, and
// behind them what names papers.
type ExportPart struct {
	Records []center.Record
	Next    string // empty at the end
}

// exportStage reads one kind of record: the page behind the sort key after,
// and the key to go on behind, "" at the end.
type exportStage func(x *exporter, ctx context.Context, after string) (last string, err error)

// exportStages are the parts of an export, in order. Documents go by segment
// of the list, so that each is one Query a page.
var exportStages = []exportStage{
	(*exporter).account, (*exporter).kept, (*exporter).contacts, (*exporter).orders, recordStage(""),
	documentStage(sortUnsettled), documentStage(sortSubmitted), documentStage(sortClosed), documentStage(sortCredits),
	recordStage(center.KindPayment), recordStage(center.KindReminder), recordStage(center.KindAnswer), recordStage(center.KindStatement),
}

// behindPapers are the kinds of records that name papers: these come first.
var behindPapers = []center.DocumentKind{center.KindPayment, center.KindReminder, center.KindAnswer, center.KindStatement}

// exporter collects one part.
type exporter struct {
	s       *Store
	t       tenant
	id      center.AccountID
	key     string
	records []center.Record
	bytes   int
}

// Export is one part of everything that was booked for an account.
func (e Everywhere) Export(ctx context.Context, id center.AccountID, cursor string) (ExportPart, error) {
	a, err := e.s.profile(ctx, id)
	if err != nil {
		return ExportPart{}, err
	}
	bound := scope{id, routeExport, ""}
	stage, after := 0, ""
	if cursor != "" {
		positions, err := e.s.unseal(bound, cursor, 2)
		if err != nil {
			return ExportPart{}, err
		}
		if stage, err = strconv.Atoi(positions[0]); err != nil || stage < 0 || stage >= len(exportStages) {
			return ExportPart{}, errCursor
		}
		after = positions[1]
	}
	x := &exporter{s: e.s, t: tenantOf(id), id: id, key: a.Key}
	for stage < len(exportStages) {
		if after, err = exportStages[stage](x, ctx, after); err != nil {
			return ExportPart{}, err
		}
		if after == "" {
			stage++
		}
		if x.bytes >= exportBytes && stage < len(exportStages) {
			return ExportPart{x.records, e.s.seal(bound, strconv.Itoa(stage), after)}, nil
		}
	}
	return ExportPart{Records: x.records}, nil
}

func (x *exporter) add(r center.Record, size int) {
	r.Index = len(x.records)
	x.records = append(x.records, r)
	x.bytes += size
}

// page asks for the next items behind after.
func (x *exporter) page(ctx context.Context, pk, from, after string, limit int) (items []item, last string, err error) {
	q := question{pk: pk, from: from, limit: limit, current: true}
	if after != "" {
		q.start = key{pk, after}.attributes()
	}
	items, more, err := x.s.ask(ctx, q)
	if err == nil && more != nil {
		last = more.key().sk
	}
	return items, last, err
}

func (x *exporter) account(ctx context.Context, _ string) (string, error) {
	a, err := x.s.profile(ctx, x.id)
	if err != nil {
		return "", err
	}
	r := &center.AccountRecord{Key: a.Key, Name: a.Name, TradingName: a.TradingName, TimeZone: a.TimeZone, Locale: a.Locale,
		BillingAddress: a.Address, TaxIDs: a.TaxIDs, OperatorNotes: a.OperatorNotes}
	if a.NetTermsDays >= 0 {
		r.NetTermsDays = &a.NetTermsDays
	}
	x.add(center.Record{Kind: center.KindAccount, Account: r}, smallRecord)
	return "", nil
}

// kept are the vendor's policy and the wishes of the account's people, where
// there are any of its own.
func (x *exporter) kept(ctx context.Context, _ string) (string, error) {
	policy, version, err := x.s.dunning(ctx, x.id)
	if err == nil && version > 0 {
		err = x.keep(center.KindDunningPolicy, string(x.id), policy)
	}
	if err != nil {
		return "", err
	}
	profile, err := x.s.billing(ctx, x.t)
	if err == nil && profile.Version > 0 {
		err = x.keep(center.KindBillingProfile, string(x.id), profile)
	}
	return "", err
}

// keep adds a record of what is kept here alone: its account, its kind, and
// what it says.
func (x *exporter) keep(kind center.DocumentKind, id string, what any) error {
	line, err := json.Marshal(map[string]any{"kind": kind, "account": x.key, "id": id, string(kind): what})
	if err == nil {
		x.add(center.Record{Kind: kind, Number: id, Other: &center.OtherRecord{Account: x.key, Kind: kind, ID: id, JSON: line}}, len(line))
	}
	return err
}

// disputes are those of an invoice, behind it. Only what was changed since it
// was booked can have any.
func (x *exporter) disputes(ctx context.Context, id center.InvoiceID) error {
	items, err := x.s.askAll(ctx, question{pk: x.t.invoicePK(id), from: sortDispute, limit: detailItems, current: true})
	if err != nil {
		return err
	}
	for _, it := range items {
		d, err := readDispute(id, it)
		if err == nil {
			err = x.keep(center.KindDispute, string(d.ID), d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// smallRecord is about what a record without lines takes as text.
const smallRecord = 500

// contacts are those that no order lets in: an order lets its own in again.
func (x *exporter) contacts(ctx context.Context, after string) (string, error) {
	items, last, err := x.page(ctx, x.t.pk(prefixAccount), sortMember, after, exportRows)
	if err != nil {
		return "", err
	}
	for _, it := range items {
		m, err := readMember(x.id, it)
		if err != nil {
			return "", err
		}
		for _, g := range m.Contact.Grants {
			if strings.HasPrefix(g.Source, orderSource) {
				continue
			}
			x.add(center.Record{Kind: center.KindContact, Contact: &center.ContactRecord{Account: x.key, Email: m.Contact.Email,
				Name: m.Contact.Name, Type: g.Type, Locale: m.Contact.Locale, Source: g.Source}}, smallRecord)
		}
	}
	return last, nil
}

func (x *exporter) orders(ctx context.Context, after string) (string, error) {
	rows, last, err := x.page(ctx, x.t.pk(prefixList), sortOrder, after, exportRows)
	if err != nil {
		return "", err
	}
	keys := make([]key, len(rows))
	for i, row := range rows {
		id, err := longOrder(rowID(row.key().sk))
		if err != nil {
			return "", err
		}
		keys[i] = x.t.order(id)
	}
	found, err := x.s.getMany(ctx, keys, true)
	if err != nil {
		return "", err
	}
	for _, at := range keys {
		r := open(found[at], kindOrder)
		o := new(center.Order)
		size, err := unpack(r.bytes(attrBody), o)
		if err := firstError(r.err, err); err != nil {
			return "", err
		}
		x.add(center.Record{Kind: o.Kind, Number: o.Number, Order: o}, size)
		if r.num(attrVersion) > 1 {
			if err := x.events(ctx, at.pk); err != nil {
				return "", err
			}
		}
	}
	return last, nil
}

// events are what happened to an order, behind it.
func (x *exporter) events(ctx context.Context, pk string) error {
	items, err := x.s.askAll(ctx, question{pk: pk, from: sortEvent, limit: orderItemsRead, current: true})
	if err != nil {
		return err
	}
	for _, it := range items {
		e, err := readEvent(it)
		if err != nil {
			return err
		}
		x.add(center.Record{Kind: e.Kind, Number: e.Number, Event: e}, smallRecord)
	}
	return nil
}

// recordStage exports the records of one kind, or of all that name no papers.
func recordStage(kind center.DocumentKind) exportStage {
	from := string(kind)
	if kind != "" {
		from += "#"
	}
	return func(x *exporter, ctx context.Context, after string) (string, error) {
		items, last, err := x.page(ctx, x.t.pk(prefixRecord), from, after, exportRows)
		if err != nil {
			return "", err
		}
		return last, x.others(items, kind != "")
	}
}

func (x *exporter) others(items []item, behind bool) error {
	for _, it := range items {
		if at := (&reader{it: it}).text(attrKind); at != kindRecord.mark() { // what a record is seen by
			continue
		}
		r := open(it, kindRecord)
		plain, err := inflated(r.bytes(attrBody))
		if err := firstError(r.err, err); err != nil {
			return err
		}
		if slices.Contains(behindPapers, center.DocumentKind(r.text(attrKindOf))) != behind {
			continue
		}
		o := &center.OtherRecord{Account: x.key, Kind: center.DocumentKind(r.text(attrKindOf)), ID: r.text(attrID), JSON: plain}
		x.add(center.Record{Kind: o.Kind, Number: o.ID, Other: o}, len(plain))
	}
	return nil
}

// documentStage exports the billing papers of one segment of the list.
func documentStage(segment string) exportStage {
	return func(x *exporter, ctx context.Context, after string) (string, error) {
		rows, last, err := x.page(ctx, x.t.pk(prefixList), segment, after, exportRows)
		if err != nil {
			return "", err
		}
		ids := make([]center.InvoiceID, len(rows))
		keys := make([]key, len(rows))
		for i, row := range rows {
			if ids[i], err = longInvoice(rowID(row.key().sk)); err != nil {
				return "", err
			}
			keys[i] = x.t.document(ids[i], 0)
		}
		found, err := x.s.getMany(ctx, keys, true)
		if err != nil {
			return "", err
		}
		for i, at := range keys {
			if err := x.document(ctx, ids[i], found[at]); err != nil {
				return "", err
			}
			if (&reader{it: rows[i]}).num(attrVersion) > 1 {
				if err := x.disputes(ctx, ids[i]); err != nil {
					return "", err
				}
			}
			// A part ends behind any paper: some are large.
			if x.bytes >= exportBytes && (i+1 < len(keys) || last != "") {
				return rows[i].key().sk, nil
			}
		}
		return last, nil
	}
}

func (x *exporter) document(ctx context.Context, id center.InvoiceID, first item) error {
	r := open(first, kindDocument)
	body := r.bytes(attrBody)
	if r.err != nil {
		return r.err
	}
	parts := []item{first}
	if len(body) == partBytes {
		more, err := x.s.askAll(ctx, question{pk: x.t.invoicePK(id), from: sortDocument + "#", limit: detailItems, current: true})
		if err != nil {
			return err
		}
		parts = slices.Concat(parts, more)
	}
	d, size, err := readDocument(parts)
	if err != nil {
		return err
	}
	x.add(center.Record{Kind: d.Kind, Number: d.Number, Document: &d}, size)
	return nil
}

// Papers are the account's papers of these ids, in their order, as their issuers
// stated them. An id the account does not have is left out.
func (a Account) Papers(ctx context.Context, ids []center.InvoiceID) ([]center.Document, error) {
	x := &exporter{s: a.s, t: a.t, id: a.actor.Account}
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = a.t.document(id, 0)
	}
	found, err := a.s.getMany(ctx, keys, false)
	if err != nil {
		return nil, err
	}
	for i, at := range keys {
		if it, stands := found[at]; stands {
			if err := x.document(ctx, ids[i], it); err != nil {
				return nil, err
			}
		}
	}
	papers := make([]center.Document, len(x.records))
	for i, r := range x.records {
		papers[i] = *r.Document
	}
	return papers, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
