// Command list-invoices answers the account's invoices a page at a time, and
// how many there are and what they come to.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

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
	s.Warm(context.Background(), 2) // rows and totals are asked for at once
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	lambda.Start(handler{store: s, now: env.Now}.routes(door).Serve)
}
