package stripe

import (
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/processor"
)

// The names under which objects carry whose they are. Stripe keeps 50 of them
// with 500 characters each; a payment of most payables needs 25.
const (
	markCenter   = "center" // which center made it; two may share an account of Stripe's
	markAccount  = "account"
	markPayment  = "payment"
	markReplaces = "replaces"
	markContact  = "contact"
	markPage     = "page" // on the intent that a session makes
	markRequest  = "request"
	markPart     = "part%02d"   // a payable, what is charged for it, what credit covers
	markCredit   = "credit%02d" // a credit, the payable it is used on, how much
)

func (c *Client) marks(t processor.Tag, m processor.Memo) map[string]string {
	out := c.named(map[string]string{markAccount: string(t.Account), markPayment: string(t.Payment)})
	set := func(name, value string) {
		if value != "" {
			out[name] = value
		}
	}
	set(markContact, string(m.By))
	set(markRequest, m.Request)
	for n, p := range m.Parts {
		out[fmt.Sprintf(markPart, n)] = fmt.Sprint(p.Invoice, " ", p.Amount, " ", p.Credit)
	}
	for n, use := range m.Credits {
		out[fmt.Sprintf(markCredit, n)] = fmt.Sprint(use.Credit, " ", use.Invoice, " ", use.Amount)
	}
	return out
}

// named adds to marks the name of the center, where it has one.
func (c *Client) named(marks map[string]string) map[string]string {
	if c.center != "" {
		marks[markCenter] = c.center
	}
	return marks
}

// tagOf tells whose an object is; nobody's, where another center made it.
func (c *Client) tagOf(metadata map[string]string) processor.Tag {
	if metadata[markCenter] != c.center {
		return processor.Tag{}
	}
	return processor.Tag{Account: center.AccountID(metadata[markAccount]), Payment: center.PaymentID(metadata[markPayment])}
}

// memoOf reads what marks wrote. Whoever may enter Stripe's dashboard may edit
// it: of what is no memo any more the zero one is read.
func memoOf(metadata map[string]string) processor.Memo {
	m := processor.Memo{By: center.ContactID(metadata[markContact]), Request: metadata[markRequest]}
	for n := 0; ; n++ {
		text, ok := metadata[fmt.Sprintf(markPart, n)]
		if !ok {
			break
		}
		var p processor.MemoPart
		if _, err := fmt.Sscanf(text, "%s %d %d", &p.Invoice, &p.Amount, &p.Credit); err != nil {
			return processor.Memo{}
		}
		m.Parts = append(m.Parts, p)
	}
	for n := 0; ; n++ {
		text, ok := metadata[fmt.Sprintf(markCredit, n)]
		if !ok {
			break
		}
		var c processor.MemoCredit
		if _, err := fmt.Sscanf(text, "%s %s %d", &c.Credit, &c.Invoice, &c.Amount); err != nil {
			return processor.Memo{}
		}
		m.Credits = append(m.Credits, c)
	}
	return m
}
