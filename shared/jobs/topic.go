package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"customercenter/shared/center"
)

// TopicHandler serves the messages of an SNS topic.
type TopicHandler func(context.Context, events.SNSEvent) error

// Topic makes fn the handler of a topic's messages, which come at least once,
// in any order. An error makes the service deliver all messages of the event
// again (SNS puts one in each), so fn must be harmless when repeated.
func Topic(door Door, fn func(ctx context.Context, message []byte) (Result, error)) TopicHandler {
	log := door.Log
	if log == nil {
		log = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	}
	return func(ctx context.Context, e events.SNSEvent) (err error) {
		for _, record := range e.Records {
			err = errors.Join(err, message(ctx, door, log, record.SNS, fn))
		}
		return err
	}
}

// message handles one message and prints its line.
func message(ctx context.Context, door Door, log *slog.Logger, m events.SNSEntity, fn func(context.Context, []byte) (Result, error)) (err error) {
	start := door.Now()
	var result Result
	usage := func() []slog.Attr { return nil }
	if door.Measure != nil {
		ctx, usage = door.Measure(ctx)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		level, attrs := slog.LevelInfo, []slog.Attr{
			slog.String("requestId", requestID(ctx)), slog.String("function", lambdacontext.FunctionName), slog.String("message", m.MessageID),
			slog.String("subject", result.Subject), slog.String("outcome", result.Outcome),
			slog.String("note", shorten(result.Note)), slog.Int64("ms", door.Now().Sub(start).Milliseconds()),
		}
		attrs = append(attrs, usage()...)
		if err != nil {
			level = slog.LevelError
			attrs = append(attrs, slog.String("code", center.AsError(err).Code), slog.String("cause", shorten(err.Error())))
		}
		log.LogAttrs(ctx, level, "message", attrs...)
	}()
	result, err = fn(ctx, []byte(m.Message))
	return err
}
