package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/process"
	"customercenter/infra/bench/world"
	"customercenter/shared/session"
)

// usage is what one use case took: what the product's own log line says, the
// processor time, and the sizes that are paid for.
type usage struct {
	name        string
	function    string
	memoryMB    int
	reads       int // calls
	writes      int
	readUnits   float64
	writeUnits  float64
	cpu         time.Duration
	answerBytes int
	logBytes    int
	mails       int
}

// spent is what the log line says, as the golden table has it.
func (u usage) spent() string {
	switch {
	case u.reads+u.writes == 0:
		return "no call"
	case u.writes == 0:
		return fmt.Sprintf("reads %d (%g RCU)", u.reads, u.readUnits)
	default:
		return fmt.Sprintf("reads %d (%g RCU), writes %d (%g WCU)", u.reads, u.readUnits, u.writes, u.writeUnits)
	}
}

// golden is what each use case takes (G5): calls and the capacity units they
// use. A call more is a change of the design, and is made here on purpose.
var golden = map[string]string{
	"health":                  "reads 1 (1 RCU)",
	"list of 20 with totals":  "reads 3 (2 RCU)",
	"list of 100 with totals": "reads 3 (3.5 RCU)",
	"list of 20, past due":    "reads 3 (2 RCU)",
	"list of 20 by amount":    "reads 3 (2 RCU)",
	"search by number":        "reads 3 (2 RCU)",
	"summary with aging":      "reads 2 (1.5 RCU)",
	"invoice of 5 lines":      "reads 2 (1.5 RCU)",
	"invoice of 50 lines":     "reads 2 (1.5 RCU)",
	"who is signed in":        "reads 2 (2 RCU)",
	"ask for a code":          "reads 2 (2 RCU), writes 3 (6 WCU)",
	"type the code":           "reads 3 (3 RCU), writes 4 (7 WCU)",
	"sign out":                "reads 1 (1 RCU), writes 1 (1 WCU)",
	"import of 1 invoice":     "reads 5 (5 RCU), writes 2 (44 WCU)", // and what the order or renewal it names has been paid
	"import of 100 invoices":  "reads 108 (302 RCU), writes 16 (3432 WCU)",
	"import of the same 100":  "reads 8 (302 RCU), writes 1 (4 WCU)",
	"operator: summary":       "reads 21 (12 RCU)",
	"operator: export of 100": "reads 13 (116 RCU)",
	"portal: a file":          "no call",
}

// useCase is a request of a function. Its event is made when its turn comes.
type useCase struct {
	name, function string
	event          func(*user) (events.APIGatewayV2HTTPRequest, error)
	after          func(*user, events.APIGatewayV2HTTPResponse) error
	repeats        int // times measured; reads only
	mails          int
}

// user is who makes the requests, and what she holds.
type user struct {
	w         *world.World
	cookie    string // of a customer
	operator  string
	challenge string // cookie of a code that was asked for
}

const (
	unitsAccount = "UNITS"
	unitsLarge   = 501 // the invoice with 50 lines
)

// units runs every use case against the engine and reads the log line of it.
func (b *bench) units() (figure.Section, error) {
	u, endpoint, err := b.newUser()
	if err != nil {
		return figure.Section{}, err
	}
	defer u.w.Close()
	names, err := b.functionNames(u.w)
	if err != nil {
		return figure.Section{}, err
	}
	binaries, err := b.builder.Functions(b.ctx, func(line string) { b.progress("%s", line) }, names...)
	if err != nil {
		return figure.Section{}, err
	}
	running := map[string]*process.Process{}
	defer func() {
		for _, p := range running {
			p.Stop()
		}
	}()
	b.usage = nil
	for _, c := range useCases() {
		if running[c.function] == nil {
			if running[c.function], err = process.Start(binaries[c.function], u.w.Environment(c.function, endpoint)); err != nil {
				return figure.Section{}, err
			}
		}
		used, err := runCase(u, running[c.function], c)
		if err != nil {
			return figure.Section{}, fmt.Errorf("%s: %w", c.name, err)
		}
		if f, ok := u.w.Template.Function(c.function); ok {
			used.memoryMB = f.MemoryMB
		}
		b.usage = append(b.usage, used)
	}
	return figure.Section{How: "Each use case is one request to the function's own binary over the embedded table; calls and units are those of the product's log line, held against a table in infra/bench/units.go. " +
		"The guard's consistent read is part of each.", Figures: unitFigures(b.usage)}, nil
}

func (b *bench) newUser() (*user, string, error) {
	w, err := world.Open(b.root, "")
	if err != nil {
		return nil, "", err
	}
	u := &user{w: w}
	if err := w.Fill(b.ctx, unitsAccount, 0, 300); err != nil {
		return nil, "", err
	}
	if err := w.FillOne(b.ctx, unitsAccount, unitsLarge, 50); err != nil {
		return nil, "", err
	}
	if err := w.FillOne(b.ctx, unitsAccount, unitsLarge-1, 5); err != nil {
		return nil, "", err
	}
	if u.cookie, err = w.SignIn(b.ctx, unitsAccount); err != nil {
		return nil, "", err
	}
	if u.operator, err = w.SignInOperator(b.ctx); err != nil {
		return nil, "", err
	}
	endpoint, err := w.Serve(w.DB)
	return u, endpoint, err
}

// runCase measures one use case; a read is repeated, and the last one counts.
func runCase(u *user, p *process.Process, c useCase) (usage, error) {
	used := usage{name: c.name, function: c.function, mails: c.mails}
	for range max(1, c.repeats) {
		e, err := c.event(u)
		if err != nil {
			return used, err
		}
		before, err := p.CPU()
		if err != nil {
			return used, err
		}
		answer, _, err := p.Invoke(world.Encode(e))
		if err != nil {
			return used, err
		}
		after, err := p.CPU()
		if err != nil {
			return used, err
		}
		var r events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(answer, &r); err != nil {
			return used, err
		}
		if r.StatusCode >= http.StatusMultipleChoices {
			return used, fmt.Errorf("answered %d: %s\n%s", r.StatusCode, r.Body, p.Lines())
		}
		used.cpu, used.answerBytes = after-before, len(r.Body)
		if err := used.readLine(p, e.RequestContext.RequestID); err != nil {
			return used, err
		}
		if c.after != nil {
			if err := c.after(u, r); err != nil {
				return used, err
			}
		}
	}
	return used, nil
}

// readLine takes calls and units out of the request's log line.
func (u *usage) readLine(p *process.Process, request string) error {
	text, err := p.WaitLine(`"requestId":"` + request + `"`)
	if err != nil {
		return err
	}
	return u.parse(text)
}

func (u *usage) parse(text string) error {
	var line struct {
		Reads, Writes int
		Units         string
	}
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		return fmt.Errorf("a log line is no JSON: %w: %s", err, text)
	}
	u.reads, u.writes, u.logBytes = line.Reads, line.Writes, len(text)+1
	if line.Units == "" {
		return nil // a function that does not reach the table
	}
	if _, err := fmt.Sscanf(line.Units, "%gr %gw", &u.readUnits, &u.writeUnits); err != nil {
		return fmt.Errorf("units %q: %w", line.Units, err)
	}
	return nil
}

// unitFigures hold each use case against the golden table.
func unitFigures(all []usage) (out []figure.Figure) {
	missing := maps.Clone(golden)
	for _, u := range all {
		want, known := golden[u.name]
		delete(missing, u.name)
		if !known {
			want = "a line in the golden table"
		}
		out = append(out, figure.Figure{Budget: "G5", What: u.name, Word: u.spent(), Want: want,
			Why: "the design of this use case has changed; if on purpose, change the golden table."})
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		out = append(out, figure.Figure{Budget: "G5", What: name, Word: "not measured", Want: golden[name], Why: "there is no such use case."})
	}
	return out
}

// challengeOf reads the cookie of a code that was asked for.
func challengeOf(r events.APIGatewayV2HTTPResponse) (string, error) {
	for _, c := range r.Cookies {
		if value, ok := strings.CutPrefix(c, session.ChallengeCookie+"="); ok {
			value, _, _ = strings.Cut(value, ";")
			return value, nil
		}
	}
	return "", fmt.Errorf("no cookie %s in %q", session.ChallengeCookie, r.Cookies)
}

// sessionOf reads the cookie of a new session.
func sessionOf(r events.APIGatewayV2HTTPResponse) (string, error) {
	for _, c := range r.Cookies {
		if strings.HasPrefix(c, session.Cookie+"=") {
			pair, _, _ := strings.Cut(c, ";")
			return pair, nil
		}
	}
	return "", fmt.Errorf("no cookie %s in %q", session.Cookie, r.Cookies)
}
