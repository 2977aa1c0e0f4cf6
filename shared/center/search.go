package center

import (
	"slices"
	"strings"

	"customercenter/shared/money"
)

// Limits of search: what is longer is cut, in tokens and in what is typed.
const (
	maxToken  = 64
	minSearch = 2
	maxRefs   = 20 // contracts of one paper it is found by: each is an item written with it
)

// SearchTokens are the texts an invoice is found by, folded and without
// repetition: its number (whole, its digits, its last run of digits without
// leading zeros, and the form NearNumber gives), PO, buyer reference, order and
// contracts, and its amount as "1250.500" and "1250".
func SearchTokens(inv Invoice, d *Document) []string {
	var tokens []string
	add := func(t string) {
		if t = Token(t); t != "" && !slices.Contains(tokens, t) {
			tokens = append(tokens, t)
		}
	}
	number := foldSpaceless(inv.Number)
	add(number)
	add(digits(number))
	add(NearNumber(inv.Number))
	add(lastDigits(number))
	add(foldSpaceless(inv.PO))
	add(foldSpaceless(inv.OrderRef))
	add(foldSpaceless(inv.Contract))
	if d != nil {
		add(foldSpaceless(d.BuyerReference))
		for _, ref := range Findable(d.ContractRefs) {
			add(foldSpaceless(ref))
		}
	}
	for _, t := range amountTokens(inv.Amount) {
		add(t)
	}
	return tokens
}

// Findable are the references that a paper is found by: not more than are
// written together with it.
func Findable(refs []string) []string { return refs[:min(len(refs), maxRefs)] }

// amountTokens are the decimal form and its whole part, without sign: people
// look for the figure they see.
func amountTokens(m money.Money) []string {
	decimal := strings.TrimPrefix(m.Decimal(), "-")
	whole, _, _ := strings.Cut(decimal, ".")
	return []string{decimal, whole}
}

// SearchTerm folds what a person types into the form of the tokens, to be
// matched as a prefix: case, blanks, invisible marks, Arabic and Persian
// digits, "#" before a number and the separators of an amount ("1,250.500",
// "١٬٢٥٠٫٥") do not matter. ok is false when too little is left to search by.
func SearchTerm(typed string) (term string, ok bool) {
	term = Token(typed)
	if amount, isAmount := ungroup(term); isAmount {
		term = amount
	}
	return term, len([]rune(term)) >= minSearch
}

// Token is a text in the form it is looked up in.
func Token(text string) string {
	text = strings.TrimLeft(foldSpaceless(text), "#")
	return cut(latinSeparators.Replace(text))
}

// Replacers of tokens.
var (
	latinSeparators = strings.NewReplacer("٫", ".", "٬", ",")
	separatorless   = strings.NewReplacer(",", "", ".", "")
)

// NearNumber is the number with the leading zeros of each run of digits
// removed: papers of one customer, date and amount whose numbers agree in this
// form are near duplicates.
func NearNumber(number string) string {
	var b strings.Builder
	zeros, inRun := 0, false
	flush := func() {
		if zeros > 0 && !inRun {
			b.WriteByte('0')
		}
		zeros, inRun = 0, false
	}
	for _, r := range foldSpaceless(number) {
		switch {
		case r == '0' && !inRun:
			zeros++
			continue
		case r >= '0' && r <= '9':
			zeros, inRun = 0, true
		default:
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// ungroup removes the commas of an amount that is grouped by thousands.
func ungroup(s string) (string, bool) {
	whole, _, _ := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	if len(groups) < 2 || len(groups[0]) == 0 || len(groups[0]) > 3 || digits(s) != separatorless.Replace(s) {
		return "", false
	}
	for _, group := range groups[1:] {
		if len(group) != 3 {
			return "", false
		}
	}
	return strings.ReplaceAll(s, ",", ""), true
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

func lastDigits(s string) string {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	s = s[:strings.LastIndexFunc(s, isDigit)+1]
	before := strings.TrimRightFunc(s, isDigit)
	return strings.TrimLeft(s[len(before):], "0")
}

func cut(s string) string {
	if runes := []rune(s); len(runes) > maxToken {
		return string(runes[:maxToken])
	}
	return s
}
