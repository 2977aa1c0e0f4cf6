package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"customercenter/shared/center"
)

// Validator is an input with rules beyond the types of its fields. It reports
// every fault at once.
type Validator interface{ Validate() []center.Violation }

// jsonType is the media type of bodies unless the Op says otherwise.
const jsonType = "application/json"

// source is where a field of an input comes from.
type source struct {
	tag, name string // query "limit"
	index     []int  // of the field, through the structs it is embedded in
}

// sourceTags are the places other than a JSON body.
var sourceTags = []string{"path", "query", "header", "cookie", "request", "body"}

// plan is how an input is filled, made once when the function starts.
type plan struct {
	sources []source
	queries map[string]bool // parameters that are understood
	body    bool            // some field comes from a JSON body
	raw     bool            // some field takes the body as it is
}

func planOf[In any]() plan {
	p := plan{queries: map[string]bool{}}
	t := reflect.TypeFor[In]()
	if t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("httpapi: the input %v is no struct", t))
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous { // its fields come by themselves, and none of them from a body
			if f.Tag.Get("json") != "-" {
				panic(fmt.Sprintf("httpapi: the embedded %s needs json:\"-\"", f.Name))
			}
			continue
		}
		s, found := sourceOf(f)
		if !found {
			p.body = p.body || (f.IsExported() && f.Tag.Get("json") != "-")
			continue
		}
		p.sources = append(p.sources, s)
		p.raw = p.raw || s.tag == "body"
		if s.tag == "query" {
			p.queries[s.name] = true
		}
	}
	return p
}

// sourceOf panics for a field that a JSON body could fill behind the back of
// its tag.
func sourceOf(f reflect.StructField) (source, bool) {
	for _, tag := range sourceTags {
		name, ok := f.Tag.Lookup(tag)
		if !ok {
			continue
		}
		if f.Tag.Get("json") != "-" {
			panic(fmt.Sprintf("httpapi: field %s with tag %s needs json:\"-\"", f.Name, tag))
		}
		return source{tag: tag, name: name, index: f.Index}, true
	}
	return source{}, false
}

// fill reads a request into in, a pointer to the plan's input. What cannot be
// read is 400; what can be read and is not acceptable is 422, all of it.
func (p plan) fill(in any, op Op, r Request) error {
	body, err := bodyOf(r, op)
	if err != nil {
		return err
	}
	if p.body {
		if err := decodeJSON(body, in); err != nil {
			return err
		}
	}
	if !op.AnyQuery {
		if err := p.unknownQueries(r); err != nil {
			return err
		}
	}
	var violations []center.Violation
	v := reflect.ValueOf(in).Elem()
	for _, s := range p.sources {
		if s.tag == "body" {
			v.FieldByIndex(s.index).SetBytes(body)
			continue
		}
		text := valueOf(r, s)
		if text == "" {
			continue
		}
		if want := setField(v.FieldByIndex(s.index), text); want != "" {
			violations = append(violations, center.Violation{Pointer: s.name, Detail: want})
		}
	}
	if validator, ok := v.Interface().(Validator); ok {
		violations = append(violations, validator.Validate()...)
	}
	if len(violations) > 0 {
		return &center.Error{Kind: center.Unprocessable, Code: "validation", Violations: violations,
			Detail: "Some fields are not acceptable."}
	}
	return nil
}

// bodyOf returns the bytes of the body, checked for size and type. Of an
// input without body fields a body is refused by neither: it is not looked at.
func bodyOf(r Request, op Op) ([]byte, error) {
	limit := op.MaxBody
	if limit == 0 {
		limit = DefaultMaxBody
	}
	tooLarge := center.Errorf(center.TooLarge, "body-too-large", "The body is larger than %d bytes.", limit)
	body := []byte(r.Body)
	if r.IsBase64Encoded {
		if base64.StdEncoding.DecodedLen(len(r.Body)) > limit+2 { // up to two bytes of padding
			return nil, tooLarge
		}
		var err error
		if body, err = base64.StdEncoding.DecodeString(r.Body); err != nil {
			return nil, &center.Error{Kind: center.Invalid, Code: "body-malformed", Detail: "The body is not valid base64.", Err: err}
		}
	}
	if len(body) > limit {
		return nil, tooLarge
	}
	want := op.Accepts
	if want == "" {
		want = jsonType
	}
	if got, _, err := mime.ParseMediaType(header(r, "content-type")); len(body) > 0 && (err != nil || !slices.Contains(strings.Split(want, ", "), got)) {
		return nil, center.Errorf(center.Unsupported, "content-type", "Send the body as %s.", want)
	}
	return body, nil
}

func decodeJSON(body []byte, in any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(in)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("there is more after the JSON value")
	}
	refusal := &center.Error{Kind: center.Invalid, Code: "body-malformed", Detail: "The body is not the JSON this operation expects.", Err: err}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		refusal.Violations = []center.Violation{{Pointer: "/" + strings.ReplaceAll(wrong.Field, ".", "/"), Detail: "must be " + kindName(wrong.Type)}}
	} else if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		if name, err := strconv.Unquote(name); err == nil {
			refusal.Violations = []center.Violation{{Pointer: "/" + name, Detail: "is not a field of this operation"}}
		}
	}
	return refusal
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}

// unknownQueries refuses a parameter nobody reads: a misspelt filter would
// otherwise show everything.
func (p plan) unknownQueries(r Request) error {
	var unknown []center.Violation
	for _, name := range slices.Sorted(maps.Keys(r.QueryStringParameters)) {
		if !p.queries[name] {
			unknown = append(unknown, center.Violation{Pointer: name, Detail: "is not a parameter of this operation"})
		}
	}
	if unknown == nil {
		return nil
	}
	return &center.Error{Kind: center.Invalid, Code: "unknown-parameter", Violations: unknown,
		Detail: "The address has a parameter that this operation does not know."}
}

// valueOf reads one place of the request; "" where there is nothing. Repeated
// query parameters arrive joined by commas, as lists are written anyway.
func valueOf(r Request, s source) string {
	switch s.tag {
	case "path":
		return r.PathParameters[s.name]
	case "query":
		return r.QueryStringParameters[s.name]
	case "header":
		return header(r, s.name)
	case "cookie":
		return cookieValue(r, s.name)
	}
	switch s.name { // of the request itself
	case "sourceIp":
		return r.RequestContext.HTTP.SourceIP
	case "path":
		return r.RawPath
	default:
		return r.RequestContext.RequestID
	}
}

// setField converts text to the field's type; want says what was wrong. Lists
// are comma-separated; a pointer tells zero from absent.
func setField(f reflect.Value, text string) (want string) {
	switch f.Kind() {
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		return setField(f.Elem(), text)
	case reflect.String:
		f.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "must be a whole number"
		}
		f.SetInt(n)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return "must be true or false"
		}
		f.SetBool(b)
	case reflect.Slice:
		parts := strings.Split(text, ",")
		f.Set(reflect.MakeSlice(f.Type(), len(parts), len(parts)))
		for i, part := range parts {
			if want := setField(f.Index(i), part); want != "" {
				return want
			}
		}
	default:
		panic(fmt.Sprintf("httpapi: no parameter can be a %v", f.Type()))
	}
	return ""
}
