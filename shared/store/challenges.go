package store

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
)

// MaxTries is how often a code may be typed before it is worth nothing.
const MaxTries = 5

// keepAfter is how long what has expired stays for those who look why.
const keepAfter = time.Hour

// Challenge is a code that was asked for: who may type it, until when. The
// code itself is derived from it and stands nowhere.
type Challenge struct {
	ID        string
	KeyID     string // of the key the code is made with
	Email     string // normalised
	Locale    string
	Agent     string
	CreatedAt time.Time
	ExpiresAt time.Time
	Tries     int

	// Of a code asked for on the page of an invitation: which one. The address
	// need not be known then.
	Account    center.AccountID
	Invitation center.InvitationID
}

// Attributes of a challenge.
const (
	attrKeyID   = "ki"
	attrAgent   = "ag"
	attrExpires = "ex"
	attrTries   = "tr"
	attrLastTry = "lt" // the nonce that counted last
	attrUsedBy  = "ub"
	attrInvited = "iv"
)

// PutChallenge puts a challenge and the letter that tells its code, together.
func (s *Store) PutChallenge(ctx context.Context, c Challenge, l center.Letter) error {
	it := newItem(challengeKey(c.ID), kindChallenge)
	it.text(attrKeyID, c.KeyID)
	it.text(attrEmail, c.Email)
	it.text(attrLocale, c.Locale)
	it.text(attrAgent, cut(c.Agent, maxAgent))
	it.instant(attrCreatedAt, c.CreatedAt)
	it.instant(attrExpires, c.ExpiresAt)
	it.num(attrTries, 0)
	it.text(attrAccount, string(c.Account))
	it.text(attrInvited, string(c.Invitation))
	it.num(attrTTL, c.ExpiresAt.Add(keepAfter).Unix())
	return s.transact(ctx, "challenge/"+c.ID, []write{
		{name: "challenge", verb: put, at: challengeKey(c.ID), item: it, condition: absent},
		letterWrite(l),
	})
}

func readChallenge(id string, it item) (Challenge, error) {
	r := open(it, kindChallenge)
	return Challenge{ID: id, KeyID: r.text(attrKeyID), Email: r.text(attrEmail), Locale: r.text(attrLocale), Agent: r.text(attrAgent),
		CreatedAt: r.instant(attrCreatedAt), ExpiresAt: r.instant(attrExpires), Tries: int(r.num(attrTries)),
		Account: center.AccountID(r.text(attrAccount)), Invitation: center.InvitationID(r.text(attrInvited))}, r.err
}

// Challenge reads a challenge for the letter about it; NotFound when it has
// expired.
func (s *Store) Challenge(ctx context.Context, id string) (Challenge, error) {
	it, err := s.get(ctx, challengeKey(id))
	if errors.Is(err, errAbsent) {
		return Challenge{}, errNoChallenge
	}
	if err != nil {
		return Challenge{}, err
	}
	c, err := readChallenge(id, it)
	if err == nil && !s.now().Before(c.ExpiresAt) {
		return Challenge{}, errNoChallenge
	}
	return c, err
}

var (
	errNoChallenge = center.Errorf(center.NotFound, "challenge-not-found", "There is no such code.")
	errCodeExpired = center.Errorf(center.Unprocessable, "code-expired", "This code is no longer good. Ask for a new one.")
)

// CountTry counts one more try before anything is compared, and returns the
// challenge. Unprocessable when there is none, it has expired, was used, or
// its tries are gone. A nonce names the request, so that a try whose answer
// was lost on the way counts once.
func (s *Store) CountTry(ctx context.Context, id, nonce string) (Challenge, error) {
	w := write{name: "count try", verb: update, at: challengeKey(id), values: item{},
		change:    "SET #tr = #tr + :one, #lt = :nonce",
		condition: present + " AND #tr < :max AND #ex > :now AND attribute_not_exists(#ub) AND (attribute_not_exists(#lt) OR #lt <> :nonce)"}
	w.values.num(":one", 1)
	w.values.num(":max", MaxTries)
	w.values.instant(":now", s.now())
	w.values.text(":nonce", nonce)
	it, err := s.applyReturning(ctx, w, types.ReturnValueAllNew)
	var r *refusal
	if errors.As(err, &r) {
		old := reader{it: r.old}
		if old.text(attrLastTry) != nonce || old.has(attrUsedBy) {
			return Challenge{}, errCodeExpired
		}
		it, err = r.old, nil // our own first try was applied
	}
	if err != nil {
		return Challenge{}, err
	}
	return readChallenge(id, it)
}

// UseChallenge spends the challenge: one nonce may, once or again.
func (s *Store) UseChallenge(ctx context.Context, id, nonce string) error {
	w := write{name: "use challenge", verb: update, at: challengeKey(id), values: item{}, change: "SET #ub = :nonce",
		condition: present + " AND (attribute_not_exists(#ub) OR #ub = :nonce)"}
	w.values.text(":nonce", nonce)
	err := s.apply(ctx, w)
	if isRefusal(err) {
		return errCodeExpired
	}
	return err
}
