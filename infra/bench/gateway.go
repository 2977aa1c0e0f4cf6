package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/world"
	"customercenter/infra/local/gateway"
	"customercenter/infra/local/lambda"
	"customercenter/infra/local/template"
)

const (
	gatewayRounds   = 12
	gatewayRequests = 80
	gatewayAdded    = 1.0 // ms that the gateway may add to the median (G13)
)

// gateway sends the same event to one bare function, through the gateway and
// past it, in turn.
func (b *bench) gateway() (figure.Section, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return figure.Section{}, err
	}
	defer w.Close()
	program, err := b.builder.Program(b.ctx, "bare", "infra/bench/bare")
	if err != nil {
		return figure.Section{}, err
	}
	service := lambda.New([]lambda.Function{{Name: "bare", Bootstrap: program, Timeout: time.Minute}}, lambda.Options{
		Environment: func(string) []string { return []string{"GOMAXPROCS=1"} }, DeadLetter: func(lambda.DeadLetter) {},
	})
	defer service.Close(b.ctx)
	route := template.Route{Method: http.MethodGet, Path: "/v1/bare", Function: "bare"}
	endpoint, err := w.Serve(gateway.New([]template.Route{route}, gateway.Options{Now: time.Now,
		Invoke: func(ctx context.Context, r template.Route, payload []byte) ([]byte, error) {
			return service.Invoke(ctx, lambda.Request{Function: r.Function, Trigger: r.Key(), Payload: payload})
		}}))
	if err != nil {
		return figure.Section{}, err
	}
	event := world.Encode(w.Event("", "GET /v1/bare", "/v1/bare", "", nil))
	direct := func() error {
		_, err := service.Invoke(b.ctx, lambda.Request{Function: "bare", Trigger: "bench", Payload: event})
		return err
	}
	through := func() error { return get(b.ctx, endpoint+"/v1/bare") }
	var with, past figure.Samples
	for range gatewayRounds {
		for _, way := range []struct {
			do   func() error
			into *figure.Samples
		}{{direct, &past}, {through, &with}} {
			took, err := medianTime(way.do, gatewayRequests)
			if err != nil {
				return figure.Section{}, err
			}
			*way.into = append(*way.into, took)
		}
	}
	var a arithmetic
	added := make(figure.Samples, len(with))
	for i := range with {
		added[i] = max(0, with[i]-past[i])
	}
	return figure.Section{How: fmt.Sprintf("One bare function behind the local gateway, over HTTP, and invoked past it; medians of %d requests in each of %d rounds.", gatewayRequests, gatewayRounds),
		Figures: []figure.Figure{
			{Budget: "G13", What: "what the gateway adds to the median", Value: a.median(added, gatewayRounds), Unit: "ms", Limit: gatewayAdded,
				Note: fmt.Sprintf("%.2f ms against %.2f ms", a.median(with, gatewayRounds), a.median(past, gatewayRounds)), Why: "the machine was busy."},
		}}, a.err
}

// medianTime is the median of n in milliseconds.
func medianTime(do func() error, n int) (float64, error) {
	var took figure.Samples
	for range n {
		began := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		took = append(took, millis(time.Since(began)))
	}
	return took.Median(n)
}

func get(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	return nil
}
