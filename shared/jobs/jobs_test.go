package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
)

// batch is a stream event with one record per sort key.
func batch(sks ...string) []byte {
	var records []string
	for i, sk := range sks {
		records = append(records, fmt.Sprintf(`{"eventID":"%d","eventName":"INSERT","eventSource":"aws:dynamodb",
			"dynamodb":{"ApproximateCreationDateTime":1795000000,"Keys":{"pk":{"S":"M#1"},"sk":{"S":%q}},"SequenceNumber":"%d"}}`, i, sk, 100+i))
	}
	return []byte(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

// run sends a batch through the door Lambda uses; it returns the sequence
// numbers reported as failed and the log lines.
func run(t *testing.T, payload []byte, fn func(context.Context, string) (Result, error)) (failed []string, lines []map[string]any) {
	t.Helper()
	var log bytes.Buffer
	door := Door{Now: time.Now, Log: slog.New(slog.NewJSONHandler(&log, nil))}
	read := func(c Change) (string, bool) { return c.SK, c.SK != "not ours" }
	out, err := lambda.NewHandler(Stream(door, read, fn)).Invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.BatchItemFailures == nil {
		t.Errorf("the answer %s has no list: the stream would read it as a failure of the whole batch", out)
	}
	for _, f := range answer.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	for line := range strings.Lines(log.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		lines = append(lines, m)
	}
	return failed, lines
}

func TestOneFailureDoesNotTakeTheOthersWithIt(t *testing.T) {
	var done []string
	failed, lines := run(t, batch("a", "bad", "panics", "not ours", "b"), func(_ context.Context, sk string) (Result, error) {
		switch sk {
		case "bad":
			return Result{}, errors.New("no connection")
		case "panics":
			panic("out of range")
		}
		done = append(done, sk)
		return Result{Outcome: "sent", Subject: sk}, nil
	})
	if diff := cmp.Diff([]string{"a", "b"}, done); diff != "" {
		t.Errorf("done (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"101", "102"}, failed); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	if len(lines) != 5 {
		t.Fatalf("%d log lines, want four records and the batch", len(lines))
	}
	if lines[1]["cause"] != "no connection" || !strings.Contains(lines[2]["cause"].(string), "out of range") {
		t.Errorf("the causes are not in the log: %v", lines[1:3])
	}
	if lines[4]["msg"] != "batch" || lines[4]["failed"] != 2.0 || lines[4]["records"] != 5.0 {
		t.Errorf("the batch line is %v", lines[4])
	}
}

func TestAnEmptyBatchSucceeds(t *testing.T) {
	failed, _ := run(t, []byte(`{"Records":[]}`), func(context.Context, string) (Result, error) {
		t.Error("called")
		return Result{}, nil
	})
	if failed != nil {
		t.Errorf("failed %v", failed)
	}
}
