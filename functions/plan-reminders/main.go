// Command plan-reminders puts the digests of a day that is to come, for every
// account with unpaid invoices that a step of its dunning policy falls on.
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
	config.Now, config.TimeZone = env.Now, env.TimeZone
	h := handler{store: store.Open(config), now: env.Now}
	lambda.Start(jobs.Schedule(jobs.Door{Now: env.Now, Measure: session.Measure}, h.planReminders))
}
