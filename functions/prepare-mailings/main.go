// Command prepare-mailings prints the papers that are to be mailed, new invoices
// and monthly statements, and puts a letter to each who is to get one.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/document/paper"
	"customercenter/shared/jobs"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table)
	config := store.FromEnvironment(os.Getenv)
	config.Now, config.TimeZone = env.Now, env.TimeZone
	printer, err := paper.NewPrinter()
	h := handler{store: store.Open(config), now: env.Now, printer: printer, broken: err}
	lambda.Start(jobs.Schedule(jobs.Door{Now: env.Now, Measure: session.Measure}, h.prepareMailings))
}
