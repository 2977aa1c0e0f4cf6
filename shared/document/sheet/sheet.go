// Package sheet is a table of typed cells, and the CSV file made of it. A cell
// knows whether it is text, a number, an amount or a day, so that numbers stay
// numbers in whatever opens the file, and text stays text.
//
// It does not know what the columns mean, nor other kinds of files: those of
// spreadsheets are made of the same cells in shared/document/xlsx.
package sheet

import (
	"strconv"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/money"
)

// Kind is what a cell holds.
type Kind int

// The kinds.
const (
	KindEmpty  Kind = iota
	KindText        // what somebody wrote
	KindNumber      // an exact decimal number
	KindDate        // a day without a zone
	KindTime        // an instant
)

// Cell is one cell. Its text is plain: digits with a point, a day as
// yyyy-mm-dd, an instant as RFC 3339 in UTC.
type Cell struct {
	Kind     Kind
	Text     string
	Decimals int // of an amount; -1 where the number says itself
}

// Text is a cell of text; "" is an empty one.
func Text(s string) Cell { return cell(KindText, s, -1) }

// Number is a cell of an exact decimal number; one of text where it is none.
func Number(d center.Decimal) Cell {
	if !isDecimal(string(d)) {
		return Text(string(d))
	}
	return cell(KindNumber, string(d), -1)
}

// Whole is a cell of a whole number.
func Whole(n int) Cell { return cell(KindNumber, strconv.Itoa(n), 0) }

// Amount is a cell of an amount, without its currency, which needs a column of
// its own.
func Amount(m money.Money) Cell {
	decimals, known := money.Exponent(m.Currency)
	if !known {
		return Cell{}
	}
	return cell(KindNumber, m.Decimal(), decimals)
}

// Date is a cell of a day; "" is an empty one.
func Date(d center.Date) Cell {
	if _, err := center.ParseDate(string(d)); err != nil {
		return Text(string(d))
	}
	return cell(KindDate, string(d), -1)
}

// Instant is a cell of a moment; the zero one is empty.
func Instant(at time.Time) Cell {
	if at.IsZero() {
		return Cell{}
	}
	return cell(KindTime, at.UTC().Format(time.RFC3339), -1)
}

func cell(k Kind, text string, decimals int) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{k, text, decimals}
}

// isDecimal reports whether s is digits with a sign before and a point within
// at most.
func isDecimal(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	digits, point := 0, false
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] == '.' && !point && digits > 0 && i+1 < len(s):
			point = true
		default:
			return false
		}
	}
	return digits > 0
}
