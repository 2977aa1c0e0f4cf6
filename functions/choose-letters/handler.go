package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"customercenter/shared/center"
	"customercenter/shared/httpapi"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

type handler struct {
	store *store.Store
	keys  keyring.Ring
}

func (h handler) routes(door httpapi.Door) httpapi.Routes {
	page := httpapi.Op{Public: true, AnyQuery: true}
	form := httpapi.Op{Public: true, AnyQuery: true, Accepts: formTypes}
	return httpapi.Routes{
		"GET /v1/unsubscribe":  httpapi.Handle(door, page, h.showChoice),
		"POST /v1/unsubscribe": httpapi.Handle(door, form, h.chooseByLink),
		"GET /v1/letters":      httpapi.Handle(door, httpapi.Op{AnyContact: true}, h.readLetters),
		"PUT /v1/letters":      httpapi.Handle(door, httpapi.Op{AnyContact: true}, h.chooseLetters),
	}
}

// formTypes are both types a mailbox may send a click as (RFC 8058).
const formTypes = "application/x-www-form-urlencoded, multipart/form-data"

type link struct {
	Token    string `json:"-" query:"t"`
	Language string `json:"-" header:"accept-language"`
}

// showChoice is the page behind the link. It changes nothing and reads nothing:
// scanners of mail open every link.
func (h handler) showChoice(_ context.Context, _ center.Actor, in link) (httpapi.Raw, error) {
	if _, _, ok := session.OpenLettersToken(h.keys, in.Token); !ok {
		return show(in, http.StatusNotFound, stateBroken)
	}
	return show(in, http.StatusOK, stateAsk)
}

type click struct {
	Token    string `json:"-" query:"t"`
	Language string `json:"-" header:"accept-language"`
	Body     []byte `json:"-" body:"raw"`
}

// again is what the page's other button sends. Whatever else is sent ends the
// letters: a click of a mailbox is a form of either type.
const again = "again"

// chooseByLink ends the letters that are a person's to choose, or has them come
// again.
func (h handler) chooseByLink(ctx context.Context, _ center.Actor, in click) (httpapi.Raw, error) {
	at := link{in.Token, in.Language}
	account, contact, ok := session.OpenLettersToken(h.keys, in.Token)
	if !ok {
		return show(at, http.StatusNotFound, stateBroken)
	}
	declined, state := center.OptionalLetters, stateEnded
	if form, err := url.ParseQuery(string(in.Body)); err == nil && form.Get("choice") == again {
		declined, state = nil, stateAgain
	}
	if err := h.store.DeclineLetters(ctx, account, contact, declined); err != nil {
		return httpapi.Raw{}, err
	}
	return show(at, http.StatusOK, state)
}

// letters are those that are a person's to choose, those of them she does not
// want, and why none reach her, if so.
type letters struct {
	Optional    []center.LetterKind `json:"optional"`
	Declined    []center.LetterKind `json:"declined"`
	Unreachable center.ReachReason  `json:"unreachable,omitempty"`
}

func (h handler) readLetters(ctx context.Context, actor center.Actor, _ struct{}) (letters, error) {
	m, err := h.store.Membership(ctx, actor.Account, actor.Contact)
	return letters{center.OptionalLetters, append([]center.LetterKind{}, m.Contact.Declined...), m.Contact.Reach.Reason}, err
}

// choice are the letters a person does not want; of all others she gets what
// her access brings.
type choice struct {
	Declined []center.LetterKind `json:"declined"`
}

func (in choice) Validate() (v []center.Violation) {
	for _, k := range in.Declined {
		if !k.Optional() {
			v = append(v, center.Violation{Pointer: "/declined", Detail: "may name reminder, invoice-list, statement and weekly-digest; all other letters say what happened to your account"})
			break
		}
	}
	return v
}

func (h handler) chooseLetters(ctx context.Context, actor center.Actor, in choice) (choice, error) {
	slices.Sort(in.Declined)
	kinds := append([]center.LetterKind{}, slices.Compact(in.Declined)...)
	return choice{kinds}, h.store.DeclineLetters(ctx, actor.Account, actor.Contact, kinds)
}
