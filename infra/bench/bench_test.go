package main

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"customercenter/infra/bench/figure"
)

func TestLogLineIsReadForWhatItCost(t *testing.T) {
	for name, tt := range map[string]struct {
		line string
		want string
		ok   bool
	}{
		"a read":           {`{"msg":"request","reads":3,"writes":0,"units":"2r 0w"}`, "reads 3 (2 RCU)", true},
		"halves":           {`{"msg":"request","reads":2,"writes":3,"units":"1.5r 12.5w"}`, "reads 2 (1.5 RCU), writes 3 (12.5 WCU)", true},
		"without a table":  {`{"msg":"request"}`, "no call", true},
		"no JSON":          {`request`, "", false},
		"units of another": {`{"reads":1,"units":"many"}`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			var u usage
			err := u.parse(tt.line)
			if (err == nil) != tt.ok {
				t.Fatal(err)
			}
			if err == nil && (u.spent() != tt.want || u.logBytes != len(tt.line)+1) {
				t.Errorf("%q, %d bytes", u.spent(), u.logBytes)
			}
		})
	}
}

func TestOneCallMoreMissesTheBudget(t *testing.T) {
	want := "reads 1 (1 RCU)"
	if golden["health"] != want {
		t.Fatalf("golden health is %q", golden["health"])
	}
	for name, tt := range map[string]struct {
		in  usage
		met bool
	}{
		"as pinned":         {usage{name: "health", reads: 1, readUnits: 1}, true},
		"a call more":       {usage{name: "health", reads: 2, readUnits: 1}, false},
		"a unit more":       {usage{name: "health", reads: 1, readUnits: 1.5}, false},
		"a unit less":       {usage{name: "health", reads: 1, readUnits: 0.5}, false},
		"one nobody pinned": {usage{name: "new"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := unitFigures([]usage{tt.in})[0]
			if f.Check() != nil || !f.Judged() || f.Met() != tt.met {
				t.Errorf("%+v: met %t", f, f.Met())
			}
		})
	}
}

func TestUseCaseThatIsNotMeasuredMissesTheBudget(t *testing.T) {
	out := unitFigures(nil)
	if len(out) != len(golden) {
		t.Fatalf("%d of %d", len(out), len(golden))
	}
	for _, f := range out {
		if f.Met() {
			t.Errorf("%s is met without being measured", f.What)
		}
	}
}

func TestEveryUseCaseIsPinned(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range useCases() {
		if golden[c.name] == "" || seen[c.name] {
			t.Errorf("%s stands %q in the golden table, seen before: %t", c.name, golden[c.name], seen[c.name])
		}
		seen[c.name] = true
	}
	for name := range golden {
		if !seen[name] {
			t.Errorf("%s is pinned and not measured", name)
		}
	}
}

func TestAllocationsOfAllPackagesAreAdded(t *testing.T) {
	trace := "init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs\ninit runtime @0.06 ms, 0.026 ms clock, 0 bytes, 0 allocs\n" +
		"{\"msg\":\"init x @1 allocs\"}\ninit errors @0.33 ms, 0.002 ms clock, 128 bytes, 4 allocs\ninit net/http @1 ms, 0.1 ms clock, 9000 bytes, 120 allocs"
	if got, err := sumAllocations(trace); err != nil || got != 124 {
		t.Errorf("%d, %v", got, err)
	}
	if got, err := sumAllocations("nothing of it"); err == nil {
		t.Errorf("%d allocations in no trace", got)
	}
}

func TestStretchedTimeHasItsProcessorTimeAtTheShare(t *testing.T) {
	// 2 ms of waiting and 1 ms of work; a quarter of a processor makes it 2 + 4.
	if got := stretched(3*time.Millisecond, time.Millisecond, 0.25); got != 6*time.Millisecond {
		t.Error(got)
	}
	if got := stretched(3*time.Millisecond, time.Millisecond, 1); got != 3*time.Millisecond {
		t.Error(got)
	}
}

func TestCostAddsWhatIsPaidFor(t *testing.T) {
	u := usage{name: "x", memoryMB: 1024, reads: 2, writes: 1, readUnits: 2, writeUnits: 4, answerBytes: 1000, logBytes: 200, mails: 1,
		cpu: 578858 * time.Nanosecond} // a millisecond at 1024 of 1769 MB
	if got := billed(u); got.Round(time.Microsecond) != 10*time.Millisecond { // 3 calls of 3 ms, and 1 ms
		t.Fatal(got)
	}
	c := costOf(u)
	for name, pair := range map[string][2]float64{
		"API": {c.api, 1}, "Lambda": {c.lambda, 0.20 + 0.133334}, "DynamoDB": {c.dynamo, 0.25 + 2.5}, "egress": {c.egress, 0.09}, "logs": {c.logs, 0.10}, "mail": {c.mail, 100},
		"total": {c.total(), 1 + 0.333334 + 2.75 + 0.09 + 0.10 + 100},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-6 {
			t.Errorf("%s costs %v, want %v", name, pair[0], pair[1])
		}
	}
}

func TestCostPageHasALineForEachUseCase(t *testing.T) {
	var page strings.Builder
	if err := writeCosts(&page, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), []usage{{name: "health", memoryMB: 256, reads: 1, readUnits: 1}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"on 22 November 2026", "list of November 2026", "| health | 1 | 0 | 3 ms | $1.00 | $0.21 | $0.12 | $0.00 | $0.00 | $0.00 | **$1.34** |"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, &page)
		}
	}
}

func TestListFiguresCompareWithinRounds(t *testing.T) {
	cpu, wall := measured{}, measured{}
	for range listRounds {
		for name, v := range map[string]float64{ours: 200, limit: 100, sdkLimit: 160, control: 400, threads: 300} {
			cpu.add(name, v)
			wall.add(name, v/100)
		}
	}
	figures := listFigures(20, cpu, wall)
	want := []float64{2, 4, 1.25, 2.5, 1.5, 2}
	for i, f := range figures {
		if math.Abs(f.Value-want[i]) > 1e-9 || f.Check() != nil {
			t.Errorf("%s: %v, want %v", f.What, f.Value, want[i])
		}
	}
	cpu[ours] = cpu[ours][:listRounds-1]
	if (figure.Section{Figures: listFigures(20, cpu, wall)}).Check() == nil {
		t.Error("a lost round went unnoticed")
	}
}

func TestArithmeticKeepsTheFirstFault(t *testing.T) {
	var a arithmetic
	a.note(errors.New("first"))
	a.median(nil, 1)
	a.ratio(figure.Samples{1}, nil, 1)
	if a.err == nil || a.err.Error() != "first" {
		t.Error(a.err)
	}
}

func TestBrowserFollowsWhatFilesName(t *testing.T) {
	html := `<script src="/assets/boot-A1.js"></script><link rel="stylesheet" href="/assets/style-B2.css">`
	if got := strings.Join(follow("text/html; charset=utf-8", html), " "); got != "/assets/boot-A1.js /assets/style-B2.css" {
		t.Error(got)
	}
	js := `import("./sign-in-C3.js");import("./invoices-D4.js");x={en:()=>import("./en.core-E5.js")}`
	if got := strings.Join(follow("text/javascript; charset=utf-8", js), " "); got != "/assets/sign-in-C3.js /assets/en.core-E5.js" {
		t.Error(got)
	}
	if got := follow("text/css", `url("/assets/x.woff2")`); got != nil {
		t.Error(got)
	}
}

func TestEnvironmentLosesOnlyWhatIsTaken(t *testing.T) {
	environment := []string{"A=1", "GOMAXPROCS=1", "B=2"}
	if got := strings.Join(without(environment, "GOMAXPROCS="), " "); got != "A=1 B=2" {
		t.Error(got)
	}
	if len(environment) != 3 || environment[1] != "GOMAXPROCS=1" {
		t.Error("the caller's environment was changed")
	}
}
