// Command payment-methods shows the stored cards and bank accounts, and has
// them added, replaced, offered first and removed.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/httpapi"
	"customercenter/shared/paying"
	"customercenter/shared/processor/stripe"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.BaseURL, settings.ProcessorKey)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	h := handler{store: s, now: env.Now, newKey: session.NewID, desk: paying.Desk{Store: s, Now: env.Now, BaseURL: env.BaseURL,
		Processor: stripe.New(stripe.Options{Center: env.Name, Key: env.ProcessorKey, Base: env.ProcessorBase}),
		Log:       slog.New(slog.NewJSONHandler(os.Stdout, nil))}}
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	lambda.Start(h.routes(door).Serve)
}
