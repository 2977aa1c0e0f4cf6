// Package view is what the API shows of the business where two functions show
// the same: JSON shapes made from center's nouns on a given day.
//
// It decides nothing and reads nothing; every rule it shows is center's.
package view

import (
	"customercenter/shared/center"
	"customercenter/shared/money"
)

// InvoiceRow is an invoice as a list shows it.
type InvoiceRow struct {
	ID             center.InvoiceID     `json:"id"`
	Kind           center.DocumentKind  `json:"kind"`
	Number         string               `json:"number"`
	Status         center.InvoiceStatus `json:"status"`
	Type           center.InvoiceType   `json:"type,omitempty"`
	Title          string               `json:"title,omitempty"`
	PONumber       string               `json:"poNumber,omitempty"`
	ContractNumber string               `json:"contractNumber,omitempty"`
	IssuedOn       center.Date          `json:"issuedOn"`
	DueOn          center.Date          `json:"dueOn,omitempty"`
	ClosedOn       center.Date          `json:"closedOn,omitempty"`
	DaysLate       int                  `json:"daysLate"`
	Amount         money.Money          `json:"amount"`
	Outstanding    money.Money          `json:"outstanding"` // of a credit: what is left of it
	Processing     money.Money          `json:"processing"`
	Flags          []center.Flag        `json:"flags"`
	Version        int                  `json:"version"`
}

// Row shows an invoice as it stands on the account's day today.
func Row(inv center.Invoice, today center.Date) InvoiceRow {
	row := InvoiceRow{
		ID: inv.ID, Kind: inv.Kind, Number: inv.Number, Status: inv.Status(today), Type: inv.Type, Title: inv.Title,
		PONumber: inv.PO, ContractNumber: inv.Contract, IssuedOn: inv.IssuedOn, DueOn: inv.DueOn, ClosedOn: inv.ClosedOn,
		DaysLate: inv.DaysLate(today), Amount: inv.Amount, Outstanding: inv.Outstanding, Processing: inv.Processing,
		Flags: inv.Flags(), Version: inv.Version,
	}
	if inv.CreditLeft.Sign() > 0 {
		row.Outstanding = inv.CreditLeft
	}
	if row.Flags == nil {
		row.Flags = []center.Flag{}
	}
	return row
}
