package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"customercenter/infra/operator/desk"
	"customercenter/shared/center"
)

// importFlags are those of the import command.
type importFlags struct {
	target
	mapping  string
	asJSON   bool
	netTerms int
	options  desk.Options
}

func (i *importFlags) flags(f *flag.FlagSet) {
	i.target.flags(f)
	f.StringVar(&i.mapping, "mapping", "", "JSON file that says what the columns of CSV files mean")
	f.BoolVar(&i.asJSON, "json", false, "print the report as JSON")
	f.BoolVar(&i.options.DryRun, "dry-run", false, "say what would happen, and change nothing")
	f.BoolVar(&i.options.Quiet, "quiet", false, "mail no invoice, however new it is: for history that ends today")
	f.BoolVar(&i.options.AcceptNearDuplicates, "accept-near-duplicates", false, "take papers that look like others but for zeros in their number")
	f.StringVar(&i.options.Rounding, "rounding", "", "reject, half_up or half_even: amounts with too many decimals")
	f.StringVar(&i.options.Currency, "currency", "", "currency where a file names none")
	f.IntVar(&i.netTerms, "net-terms-days", -1, "days to pay where neither file nor account says; -1 for none")
}

func runImport(ctx context.Context, t terminal, args []string) error {
	var i importFlags
	rest, err := parse(t, "import", "FILES…", args, i.flags)
	if err != nil {
		return err
	}
	if i.netTerms >= 0 {
		i.options.NetTermsDays = &i.netTerms
	}
	files, err := readFiles(rest)
	if err != nil {
		return err
	}
	var mapping []byte
	if i.mapping != "" {
		if mapping, err = os.ReadFile(i.mapping); err != nil {
			return err
		}
	}
	client, err := open(ctx, t, i.target)
	if err != nil {
		return err
	}
	report, err := client.Import(ctx, files, mapping, i.options, func(p desk.Progress) {
		fmt.Fprintf(t.notes, "%3d %%  %d created, %d unchanged, %d not taken\n", 100*p.Bytes/max(p.TotalBytes, 1),
			p.Counts.Created, p.Counts.Unchanged, notTaken(p.Counts))
	})
	if err != nil {
		return inWords(err)
	}
	if i.asJSON {
		err = printJSON(t.out, report)
	} else {
		err = printReport(t.out, report)
	}
	if err == nil && notTaken(report.Counts) > 0 {
		return errRefused
	}
	return err
}

// inWords spells out every fault of a mapping, which is checked here before
// anything is sent.
func inWords(err error) error {
	var refusal *center.Error
	if !errors.As(err, &refusal) {
		return err
	}
	var b strings.Builder
	b.WriteString(refusal.Detail)
	for _, v := range refusal.Violations {
		fmt.Fprintf(&b, "\n  %s %s", v.Pointer, v.Detail)
	}
	return errors.New(b.String())
}

func notTaken(c center.ImportCounts) int { return c.Conflict + c.NearDuplicate + c.Rejected }

// readFiles reads the named files; of a folder, those in it in the order of
// their names.
func readFiles(paths []string) ([]desk.File, error) {
	var files []desk.File
	for _, path := range paths {
		names := []string{path}
		if info, err := os.Stat(path); err != nil {
			return nil, err
		} else if info.IsDir() {
			if names, err = filesIn(path); err != nil {
				return nil, err
			}
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, desk.File{Name: filepath.Base(name), Data: data})
		}
	}
	if len(files) == 0 {
		return nil, errors.New("name the files to import")
	}
	return files, nil
}

func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
}
