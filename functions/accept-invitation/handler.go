package main

import (
	"context"
	"net/http"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	keys  keyring.Ring
	now   func() time.Time
}

// All of it is public: who holds a link is not known yet. All of it is POST,
// so that nothing that follows links, scripts or not, changes anything.
func (h handler) routes(door httpapi.Door) httpapi.Routes {
	public := httpapi.Op{Public: true}
	return httpapi.Routes{
		"POST /v1/invitation/read":    httpapi.Handle(door, public, h.readInvitation),
		"POST /v1/invitation/decline": httpapi.Handle(door, httpapi.Op{Public: true, Status: http.StatusNoContent}, h.declineInvitation),
		"POST /v1/invitation/code":    httpapi.Handle(door, httpapi.Op{Public: true, Status: http.StatusAccepted}, h.requestCode),
		"POST /v1/invitation/accept":  httpapi.Handle(door, public, h.acceptInvitation),
	}
}

// link is what stands behind the # of the link in the mail.
type link struct {
	ID    string `json:"id"`
	Token string `json:"token"`
}

func (h handler) open(ctx context.Context, l link) (center.Invitation, error) {
	return session.OpenLink(ctx, h.store, h.keys, session.InvitationLink{ID: l.ID, Token: l.Token})
}

// shown is what an invitation says to whoever holds its link.
type shown struct {
	State       center.InvitationState `json:"state"`
	AccountName string                 `json:"accountName"`
	InvitedBy   inviter                `json:"invitedBy"`
	Email       string                 `json:"email"`
	Type        center.ContactType     `json:"type"`
	OrdersOnly  bool                   `json:"ordersOnly"`
	Message     string                 `json:"message,omitempty"`
	ExpiresAt   time.Time              `json:"expiresAt"`
	Modules     []opened               `json:"modules"`
}

type inviter struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// opened is a part of the center that the invitation opens.
type opened struct {
	Module center.Module `json:"module"`
	Act    bool          `json:"act"`
}

func (h handler) readInvitation(ctx context.Context, _ center.Actor, in link) (shown, error) {
	i, err := h.open(ctx, in)
	if err != nil {
		return shown{}, err
	}
	out := shown{State: i.StateAt(h.now()), AccountName: i.AccountName, InvitedBy: inviter{i.By.Name, i.By.Email}, Email: i.Email,
		Type: i.Grant.Type, OrdersOnly: i.Grant.Scoped, Message: i.Message, ExpiresAt: i.ExpiresAt, Modules: []opened{}}
	for _, m := range (center.Actor{Account: i.Account, Grants: []center.Grant{i.Grant}}).Modules() {
		out.Modules = append(out.Modules, opened{m.Module, m.Act.Allowed})
	}
	return out, nil
}

type declined struct{}

// declineInvitation is "not me".
func (h handler) declineInvitation(ctx context.Context, _ center.Actor, in link) (declined, error) {
	i, err := h.open(ctx, in)
	if err != nil {
		return declined{}, err
	}
	return declined{}, h.store.Decline(ctx, i.Account, i.ID, i.Generation)
}

type codeRequest struct {
	ID       string `json:"id"`
	Token    string `json:"token"`
	Locale   string `json:"locale"`
	Agent    string `json:"-" header:"user-agent"`
	SourceIP string `json:"-" request:"sourceIp"`
}

func (in codeRequest) Validate() []center.Violation {
	if in.Locale != "" && in.Locale != "en" && in.Locale != "ar" {
		return []center.Violation{{Pointer: "/locale", Detail: "must be en or ar"}}
	}
	return nil
}

// resendAfter is how long the portal waits before it offers another code.
const resendAfter = 60 * time.Second

type codeRequested struct {
	ExpiresInSeconds int `json:"expiresInSeconds"`
	ResendInSeconds  int `json:"resendInSeconds"`

	cookie string
}

func (out codeRequested) SetCookies() []string { return []string{out.cookie} }

// requestCode mails a code to the invited address, whoever holds the link.
func (h handler) requestCode(ctx context.Context, _ center.Actor, in codeRequest) (codeRequested, error) {
	i, err := h.open(ctx, link{in.ID, in.Token})
	if err == nil {
		err = i.Open(h.now())
	}
	if err != nil {
		return codeRequested{}, err
	}
	email, _ := center.NormalizeEmail(i.Email)
	httpapi.Concerns(ctx, i.Account, center.ContactIDOf(email))
	for _, bucket := range []store.Bucket{store.PerNetwork(in.SourceIP), store.PerAddress(email)} {
		if err := h.store.Take(ctx, bucket); err != nil {
			return codeRequested{}, err
		}
	}
	secret, now := session.NewSecret(), h.now()
	challenge := store.Challenge{
		ID: secret.ID(), KeyID: h.keys.Current(), Email: email, Locale: in.Locale, Agent: session.Device(in.Agent),
		CreatedAt: now, ExpiresAt: now.Add(session.CodeLife), Account: i.Account, Invitation: i.ID,
	}
	letter := center.Letter{
		ID: session.NewID(), Kind: center.LetterSignInCode, State: center.LetterPending, To: email, Name: i.Name, Locale: in.Locale,
		Params: map[string]string{"challenge": challenge.ID, "agent": challenge.Agent}, CreatedAt: now,
	}
	if err := h.store.PutChallenge(ctx, challenge, letter); err != nil {
		return codeRequested{}, err
	}
	return codeRequested{
		ExpiresInSeconds: int(session.CodeLife / time.Second), ResendInSeconds: int(resendAfter / time.Second),
		cookie: session.SetCookie(session.ChallengeCookie, secret.Text(), session.CodeLife),
	}, nil
}

type acceptance struct {
	ID        string `json:"id"`
	Token     string `json:"token"`
	Code      string `json:"code"`
	Challenge string `json:"-" cookie:"__Host-pre"`
	Session   string `json:"-" cookie:"__Host-sid"`
	Agent     string `json:"-" header:"user-agent"`
}

func (in acceptance) Validate() []center.Violation { return session.CodeViolations(in.Code) }

// accepted is where the person is signed in now.
type accepted struct {
	Account center.AccountID `json:"account"`
	Name    string           `json:"name"`

	cookies []string
}

func (out accepted) SetCookies() []string { return out.cookies }

// acceptInvitation proves the invited mailbox, then accepts, then opens a
// session. Who is a contact already is signed in just the same; the session the
// browser had, whoever's it was, ends.
func (h handler) acceptInvitation(ctx context.Context, _ center.Actor, in acceptance) (accepted, error) {
	i, err := h.open(ctx, link{in.ID, in.Token})
	if err == nil {
		err = i.Open(h.now())
	}
	if err != nil {
		return accepted{}, err
	}
	challenge, err := session.Prove(ctx, h.store, h.keys, in.Challenge, in.Code)
	httpapi.Concerns(ctx, i.Account, center.ContactIDOf(challenge.Email))
	if err != nil {
		return accepted{}, err
	}
	contact, _ := i.ID.Contact()
	if center.ContactIDOf(challenge.Email) != contact { // a code to another mailbox proves another person
		return accepted{}, session.WrongCode(0)
	}
	if i, err = h.store.Accept(ctx, i.Account, i.ID, i.Generation); err != nil {
		return accepted{}, err
	}
	actor, token, err := h.signIn(ctx, i.Account, contact, challenge.Email, session.Device(in.Agent))
	if err != nil {
		return accepted{}, err
	}
	if err := session.End(ctx, h.store, in.Session); err != nil {
		return accepted{}, err
	}
	return accepted{Account: i.Account, Name: actor.AccountName, cookies: []string{
		session.SetCookie(session.Cookie, token.Text(), session.AbsoluteLife), session.DropCookie(session.ChallengeCookie)}}, nil
}

func (h handler) signIn(ctx context.Context, account center.AccountID, contact center.ContactID, email, device string) (center.Actor, session.Token, error) {
	token := session.Token{Account: account, Contact: contact, Secret: session.NewSecret()}
	if err := session.NoticeNewDevice(ctx, h.store, token, email, device, h.now()); err != nil {
		return center.Actor{}, token, err
	}
	actor, err := h.store.SignIn(ctx, account, contact, store.NewSession{ID: token.Secret.ID(), AuthAt: h.now(), Agent: device})
	return actor, token, err
}
