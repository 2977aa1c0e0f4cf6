package house

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asvsSections says how many requirements each section of each chapter of
// OWASP ASVS 5.0.0 has.
var asvsSections = [][]int{
	{2, 10, 12, 3, 3}, {3, 3, 5, 2}, {1, 3, 5, 8, 8, 1, 5}, {5, 5, 2, 4}, {1, 6, 3, 3}, {3, 12, 8, 6, 8, 4, 2, 4}, {3, 4, 2, 5, 3, 2},
	{4, 4, 3, 2}, {3, 4}, {2, 3, 5, 16, 5, 2, 3}, {4, 5, 5, 4, 2, 2, 2}, {5, 2, 5}, {4, 6, 4, 7}, {2, 8, 3}, {5, 5, 7, 4}, {1, 5, 4, 3, 4}, {2, 8, 2},
}

// asvsLevels is how many requirements each of its levels adds.
var asvsLevels = map[string]int{"1": 70, "2": 183, "3": 92}

var asvsVerdicts = []string{"met", "not applicable", "deviation"}

// asvsRow is one requirement as the page answers it.
type asvsRow struct{ id, level, verdict, text string }

func asvsRows(t *testing.T) (rows []asvsRow) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^\| ([0-9.]*\.[0-9.]*) \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$`)
	for _, m := range line.FindAllStringSubmatch(read(t, "docs/asvs.md"), -1) {
		rows = append(rows, asvsRow{id: m[1], level: m[2], verdict: m[4], text: m[5]})
	}
	return rows
}

func TestTheASVSPageAnswersEveryRequirementOnce(t *testing.T) {
	rows, page := asvsRows(t), read(t, "docs/asvs.md")
	var want, got []string
	for c, sections := range asvsSections {
		all := 0
		for s, requirements := range sections {
			all += requirements
			for r := range requirements {
				want = append(want, fmt.Sprintf("%d.%d.%d", c+1, s+1, r+1))
			}
		}
		if heading := regexp.MustCompile(fmt.Sprintf(`(?m)^## V%d [^(]+\(%d\)$`, c+1, all)); !heading.MatchString(page) {
			t.Errorf("chapter %d has no heading with its %d requirements", c+1, all)
		}
	}
	for _, r := range rows {
		got = append(got, r.id)
		if !slices.Contains(asvsVerdicts, r.verdict) {
			t.Errorf("%s is %q", r.id, r.verdict)
		}
		if r.text == "" || r.verdict == "met" && !strings.Contains(r.text, "`") {
			t.Errorf("%s is %s and does not say where that is kept, or why", r.id, r.verdict)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("requirements that are missing, twice or out of order: %q, want %q", got, want)
	}
}

func TestTheASVSPageCountsItsRows(t *testing.T) {
	counts, page := map[string]int{}, read(t, "docs/asvs.md")
	for _, r := range asvsRows(t) {
		counts[r.level]++
		counts[r.level+" "+r.verdict]++
		counts[r.verdict]++
	}
	for level, requirements := range asvsLevels {
		if counts[level] != requirements {
			t.Errorf("level %s has %d requirements, want %d", level, counts[level], requirements)
		}
		said := fmt.Sprintf("| %s | %d | %d | %d | %d |", level, requirements, counts[level+" met"], counts[level+" not applicable"], counts[level+" deviation"])
		if !strings.Contains(page, "\n"+said+"\n") {
			t.Errorf("the head does not say %s", said)
		}
	}
	said := fmt.Sprintf("| together | %d | %d | %d | %d |", len(asvsRows(t)), counts["met"], counts["not applicable"], counts["deviation"])
	if !strings.Contains(page, "\n"+said+"\n") {
		t.Errorf("the head does not say %s", said)
	}
}

// named finds what a page names in the repository: a path, and behind # what
// stands in that file.
var named = regexp.MustCompile("`([A-Za-z_][A-Za-z0-9_./-]*)(?:#([^`]+))?`")

// namedFiles are the names at the root that are no paths by themselves.
var namedFiles = []string{"Makefile", "go.sum", "template.yaml", "house_test.go", "docs_test.go"}

func TestWhatTheSecurityPagesNameIsThere(t *testing.T) {
	for _, page := range []string{"docs/asvs.md", "docs/security-inventory.md"} {
		found := 0
		for _, m := range named.FindAllStringSubmatch(read(t, page), -1) {
			file, within := m[1], m[2]
			if !strings.Contains(file, "/") && !slices.Contains(namedFiles, file) || strings.HasPrefix(file, "xuri/") || strings.HasPrefix(file, "go-text/") {
				continue
			}
			found++
			if _, err := os.Stat(path.Clean(file)); err != nil {
				t.Errorf("%s names %s, which is not there", page, file)
				continue
			}
			if within != "" && !strings.Contains(read(t, file), within) {
				t.Errorf("%s says that %s has %q", page, file, within)
			}
		}
		if found == 0 {
			t.Errorf("%s names nothing", page)
		}
	}
}

// weakHashes are not good enough for anything.
var weakHashes = []string{"crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4"}

// Nobody knows what has to be replaced one day who does not know where it is.
func TestCryptographyIsInTheInventory(t *testing.T) {
	inventory := read(t, "docs/security-inventory.md")
	for _, f := range goFiles(t) {
		if f.test || !strings.HasPrefix(f.path, "shared/") && !strings.HasPrefix(f.path, "functions/") {
			continue
		}
		for _, imported := range f.imports() {
			if slices.Contains(weakHashes, imported) {
				t.Errorf("%s imports %s", f.path, imported)
			}
			if strings.HasPrefix(imported, "crypto/") && !strings.Contains(inventory, "`"+f.dir+"`") {
				t.Errorf("%s imports %s; say in docs/security-inventory.md what `%s` uses it for", f.path, imported, f.dir)
			}
		}
	}
}
