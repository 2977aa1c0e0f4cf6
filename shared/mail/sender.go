package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/smithy-go"

	"customercenter/shared/awshttp"
)

// The limits of a call.
const (
	// CallTimeout ends each attempt to hand a mail to SES.
	CallTimeout = 8 * time.Second

	sendTries    = 3
	sendMaxDelay = time.Second
)

// The tags a mail carries; SES repeats them in every event of it.
const (
	TagLetter = "letter" // the letter's id
	TagKind   = "kind"   // what kind of letter
)

// Config is where and as whom mail is sent.
type Config struct {
	Region          string
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Endpoint        string // "" takes the region's own
	// ConfigurationSet makes SES publish the mail's events; "" sends
	// without.
	ConfigurationSet string
	// HTTP is the client used; nil takes awshttp's.
	HTTP HTTPClient
}

// HTTPClient sends one HTTP request; *http.Client is one.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Sender hands mails to SES. It is safe for concurrent use.
type Sender struct {
	// send is SES's one operation in use. Held by itself, and not through its
	// client, it saves the mailer a megabyte: html/template calls methods by
	// name, so the linker keeps every operation of a client that an interface
	// can lead to.
	send             func(context.Context, *ses.SendRawEmailInput, ...func(*ses.Options)) (*ses.SendRawEmailOutput, error)
	configurationSet *string
}

// Open makes a Sender. It calls nothing.
func Open(c Config) *Sender {
	if c.HTTP == nil {
		c.HTTP = awshttp.Client(CallTimeout)
	}
	options := ses.Options{
		Region:      c.Region,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken),
		HTTPClient:  c.HTTP,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = sendTries
			o.MaxBackoff = sendMaxDelay
			o.RateLimiter = ratelimit.None
			// The SDK's own list also retries lost answers, and each such
			// retry is a second mail.
			o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(surelyNotSent)}
		}),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	s := &Sender{send: ses.New(options).SendRawEmail}
	if c.ConfigurationSet != "" {
		s.configurationSet = aws.String(c.ConfigurationSet)
	}
	return s
}

// Send hands m to SES and returns the id SES gave it. It tries again only
// where surely nothing was sent: when throttled, or when no connection came
// about. Every error is a *SendError.
func (s *Sender) Send(ctx context.Context, m Message) (messageID string, err error) {
	out, err := s.send(ctx, &ses.SendRawEmailInput{
		Source:               aws.String(m.From),
		Destinations:         []string{m.To},
		RawMessage:           &types.RawMessage{Data: m.MIME},
		ConfigurationSetName: s.configurationSet,
		Tags: []types.MessageTag{
			{Name: aws.String(TagLetter), Value: aws.String(m.Letter)},
			{Name: aws.String(TagKind), Value: aws.String(string(m.Kind))},
		},
	})
	if err != nil {
		return "", sendError(err)
	}
	return aws.ToString(out.MessageId), nil
}

// Outcome is what is known of a mail that was not answered with an id.
type Outcome int

// The outcomes.
const (
	// Unknown: it may have been sent. Only SES's events can tell.
	Unknown Outcome = iota
	// Refused: it was not sent and never will be as it is.
	Refused
	// Postponed: it was not sent, for a reason that passes: throttling, the
	// daily quota, sending paused, no access, no connection.
	Postponed
)

// String names the outcome for logs.
func (o Outcome) String() string {
	switch o {
	case Refused:
		return "refused"
	case Postponed:
		return "postponed"
	}
	return "unknown"
}

// SendError is a mail that SES did not confirm.
type SendError struct {
	Outcome Outcome
	Code    string // SES's, "" when it did not answer
	Err     error
}

// Error implements error, for logs.
func (e *SendError) Error() string { return fmt.Sprintf("mail: send: %s: %v", e.Outcome, e.Err) }

// How long a mail that was postponed waits.
const (
	afterThrottle = time.Minute
	afterObstacle = 5 * time.Minute
	afterQuota    = 15 * time.Minute
)

// QuotaSpent tells that no mail goes out for hours, whatever it is.
func (e *SendError) QuotaSpent() bool {
	var answer smithy.APIError
	return e.Outcome == Postponed && errors.As(e.Err, &answer) && slices.Contains(throttling, e.Code) && quotaSpent(answer)
}

// RetryAfter is how long to wait before a postponed mail is sent again.
func (e *SendError) RetryAfter() time.Duration {
	switch {
	case e.QuotaSpent():
		return afterQuota
	case slices.Contains(throttling, e.Code), e.Code == "":
		return afterThrottle
	}
	return afterObstacle
}

// quotaSpent tells the two kinds of throttling apart, which share a code.
func quotaSpent(answer smithy.APIError) bool {
	return strings.HasPrefix(answer.ErrorMessage(), "Daily")
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

var (
	throttling = []string{"Throttling", "ThrottlingException", "TooManyRequestsException"}
	// refusals concern the mail.
	refusals = []string{"MessageRejected", "InvalidParameterValue", "InvalidParameterCombination", "MalformedInput", "ValidationError"}
	// obstacles concern the account; with them out of the way the same mail
	// goes out.
	obstacles = []string{
		"AccountSendingPausedException", "ConfigurationSetSendingPausedException", "ConfigurationSetDoesNotExist",
		"MailFromDomainNotVerifiedException", "AccessDenied", "AccessDeniedException", "MissingAuthenticationToken",
		"InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
		"SignatureDoesNotMatch", "IncompleteSignature", "RequestExpired", "OptInRequired",
	}
)

func sendError(err error) *SendError {
	e := &SendError{Err: err}
	var answer smithy.APIError
	if errors.As(err, &answer) {
		e.Code = answer.ErrorCode()
	}
	switch {
	case slices.Contains(refusals, e.Code):
		e.Outcome = Refused
	case slices.Contains(throttling, e.Code), slices.Contains(obstacles, e.Code), noConnection(err):
		e.Outcome = Postponed
	}
	return e
}

// surelyNotSent says which errors are tried again at once. A spent daily
// quota is not: it comes back within hours, not seconds.
func surelyNotSent(err error) aws.Ternary {
	var answer smithy.APIError
	throttled := errors.As(err, &answer) && slices.Contains(throttling, answer.ErrorCode()) && !quotaSpent(answer)
	return aws.BoolTernary(throttled || noConnection(err))
}

// noConnection tells whether err came before a byte of the request left.
func noConnection(err error) bool {
	var dial *net.OpError
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &dial) && dial.Op == "dial" || errors.As(err, &certificate)
}
