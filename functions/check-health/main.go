// Command check-health says that the system answers and reaches its table.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/settings"
	"customercenter/shared/store"
)

func main() {
	env := settings.Must(os.Getenv, time.Now, settings.Table)
	config := store.FromEnvironment(os.Getenv)
	config.Now = env.Now
	s := store.Open(config)
	s.Warm(context.Background(), 1)
	h := handler{store: s}
	lambda.Start(h.routes(httpapi.Door{Origin: env.BaseURL, Now: env.Now, Measure: session.Measure}).Serve)
}
