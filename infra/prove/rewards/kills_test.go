package rewards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/lambda"
	"customercenter/infra/prove/tally"
	"customercenter/shared/center"
	"customercenter/shared/httpapi"
)

// The functions that use rewards or give them back.
const (
	redeemer = "redeem-rewards"
	payer    = "pay-invoices"
	settler  = "settle-payments"
)

// binaries are the functions, built once as they deploy, by name.
var binaries = sync.OnceValues(func() (map[string]string, error) { return functiontest.Binaries(redeemer, payer, settler) })

// deed is something a function does on which it can be killed; left is what may
// be used when all has come to its end. Of a payment that the sweep had to stop
// that is all there was.
type deed struct {
	name     string
	function string
	before   func(k *killing)
	do       func(k *killing, p *program)
	left     int64
}

// killing is a town with a processor, in which a function dies.
type killing struct {
	*town
	processor *functiontest.Processor
	redeemed  center.RedemptionID
}

// program is the functions as their binaries, over a gate at which one of them
// dies.
type program struct {
	k    *killing
	own  *lambda.Service
	door *httptest.Server

	mu       sync.Mutex
	function string // that dies
	at       int    // its call
	after    bool   // the call was done
	calls    int
	gone     bool
}

const unstruck = -1

func (k *killing) program(function string, at int, after bool) *program {
	k.t.Helper()
	paths, err := binaries()
	if err != nil {
		k.t.Fatal(err)
	}
	p := &program{k: k, function: function, at: at, after: after}
	p.door = httptest.NewUnstartedServer(p)
	var functions []lambda.Function
	for name, path := range paths {
		functions = append(functions, lambda.Function{Name: name, Bootstrap: path, Timeout: time.Minute, MemoryMB: 256})
	}
	p.own = lambda.New(functions, lambda.Options{Environment: p.environment, DeadLetter: func(lambda.DeadLetter) {}})
	p.door.Start() // last: whoever was killed before may still call at an address that is used again
	k.t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel() // whoever is left need not finish
		p.own.Close(ended)
		p.door.CloseClientConnections()
		p.door.Close()
	})
	return p
}

func (p *program) environment(string) []string {
	return append(p.k.processor.Environment(), "AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "GOMAXPROCS=1",
		"CENTER_TABLE="+p.k.Cloud.Table, "CENTER_KEYS="+cloudtest.Keys, "CENTER_BASE_URL="+functiontest.Origin, "CENTER_OPERATORS="+string(functiontest.Desk),
		"CENTER_NOW="+p.k.Now().Format(time.RFC3339), "AWS_ENDPOINT_URL_DYNAMODB="+p.door.URL, "STRIPE_API_BASE="+p.door.URL)
}

// ServeHTTP is the gate.
func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	n, gone := p.calls, p.gone
	p.calls++
	dies := !gone && n == p.at
	p.gone = gone || dies
	p.mu.Unlock()
	switch {
	case gone:
	case dies:
		if p.after {
			p.deliver(httptest.NewRecorder(), r)
		}
		p.own.Kill(p.function)
	default:
		p.deliver(w, r)
		return
	}
	panic(http.ErrAbortHandler) // nobody is there to hear an answer
}

func (p *program) deliver(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") == "" {
		p.k.processor.Service.ServeHTTP(w, r)
		return
	}
	p.k.Cloud.DB.ServeHTTP(w, r)
}

// invoke runs a function. A crash is no answer and no error.
func (p *program) invoke(function string, event any) (answer httpapi.Response) {
	payload, err := json.Marshal(event)
	if err != nil {
		p.k.t.Fatal(err)
	}
	text, err := p.own.Invoke(context.Background(), lambda.Request{Function: function, Trigger: "proof", Payload: payload})
	var failed *lambda.Error
	if errors.As(err, &failed) && failed.Outcome == lambda.OutcomeCrash {
		return answer
	}
	if err != nil {
		p.k.t.Errorf("%s: %v", function, err)
	}
	_ = json.Unmarshal(text, &answer)
	if answer.StatusCode == http.StatusInternalServerError {
		p.k.t.Errorf("%s answered %s", function, answer.Body)
	}
	return answer
}

// asks sends a request as the person's browser does, each time the same.
func (p *program) asks(function string, who functiontest.Person, route, key string, body any) httpapi.Response {
	_, path, _ := strings.Cut(route, " ")
	r := functiontest.Request(route, path)
	maps.Copy(r.Headers, map[string]string{"content-type": "application/json", "idempotency-key": key})
	text, err := json.Marshal(body)
	if err != nil {
		p.k.t.Fatal(err)
	}
	r.Body = string(text)
	return p.invoke(function, p.k.As(p.k.t, who, r))
}

func ticks(p *program) { p.invoke(settler, map[string]any{"source": "aws.scheduler"}) }

const key = "key-of-the-proof-1"

func redeem(k *killing, p *program) {
	inv := center.Invoice{ID: k.invoices[0], Version: 1}
	p.asks(redeemer, functiontest.Primary, "POST /v1/rewards/redemptions", key, map[string]any{"subscription": sub, "code": k.code, "invoice": inv.ID,
		"version": inv.Version, "amount": riyals(30000), "fxRate": "1"})
}

func payBy(card string, invoice, charge, rewards int64) func(*killing, *program) {
	return func(k *killing, p *program) {
		method := center.MethodID("")
		if card != "" {
			method = k.card(card)
		}
		p.asks(payer, functiontest.Primary, "POST /v1/payments", key, map[string]any{"charge": riyals(charge), "credit": riyals(0), "method": method,
			"parts":   []any{map[string]any{"invoice": k.invoices[invoice], "version": 1, "amount": riyals(charge + rewards)}},
			"rewards": map[string]any{"subscription": sub, "code": k.code, "amount": riyals(rewards), "fxRate": "1"}})
	}
}

// card is a stored card, the same each time.
func (k *killing) card(token string) center.MethodID {
	w, err := k.in(functiontest.Primary).Wallet(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	if len(w.Methods) > 0 {
		return w.Methods[0].ID
	}
	return k.processor.Store(functiontest.Primary, token).ID
}

func stored(token string) func(*killing) { return func(k *killing) { k.card(token) } }

func redeemedBefore(k *killing) {
	actor := k.Actor(k.t, functiontest.Primary)
	d, _, err := k.Store.In(actor).Redeem(k.t.Context(), k.town.asks(actor, "before", k.head(k.invoices[0]), 30000))
	if err != nil {
		k.t.Fatal(err)
	}
	k.redeemed = d.ID
}

func reverse(k *killing, p *program) {
	p.asks(redeemer, functiontest.Desk, "POST /v1/operator/rewards/reverse", key, map[string]any{"account": functiontest.Najd, "redemption": k.redeemed, "reason": "void"})
}

var deeds = []deed{
	{"redeem", redeemer, func(*killing) {}, redeem, 28000},
	{"reverse", redeemer, redeemedBefore, reverse, 58000},
	{"pay with rewards and a card", payer, stored(functiontest.CardGood), payBy(functiontest.CardGood, 0, 4500, 30000), 28000},
	{"pay with rewards and a card that is declined", payer, stored(functiontest.CardDeclined), payBy(functiontest.CardDeclined, 0, 4500, 30000), 58000},
	{"pay with rewards alone", payer, func(*killing) {}, payBy("", 1, 0, 20000), 38000},
	{"sweep a page that nobody used", settler, func(k *killing) {
		payBy("", 0, 4500, 30000)(k, k.program("", unstruck, false))
		k.Pass(40 * time.Minute)
	}, func(_ *killing, p *program) { ticks(p) }, 58000},
}

// run plays a death, and then what comes after it: the same request again, and
// the sweep until nothing is due.
func (d deed) run(t *testing.T, at int, after bool) (verdict string, calls int) {
	k := &killing{town: newTown(t, 1)}
	k.invoices = append(k.invoices, k.Support(t, "ZERO", "SAR", "200.00", "200.00"))
	k.processor = k.World.Processor(t)
	d.before(k)
	p := k.program(d.function, at, after)
	d.do(k, p)
	if at != unstruck && !p.gone {
		return "nobody was killed", p.calls
	}
	d.do(k, k.program("", unstruck, false))
	for range 8 {
		due, err := k.Store.DuePayments(t.Context(), 10)
		if err != nil {
			return err.Error(), p.calls
		}
		if k.Pass(40 * time.Minute); len(due) == 0 && at == unstruck {
			break
		}
		ticks(k.program("", unstruck, false))
		if due, err = k.Store.DuePayments(t.Context(), 10); err == nil && len(due) == 0 {
			break
		}
	}
	purse, err := k.in(functiontest.Primary).Purse(t.Context(), sub)
	if err != nil {
		return err.Error(), p.calls
	}
	actor := k.Actor(t, functiontest.Primary)
	left, want := purse.Available(actor.Today(k.Now())).Minor, d.left
	paid, err := k.Store.In(actor).Payment(t.Context(), center.PaymentIDOf(actor.Account, actor.Contact, key))
	switch {
	case err != nil && !center.IsKind(err, center.NotFound):
		return err.Error(), p.calls
	case err == nil && !paid.State.Final():
		return "still not settled after the last sweep", p.calls
	case err == nil && paid.State.Paid() != (k.processor.Service.Captured(string(paid.ID)) == paid.Charge.Minor):
		return "paid is not what the processor took", p.calls
	case err == nil && !paid.State.Paid():
		want = earned
	}
	if left != want {
		return fmt.Sprintf("%d left, not %d", left, want), p.calls
	}
	return k.judge(), p.calls
}

// TestKills kills the functions' own binaries before and after each of their
// calls.
func TestKills(t *testing.T) {
	n := 0
	for _, d := range deeds {
		t.Run(d.name, func(t *testing.T) {
			count := tally.Open(t, "killed: "+d.name)
			verdict, calls := d.run(t, unstruck, false)
			if count.Add(verdict); verdict != "" {
				t.Fatalf("undisturbed: %s", verdict)
			}
			for i := range 2 * calls {
				if n++; n%*each != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%d, after %t", i/2, i%2 == 1), func(t *testing.T) {
					verdict, _ := d.run(t, i/2, i%2 == 1)
					if count.Add(verdict); verdict != "" {
						t.Error(verdict)
					}
				})
			}
			count.Fact("%d calls", calls)
			if *each == 1 {
				count.Complete()
			}
		})
	}
}
