package pay

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// papers are the items of the table as an auditor sorts them: each belongs to
// a head or a payment, and must say what that says.
type papers struct {
	rows     map[string][]row // of lists, by short id
	history  map[string]int   // "invoice/P#…" and "invoice/C#…"
	audits   map[string]int   // by payment
	letters  map[string]int   // "kind/payment"
	stuck    map[string]bool  // by short id
	open     map[string]bool  // credits kept in sight, by short id
	total    map[string]int64 // outstanding, or credit left, by segment
	count    map[string]int64 // of papers, by segment
	refunded map[string]int64 // "invoice/payment": the largest total
}

type row struct {
	segment string
	version int64
}

// short is an id as keys carry it.
func short(id string) string {
	_, digits, _ := strings.Cut(id, "_")
	raw, err := hex.DecodeString(digits)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// number is the number in an attribute.
func number(it map[string]any, name string) int64 {
	v, _ := it[name].(map[string]any)
	s, _ := v["N"].(string)
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

func sorted(items []map[string]any) papers {
	p := papers{map[string][]row{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]bool{}, map[string]bool{},
		map[string]int64{}, map[string]int64{}, map[string]int64{}}
	for _, it := range items {
		pk, sk := text(it, "pk"), text(it, "sk")
		last := sk[strings.LastIndexByte(sk, '#')+1:]
		switch pk[:2] {
		case "L#":
			p.listed(it, sk, last)
		case "I#":
			id := pk[strings.LastIndexByte(pk, '#')+1:]
			if pay, total, refund := strings.Cut(strings.TrimPrefix(sk, "P#"), "#r#"); refund {
				n, _ := strconv.ParseInt(total, 10, 64)
				p.refunded[id+"/"+pay] = max(p.refunded[id+"/"+pay], n)
			} else if strings.HasPrefix(sk, "C#") {
				p.history[id+"/"+sk[:strings.LastIndexByte(sk, '#')]]++
			} else {
				p.history[id+"/"+sk]++
			}
		case "Z#":
			p.audits[text(it, "id")]++
		case "M#":
			params, _ := it["pa"].(map[string]any)
			inner, _ := params["M"].(map[string]any)
			p.letters[text(it, "lk")+"/"+text(inner, "payment")]++
		}
	}
	return p
}

// listed sorts an item of the account's lists.
func (p papers) listed(it map[string]any, sk, last string) {
	switch segment := sk[:2]; segment {
	case "U#", "S#", "Z#", "N#":
		p.rows[last] = append(p.rows[last], row{segment, number(it, "n")})
	case "B#":
		p.stuck[last] = true
	case "K#":
		p.open[last] = true
	case "T#":
		total := sk[2:4]
		if total != "S#" && total != "Z#" && total != "C#" {
			total = "U#"
		}
		p.total[total] += number(it, "o")
		p.count[total] += number(it, "n")
	}
}

// audit compares every item with the heads and payments.
func (s *scene) audit(heads []center.Invoice, payments []center.Payment) string {
	p := sorted(s.items())
	credits, err := s.truth.In(person("ann")).Payables(context.Background(), s.credits)
	if err != nil {
		return "unreadable: " + err.Error()
	}
	for _, wrong := range []string{p.auditRows(heads, credits), p.auditTotals(heads, credits)} {
		if wrong != "" {
			return wrong
		}
	}
	for _, one := range payments {
		if wrong := p.auditPayment(one); wrong != "" {
			return wrong
		}
	}
	return ""
}

// auditRows looks for one row of each paper, in the list where it belongs.
func (p papers) auditRows(heads, credits []center.Invoice) string {
	for _, inv := range slices.Concat(heads, credits) {
		want := "U#"
		switch {
		case inv.Kind == center.KindCreditNote:
			want = "N#"
		case inv.Outstanding.Sign() == 0 && inv.Processing.Sign() > 0:
			want = "S#"
		case inv.Outstanding.Sign() == 0:
			want = "Z#"
		}
		if got := p.rows[short(string(inv.ID))]; len(got) != 1 || got[0] != (row{want, int64(inv.Version)}) {
			return fmt.Sprintf("a paper of version %d that belongs in list %s stands in %v", inv.Version, want, got)
		}
		if p.open[short(string(inv.ID))] != (inv.CreditLeft.Sign() > 0) {
			return "a credit is in sight and spent, or out of sight and not"
		}
	}
	return ""
}

// auditTotals adds up what the totals are of.
func (p papers) auditTotals(heads, credits []center.Invoice) string {
	total, count := map[string]int64{}, map[string]int64{}
	for _, inv := range slices.Concat(heads, credits) {
		if inv.CreditLeft.Sign() > 0 {
			total["C#"] += inv.CreditLeft.Minor
			count["C#"]++
		}
		switch {
		case inv.Kind == center.KindCreditNote:
		case inv.Outstanding.Sign() > 0:
			total["U#"] += inv.Outstanding.Minor
			count["U#"]++
		case inv.Processing.Sign() > 0:
			total["S#"] += inv.Processing.Minor
			count["S#"]++
		default:
			count["Z#"]++
		}
	}
	for _, segment := range []string{"U#", "S#", "Z#", "C#"} {
		if p.total[segment] != total[segment] || p.count[segment] != count[segment] {
			return fmt.Sprintf("totals %s say %d in %d papers, which have %d in %d", segment, p.total[segment], p.count[segment], total[segment], count[segment])
		}
	}
	return ""
}

// auditPayment looks for what each payment leaves behind: a line in the
// history of each payable, and of credits on both papers; an audit entry for
// each step; a letter; and a failure that the payer can put right.
func (p papers) auditPayment(one center.Payment) string {
	id := short(string(one.ID))
	for _, part := range one.Parts {
		invoice := short(string(part.Invoice))
		lines := 0
		if one.State.Paid() && part.Amount.Sign() > 0 {
			lines = 1
		}
		if p.history[invoice+"/P#"+id] != lines {
			return "a paper's history does not tell of the payment"
		}
		if p.refunded[invoice+"/"+id] != part.Refunded.Minor {
			return "a paper's history does not tell of the refund"
		}
	}
	for _, use := range one.Credits {
		on, from := short(string(use.Invoice)), short(string(use.Credit))
		if p.history[on+"/C#"+from] == 0 || p.history[from+"/C#"+on] == 0 {
			return "a paper's history does not tell of the credit"
		}
	}
	if p.audits[string(one.ID)] != one.Version {
		return fmt.Sprintf("%d audit entries of %d steps", p.audits[string(one.ID)], one.Version)
	}
	failed := one.State == center.PaymentFailed && one.Reason != center.DeclineCancelled && one.Reason != center.DeclineTimeout
	for kind, want := range map[center.LetterKind]bool{center.LetterPaymentReceipt: one.State.Paid(), center.LetterPaymentFailed: failed} {
		if got := p.letters[string(kind)+"/"+string(one.ID)]; got > 1 || (got == 1) != want {
			return fmt.Sprintf("%d letters %s of a payment that is %s", got, kind, one.State)
		}
	}
	if p.stuck[id] != (failed && one.Method.ID != "") {
		return "a failure is out of sight"
	}
	return ""
}
