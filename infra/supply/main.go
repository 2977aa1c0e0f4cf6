// Command supply says what the product is made of besides its own code: it
// has bills of materials written (CycloneDX), looks for known weaknesses, and
// writes docs/supply-chain.md with each part's version and licence.
//
//	supply [-out .build/sbom] [-vulndb URL]
//
// It fails for a licence that nobody has allowed, and for a weakness that the
// code can reach. Where the database of weaknesses cannot be reached it says
// so: that is no pass. It judges licences by their names, not their texts.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// The tools, which are fetched when they are needed; go.sum does not know
// them, but their versions are fixed and Go's checksum database does.
const (
	billTool = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0"
	vulnTool = "golang.org/x/vuln/cmd/govulncheck@v1.1.4"
)

// report is the page that is written.
const report = "docs/supply-chain.md"

// packages are the folders with packages of npm, each with what of it reaches
// production: the rest only builds.
var packages = map[string]func(name string) bool{
	"functions/serve-portal/web": func(name string) bool { return name == "preact" },
	"shared/document/fonts":      func(name string) bool { return strings.HasPrefix(name, "@expo-google-fonts/") },
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "supply:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("supply", flag.ContinueOnError)
	out := f.String("out", filepath.Join(".build", "sbom"), "folder for the bills of materials")
	vulndb := f.String("vulndb", "", "address of the database of weaknesses; Go's own when empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	parts, err := goParts(ctx, filepath.Join(*out, "go.cdx.json"))
	if err != nil {
		return err
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		name := strings.ReplaceAll(folder, "/", "-") + ".cdx.json"
		more, err := npmParts(ctx, folder, filepath.Join(*out, name))
		if err != nil {
			return err
		}
		parts = append(parts, more...)
	}
	weaknesses, weak := lookForWeaknesses(ctx, *vulndb)
	fmt.Println("supply:", weaknesses)
	if err := os.WriteFile(report, page(parts, weaknesses), 0o644); err != nil {
		return err
	}
	fmt.Printf("supply: %d parts; see %s, and %s for the bills\n", len(parts), report, *out)
	return errors.Join(judge(parts), weak)
}

// goParts are the modules, each marked where deployed functions hold it.
func goParts(ctx context.Context, bill string) ([]part, error) {
	fmt.Println("supply: the bill of Go modules")
	if _, err := tool(ctx, ".", "go", "run", billTool, "mod", "-licenses", "-assert-licenses", "-std", "-test", "-json", "-output", bill, "."); err != nil {
		return nil, err
	}
	linked, err := tool(ctx, ".", "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./functions/...")
	if err != nil {
		return nil, err
	}
	deployed := map[string]bool{"std": true}
	for path := range strings.FieldsSeq(string(linked)) {
		deployed[path] = true
	}
	text, err := os.ReadFile(bill)
	if err != nil {
		return nil, err
	}
	return read(text, "Go", func(name string) bool { return deployed[name] })
}

// npmParts are the packages of one folder.
func npmParts(ctx context.Context, folder, bill string) ([]part, error) {
	fmt.Println("supply: the bill of", folder)
	text, err := tool(ctx, folder, "npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(bill, text, 0o644); err != nil {
		return nil, err
	}
	return read(text, folder, packages[folder])
}

// lookForWeaknesses says what came of it. Its error is a weakness found.
func lookForWeaknesses(ctx context.Context, database string) (said string, weak error) {
	args := []string{"run", vulnTool}
	if database != "" {
		args = append(args, "-db", database)
	}
	answer, err := tool(ctx, ".", "go", append(args, "./...")...)
	switch {
	case err == nil:
		return "govulncheck finds no weakness that the code reaches.", nil
	case bytes.Contains(answer, []byte("Vulnerability #")):
		return "govulncheck FINDS WEAKNESSES.", fmt.Errorf("%s", answer)
	}
	return "govulncheck was skipped: its database could not be reached. This is no pass.", nil
}

// tool runs a command and answers what it printed; its error has what it said
// went wrong.
func tool(ctx context.Context, folder, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = folder
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(errs.String()))
	}
	return out.Bytes(), nil
}
