package mail

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// EventKind is what happened to a mail after SES took it.
type EventKind string

// The kinds. The others SES may publish (opens, clicks, subscriptions) are of
// no use here.
const (
	EventSend      EventKind = "send"
	EventDelivery  EventKind = "delivery"
	EventDelay     EventKind = "delay"
	EventBounce    EventKind = "bounce"
	EventComplaint EventKind = "complaint"
	EventReject    EventKind = "reject"
	EventRendering EventKind = "rendering failure"
	EventOther     EventKind = "other"
)

// maxDiagnosis is how many bytes of what a server said are kept.
const maxDiagnosis = 300

// Event is what SES tells of a mail.
type Event struct {
	Kind      EventKind
	Letter    string // the letter's id, "" of a mail that carries none
	Of        string // the kind of letter, as tagged
	MessageID string
	At        time.Time
	// Recipients are whom the event is about: of a bounce or a complaint not
	// all that the mail went to.
	Recipients []string
	// Permanent tells a bounce that no further mail will get past, and
	// Suppressed one that SES made itself, for what it knew of the address.
	Permanent  bool
	Suppressed bool
	// Unwelcome tells a complaint of the recipient's from other reports of
	// mailbox providers, which come by the same way.
	Unwelcome bool
	Diagnosis string // what the other server said, or SES
}

// wireEvent is an event in either of its forms: event publishing says
// eventType and has tags, notifications of an identity say notificationType.
type wireEvent struct {
	EventType        string `json:"eventType"`
	NotificationType string `json:"notificationType"`
	Mail             struct {
		Timestamp time.Time           `json:"timestamp"`
		MessageID string              `json:"messageId"`
		Tags      map[string][]string `json:"tags"`
	} `json:"mail"`
	Delivery struct {
		Timestamp    time.Time `json:"timestamp"`
		Recipients   []string  `json:"recipients"`
		SMTPResponse string    `json:"smtpResponse"`
	} `json:"delivery"`
	Delay struct {
		Timestamp  time.Time       `json:"timestamp"`
		Type       string          `json:"delayType"`
		Recipients []wireRecipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Bounce struct {
		Timestamp  time.Time       `json:"timestamp"`
		Type       string          `json:"bounceType"`
		SubType    string          `json:"bounceSubType"`
		Recipients []wireRecipient `json:"bouncedRecipients"`
	} `json:"bounce"`
	Complaint struct {
		Timestamp    time.Time       `json:"timestamp"`
		SubType      string          `json:"complaintSubType"`
		FeedbackType string          `json:"complaintFeedbackType"`
		Recipients   []wireRecipient `json:"complainedRecipients"`
	} `json:"complaint"`
	Reject struct {
		Reason string `json:"reason"`
	} `json:"reject"`
	Failure struct {
		Template string `json:"templateName"`
		Message  string `json:"errorMessage"`
	} `json:"failure"`
}

type wireRecipient struct {
	Address   string `json:"emailAddress"`
	Diagnosis string `json:"diagnosticCode"`
}

// Words of SES in events.
const (
	bouncePermanent  = "Permanent"
	onAccountList    = "OnAccountSuppressionList"
	onGlobalList     = "Suppressed"
	feedbackNotSpam  = "not-spam"
	feedbackAuthFail = "auth-failure"
)

// ReadEvent reads an event as SES publishes it to SNS. It is an error when it
// is no event of a mail; kinds of events that are not known are EventOther.
func ReadEvent(message []byte) (Event, error) {
	var w wireEvent
	if err := json.Unmarshal(message, &w); err != nil {
		return Event{}, fmt.Errorf("mail: no event of SES: %w", err)
	}
	kind := w.EventType
	if kind == "" {
		kind = w.NotificationType
	}
	if kind == "" || w.Mail.MessageID == "" {
		return Event{}, fmt.Errorf("mail: no event of SES: it names no mail")
	}
	e := Event{MessageID: w.Mail.MessageID, Letter: tag(w.Mail.Tags, TagLetter), Of: tag(w.Mail.Tags, TagKind), At: w.Mail.Timestamp}
	if !letterID.MatchString(e.Letter) {
		e.Letter = ""
	}
	e.tell(kind, w)
	e.Diagnosis = shorten(e.Diagnosis)
	return e, nil
}

// tell takes over what the event says beside the mail it is of.
func (e *Event) tell(kind string, w wireEvent) {
	switch kind {
	case "Send":
		e.Kind = EventSend
	case "Delivery":
		e.Kind, e.At, e.Recipients, e.Diagnosis = EventDelivery, w.Delivery.Timestamp, w.Delivery.Recipients, w.Delivery.SMTPResponse
	case "DeliveryDelay":
		e.Kind, e.At = EventDelay, w.Delay.Timestamp
		e.about(w.Delay.Recipients, w.Delay.Type)
	case "Bounce":
		e.Kind, e.At = EventBounce, w.Bounce.Timestamp
		e.Permanent = w.Bounce.Type == bouncePermanent
		e.Suppressed = w.Bounce.SubType == onAccountList || w.Bounce.SubType == onGlobalList
		e.about(w.Bounce.Recipients, w.Bounce.SubType)
	case "Complaint":
		e.Kind, e.At = EventComplaint, w.Complaint.Timestamp
		e.Suppressed = w.Complaint.SubType == onAccountList
		e.Unwelcome = w.Complaint.FeedbackType != feedbackNotSpam && w.Complaint.FeedbackType != feedbackAuthFail
		e.about(w.Complaint.Recipients, w.Complaint.FeedbackType)
	case "Reject":
		e.Kind, e.Diagnosis = EventReject, w.Reject.Reason
	case "Rendering Failure", "RenderingFailure":
		e.Kind, e.Diagnosis = EventRendering, w.Failure.Message
	default:
		e.Kind, e.Diagnosis = EventOther, kind
	}
}

// about takes over the recipients, and what the first of their servers said.
func (e *Event) about(recipients []wireRecipient, fallback string) {
	for _, r := range recipients {
		e.Recipients = append(e.Recipients, r.Address)
		if e.Diagnosis == "" {
			e.Diagnosis = r.Diagnosis
		}
	}
	if e.Diagnosis == "" {
		e.Diagnosis = fallback
	}
}

func tag(tags map[string][]string, name string) string {
	if values := tags[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func shorten(s string) string {
	if len(s) <= maxDiagnosis {
		return s
	}
	for cut := maxDiagnosis; ; cut-- {
		if utf8.RuneStart(s[cut]) {
			return s[:cut] + "…"
		}
	}
}
