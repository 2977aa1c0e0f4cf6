// Command print-documents answers papers as files: an invoice as PDF and as
// UBL, the receipt of a payment and the summary of a contract as PDF.
package main

import (
	"context"
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
	// The fonts are taken apart now, while the processor is lent whole.
	printer, err := paper.NewPrinter()
	lambda.Start(handler{store: s, now: env.Now, printer: printer, broken: err}.routes(door).Serve)
}
