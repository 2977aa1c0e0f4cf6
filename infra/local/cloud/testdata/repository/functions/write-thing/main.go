// Command write-thing puts an item under the id of its path.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body := fmt.Sprintf(`{"TableName":%q,"Item":{"pk":{"S":%q}}}`, os.Getenv("CENTER_TABLE"), e.PathParameters["id"])
		r, err := http.NewRequestWithContext(ctx, "POST", os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), strings.NewReader(body))
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+os.Getenv("AWS_ACCESS_KEY_ID")+"/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		return events.APIGatewayV2HTTPResponse{StatusCode: res.StatusCode, Body: string(answer)}, err
	})
}
