package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
)

func TestMain(m *testing.M) {
	functiontest.ManyAtOnce()
	os.Exit(functiontest.RunAndCountRights(m, "sign-in"))
}

// The faults are tried on an operator's sign-in, which makes every call that a
// customer's does and one more.

// passing are the faults that one try more gets over.
var passing = map[string]cloudtest.Fault{
	"fails before": cloudtest.FailBefore, "loses its answer": cloudtest.LoseAnswer,
	"is throttled": cloudtest.Throttle, "meets a transaction": cloudtest.Conflict,
}

// callsOf counts the calls to the table that do makes.
func callsOf(w *functiontest.World, do func()) int {
	w.Cloud.Wire.Fail(nil)
	do()
	return w.Cloud.Wire.Calls()
}

// Whichever call to the table fails once while a code is checked, the honest
// person gets in, with one session.
func TestOneLostAnswerLocksNobodyOut(t *testing.T) {
	w := functiontest.Empty(t)
	b := open(t, w)
	b.asks(functiontest.Desk)
	calls := callsOf(w, func() { meIn(t, b.types(b.codeOf(w, functiontest.Desk))) })
	for name, fault := range passing {
		for call := range calls {
			t.Run(fmt.Sprintf("call %d of %d %s", call, calls, name), func(t *testing.T) {
				t.Parallel()
				w := functiontest.Empty(t)
				b := open(t, w)
				b.asks(functiontest.Desk)
				w.Cloud.Wire.FailAt(call, fault)
				meIn(t, b.types(b.codeOf(w, functiontest.Desk)))
				w.Cloud.Wire.Fail(nil)
				meIn(t, b.send("GET /v1/me", ""))
				if n := sessionsOf(t, w, functiontest.Desk); n != 1 {
					t.Errorf("%d sessions", n)
				}
			})
		}
	}
}

// A crash in the middle may cost the person a new code, never her account.
func TestACrashWhileACodeIsCheckedLeavesTheDoorUsable(t *testing.T) {
	w := functiontest.Empty(t)
	b := open(t, w)
	b.asks(functiontest.Desk)
	calls := callsOf(w, func() { meIn(t, b.types(b.codeOf(w, functiontest.Desk))) })
	for name, fault := range map[string]cloudtest.Fault{"before": cloudtest.GoneBefore, "after": cloudtest.GoneAfter} {
		for call := range calls {
			t.Run(fmt.Sprintf("gone %s call %d of %d", name, call, calls), func(t *testing.T) {
				t.Parallel()
				w := functiontest.Empty(t)
				b := open(t, w)
				b.asks(functiontest.Desk)
				code := b.codeOf(w, functiontest.Desk)
				w.Cloud.Wire.FailAt(call, fault)
				b.types(code)
				w.Cloud.Wire.Fail(nil)
				if resp := b.types(code); resp.StatusCode == 200 {
					meIn(t, b.send("GET /v1/me", ""))
				} else {
					b.signsIn(w, functiontest.Desk)
				}
				if n := sessionsOf(t, w, functiontest.Desk); n > 2 {
					t.Errorf("%d sessions of two codes", n)
				}
			})
		}
	}
}

// Whichever call fails once while a code is asked for, it is asked for, and
// the answer is the same for everyone.
func TestAskingGetsOverOneFault(t *testing.T) {
	w := functiontest.Empty(t)
	calls := callsOf(w, func() { open(t, w).asks(functiontest.Desk) })
	for name, fault := range passing {
		for call := range calls {
			t.Run(fmt.Sprintf("call %d of %d %s", call, calls, name), func(t *testing.T) {
				t.Parallel()
				w := functiontest.Empty(t)
				b := open(t, w)
				w.Cloud.Wire.FailAt(call, fault)
				if resp := b.asks(functiontest.Desk); resp.StatusCode != 202 {
					t.Fatalf("%d %s", resp.StatusCode, resp.Body)
				}
				w.Cloud.Wire.Fail(nil)
				meIn(t, b.types(b.codeOf(w, functiontest.Desk)))
			})
		}
	}
}

func sessionsOf(t *testing.T, w *functiontest.World, p functiontest.Person) int {
	t.Helper()
	m, err := w.Store.Membership(t.Context(), functiontest.AccountOf(p), center.ContactIDOf(string(p)))
	if err != nil {
		t.Fatal(err)
	}
	return len(m.Sessions)
}

// A table that is away is 503 or 500 in neutral words, and opens nothing.
func TestATableThatIsAwayOpensNothing(t *testing.T) {
	w := functiontest.New(t)
	cookie := w.Cookie(t, functiontest.Primary)
	w.Cloud.Wire.FailAt(0, cloudtest.GoneBefore)
	r := functiontest.Request("GET /v1/me", "/v1/me")
	r.Cookies = []string{cookie}
	resp := functiontest.Invoke(t, routesOf(w), r)
	if resp.StatusCode != 500 && resp.StatusCode != 503 {
		t.Errorf("%d %s", resp.StatusCode, resp.Body)
	}
}

// pairs is how many pairs of requests the clock is held against.
var pairs = flag.Int("pairs", 200, "pairs of requests for a known and an unknown address that are timed")

// The time an answer takes tells nothing of whether the address is known: the
// t value of Welch's test over interleaved pairs stays below 4.5.
func TestTheTimeOfAnAnswerTellsNothing(t *testing.T) {
	w := functiontest.New(t)
	routes := routesOf(w)
	ask := func(i int, p functiontest.Person) float64 {
		r := functiontest.Request("POST /v1/sign-in/code", "/v1/sign-in/code")
		r.Headers["content-type"], r.Body = "application/json", fmt.Sprintf(`{"email":%q}`, p)
		r.RequestContext.HTTP.SourceIP = fmt.Sprintf("198.51.%d.7", i%200)
		start := time.Now()
		resp := functiontest.InvokeUnchecked(t, routes, r)
		took := time.Since(start)
		if resp.StatusCode != 202 {
			t.Fatalf("%d %s", resp.StatusCode, resp.Body)
		}
		return took.Seconds()
	}
	count := tally.Open(t, "answers for known and unknown addresses, timed")
	var known, unknown []float64
	for i := range *pairs {
		w.Pass(3 * time.Hour)
		first, second := functiontest.Primary, functiontest.Nobody
		if i%2 == 1 {
			first, second = second, first
		}
		a, b := ask(i, first), ask(i, second)
		if i%2 == 1 {
			a, b = b, a
		}
		known, unknown = append(known, a), append(unknown, b)
		count.Add("")
	}
	value := welch(known, unknown)
	count.Fact("t = %.2f over %d pairs", value, *pairs)
	if math.Abs(value) > 4.5 {
		count.Add("the time tells who is known")
		t.Errorf("t = %.2f: the time tells who is known", value)
	}
}

func welch(a, b []float64) float64 {
	meanA, varA := moments(a)
	meanB, varB := moments(b)
	return (meanA - meanB) / math.Sqrt(varA/float64(len(a))+varB/float64(len(b)))
}

func moments(xs []float64) (mean, variance float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		variance += (x - mean) * (x - mean) / float64(len(xs)-1)
	}
	return mean, variance
}
