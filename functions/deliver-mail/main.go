// Command deliver-mail sends the letters that other functions leave in the
// table, as they are put, and sweeps up every minute what could not be sent
// then. It is the only function that reaches the mail service.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/jobs"
	"customercenter/shared/mail"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.Keys, settings.BaseURL, settings.Sender, settings.MailRate)
	config := store.FromEnvironment(os.Getenv)
	config.Keys, config.Now = env.Keys, env.Now
	sender := mail.Open(mail.Config{
		Region: config.Region, AccessKeyID: config.AccessKeyID, SecretAccessKey: config.SecretAccessKey,
		SessionToken: config.SessionToken, Endpoint: os.Getenv("AWS_ENDPOINT_URL_SES"), ConfigurationSet: env.ConfigurationSet,
	})
	h := handler{store: store.Open(config), sender: sender, settings: env, now: env.Now, health: &health{}, heavy: make(chan struct{}, maxHeavy)}
	door := jobs.Door{Now: env.Now, Measure: session.Measure}
	lambda.Start(jobs.Either(jobs.Stream(door, newLetter, h.deliverMail), jobs.Schedule(door, h.sweepMail)))
}
