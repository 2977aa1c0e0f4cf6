// Package store is the one table: the shape of every key, every condition,
// every transaction, and the cursors of its pages. Its methods are the
// questions the product asks, each answered in as few round trips as
// docs/access-patterns.md says.
//
// What belongs to an account is reached through a view of that account (In),
// whose methods take no account; work across accounts must give its reason
// (Everywhere). The store does not know who calls it, HTTP, or mail, and it
// decides nothing: rules are center's.
package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"customercenter/shared/awshttp"
	"customercenter/shared/keyring"
)

// Limits of a call to the table. A table that is silent is tried until the
// caller's context ends.
const (
	CallTimeout  = 4 * time.Second
	callTries    = 3
	callMaxDelay = 400 * time.Millisecond
	warmTimeout  = time.Second
)

// Config is what a store needs. HTTP may be nil for the real network; Keys
// may be empty where no cursor is made; Now may not.
type Config struct {
	Table    string
	Region   string
	Endpoint string // "" is the region's own

	AccessKeyID, SecretAccessKey, SessionToken string

	HTTP aws.HTTPClient
	Keys keyring.Ring
	Now  func() time.Time

	TimeZone string // of accounts whose records name none; UTC when empty
	Locale   string // likewise; en when empty
}

// FromEnvironment reads where the table is and the credentials to reach it.
// The rest of the configuration is the caller's.
func FromEnvironment(getenv func(string) string) Config {
	return Config{
		Table:           getenv("CENTER_TABLE"),
		Region:          getenv("AWS_REGION"),
		Endpoint:        getenv("AWS_ENDPOINT_URL_DYNAMODB"),
		AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    getenv("AWS_SESSION_TOKEN"),
	}
}

// Store is an open store, safe for concurrent use.
type Store struct {
	db       *dynamodb.Client
	table    string
	keys     keyring.Ring
	now      func() time.Time
	timeZone string
	locale   string
}

// Open makes a store of its configuration. It calls nothing.
//
// The SDK's own configuration loader is not used: reading files and
// environments costs a function more than everything else it does at start.
func Open(c Config) *Store {
	if c.Now == nil {
		panic("store: a configuration without a clock")
	}
	if c.HTTP == nil {
		c.HTTP = awshttp.Client(CallTimeout)
	}
	options := dynamodb.Options{
		Region:      c.Region,
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken),
		HTTPClient:  c.HTTP,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = callTries
			o.MaxBackoff = callMaxDelay
		}),
	}
	if c.Endpoint != "" {
		options.BaseEndpoint = aws.String(c.Endpoint)
	}
	s := &Store{db: dynamodb.New(options, readFlat), table: c.Table, keys: c.Keys, now: c.Now, timeZone: c.TimeZone, locale: c.Locale}
	if s.timeZone == "" {
		s.timeZone = "UTC"
	}
	if s.locale == "" {
		s.locale = "en"
	}
	return s
}

// Check reads one item that need not exist: the table answers, or the error
// says why not. It also opens the connection that later calls use.
func (s *Store) Check(ctx context.Context) error {
	_, err := s.get(ctx, healthKey())
	if errors.Is(err, errAbsent) {
		return nil
	}
	return err
}

// Warm makes the first calls, at the start of a function, where Lambda gives
// it a whole processor and nobody waits. It buys the first request its TLS
// connections, as many as the function uses at once, and what the SDK sets up
// when it is first used: at 256 MB several times what all of it costs here. A
// table that does not answer keeps nobody from starting; whoever asks next
// gets the error.
func (s *Store) Warm(ctx context.Context, atOnce int) {
	ctx, cancel := context.WithTimeout(ctx, warmTimeout)
	defer cancel()
	var calls sync.WaitGroup
	for range atOnce {
		calls.Go(func() { _ = s.Check(ctx) })
	}
	calls.Wait()
}
