// Command bare is the least a Go function on Lambda can be: the runtime loop,
// an event taken apart, and an answer. It calls nothing. The bench starts it
// beside the product's functions to see what they add.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{
			StatusCode: http.StatusOK, Headers: map[string]string{"content-type": "application/json"}, Body: `{"items":[]}`,
		}, nil
	})
}
