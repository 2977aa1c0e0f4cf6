package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"customercenter/shared/center"
)

// Attributes of a decided review entry.
const (
	attrDecision  = "de"
	attrDecidedBy = "db"
	attrDecidedAt = "da"
	attrWhy       = "wy"

	writeReview = "review entry"
)

// Decisions about a review entry.
const (
	reviewAccepted = "accepted"
	reviewRefused  = "refused"
)

// Review is a person named on a paper who waits for an operator.
type Review struct {
	Account     center.AccountID
	AccountName string
	Contact     center.ContactID // names the entry within its account
	At          time.Time
	center.ReviewContact
}

const routeReviews = "reviews"

var (
	errNoReview = center.Errorf(center.NotFound, "review-not-found", "Nobody of this account waits under this id.")
	errDecided  = center.Errorf(center.Conflict, "review-decided", "Somebody has decided about this person already.")
	errNoMail   = center.Errorf(center.Unprocessable, "bad-address", "No mail can reach this address, so nobody could sign in with it. Refuse it.")
)

// Reviews is a page of who waits for an operator, the longest first within
// each of a few shards. Next is "" at the end.
func (e Everywhere) Reviews(ctx context.Context, cursor string, limit int) (reviews []Review, next string, err error) {
	bound := scope{center.OperatorsAccount, routeReviews, ""}
	limit = min(max(limit, 1), MaxPage)
	shard, start, err := e.reviewStart(bound, cursor)
	if err != nil {
		return nil, "", err
	}
	var keys []key
	for ; shard < reviewShards && len(keys) < limit; shard, start = shard+1, nil {
		q := question{index: indexWork, part: attrWorkPK, attr: attrWorkSK, pk: reviewPK(shard), limit: limit - len(keys), start: start}
		items, last, err := e.s.ask(ctx, q)
		if err != nil {
			return nil, "", err
		}
		for _, it := range items {
			keys = append(keys, it.key())
		}
		if last != nil {
			r := reader{it: last}
			next = e.s.seal(bound, strconv.Itoa(shard), r.text(attrPK), r.text(attrSK), r.text(attrWorkSK))
			break
		}
	}
	if next == "" && shard < reviewShards {
		next = e.s.seal(bound, strconv.Itoa(shard), "", "", "")
	}
	reviews, err = e.readReviews(ctx, keys)
	return reviews, next, err
}

// reviewStart is where a cursor goes on.
func (e Everywhere) reviewStart(bound scope, cursor string) (shard int, start item, err error) {
	if cursor == "" {
		return 0, nil, nil
	}
	at, err := e.s.unseal(bound, cursor, 4)
	if err != nil {
		return 0, nil, err
	}
	if shard, err = strconv.Atoi(at[0]); err != nil {
		return 0, nil, errCursor
	}
	if at[1] != "" {
		start = key{at[1], at[2]}.attributes()
		start.text(attrWorkPK, reviewPK(shard))
		start.text(attrWorkSK, at[3])
	}
	return shard, start, nil
}

func (e Everywhere) readReviews(ctx context.Context, keys []key) (out []Review, err error) {
	found, err := e.s.getMany(ctx, keys, true)
	if err != nil {
		return nil, err
	}
	names := map[center.AccountID]string{}
	for _, at := range keys {
		it, ok := found[at]
		if !ok || (&reader{it: it}).has(attrDecision) { // the index tells late
			continue
		}
		r, err := readReview(it)
		if err != nil {
			return nil, err
		}
		if _, known := names[r.Account]; !known {
			profile, err := e.s.profile(ctx, r.Account)
			if err != nil && !center.IsKind(err, center.NotFound) {
				return nil, err
			}
			names[r.Account] = profile.Name
		}
		r.AccountName = names[r.Account]
		out = append(out, r)
	}
	return out, nil
}

func readReview(it item) (Review, error) {
	r := open(it, kindReview)
	out := Review{Account: center.AccountID(r.text(attrAccount)), Contact: center.ContactID(r.text(attrID)), At: r.instant(attrAt),
		ReviewContact: center.ReviewContact{Email: r.text(attrEmail), Name: r.text(attrName), Reason: center.ReviewReason(r.text(attrReason))}}
	grants := readGrants(r)
	if len(grants) != 1 || it.key() != tenantOf(out.Account).review(out.Contact) {
		r.fail("is no entry of the review list")
		return out, r.err
	}
	out.Grant = grants[0]
	return out, r.err
}

// review reads an entry nobody has decided about.
func (e Everywhere) review(ctx context.Context, account center.AccountID, id center.ContactID) (Review, error) {
	it, err := e.s.get(ctx, tenantOf(account).review(id))
	if errors.Is(err, errAbsent) {
		return Review{}, errNoReview
	}
	if err != nil {
		return Review{}, err
	}
	r, err := readReview(it)
	if err == nil && (&reader{it: it}).has(attrDecision) {
		err = errDecided
	}
	return r, err
}

// AcceptReview lets a person in who waits, as what the paper says she is.
// Conflict when somebody has decided about her, Unprocessable where no mail
// reaches her. The reason is kept in the account's audit log.
func (e Everywhere) AcceptReview(ctx context.Context, operator center.Actor, account center.AccountID, id center.ContactID, reason string) (center.Contact, error) {
	r, err := e.review(ctx, account, id)
	if err != nil {
		return center.Contact{}, err
	}
	if center.ContactIDOf(r.Email) == "" {
		return center.Contact{}, errNoMail
	}
	r.Grant.By, r.Grant.At = operator.Email, e.s.now()
	return e.admit(ctx, author{operator, reason}, account, center.ContactGrant{Email: r.Email, Name: r.Name, Grant: r.Grant},
		center.AuditReviewAccepted, []write{e.decide(r, operator, reviewAccepted, reason)})
}

// RefuseReview keeps a person out who waits. She is not put on the list again
// by further papers that name her. Conflict when somebody has decided already.
func (e Everywhere) RefuseReview(ctx context.Context, operator center.Actor, account center.AccountID, id center.ContactID, reason string) error {
	r, err := e.review(ctx, account, id)
	if err != nil {
		return err
	}
	entry := center.AuditEntry{Kind: center.AuditReviewRefused, At: e.s.now(), By: operator.Email, Contact: operator.Contact, Subject: r.Email,
		Facts: map[string]string{"type": string(r.Grant.Type), "reason": reason}}
	err = e.s.transact(ctx, fmt.Sprintf("refuse/%s/%s", account, id), []write{
		e.decide(r, operator, reviewRefused, reason), tenantOf(account).auditWrite(entry, string(id)), Account{actor: operator}.actorStill(),
	})
	if isRefusal(err) {
		return errDecided
	}
	return err
}

// decide notes what was decided and takes the entry off the list; the entry
// itself stays, so that the person is not listed anew.
func (e Everywhere) decide(r Review, operator center.Actor, decision, reason string) write {
	w := write{name: writeReview, verb: update, at: tenantOf(r.Account).review(r.Contact), values: item{},
		change:    "SET #de = :de, #db = :db, #da = :da, #wy = :wy REMOVE #wp, #ws",
		condition: present + " AND attribute_not_exists(#de)"}
	w.values.text(":de", decision)
	w.values.text(":db", operator.Email)
	w.values.instant(":da", e.s.now())
	w.values.text(":wy", reason)
	return w
}
