// Command tidy-totals removes day totals that have come down to nothing, so
// that a summary reads only days that matter.
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
	lambda.Start(jobs.Stream(jobs.Door{Now: env.Now, Measure: session.Measure}, changedItem, h.tidyTotal))
}
