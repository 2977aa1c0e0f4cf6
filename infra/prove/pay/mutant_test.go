package pay

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

// guard is one write of one kind of transaction: what it writes, and whether
// under a condition.
type guard struct {
	step    string // of the payment, as the audit entry names it
	verb    string // Put, Update, Delete, ConditionCheck
	what    string // the shape of its key
	guarded bool
}

func (g guard) String() string { return g.step + ": " + g.verb + " " + g.what }

// shapeOf is a key without its ids.
var shapeOf = []struct {
	key  *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`^I#\S+ H$`), "invoice head"},
	{regexp.MustCompile(`^I#\S+ P#\S+#r#`), "refund in the history"},
	{regexp.MustCompile(`^I#\S+ P#`), "payment in the history"},
	{regexp.MustCompile(`^I#\S+ C#`), "credit in the history"},
	{regexp.MustCompile(`^L#\S+ T#[SZC]#`), "spread total"},
	{regexp.MustCompile(`^L#\S+ T#`), "day total"},
	{regexp.MustCompile(`^L#\S+ U#`), "row, unsettled"},
	{regexp.MustCompile(`^L#\S+ S#`), "row, submitted"},
	{regexp.MustCompile(`^L#\S+ Z#`), "row, closed"},
	{regexp.MustCompile(`^L#\S+ N#`), "row, credit note"},
	{regexp.MustCompile(`^L#\S+ K#`), "credit in sight"},
	{regexp.MustCompile(`^L#\S+ Y#`), "payment row"},
	{regexp.MustCompile(`^L#\S+ B#`), "stuck payment"},
	{regexp.MustCompile(`^P#`), "payment"},
	{regexp.MustCompile(`^Z#`), "audit entry"},
	{regexp.MustCompile(`^M#`), "letter"},
	{regexp.MustCompile(`^A#\S+ W#$`), "wallet"},
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

func (p part) what() string {
	key := text(p.key(), "pk") + " " + text(p.key(), "sk")
	for _, s := range shapeOf {
		if s.key.MatchString(key) {
			return s.what
		}
	}
	panic("no shape of " + key)
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
		w.parts, w.step = []part{{verb, w.body}}, "alone"
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

func (w writes) guard(p part) guard { return guard{w.step, p.verb, p.what(), p.condition() != ""} }

// mutant stands before the table and spoils the writes of one guard: strips
// their condition, leaves them out, or lets somebody else write between the
// moment they were thought of and now. Without a target it only looks.
type mutant struct {
	next   toTable
	target guard
	strip  bool
	drop   bool
	all    bool // strip every condition there is
	// intrude lets somebody else come between, once; wentOver says what then
	// happened to what he wrote.
	intrude  func(p part) (untouched func() bool)
	wentOver string

	seen map[guard]bool
	hits int
}

func (m *mutant) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w, ok := takeApart(operation, body)
	if !ok {
		return m.next.Do(r)
	}
	var checks []func() bool
	var dropped []int
	for i, p := range w.parts {
		g := w.guard(p)
		if m.all {
			m.target, m.strip = g, g.guarded
		}
		if m.seen != nil {
			m.seen[g] = true
		}
		if g != m.target {
			continue
		}
		m.hits++
		if m.intrude != nil && m.hits == 1 {
			checks = append(checks, m.intrude(p))
		}
		switch {
		case m.strip && g.verb != "ConditionCheck":
			p.fields["ConditionExpression"] = always(p.condition())
		case m.strip, m.drop:
			dropped = append(dropped, i)
		}
	}
	answer, err := m.send(r, w, dropped)
	for _, untouched := range checks {
		switch {
		case err != nil:
		case !untouched():
			m.wentOver = "a write went over what somebody else had written"
		case answer.StatusCode == http.StatusOK:
			m.wentOver = "a change was made though somebody else had changed what it hangs on"
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
func (m *mutant) send(r *http.Request, w writes, dropped []int) (*http.Response, error) {
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
	answer, err := m.next.Do(r)
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
	return plain(r, status, "application/x-amz-json-1.0", string(body))
}

// clause is one part of a condition.
var clause = regexp.MustCompile(`attribute_(not_)?exists\((#?\w+)\)|(#\w+) (=|>=) (:\w+)`)

// stranger writes what makes a condition of the part not hold any more, past
// every gate, and answers how to see whether that still stands.
func (s *scene) stranger(p part) (untouched func() bool) {
	m := clause.FindStringSubmatch(p.condition())
	if m == nil {
		panic("no clause in " + p.condition())
	}
	stands := s.raw("GetItem", map[string]any{"TableName": s.cloud.Table, "Key": p.key(), "ConsistentRead": true})
	item, _ := stands["Item"].(map[string]any)
	switch {
	case m[1] != "": // nothing must stand there
		item = maps.Clone(p.key())
		item["by"] = map[string]any{"S": "a stranger"}
	case m[2] != "": // something must
		s.raw("DeleteItem", map[string]any{"TableName": s.cloud.Table, "Key": p.key()})
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
	s.raw("PutItem", map[string]any{"TableName": s.cloud.Table, "Item": item})
	was := s.at(p)
	return func() bool { return s.at(p) == was }
}

// at is the item that stands where the part writes.
func (s *scene) at(p part) string {
	stands := s.raw("GetItem", map[string]any{"TableName": s.cloud.Table, "Key": p.key(), "ConsistentRead": true})
	b, err := json.Marshal(stands["Item"])
	if err != nil {
		panic(err)
	}
	return string(b)
}

// raw asks the table past every gate.
func (s *scene) raw(operation string, body map[string]any) (answer map[string]any) {
	b, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://table.local/", bytes.NewReader(b))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	res, err := s.cloud.DB.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatal(fmt.Errorf("%s: %d %v %v", operation, res.StatusCode, answer, err))
	}
	return answer
}
