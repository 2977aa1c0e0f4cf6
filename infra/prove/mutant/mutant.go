// Package mutant spoils single writes between a program and its table, so that
// a proof can see whether anything notices. It does not know what is written,
// but for the shapes of keys it is told.
package mutant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
)

// Table is what requests are done by.
type Table interface {
	Do(*http.Request) (*http.Response, error)
}

// Guard is one write of one kind of transaction: what it writes, and whether
// under a condition.
type Guard struct {
	Step    string // what is done, as the audit entry names it; Alone for a write on its own
	Verb    string // Put, Update, Delete, ConditionCheck
	What    string // the shape of its key
	Guarded bool
}

// Alone is the step of a write on its own.
const Alone = "alone"

func (g Guard) String() string { return g.Step + ": " + g.Verb + " " + g.What }

// Shape is a key without its ids: the expression matches the partition key, a
// blank, and the sort key.
type Shape struct {
	Key  *regexp.Regexp
	What string
	// ByCondition tells writes of such an item apart by their conditions, where
	// several may be written on their own.
	ByCondition bool
}

// part is one write of a request: its verb and its fields.
type part struct {
	verb   string
	fields map[string]any
}

func (p part) key() map[string]any {
	if key, ok := p.fields["Key"].(map[string]any); ok {
		return key
	}
	item, _ := p.fields["Item"].(map[string]any)
	return map[string]any{"pk": item["pk"], "sk": item["sk"]}
}

func (p part) what(shapes []Shape) string {
	key := text(p.key(), "pk") + " " + text(p.key(), "sk")
	for _, s := range shapes {
		if s.Key.MatchString(key) {
			if s.ByCondition && p.condition() != "" {
				return s.What + " if " + p.condition()
			}
			return s.What
		}
	}
	panic("mutant: no shape of " + key)
}

func (p part) condition() string { c, _ := p.fields["ConditionExpression"].(string); return c }

// writes is a request that writes, taken apart.
type writes struct {
	body  map[string]any
	parts []part
	step  string
}

// takeApart reads a request; ok is false for those that write nothing.
func takeApart(operation string, body []byte) (w writes, ok bool) {
	verb := map[string]string{"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete", "TransactWriteItems": "*"}[operation]
	if verb == "" {
		return w, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&w.body); err != nil {
		panic(err)
	}
	if verb != "*" {
		w.parts, w.step = []part{{verb, w.body}}, Alone
		return w, true
	}
	for _, one := range w.body["TransactItems"].([]any) {
		for verb, fields := range one.(map[string]any) {
			w.parts = append(w.parts, part{verb, fields.(map[string]any)})
		}
	}
	for _, p := range w.parts {
		if strings.HasPrefix(text(p.key(), "pk"), "Z#") {
			item, _ := p.fields["Item"].(map[string]any)
			w.step = text(item, "ev")
		}
	}
	return w, true
}

func (m *Mutant) guard(w writes, p part) Guard {
	return Guard{w.step, p.verb, p.what(m.Shapes), p.condition() != ""}
}

// Mutant stands before the table and spoils the writes of one guard: strips
// their condition, leaves them out, or lets somebody else write between the
// moment they were thought of and now. Without a target it only looks.
type Mutant struct {
	Next   Table
	Shapes []Shape // of every key that is written
	Target Guard
	Strip  bool
	Drop   bool
	All    bool // strip every condition there is
	// Intruder comes between, once; WentOver says what then happened to what he
	// wrote.
	Intruder *Stranger
	WentOver string

	Seen map[Guard]bool // notes every guard, where it is not nil
	hits int
}

// Do implements the SDK's HTTP client.
func (m *Mutant) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w, ok := takeApart(operation, body)
	if !ok {
		return m.Next.Do(r)
	}
	var checks []func() bool
	var dropped []int
	for i, p := range w.parts {
		g := m.guard(w, p)
		if m.All {
			m.Target, m.Strip = g, g.Guarded
		}
		if m.Seen != nil {
			m.Seen[g] = true
		}
		if g != m.Target {
			continue
		}
		m.hits++
		if m.Intruder != nil && m.hits == 1 {
			checks = append(checks, m.Intruder.intrude(p))
		}
		switch {
		case m.Strip && g.Verb != "ConditionCheck":
			p.fields["ConditionExpression"] = always(p.condition())
		case m.Strip, m.Drop:
			dropped = append(dropped, i)
		}
	}
	answer, err := m.send(r, w, dropped)
	for _, untouched := range checks {
		switch {
		case err != nil:
		case !untouched():
			m.WentOver = "a write went over what somebody else had written"
		case answer.StatusCode == http.StatusOK:
			m.WentOver = "a change was made though somebody else had changed what it hangs on"
		}
	}
	return answer, err
}

// always is a condition that holds whatever stands there, and names all that
// the other named: names that are not used are refused.
func always(condition string) string {
	return "(" + condition + ") OR attribute_exists(pk) OR attribute_not_exists(pk)"
}

// send sends what is left of a request, with the names of what is left alone,
// and answers as if nothing had been left out.
func (m *Mutant) send(r *http.Request, w writes, dropped []int) (*http.Response, error) {
	items, transaction := w.body["TransactItems"].([]any)
	if len(dropped) > 0 && !transaction {
		return answerTo(r, http.StatusOK, []byte("{}")), nil
	}
	if transaction {
		for _, i := range slices.Backward(dropped) {
			items = slices.Delete(slices.Clone(items), i, i+1)
		}
		w.body["TransactItems"] = items
	}
	body, err := json.Marshal(w.body)
	if err != nil {
		return nil, err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer, err := m.Next.Do(r)
	if err != nil || answer.StatusCode == http.StatusOK || len(dropped) == 0 {
		return answer, err
	}
	defer answer.Body.Close()
	var told map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		return nil, err
	}
	if reasons, ok := told["CancellationReasons"].([]any); ok {
		for _, i := range dropped {
			reasons = slices.Insert(reasons, i, any(map[string]any{"Code": "None"}))
		}
		told["CancellationReasons"] = reasons
	}
	if body, err = json.Marshal(told); err != nil {
		return nil, err
	}
	return answerTo(r, answer.StatusCode, body), nil
}

func answerTo(r *http.Request, status int, body []byte) *http.Response {
	return &http.Response{StatusCode: status, Request: r, ContentLength: int64(len(body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// clause is one part of a condition.
var clause = regexp.MustCompile(`attribute_(not_)?exists\((#?\w+)\)|(#\w+) (=|>=) (:\w+)`)

// Stranger writes to the table past every gate.
type Stranger struct {
	Table Table
	Name  string // of the table
}

// intrude writes what makes a condition of the part not hold any more,
// and answers how to see whether that still stands.
func (s *Stranger) intrude(p part) (untouched func() bool) {
	m := clause.FindStringSubmatch(p.condition())
	if m == nil {
		panic("mutant: no clause in " + p.condition())
	}
	stands := s.raw("GetItem", map[string]any{"TableName": s.Name, "Key": p.key(), "ConsistentRead": true})
	item, _ := stands["Item"].(map[string]any)
	switch {
	case m[1] != "": // nothing must stand there, or nothing of that name
		name := strings.TrimPrefix(m[2], "#")
		if item = maps.Clone(item); item == nil || name == "pk" {
			item = maps.Clone(p.key())
		}
		item["by"] = map[string]any{"S": "a stranger"}
		if name != "pk" {
			item[name] = map[string]any{"S": "another"}
		}
	case m[2] != "": // something must
		s.raw("DeleteItem", map[string]any{"TableName": s.Name, "Key": p.key()})
		return func() bool { return s.at(p) == "null" }
	default:
		name := strings.TrimPrefix(m[3], "#")
		values, _ := p.fields["ExpressionAttributeValues"].(map[string]any)
		if item = maps.Clone(item); item == nil {
			item = maps.Clone(p.key())
		}
		item[name] = map[string]any{"S": "another"}
		if _, numeric := values[m[5]].(map[string]any)["N"]; numeric {
			item[name] = map[string]any{"N": "0"}
		}
	}
	s.raw("PutItem", map[string]any{"TableName": s.Name, "Item": item})
	was := s.at(p)
	return func() bool { return s.at(p) == was }
}

// at is the item that stands where the part writes.
func (s *Stranger) at(p part) string {
	stands := s.raw("GetItem", map[string]any{"TableName": s.Name, "Key": p.key(), "ConsistentRead": true})
	b, err := json.Marshal(stands["Item"])
	if err != nil {
		panic(err)
	}
	return string(b)
}

// raw asks the table past every gate.
func (s *Stranger) raw(operation string, body map[string]any) (answer map[string]any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r := httptest.NewRequest("POST", "http://table.local/", bytes.NewReader(b))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	res, err := s.Table.Do(r)
	if err != nil {
		panic(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusOK {
		panic(fmt.Errorf("%s: %d %v %v", operation, res.StatusCode, answer, err))
	}
	return answer
}

func text(it map[string]any, name string) string {
	v, _ := it[name].(map[string]any)
	s, _ := v["S"].(string)
	return s
}
