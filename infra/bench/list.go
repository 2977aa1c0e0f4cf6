package main

import (
	"encoding/json"
	"fmt"
	"time"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
)

const (
	listRounds   = 12
	warmRequests = 200 // before anything is measured
	listRequests = 60  // of each variant in a round
	wallRequests = 15
	servicePause = 2 * time.Millisecond // what DynamoDB takes for a small read
	memoryAfter  = 1000                 // requests
)

// Budgets of a warm request (G3, G7, G8).
const (
	listCPU   = 2.1
	listWall  = 1.10
	warmCPU   = 1.15
	peakLimit = 16.0 // MB
)

// oneThread is the setting of template.yaml that a usual function has not.
const oneThread = "GOMAXPROCS="

const whyList = "the calls alone hand their answers on unread; here items are taken apart, rows are checked and written as JSON, totals are summed, " +
	"a session is judged and a line is logged."

// list asks warm processes for the same page, in turn.
func (b *bench) list() (figure.Section, error) {
	s, err := b.newScene(200)
	if err != nil {
		return figure.Section{}, err
	}
	defer s.Close()
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, ours)
	if err != nil {
		return figure.Section{}, err
	}
	var out []figure.Figure
	var peaks map[string]float64
	for _, rows := range []int{20, 100} {
		figures, peak, err := b.listPage(s, binaries[ours], rows)
		if err != nil {
			return figure.Section{}, err
		}
		out, peaks = append(out, figures...), peak
	}
	out = append(out, figure.Figure{Budget: "G8", What: fmt.Sprintf("peak memory of list-invoices after %d requests", memoryAfter), Value: peaks[ours], Unit: "MB",
		Limit: peakLimit, Note: fmt.Sprintf("signed calls alone %.1f, control %.1f", peaks[limit], peaks[control]), Why: whyPeak})
	return figure.Section{How: fmt.Sprintf("Programs answer the same page over the same table, whose answers are replayed after %v: list-invoices, the idiomatic control, "+
		"and the page's own calls (guard, rows, totals) made through the SDK and by hand, their answers handed on unread. %d rounds of %d requests each, in turn; "+
		"the processor time of the whole process.", world.LeastPause, listRounds, listRequests), Figures: out}, nil
}

const whyPeak = "pages of the binary that are in use count too: the bare bootstrap alone holds most of this."

// listPage measures a page of so many rows.
func (b *bench) listPage(s *scene, binary string, rows int) (out []figure.Figure, peaks map[string]float64, err error) {
	event := world.Encode(s.page(rows))
	calls, err := s.calls(binary, event)
	if err != nil {
		return nil, nil, err
	}
	variants, err := b.listVariants(s, binary, calls)
	if err != nil {
		return nil, nil, err
	}
	running := map[string]*process.Process{}
	for _, v := range variants {
		if running[v.name], err = v.start(); err != nil {
			return nil, nil, err
		}
		defer running[v.name].Stop()
		if err := repeat(running[v.name], event, warmRequests); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", v.name, err)
		}
	}
	cpu, err := rounds(variants, func(v variant) (float64, error) { return cpuPer(running[v.name], event) })
	if err != nil {
		return nil, nil, err
	}
	s.replay.Pause(servicePause)
	wall, err := rounds(variants, func(v variant) (float64, error) { return wallPer(running[v.name], event) })
	s.replay.Pause(world.LeastPause)
	if err != nil {
		return nil, nil, err
	}
	if peaks, err = peaksAfter(running, event); err != nil {
		return nil, nil, err
	}
	return listFigures(rows, cpu, wall), peaks, nil
}

func (b *bench) listVariants(s *scene, binary string, calls []world.Call) ([]variant, error) {
	recorded, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	with := s.Environment(ours, s.endpoint, "BENCH_CALLS="+string(recorded))
	out := []variant{{ours, binary, with}, {threads, binary, without(with, oneThread)}}
	for _, other := range []struct{ name, as string }{{limit, "limit"}, {sdkLimit, "sdklimit"}, {control, "control"}} {
		program, err := b.builder.Program(b.ctx, other.as, "infra/bench/"+other.as)
		if err != nil {
			return nil, err
		}
		v := variant{other.name, program, with}
		if other.name == control {
			v.environment = without(with, oneThread)
		}
		out = append(out, v)
	}
	return out, nil
}

// rounds measures every variant once a round.
func rounds(variants []variant, measure func(variant) (float64, error)) (measured, error) {
	out := measured{}
	for range listRounds {
		for _, v := range variants {
			value, err := measure(v)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.name, err)
			}
			out.add(v.name, value)
		}
	}
	return out, nil
}

func repeat(p *process.Process, event []byte, n int) error {
	for range n {
		if err := ask(p, event); err != nil {
			return err
		}
	}
	return nil
}

// cpuPer is the processor time of a request in microseconds.
func cpuPer(p *process.Process, event []byte) (float64, error) {
	before, err := p.CPU()
	if err != nil {
		return 0, err
	}
	if err := repeat(p, event, listRequests); err != nil {
		return 0, err
	}
	after, err := p.CPU()
	return micros(after-before) / listRequests, err
}

// wallPer is the median time of a request in milliseconds.
func wallPer(p *process.Process, event []byte) (float64, error) {
	var took figure.Samples
	for range wallRequests {
		d, err := askTimed(p, event)
		if err != nil {
			return 0, err
		}
		took = append(took, millis(d))
	}
	return took.Median(wallRequests)
}

// peaksAfter is the most memory each has held once it has served memoryAfter
// requests in all, in MB.
func peaksAfter(running map[string]*process.Process, event []byte) (map[string]float64, error) {
	out := map[string]float64{}
	for name, p := range running {
		served := warmRequests + listRounds*(listRequests+wallRequests)
		if err := repeat(p, event, max(0, memoryAfter-served)); err != nil {
			return nil, err
		}
		kb, err := p.PeakKB()
		if err != nil {
			return nil, err
		}
		out[name] = float64(kb) / 1024
	}
	return out, nil
}

func listFigures(rows int, cpu, wall measured) []figure.Figure {
	var a arithmetic
	per := func(name string) string { return fmt.Sprintf("%.0f µs", a.median(cpu[name], listRounds)) }
	page := fmt.Sprintf("of a page of %d rows", rows)
	out := []figure.Figure{
		{Budget: "G3", What: "CPU " + page + ", over its calls signed by hand", Value: a.ratio(cpu[ours], cpu[limit], listRounds), Unit: figure.Times, Limit: listCPU,
			Note: per(ours) + " against " + per(limit), Why: whyList},
		{What: "the same of the idiomatic control", Value: a.ratio(cpu[control], cpu[limit], listRounds), Unit: figure.Times, Note: per(control)},
		{Budget: "G7", What: "CPU " + page + ", over the same calls through the SDK", Value: a.ratio(cpu[ours], cpu[sdkLimit], listRounds), Unit: figure.Times, Limit: warmCPU,
			Note: per(ours) + " against " + per(sdkLimit), Why: whyList},
		{What: "the same of the idiomatic control", Value: a.ratio(cpu[control], cpu[sdkLimit], listRounds), Unit: figure.Times},
		{What: "CPU " + page + " with every processor, over GOMAXPROCS=1", Value: a.ratio(cpu[threads], cpu[ours], listRounds), Unit: figure.Times, Note: per(threads)},
		{Budget: "G3", What: fmt.Sprintf("wall time %s where each call takes %v", page, servicePause), Value: a.ratio(wall[ours], wall[limit], listRounds), Unit: figure.Times,
			Limit: listWall, Note: fmt.Sprintf("%.2f ms against %.2f ms; control %.2f ms", a.median(wall[ours], listRounds), a.median(wall[limit], listRounds), a.median(wall[control], listRounds)),
			Why: "beside the calls' own pauses stands the processor time above."},
	}
	if a.err != nil {
		out = append(out, figure.Figure{What: a.err.Error(), Value: -1}) // refused by Check
	}
	return out
}
