package ses

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxRequestBytes lets a 10 MB mail through in its two encodings.
	maxRequestBytes = 20 << 20

	apiVersion = "2010-12-01"
	namespace  = "http://ses.amazonaws.com/doc/2010-12-01/"
	// statisticsSpan and statisticsStep are how far back, and in what steps,
	// GetSendStatistics tells.
	statisticsSpan = 14 * 24 * time.Hour
	statisticsStep = 15 * time.Minute
)

// refusal is an error answer of SES.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *refusal {
	return refuse("InvalidParameterValue", format, args...)
}

// errAnswerLost tells serveQuery to break the connection instead of answering.
var errAnswerLost = errors.New("the answer is lost")

// call is one request of the Query protocol.
type call struct {
	form   url.Values
	region string
}

// list returns name.member.1, name.member.2, …
func (c call) list(name string) (values []string) {
	for i := 1; ; i++ {
		v, ok := c.form[name+".member."+strconv.Itoa(i)]
		if !ok {
			return values
		}
		values = append(values, v[0])
	}
}

// actions maps what is implemented to who does it. A result is marshalled as
// <ActionResult>; nil makes an empty one.
var actions = map[string]func(*Service, *http.Request, call) (any, error){
	"SendRawEmail":                      (*Service).sendRawEmail,
	"SendEmail":                         (*Service).sendEmail,
	"GetSendQuota":                      (*Service).getSendQuota,
	"GetSendStatistics":                 (*Service).getSendStatistics,
	"GetAccountSendingEnabled":          (*Service).getAccountSendingEnabled,
	"UpdateAccountSendingEnabled":       (*Service).updateAccountSendingEnabled,
	"ListIdentities":                    (*Service).listIdentities,
	"GetIdentityVerificationAttributes": (*Service).getIdentityVerificationAttributes,
	"VerifyEmailIdentity":               (*Service).verifyEmailIdentity,
	"VerifyDomainIdentity":              (*Service).verifyDomainIdentity,
	"DeleteIdentity":                    (*Service).deleteIdentity,
	"ListConfigurationSets":             (*Service).listConfigurationSets,
}

var credentialScope = regexp.MustCompile(`Credential=[^/,]+/\d{8}/([a-z0-9-]+)/(?:ses|email)/aws4_request`)

func (s *Service) serveQuery(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequestBytes)
	action, result, err := s.act(r)
	var bad *refusal
	switch {
	case errors.Is(err, errAnswerLost):
		panic(http.ErrAbortHandler) // net/http's way to break the connection
	case errors.As(err, &bad):
		answerRefusal(w, bad)
	case err != nil:
		s.logf("ses: %s: %v", action, err)
		answerRefusal(w, &refusal{http.StatusInternalServerError, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."})
	default:
		answer(w, action, result)
	}
}

func (s *Service) act(r *http.Request) (action string, result any, err error) {
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return "", nil, &refusal{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Request is too large."}
		}
		return "", nil, refuse("MalformedQueryString", "The request body is not a form.")
	}
	scope := credentialScope.FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		return "", nil, &refusal{http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token"}
	}
	action = r.PostForm.Get("Action")
	do, known := actions[action]
	if !known || r.PostForm.Get("Version") != apiVersion {
		return action, nil, refuse("InvalidAction", "Could not find operation %s for version %s", action, r.PostForm.Get("Version"))
	}
	result, err = do(s, r, call{r.PostForm, scope[1]})
	return action, result, err
}

func answer(w http.ResponseWriter, action string, result any) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<%sResponse xmlns="%s">`, action, namespace)
	if result == nil {
		result = struct{}{}
	}
	if err := xml.NewEncoder(&b).EncodeElement(result, xml.StartElement{Name: xml.Name{Local: action + "Result"}}); err != nil {
		answerRefusal(w, &refusal{http.StatusInternalServerError, "InternalFailure", err.Error()})
		return
	}
	fmt.Fprintf(&b, `<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, requestID(), action)
	write(w, http.StatusOK, b.Bytes())
}

func answerRefusal(w http.ResponseWriter, r *refusal) {
	type fault struct {
		Type, Code, Message string
	}
	kind := "Sender"
	if r.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<ErrorResponse xmlns="%s">`, namespace)
	// Encoding three strings into a buffer cannot fail.
	_ = xml.NewEncoder(&b).EncodeElement(fault{kind, r.code, r.message}, xml.StartElement{Name: xml.Name{Local: "Error"}})
	fmt.Fprintf(&b, `<RequestId>%s</RequestId></ErrorResponse>`, requestID())
	write(w, r.status, b.Bytes())
}

func write(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // who hung up needs no answer
}

// requestID returns a random UUID.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	x := hex.EncodeToString(b[:])
	return strings.Join([]string{x[:8], x[8:12], x[12:16], x[16:20], x[20:]}, "-")
}

type quotaResult struct {
	Max24HourSend, MaxSendRate, SentLast24Hours float64
}

func (s *Service) getSendQuota(*http.Request, call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return quotaResult{s.limits.Max24HourSend, s.limits.MaxSendRate, float64(s.meter.sentLast24Hours(s.now()))}, nil
}

type statisticsResult struct {
	Points []statisticsPoint `xml:"SendDataPoints>member"`
}

type statisticsPoint struct {
	Timestamp        time.Time
	DeliveryAttempts int64
	Bounces          int64
	Complaints       int64
	Rejects          int64
}

// getSendStatistics counts what the mailbox still holds.
func (s *Service) getSendStatistics(*http.Request, call) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var result statisticsResult
	oldest := s.now().Add(-statisticsSpan)
	for _, m := range s.mails {
		if m.At.Before(oldest) {
			continue
		}
		step := m.At.UTC().Truncate(statisticsStep)
		if n := len(result.Points); n == 0 || !result.Points[n-1].Timestamp.Equal(step) {
			result.Points = append(result.Points, statisticsPoint{Timestamp: step})
		}
		point := &result.Points[len(result.Points)-1]
		point.DeliveryAttempts++
		switch m.Outcome {
		case OutcomeBounced, OutcomeSuppressed:
			point.Bounces++
		case OutcomeComplained:
			point.Complaints++
		case OutcomeRejected:
			point.Rejects++
		}
	}
	return result, nil
}

type enabledResult struct{ Enabled bool }

func (s *Service) getAccountSendingEnabled(*http.Request, call) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return enabledResult{s.limits.SendingEnabled}, nil
}

func (s *Service) updateAccountSendingEnabled(_ *http.Request, c call) (any, error) {
	enabled, err := strconv.ParseBool(c.form.Get("Enabled"))
	if c.form.Has("Enabled") && err != nil {
		return nil, refuse("MalformedInput", "Enabled must be true or false")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits.SendingEnabled = enabled
	return nil, nil
}

type configurationSet struct{ Name string }

type configurationSetsResult struct {
	Sets []configurationSet `xml:"ConfigurationSets>member"`
}

func (s *Service) listConfigurationSets(*http.Request, call) (any, error) {
	var result configurationSetsResult
	for _, name := range slices.Sorted(slices.Values(s.sets)) {
		result.Sets = append(result.Sets, configurationSet{name})
	}
	return result, nil
}
