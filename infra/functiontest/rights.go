package functiontest

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"

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
	policies, err := iam.New(deployed, func(refusal string) { w.t.Errorf("%s", refusal) })
	if err != nil {
		w.t.Fatal(err)
	}
	config := w.Cloud.Config
	config.AccessKeyID = iam.AccessKey(name)
	config.HTTP = guarded{policies, w.Cloud.Wire}
	s := store.Open(config)
	door := w.Door
	door.Guard = session.NewGuard(s, w.Operators, w.Now)
	return s, door
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
