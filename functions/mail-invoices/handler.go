package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/filter"
	"customercenter/shared/httpapi"
	"customercenter/shared/store"
)

type handler struct {
	store   *store.Store
	now     func() time.Time
	printer *paper.Printer
	broken  error // why there is no printer
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	act := httpapi.Op{Module: center.ModuleStatements, Action: center.ActionAct}
	sent := act
	sent.Status = http.StatusAccepted
	return httpapi.Routes{
		"GET /v1/invoices/mail":  httpapi.Handle(door, act, h.previewMail),
		"POST /v1/invoices/mail": httpapi.Handle(door, sent, h.mailInvoices),
	}
}

// Limits of a mailed list. A letter can hold no more, and nobody reads more in
// one.
const (
	maxListed  = 2000 // invoices
	maxReaders = 20
	minKey     = 16
	maxKey     = 64
	pageSize   = 100 // invoices read at once
	maxPages   = 60  // looked through, where a filter lets few through
	shownRows  = 30  // of a currency, in the letter itself
)

// preview is what would be mailed, and to whom it may go.
type preview struct {
	Count   count    `json:"count"`
	Limit   int      `json:"limit"` // of invoices
	Wish    string   `json:"wish"`  // what is listed, in words of the reader's language
	People  []person `json:"people"`
	Outside *outside `json:"outside,omitempty"` // only for who may send outside the account
}

// count is how many there are; when it is not exact, more than so many.
type count struct {
	Value int  `json:"value"`
	Exact bool `json:"exact"`
}

// person is one who may get the list: oneself, and colleagues who may open
// invoices.
type person struct {
	Email     string `json:"email"`
	Name      string `json:"name,omitempty"`
	Self      bool   `json:"self"`
	Reachable bool   `json:"reachable"`
}

type outside struct {
	Left int `json:"left"` // letters to such addresses within a day
}

type wanted struct {
	filter.Invoices `json:"-"`
}

// previewMail says how many invoices the list has and who may get it. It sends
// nothing.
func (h handler) previewMail(ctx context.Context, actor center.Actor, in wanted) (preview, error) {
	account := h.store.In(actor)
	list, more, err := h.list(ctx, actor, in.Invoices)
	if err != nil {
		return preview{}, err
	}
	people, err := account.Contacts(ctx)
	if err != nil {
		return preview{}, err
	}
	out := preview{Count: count{len(list), !more}, Limit: maxListed, Wish: paper.Describe(in.Wish(), paper.LanguageOf(actor.Locale)), People: []person{}}
	for _, c := range people {
		if self := c.ID == actor.Contact; self || readsInvoices(c) && !actor.May(center.ModuleStatements, center.ActionAct).SelfOnly {
			out.People = append(out.People, person{c.Email, c.Name, self, !c.Reach.Unreachable()})
		}
	}
	slices.SortStableFunc(out.People, func(a, b person) int { return strings.Compare(strconv.FormatBool(b.Self), strconv.FormatBool(a.Self)) })
	if primary(actor) {
		left, err := account.OutsideLeft(ctx)
		if err != nil {
			return preview{}, err
		}
		out.Outside = &outside{left}
	}
	return out, nil
}

// list reads what the filter lets through, at most maxListed; more tells that
// there are others.
func (h handler) list(ctx context.Context, actor center.Actor, wish filter.Invoices) (list []center.Invoice, more bool, err error) {
	q := wish.Query(actor.Today(h.now()))
	q.Limit = pageSize
	for n := 0; len(list) <= maxListed && n < maxPages; n++ {
		page, err := h.store.In(actor).Invoices(ctx, q)
		if err != nil {
			return nil, false, err
		}
		list = append(list, page.Invoices...)
		if q.Cursor = page.Next; page.Truncated || page.Next == "" {
			return list[:min(len(list), maxListed)], page.Truncated || len(list) > maxListed, nil
		}
	}
	return list[:min(len(list), maxListed)], true, nil
}

// readsInvoices tells whether a contact may open the list herself.
func readsInvoices(c center.Contact) bool {
	return c.Active && center.Actor{Grants: c.Grants}.May(center.ModuleInvoices, center.ActionRead).Allowed
}

func primary(actor center.Actor) bool {
	return center.Contact{Active: true, Grants: actor.Grants}.IsPrimary()
}

// sending says what is mailed and to which addresses.
type sending struct {
	filter.Invoices `json:"-"`
	Key             string   `json:"-" header:"idempotency-key"`
	To              []string `json:"to"`
}

// Validate reports all that is wrong with it.
func (in sending) Validate() []center.Violation {
	v := in.Invoices.Validate()
	if n := len(in.Key); n < minKey || n > maxKey {
		v = append(v, center.Violation{Pointer: "header/Idempotency-Key", Detail: "must be 16 to 64 characters of your own, the same when you try again"})
	}
	if len(in.To) == 0 || len(in.To) > maxReaders {
		v = append(v, center.Violation{Pointer: "/to", Detail: fmt.Sprintf("must be 1 to %d addresses", maxReaders)})
	}
	for i, email := range in.To {
		if _, ok := center.NormalizeEmail(email); !ok {
			v = append(v, center.Violation{Pointer: fmt.Sprintf("/to/%d", i), Detail: "is not an e-mail address"})
		}
	}
	return v
}

// sent is what went out.
type sent struct {
	Count int      `json:"count"` // of invoices
	To    []reader `json:"to"`
	Files []string `json:"files"`
}

type reader struct {
	Email string `json:"email"`
	As    string `json:"as"` // self, colleague or outside
}

// mailInvoices draws the list once and puts a letter to each reader. The same
// key again is answered as before, and sends nothing.
func (h handler) mailInvoices(ctx context.Context, actor center.Actor, in sending) (json.RawMessage, error) {
	account := h.store.In(actor)
	request, err := json.Marshal([]any{in.Invoices.Wish(), in.Sort, in.To})
	if err != nil {
		return nil, err
	}
	if answer, found, err := account.MailedBefore(ctx, in.Key, request); found || err != nil {
		return answer, err
	}
	people, err := account.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	readers, err := readersOf(actor, people, in.To)
	if err != nil {
		return nil, err
	}
	list, more, err := h.list(ctx, actor, in.Invoices)
	switch {
	case err != nil:
		return nil, err
	case more:
		return nil, errTooLong
	case len(list) == 0:
		return nil, center.Errorf(center.Unprocessable, "nothing-listed", "No invoice is in this list, so there is nothing to mail. Please change the filter.")
	}
	enclosure, err := h.draw(actor, in.Invoices, list)
	if err != nil {
		return nil, err
	}
	answer := sent{Count: len(list)}
	facts := map[string]string{"invoices": strconv.Itoa(len(list)), "readers": strings.Join(addressesOf(readers, false), ", ")}
	if others := addressesOf(readers, true); len(others) > 0 {
		facts["outside"] = strings.Join(others, ", ")
	}
	for _, r := range readers {
		answer.To = append(answer.To, reader{r.Email, as(r)})
	}
	for _, f := range enclosure.Files {
		answer.Files = append(answer.Files, f.Name)
	}
	id, err := h.store.PutEnclosure(ctx, enclosure)
	if center.IsKind(err, center.TooLarge) {
		err = errTooLong
	}
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return account.MailList(ctx, store.ListMailing{Key: in.Key, Request: request, Answer: body, Enclosure: id, Readers: readers, Facts: facts})
}

var errTooLong = center.Errorf(center.TooLarge, "list-too-long",
	"The list is longer than a letter can hold: 2,000 invoices and three megabytes of files at most. Please narrow it, for example by date, and mail it in parts.")

func as(r store.ListReader) string {
	switch {
	case r.Self:
		return "self"
	case r.Contact == "":
		return "outside"
	}
	return "colleague"
}

// addressesOf are those of readers outside the account, or within.
func addressesOf(readers []store.ListReader, outside bool) (list []string) {
	for _, r := range readers {
		if (r.Contact == "") == outside {
			list = append(list, r.Email)
		}
	}
	return list
}
