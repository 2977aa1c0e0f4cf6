package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"customercenter/shared/center"
	"customercenter/shared/document/paper"
	"customercenter/shared/jobs"
	"customercenter/shared/store"
)

// Limits of one run. What is left is the next one's, a minute later.
const (
	patience = 40 * time.Second // no mailing is begun later
	maxDue   = 500              // mailings looked up at once
	atOnce   = 4                // most of it is work for the processor
)

type handler struct {
	store   *store.Store
	now     func() time.Time
	printer *paper.Printer
	broken  error // why there is no printer
}

// prepareMailings takes the mailings whose time has come. One that fails
// stands in nobody's way: it is tried again, ten times over hours, and the run
// fails, so that somebody is told.
func (h handler) prepareMailings(ctx context.Context) (jobs.Result, error) {
	if h.printer == nil {
		return jobs.Result{}, h.broken
	}
	began := h.now()
	due, err := h.store.DueMailings(ctx, maxDue)
	if err != nil {
		return jobs.Result{}, err
	}
	var (
		mu     sync.Mutex
		all    sync.WaitGroup
		faults error
		mailed int
		room   = make(chan struct{}, atOnce)
	)
	for _, m := range due {
		room <- struct{}{}
		if h.now().Sub(began) >= patience {
			break
		}
		all.Go(func() {
			defer func() { <-room }()
			letters, err := h.prepare(ctx, m.ID)
			mu.Lock()
			defer mu.Unlock()
			mailed += letters
			if err != nil {
				faults = errors.Join(faults, fmt.Errorf("mailing %s: %w", m.ID, err))
			}
		})
	}
	all.Wait()
	return jobs.Result{Outcome: "prepared", Note: fmt.Sprintf("due %d, letters %d", len(due), mailed)}, faults
}

// prepare prints the paper of a mailing in each language that it is read in, and
// puts the letters.
func (h handler) prepare(ctx context.Context, id string) (letters int, err error) {
	m, err := h.store.Mailing(ctx, id)
	if center.IsKind(err, center.NotFound) {
		return 0, nil // prepared by another; the index lags
	}
	if err != nil {
		return 0, err
	}
	mailed, err := h.mailed(ctx, m)
	if err == nil {
		err = h.store.SendMailing(ctx, m, mailed)
	}
	if err != nil {
		return 0, errors.Join(err, h.store.MailingFailed(ctx, m))
	}
	return len(mailed), nil
}

// mailed is who gets the paper, with what; nobody where there is no reason for
// it any more.
func (h handler) mailed(ctx context.Context, m center.Mailing) (out []store.Mailed, err error) {
	debtor, err := h.store.Debtor(ctx, m.Account)
	if err != nil {
		return nil, err
	}
	copies := debtor.Profile.Recipients.Invoices
	if m.Kind == center.LetterStatement {
		copies = debtor.Profile.Recipients.Statements
	}
	readers := center.ReadersOf(m.Kind, debtor.People, copies)
	if len(readers) == 0 {
		return nil, nil
	}
	account := h.store.In(center.Actor{Account: m.Account, TimeZone: debtor.TimeZone})
	profile, err := account.Profile(ctx)
	if err != nil {
		return nil, err
	}
	draw := drawing{h, account, m, profile, debtor.Profile, map[paper.Language]string{}}
	about, err := draw.look(ctx)
	if err != nil || about == nil {
		return nil, err
	}
	for _, r := range readers {
		enclosure, err := draw.enclosure(ctx, about, draw.language(r))
		if err != nil {
			return nil, err
		}
		out = append(out, store.Mailed{Reader: r, Enclosure: enclosure, Params: about.params(enclosure)})
	}
	return out, nil
}
