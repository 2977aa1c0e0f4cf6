// Command count-runs writes the time it was asked for to a file.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, e struct{ Time time.Time }) error {
		f, err := os.OpenFile(os.Getenv("OUTPUT"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.WriteString("run of " + e.Time.Format(time.DateOnly) + " at " + os.Getenv("CENTER_NOW")[:10] + "\n")
		return err
	})
}
