// Command operator imports documents into a center, and exports and sums up
// what it holds:
//
//	operator import [-mapping M.json] [-dry-run] FILES…
//	operator export -account KEY|ID [-out FILE]
//	operator summary [-account KEY|ID]
//	operator convert OCDS-FILES…
//
// It signs in with a code. On a developer's machine it reads that from the
// local mailbox; elsewhere it asks for it. It does not know what the records
// mean: it sends files, and prints what it is answered. To convert contracts it
// needs no center: it writes what import takes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"customercenter/infra/demo"
	"customercenter/infra/operator/desk"
)

// The exit codes.
const (
	exitDone    = 0
	exitRefused = 1 // some record was not taken
	exitFailed  = 2 // nothing more could be done
)

// errRefused ends an import that did not take every record.
var errRefused = errors.New("not every record was taken")

const defaultURL = "http://localhost:8080"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	t := terminal{in: os.Stdin, out: os.Stdout, notes: os.Stderr}
	err := run(ctx, t, os.Args[1:])
	stop()
	switch {
	case err == nil:
		os.Exit(exitDone)
	case errors.Is(err, flag.ErrHelp):
		os.Exit(exitFailed)
	case errors.Is(err, errRefused):
		fmt.Fprintln(os.Stderr, "operator:", err)
		os.Exit(exitRefused)
	}
	fmt.Fprintln(os.Stderr, "operator:", err)
	os.Exit(exitFailed)
}

// terminal is where a command reads and writes: results go to out, everything
// said on the way to notes.
type terminal struct {
	in         io.Reader
	out, notes io.Writer
}

// target says which center to talk to, and as whom.
type target struct {
	url, email string
}

func (to *target) flags(f *flag.FlagSet) {
	f.StringVar(&to.url, "url", defaultURL, "address of the center")
	f.StringVar(&to.email, "email", "", "address to sign in with (locally the demo's operator)")
}

func run(ctx context.Context, t terminal, args []string) error {
	commands := map[string]func(context.Context, terminal, []string) error{
		"import": runImport, "export": runExport, "summary": runSummary, "convert": runConvert,
	}
	if len(args) == 0 || commands[args[0]] == nil {
		fmt.Fprintln(t.notes, "usage: operator import|export|summary|convert [flags]; operator import -help says more")
		return flag.ErrHelp
	}
	return commands[args[0]](ctx, t, args[1:])
}

// parse reads the flags of a command.
func parse(t terminal, name, rest string, args []string, flags ...func(*flag.FlagSet)) ([]string, error) {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(t.notes)
	f.Usage = func() {
		fmt.Fprintf(t.notes, "usage: operator %s [flags] %s\n", name, rest)
		f.PrintDefaults()
	}
	for _, add := range flags {
		add(f)
	}
	err := f.Parse(args)
	return f.Args(), err
}

func runExport(ctx context.Context, t terminal, args []string) error {
	var to target
	var account, out string
	_, err := parse(t, "export", "", args, to.flags, func(f *flag.FlagSet) {
		f.StringVar(&account, "account", "", "key or id of the account")
		f.StringVar(&out, "out", "", "file to write (standard output when empty)")
	})
	if err != nil {
		return err
	}
	if account == "" {
		return errors.New("export needs -account")
	}
	client, err := open(ctx, t, to)
	if err != nil {
		return err
	}
	progress := func(records int) { fmt.Fprintf(t.notes, "%d records so far\n", records) }
	if out == "" {
		return client.Export(ctx, account, t.out, progress)
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	return errors.Join(client.Export(ctx, account, file, progress), file.Close())
}

func runSummary(ctx context.Context, t terminal, args []string) error {
	var to target
	var account string
	_, err := parse(t, "summary", "", args, to.flags, func(f *flag.FlagSet) {
		f.StringVar(&account, "account", "", "key or id of one account (all when empty)")
	})
	if err != nil {
		return err
	}
	client, err := open(ctx, t, to)
	if err != nil {
		return err
	}
	summaries, err := client.Summary(ctx, account)
	if err != nil {
		return err
	}
	return printJSON(t.out, summaries)
}

// open returns a client that is signed in: by the session kept from before, or
// by a new code.
func open(ctx context.Context, t terminal, to target) (*desk.Client, error) {
	if to.email == "" {
		to.email = demo.Operator
	}
	client := &desk.Client{BaseURL: to.url, Session: readSession(to)}
	in, err := client.SignedIn(ctx)
	if err != nil || in {
		return client, err
	}
	client.Session = ""
	code := func(context.Context) (string, error) {
		fmt.Fprintf(t.notes, "Code sent to %s: ", to.email)
		var typed string
		_, err := fmt.Fscanln(t.in, &typed)
		return typed, err
	}
	if client.HasMailbox(ctx, to.email) {
		if code, err = client.MailboxCode(ctx, to.email); err != nil {
			return nil, err
		}
	}
	if err := client.SignIn(ctx, to.email, code); err != nil {
		return nil, err
	}
	return client, writeSession(to, client.Session)
}
