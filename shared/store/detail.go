package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// EntryKind says what happened to a paper.
type EntryKind string

// The kinds of entries.
const (
	EntryImported      EntryKind = "imported"
	EntryCreditApplied EntryKind = "credit_applied" // on an invoice: a credit reduced it
	EntryCreditGiven   EntryKind = "credit_given"   // on a credit: it reduced an invoice
	EntryPayment       EntryKind = "payment"
	EntryRefund        EntryKind = "refund"           // of a payment; Number is its id
	EntryPrepaid       EntryKind = "prepaid"          // what was paid for the order or renewal of that number, which the invoice is raised for
	EntryPrepaidBack   EntryKind = "prepaid_returned" // it was refunded
	EntryClosed        EntryKind = "closed"
	EntryReminded      EntryKind = "reminder"     // the vendor reminded of it elsewhere
	EntryAnswered      EntryKind = "answer"       // the buyer said something to it; Method is the code
	EntryRewards       EntryKind = "rewards"      // of the subscription Number took it off
	EntryRewardsBack   EntryKind = "rewards_back" // they returned to it
)

// Entry is a line of a paper's history. On is the civil day it counts for;
// Number and Invoice name the other paper of a credit. Number of a payment
// made here is its id, Method how the money came.
type Entry struct {
	Kind    EntryKind
	At      time.Time
	On      center.Date
	Amount  money.Money
	Number  string
	Invoice center.InvoiceID
	By      string
	Method  string
}

// InvoiceDetail is an invoice whole: its head, the document as its issuer
// stated it, and what happened to it, oldest first.
type InvoiceDetail struct {
	Invoice  center.Invoice
	Document center.Document
	Entries  []Entry
	Disputes []center.Dispute // oldest first
	Kept     map[int]int      // bytes of the attachments whose content is kept, by position
}

// detailItems is how many items of an invoice one call reads.
const detailItems = 300

// ErrNoInvoice is the one answer for invoices that do not exist, are another
// account's, or are not shown.
var ErrNoInvoice = center.Errorf(center.NotFound, "invoice-not-found", "There is no such invoice.")

// Invoice is one paper whole, in one Query. Absent and foreign ids are the
// same NotFound.
func (a Account) Invoice(ctx context.Context, id center.InvoiceID) (InvoiceDetail, error) {
	if !isInvoiceID(id) {
		return InvoiceDetail{}, ErrNoInvoice
	}
	items, err := a.s.askAll(ctx, question{pk: a.t.invoicePK(id), limit: detailItems})
	if err != nil {
		return InvoiceDetail{}, err
	}
	return a.assemble(id, items)
}

func (a Account) assemble(id center.InvoiceID, items []item) (InvoiceDetail, error) {
	var d InvoiceDetail
	var parts []item
	var err error
	for _, it := range items {
		sk := it.key().sk
		switch {
		case sk == sortHead:
			d.Invoice, err = readHead(a.actor.Account, id, it)
		case strings.HasPrefix(sk, sortDocument):
			if len(parts) == 0 {
				d.Entries = append(d.Entries, importedEntry(it))
			}
			parts = append(parts, it)
		case strings.HasPrefix(sk, sortCredit), strings.HasPrefix(sk, sortPayment), strings.HasPrefix(sk, sortEvent), strings.HasPrefix(sk, sortRewardUse):
			var e Entry
			e, err = readEntry(it)
			d.Entries = append(d.Entries, e)
		case strings.HasPrefix(sk, sortAttachment):
			err = d.keeps(it)
		case strings.HasPrefix(sk, sortDispute):
			var one center.Dispute
			one, err = readDispute(id, it)
			d.Disputes = append(d.Disputes, one)
		}
		if err != nil {
			return InvoiceDetail{}, err
		}
	}
	if d.Invoice.ID == "" || d.Invoice.Draft || !d.Invoice.Kind.IsPaper() {
		return InvoiceDetail{}, ErrNoInvoice
	}
	sortEntries(d.Entries)
	slices.SortFunc(d.Disputes, func(a, b center.Dispute) int { return a.At.Compare(b.At) })
	d.Document, _, err = readDocument(parts)
	return d, err
}

// keeps notes that the content of an attachment is kept.
func (d *InvoiceDetail) keeps(it item) error {
	r := open(it, kindAttachment)
	n, err := strconv.Atoi(strings.TrimPrefix(it.key().sk, sortAttachment))
	if err != nil {
		r.fail("has no position")
	}
	if d.Kept == nil {
		d.Kept = map[int]int{}
	}
	d.Kept[n] = int(r.num(attrBytes))
	return r.err
}

// NamedOnOrder tells whether the actor is named on the order that an invoice
// names: one of that number, compared as numbers of papers are, and of a seller
// who may have issued the invoice.
func (a Account) NamedOnOrder(ctx context.Context, inv center.Invoice) (bool, error) {
	if inv.OrderRef == "" {
		return false, nil
	}
	rows, err := a.s.askAll(ctx, question{pk: a.t.contactList(a.actor.Contact), from: sortOrder, limit: maxOrderRows})
	if err != nil {
		return false, err
	}
	for _, it := range rows {
		r := open(it, kindOrderRow)
		if r.err != nil {
			return false, r.err
		}
		if !center.SameNumber(r.text(attrNumberFull), inv.OrderRef) {
			continue
		}
		id, err := longOrder(rowID(it.key().sk))
		if err != nil {
			return false, err
		}
		o, err := a.s.order(ctx, a.actor.Account, id)
		if err != nil || center.MayBill(o.Seller, inv.Issuer) {
			return err == nil, err
		}
	}
	return false, nil
}

// maxOrderRows is how many lines of an order list one call reads.
const maxOrderRows = 500
