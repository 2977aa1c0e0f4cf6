package store_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"customercenter/shared/store"
)

// A function starts whatever the table answers, and soon.
func TestWarmingNeverKeepsAFunctionFromStarting(t *testing.T) {
	hanging := doer(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	refusing := doer(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusBadRequest, Request: r, Body: io.NopCloser(strings.NewReader(`{"__type":"AccessDeniedException"}`))}, nil
	})
	for name, table := range map[string]aws.HTTPClient{"that hangs": hanging, "that refuses": refusing} {
		t.Run(name, func(t *testing.T) {
			s := store.Open(store.Config{Table: "t", Region: "us-east-1", Endpoint: "http://table", AccessKeyID: "a", SecretAccessKey: "b", HTTP: table, Now: time.Now})
			began := time.Now()
			s.Warm(t.Context(), 2)
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }
