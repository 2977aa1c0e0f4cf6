// Command limit makes a list page's calls to the table and nothing else: each
// request signed by hand, sent over a kept connection, and the answers handed
// on as bytes. No SDK, no rules, no rows read. Nothing that asks the same
// questions over the same wire can use much less.
//
// BENCH_CALLS names its calls; the first one is made alone, as a guard's is,
// the others at once.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// call is one request to the table.
type call struct {
	Target string `json:"target"`
	Body   string `json:"body"`
}

func main() {
	t, err := open()
	if err != nil {
		panic(err)
	}
	if len(t.calls) > 0 {
		t.ask(context.Background(), t.calls[0]) // the connection is opened while there is a whole processor
	}
	lambda.Start(t.serve)
}

// table is where the calls go.
type table struct {
	endpoint, host, region, id, secret, token string

	calls []call
	http  *http.Client
}

func open() (*table, error) {
	endpoint := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true, WriteBufferSize: 64 << 10}
	if pinned := os.Getenv("BENCH_ROOTS"); pinned != "" {
		text, err := os.ReadFile(pinned)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(text)
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	t := &table{
		endpoint: endpoint, host: u.Host, region: os.Getenv("AWS_REGION"), id: os.Getenv("AWS_ACCESS_KEY_ID"),
		secret: os.Getenv("AWS_SECRET_ACCESS_KEY"), token: os.Getenv("AWS_SESSION_TOKEN"), http: &http.Client{Transport: transport},
	}
	return t, json.Unmarshal([]byte(os.Getenv("BENCH_CALLS")), &t.calls)
}

func (t *table) serve(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	bodies := make([][]byte, len(t.calls))
	errs := make([]error, len(t.calls))
	bodies[0], errs[0] = t.ask(ctx, t.calls[0])
	var others sync.WaitGroup
	for i := 1; i < len(t.calls); i++ {
		others.Go(func() { bodies[i], errs[i] = t.ask(ctx, t.calls[i]) })
	}
	others.Wait()
	for _, err := range errs {
		if err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusOK, Headers: map[string]string{"content-type": "application/json"}, Body: string(bodies[min(1, len(bodies)-1)]),
	}, nil
}

func (t *table) ask(ctx context.Context, c call) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.endpoint, strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	t.sign(r, c, time.Now().UTC())
	res, err := t.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	into := bytes.NewBuffer(make([]byte, 0, max(0, int(res.ContentLength))+bytes.MinRead))
	if _, err := io.Copy(into, res.Body); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s %s", c.Target, strconv.Itoa(res.StatusCode), into)
	}
	return into.Bytes(), nil
}

// sign puts the headers of AWS Signature Version 4 on the request.
func (t *table) sign(r *http.Request, c call, at time.Time) {
	date, day := at.Format("20060102T150405Z"), at.Format("20060102")
	sum := sha256.Sum256([]byte(c.Body))
	r.Header["Content-Type"] = []string{"application/x-amz-json-1.0"}
	r.Header["X-Amz-Date"] = []string{date}
	r.Header["X-Amz-Target"] = []string{c.Target}
	signed, canonical := "content-type;host;x-amz-date;x-amz-target",
		"content-type:application/x-amz-json-1.0\nhost:"+t.host+"\nx-amz-date:"+date+"\n"
	if t.token != "" {
		r.Header["X-Amz-Security-Token"] = []string{t.token}
		signed = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
		canonical += "x-amz-security-token:" + t.token + "\n"
	}
	canonical = "POST\n/\n\n" + canonical + "x-amz-target:" + c.Target + "\n\n" + signed + "\n" + hex.EncodeToString(sum[:])
	whole := sha256.Sum256([]byte(canonical))
	scope := day + "/" + t.region + "/dynamodb/aws4_request"
	key := []byte("AWS4" + t.secret)
	for _, part := range []string{day, t.region, "dynamodb", "aws4_request"} {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+date+"\n"+scope+"\n"+hex.EncodeToString(whole[:]))
	r.Header["Authorization"] = []string{"AWS4-HMAC-SHA256 Credential=" + t.id + "/" + scope + ", SignedHeaders=" + signed + ", Signature=" + hex.EncodeToString(signature)}
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
