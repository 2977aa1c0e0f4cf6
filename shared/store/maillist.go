package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"customercenter/shared/center"
)

// The limits of mailing lists. They are told to who meets them.
var (
	listLimits    = []Limit{{60, 24 * time.Hour}}
	outsideLimits = []Limit{{20, 24 * time.Hour}}
)

const (
	listRefusal    = "Sixty letters with lists were sent by you within a day. There is room for another one %s."
	outsideRefusal = "Twenty letters were sent from this account to addresses outside it within a day, or would be with these. There is room for another one %s."
)

// perLists is the bucket of a contact who mails lists.
func perLists(account center.AccountID, contact center.ContactID) Bucket {
	return Bucket{"lists/" + string(account) + "/" + string(contact), listLimits, "too-many-lists", listRefusal}
}

// perOutside is the bucket of an account whose lists go to addresses outside
// it.
func perOutside(account center.AccountID) Bucket {
	return Bucket{"outside/" + string(account), outsideLimits, "too-many-outside", outsideRefusal}
}

// routeMail is where the answers to mailings are kept.
const routeMail = "mail"

// ListReader is who gets a mailed list; without a contact it is an address
// outside the account.
type ListReader struct {
	Contact             center.ContactID
	Email, Name, Locale string
	Self                bool // who asked for it
}

// ListMailing is a list on its way to its readers.
type ListMailing struct {
	Key       string // the request's own; the same again is answered, and sends nothing
	Request   []byte // what was asked for, by which one key is held to one request
	Answer    []byte
	Enclosure string
	Readers   []ListReader
	Facts     map[string]string // of the audit entry
}

// MailedBefore is the answer to the same request before, if there was one. The
// same key with another request is Unprocessable.
func (a Account) MailedBefore(ctx context.Context, key string, request []byte) (answer []byte, found bool, err error) {
	return a.Recall(ctx, routeMail, key, request)
}

// MailList puts a letter to each of the readers, with the audit entry, the
// counts of letters sent that day and the answer, all or none. A repetition is
// answered as the first time. TooMany beyond the limits.
func (a Account) MailList(ctx context.Context, m ListMailing) (answer []byte, err error) {
	outside := 0
	for _, r := range m.Readers {
		if r.Contact == "" {
			outside++
		}
	}
	for range takeTries {
		now := a.s.now()
		writes := []write{a.onceWrite(routeMail, m.Key, m.Request, m.Answer),
			a.auditWrite(center.AuditListMailed, now, m.Enclosure, m.Facts, m.Key)}
		for _, count := range []struct {
			bucket Bucket
			n      int
		}{{perLists(a.actor.Account, a.actor.Contact), len(m.Readers)}, {perOutside(a.actor.Account), outside}} {
			if count.n == 0 {
				continue
			}
			w, err := a.s.takeSome(ctx, count.bucket, count.n)
			if err != nil {
				return nil, err
			}
			writes = append(writes, w)
		}
		for _, r := range m.Readers {
			writes = append(writes, letterWrite(a.listLetter(m, r, now)))
		}
		byKey(writes)
		if err = a.s.transact(ctx, "mail-list/"+m.Key, writes); !isRefusal(err) {
			return m.Answer, err
		}
		if answer, found, err := a.MailedBefore(ctx, m.Key, m.Request); found || err != nil {
			return answer, err
		}
	}
	return nil, errBusy
}

func (a Account) listLetter(m ListMailing, r ListReader, now time.Time) center.Letter {
	params := map[string]string{"enclosure": m.Enclosure, "by": a.actor.Name, "email": a.actor.Email, "sender": string(a.actor.Contact)}
	switch {
	case r.Self:
		params["self"] = "1"
	case r.Contact == "":
		params["outside"] = "1"
	}
	return center.Letter{ID: letterID(center.LetterInvoiceList, string(a.actor.Account), string(a.actor.Contact), m.Key, r.Email), Kind: center.LetterInvoiceList,
		To: r.Email, Name: r.Name, Locale: r.Locale, Account: a.actor.Account, Contact: r.Contact, CreatedAt: now, Params: params}
}

// takeSome is the write that counts n more events of a bucket, in a transaction
// of the caller's; TooMany where there is no room for all of them.
func (s *Store) takeSome(ctx context.Context, b Bucket, n int) (write, error) {
	at := rateKey(b.Name)
	it, err := s.get(ctx, at)
	if err != nil && !errors.Is(err, errAbsent) {
		return write{}, err
	}
	r := &reader{}
	if it != nil {
		r = open(it, kindRate)
	}
	now := s.now()
	moments := momentsOf(r, now.Add(-b.longest()))
	if r.err != nil {
		return write{}, r.err
	}
	for range n {
		if wait := b.wait(moments, now); wait > 0 {
			return write{}, b.tooMany(wait)
		}
		moments = append(moments, now)
	}
	return rateWrite(at, b, moments, r.num(attrVersion), rand.Text()), nil
}

// OutsideLeft is how many more letters may go to addresses outside the account
// now.
func (a Account) OutsideLeft(ctx context.Context) (int, error) {
	b := perOutside(a.actor.Account)
	it, err := a.s.get(ctx, rateKey(b.Name))
	if errors.Is(err, errAbsent) {
		return b.Limits[0].Max, nil
	}
	if err != nil {
		return 0, err
	}
	r := open(it, kindRate)
	used := len(momentsOf(r, a.s.now().Add(-b.longest())))
	return max(0, b.Limits[0].Max-used), r.err
}

// onceWrite keeps an answer for Recall, in a transaction of the caller's.
func (a Account) onceWrite(route, name string, body, answer []byte) write {
	at := a.onceKey(route, name)
	sum := sha256.Sum256(body)
	it := newItem(at, kindOnce)
	it.bytes(attrPrint, sum[:])
	it.bytes(attrAnswer, answer)
	it.num(attrTTL, a.s.now().Add(keepAnswers).Unix())
	w := write{name: "once", verb: put, at: at, item: it, condition: absent + " OR #ttl <= :now", values: item{}}
	w.values.num(":now", a.s.now().Unix())
	return w
}
