// Package letters proves that a step of an invoice is told once, and none is
// lost: a month of a town of accounts, by the functions that deploy, while one
// call in a hundred of the table and of the mail service goes wrong and
// programs are killed; and that each condition of what letters write is needed.
//
// It does not know what letters say but for the numbers of the invoices in
// them.
package letters
