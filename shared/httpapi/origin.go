package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"customercenter/shared/center"
)

// sites refuses writes that another site made a browser send.
type sites struct{ rule *http.CrossOriginProtection }

// newSites trusts the origin alone, and none where it is "".
func newSites(origin string) *sites {
	s := &sites{rule: http.NewCrossOriginProtection()}
	if origin == "" {
		return s
	}
	if err := s.rule.AddTrustedOrigin(origin); err != nil {
		panic("httpapi: " + err.Error())
	}
	return s
}

// nowhere stands for the Host header, which is the sender's claim. The rule
// would trust an origin of that host whatever its scheme, and of no host the
// origin "null": no page has this one.
const nowhere = "nowhere.invalid"

// check asks the standard library's rule about a request.
func (s *sites) check(r Request) error {
	req := &http.Request{Method: r.RequestContext.HTTP.Method, Host: nowhere, URL: &url.URL{Path: r.RawPath}, Header: http.Header{}}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := header(r, name); v != "" {
			req.Header.Set(name, v)
		}
	}
	if err := s.rule.Check(req); err != nil {
		return &center.Error{Kind: center.Forbidden, Code: "cross-site", Err: err,
			Detail: "This request came from another site. Open the center itself and try again."}
	}
	return nil
}

// header reads a request header. The gateway sends names in lower case; a
// hand-made event may not.
func header(r Request, name string) string {
	if v, ok := r.Headers[strings.ToLower(name)]; ok {
		return v
	}
	for k, v := range r.Headers {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

// cookieValue reads a cookie: the gateway moves them out of the headers, one
// "name=value" each. Of a cookie sent twice the first counts, and none is
// taken from the cookie header, which the gateway never sends. Names are
// compared byte for byte: browsers keep __Host- to our own host, but let a
// neighbour set a name that begins with a blank beyond ASCII.
func cookieValue(r Request, name string) string {
	for _, c := range r.Cookies {
		if k, v, ok := strings.Cut(c, "="); ok && strings.TrimLeft(k, " ") == name {
			return v
		}
	}
	return ""
}
