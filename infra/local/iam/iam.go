// Package iam plays the permissions of functions: it stands in front of the table and the mailbox, knows each
// function by the access key it was given, and refuses what the function's policy in the deployment template does
// not allow, so that a permission that is missing, or not needed, shows on a laptop and not after a deployment.
//
// It does not check signatures, and it knows no principals but functions: any other access key may do everything.
package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"customercenter/infra/local/template"
)

// keyPrefix begins the access key of a function.
const keyPrefix = "local-"

// maxRequestBytes bounds a request; DynamoDB takes 16 MB, SES 10 MB and its encoding.
const maxRequestBytes = 24 << 20

// AccessKey is the access key that a function is known by.
func AccessKey(function string) string { return keyPrefix + function }

// Policies are what the functions of a template may do.
type Policies struct {
	functions map[string][]template.Statement
	hash      map[string]string // of tables and indexes, by ARN: the name of the partition key
	tell      func(string)
	use       func(Right)
}

// Right is one thing that a statement of a function's policy allows about the
// table: an action on the keys of a pattern.
type Right struct{ Function, Statement, Action, Pattern string }

// Rights lists all that a template's policies allow about tables.
func Rights(t *template.Template, function string) (all []Right) {
	for _, f := range t.Functions {
		if f.Name != function {
			continue
		}
		for _, s := range f.Statements {
			patterns, keyed := s.Condition[forAllLike][leadingKeys]
			if !keyed {
				continue
			}
			for _, action := range s.Action {
				for _, pattern := range list(patterns) {
					all = append(all, Right{f.Name, s.Sid, action, pattern})
				}
			}
		}
	}
	return all
}

// Without is the same template with one right taken out of its function's policy.
func Without(t *template.Template, gone Right) *template.Template {
	out := *t
	out.Functions = slices.Clone(t.Functions)
	for i, f := range out.Functions {
		if f.Name != gone.Function {
			continue
		}
		var left []template.Statement
		for _, s := range f.Statements {
			if s.Sid != gone.Statement || !slices.Contains(s.Action, gone.Action) {
				left = append(left, s)
				continue
			}
			left = append(left, split(s, gone)...)
		}
		out.Functions[i].Statements = left
	}
	return &out
}

// split is a statement in two: its other actions as they were, and the one on
// the other patterns.
func split(s template.Statement, gone Right) (left []template.Statement) {
	others, rest := s, s
	others.Action = slices.DeleteFunc(slices.Clone(s.Action), func(a string) bool { return a == gone.Action })
	patterns := slices.DeleteFunc(list(s.Condition[forAllLike][leadingKeys]), func(p string) bool { return p == gone.Pattern })
	if len(others.Action) > 0 {
		left = append(left, others)
	}
	if len(patterns) == 0 {
		return left
	}
	rest.Action = []string{gone.Action}
	rest.Condition = maps.Clone(s.Condition)
	rest.Condition[forAllLike] = map[string]any{leadingKeys: asList(patterns)}
	return append(left, rest)
}

func asList(texts []string) (out []any) {
	for _, t := range texts {
		out = append(out, t)
	}
	return out
}

// Watch has use called with each right that a request needs, as it is judged.
// It is for before the policies are asked.
func (p *Policies) Watch(use func(Right)) { p.use = use }

// The conditions that are played, as policies write them.
const (
	forAllLike   = "ForAllValues:StringLike"
	stringEquals = "StringEquals"
	null         = "Null"
	leadingKeys  = "dynamodb:LeadingKeys"
	fromAddress  = "ses:FromAddress"
)

// New reads the policies of a template. It refuses conditions it cannot judge. Tell receives a line for each refusal.
func New(t *template.Template, tell func(string)) (*Policies, error) {
	p := &Policies{functions: map[string][]template.Statement{}, hash: map[string]string{}, tell: tell}
	for _, f := range t.Functions {
		for _, s := range f.Statements {
			if err := judgeable(s); err != nil {
				return nil, fmt.Errorf("%s, %s: %w", f.Name, s.Sid, err)
			}
		}
		p.functions[f.Name] = f.Statements
	}
	for _, table := range t.Tables {
		if err := p.addTable(table); err != nil {
			return nil, fmt.Errorf("%s: %w", table.Name, err)
		}
	}
	return p, nil
}

func judgeable(s template.Statement) error {
	if s.Effect != "Allow" {
		return errors.New("only permissions are played, not refusals")
	}
	for operator, keys := range s.Condition {
		for key := range keys {
			known := map[string]string{forAllLike: leadingKeys, null: leadingKeys, stringEquals: fromAddress}[operator]
			if known != key {
				return fmt.Errorf("the condition %s of %s is not played", operator, key)
			}
		}
	}
	return nil
}

// addTable notes the partition keys of a table and its indexes.
func (p *Policies) addTable(t template.Table) error {
	type schema []struct{ AttributeName, KeyType string }
	var request struct {
		KeySchema              schema
		GlobalSecondaryIndexes []struct {
			IndexName string
			KeySchema schema
		}
	}
	if err := json.Unmarshal(t.CreateTable, &request); err != nil {
		return err
	}
	hashOf := func(s schema) (name string) {
		for _, k := range s {
			if k.KeyType == "HASH" {
				name = k.AttributeName
			}
		}
		return name
	}
	p.hash[tableARN(t.Name, "")] = hashOf(request.KeySchema)
	for _, index := range request.GlobalSecondaryIndexes {
		p.hash[tableARN(t.Name, index.IndexName)] = hashOf(index.KeySchema)
	}
	return nil
}

func tableARN(table, index string) string {
	arn := "arn:aws:dynamodb:" + template.Region + ":" + template.AccountID + ":table/" + table
	if index != "" {
		arn += "/index/" + index
	}
	return arn
}

// wish is one thing that a request asks to do.
type wish struct {
	action   string
	resource string
	keys     []string // the partition keys it names
	from     string   // the address a mail is from
}

// allowed says whether any statement of the function permits the wish.
func (p *Policies) allowed(function string, w wish) bool {
	return slices.ContainsFunc(p.functions[function], func(s template.Statement) bool {
		if !slices.Contains(s.Action, w.action) || !slices.Contains(s.Resource, w.resource) || !holds(s, w) {
			return false
		}
		p.used(function, s, w)
		return true
	})
}

// used tells which rights of a statement a wish needed.
func (p *Policies) used(function string, s template.Statement, w wish) {
	if p.use == nil {
		return
	}
	patterns, keyed := s.Condition[forAllLike][leadingKeys]
	if !keyed {
		return
	}
	for _, pattern := range list(patterns) {
		if slices.ContainsFunc(w.keys, func(key string) bool { return like(pattern, key) }) {
			p.use(Right{function, s.Sid, w.action, pattern})
		}
	}
}

func holds(s template.Statement, w wish) bool {
	if patterns, ok := s.Condition[forAllLike][leadingKeys]; ok {
		for _, key := range w.keys {
			if !slices.ContainsFunc(list(patterns), func(p string) bool { return like(p, key) }) {
				return false
			}
		}
	}
	if want, ok := s.Condition[null][leadingKeys]; ok && fmt.Sprint(want) != fmt.Sprint(len(w.keys) == 0) {
		return false
	}
	if addresses, ok := s.Condition[stringEquals][fromAddress]; ok && !slices.Contains(list(addresses), w.from) {
		return false
	}
	return true
}

// list reads what may be one text or several.
func list(v any) (out []string) {
	many, ok := v.([]any)
	if !ok {
		many = []any{v}
	}
	for _, one := range many {
		out = append(out, fmt.Sprint(one))
	}
	return out
}

// like matches a pattern of policies: a star stands for anything, a question mark for one character.
func like(pattern, text string) bool {
	// path.Match would let a star end at a slash; keys hold none once that is replaced.
	escaped := strings.NewReplacer("/", "\x00", "[", `\[`, `\`, `\\`).Replace(pattern)
	ok, err := path.Match(escaped, strings.ReplaceAll(text, "/", "\x00"))
	return err == nil && ok
}

// principal is the function that signed the request; ok is false where it was none.
func (p *Policies) principal(r *http.Request) (function string, ok bool) {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	return strings.CutPrefix(key, keyPrefix)
}

// guard lets a function's request pass if everything it wishes is allowed.
func (p *Policies) guard(next http.Handler, wishes func(r *http.Request, body []byte) ([]wish, error), refuse func(w http.ResponseWriter, message string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		function, ok := p.principal(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		asked, err := wishes(r, body)
		if err != nil {
			// What cannot be read is the service's to refuse; but nothing in it has been judged.
			refuse(w, "the request cannot be read: "+err.Error())
			return
		}
		for _, one := range asked {
			if !p.allowed(function, one) {
				p.tell(fmt.Sprintf("%s may not %s on %s %q: template.yaml does not allow it", function, one.action, path.Base(one.resource), one.keys))
				refuse(w, fmt.Sprintf("User: arn:aws:sts::%s:assumed-role/%s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
					template.AccountID, function, one.action, one.resource, one.action))
				return
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}
