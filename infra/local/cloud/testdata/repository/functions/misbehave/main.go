// Command misbehave does what its path asks, most of which no function should.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type handler struct{}

func (handler) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var r events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, err
	}
	switch r.PathParameters["how"] {
	case "panic":
		panic("a secret detail")
	case "exit":
		os.Exit(3)
	case "hang":
		select {}
	case "garbage":
		return []byte("<html>"), nil
	case "large":
		return append(append([]byte(`{"statusCode":200,"body":"`), bytes.Repeat([]byte("x"), 7<<20)...), `"}`...), nil
	}
	return []byte(`{"statusCode":204}`), nil
}

func main() { lambda.Start(handler{}) }
