// Command settle-payments brings payments in line with the processor: every
// minute those whose time has come, at once those the processor told of, and
// once an hour all that it did. It brings in methods that the processor stored,
// and warns of those that end.
package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/jobs"
	"customercenter/shared/paying"
	"customercenter/shared/processor/stripe"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.ProcessorKey)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	h := handler{store: store.Open(config)}
	h.desk = paying.Desk{Store: h.store, Now: env.Now, BaseURL: env.BaseURL, Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)),
		Processor: stripe.New(stripe.Options{Center: env.Name, Key: env.ProcessorKey, Base: env.ProcessorBase})}
	door := jobs.Door{Now: env.Now, Measure: session.Measure}
	lambda.Start(jobs.Either(jobs.Stream(door, notice, h.lookInto), jobs.Schedule(door, h.settlePayments)))
}
