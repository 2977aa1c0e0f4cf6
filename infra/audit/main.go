// Command audit recomputes the chains of audit logs and says what was edited,
// removed, put in or moved since it was linked:
//
//	audit [-data .local] [-account KEY|ID] [-head SEQUENCE:HASH]
//	AWS_REGION=… AWS_ACCESS_KEY_ID=… audit -table customer-center …
//
// Without credentials it reads a copy of the table in the data folder of a
// center on this machine, which may be running. It only reads, but that it
// takes a person out of the logs where it is told to:
//
//	audit -erase sara@example.com -by desk@vendor.example -reason "She asked for it." [-name "Sara Q."]
//
// No function of the center may do that. It needs the table itself: on this
// machine the center must not be running. What was erased keeps what its chain
// knows it by, and the chain says that, so that the logs verify as before.
//
// It does not know what an entry means, and cannot see entries that went from
// the end of a chain together with their links, unless -head says what was
// noted before.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"customercenter/infra/local/dynamo"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

// errFaults ends a run that found something.
var errFaults = errors.New("the audit log is not what was written")

// reason is why the command reads across accounts.
const reason = "somebody verifies the audit logs"

// pageSize is how many accounts are looked at in one read of the directory.
const pageSize = 100

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(1)
	}
}

// head is what was noted of a chain before.
type head struct {
	sequence int64
	hash     string
}

func run(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("audit", flag.ContinueOnError)
	data := f.String("data", ".local", "data folder of a center on this machine")
	table := f.String("table", "customer-center", "name of the table")
	account := f.String("account", "", "id or key of one account; all when empty")
	noted := f.String("head", "", "SEQUENCE:HASH of -account as noted before: the chain must still go through it")
	var erase store.Erasure
	f.StringVar(&erase.Email, "erase", "", "address of a person to take out of the logs")
	f.StringVar(&erase.By, "by", "", "with -erase: who does it")
	f.StringVar(&erase.Reason, "reason", "", "with -erase: why")
	f.Func("name", "with -erase: a name she went by, beside those that the logs tell; may be repeated", func(name string) error {
		erase.Names = append(erase.Names, name)
		return nil
	})
	if err := f.Parse(args); err != nil {
		return err
	}
	var before head
	if *noted != "" {
		sequence, hash, _ := strings.Cut(*noted, ":")
		n, err := strconv.ParseInt(sequence, 10, 64)
		if err != nil || hash == "" || *account == "" {
			return errors.New("-head is SEQUENCE:HASH, and needs -account")
		}
		before = head{n, hash}
	}
	if erase.Email != "" && (erase.By == "" || erase.Reason == "") {
		return errors.New("-erase needs -by and -reason: the logs say who erased, and why")
	}
	s, shut, err := open(*data, *table, erase.Email != "")
	if err != nil {
		return err
	}
	defer shut()
	everywhere := s.Everywhere(reason)
	if erase.Email != "" {
		return eraseFrom(ctx, everywhere, *account, erase, out)
	}
	if *account != "" {
		found, err := everywhere.FindAccount(ctx, *account)
		if err != nil {
			return err
		}
		return check(ctx, everywhere, []center.Account{found}, before, out)
	}
	return checkAll(ctx, everywhere, out)
}

// checkAll checks every account, whatever it finds on the way.
func checkAll(ctx context.Context, everywhere store.Everywhere, out io.Writer) error {
	faulty := false
	err := each(ctx, everywhere, func(accounts []center.Account) error {
		err := check(ctx, everywhere, accounts, head{}, out)
		if errors.Is(err, errFaults) {
			faulty = true
			return nil
		}
		return err
	})
	if err == nil && faulty {
		err = errFaults
	}
	return err
}

// each goes through all accounts.
func each(ctx context.Context, everywhere store.Everywhere, do func([]center.Account) error) error {
	for cursor := ""; ; {
		accounts, next, err := everywhere.Accounts(ctx, cursor, pageSize)
		if err == nil {
			err = do(accounts)
		}
		if err != nil || next == "" {
			return err
		}
		cursor = next
	}
}

// eraseFrom takes a person out of the log of one account, or of all.
func eraseFrom(ctx context.Context, everywhere store.Everywhere, account string, x store.Erasure, out io.Writer) error {
	address, ok := center.NormalizeEmail(x.Email)
	if !ok {
		return fmt.Errorf("%q is no address", x.Email)
	}
	x.Email = address
	from := func(accounts []center.Account) error {
		for _, a := range accounts {
			x.Account = a.ID
			n, err := everywhere.RedactAudit(ctx, x)
			if err != nil {
				return err
			}
			if n > 0 {
				fmt.Fprintf(out, "%s  %q  erased from %d entries\n", a.ID, a.Name, n)
			}
		}
		return nil
	}
	if account == "" {
		return each(ctx, everywhere, from)
	}
	found, err := everywhere.FindAccount(ctx, account)
	if err != nil {
		return err
	}
	return from([]center.Account{found})
}

// check prints a line for each account, and one for each fault.
func check(ctx context.Context, everywhere store.Everywhere, accounts []center.Account, before head, out io.Writer) (all error) {
	for _, a := range accounts {
		c, err := everywhere.CheckAudit(ctx, a.ID, before.sequence)
		if err != nil {
			return err
		}
		if before.sequence > 0 && c.Noted != before.hash {
			c.Faults = append(c.Faults, store.AuditFault{Sequence: before.sequence, What: "the chain does not go through what was noted"})
		}
		fmt.Fprintf(out, "%s  %q  %d entries, %d linked, %d waiting, %d redacted, head %d:%s\n",
			a.ID, a.Name, c.Entries, c.Links, c.Waiting, c.Redacted, c.Links, c.Head)
		for _, fault := range c.Faults {
			fmt.Fprintf(out, "  link %d, entry %q: %s\n", fault.Sequence, fault.Entry, fault.What)
			all = errFaults
		}
	}
	return all
}

// open reaches the table in the cloud where there are credentials, else the one
// on this machine, or a copy where it is only read.
func open(data, table string, writes bool) (s *store.Store, shut func(), err error) {
	config := store.FromEnvironment(os.Getenv)
	config.Table, config.Now = table, time.Now
	if config.AccessKeyID != "" {
		return store.Open(config), func() {}, nil
	}
	folder, shut := filepath.Join(data, "dynamo"), func() {}
	if _, err := os.Stat(folder); err != nil {
		return nil, nil, fmt.Errorf("read the table of %s: %w", data, err)
	}
	if !writes {
		copied, err := os.MkdirTemp("", "audit")
		if err != nil {
			return nil, nil, err
		}
		shut = func() { os.RemoveAll(copied) }
		if err := copyFiles(folder, copied); err != nil {
			shut()
			return nil, nil, fmt.Errorf("read the table of %s: %w", data, err)
		}
		folder = copied
	}
	db, err := dynamo.Open(folder, dynamo.Options{NoSync: !writes})
	if err != nil {
		shut()
		return nil, nil, err
	}
	config.Region, config.AccessKeyID, config.SecretAccessKey = "us-east-1", "local", "local"
	config.Endpoint, config.HTTP = "http://table.local", db
	return store.Open(config), func() { db.Close(); shut() }, nil
}

// copyFiles copies the files of a folder, those in it alone. The engine's log
// is only ever appended to: what is written while it is copied is left out.
func copyFiles(from, to string) error {
	names, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !name.Type().IsRegular() {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, name.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name.Name()), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
