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

// ScheduleHandler serves the ticks of a schedule.
type ScheduleHandler func(context.Context, events.EventBridgeEvent) error

// Schedule makes fn the handler of a schedule. A tick may come late, twice or
// not at all, so fn goes by the clock and what it finds, and is harmless when
// repeated. Its error makes the service try again.
func Schedule(door Door, fn func(context.Context) (Result, error)) ScheduleHandler {
	log := door.Log
	if log == nil {
		log = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	}
	return func(ctx context.Context, _ events.EventBridgeEvent) (err error) {
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
				slog.String("requestId", requestID(ctx)), slog.String("function", lambdacontext.FunctionName),
				slog.String("outcome", result.Outcome), slog.String("note", shorten(result.Note)),
				slog.Int64("ms", door.Now().Sub(start).Milliseconds()),
			}
			attrs = append(append(attrs, result.Figures...), usage()...)
			if err != nil {
				level = slog.LevelError
				attrs = append(attrs, slog.String("code", center.AsError(err).Code), slog.String("cause", shorten(err.Error())))
			}
			log.LogAttrs(ctx, level, "tick", attrs...)
		}()
		result, err = fn(ctx)
		return err
	}
}

// Either serves a function that both a stream and a schedule invoke.
func Either(stream StreamHandler, tick ScheduleHandler) func(context.Context, AnyEvent) (any, error) {
	return func(ctx context.Context, e AnyEvent) (any, error) {
		if e.Records != nil {
			return stream(ctx, events.DynamoDBEvent{Records: e.Records})
		}
		return nil, tick(ctx, events.EventBridgeEvent{Time: e.Time})
	}
}

// AnyEvent is a batch of the stream, or a tick: whichever has come.
type AnyEvent struct {
	Records []events.DynamoDBEventRecord `json:"Records"`
	Time    time.Time                    `json:"time"`
}
