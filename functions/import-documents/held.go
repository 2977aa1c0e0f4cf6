package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/ingest"
	"customercenter/shared/money"
	"customercenter/shared/store"
)

// held is a paper that waits, as the API shows it.
type held struct {
	ID          string              `json:"id"`
	Account     center.AccountID    `json:"account"`
	AccountName string              `json:"accountName"`
	Kind        center.DocumentKind `json:"kind"`
	Number      string              `json:"number"`
	Twin        string              `json:"twin"`
	IssuedOn    center.Date         `json:"issuedOn"`
	DueOn       center.Date         `json:"dueOn,omitempty"`
	Amount      money.Money         `json:"amount"`
	Supplier    string              `json:"supplier"`
	By          string              `json:"by"`
	At          time.Time           `json:"at"`
}

// listHeld answers the papers that look like others but for zeros in their
// number, the longest waiting first.
func (h handler) listHeld(ctx context.Context, _ center.Actor, in pageInput) (httpapi.Page[held], error) {
	limit := defaultPage
	if in.Limit != nil {
		limit = *in.Limit
	}
	list, next, err := h.store.Everywhere(reason).NearDuplicates(ctx, in.Cursor, limit)
	page := httpapi.Page[held]{Items: make([]held, 0, len(list)), Next: next}
	for _, p := range list {
		d := p.Document
		amount, err := money.Parse(string(d.Totals.Payable), money.Code(d.Currency))
		if err != nil {
			return page, err
		}
		supplier := d.Supplier.Name
		if supplier == "" {
			supplier = d.Supplier.TradingName
		}
		page.Items = append(page.Items, held{ID: p.ID, Account: p.Account, AccountName: p.AccountName, Kind: d.Kind, Number: d.Number, Twin: p.Twin,
			IssuedOn: d.IssueDate, DueOn: d.DueDate, Amount: amount, Supplier: supplier, By: p.By, At: p.At.UTC()})
	}
	return page, err
}

type heldInput struct {
	ID string `json:"id"`
}

// maxHeldID is longer than any id of a paper that waits.
const maxHeldID = 100

func (in heldInput) Validate() []center.Violation {
	if in.ID == "" || len(in.ID) > maxHeldID {
		return []center.Violation{{Pointer: "/id", Detail: "must be the id of a paper that waits"}}
	}
	return nil
}

type nothing struct{}

// acceptHeld books a paper that waits, and then takes it off the list: what is
// cut short between the two is made up for by accepting it again.
func (h handler) acceptHeld(ctx context.Context, actor center.Actor, in heldInput) (nothing, error) {
	everywhere := h.store.Everywhere(reason)
	paper, err := everywhere.NearDuplicate(ctx, in.ID)
	if err != nil {
		return nothing{}, err
	}
	rec := center.Record{File: paper.Document.Source.File, Kind: paper.Document.Kind, Number: paper.Document.Number, Document: &paper.Document}
	booking := store.Booking{Import: store.NewImportID(h.now()), By: actor.Email, Options: center.ImportOptions{AcceptNearDuplicates: true, NetTermsDays: -1}}
	results, err := everywhere.Book(ctx, booking, []store.Booked{{Record: rec, Fingerprint: ingest.Fingerprint(rec)}})
	if err != nil {
		return nothing{}, err
	}
	if r := results[0]; r.Result != center.ResultCreated && r.Result != center.ResultUnchanged {
		return nothing{}, center.Errorf(center.Conflict, "not-booked", "The paper could not be booked: %s", r.Note.Message)
	}
	return nothing{}, everywhere.DecideNearDuplicate(ctx, actor, in.ID, true)
}

// refuseHeld leaves a paper out for good.
func (h handler) refuseHeld(ctx context.Context, actor center.Actor, in heldInput) (nothing, error) {
	everywhere := h.store.Everywhere(reason)
	if _, err := everywhere.NearDuplicate(ctx, in.ID); err != nil {
		return nothing{}, err
	}
	return nothing{}, everywhere.DecideNearDuplicate(ctx, actor, in.ID, false)
}
