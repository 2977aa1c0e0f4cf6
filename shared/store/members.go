package store

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/shared/center"
)

// Attributes of a membership.
const (
	attrEmail       = "em"
	attrActive      = "ac"
	attrGrants      = "g"
	attrSessions    = "s"
	attrAccountName = "an"
	attrRounds      = "sv" // counts changes of the set of sessions
	attrAccount     = "acc"
	attrSeen        = "ls" // when the contact was last seen, in any session
	attrWithheld    = "wd" // sources whose grants were taken
	attrDeclined    = "dl" // letters she chose not to get
)

// Attributes inside a session and inside a grant.
const (
	sessionIssued = "i"
	sessionSeen   = "n"
	sessionAuth   = "a"
	sessionAgent  = "g"

	grantType   = "t"
	grantOrders = "o"
	grantScoped = "x"
	grantSource = "s"
	grantBy     = "b"
	grantAt     = "a"
	grantNumber = "n"
)

// Session is a signed-in browser of a contact.
type Session struct {
	IssuedAt time.Time
	SeenAt   time.Time
	AuthAt   time.Time // when a code was last typed
	Agent    string
}

// Membership is a contact of an account with her sessions: all that a request
// must know of who asks, in one item. The account's name, zone and locale
// stand in it too, so that nothing else need be read.
type Membership struct {
	Contact     center.Contact
	AccountName string
	TimeZone    string
	Locale      string
	Sessions    map[string]Session // by Secret.ID
	SeenAt      time.Time          // zero when she never came

	rounds int64
}

// Actor is the contact as the holder of one session; ok is false when there
// is no such session or the contact may no longer enter. Whether the session
// is too old is for the caller to judge.
func (m Membership) Actor(session string) (center.Actor, bool) {
	held, ok := m.Sessions[session]
	if !ok || !m.mayEnter() {
		return center.Actor{}, false
	}
	return m.actor(session, held.AuthAt), true
}

func (m Membership) mayEnter() bool { return m.Contact.Active && len(m.Contact.Grants) > 0 }

func (m Membership) actor(session string, auth time.Time) center.Actor {
	c := m.Contact
	locale := c.Locale
	if locale == "" {
		locale = m.Locale
	}
	return center.Actor{Account: c.Account, Contact: c.ID, Email: c.Email, Name: c.Name, Session: session, Grants: c.Grants, Version: c.Version,
		AuthAt: auth, AccountName: m.AccountName, TimeZone: m.TimeZone, Locale: locale}
}

// Membership is the one consistent read of every request. NotFound when the
// contact is not, or no longer, of the account.
func (s *Store) Membership(ctx context.Context, account center.AccountID, contact center.ContactID) (Membership, error) {
	it, err := s.get(ctx, tenantOf(account).member(contact))
	if errors.Is(err, errAbsent) {
		return Membership{}, errNoMember
	}
	if err != nil {
		return Membership{}, err
	}
	return readMember(account, it)
}

var errNoMember = center.Errorf(center.NotFound, "contact-not-found", "There is no such contact.")

func (t tenant) memberItem(m Membership) item {
	c := m.Contact
	it := newItem(t.member(c.ID), kindMember)
	it.text(attrAccount, string(c.Account))
	it.text("id", string(c.ID))
	it.text(attrEmail, c.Email)
	it.text(attrName, c.Name)
	it.text(attrLocale, c.Locale)
	it.flag(attrActive, c.Active)
	it.num(attrVersion, int64(c.Version))
	it.text(attrAccountName, m.AccountName)
	it.text(attrTimeZone, m.TimeZone)
	it.text("al", m.Locale)
	it.instant(attrSeen, m.SeenAt)
	it.texts(attrWithheld, c.Withheld)
	declined := make([]string, len(c.Declined))
	for i, k := range c.Declined {
		declined[i] = string(k)
	}
	it.texts(attrDeclined, declined)
	it.num(attrRounds, m.rounds)
	it[attrGrants] = grantsValue(c.Grants)
	sessions := item{}
	for id, held := range m.Sessions {
		sessions.part(id, sessionPart(held))
	}
	it.part(attrSessions, sessions)
	return it
}

func sessionPart(held Session) item {
	part := item{}
	part.instant(sessionIssued, held.IssuedAt)
	part.instant(sessionSeen, held.SeenAt)
	part.instant(sessionAuth, held.AuthAt)
	part.text(sessionAgent, held.Agent)
	return part
}

func grantsValue(grants []center.Grant) types.AttributeValue {
	list := make([]types.AttributeValue, 0, len(grants))
	for _, g := range grants {
		part := item{}
		part.text(grantType, string(g.Type))
		orders := make([]string, len(g.Orders))
		for i, id := range g.Orders {
			orders[i] = string(id)
		}
		part.texts(grantOrders, orders)
		part.flag(grantScoped, g.Scoped)
		part.text(grantSource, g.Source)
		part.text(grantBy, g.By)
		part.instant(grantAt, g.At)
		part.text(grantNumber, g.Number)
		list = append(list, &types.AttributeValueMemberM{Value: part})
	}
	return &types.AttributeValueMemberL{Value: list}
}

func readGrants(r *reader) []center.Grant {
	var grants []center.Grant
	for _, v := range r.list(attrGrants) {
		m, ok := v.(*types.AttributeValueMemberM)
		if !ok {
			r.fail("has a grant that is none")
			return nil
		}
		p := reader{it: m.Value}
		g := center.Grant{Type: center.ContactType(p.text(grantType)), Scoped: p.flag(grantScoped), Source: p.text(grantSource),
			Number: p.text(grantNumber), By: p.text(grantBy), At: p.instant(grantAt)}
		for _, id := range p.texts(grantOrders) {
			g.Orders = append(g.Orders, center.OrderID(id))
		}
		if p.err != nil {
			r.fail("has a grant that cannot be read")
		}
		grants = append(grants, g)
	}
	return grants
}

func readMember(account center.AccountID, it item) (Membership, error) {
	r := open(it, kindMember)
	id := center.ContactID(r.text("id"))
	if r.text(attrAccount) != string(account) || it.key() != tenantOf(account).member(id) {
		r.fail("is not of the account asked for")
	}
	m := Membership{
		Contact: center.Contact{ID: id, Account: account, Email: r.text(attrEmail), Name: r.text(attrName),
			Locale: r.text(attrLocale), Active: r.flag(attrActive), Version: int(r.num(attrVersion)), Grants: readGrants(r), Withheld: r.texts(attrWithheld)},
		AccountName: r.text(attrAccountName), TimeZone: r.text(attrTimeZone), Locale: r.text("al"),
		Sessions: map[string]Session{}, SeenAt: r.instant(attrSeen), rounds: r.num(attrRounds),
	}
	m.Contact.Reach = readReach(r)
	for _, k := range r.texts(attrDeclined) {
		m.Contact.Declined = append(m.Contact.Declined, center.LetterKind(k))
	}
	sessions := r.part(attrSessions)
	for id := range sessions {
		p := reader{it: (&reader{it: sessions}).part(id)}
		m.Sessions[id] = Session{IssuedAt: p.instant(sessionIssued), SeenAt: p.instant(sessionSeen),
			AuthAt: p.instant(sessionAuth), Agent: p.text(sessionAgent)}
		if p.err != nil {
			r.fail("has a session that cannot be read")
		}
	}
	return m, r.err
}
