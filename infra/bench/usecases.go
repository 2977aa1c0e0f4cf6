package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/world"
	"customercenter/shared/center"
	"customercenter/shared/session"
)

// readRepeats is how often a read is asked: the last one is warm.
const readRepeats = 5

// useCases are the requests whose cost is pinned, in an order in which each
// finds what it needs.
func useCases() []useCase {
	list := func(name, query string) useCase {
		return useCase{name: name, function: ours, repeats: readRepeats, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
			return u.w.Event(u.cookie, "GET /v1/invoices", "/v1/invoices", query, nil), nil
		}}
	}
	invoice := func(name string, i int) useCase {
		return useCase{name: name, function: "get-invoice", repeats: readRepeats, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
			id := string(world.InvoiceID(unitsAccount, i))
			return u.w.Event(u.cookie, "GET /v1/invoices/{id}", "/v1/invoices/"+id, "", map[string]string{"id": id}), nil
		}}
	}
	return []useCase{
		plain("health", "check-health", "GET /v1/health", ""),
		list("list of 20 with totals", "limit=20"),
		list("list of 100 with totals", "limit=100"),
		list("list of 20, past due", "limit=20&status=PAST_DUE"),
		list("list of 20 by amount", "limit=20&sort=amount"),
		list("search by number", "q="+world.Number(7)),
		customer("summary with aging", ours, "GET /v1/invoices/summary"),
		invoice("invoice of 5 lines", unitsLarge-1),
		invoice("invoice of 50 lines", unitsLarge),
		customer("who is signed in", "sign-in", "GET /v1/me"),
		{name: "ask for a code", function: "sign-in", event: askForCode, after: keepChallenge, mails: 1},
		{name: "type the code", function: "sign-in", event: typeCode, after: keepSession},
		customerOnce("sign out", "sign-in", "POST /v1/sign-out"),
		imported("import of 1 invoice", 1000, 1001),
		imported("import of 100 invoices", 2000, 2100),
		imported("import of the same 100", 2000, 2100),
		operators("operator: summary", "summarize-accounts", "GET /v1/operator/summary", ""),
		operators("operator: export of 100", "export-account", "GET /v1/operator/export", "account="+string(center.AccountIDOf(importAccount))),
		plain("portal: a file", "serve-portal", "GET /", ""),
	}
}

func plain(name, function, route, query string) useCase {
	return useCase{name: name, function: function, repeats: readRepeats, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
		_, path, _ := strings.Cut(route, " ")
		return u.w.Event("", route, path, query, nil), nil
	}}
}

func customer(name, function, route string) useCase {
	c := customerOnce(name, function, route)
	c.repeats = readRepeats
	return c
}

func customerOnce(name, function, route string) useCase {
	return useCase{name: name, function: function, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
		_, path, _ := strings.Cut(route, " ")
		return u.w.Event(u.cookie, route, path, "", nil), nil
	}}
}

func operators(name, function, route, query string) useCase {
	return useCase{name: name, function: function, repeats: readRepeats, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
		_, path, _ := strings.Cut(route, " ")
		return u.w.Event(u.operator, route, path, query, nil), nil
	}}
}

func imported(name string, from, to int) useCase {
	return useCase{name: name, function: importer, event: func(u *user) (events.APIGatewayV2HTTPRequest, error) {
		return importRequest(u.w, u.operator, importAccount, from, to, 2)
	}}
}

func askForCode(u *user) (events.APIGatewayV2HTTPRequest, error) {
	e := u.w.Event("", "POST /v1/sign-in/code", "/v1/sign-in/code", "", nil)
	body, err := json.Marshal(map[string]string{"email": world.PersonOf(unitsAccount)})
	e.Body = string(body)
	return e, err
}

func keepChallenge(u *user, r events.APIGatewayV2HTTPResponse) (err error) {
	u.challenge, err = challengeOf(r)
	return err
}

// typeCode types the code that the mail would show.
func typeCode(u *user) (events.APIGatewayV2HTTPRequest, error) {
	secret, ok := session.ParseSecret(u.challenge)
	if !ok {
		return events.APIGatewayV2HTTPRequest{}, fmt.Errorf("%q is no challenge", u.challenge)
	}
	keys := u.w.Keys
	code, ok := session.Code(keys, keys.Current(), secret.ID(), world.PersonOf(unitsAccount))
	if !ok {
		return events.APIGatewayV2HTTPRequest{}, fmt.Errorf("no key %q", keys.Current())
	}
	e := u.w.Event(session.ChallengeCookie+"="+u.challenge, "POST /v1/sign-in/verify", "/v1/sign-in/verify", "", nil)
	body, err := json.Marshal(map[string]string{"code": code})
	e.Body = string(body)
	return e, err
}

func keepSession(u *user, r events.APIGatewayV2HTTPResponse) (err error) {
	u.cookie, err = sessionOf(r)
	return err
}
