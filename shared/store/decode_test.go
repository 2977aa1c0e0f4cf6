package store_test

import (
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"customercenter/shared/store"
)

// canned answers every request with the same bytes.
type canned struct {
	body []byte
	crc  uint32
}

func answering(body []byte) canned { return canned{body, crc32.ChecksumIEEE(body)} }

func (c canned) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(c.body)), Request: r,
		Header: http.Header{"X-Amz-Crc32": {strconv.FormatUint(uint64(c.crc), 10)}}, Body: io.NopCloser(bytes.NewReader(c.body))}, nil
}

// clients are one that decodes in one pass and the SDK as it comes.
func clients(c canned) (ours, theirs *dynamodb.Client) {
	o := dynamodb.Options{Region: "us-east-1", HTTPClient: c, BaseEndpoint: aws.String("http://table"), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}
	return dynamodb.New(o, store.DecodeInOnePass), dynamodb.New(o)
}

// answers are of every shape the product meets, some it does not, and some
// that are broken.
var answers = []string{
	`{}`,
	`{"Items":[],"Count":0,"ScannedCount":0}`,
	`{"Count":2,"Items":[{"pk":{"S":"L#a"},"n":{"N":"-12.50"},"b":{"BOOL":true}},{"pk":{"S":""},"x":{"BOOL":false}}],"ScannedCount":2,"LastEvaluatedKey":{"pk":{"S":"L#a"}}}`,
	`{"Items":[{"t":{"S":"a \"quoted\" \\ line\nand شركة and \u0634\ud83d\ude00"},"b":{"B":"AAEC/w=="}}],"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"}}`,
	`{"Item":{"m":{"M":{"a":{"L":[{"S":"x"},{"N":"1"},{"M":{}},{"L":[]}]}}},"e":{"M":{}}},"ConsumedCapacity":{"TableName":"t","CapacityUnits":1.0}}`,
	` { "Item" : { "a" : { "S" : "blanks" } } } `,
	`{"Item":{"s":{"SS":["a","b"]},"n":{"NULL":true},"ns":{"NS":["1"]},"bs":{"BS":["AA=="]}}}`,
	`{"ConsumedCapacity":{"CapacityUnits":1,"TableName":"t","Table":{"CapacityUnits":1},"ReadCapacityUnits":1},"Item":{"a":{"S":"b"}}}`,
	`{"Item":{"a":{"S":"b"}},"Unknown":{"x":[1,2,{"y":null}]}}`,
	`{"Items":null,"Count":0}`, `{"Item":{"a":{"S":null}}}`, `{"Item":{"a":{}}}`, `{"Item":{"a":{"S":"b","N":"1"}}}`,
	`{"Item":{"a":{"S":"b"}}`, `{"Item":{"a":{"S":"b"}}}x`, `{"Item":{"a":{"S":"b}}}`, `{"Item":{"a":{"B":"%%"}}}`, `{"Item":[]}`, `[]`, `"`, `{"Count":"1"}`, `{"Count":1e3}`, ``,
}

func TestOnePassReadsWhatTheSDKReads(t *testing.T) {
	for _, body := range answers {
		compare(t, []byte(body))
	}
}

func FuzzOnePass(f *testing.F) {
	for _, body := range answers {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { compare(t, body) })
}

// compare holds both clients against each other: the same output, or an error
// from both.
func compare(t *testing.T, body []byte) {
	t.Helper()
	ours, theirs := clients(answering(body))
	query, get := &dynamodb.QueryInput{TableName: aws.String("t")}, &dynamodb.GetItemInput{TableName: aws.String("t")}
	gotQuery, gotErr := ours.Query(context.Background(), query)
	wantQuery, wantErr := theirs.Query(context.Background(), query)
	if (gotErr == nil) != (wantErr == nil) {
		t.Errorf("Query of %q: %v; the SDK says %v", body, gotErr, wantErr)
	}
	if gotErr == nil && wantErr == nil {
		gotQuery.ResultMetadata, wantQuery.ResultMetadata = middleware.Metadata{}, middleware.Metadata{}
		if !reflect.DeepEqual(gotQuery, wantQuery) {
			t.Errorf("Query of %q: %+v; the SDK reads %+v", body, gotQuery, wantQuery)
		}
	}
	gotItem, gotErr := ours.GetItem(context.Background(), get)
	wantItem, wantErr := theirs.GetItem(context.Background(), get)
	if (gotErr == nil) != (wantErr == nil) {
		t.Errorf("GetItem of %q: %v; the SDK says %v", body, gotErr, wantErr)
	}
	if gotErr == nil && wantErr == nil {
		gotItem.ResultMetadata, wantItem.ResultMetadata = middleware.Metadata{}, middleware.Metadata{}
		if !reflect.DeepEqual(gotItem, wantItem) {
			t.Errorf("GetItem of %q: %+v; the SDK reads %+v", body, gotItem, wantItem)
		}
	}
}

func TestACorruptAnswerIsRefused(t *testing.T) {
	c := answering([]byte(`{"Item":{"a":{"S":"b"}}}`))
	c.crc++
	ours, _ := clients(c)
	if out, err := ours.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("t")}); err == nil {
		t.Errorf("an answer that does not fit its checksum was taken: %v", out.Item)
	}
}

// BenchmarkDecode reads a page of twenty rows in one pass and as the SDK does.
func BenchmarkDecode(b *testing.B) {
	row := `{"pk":{"S":"L#WZxGQ6rPbqAE8XBbgohsUA"},"sk":{"S":"U#20261102WZxGQ6rPbqAE8XBbgohsUA"},"is":{"S":"I20261003"},"ns":{"S":"IINV-2026-0000123"},` +
		`"ms":{"S":"Ipi12500000"},"c":{"S":"SAR"},"po":{"S":"PO-90012"},"t":{"S":"Premier support, per user and month"},"n":{"N":"1"},"v":{"N":"1"},"k":{"S":"lr"}}`
	page := `{"Count":20,"Items":[` + strings.TrimSuffix(strings.Repeat(row+",", 20), ",") + `],"ScannedCount":20}`
	ours, theirs := clients(answering([]byte(page)))
	for name, client := range map[string]*dynamodb.Client{"one pass": ours, "sdk": theirs} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Query(b.Context(), &dynamodb.QueryInput{TableName: aws.String("t")}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

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
