// Command subject is a function that misbehaves as its event asks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type order struct {
	Do   string
	Text string
	Wait time.Duration
}

var calls int

func handle(ctx context.Context, o order) (any, error) {
	calls++
	switch o.Do {
	case "echo":
		return map[string]string{"text": o.Text}, nil
	case "count":
		return calls, nil
	case "who":
		return os.Getpid(), nil
	case "environment":
		return os.Environ(), nil
	case "context":
		c, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{"arn": c.InvokedFunctionArn, "id": c.AwsRequestID, "left": time.Until(deadline).Seconds()}, nil
	case "fail":
		return nil, errors.New(o.Text)
	case "panic":
		panic(o.Text)
	case "exit":
		os.Exit(3)
	case "hang":
		select {}
	case "sleep":
		time.Sleep(o.Wait)
		return "slept", nil
	case "large":
		return strings.Repeat("x", 7<<20), nil
	case "greedy":
		b := make([]byte, 160<<20)
		for i := range b {
			b[i] = 1
		}
		time.Sleep(20 * time.Second)
		return len(b), nil
	case "print":
		fmt.Fprintln(os.Stderr, o.Text)
		fmt.Print("without an end")
		return nil, nil
	}
	return nil, fmt.Errorf("unknown order %q", o.Do)
}

// garbage answers every event with bytes that are no JSON.
type garbage struct{}

func (garbage) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var o order
	if json.Unmarshal(payload, &o) == nil && o.Do != "" {
		return []byte("<<<" + o.Do), nil
	}
	return nil, io.ErrUnexpectedEOF
}

func main() {
	switch os.Getenv("SUBJECT") {
	case "dead":
		os.Exit(9)
	case "slow":
		time.Sleep(time.Minute)
	case "garbage":
		lambda.Start(garbage{})
	}
	lambda.Start(handle)
}
