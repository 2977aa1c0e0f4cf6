// Command print-statements answers the statement of account of a period: what
// was owed, what was booked and what is owed, and the same as PDF and as CSV.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.Keys, settings.BaseURL)
	config := store.FromEnvironment(os.Getenv)
	config.Keys, config.Now = env.Keys, env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	// The fonts are taken apart now, while the processor is lent whole.
	printer, err := paper.NewPrinter()
	lambda.Start(handler{store: s, now: env.Now, printer: printer, broken: err}.routes(door).Serve)
}
