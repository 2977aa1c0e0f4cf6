// Command renew-contracts takes the next step of every renewal whose day has
// come: offers, notices of those that renew by themselves, and lapses.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/jobs"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	h := handler{store: store.Open(config), now: env.Now}
	lambda.Start(jobs.Schedule(jobs.Door{Now: env.Now, Measure: session.Measure}, h.renewContracts))
}
