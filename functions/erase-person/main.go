// Command erase-person tells an operator all that is held on a person, in whichever
// account, and erases it: a dry run first, then for good.
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
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.BaseURL, settings.Keys)
	config := store.FromEnvironment(os.Getenv)
	config.Now, config.Keys = env.Now, env.Keys
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	lambda.Start(handler{store: s, operators: env.Operators, now: env.Now}.routes(door).Serve)
}
