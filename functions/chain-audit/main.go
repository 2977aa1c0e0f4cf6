// Command chain-audit links each audit entry to those before it, by a number
// and a hash. It is the only writer of an account's chain.
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
	h := handler{store: store.Open(config)}
	lambda.Start(jobs.Stream(jobs.Door{Now: env.Now, Measure: session.Measure}, newEntry, h.chainAudit))
}
