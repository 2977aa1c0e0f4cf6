// Package jobs turns a plain Go function into the handler of records from the
// table's stream, with partial failure: what went well is not done again for
// the sake of what did not.
//
// It does not know what a record means, nor the shape of a key.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"customercenter/shared/center"
)

// maxCause is how many bytes of an error the log keeps.
const maxCause = 4 << 10

// The events of a change.
const (
	Inserted = "INSERT"
	Modified = "MODIFY"
	Removed  = "REMOVE"
)

// Change is one change of an item, as the stream tells it.
type Change struct {
	Event    string // Inserted, Modified or Removed
	PK, SK   string // of the item
	Sequence string // of the change: the same when it is delivered again
}

// Door is what the jobs of a function have in common.
type Door struct {
	Now func() time.Time // for durations in the log
	Log *slog.Logger     // nil means JSON lines on standard output

	// Measure opens the count of what a change costs at the table; what it
	// returns is asked once, for the log. Nil where the table is not reached.
	Measure func(context.Context) (context.Context, func() []slog.Attr)
}

// Result is what became of one change, for the log: a word, and what it was about.
type Result struct {
	Outcome string // "sent", "tidied", "skipped"
	Subject string // an id; never an address or a secret
	Note    string // why, where the outcome does not say it

	// Figures stand in the log as numbers under their own names: metric filters
	// of the template read them.
	Figures []slog.Attr
}

// StreamHandler serves batches of the stream.
type StreamHandler func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// Stream makes fn, after read has turned each change into a T, the handler of
// a stream with ReportBatchItemFailures. Changes that read does not want are
// passed over. Each change is tried, also after another has failed; the stream
// delivers the first failed one again with all that follow it, so fn must be
// harmless when repeated.
func Stream[T any](door Door, read func(Change) (T, bool), fn func(context.Context, T) (Result, error)) StreamHandler {
	log := door.Log
	if log == nil {
		log = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	}
	return func(ctx context.Context, e events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
		start := door.Now()
		answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		for _, record := range e.Records {
			wanted, ok := read(changeOf(record))
			if !ok {
				continue
			}
			if !one(ctx, door, log, record, wanted, fn) {
				failed := events.DynamoDBBatchItemFailure{ItemIdentifier: record.Change.SequenceNumber}
				answer.BatchItemFailures = append(answer.BatchItemFailures, failed)
			}
		}
		log.LogAttrs(ctx, slog.LevelInfo, "batch", slog.String("requestId", requestID(ctx)),
			slog.String("function", lambdacontext.FunctionName), slog.Int("records", len(e.Records)),
			slog.Int("failed", len(answer.BatchItemFailures)), slog.Int64("ms", door.Now().Sub(start).Milliseconds()))
		return answer, nil
	}
}

// one handles one change and prints its line. A panic is a failure of this
// change alone.
func one[T any](ctx context.Context, door Door, log *slog.Logger, record events.DynamoDBEventRecord, wanted T, fn func(context.Context, T) (Result, error)) (ok bool) {
	start := door.Now()
	var result Result
	var err error
	usage := func() []slog.Attr { return nil }
	if door.Measure != nil {
		ctx, usage = door.Measure(ctx)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		ok = err == nil
		level, attrs := slog.LevelInfo, []slog.Attr{
			slog.String("requestId", requestID(ctx)), slog.String("function", lambdacontext.FunctionName),
			slog.String("event", record.EventName), slog.String("sequence", record.Change.SequenceNumber),
			slog.String("subject", result.Subject), slog.String("outcome", result.Outcome),
			slog.String("note", shorten(result.Note)), slog.Int64("ms", door.Now().Sub(start).Milliseconds()),
		}
		attrs = append(attrs, usage()...)
		if err != nil {
			level = slog.LevelError
			attrs = append(attrs, slog.String("code", center.AsError(err).Code), slog.String("cause", shorten(err.Error())))
		}
		log.LogAttrs(ctx, level, "record", attrs...)
	}()
	result, err = fn(ctx, wanted)
	return ok
}

func changeOf(record events.DynamoDBEventRecord) Change {
	return Change{
		Event: record.EventName, PK: text(record.Change.Keys["pk"]), SK: text(record.Change.Keys["sk"]),
		Sequence: record.Change.SequenceNumber,
	}
}

// text is the string in an attribute, "" when it holds something else.
func text(v events.DynamoDBAttributeValue) string {
	if v.IsNull() || v.DataType() != events.DataTypeString {
		return ""
	}
	return v.String()
}

func requestID(ctx context.Context) string {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		return lc.AwsRequestID
	}
	return ""
}

func shorten(s string) string {
	if len(s) <= maxCause {
		return s
	}
	return s[:maxCause] + "…"
}
