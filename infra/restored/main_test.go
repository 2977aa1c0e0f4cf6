package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"customercenter/infra/local/template"
)

// Of the restored template all functions, their rights and what wakes them are
// those of the usual one, about another table; the table is no resource of it.
func TestOnlyTheTableIsAnother(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := restored(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "AWS::DynamoDB::Table\n") {
		t.Error("the table is a resource still")
	}
	// The table that an operator restored, so that the reader of templates
	// knows whose stream it is.
	elsewhere := strings.Replace(theTable.FindString(string(text)), "  Table:", "  Elsewhere:", 1)
	out = strings.Replace(out, "\nResources:\n", "\nResources:\n"+elsewhere, 1)
	const name = "customer-center-2"
	was := resources(t, string(text), nil)
	is := resources(t, out, map[string]string{"TableName": name, "TableStream": "arn:aws:dynamodb:" + template.Region + ":" + template.AccountID + ":table/" + name + "/stream/" + template.StackName})
	delete(was, "Table")
	delete(is, "Elsewhere")
	if len(is) != len(was) || len(is) < 50 {
		t.Errorf("%d resources, not %d", len(is), len(was))
	}
	for id, want := range was {
		if got := strings.ReplaceAll(is[id], name, "customer-center"); got != want {
			t.Errorf("%s: %s", id, cmp.Diff(want, got))
		}
	}
}

// resources are those of a template in words, by their ids.
func resources(t *testing.T, text string, given map[string]string) map[string]string {
	t.Helper()
	all := map[string]string{"SenderAddress": "center@vendor.example"}
	for name, value := range given {
		all[name] = value
	}
	parsed, err := template.Parse([]byte(text), all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for id, r := range parsed.Resources {
		said, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out[id] = string(said)
	}
	return out
}

func TestATemplateWithoutARetainedTableIsRefused(t *testing.T) {
	for _, text := range []string{"Resources:\n", "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n\n",
		"Parameters:\nResources:\n  Table:\n    DeletionPolicy: Retain\n  X:\n    DependsOn: !GetAtt Table\n"} {
		if _, err := restored(text); err == nil {
			t.Errorf("taken: %q", text)
		}
	}
}
