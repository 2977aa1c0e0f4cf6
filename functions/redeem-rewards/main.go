// Command redeem-rewards says what rewards can cover of an invoice and uses them on it; operators reverse, grant and
// correct, and set the rates between currencies.
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
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.BaseURL)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	lambda.Start(handler{store: s, now: env.Now}.routes(door).Serve)
}
