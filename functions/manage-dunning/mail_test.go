package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// mailOf asks a route about mail, as an operator.
func mailOf(t *testing.T, w *functiontest.World, route, path string) (h mailHealth) {
	t.Helper()
	s, door := w.Function("manage-dunning")
	r := functiontest.Invoke(t, handler{store: s}.routes(door), w.As(t, functiontest.Desk, functiontest.Request(route, path)))
	if err := json.Unmarshal([]byte(r.Body), &h); err != nil || r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.Body)
	}
	return h
}

func TestLettersGoAgainWhenAnOperatorSaysSo(t *testing.T) {
	w := functiontest.New(t)
	for i := range 600 {
		l := center.Letter{ID: fmt.Sprintf("%032x", i), Kind: center.LetterDispute, To: "x@y.example", CreatedAt: w.Now()}
		fate := store.FateDelivered
		if i < 30 {
			fate = store.FateBounced
		}
		if err := w.Store.PutLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Store.LetterHeard(t.Context(), l.ID, store.Heard{Fate: fate, MessageID: "m"}); err != nil {
			t.Fatal(err)
		}
	}
	if h := mailOf(t, w, "GET /v1/operator/mail", "/v1/operator/mail"); !h.Stopped || h.Bounced != 30 {
		t.Fatalf("%+v", h)
	}
	if h := mailOf(t, w, "POST /v1/operator/mail/resume", "/v1/operator/mail/resume"); h.Stopped || h.Bounced != 0 || h.Delivered != 570 {
		t.Errorf("%+v", h)
	}
	log, _, err := w.Store.In(center.Actor{Account: center.OperatorsAccount}).AuditLog(t.Context(), store.AuditQuery{Kind: center.AuditMailResumed, Limit: 5})
	if err != nil || len(log) != 1 || log[0].Facts["bounced"] != "30" || log[0].By != string(functiontest.Desk) {
		t.Errorf("%v %+v", err, log)
	}
}
