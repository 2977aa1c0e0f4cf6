// Command export-invoices answers a contact with the invoices of the list as files, in
// parts that whoever asks puts together.
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
	s.Warm(context.Background(), 1)
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	lambda.Start(handler{store: s, now: env.Now}.routes(door).Serve)
}
