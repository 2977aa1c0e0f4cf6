package functiontest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"customercenter/shared/httpapi"
)

// recorder notes failures instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestContractRefusesWhatItDoesNotHave(t *testing.T) {
	json := map[string]string{"content-type": "application/json"}
	problem := map[string]string{"content-type": "application/problem+json"}
	tests := map[string]struct {
		route string
		r     httpapi.Response
		ok    bool
	}{
		"the answer":             {"GET /v1/health", httpapi.Response{StatusCode: 200, Headers: json, Body: `{"status":"ok"}`}, true},
		"another word":           {"GET /v1/health", httpapi.Response{StatusCode: 200, Headers: json, Body: `{"status":"fine"}`}, false},
		"a field too many":       {"GET /v1/health", httpapi.Response{StatusCode: 200, Headers: json, Body: `{"status":"ok","x":1}`}, false},
		"a field too few":        {"GET /v1/health", httpapi.Response{StatusCode: 200, Headers: json, Body: `{}`}, false},
		"another media type":     {"GET /v1/health", httpapi.Response{StatusCode: 200, Headers: problem, Body: `{"status":"ok"}`}, false},
		"a problem":              {"GET /v1/health", httpapi.Response{StatusCode: 503, Headers: problem, Body: `{"type":"/problems/x","title":"x","status":503,"detail":"x"}`}, true},
		"a problem without type": {"GET /v1/health", httpapi.Response{StatusCode: 503, Headers: problem, Body: `{"title":"x","status":503,"detail":"x"}`}, false},
		"an unnamed success":     {"GET /v1/health", httpapi.Response{StatusCode: 201, Headers: json, Body: `{"status":"ok"}`}, false},
		"a 204 without body":     {"POST /v1/sign-out", httpapi.Response{StatusCode: 204}, true},
		"a 204 with a body":      {"POST /v1/sign-out", httpapi.Response{StatusCode: 204, Body: "x"}, false},
		"a path with parameters": {"GET /v1/invoices/{id}", httpapi.Response{StatusCode: 200, Headers: json, Body: `{}`}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			CheckContract(r, tt.route, tt.r)
			if r.failed == tt.ok {
				t.Errorf("failed = %v", r.failed)
			}
		})
	}
}

// routesOf finds the API's routes in template.yaml: every mapping with a
// Method and a Path under /v1/.
func routesOf(n *yaml.Node, into map[string]bool) {
	values := map[string]string{}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		values[n.Content[i].Value] = n.Content[i+1].Value
	}
	if strings.HasPrefix(values["Path"], "/v1/") && values["Method"] != "" {
		into[values["Method"]+" "+values["Path"]] = true
	}
	for _, child := range n.Content {
		routesOf(child, into)
	}
}

func TestContractTemplateAndFoldersTellTheSameStory(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(Root(), "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var template yaml.Node
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	deployed := map[string]bool{}
	routesOf(&template, deployed)
	ids := map[string]bool{}
	for _, op := range Operations(t) {
		if !deployed[op.Route] {
			t.Errorf("template.yaml has no route %s", op.Route)
		}
		delete(deployed, op.Route)
		if ids[op.ID] {
			t.Errorf("operationId %s names two operations", op.ID)
		}
		ids[op.ID] = true
		source, err := filepath.Glob(filepath.Join(Root(), "functions", op.Function, "*.go"))
		if err != nil || !containsRoute(t, source, op.Route) {
			t.Errorf("functions/%s does not serve %s", op.Function, op.Route)
		}
	}
	for route := range deployed {
		t.Errorf("the contract has no %s", route)
	}
}

func containsRoute(t *testing.T, files []string, route string) bool {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && strings.Contains(string(text), `"`+route+`"`) {
			return true
		}
	}
	return false
}
