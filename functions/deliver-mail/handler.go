package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/mail"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

type handler struct {
	store    *store.Store
	sender   sender
	settings settings.Settings
	now      func() time.Time
	health   *health
	heavy    chan struct{} // room for letters with files
}

// maxHeavy is how many letters with files are made at once: each is held some
// four times over while it is sent.
const maxHeavy = 4

// sender hands a mail to the mail service; its errors are *mail.SendError.
type sender interface {
	Send(context.Context, mail.Message) (messageID string, err error)
}

// errand is a letter to send, and the place of its record in the stream.
type errand struct{ letter, record string }

// newLetter picks the letters out of what is put into the table.
func newLetter(c jobs.Change) (errand, bool) {
	id, ok := store.LetterKey(c.PK)
	return errand{letter: id, record: c.Sequence}, ok && c.Event == jobs.Inserted
}

// Why a letter is not sent. None of them is an error.
const (
	reasonExpired = "the code has expired"
	reasonUnknown = "the address may enter nothing"
	reasonEnded   = "the invitation has ended, or was sent again"
	reasonKeyGone = "the key of the code was dropped"
	reasonRemoved = "the contact is no longer of the account"
	reasonNoRight = "the contact may no longer see what it is about"
	reasonNotPaid = "nothing was paid"
	reasonSettled = "nothing of what failed is open any more"
	reasonMethod  = "the method was removed or renewed"
	reasonReach   = "the address takes no letters"
	reasonDone    = "nothing is left to remind of"
	reasonListed  = "the contact is no longer on the list of redeemers"

	reasonSettledInvoice = "nothing of the invoice is open any more"

	reasonNoCopy   = "the account wants no copies to go there any more"
	reasonDeclined = "the contact does not want such letters"
	reasonSender   = "who sent it may do so no longer"
	reasonGone     = "its files are not kept any more"
)

// What becomes of a letter, for the log.
const (
	outcomeSent      = "sent"
	outcomeSkipped   = "skipped"
	outcomeFailed    = "failed"
	outcomeTaken     = "taken"     // by another, or done before
	outcomePostponed = "postponed" // surely not sent; the sweep sends it when its time has come
	outcomeUnknown   = "unknown"   // the answer was lost; an event, or else the sweep, ends the doubt
)

// stoppedFor is how long a letter waits while too many bounce.
const stoppedFor = time.Hour

// deliverMail sends the letter of a record of the stream. The record comes
// again when the answer was lost or the program ended: whoever waits for a
// letter then gets a second one rather than none, so that attempt goes on.
// Any other letter belongs to the first attempt until it is given back.
func (h handler) deliverMail(ctx context.Context, e errand) (jobs.Result, error) {
	owner := e.record + "." + session.NewID()
	letter, claimed, err := h.store.ClaimLetter(ctx, e.letter, owner)
	if err != nil {
		return jobs.Result{Subject: e.letter}, err
	}
	if !claimed && letter.Kind.AtOnce() && letter.State == center.LetterSending && strings.HasPrefix(letter.Owner, e.record+".") {
		owner, claimed = letter.Owner, true
	}
	if !claimed {
		return jobs.Result{Subject: e.letter, Outcome: outcomeTaken, Note: string(letter.State)}, nil
	}
	return h.send(ctx, letter, owner)
}

// send looks up what a claimed letter must say, sends it and notes what became
// of it. An error is for the log and, of letters that somebody waits for,
// brings another try.
func (h handler) send(ctx context.Context, letter center.Letter, owner string) (jobs.Result, error) {
	result := jobs.Result{Subject: letter.ID}
	if letter.Params["enclosure"] != "" { // the sweep sends many at once, and each may be megabytes
		h.heavy <- struct{}{}
		defer func() { <-h.heavy }()
	}
	to, err := h.resolve(ctx, letter)
	if err == nil && to.reason == "" {
		to.reason, err = h.heldBack(ctx, letter)
	}
	if err == nil { // also where it does not reach who paid
		err = h.copyReceipt(ctx, letter)
	}
	if err != nil { // nothing was sent
		return result, errors.Join(err, h.store.LetterPostponed(ctx, letter.ID, owner, h.now()))
	}
	if to.reason != "" {
		result.Outcome, result.Note = outcomeSkipped, to.reason
		return result, h.store.LetterSkipped(ctx, letter.ID, owner, to.reason)
	}
	if stopped, err := h.stopped(ctx, letter.Kind); stopped || err != nil {
		result.Outcome, result.Note = outcomePostponed, "too many letters bounce or are complained about"
		return result, errors.Join(err, h.store.LetterPostponed(ctx, letter.ID, owner, h.now().Add(stoppedFor)))
	}
	message, err := mail.Compose(to.letter, to.view)
	if err != nil {
		return h.failed(ctx, letter, owner, err.Error())
	}
	messageID, err := h.sender.Send(ctx, message)
	if err != nil {
		return h.notSent(ctx, letter, owner, err)
	}
	result.Outcome = outcomeSent
	return result, h.store.LetterSent(ctx, letter.ID, owner, messageID)
}

// notSent deals with a letter that the mail service did not confirm. Of one
// that may have left nothing is written: its claim stands until an event tells,
// or the sweep finds that none came.
func (h handler) notSent(ctx context.Context, letter center.Letter, owner string, cause error) (jobs.Result, error) {
	var e *mail.SendError
	if !errors.As(cause, &e) {
		e = &mail.SendError{Err: cause}
	}
	result := jobs.Result{Subject: letter.ID, Note: e.Code} // the sentence may name the address, and the log must not
	switch {
	case e.Outcome == mail.Refused:
		return h.failed(ctx, letter, owner, e.Code)
	case letter.Kind.AtOnce():
		return result, cause
	case e.Outcome == mail.Unknown:
		result.Outcome = outcomeUnknown
		return result, nil
	}
	result.Outcome = outcomePostponed
	err := h.store.LetterPostponed(ctx, letter.ID, owner, h.now().Add(e.RetryAfter()))
	if err == nil && e.QuotaSpent() {
		result.Note, err = noteQuota, errQuotaSpent
	}
	return result, err
}

// failed notes a letter that no further try will help.
func (h handler) failed(ctx context.Context, letter center.Letter, owner, why string) (jobs.Result, error) {
	return jobs.Result{Subject: letter.ID, Outcome: outcomeFailed, Note: why}, h.store.LetterFailed(ctx, letter.ID, owner, why)
}

// heldBack says why an address gets no letters. Codes go out even so: somebody
// has just asked for one, and one that arrives shows that the address is well.
func (h handler) heldBack(ctx context.Context, letter center.Letter) (reason string, err error) {
	if letter.Kind.AtOnce() {
		return "", nil
	}
	reach, err := h.store.Reach(ctx, letter.To)
	if err == nil && reach.Unreachable() {
		reason = reasonReach
	}
	return reason, err
}
