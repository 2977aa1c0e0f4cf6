package gateway

import (
	"strings"
	"sync"
	"time"

	"customercenter/infra/local/template"
)

// methodAny and pathDefault are the wildcards of API Gateway.
const (
	methodAny   = "ANY"
	pathDefault = "$default"
)

type route struct {
	template.Route
	segments []string
	bucket   *bucket
}

func newRoute(r template.Route) *route {
	return &route{Route: r, segments: strings.Split(strings.TrimPrefix(r.Path, "/"), "/"), bucket: newBucket(r.Throttle, time.Now())}
}

// match finds the most specific route of a request, in API Gateway's order: a path without greedy segment first,
// literal segments before parameters, then greedy paths, then $default; the named method before ANY. A path that
// only has routes of other methods is not found: API Gateway knows no 405.
func (g *Gateway) match(method, path string) (best *route, parameters map[string]string) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for _, r := range g.routes {
		if r.Method != method && r.Method != methodAny {
			continue
		}
		values, ok := r.fits(segments)
		if ok && (best == nil || r.before(best)) {
			best, parameters = r, values
		}
	}
	return best, parameters
}

// fits matches path segments against the route's. A parameter takes one segment that is not empty, a greedy one
// takes the rest.
func (r *route) fits(path []string) (map[string]string, bool) {
	if r.Path == pathDefault {
		return nil, true
	}
	var values map[string]string
	for i, segment := range r.segments {
		if i >= len(path) {
			return nil, false
		}
		name, kind := parameter(segment)
		value := path[i]
		if kind == greedy {
			value = strings.Join(path[i:], "/")
		}
		switch {
		case kind == literal && segment != value:
			return nil, false
		case kind != literal && value == "":
			return nil, false
		case kind != literal:
			if values == nil {
				values = map[string]string{}
			}
			values[name] = value
		}
		if kind == greedy {
			return values, true
		}
	}
	return values, len(path) == len(r.segments)
}

// Kinds of segments, the more specific first.
const (
	literal = iota
	single
	greedy
)

func parameter(segment string) (name string, kind int) {
	inner, ok := strings.CutPrefix(segment, "{")
	if !ok {
		return "", literal
	}
	inner = strings.TrimSuffix(inner, "}")
	if name, ok := strings.CutSuffix(inner, "+"); ok {
		return name, greedy
	}
	return inner, single
}

// before orders two routes that both fit.
func (r *route) before(other *route) bool {
	if a, b := r.rank(), other.rank(); a != b {
		return a < b
	}
	for i := range min(len(r.segments), len(other.segments)) {
		_, a := parameter(r.segments[i])
		_, b := parameter(other.segments[i])
		if a != b {
			return a < b
		}
	}
	if len(r.segments) != len(other.segments) {
		return len(r.segments) > len(other.segments)
	}
	return r.Method != methodAny && other.Method == methodAny
}

func (r *route) rank() int {
	switch {
	case r.Path == pathDefault:
		return 2
	case strings.HasSuffix(r.Path, "+}"):
		return 1
	}
	return 0
}

// bucket is a token bucket: burst tokens at most, rate new ones a second.
type bucket struct {
	mu     sync.Mutex
	limit  template.Throttle
	tokens float64
	at     time.Time
}

func newBucket(limit template.Throttle, now time.Time) *bucket {
	return &bucket{limit: limit, tokens: float64(limit.Burst), at: now}
}

// take takes a token; it is false where there is none.
func (b *bucket) take(now time.Time) bool {
	if b.limit == (template.Throttle{}) {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(float64(b.limit.Burst), b.tokens+b.limit.Rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
