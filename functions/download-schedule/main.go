// Command download-schedule answers the invoice schedule, as a page and as a
// file of five formats, and as a calendar at an address that can be revoked.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/document/paper"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.Keys, settings.BaseURL)
	config := store.FromEnvironment(os.Getenv)
	config.Keys, config.Now = env.Keys, env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	door := httpapi.Door{
		Origin: env.BaseURL, Guard: session.NewGuard(s, env.Operators, env.Now), Now: env.Now, Measure: session.Measure,
	}
	printer, err := paper.NewPrinter()
	lambda.Start(handler{store: s, now: env.Now, base: env.BaseURL, printer: printer, broken: err,
		newToken: func() string { return rand.Text() + rand.Text() }}.routes(door).Serve) // 256 bits
}
