package cloud

import (
	"testing"
	"time"

	"customercenter/shared/mail"
)

// testTopic sends a mail and sees those of its events that the template leads
// to a topic arrive at the function that is subscribed to it.
func (s *site) testTopic(t *testing.T) {
	sender := mail.Open(mail.Config{Region: "us-east-1", AccessKeyID: "anyone", SecretAccessKey: "secret", Endpoint: s.services.sesURL, ConfigurationSet: "Mail"})
	m := mail.Message{Letter: "00ff", Kind: "notice", From: "center@vendor.example", To: "huda@najd.example",
		MIME: []byte("From: center@vendor.example\r\nTo: huda@najd.example\r\nSubject: hello\r\n\r\nhello\r\n")}
	if _, err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	heard := func() (n int) {
		for _, i := range s.journal.Recent() {
			if i.Function == "echo-request" && i.Trigger == "topic Feedback" {
				n++
			}
		}
		return n
	}
	for deadline := time.Now().Add(8 * time.Second); heard() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no event arrived; told: %q", s.told)
		}
	}
	if n := heard(); n != 1 {
		t.Errorf("%d events arrived; the mail's Send is not among those that are told of", n)
	}
}

func TestKindsOfEventsAreNamedAsTemplatesNameThem(t *testing.T) {
	for eventType, want := range map[string]string{"Send": "send", "DeliveryDelay": "deliveryDelay", "Rendering Failure": "renderingFailure", "": ""} {
		if got := kindOfEvent(eventType); got != want {
			t.Errorf("%q is %q, want %q", eventType, got, want)
		}
	}
}
