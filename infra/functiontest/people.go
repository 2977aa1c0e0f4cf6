package functiontest

import (
	"encoding/json"
	"slices"
	"testing"

	"customercenter/shared/center"
	"customercenter/shared/session"
)

// Change lets a person change another of the account as decide says.
func (w *World) Change(t testing.TB, by, whom Person, decide func(center.Actor, center.Contact) (center.ContactMove, error)) center.Contact {
	t.Helper()
	actor := w.Actor(t, by)
	c, err := w.Store.In(actor).ChangeContact(t.Context(), center.ContactIDOf(string(whom)), func(c center.Contact) (center.ContactMove, error) {
		return decide(actor, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Invite sends an invitation in a person's name and returns it with its link.
func (w *World) Invite(t testing.TB, by, to Person, g center.Grant) (center.Invitation, session.InvitationLink) {
	t.Helper()
	got, err := w.Store.In(w.Actor(t, by)).Invite(t.Context(), center.Invitation{ID: center.InvitationIDOf(string(to)), Email: string(to),
		Grant: g, Mark: session.NewID()})
	if err != nil {
		t.Fatal(err)
	}
	l, ok := session.LinkOf(w.Keys, got.Invitation)
	if !ok {
		t.Fatalf("no link to %+v", got)
	}
	return got.Invitation, l
}

// Mailed are all letters that were put, as "kind to address", in order.
func (w *World) Mailed(t testing.TB) (out []string) {
	t.Helper()
	event, _ := w.Stream(t, 0)
	var changes struct {
		Records []struct {
			Change struct {
				NewImage map[string]struct{ S string }
			} `json:"dynamodb"`
		}
	}
	if err := json.Unmarshal(event, &changes); err != nil {
		t.Fatal(err)
	}
	for _, r := range changes.Records {
		if image := r.Change.NewImage; image["k"].S == "l1" {
			out = append(out, image["lk"].S+" to "+image["to"].S)
		}
	}
	slices.Sort(out)
	return out
}
