// Package world is what the bench measures on: the product's table in the
// embedded engine with accounts of any size, a person signed in to each, the
// functions built as they are deployed, and an endpoint that answers what the
// engine answered before as fast and as evenly as a service would.
//
// It measures nothing, and does not know what is measured on it.
package world

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"customercenter/infra/local/dynamo"
	"customercenter/infra/local/template"
	"customercenter/shared/center"
	"customercenter/shared/keyring"
	"customercenter/shared/session"
	"customercenter/shared/store"
)

const (
	origin   = "https://center.example.com"
	operator = "desk@vendor.example"
	keys     = `{"current":"k1","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}`
	region   = "us-east-1"
	agent    = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)

// World is an open table. Close it.
type World struct {
	Template *template.Template
	DB       *dynamo.DB
	Store    *store.Store
	Keys     keyring.Ring
	table    template.Table
	servers  []*http.Server
	requests int
}

// Open makes an empty table as template.yaml, under root, describes it; in the
// folder dir, or in memory where that is "".
func Open(root, dir string) (*World, error) {
	return open(root, dir, dynamo.Options{})
}

// OpenBusy is a World in memory whose transactions keep their items for that
// long, as those of the service do, so that they meet each other.
func OpenBusy(root string, hold time.Duration) (*World, error) {
	return open(root, "", dynamo.Options{TransactionHold: hold})
}

func open(root, dir string, o dynamo.Options) (*World, error) {
	t, err := template.Load(filepath.Join(root, "template.yaml"), map[string]string{
		"BaseUrl": "http://localhost:1", "SenderAddress": "billing@vendor.example", "OperatorEmails": operator,
	})
	if err != nil {
		return nil, err
	}
	if len(t.Tables) != 1 {
		return nil, fmt.Errorf("world: template.yaml has %d tables", len(t.Tables))
	}
	ring, err := keyring.Parse(keys)
	if err != nil {
		return nil, err
	}
	db, err := dynamo.Open(dir, o)
	if err != nil {
		return nil, err
	}
	w := &World{Template: t, DB: db, Keys: ring, table: t.Tables[0]}
	if _, err := w.Call(context.Background(), "CreateTable", w.table.CreateTable); err != nil {
		return nil, err
	}
	w.Store = w.StoreOver(db)
	return w, nil
}

// StoreOver is the product's store on the table, reached by that client.
func (w *World) StoreOver(client aws.HTTPClient) *store.Store {
	return store.Open(store.Config{Table: w.table.Name, Region: region, Endpoint: "http://engine", AccessKeyID: "bench", SecretAccessKey: "bench",
		HTTP: client, Keys: w.Keys, Now: time.Now})
}

// Close ends what was opened.
func (w *World) Close() error {
	for _, s := range w.servers {
		s.Close()
	}
	return w.DB.Close()
}

// Call makes one request of the table's own protocol.
func (w *World) Call(ctx context.Context, operation string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://engine/", strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Amz-Target", targetPrefix+operation)
	res, err := w.DB.Do(r)
	if err != nil {
		return nil, err
	}
	var answer json.RawMessage
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("world: %s: %s", operation, answer)
	}
	return answer, nil
}

const targetPrefix = "DynamoDB_20120810."

// Table is the table's name.
func (w *World) Table() string { return w.table.Name }

// CreateTable is the request that made the table.
func (w *World) CreateTable() []byte { return w.table.CreateTable }

// Serve answers with h on an address of its own.
func (w *World) Serve(h http.Handler) (endpoint string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	w.servers = append(w.servers, s)
	go s.Serve(listener)
	return "http://" + listener.Addr().String(), nil
}

// Environment is what a function is told, as NAME=value: what template.yaml
// says, and the table at endpoint. Mail goes to a closed door.
func (w *World) Environment(function, endpoint string, more ...string) []string {
	out := []string{"AWS_REGION=" + region, "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
		"AWS_SESSION_TOKEN=" + strings.Repeat("session-token", 40)} // as long as Lambda's
	if f, ok := w.Template.Function(function); ok {
		for name, value := range f.Environment {
			out = append(out, name+"="+value)
		}
	}
	out = append(out, "CENTER_TABLE="+w.table.Name, "CENTER_KEYS="+keys, "CENTER_BASE_URL="+origin, "CENTER_OPERATORS="+operator,
		"CENTER_SENDER=billing@vendor.example", "AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "AWS_ENDPOINT_URL_SES=http://127.0.0.1:9")
	return append(out, more...)
}

// Event is a request of the route as the gateway sends it. Path has its
// parameters filled in, and query is as in an address.
func (w *World) Event(cookie, route, path, query string, parameters map[string]string) events.APIGatewayV2HTTPRequest {
	w.requests++
	method, _, _ := strings.Cut(route, " ")
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RouteKey: route, RawPath: path, RawQueryString: query, PathParameters: parameters,
		Headers: map[string]string{
			"accept": "application/json", "accept-encoding": "gzip, deflate, br, zstd", "accept-language": "en,ar;q=0.9", "host": "center.example.com",
			"content-type": "application/json", "origin": origin, "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin",
			"user-agent": agent, "x-amzn-trace-id": "Root=1-6741a2b0-3f0c5d7e1b2a4c6d8e0f1a2b", "x-forwarded-for": "203.0.113.9",
			"x-forwarded-port": "443", "x-forwarded-proto": "https",
		}}
	if cookie != "" {
		e.Cookies = []string{cookie}
	}
	for pair := range strings.SplitSeq(query, "&") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			if e.QueryStringParameters == nil {
				e.QueryStringParameters = map[string]string{}
			}
			e.QueryStringParameters[name] = value
		}
	}
	e.RequestContext = events.APIGatewayV2HTTPRequestContext{RouteKey: route, AccountID: "123456789012", Stage: "$default", APIID: "a1b2c3d4e5",
		RequestID: "bench-" + strconv.Itoa(w.requests), DomainName: "center.example.com", DomainPrefix: "center", TimeEpoch: time.Now().UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, Protocol: "HTTP/1.1", SourceIP: "203.0.113.9", UserAgent: agent}}
	return e
}

// Encode is the event as the function receives it.
func Encode(e events.APIGatewayV2HTTPRequest) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // strings and maps of strings always encode
	}
	return b
}

// SignIn makes a session of the account's primary contact and returns her
// cookie.
func (w *World) SignIn(ctx context.Context, account string) (string, error) {
	return w.mint(ctx, center.AccountIDOf(account), PersonOf(account))
}

// SignInOperator makes a session of an operator.
func (w *World) SignInOperator(ctx context.Context) (string, error) {
	if _, err := w.Store.AdmitOperator(ctx, operator); err != nil {
		return "", err
	}
	return w.mint(ctx, center.OperatorsAccount, operator)
}

func (w *World) mint(ctx context.Context, account center.AccountID, email string) (string, error) {
	token := session.Token{Account: account, Contact: center.ContactIDOf(email), Secret: session.NewSecret()}
	_, err := w.Store.SignIn(ctx, account, token.Contact, store.NewSession{ID: token.Secret.ID(), AuthAt: time.Now(), Agent: agent})
	return session.Cookie + "=" + token.Text(), err
}

// Actor is the account's primary contact, for calls of the store itself.
func (w *World) Actor(account string) center.Actor {
	return center.Actor{Account: center.AccountIDOf(account), Contact: center.ContactIDOf(PersonOf(account)), Email: PersonOf(account), TimeZone: "UTC"}
}
