package store

import (
	"time"

	"customercenter/shared/center"
)

// newsOfOrder is for how many days what happened to an order is news: what an
// import tells of older days is history, of which nobody is written.
const newsOfOrder = 7

// orderLetters tell the people named on an order, of those it let in, that it
// has come to stand elsewhere.
func (l *lane) orderLetters(c *change, d OrderDetail, was, is center.OrderTrack, e *center.OrderEvent) {
	same := was.State == is.State && was.HoldReason == is.HoldReason && was.ReleaseOn == is.ReleaseOn
	if same || e.IssueDate < center.Today(l.now, time.UTC).AddDays(-newsOfOrder) {
		return
	}
	told := map[center.ContactID]bool{}
	for _, p := range d.People {
		contact := center.ContactIDOf(p.Email)
		if len(p.Types) == 0 || told[contact] {
			continue
		}
		told[contact] = true
		c.creations = append(c.creations, letterWrite(center.Letter{
			ID: letterID(center.LetterOrderStatus, string(l.id), string(d.ID), e.Identity(), string(contact)), Kind: center.LetterOrderStatus,
			To: p.Email, Name: p.Name, Account: l.id, Contact: contact, CreatedAt: l.now,
			Params: map[string]string{"order": string(d.ID), "number": d.Order.Number, "state": string(is.State), "reason": is.HoldReason,
				"release": string(is.ReleaseOn), "on": string(e.IssueDate)}}))
	}
}
