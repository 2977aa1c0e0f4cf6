package browsertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Budgets of what goes over the wire, in bytes. Parts are counted as gzip
// makes them, the first load as brotli does, which every browser asks for.
const (
	entryBudget     = 25 << 10
	routeBudget     = 12 << 10
	styleBudget     = 8 << 10
	firstLoadBudget = 30 << 10
)

// bundle reads what the portal was built into.
type bundle struct {
	*testing.T
	dist string
}

var staticImport = regexp.MustCompile(`(?:from|import)"\./([^"]+)"`)

func built(t *testing.T) bundle {
	t.Helper()
	b := bundle{t, filepath.Join(root(), "functions", "serve-portal", "dist")}
	if _, err := os.Stat(filepath.Join(b.dist, "index.html")); err != nil {
		missing(t, "the portal is not built (make web)")
	}
	return b
}

// find is the one file of assets whose name the pattern matches.
func (b bundle) find(pattern string) string {
	b.Helper()
	found, err := filepath.Glob(filepath.Join(b.dist, "assets", pattern))
	if err != nil || len(found) != 1 {
		b.Fatalf("%s matches %q", pattern, found)
	}
	return found[0]
}

func (b bundle) size(file, encoding string) int {
	b.Helper()
	info, err := os.Stat(file + encoding)
	if err != nil {
		b.Fatal(err)
	}
	return int(info.Size())
}

// closure adds the file and all it imports at once to the set.
func (b bundle) closure(file string, set map[string]bool) map[string]bool {
	b.Helper()
	if set[file] {
		return set
	}
	set[file] = true
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range staticImport.FindAllStringSubmatch(string(text), -1) {
		b.closure(filepath.Join(filepath.Dir(file), m[1]), set)
	}
	return set
}

func (b bundle) sum(files map[string]bool, without map[string]bool, encoding string) int {
	total := 0
	for file := range files {
		if !without[file] {
			total += b.size(file, encoding)
		}
	}
	return total
}

func TestThePortalKeepsItsBudgets(t *testing.T) {
	t.Parallel()
	b := built(t)
	entry := b.closure(b.find("main-????????.js"), map[string]bool{})
	style := b.find("style-????????.css")
	within := func(what string, size, budget int) {
		t.Helper()
		t.Logf("%-28s %6d of %6d bytes", what, size, budget)
		if size > budget {
			t.Errorf("%s has %d bytes, its budget is %d", what, size, budget)
		}
	}
	within("entry", b.sum(entry, nil, ".gz"), entryBudget)
	within("styles", b.size(style, ".gz"), styleBudget)
	within("styles of paying", b.size(b.find("paying-????????.css"), ".gz"), styleBudget)
	within("styles of agreements", b.size(b.find("agreements-????????.css"), ".gz"), styleBudget)
	for _, route := range []string{"sign-in", "home", "invoices", "invoice", "imports", "import", "preferences", "help",
		"pay", "pay-check", "payment", "payments", "payment-methods", "invoice-pay", "users", "users-invite", "invitation", "activity", "reviews", "person",
		"contracts", "contract", "contract-renewals", "orders", "order", "payments-due", "schedule", "schedule-calendar", "paper-files", "billing", "elsewhere", "rewards"} {
		page := b.closure(b.find(route+"-????????.js"), map[string]bool{})
		within("page "+route, b.sum(page, entry, ".gz"), routeBudget)
	}
	always := b.sum(entry, nil, ".br") + b.size(style, ".br") + b.size(b.find("boot-????????.js"), ".br") + b.size(filepath.Join(b.dist, "index.html"), ".br")
	for _, language := range []string{"en", "ar"} {
		for route, own := range map[string]struct{ words, sheet string }{
			"home": {"core home", "home"}, "sign-in": {"core signIn", "door"}, "invoice": {"core invoice papers", "paper"},
		} {
			page := b.closure(b.find(route+"-????????.js"), map[string]bool{})
			beside := b.size(b.find(own.sheet+"-????????.css"), ".br")
			for _, area := range strings.Fields(own.words) {
				beside += b.size(b.find(language+"."+area+"-????????.js"), ".br")
			}
			within("first load "+route+" "+language, always+b.sum(page, entry, ".br")+beside, firstLoadBudget)
		}
	}
}

func TestThePortalFitsTheContract(t *testing.T) {
	t.Parallel()
	web := filepath.Join(root(), "functions", "serve-portal", "web")
	if _, err := os.Stat(filepath.Join(web, "node_modules", "typescript")); err != nil {
		missing(t, "the portal's packages are not installed (make web)")
	}
	check := exec.Command("npm", "run", "--silent", "check")
	check.Dir = web
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("the portal's types and infra/openapi.yaml are at odds:\n%s", out)
	}
}
