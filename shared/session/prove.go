package session

import (
	"context"
	"strconv"

	"customercenter/shared/center"
	"customercenter/shared/keyring"
	"customercenter/shared/store"
)

// CodeViolations says what is wrong with a code that cannot be one.
func CodeViolations(typed string) []center.Violation {
	if _, ok := ParseCode(typed); !ok {
		return []center.Violation{{Pointer: "/code", Detail: "must be the " + strconv.Itoa(CodeDigits) + " digits of the mail"}}
	}
	return nil
}

// Prove spends the challenge of the browser's cookie with the code that was
// typed there, and returns it: whoever typed it reads the mail of that
// address. It counts the try, then compares, then uses the challenge up: in
// this order no crash and no repeated write gives a second try for free or a
// second use of one code.
//
// Unprocessable where the browser asked for no code, or typed another one; of
// a wrong code the challenge is returned too, for the log to say whose it is.
func Prove(ctx context.Context, s *store.Store, keys keyring.Ring, cookie, typed string) (store.Challenge, error) {
	code, _ := ParseCode(typed)
	secret, ok := ParseSecret(cookie)
	if !ok {
		return store.Challenge{}, center.Errorf(center.Unprocessable, "no-code-requested",
			"This browser has not asked for a code in the last ten minutes. Ask for one here first.")
	}
	nonce := NewID()
	challenge, err := s.CountTry(ctx, secret.ID(), nonce)
	if err != nil {
		return store.Challenge{}, err
	}
	if !CheckCode(keys, challenge.KeyID, challenge.ID, challenge.Email, code) {
		return challenge, WrongCode(store.MaxTries - challenge.Tries)
	}
	return challenge, s.UseChallenge(ctx, challenge.ID, nonce)
}

// End ends the session that a browser's cookie is of, once another has begun in
// its place: nobody could sign out of it any more. Whoever holds the cookie may
// end it, so it is asked of nobody; where there is no such session, nothing
// happens.
func End(ctx context.Context, s *store.Store, cookie string) error {
	token, ok := ParseToken(cookie)
	if !ok {
		return nil
	}
	return s.SignOut(ctx, center.Actor{Account: token.Account, Contact: token.Contact, Session: token.Secret.ID()})
}

// WrongCode refuses a code and says how many tries are left.
func WrongCode(left int) error {
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
