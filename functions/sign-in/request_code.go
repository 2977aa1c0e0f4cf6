package main

import (
	"context"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// Limits of asking for a code.
const (
	resendAfter = 60 * time.Second // before the portal offers another code
	maxEmail    = 254              // RFC 5321
)

type codeRequest struct {
	Email    string `json:"email"`
	Locale   string `json:"locale"`
	Agent    string `json:"-" header:"user-agent"`
	SourceIP string `json:"-" request:"sourceIp"`
}

func (in codeRequest) Validate() (v []center.Violation) {
	if _, ok := center.NormalizeEmail(in.Email); !ok || len(in.Email) > maxEmail {
		v = append(v, center.Violation{Pointer: "/email", Detail: "must be an e-mail address"})
	}
	if in.Locale != "" && in.Locale != "en" && in.Locale != "ar" {
		v = append(v, center.Violation{Pointer: "/locale", Detail: "must be en or ar"})
	}
	return v
}

type codeRequested struct {
	ExpiresInSeconds int `json:"expiresInSeconds"`
	ResendInSeconds  int `json:"resendInSeconds"`

	cookie string
}

func (out codeRequested) SetCookies() []string { return []string{out.cookie} }

// requestCode does the same work for every address: it never looks whether
// the address is known. A challenge and a letter are always written; whether
// the letter is sent is decided away from this request, by deliver-mail.
func (h handler) requestCode(ctx context.Context, _ center.Actor, in codeRequest) (codeRequested, error) {
	email, _ := center.NormalizeEmail(in.Email)
	httpapi.Concerns(ctx, "", center.ContactIDOf(email))
	for _, bucket := range []store.Bucket{store.PerNetwork(in.SourceIP), store.PerAddress(email)} {
		if err := h.store.Take(ctx, bucket); err != nil {
			return codeRequested{}, err
		}
	}
	secret, now := session.NewSecret(), h.now()
	challenge := store.Challenge{
		ID: secret.ID(), KeyID: h.keys.Current(), Email: email, Locale: in.Locale, Agent: session.Device(in.Agent),
		CreatedAt: now, ExpiresAt: now.Add(session.CodeLife),
	}
	letter := center.Letter{
		ID: session.NewID(), Kind: center.LetterSignInCode, State: center.LetterPending, To: email, Locale: in.Locale,
		Params: map[string]string{"challenge": challenge.ID, "agent": challenge.Agent}, CreatedAt: now,
	}
	if err := h.store.PutChallenge(ctx, challenge, letter); err != nil {
		return codeRequested{}, err
	}
	return codeRequested{
		ExpiresInSeconds: int(session.CodeLife / time.Second),
		ResendInSeconds:  int(resendAfter / time.Second),
		cookie:           session.SetCookie(session.ChallengeCookie, secret.Text(), session.CodeLife),
	}, nil
}
