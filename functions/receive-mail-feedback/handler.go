package main

import (
	"context"
	"errors"
	"fmt"

	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/mail"
	"customercenter/shared/store"
)

type handler struct{ store *store.Store }

// What becomes of an event, for the log.
const (
	outcomeKnown  = "known"       // it, or what stands above it, was heard before
	outcomePassed = "passed over" // it says nothing of use
)

// receiveMailFeedback works on one event. What cannot be read is passed over,
// for it would be no clearer the next time; an error makes the event come
// again, and what was done already then changes nothing.
func (h handler) receiveMailFeedback(ctx context.Context, message []byte) (jobs.Result, error) {
	e, err := mail.ReadEvent(message)
	if err != nil {
		return jobs.Result{Outcome: outcomePassed, Note: err.Error()}, nil
	}
	fate, ok := fateOf(e)
	if !ok {
		return jobs.Result{Outcome: outcomePassed, Subject: e.Letter, Note: string(e.Kind)}, nil
	}
	result := jobs.Result{Outcome: outcomeKnown, Subject: e.Letter, Note: string(e.Kind)}
	if e.Letter != "" {
		heard := store.Heard{Fate: fate, MessageID: e.MessageID}
		if fate == store.FateNeverSent {
			heard.Note = e.Diagnosis
		}
		fresh, err := h.store.LetterHeard(ctx, e.Letter, heard)
		if err != nil {
			return result, err
		}
		if fresh {
			result.Outcome = fate.String()
		}
	}
	held, err := h.hearOfAddresses(ctx, e)
	if held > 0 {
		result.Note += fmt.Sprintf("; addresses held back: %d", held)
	}
	return result, err
}

// fateOf is what an event says of its letter; ok is false where it says
// nothing that anybody acts on.
func fateOf(e mail.Event) (fate store.LetterFate, ok bool) {
	switch e.Kind {
	case mail.EventSend:
		return store.FateTaken, true
	case mail.EventDelay:
		return store.FateDelayed, true
	case mail.EventDelivery:
		return store.FateDelivered, true
	case mail.EventBounce:
		if e.Permanent && !e.Suppressed {
			return store.FateBounced, true
		}
		return store.FateReturned, true // by SES itself, or for now
	case mail.EventComplaint:
		if e.Unwelcome && !e.Suppressed {
			return store.FateComplained, true
		}
		return 0, false
	case mail.EventReject, mail.EventRendering:
		return store.FateNeverSent, true
	}
	return 0, false
}

// hearOfAddresses tells the store what the event says of addresses: those it
// is about, and no others that the mail went to. held counts those that
// letters are held back from.
func (h handler) hearOfAddresses(ctx context.Context, e mail.Event) (held int, err error) {
	report := center.Reach{At: e.At}
	switch {
	case e.Kind == mail.EventBounce && e.Permanent:
		report.Reason = center.ReachBounced
	case e.Kind == mail.EventComplaint && e.Unwelcome:
		report.Reason = center.ReachComplained
	case e.Kind == mail.EventDelivery && e.Of == string(center.LetterSignInCode):
		// Codes alone go to addresses that bounced: one that arrives shows
		// that its owner has put the mailbox right.
	default:
		return 0, nil
	}
	for _, address := range e.Recipients {
		reach, hearErr := h.store.HearOf(ctx, address, report)
		err = errors.Join(err, hearErr)
		if reach.Unreachable() {
			held++
		}
	}
	return held, err
}
