// Package invoicelist is the list of invoices as a table: its columns in both
// languages, and the cells of a row. It does not know what kind of file the
// table becomes, nor which invoices are wanted.
package invoicelist

import (
	"customercenter/shared/center"
	"customercenter/shared/document/sheet"
)

// Title names the list, by language.
func Title(arabic bool) string {
	if arabic {
		return "الفواتير"
	}
	return "Invoices"
}

// Columns are the names of the columns, by language.
func Columns(arabic bool) []string {
	if arabic {
		return []string{"الرقم", "الصنف", "النوع", "الوصف", "أمر الشراء", "العقد", "تاريخ الإصدار", "تاريخ الاستحقاق", "الحالة", "أيام التأخر", "العملة", "المبلغ", "المتبقي",
			"قيد التأكيد", "المسدد"}
	}
	return []string{"Number", "Kind", "Type", "Title", "PO", "Contract", "Issued", "Due", "Status", "Days late", "Currency", "Amount", "Outstanding", "Processing", "Settled"}
}

// Row is an invoice as it stands today. Kinds, types and statuses are the words
// of the API, which formulas can tell apart.
func Row(inv center.Invoice, today center.Date) []sheet.Cell {
	return []sheet.Cell{
		sheet.Text(inv.Number), sheet.Text(string(inv.Kind)), sheet.Text(string(inv.Type)), sheet.Text(inv.Title), sheet.Text(inv.PO), sheet.Text(inv.Contract),
		sheet.Date(inv.IssuedOn), sheet.Date(inv.DueOn), sheet.Text(string(inv.Status(today))), sheet.Whole(inv.DaysLate(today)), sheet.Text(string(inv.Amount.Currency)),
		sheet.Amount(inv.Amount), sheet.Amount(inv.Outstanding), sheet.Amount(inv.Processing), sheet.Amount(inv.Settled),
	}
}
