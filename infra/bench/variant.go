package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// The variants, by what they are called in tables.
const (
	ours     = "list-invoices"
	bare     = "bare bootstrap"
	control  = "idiomatic control"
	limit    = "signed calls alone"
	sdkLimit = "the same calls through the SDK"
	threads  = "list-invoices with every processor"
)

// variant is a program with its environment.
type variant struct {
	name        string
	binary      string
	environment []string
}

func (v variant) start() (*process.Process, error) {
	p, err := process.Start(v.binary, v.environment)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v.name, err)
	}
	return p, nil
}

// scene is a small world with one account whose answers are replayed.
type scene struct {
	*world.World
	replay   *world.Replay
	endpoint string // of the replay
	cookie   string
}

const sceneAccount = "NAJD"

// newScene opens a scene with so many invoices in its account.
func (b *bench) newScene(invoices int) (*scene, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return nil, err
	}
	if err := w.Fill(b.ctx, sceneAccount, 0, invoices); err != nil {
		return nil, err
	}
	s := &scene{World: w, replay: world.NewReplay(w.DB)}
	if s.cookie, err = w.SignIn(b.ctx, sceneAccount); err != nil {
		return nil, err
	}
	s.endpoint, err = w.Serve(s.replay)
	return s, err
}

// page is the event that asks for a page of so many rows.
func (s *scene) page(rows int) events.APIGatewayV2HTTPRequest {
	return s.Event(s.cookie, "GET /v1/invoices", "/v1/invoices", fmt.Sprintf("limit=%d", rows), nil)
}

// calls are what list-invoices asks the table for the event, the guard's call
// first and the longest answer second.
func (s *scene) calls(binary string, event []byte) ([]world.Call, error) {
	p, err := process.Start(binary, s.Environment(ours, s.endpoint))
	if err != nil {
		return nil, err
	}
	defer p.Stop()
	if err := ask(p, event); err != nil {
		return nil, err
	}
	s.replay.Asked()
	if err := ask(p, event); err != nil {
		return nil, err
	}
	calls := s.replay.Asked()
	if len(calls) < 2 {
		return nil, fmt.Errorf("a page makes %d calls", len(calls))
	}
	slices.SortStableFunc(calls[1:], func(a, b world.Call) int { return s.replay.Size(b) - s.replay.Size(a) })
	return calls, nil
}

// ask sends an event and takes no answer but 200.
func ask(p *process.Process, event []byte) error {
	_, err := askTimed(p, event)
	return err
}

func askTimed(p *process.Process, event []byte) (took time.Duration, err error) {
	answer, took, err := p.Invoke(event)
	if err != nil {
		return 0, err
	}
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &r); err != nil {
		return 0, err
	}
	if r.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("answered %d: %s\n%s", r.StatusCode, r.Body, p.Lines())
	}
	return took, nil
}

// measured are samples by name of a variant.
type measured map[string]figure.Samples

func (m measured) add(name string, v float64) { m[name] = append(m[name], v) }

// median and ratio note the first thing that is wrong, for a caller with many
// figures to make.
type arithmetic struct{ err error }

func (a *arithmetic) median(s figure.Samples, least int) float64 {
	v, err := s.Median(least)
	a.note(err)
	return v
}

func (a *arithmetic) ratio(s, control figure.Samples, least int) float64 {
	v, err := s.Ratio(control, least)
	a.note(err)
	return v
}

func (a *arithmetic) note(err error) {
	if a.err == nil {
		a.err = err
	}
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
