// Command echo-request answers with what it was told.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

const version = "one"

func main() {
	lambda.Start(func(_ context.Context, r events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body, err := json.Marshal(map[string]string{"version": version, "keys": os.Getenv("KEYS"), "base": os.Getenv("BASE"),
			"processor": os.Getenv("STRIPE_API_BASE"), "key": os.Getenv("CENTER_PROCESSOR_KEY"), "webhook": os.Getenv("CENTER_PROCESSOR_WEBHOOK_SECRETS"),
			"now": os.Getenv("CENTER_NOW"), "query": r.QueryStringParameters["q"]})
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: map[string]string{"content-type": "application/json"}, Body: string(body)}, err
	})
}
