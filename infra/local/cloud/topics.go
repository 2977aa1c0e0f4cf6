package cloud

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"customercenter/infra/local/lambda"
	"customercenter/infra/local/template"
)

// publishMailEvent takes an event of the mailbox to the topic that the
// template sends such events of its configuration set to.
func (c *Cloud) publishMailEvent(_ context.Context, event []byte) error {
	var e struct {
		EventType string `json:"eventType"`
		Mail      struct {
			Tags map[string][]string `json:"tags"`
		} `json:"mail"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return err
	}
	for _, m := range c.template.MailEvents {
		if slices.Contains(e.Mail.Tags["ses:configuration-set"], m.ConfigurationSet) && slices.Contains(m.Kinds, kindOfEvent(e.EventType)) {
			if err := c.publish(m.Topic, "Amazon SES Email Event Notification", event); err != nil {
				return err
			}
		}
	}
	return nil
}

// kindOfEvent is how templates write the kind of an event that says it is a
// "Rendering Failure".
func kindOfEvent(eventType string) string {
	name := strings.ReplaceAll(eventType, " ", "")
	if name == "" {
		return ""
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// publish gives a message to every function that is subscribed to the topic,
// as SNS does: asynchronously, one message an event.
func (c *Cloud) publish(topic, subject string, message []byte) error {
	event, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": topicARN(topic) + ":local",
		"Sns": map[string]any{
			"Type": "Notification", "MessageId": rand.Text(), "TopicArn": topicARN(topic), "Subject": subject, "Message": string(message),
			"Timestamp": c.options.Clock.Now().UTC().Format(time.RFC3339Nano), "SignatureVersion": "1", "MessageAttributes": map[string]any{},
		},
	}}})
	if err != nil {
		return err
	}
	for _, f := range c.template.Functions {
		if !slices.Contains(f.Topics, topic) {
			continue
		}
		err := c.lambda.InvokeAsync(lambda.Async{
			Request:    lambda.Request{Function: f.Name, Trigger: "topic " + topic, Payload: event},
			MaxRetries: f.Async.MaxRetries, MaxAge: f.Async.MaxAge, OnFailure: f.Async.OnFailure,
		})
		if err != nil {
			return fmt.Errorf("topic %s: %w", topic, err)
		}
	}
	return nil
}

func topicARN(name string) string {
	return "arn:aws:sns:" + template.Region + ":" + template.AccountID + ":" + name
}
