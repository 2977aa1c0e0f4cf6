// Command announce-rewards tells people, on the day, of rewards that a month has
// earned and of those that end soon.
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
	lambda.Start(jobs.Schedule(jobs.Door{Now: env.Now, Measure: session.Measure}, h.announceRewards))
}
