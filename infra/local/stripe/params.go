package stripe

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of requests, as Stripe sets them.
const (
	maxMetadataKeys   = 50
	maxMetadataKey    = 40
	maxMetadataValue  = 500
	maxIdempotencyKey = 255
)

// params are the parameters of a request by their names in brackets, such as
// "line_items[0][quantity]".
type params map[string][]string

var index = regexp.MustCompile(`\[\d*\]`)

// check refuses parameters that are not among those allowed. "[]" stands for
// any index, "[*]" at the end for any one name and "[**]" for anything below.
func (p params) check(allowed []string) error {
	for _, name := range p.names() {
		shape := index.ReplaceAllString(name, "[]")
		if !slices.ContainsFunc(allowed, func(a string) bool { return covers(a, shape) }) {
			return unfit(name, "parameter_unknown", "Received unknown parameter: %s (or one that this stand-in of Stripe does not play)", name)
		}
	}
	return nil
}

func covers(allowed, shape string) bool {
	if stem, ok := strings.CutSuffix(allowed, "[**]"); ok {
		return strings.HasPrefix(shape, stem+"[")
	}
	if stem, ok := strings.CutSuffix(allowed, "[*]"); ok {
		rest, ok := strings.CutPrefix(shape, stem+"[")
		return ok && strings.IndexByte(rest, ']') == len(rest)-1
	}
	return allowed == shape
}

func (p params) names() []string {
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (p params) has(name string) bool { return len(p[name]) > 0 }

func (p params) text(name string) string {
	if values := p[name]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

// under tells whether any parameter stands below name.
func (p params) under(name string) bool {
	for other := range p {
		if strings.HasPrefix(other, name+"[") {
			return true
		}
	}
	return false
}

// need returns a text that must be there.
func (p params) need(name string) (string, error) {
	switch v := p.text(name); {
	case !p.has(name):
		return "", unfit(name, "parameter_missing", "Missing required param: %s.", name)
	case v == "":
		return "", unfit(name, "parameter_invalid_empty", "You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however '%s' cannot be unset.", name, name)
	default:
		return v, nil
	}
}

// oneOf returns a text that is one of some, or the first of them where it is
// not given.
func (p params) oneOf(name string, some ...string) (string, error) {
	v := p.text(name)
	if v == "" {
		return some[0], nil
	}
	if !slices.Contains(some, v) {
		return "", unfit(name, "", "Invalid %s: must be one of %s", name, strings.Join(some[slices.IndexFunc(some, func(s string) bool { return s != "" }):], ", "))
	}
	return v, nil
}

func (p params) integer(name string) (int64, error) {
	n, err := strconv.ParseInt(p.text(name), 10, 64)
	if err != nil || n == math.MinInt64 {
		return 0, unfit(name, "parameter_invalid_integer", "Invalid integer: %s", p.text(name))
	}
	return n, nil
}

// flag returns a truth that is false where it is not given.
func (p params) flag(name string) (bool, error) {
	switch p.text(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, unfit(name, "", "Invalid boolean: %s", p.text(name))
}

// list returns the texts of name[], name[0], name[1] …
func (p params) list(name string) []string {
	out := slices.Clone(p[name+"[]"])
	for i := 0; p.has(name + "[" + strconv.Itoa(i) + "]"); i++ {
		out = append(out, p.text(name+"["+strconv.Itoa(i)+"]"))
	}
	return out
}

// length is how many name[0]…, name[1]… are given.
func (p params) length(name string) (n int) {
	for p.has(name+"["+strconv.Itoa(n)+"]") || p.under(name+"["+strconv.Itoa(n)+"]") {
		n++
	}
	return n
}

// hash returns the texts of name[key] by key. A key with an empty text is left
// out: that is how one is unset.
func (p params) hash(name string) (map[string]string, error) {
	out := map[string]string{}
	for _, given := range p.names() {
		key, ok := strings.CutPrefix(given, name+"[")
		if !ok {
			continue
		}
		key = strings.TrimSuffix(key, "]")
		value := p.text(given)
		switch {
		case key == "":
			return nil, unfit(name, "", "Metadata keys cannot be empty.")
		case len(key) > maxMetadataKey:
			return nil, unfit(name, "", "Metadata keys must be at most %d characters long: '%s'", maxMetadataKey, key)
		case len(value) > maxMetadataValue:
			return nil, unfit(given, "", "Metadata values can have up to %d characters, but you passed in a value that is %d characters.", maxMetadataValue, len(value))
		case value != "":
			out[key] = value
		}
	}
	if len(out) > maxMetadataKeys {
		return nil, unfit(name, "", "Metadata can have up to %d keys.", maxMetadataKeys)
	}
	return out, nil
}

// address returns a URL to send a browser to, or "".
func (p params) address(name string) (string, error) {
	text := p.text(name)
	if text == "" {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", unfit(name, "url_invalid", "Not a valid URL: %s", text)
	}
	return text, nil
}

// span reads a range of instants in whole seconds: name[gte], name[lt] and
// their kin, or one instant.
func (p params) span(name string) (from, to int64, err error) {
	from, to = math.MinInt64, math.MaxInt64
	bounds := []struct {
		name string
		set  func(n int64)
	}{
		{name, func(n int64) { from, to = n, n+1 }},
		{name + "[gt]", func(n int64) { from = max(from, n+1) }},
		{name + "[gte]", func(n int64) { from = max(from, n) }},
		{name + "[lt]", func(n int64) { to = min(to, n) }},
		{name + "[lte]", func(n int64) { to = min(to, n+1) }},
	}
	for _, b := range bounds {
		if !p.has(b.name) {
			continue
		}
		n, err := p.integer(b.name)
		if err != nil {
			return 0, 0, err
		}
		b.set(n)
	}
	return from, to, nil
}

// instant returns a time given in seconds, or the zero time.
func (p params) instant(name string) (time.Time, error) {
	if !p.has(name) {
		return time.Time{}, nil
	}
	n, err := p.integer(name)
	return time.Unix(n, 0), err
}
