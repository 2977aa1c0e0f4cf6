package functiontest

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"customercenter/infra/local/cloudtest"
	"customercenter/infra/local/iam"
	"customercenter/infra/local/template"
	"customercenter/shared/httpapi"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

// deployment is template.yaml, read once.
var deployment = sync.OnceValues(func() (*template.Template, error) {
	return template.Load(filepath.Join(Root(), "template.yaml"), map[string]string{"SenderAddress": "center@vendor.example"})
})

// Function is the world as that function finds it once deployed: a store that
// may do no more than the function's policy in template.yaml allows, and a
// door over it. A call beyond the policy fails the test.
func (w *World) Function(name string) (*store.Store, httpapi.Door) {
	w.t.Helper()
	deployed, err := deployment()
	if err != nil {
		w.t.Fatal(err)
	}
	if gone, ok := taken(); ok {
		deployed = iam.Without(deployed, gone)
	}
	policies, err := iam.New(deployed, func(refusal string) { w.t.Errorf("%s", refusal) })
	if err != nil {
		w.t.Fatal(err)
	}
	policies.Watch(rights.note)
	config := w.Cloud.Config
	config.AccessKeyID = iam.AccessKey(name)
	config.HTTP = guarded{policies, w.Cloud.Wire}
	s := store.Open(config)
	door := w.Door
	door.Guard = session.NewGuard(s, w.Operators, w.Now)
	return s, door
}

// Taken names, in the environment, a right that the function is to be without:
// its function, statement, action and pattern, separated by bars. The proof of
// policies sets it, and wants the tests to fail.
const Taken = "CENTER_TEST_WITHOUT"

func taken() (gone iam.Right, ok bool) {
	words := strings.Split(os.Getenv(Taken), "|")
	if len(words) != 4 {
		return gone, false
	}
	return iam.Right{Function: words[0], Statement: words[1], Action: words[2], Pattern: words[3]}, true
}

// Rights are all that the template's policies give a function about the table.
func Rights(function string) ([]iam.Right, error) {
	deployed, err := deployment()
	if err != nil {
		return nil, err
	}
	return iam.Rights(deployed, function), nil
}

// rights are those that were used by the tests of this process.
var rights = ledger{used: map[iam.Right]bool{}}

type ledger struct {
	mu   sync.Mutex
	used map[iam.Right]bool
}

func (l *ledger) note(r iam.Right) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used[r] = true
}

// RunAndCountRights runs the tests of a package and fails, where they were all
// run, for a right about the table that the function's policy gives and no test
// needed: what nobody needs is not to be granted.
func RunAndCountRights(m *testing.M, function string) int {
	code := m.Run()
	if code != 0 || flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.skip").Value.String() != "" || flag.Lookup("test.list").Value.String() != "" {
		return code
	}
	all, err := Rights(function)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, r := range all {
		if !rights.used[r] {
			fmt.Printf("%s: no test needs %s on %s, which its statement %s gives: remove it, or tell its story\n", r.Function, r.Action, r.Pattern, r.Statement)
			code = 1
		}
	}
	return code
}

// guarded is an HTTP client that asks the policies before the wire.
type guarded struct {
	policies *iam.Policies
	wire     *cloudtest.Wire
}

// Do implements the SDK's HTTP client.
func (g guarded) Do(r *http.Request) (answer *http.Response, err error) {
	passed := false
	refusal := httptest.NewRecorder()
	g.policies.Table(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		passed = true
		answer, err = g.wire.Do(r)
	})).ServeHTTP(refusal, r)
	if passed {
		return answer, err
	}
	return refusal.Result(), nil
}
