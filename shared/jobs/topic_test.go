package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func topicEvent(messages ...string) []byte {
	var records []string
	for _, m := range messages {
		records = append(records, `{"EventSource":"aws:sns","Sns":{"MessageId":"m-1","Message":"`+m+`"}}`)
	}
	return []byte(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

func TestMessagesOfATopicAreHandedOver(t *testing.T) {
	for name, c := range map[string]struct {
		messages []string
		fn       func(string) error
		again    bool
	}{
		"each is handled":              {[]string{"a", "b"}, func(string) error { return nil }, false},
		"an error brings it again":     {[]string{"a", "b"}, func(m string) error { return map[string]error{"a": errors.New("no connection")}[m] }, true},
		"a panic brings it again":      {[]string{"a", "b"}, func(m string) error { _ = []int{}[len(m)]; return nil }, true},
		"nothing to do is nothing bad": {nil, func(string) error { return nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			var got []string
			door := Door{Now: time.Now, Log: slog.New(slog.NewJSONHandler(&log, nil))}
			handle := Topic(door, func(_ context.Context, message []byte) (Result, error) {
				got = append(got, string(message))
				return Result{Outcome: "heard", Subject: string(message)}, c.fn(string(message))
			})
			_, err := lambda.NewHandler(handle).Invoke(t.Context(), topicEvent(c.messages...))
			if (err != nil) != c.again {
				t.Errorf("error %v", err)
			}
			if strings.Join(got, "") != strings.Join(c.messages, "") {
				t.Errorf("handled %q of %q: a failure must not keep the others back", got, c.messages)
			}
			if n := strings.Count(log.String(), "\n"); n != len(c.messages) {
				t.Errorf("%d lines for %d messages: %s", n, len(c.messages), &log)
			}
		})
	}
}
