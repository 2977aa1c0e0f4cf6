package ses

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awsses "github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/google/go-cmp/cmp"
)

// published is what a consumer of SES events reads.
type published struct {
	EventType string `json:"eventType"`
	Mail      struct {
		MessageID   string              `json:"messageId"`
		Source      string              `json:"source"`
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
		Common      struct {
			Subject string   `json:"subject"`
			To      []string `json:"to"`
		} `json:"commonHeaders"`
	} `json:"mail"`
	Bounce *struct {
		Type       string `json:"bounceType"`
		SubType    string `json:"bounceSubType"`
		Recipients []struct {
			Address string `json:"emailAddress"`
			Status  string `json:"status"`
		} `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint *struct {
		Feedback string `json:"complaintFeedbackType"`
	} `json:"complaint"`
	Delay *struct {
		Type string `json:"delayType"`
	} `json:"deliveryDelay"`
	Reject *struct {
		Reason string `json:"reason"`
	} `json:"reject"`
}

// await returns the events once there are n, and fails when they do not come.
func (r *rig) await(t *testing.T, n int) (events []published) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		r.mu.Lock()
		got := r.events
		r.mu.Unlock()
		if len(got) < n {
			continue
		}
		for _, raw := range got {
			var e published
			if err := json.Unmarshal([]byte(raw), &e); err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
		return events
	}
	t.Fatalf("fewer than %d events came", n)
	return nil
}

func TestOutcomesAreToldAsEvents(t *testing.T) {
	for to, c := range map[string]struct {
		fault string
		want  []string
	}{
		buyer:                                   {"", []string{"Send", "Delivery"}},
		"success@" + simulatorDomain:            {"", []string{"Send", "Delivery"}},
		"ooto@" + simulatorDomain:               {"", []string{"Send", "Delivery"}},
		"bounce@" + simulatorDomain:             {"", []string{"Send", "Bounce"}},
		"bounce+inv_1@" + simulatorDomain:       {"", []string{"Send", "Bounce"}},
		"suppressionlist@" + simulatorDomain:    {"", []string{"Send", "Bounce"}},
		"complaint@" + simulatorDomain:          {"", []string{"Send", "Delivery", "Complaint"}},
		"late@najd.example":                     {FaultDeliveryDelay, []string{"Send", "DeliveryDelay", "Delivery"}},
		"virus@najd.example":                    {FaultMalware, []string{"Send", "Reject"}},
		"cross@najd.example":                    {FaultComplaint, []string{"Send", "Delivery", "Complaint"}},
		"full@najd.example":                     {FaultBounce, []string{"Send", "Bounce"}},
		"bounce@simulator.amazonses.com.fake.x": {"", []string{"Send", "Delivery"}},
	} {
		t.Run(to, func(t *testing.T) {
			r := start(t, t.TempDir(), nil)
			if c.fault != "" {
				if err := r.Inject(Fault{Next: 1, Kind: c.fault}); err != nil {
					t.Fatal(err)
				}
			}
			id := r.mustSend(t, rawMail(sender, to, "Invoice", "t"))
			var kinds []string
			for _, e := range r.await(t, len(c.want)) {
				kinds = append(kinds, e.EventType)
				if e.Mail.MessageID != id || e.Mail.Source != sender || e.Mail.Destination[0] != to || e.Mail.Common.Subject != "Invoice" {
					t.Errorf("mail %+v", e.Mail)
				}
				if e.Mail.Tags["letter"][0] != "0a1b" || e.Mail.Tags["ses:configuration-set"][0] != set {
					t.Errorf("tags %v", e.Mail.Tags)
				}
			}
			if d := cmp.Diff(c.want, kinds); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestABounceTellsWhoAndWhy(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	r.mustSend(t, rawMail(sender, "bounce@"+simulatorDomain, "s", "t"))
	r.mustSend(t, rawMail(sender, "suppressionlist@"+simulatorDomain, "s", "t"))
	events := r.await(t, 4)
	first, second := events[1].Bounce, events[3].Bounce
	if first.Type != "Permanent" || first.SubType != "General" || first.Recipients[0].Address != "bounce@"+simulatorDomain || first.Recipients[0].Status != "5.1.1" {
		t.Errorf("bounce %+v", first)
	}
	if second.SubType != "Suppressed" {
		t.Errorf("suppressed %+v", second)
	}
	if got := r.messages(t, "")[1].Outcome; got != OutcomeBounced {
		t.Errorf("the mailbox says %s", got)
	}
}

func TestAMailWithoutConfigurationSetIsSilent(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	if _, err := r.send(t, rawMail(sender, buyer, "silent", "t"), func(in *awsses.SendRawEmailInput) { in.ConfigurationSetName = nil }); err != nil {
		t.Fatal(err)
	}
	header := append([]byte("X-SES-CONFIGURATION-SET: "+set+"\r\nX-SES-MESSAGE-TAGS: letter=ff, kind=code\r\n"), rawMail(sender, buyer, "told", "t")...)
	if _, err := r.send(t, header, func(in *awsses.SendRawEmailInput) { in.ConfigurationSetName, in.Tags = nil, nil }); err != nil {
		t.Fatal(err)
	}
	if e := r.await(t, 2)[0]; e.Mail.Common.Subject != "told" || e.Mail.Tags["kind"][0] != "code" {
		t.Errorf("first event %+v", e)
	}
	if h := r.messages(t, "limit=1")[0].Headers; h["X-Ses-Message-Tags"] != nil || h["X-Ses-Configuration-Set"] != nil {
		t.Errorf("the recipient got SES's own fields: %v", h)
	}
}

func TestAnEventRefusedIsOfferedAgain(t *testing.T) {
	var offered atomic.Int32
	r := start(t, t.TempDir(), func(o *Options) {
		next := o.Feedback
		o.Feedback = func(ctx context.Context, event []byte) error {
			if offered.Add(1) == 1 {
				return errors.New("busy")
			}
			return next(ctx, event)
		}
	})
	r.mustSend(t, rawMail(sender, buyer, "s", "t"))
	if e := r.await(t, 2); e[0].EventType != "Send" || e[1].EventType != "Delivery" {
		t.Errorf("events out of order: %v", e)
	}
}

func TestFaultsOnDemand(t *testing.T) {
	mail := rawMail(sender, buyer, "s", "t")
	for kind, c := range map[string]struct {
		code string
		kept int
	}{
		FaultThrottle: {"Throttling", 0}, FaultQuota: {"Throttling", 0}, FaultReject: {"MessageRejected", 0}, FaultServer: {"InternalFailure", 0},
		FaultLostAnswer: {"EOF", 1}, FaultDelay: {"<nil>", 1}, FaultLostEvent: {"<nil>", 1},
	} {
		t.Run(kind, func(t *testing.T) {
			r := start(t, t.TempDir(), nil)
			body := `{"next":1,"kind":"` + kind + `","delayMillis":30}`
			if status, answer := r.do(t, http.MethodPost, "/_ses/faults", body, nil); status != http.StatusNoContent {
				t.Fatalf("status %d: %s", status, answer)
			}
			_, err := r.send(t, mail, nil)
			if !strings.Contains(codeOf(err), c.code) {
				t.Errorf("error %v, want %s", err, c.code)
			}
			if got := r.messages(t, ""); len(got) != c.kept {
				t.Errorf("%d mails kept, want %d", len(got), c.kept)
			}
			r.mustSend(t, mail) // the fault is used up
		})
	}
}

func TestAFaultMayNameItsRecipient(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	if err := r.Inject(Fault{Next: 1, Kind: FaultReject, To: "Other@najd.example"}); err != nil {
		t.Fatal(err)
	}
	r.mustSend(t, rawMail(sender, buyer, "s", "t"))
	if _, err := r.send(t, rawMail(sender, "other@najd.example", "s", "t"), nil); codeOf(err) != "MessageRejected" {
		t.Errorf("error %v, want MessageRejected", err)
	}
}

func TestWrongFaultsAreRefused(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	for _, body := range []string{`{"next":1,"kind":"fire"}`, `{"next":0,"kind":"reject"}`, `{"next":1,"kind":"delay","delayMillis":-1}`, `{"next":1,"kind":"reject","who":"x"}`, `[`} {
		if status, _ := r.do(t, http.MethodPost, "/_ses/faults", body, nil); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", body, status)
		}
	}
	if _, got := r.get(t, "/_ses/faults"); strings.TrimSpace(got) != "[]" {
		t.Errorf("faults %s", got)
	}
}

func TestLimitsAreSetFromOutside(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	if status, answer := r.do(t, http.MethodPut, "/_ses/limits", `{"maxSendRate":1}`, nil); status != http.StatusNoContent {
		t.Fatalf("status %d: %s", status, answer)
	}
	quota, err := r.client.GetSendQuota(t.Context(), &awsses.GetSendQuotaInput{})
	if err != nil || quota.MaxSendRate != 1 || quota.Max24HourSend != DefaultMax24HourSend {
		t.Errorf("quota %+v, error %v", quota, err)
	}
}
