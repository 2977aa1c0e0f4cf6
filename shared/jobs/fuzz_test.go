package jobs

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// FuzzStream hands whatever decodes as a stream event to a handler: each record
// is taken, passed over or told to come again, and nothing panics.
func FuzzStream(f *testing.F) {
	f.Add([]byte(`{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"pk":{"S":"M#1"},"sk":{"S":"H"}},"NewImage":{"pk":{"S":"M#1"},"x":{"N":"1"}}}}]}`))
	f.Add([]byte(`{"Records":[{"dynamodb":{"Keys":{"pk":{"BOOL":true}}}},{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var event events.DynamoDBEvent
		if json.Unmarshal(data, &event) != nil {
			return
		}
		handler := Stream(Door{Now: time.Now, Log: slog.New(slog.DiscardHandler)}, func(c Change) (string, bool) { return c.PK, c.PK != "" },
			func(context.Context, string) (Result, error) { return Result{}, nil })
		answer, err := handler(t.Context(), event)
		if err == nil && len(answer.BatchItemFailures) > len(event.Records) {
			t.Errorf("%d failures of %d records", len(answer.BatchItemFailures), len(event.Records))
		}
	})
}

// FuzzTopic does the same with notifications.
func FuzzTopic(f *testing.F) {
	f.Add([]byte(`{"Records":[{"Sns":{"MessageId":"1","Message":"{}"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var event events.SNSEvent
		if json.Unmarshal(data, &event) != nil {
			return
		}
		handler := Topic(Door{Now: time.Now, Log: slog.New(slog.DiscardHandler)}, func(context.Context, []byte) (Result, error) { return Result{}, nil })
		if err := handler(t.Context(), event); err != nil {
			t.Error(err)
		}
	})
}
