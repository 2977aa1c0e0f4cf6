package ses

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsses "github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

const (
	sender = "center@example.com"
	buyer  = "huda@najd.example"
	set    = "center-mail"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// rig is a Service behind a server, the SDK's client aimed at it, a clock
// that stands still, and what the feedback function got.
type rig struct {
	*Service
	url    string
	client *awsses.Client
	mu     sync.Mutex
	now    time.Time
	events []string
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) skip(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func start(t *testing.T, dir string, change func(*Options)) *rig {
	t.Helper()
	r := &rig{now: noon}
	o := Options{Now: r.clock, Verified: []string{"example.com"}, ConfigurationSets: []string{set}, Logf: t.Logf}
	o.Feedback = func(_ context.Context, event []byte) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.events = append(r.events, string(event))
		return nil
	}
	if change != nil {
		change(&o)
	}
	service, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(func() {
		server.Close()
		if err := service.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	r.Service, r.url = service, server.URL
	r.client = awsses.New(awsses.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("AKIDLOCAL", "secret", ""),
	})
	return r
}

func rawMail(from, to, subject, text string) []byte {
	return []byte("From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n")
}

func (r *rig) send(t *testing.T, raw []byte, change func(*awsses.SendRawEmailInput)) (string, error) {
	t.Helper()
	in := &awsses.SendRawEmailInput{
		RawMessage: &types.RawMessage{Data: raw}, ConfigurationSetName: aws.String(set),
		Tags: []types.MessageTag{{Name: aws.String("letter"), Value: aws.String("0a1b")}},
	}
	if change != nil {
		change(in)
	}
	out, err := r.client.SendRawEmail(t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.MessageId, nil
}

func (r *rig) mustSend(t *testing.T, raw []byte) string {
	t.Helper()
	id, err := r.send(t, raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (r *rig) messages(t *testing.T, query string) (letters []Letter) {
	t.Helper()
	status, body := r.get(t, "/_mailbox/messages?"+query)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	if err := json.Unmarshal([]byte(body), &letters); err != nil {
		t.Fatal(err)
	}
	return letters
}

func (r *rig) get(t *testing.T, path string) (int, string) {
	t.Helper()
	return r.do(t, http.MethodGet, path, "", nil)
}

func (r *rig) do(t *testing.T, method, path, body string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

func codeOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestAMailSentIsInTheMailbox(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	id := r.mustSend(t, rawMail("Center <"+sender+">", buyer, "Your sign-in code", "Type this code:\r\n\r\n  4821 0577\r\n\r\nBye"))
	got := r.messages(t, "to="+strings.ToUpper(buyer))
	if len(got) != 1 {
		t.Fatalf("%d letters, want 1", len(got))
	}
	want := Letter{
		ID: id, At: noon, From: "Center <" + sender + ">", To: []string{buyer}, Subject: "Your sign-in code",
		Text: "Type this code:\r\n\r\n  4821 0577\r\n\r\nBye\r\n", Code: "48210577", Outcome: OutcomeDelivered,
		Tags: map[string][]string{"letter": {"0a1b"}}, ConfigurationSet: set, Attachments: []Attachment{},
	}
	got[0].Headers, want.Headers = nil, nil
	if d := cmp.Diff(want, got[0]); d != "" {
		t.Error(d)
	}
	if other := r.messages(t, "to=uda@najd.example"); len(other) != 0 {
		t.Errorf("a part of an address found %d letters", len(other))
	}
}

func TestWhatSESRefuses(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	ok := rawMail(sender, buyer, "s", "t")
	to := func(list ...string) func(*awsses.SendRawEmailInput) {
		return func(in *awsses.SendRawEmailInput) { in.Destinations = list }
	}
	many := strings.Split(strings.Repeat(buyer+",", maxRecipients+1), ",")[:maxRecipients+1]
	for name, c := range map[string]struct {
		raw     []byte
		change  func(*awsses.SendRawEmailInput)
		code    string
		message string
	}{
		"a sender nobody verified":            {rawMail("x@elsewhere.example", buyer, "s", "t"), nil, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-1: x@elsewhere.example"},
		"an envelope sender nobody verified":  {ok, func(in *awsses.SendRawEmailInput) { in.Source = aws.String("y@elsewhere.example") }, "MessageRejected", "EU-WEST-1: y@elsewhere.example"},
		"a domain that only ends like ours":   {rawMail("x@notexample.com", buyer, "s", "t"), nil, "MessageRejected", "x@notexample.com"},
		"an address without domain":           {ok, to("huda"), "InvalidParameterValue", "Missing final '@domain'"},
		"an address with a blank":             {ok, to("hu da@najd.example"), "InvalidParameterValue", "Local address contains control or whitespace"},
		"an address with a broken domain":     {ok, to("huda@najd..example"), "InvalidParameterValue", "Domain contains dot-dot"},
		"a domain with a strange letter":      {ok, to("huda@na!jd.example"), "InvalidParameterValue", "Domain contains illegal character"},
		"a local part beyond ASCII":           {ok, to("هدى@najd.example"), "InvalidParameterValue", "Local address contains non-ASCII characters"},
		"two addresses in one":                {ok, to("a@b.example, c@d.example"), "InvalidParameterValue", "Local address"},
		"more than fifty recipients":          {ok, to(many...), "InvalidParameterValue", "Recipient count exceeds 50."},
		"no recipient":                        {[]byte("From: " + sender + "\r\n\r\nx"), nil, "InvalidParameterValue", "Missing required header 'To'."},
		"no sender":                           {[]byte("To: " + buyer + "\r\n\r\nx"), nil, "InvalidParameterValue", "Missing required header 'From'."},
		"two From fields":                     {append([]byte("From: "+sender+"\r\n"), ok...), nil, "InvalidParameterValue", "Duplicate header 'From'."},
		"no mail at all":                      {[]byte("not a mail"), nil, "InvalidParameterValue", "Could not parse"},
		"over ten megabytes":                  {rawMail(sender, buyer, "s", strings.Repeat("x", maxMailBytes)), nil, "InvalidParameterValue", "Message length is more than 10485760 bytes long"},
		"a configuration set that is not":     {ok, func(in *awsses.SendRawEmailInput) { in.ConfigurationSetName = aws.String("none") }, "ConfigurationSetDoesNotExist", "Configuration set <none> does not exist."},
		"a tag with a letter outside its set": {ok, func(in *awsses.SendRawEmailInput) { in.Tags[0].Value = aws.String("a b") }, "InvalidParameterValue", "Invalid tag value <a b>"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.send(t, c.raw, c.change)
			if codeOf(err) != c.code || !strings.Contains(err.Error(), c.message) {
				t.Errorf("refused with %v, want %s: %s", err, c.code, c.message)
			}
		})
	}
	if got := r.messages(t, ""); len(got) != 0 {
		t.Errorf("%d refused mails are in the mailbox", len(got))
	}
}

func TestWhoMaySend(t *testing.T) {
	r := start(t, t.TempDir(), func(o *Options) { o.Verified = []string{"Example.COM", "desk@other.example"} })
	for address, want := range map[string]bool{
		"anyone@example.com": true, "anyone@EXAMPLE.com": true, "a@mail.example.com": true,
		"desk@other.example": true, "desk+bills@other.example": true, "desk@OTHER.example": true,
		"Desk@other.example": false, "clerk@other.example": false, "a@le.com": false,
	} {
		_, err := r.send(t, rawMail(address, buyer, "s", "t"), nil)
		if (err == nil) != want {
			t.Errorf("from %s: error %v, may send %v", address, err, want)
		}
	}
}

func TestLimitsThrottle(t *testing.T) {
	r := start(t, t.TempDir(), func(o *Options) {
		o.Limits = &Limits{Max24HourSend: 4, MaxSendRate: 2, SendingEnabled: true}
	})
	mail := rawMail(sender, buyer, "s", "t")
	steps := []struct {
		skip    time.Duration
		refused string
	}{
		{0, ""}, {0, ""}, {0, "Maximum sending rate exceeded."},
		{500 * time.Millisecond, ""}, {0, "Maximum sending rate exceeded."},
		{time.Minute, ""}, {time.Minute, "Daily message quota exceeded."},
		{24*time.Hour - 90*time.Second, ""},
	}
	for i, step := range steps {
		r.skip(step.skip)
		_, err := r.send(t, mail, nil)
		if step.refused == "" && err != nil {
			t.Errorf("send %d: %v", i, err)
		}
		if step.refused != "" && (codeOf(err) != "Throttling" || !strings.Contains(err.Error(), step.refused)) {
			t.Errorf("send %d: error %v, want %q", i, err, step.refused)
		}
	}
	quota, err := r.client.GetSendQuota(t.Context(), &awsses.GetSendQuotaInput{})
	if err != nil {
		t.Fatal(err)
	}
	// The fourth send is still inside the last 24 hours; the earlier ones are not.
	if quota.Max24HourSend != 4 || quota.MaxSendRate != 2 || quota.SentLast24Hours != 2 {
		t.Errorf("quota %+v", quota)
	}
}

func TestIdentitiesAndAccountSpeakToTheSDK(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir, nil)
	ctx := t.Context()
	if _, err := r.client.VerifyEmailIdentity(ctx, &awsses.VerifyEmailIdentityInput{EmailAddress: aws.String("new@desk.example")}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.client.VerifyDomainIdentity(ctx, &awsses.VerifyDomainIdentityInput{Domain: aws.String("gone.example")}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.client.DeleteIdentity(ctx, &awsses.DeleteIdentityInput{Identity: aws.String("gone.example")}); err != nil {
		t.Fatal(err)
	}
	if status, _ := r.do(t, http.MethodDelete, "/_mailbox/messages", "", nil); status != http.StatusNoContent {
		t.Fatalf("clear: status %d", status)
	}
	again := start(t, copyOf(t, dir), nil)
	list, err := again.client.ListIdentities(ctx, &awsses.ListIdentitiesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"example.com", "new@desk.example"}, list.Identities); d != "" {
		t.Error(d)
	}
	attributes, err := again.client.GetIdentityVerificationAttributes(ctx, &awsses.GetIdentityVerificationAttributesInput{Identities: []string{"new@desk.example", "gone.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := attributes.VerificationAttributes; len(got) != 1 || got["new@desk.example"].VerificationStatus != types.VerificationStatusSuccess {
		t.Errorf("attributes %+v", got)
	}
	sets, err := again.client.ListConfigurationSets(ctx, &awsses.ListConfigurationSetsInput{})
	if err != nil || len(sets.ConfigurationSets) != 1 || *sets.ConfigurationSets[0].Name != set {
		t.Errorf("configuration sets %+v, error %v", sets, err)
	}
	if _, err := r.client.UpdateAccountSendingEnabled(ctx, &awsses.UpdateAccountSendingEnabledInput{}); err != nil {
		t.Fatal(err)
	}
	var paused *types.AccountSendingPausedException
	if _, err := r.send(t, rawMail(sender, buyer, "s", "t"), nil); !errors.As(err, &paused) {
		t.Errorf("error %v, want AccountSendingPausedException", err)
	}
	if _, err := r.client.ListTemplates(ctx, &awsses.ListTemplatesInput{}); codeOf(err) != "InvalidAction" {
		t.Errorf("an operation not implemented answered %v", err)
	}
}

func TestSendEmailComposesTheMail(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	content := func(s string) *types.Content { return &types.Content{Data: aws.String(s)} }
	_, err := r.client.SendEmail(t.Context(), &awsses.SendEmailInput{
		Source: aws.String("Center <" + sender + ">"), ReplyToAddresses: []string{"desk@example.com"},
		Destination: &types.Destination{ToAddresses: []string{buyer}, BccAddresses: []string{"archive@example.com"}},
		Message:     &types.Message{Subject: content("فاتورة جديدة"), Body: &types.Body{Text: content("one = two"), Html: content("<p>one</p>")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.messages(t, "")[0]
	if got.Subject != "فاتورة جديدة" || got.Text != "one = two" || got.HTML != "<p>one</p>" || !slices.Equal(got.To, []string{buyer, "archive@example.com"}) || got.Headers["Bcc"] != nil {
		t.Errorf("letter %+v", got)
	}
}

func TestUnsignedRequestsAreRefused(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	status, body := r.do(t, http.MethodPost, "/", "Action=GetSendQuota&Version=2010-12-01", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if status != http.StatusForbidden || !strings.Contains(body, "MissingAuthenticationToken") {
		t.Errorf("status %d: %s", status, body)
	}
}

func TestStatisticsCountOutcomes(t *testing.T) {
	r := start(t, t.TempDir(), nil)
	for _, to := range []string{buyer, "bounce@" + simulatorDomain, "complaint@" + simulatorDomain} {
		r.mustSend(t, rawMail(sender, to, "s", "t"))
	}
	r.skip(time.Hour)
	r.mustSend(t, rawMail(sender, buyer, "s", "t"))
	got, err := r.client.GetSendStatistics(t.Context(), &awsses.GetSendStatisticsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.SendDataPoints) != 2 {
		t.Fatalf("%d points, want 2", len(got.SendDataPoints))
	}
	p := got.SendDataPoints[0]
	if p.DeliveryAttempts != 3 || p.Bounces != 1 || p.Complaints != 1 || p.Rejects != 0 || !p.Timestamp.Equal(noon) {
		t.Errorf("first point %+v", p)
	}
}

// copyOf is what a disk holds after a kill: the files as they are now.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	content, err := os.ReadFile(filepath.Join(dir, archiveName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, archiveName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}
