package main

import (
	"context"
	"errors"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/mail"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

type handler struct {
	store    *store.Store
	sender   sender
	settings settings.Settings
}

// sender hands a mail to the mail service; its errors are *mail.SendError.
type sender interface {
	Send(context.Context, mail.Message) (messageID string, err error)
}

// errand is a letter to send, and the name under which it is claimed: the
// place of its record in the stream. A record that is delivered again after a
// crash finds its own claim and goes on.
type errand struct{ letter, owner string }

// newLetter picks the letters out of what is put into the table.
func newLetter(c jobs.Change) (errand, bool) {
	id, ok := store.LetterKey(c.PK)
	return errand{letter: id, owner: c.Sequence}, ok && c.Event == jobs.Inserted
}

// Why a letter is not sent. None of them is an error.
const (
	reasonExpired = "the code has expired"
	reasonUnknown = "the address may enter nothing"
	reasonKeyGone = "the key of the code was dropped"
	reasonRemoved = "the contact is no longer of the account"
)

// What becomes of a letter, for the log.
const (
	outcomeSent    = "sent"
	outcomeSkipped = "skipped"
	outcomeFailed  = "failed"
	outcomeTaken   = "taken" // by another, or done before
)

// deliverMail claims the letter, looks up what it must say, sends it and notes
// what became of it. An error leaves the letter claimed: the record comes
// again and with it another try. A second mail is harmless for every kind of
// letter sent here, a mail that never comes is not.
func (h handler) deliverMail(ctx context.Context, e errand) (jobs.Result, error) {
	letter, claimed, err := h.store.ClaimLetter(ctx, e.letter, e.owner)
	if err != nil {
		return jobs.Result{Subject: e.letter}, err
	}
	if !claimed {
		return jobs.Result{Subject: e.letter, Outcome: outcomeTaken, Note: string(letter.State)}, nil
	}
	letter, view, reason, err := h.resolve(ctx, letter)
	if err != nil {
		return jobs.Result{Subject: e.letter}, err
	}
	if reason != "" {
		return jobs.Result{Subject: e.letter, Outcome: outcomeSkipped, Note: reason}, h.store.LetterSkipped(ctx, e.letter, e.owner, reason)
	}
	message, err := mail.Compose(letter, view)
	if err != nil {
		return h.failed(ctx, e, err)
	}
	messageID, err := h.sender.Send(ctx, message)
	var refused *mail.SendError
	switch {
	case errors.As(err, &refused) && refused.Outcome == mail.Refused:
		return h.failed(ctx, e, err)
	case err != nil:
		return jobs.Result{Subject: e.letter}, err
	}
	return jobs.Result{Subject: e.letter, Outcome: outcomeSent}, h.store.LetterSent(ctx, e.letter, e.owner, messageID)
}

// failed notes a letter that no further try will help.
func (h handler) failed(ctx context.Context, e errand, cause error) (jobs.Result, error) {
	note := cause.Error()
	if refused := (*mail.SendError)(nil); errors.As(cause, &refused) {
		note = refused.Code // its sentence may name the address, and the log must not
	}
	result := jobs.Result{Subject: e.letter, Outcome: outcomeFailed, Note: note}
	return result, h.store.LetterFailed(ctx, e.letter, e.owner, note)
}

// resolve looks up what a letter does not carry: who it is to, in which
// language, and the secret it tells. A reason says why there is nothing to
// send.
func (h handler) resolve(ctx context.Context, letter center.Letter) (resolved center.Letter, view mail.View, reason string, err error) {
	switch letter.Kind {
	case center.LetterSignInCode:
		return h.signInCode(ctx, letter)
	default:
		return h.toMember(ctx, letter)
	}
}
