// Package functiontest runs a function as Lambda does, over a small world of
// accounts and people, and holds its answers against the contract in
// infra/openapi.yaml and against golden files.
//
// It is for tests alone, and knows no function.
package functiontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"customercenter/shared/httpapi"
)

// Root is the repository's folder, whatever folder a test runs in.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// contractURL names the contract to the compiler; nothing is fetched.
const contractURL = "file:///openapi.json"

// contract is the OpenAPI document, read once.
type contract struct {
	document map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex // of the compiler
}

var openContract = sync.OnceValues(func() (*contract, error) {
	text, err := os.ReadFile(filepath.Join(Root(), "infra", "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(contractURL, resource); err != nil {
		return nil, err
	}
	return &contract{document: resource.(map[string]any), compiler: compiler}, nil
})

// Operation is one operation of the contract.
type Operation struct {
	Route    string // "GET /v1/invoices/{id}"
	ID       string // operationId
	Function string // the folder that serves it
	Public   bool
	Paged    bool // takes a cursor
}

// Operations lists the contract.
func Operations(t testing.TB) (ops []Operation) {
	t.Helper()
	c, err := openContract()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range c.document["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			op := op.(map[string]any)
			security, said := op["security"].([]any)
			ops = append(ops, Operation{
				Route: strings.ToUpper(method) + " " + path, ID: op["operationId"].(string), Function: op["x-function"].(string),
				Public: said && len(security) == 0, Paged: takesCursor(op),
			})
		}
	}
	return ops
}

func takesCursor(op map[string]any) bool {
	parameters, _ := op["parameters"].([]any)
	return slices.ContainsFunc(parameters, func(p any) bool { return p.(map[string]any)["name"] == "cursor" })
}

// CheckContract fails the test unless the answer is one that the contract
// gives for the route: its status, its media type and the shape of its body.
// What the contract does not name must be a problem.
func CheckContract(t testing.TB, route string, r httpapi.Response) {
	t.Helper()
	c, err := openContract()
	if err != nil {
		t.Fatal(err)
	}
	method, path, _ := strings.Cut(route, " ")
	item, ok := c.document["paths"].(map[string]any)[path].(map[string]any)
	if !ok {
		t.Fatalf("the contract has no %s", route)
	}
	operation, ok := item[strings.ToLower(method)].(map[string]any)
	if !ok {
		t.Fatalf("the contract has no %s", route)
	}
	pointer := "/paths/" + escape(path) + "/" + strings.ToLower(method) + "/responses/" + strconv.Itoa(r.StatusCode)
	response, named := operation["responses"].(map[string]any)[strconv.Itoa(r.StatusCode)].(map[string]any)
	if !named {
		pointer = "/components/responses/Problem"
		response = c.document["components"].(map[string]any)["responses"].(map[string]any)["Problem"].(map[string]any)
	}
	content, _ := response["content"].(map[string]any)
	if content == nil {
		if r.Body != "" {
			t.Errorf("%s answers %d with a body, which the contract does not have", route, r.StatusCode)
		}
		return
	}
	media, _, _ := strings.Cut(r.Headers["content-type"], ";")
	if _, ok := content[media]; !ok {
		t.Errorf("%s answers %d as %q, which the contract does not have", route, r.StatusCode, media)
		return
	}
	if !strings.HasSuffix(media, "json") {
		return
	}
	if err := c.validate(pointer+"/content/"+escape(media)+"/schema", r.Body); err != nil {
		t.Errorf("%s answers %d with what the contract does not have: %v\n%s", route, r.StatusCode, err, r.Body)
	}
}

func (c *contract) validate(pointer, body string) error {
	c.mu.Lock()
	schema, err := c.compiler.Compile(contractURL + "#" + pointer)
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("compile %s: %w", pointer, err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// escape is a JSON pointer's spelling, within a URL's fragment.
func escape(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(s)
}
