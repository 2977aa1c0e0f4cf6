// Command collect-changes writes the keys of changes to a file, and fails at those that end in "bad".
package main

import (
	"context"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, e events.DynamoDBEvent) (out events.DynamoDBEventResponse, err error) {
		f, err := os.OpenFile(os.Getenv("OUTPUT"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return out, err
		}
		defer f.Close()
		for _, r := range e.Records {
			key := r.Change.Keys["pk"].String()
			if strings.HasSuffix(key, "bad") {
				out.BatchItemFailures = append(out.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: r.Change.SequenceNumber})
				continue
			}
			if _, err := f.WriteString(key + "\n"); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}
