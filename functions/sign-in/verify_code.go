package main

import (
	"context"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type typedCode struct {
	Code      string `json:"code"`
	Challenge string `json:"-" cookie:"__Host-pre"`
	Session   string `json:"-" cookie:"__Host-sid"`
	Agent     string `json:"-" header:"user-agent"`
}

func (in typedCode) Validate() []center.Violation {
	if _, ok := session.ParseCode(in.Code); !ok {
		return []center.Violation{{Pointer: "/code", Detail: "must be the " + strconv.Itoa(session.CodeDigits) + " digits of the mail"}}
	}
	return nil
}

// verifyCode counts the try, then compares, then uses the challenge up, then
// opens the session: in this order no crash and no repeated write gives a
// second try for free or a second session for one code. A browser that is
// signed in already stays in its account.
func (h handler) verifyCode(ctx context.Context, _ center.Actor, in typedCode) (me, error) {
	code, _ := session.ParseCode(in.Code)
	secret, ok := session.ParseSecret(in.Challenge)
	if !ok {
		return me{}, center.Errorf(center.Unprocessable, "no-code-requested",
			"This browser has not asked for a code in the last ten minutes. Ask for one here first.")
	}
	nonce := session.NewID()
	challenge, err := h.store.CountTry(ctx, secret.ID(), nonce)
	if err != nil {
		return me{}, err
	}
	if !session.CheckCode(h.keys, challenge.KeyID, challenge.ID, challenge.Email, code) {
		return me{}, wrongCode(store.MaxTries - challenge.Tries)
	}
	if err := h.store.UseChallenge(ctx, challenge.ID, nonce); err != nil {
		return me{}, err
	}
	entrances, err := session.Entrances(ctx, h.store, h.operators, challenge.Email)
	if err != nil {
		return me{}, err
	}
	if len(entrances) == 0 { // guessed for an address that no letter goes to, or removed meanwhile
		return me{}, wrongCode(0)
	}
	account, instead, err := h.standing(ctx, in.Session, challenge.Email)
	if err != nil {
		return me{}, err
	}
	if account == "" {
		account = entrances[0].Account
	}
	actor, cookie, err := h.open(ctx, account, challenge.Email, in.Agent, instead)
	if err != nil {
		return me{}, err
	}
	return meOf(actor, entrances, h.now(), cookie, session.DropCookie(session.ChallengeCookie)), nil
}

// standing is the session that the browser has, where it is the same person's:
// she types a code again because something asks for a fresh one, and must find
// herself in the account where she was asked. That session ends with the new
// one's beginning.
func (h handler) standing(ctx context.Context, cookie, email string) (account center.AccountID, id string, err error) {
	if cookie == "" {
		return "", "", nil
	}
	actor, err := session.NewGuard(h.store, h.operators, h.now).Enter(ctx, cookie)
	switch {
	case center.IsKind(err, center.Unauthenticated):
		return "", "", nil
	case err != nil:
		return "", "", err
	case actor.Contact != center.ContactIDOf(email):
		return "", "", nil
	}
	return actor.Account, actor.Session, nil
}

// open mints a session in the account and returns its cookie.
func (h handler) open(ctx context.Context, account center.AccountID, email, agent, instead string) (center.Actor, string, error) {
	if account == center.OperatorsAccount {
		if _, err := h.store.AdmitOperator(ctx, email); err != nil {
			return center.Actor{}, "", err
		}
	}
	token := session.Token{Account: account, Contact: center.ContactIDOf(email), Secret: session.NewSecret()}
	minted := store.NewSession{ID: token.Secret.ID(), AuthAt: h.now(), Agent: device(agent), Instead: instead}
	if err := h.noticeNewDevice(ctx, token, email, minted.Agent); err != nil {
		return center.Actor{}, "", err
	}
	actor, err := h.store.SignIn(ctx, account, token.Contact, minted)
	if err != nil {
		return center.Actor{}, "", err
	}
	return actor, session.SetCookie(session.Cookie, token.Text(), session.AbsoluteLife), nil
}

// noticeNewDevice puts a letter that tells a person of a sign-in from a
// browser that none of her sessions is from. The first sign-in is no news. It
// is put before the session: a letter too many is better than one too few.
func (h handler) noticeNewDevice(ctx context.Context, token session.Token, email, device string) error {
	m, err := h.store.Membership(ctx, token.Account, token.Contact)
	if err != nil || len(m.Sessions) == 0 {
		return err
	}
	for _, known := range m.Sessions {
		if sameDevice(known.Agent, device) {
			return nil
		}
	}
	return h.store.PutLetter(ctx, center.Letter{
		ID: session.NewID(), Kind: center.LetterNewDevice, State: center.LetterPending,
		To: email, Name: m.Contact.Name, Locale: m.Contact.Locale, Account: token.Account, Contact: token.Contact,
		Params: map[string]string{"agent": device}, CreatedAt: h.now(),
	})
}

func wrongCode(left int) error {
	detail := "That is not the code in the newest mail."
	switch {
	case left <= 0:
		detail += " Ask for a new one."
	case left == 1:
		detail += " You have one more try."
	default:
		detail += " You have " + strconv.Itoa(left) + " more tries."
	}
	e := center.Errorf(center.Unprocessable, "code-wrong", "%s", detail)
	e.Violations = []center.Violation{{Pointer: "/code", Detail: "is not the code in the newest mail"}}
	return e
}
