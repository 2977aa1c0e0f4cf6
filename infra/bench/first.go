package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

// The processor of a function: whole at INIT, then its memory's share.
const (
	memoryMB     = 256.0
	memoryOfCore = 1769.0 // MB that come with one core
)

// Budgets of a cold request (G2).
const (
	firstOfControl = 0.25
	firstOfLimit   = 1.4
)

const allRoots = "list-invoices with all the system's roots"

// pickedFrom is the text in the product that says where certificates are.
const pickedFrom = "customercenter/shared/awshttp.bundles="

// first starts each variant anew in every round and sends it one request, the
// start with a whole processor, the request with the share of 256 MB.
func (b *bench) first() (figure.Section, error) {
	s, err := b.newScene(60)
	if err != nil {
		return figure.Section{}, err
	}
	defer s.Close()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return figure.Section{}, err
	}
	defer os.RemoveAll(dir)
	variants, event, err := b.firstVariants(s, dir)
	if err != nil {
		return figure.Section{}, err
	}
	quota, err := process.OpenQuota()
	if err != nil && !errors.Is(err, process.ErrNoQuota) {
		return figure.Section{}, err
	}
	if quota != nil {
		defer quota.Close()
	}
	starts, requests := measured{}, measured{}
	for range coldRounds {
		for _, v := range variants {
			if err := firstOnce(v, event, quota, starts, requests); err != nil {
				return figure.Section{}, fmt.Errorf("%s: %w", v.name, err)
			}
		}
	}
	figures, err := firstFigures(starts, requests)
	how := "held to its share by a control group"
	if quota == nil {
		how = "reckoned: its processor time stretched to its share, since no control group can be made here"
	}
	return figure.Section{How: fmt.Sprintf("Each program is started %d times, in turn, and answers one list page over TLS (RSA-2048, as AWS signs); "+
		"INIT has a whole processor, the request %.2f of one, as Lambda gives %.0f MB, %s. The sum of both is compared.",
		coldRounds, memoryMB/memoryOfCore, memoryMB, how), Figures: figures}, err
}

// firstVariants are the programs with certificates and calls in place.
func (b *bench) firstVariants(s *scene, dir string) ([]variant, []byte, error) {
	secure, err := s.ServeTLS(s.replay, dir)
	if err != nil {
		return nil, nil, err
	}
	event := world.Encode(s.page(20))
	picked, err := b.builder.Program(b.ctx, "list-invoices", "functions/list-invoices", pickedFrom+secure.Bundle)
	if err != nil {
		return nil, nil, err
	}
	all, err := b.builder.Program(b.ctx, "list-invoices-all-roots", "functions/list-invoices", pickedFrom+"/none")
	if err != nil {
		return nil, nil, err
	}
	calls, err := s.calls(picked, event)
	if err != nil {
		return nil, nil, err
	}
	recorded, err := json.Marshal(calls)
	if err != nil {
		return nil, nil, err
	}
	with := s.Environment(ours, secure.Endpoint, "SSL_CERT_FILE="+secure.Bundle, "SSL_CERT_DIR=/none", "BENCH_CALLS="+string(recorded), "BENCH_ROOTS="+secure.Roots)
	out := []variant{{ours, picked, with}, {allRoots, all, with}}
	for _, other := range []struct{ name, as string }{{limit, "limit"}, {control, "control"}} {
		program, err := b.builder.Program(b.ctx, other.as, "infra/bench/"+other.as)
		if err != nil {
			return nil, nil, err
		}
		v := variant{other.name, program, with}
		if other.name == control {
			v.environment = without(with, oneThread)
		}
		out = append(out, v)
	}
	return out, event, nil
}

// firstOnce measures one start and one request, in milliseconds.
func firstOnce(v variant, event []byte, quota *process.Quota, starts, requests measured) error {
	const share = memoryMB / memoryOfCore
	p, err := v.start()
	if err != nil {
		return err
	}
	defer p.Stop()
	if quota != nil {
		if err := errors.Join(quota.Admit(p), quota.Set(share)); err != nil {
			return err
		}
		defer quota.Lift()
	}
	before, err := p.CPU()
	if err != nil {
		return err
	}
	took, err := askTimed(p, event)
	if err != nil {
		return err
	}
	after, err := p.CPU()
	if quota == nil {
		took = stretched(took, after-before, share)
	}
	starts.add(v.name, millis(p.Start))
	requests.add(v.name, millis(took))
	return err
}

// stretched is what a request would take where its processor time is had at a
// share of a processor.
func stretched(wall, cpu time.Duration, share float64) time.Duration {
	return wall + time.Duration(float64(cpu)*(1/share-1))
}

func firstFigures(starts, requests measured) ([]figure.Figure, error) {
	sums := measured{}
	for name := range starts {
		for i := range starts[name] {
			sums.add(name, starts[name][i]+requests[name][i])
		}
	}
	var a arithmetic
	parts := func(name string) string {
		return fmt.Sprintf("INIT %.1f ms + request %.1f ms", a.median(starts[name], coldRounds), a.median(requests[name], coldRounds))
	}
	return []figure.Figure{
		{Budget: "G2", What: "INIT and first request, over the idiomatic control", Value: a.ratio(sums[ours], sums[control], coldRounds), Unit: figure.Times,
			Limit: firstOfControl, Note: parts(ours), Why: "INIT, which both have, is most of what is left."},
		{Budget: "G2", What: "INIT and first request, over signed calls alone", Value: a.ratio(sums[ours], sums[limit], coldRounds), Unit: figure.Times,
			Limit: firstOfLimit, Note: "signed calls: " + parts(limit), Why: "the SDK's start, and its processor time in the request at a seventh of a core."},
		{What: "the idiomatic control itself", Value: a.median(sums[control], coldRounds), Unit: "ms", Note: parts(control)},
		{What: "INIT with all the system's roots, over INIT with those of AWS", Value: a.ratio(starts[allRoots], starts[ours], coldRounds), Unit: figure.Times, Note: parts(allRoots)},
	}, a.err
}
