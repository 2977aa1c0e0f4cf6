package desk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// operators is the account an operator works in.
const operators = "operators"

// How the local mailbox is asked for a code.
const (
	mailboxPause = 200 * time.Millisecond
	mailboxTries = 150
)

// SignIn opens a session as Enter does, and goes to the operators' account. It
// refuses an address that is no operator's.
func (c *Client) SignIn(ctx context.Context, email string, code func(context.Context) (string, error)) error {
	verified, err := c.enter(ctx, email, code)
	if err != nil {
		return err
	}
	return c.enterOperators(ctx, verified)
}

// Enter asks for a code for the address, gets it from code (typed by a person,
// or read from a mailbox) and opens a session in the account that person used
// last.
func (c *Client) Enter(ctx context.Context, email string, code func(context.Context) (string, error)) error {
	_, err := c.enter(ctx, email, code)
	return err
}

func (c *Client) enter(ctx context.Context, email string, code func(context.Context) (string, error)) (verified answer, err error) {
	body, err := json.Marshal(map[string]string{"email": email})
	if err != nil {
		return answer{}, err
	}
	asked, err := c.do(ctx, call{method: http.MethodPost, path: "/v1/sign-in/code", contentType: "application/json", body: body})
	if err != nil {
		return answer{}, err
	}
	typed, err := code(ctx)
	if err != nil {
		return answer{}, err
	}
	if body, err = json.Marshal(map[string]string{"code": typed}); err != nil {
		return answer{}, err
	}
	verified, err = c.do(ctx, call{method: http.MethodPost, path: "/v1/sign-in/verify", contentType: "application/json", body: body,
		cookie: challengeCookie + "=" + asked.cookie(challengeCookie), once: true})
	if err != nil {
		return answer{}, err
	}
	c.Session = verified.cookie(sessionCookie)
	return verified, nil
}

// enterOperators goes to the operators' account where the code opened another
// one of the same person.
func (c *Client) enterOperators(ctx context.Context, verified answer) error {
	type account struct {
		ID string `json:"id"`
	}
	var me struct {
		Account  account   `json:"account"`
		Accounts []account `json:"accounts"`
	}
	if err := verified.decode(&me); err != nil {
		return err
	}
	if me.Account.ID == operators {
		return nil
	}
	if !slices.Contains(me.Accounts, account{operators}) {
		return errors.New("this address is no operator's")
	}
	moved, err := c.do(ctx, call{method: http.MethodPut, path: "/v1/session/account", contentType: "application/json",
		body: []byte(`{"account":"` + operators + `"}`), once: true})
	if err != nil {
		return err
	}
	c.Session = moved.cookie(sessionCookie)
	return nil
}

// letter is a mail of the local mailbox.
type letter struct {
	ID   string `json:"id"`
	Code string `json:"code"`
}

// HasMailbox reports whether the center shows the mails it sends, as the one
// on a developer's machine does.
func (c *Client) HasMailbox(ctx context.Context, email string) bool {
	_, err := c.letters(ctx, email)
	return err == nil
}

// MailboxCode returns a function that reads the next sign-in code from the
// local mailbox. Codes that were there before this call do not count.
func (c *Client) MailboxCode(ctx context.Context, email string) (func(context.Context) (string, error), error) {
	before, err := c.letters(ctx, email)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (string, error) {
		for range mailboxTries {
			now, err := c.letters(ctx, email)
			if err != nil {
				return "", err
			}
			for _, l := range now {
				if l.Code != "" && !slices.Contains(before, l) {
					return l.Code, nil
				}
			}
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-time.After(mailboxPause):
			}
		}
		return "", errors.New("no code came to the mailbox")
	}, nil
}

func (c *Client) letters(ctx context.Context, email string) ([]letter, error) {
	a, err := c.do(ctx, call{method: http.MethodGet, path: "/_mailbox/messages", query: url.Values{"to": {email}}})
	if err != nil {
		return nil, err
	}
	var letters []letter
	err = a.decode(&letters)
	return letters, err
}

// SignedIn reports whether Session still opens the operators' account.
func (c *Client) SignedIn(ctx context.Context) (bool, error) {
	if c.Session == "" {
		return false, nil
	}
	a, err := c.do(ctx, call{method: http.MethodGet, path: "/v1/me"})
	if errors.Is(err, ErrSignedOut) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var me struct {
		Account struct {
			ID string `json:"id"`
		} `json:"account"`
	}
	err = a.decode(&me)
	return me.Account.ID == operators, err
}
