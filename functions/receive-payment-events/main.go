// Command receive-payment-events takes the processor's webhooks: verifies each
// and keeps it for settle-payments.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/httpapi"
	"customercenter/shared/processor/stripe"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table, settings.WebhookSecrets)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	h := handler{store: s, processor: stripe.New(stripe.Options{Center: env.Name, WebhookSecrets: env.WebhookSecrets}), now: env.Now}
	lambda.Start(h.routes(httpapi.Door{Origin: env.BaseURL, Now: env.Now, Measure: session.Measure}).Serve)
}
