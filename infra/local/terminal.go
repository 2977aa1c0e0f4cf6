package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"customercenter/infra/demo"
	"customercenter/infra/local/clock"
	"customercenter/infra/local/cloud"
)

// nameWidth is the column that function names are set in, in front of their lines.
const nameWidth = 18

// terminal prints what a person shall see: addresses on standard output, everything else on standard error.
type terminal struct {
	quiet  bool
	colour bool

	mu  sync.Mutex
	out io.Writer
	err io.Writer
}

func newTerminal(quiet bool) *terminal {
	status, err := os.Stderr.Stat()
	colour := err == nil && status.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == ""
	return &terminal{quiet: quiet, colour: colour, out: os.Stdout, err: os.Stderr}
}

// progress prints a step, unless quiet.
func (t *terminal) progress(line string) {
	if !t.quiet {
		t.warn(line)
	}
}

// warn prints what a person should know of.
func (t *terminal) warn(line string) { t.print(t.paint("36", "local"), len("local"), line) }

// functionLine prints a line of a function behind its name.
func (t *terminal) functionLine(function, line string) {
	if t.quiet {
		return
	}
	t.print(t.paint("35", function), len(function), readable(line))
}

// tedious are the fields of a log line that a terminal shows anyway, or that only machines read.
var tedious = map[string]bool{"time": true, "level": true, "msg": true, "function": true, "requestId": true}

// readable writes a JSON log line as a sentence of fields in their order: what happened first, errors marked. Any
// other line stays as it is.
func readable(line string) string {
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return line
	}
	var head, rest []string
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return line
		}
		var v any
		if err := d.Decode(&v); err != nil {
			return line
		}
		text := fmt.Sprint(v)
		switch {
		case name == "level" && text != "INFO", name == "msg":
			head = append(head, text)
		case tedious[fmt.Sprint(name)] || text == "":
		default:
			rest = append(rest, fmt.Sprintf("%s=%s", name, quoted(text)))
		}
	}
	if len(head) == 0 {
		return line
	}
	return strings.Join(append(head, rest...), " ")
}

// quoted puts text with blanks into quotation marks.
func quoted(text string) string {
	if strings.ContainsAny(text, " \t\"") && !strings.Contains(text, "\n") {
		return strconv.Quote(text)
	}
	return text
}

func (t *terminal) print(name string, width int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for line := range strings.Lines(text) {
		fmt.Fprintf(t.err, "%s%s │ %s\n", name, strings.Repeat(" ", max(0, nameWidth-width)), strings.TrimRight(line, "\n"))
	}
}

func (t *terminal) paint(colour, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// banner prints where everything is and who may sign in.
func (t *terminal) banner(system *cloud.Cloud, s settings, c *clock.Clock, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := system.Address()
	fmt.Fprintf(t.out, "\nReady after %.1f s. Data is kept in %s.\n\n", took.Seconds(), s.data)
	fmt.Fprintf(t.out, "  Portal       %s/\n", at)
	if os.Getenv("AWS_ENDPOINT_URL_SES") == "" {
		fmt.Fprintf(t.out, "  Mailbox      %s/_mailbox   (sign-in codes arrive here)\n", at)
	}
	fmt.Fprintf(t.out, "  Local cloud  %s/_local     (functions, clock)\n", at)
	if system.Payments() != nil {
		fmt.Fprintf(t.out, "  Payments     %s/_local#payments-section   (test cards only: settle, refund, webhooks, faults)\n", at)
	}
	fmt.Fprintln(t.out)
	if offset := c.Offset(); offset != 0 {
		fmt.Fprintf(t.out, "  The clock shows %s.\n\n", c.Now().Format(time.RFC1123))
	}
	if !s.demo {
		fmt.Fprintf(t.out, "  The system is empty. %s may import documents.\n\n", demo.Operator)
		return
	}
	fmt.Fprintln(t.out, "Sign in as")
	for _, p := range demo.People() {
		fmt.Fprintf(t.out, "  %-38s %s, %s\n", p.Email, p.Account, p.Type)
	}
	fmt.Fprintf(t.out, "  %-38s %s\n\n", demo.Operator, "operator: imports and summaries")
}
