package main

import (
	"context"
	"errors"

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
	reasonNoRight = "the contact may no longer see what it is about"
	reasonNotPaid = "nothing was paid"
	reasonSettled = "nothing of what failed is open any more"
	reasonMethod  = "the method was removed or renewed"
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
	to, err := h.resolve(ctx, letter)
	if err != nil {
		return jobs.Result{Subject: e.letter}, err
	}
	if to.reason != "" {
		return jobs.Result{Subject: e.letter, Outcome: outcomeSkipped, Note: to.reason}, h.store.LetterSkipped(ctx, e.letter, e.owner, to.reason)
	}
	message, err := mail.Compose(to.letter, to.view)
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
