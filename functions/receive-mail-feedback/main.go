// Command receive-mail-feedback takes what the mail service tells of the
// letters it took: which were sent, arrived, bounced or were unwelcome. It
// holds letters back from addresses that do not take them.
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
	lambda.Start(jobs.Topic(jobs.Door{Now: env.Now, Measure: session.Measure}, h.receiveMailFeedback))
}
