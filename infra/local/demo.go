package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"customercenter/infra/demo"
	"customercenter/infra/operator/desk"
	"customercenter/shared/center"
)

// demoFile notes, in the data folder, for which day the demo accounts were made and whether they are loaded.
const demoFile = "demo.json"

// demoSender is who letters come from: the demo's vendor.
const demoSender = "billing@northvane.example"

// demoMerchant is its name on the hosted payment pages.
const demoMerchant = "Northvane"

// demoFresh is how long invoices of the demo look as if they were of today.
const demoFresh = 30 * 24 * time.Hour

// parameters are those of the template here: the demo's vendor is who sends mail and who operates.
func parameters() map[string]string {
	return map[string]string{"SenderAddress": demoSender, "OperatorEmails": demo.Operator}
}

// demoNote is the content of demoFile.
type demoNote struct {
	Anchor time.Time `json:"anchor"`
	Loaded bool      `json:"loaded"`
}

// loadDemo imports the demo accounts through the import function, as the operator would, unless that was done. One
// that was interrupted goes on with the day it began with, so that what is there is found unchanged.
func loadDemo(ctx context.Context, url, data string, now time.Time, progress func(string)) error {
	path := filepath.Join(data, demoFile)
	note, err := readNote(path)
	if err != nil {
		return err
	}
	if note.Loaded {
		if now.Sub(note.Anchor) > demoFresh {
			progress(fmt.Sprintf("the demo accounts are of %s; for fresh ones stop, remove %s and start again", note.Anchor.Format(time.DateOnly), data))
		}
		return nil
	}
	if note.Anchor.IsZero() {
		note.Anchor = now
		if err := writeNote(path, note); err != nil {
			return err
		}
	}
	files, err := demo.Files(note.Anchor)
	if err != nil {
		return err
	}
	progress("signing in as " + demo.Operator + " to load the demo accounts")
	client := &desk.Client{BaseURL: url}
	code, err := client.MailboxCode(ctx, demo.Operator)
	if err != nil {
		return err
	}
	if err := client.SignIn(ctx, demo.Operator, code); err != nil {
		return err
	}
	if err := importAll(ctx, client, files, progress); err != nil {
		return err
	}
	if err := letRedeem(ctx, client, progress); err != nil {
		return fmt.Errorf("rewards: %w", err)
	}
	note.Loaded = true
	return writeNote(path, note)
}

// letRedeem sets, as the operator, what rewards are worth in the currency of the invoices, and lets, as a primary
// contact of the demo, a colleague of hers use them. Done again it changes nothing.
func letRedeem(ctx context.Context, operator *desk.Client, progress func(string)) error {
	rate := map[string]string{"from": demo.RewardsCurrency, "to": demo.InvoicesCurrency, "fxRate": demo.RewardsRate}
	if err := operator.Ask(ctx, http.MethodPut, "/v1/operator/exchange-rates", rate, nil); err != nil {
		return err
	}
	client := &desk.Client{BaseURL: operator.BaseURL}
	code, err := client.MailboxCode(ctx, demo.RewardsPrimary)
	if err != nil {
		return err
	}
	if err := client.Enter(ctx, demo.RewardsPrimary, code); err != nil {
		return err
	}
	var rewards struct{ Subscriptions []struct{ ID, Number string } }
	if err := client.Ask(ctx, http.MethodGet, "/v1/rewards", nil, &rewards); err != nil {
		return err
	}
	for _, s := range rewards.Subscriptions {
		if err := client.Ask(ctx, http.MethodPost, "/v1/redeemers", map[string]string{"subscription": s.ID, "email": demo.RewardsRedeemer}, nil); err != nil {
			return err
		}
		progress(fmt.Sprintf("demo: %s may redeem the rewards of %s; the code is in the mailbox", demo.RewardsRedeemer, s.Number))
	}
	return nil
}

// importAll posts the files in their order, those without a mapping together.
func importAll(ctx context.Context, client *desk.Client, files []demo.File, progress func(string)) error {
	for len(files) > 0 {
		n := 1
		for files[0].Mapping == nil && n < len(files) && files[n].Mapping == nil {
			n++
		}
		var batch []desk.File
		for _, f := range files[:n] {
			batch = append(batch, desk.File{Name: f.Name, Data: f.Body})
		}
		report, err := client.Import(ctx, batch, files[0].Mapping, desk.Options{}, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", files[0].Name, err)
		}
		progress(fmt.Sprintf("demo: %d files, %d records created, %d there already", n, report.Counts.Created, report.Counts.Unchanged))
		for _, row := range report.Rows {
			if row.Result == center.ResultRejected || row.Result == center.ResultConflict {
				progress(fmt.Sprintf("demo: %s %s: %s %s", row.File, row.Number, row.Code, row.Message))
			}
		}
		if bad := report.Counts.Rejected + report.Counts.Conflict; bad > 0 {
			return fmt.Errorf("%d records were not taken", bad)
		}
		files = files[n:]
	}
	return nil
}

func readNote(path string) (note demoNote, err error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return note, nil
	}
	if err != nil {
		return note, err
	}
	return note, json.Unmarshal(b, &note)
}

func writeNote(path string, note demoNote) error {
	b, err := json.Marshal(note)
	if err != nil {
		return err
	}
	// A full disk or a kill must leave one note or the other.
	fresh := path + ".new"
	if err := os.WriteFile(fresh, b, 0o644); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}
