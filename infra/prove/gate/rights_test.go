package gate

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"customercenter/infra/functiontest"
	"customercenter/infra/prove/tally"
)

var rights = flag.Bool("rights", false, "take each right from its function in turn, and not only look that each function counts them")

// perRun bounds a run of one function's tests.
const perRun = 5 * time.Minute

// Every function counts the rights that its tests needed, and fails for one
// that none did. The long proof takes each away: some test must fail, and say
// that it was refused.
func TestNoRightIsUnused(t *testing.T) {
	mains, err := filepath.Glob(filepath.Join(functiontest.Root(), "functions", "*", "main.go"))
	if err != nil || len(mains) == 0 {
		t.Fatal(err)
	}
	var count *tally.Count
	if *rights {
		count = tally.Open(t, "rights of functions, taken away")
	}
	kept := 0
	for _, main := range mains {
		folder := filepath.Dir(main)
		function := filepath.Base(folder)
		all, err := functiontest.Rights(function)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) > 0 && !counts(t, folder, function) {
			t.Errorf("%s does not count its rights", function)
		}
		kept += len(all)
		if !*rights || len(all) == 0 {
			continue
		}
		binary := compiled(t, folder)
		for _, r := range all {
			words := strings.Join([]string{r.Function, r.Statement, r.Action, r.Pattern}, "|")
			if said, missed := without(t, binary, folder, words); !missed {
				count.Add("not missed")
				t.Errorf("%s: nobody misses it\n%s", words, said)
				continue
			}
			count.Add("")
		}
	}
	if *rights {
		count.Fact("functions: %d, rights: %d", len(mains), kept)
		count.Complete()
	}
	t.Logf("%d functions, %d rights", len(mains), kept)
}

func counts(t *testing.T, folder, function string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `functiontest.RunAndCountRights(m, "`+function+`")`) {
			return true
		}
	}
	return false
}

func compiled(t *testing.T, folder string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(folder)+".test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", binary, ".")
	cmd.Dir = folder
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return binary
}

// without runs a function's tests with one right taken away; it is missed where
// a test was refused by the policy and failed.
func without(t *testing.T, binary, folder, right string) (said string, missed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), perRun)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "-test.failfast", "-test.count=1")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), functiontest.Taken+"="+right)
	out, err := cmd.CombinedOutput()
	words := strings.Split(right, "|")
	return string(out), err != nil && strings.Contains(string(out), words[0]+" may not "+words[2])
}
