package conformance

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"customercenter/infra/local/dynamo"
	"customercenter/shared/awshttp"
)

// world is the endpoint under test and the tables made on it.
type world struct {
	client   *dynamodb.Client
	http     aws.HTTPClient
	endpoint string
	region   string
	creds    aws.CredentialsProvider
	embedded bool   // the engine, in this process
	main     string // pk S, sk S; indexes all, keys, some
	numbers  string // pk S, sk N
	binaries string // pk B, sk B
	partOf   atomic.Int64
}

var (
	ours   *world
	checks atomic.Int64
)

func TestMain(m *testing.M) {
	w, closeWorld, err := newWorld(os.Getenv("DDB"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
	ours = w
	code := m.Run()
	if err := closeWorld(); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		code = 1
	}
	fmt.Printf("conformance: %d checks at %s\n", checks.Load(), w.endpoint)
	os.Exit(code)
}

func newWorld(endpoint string) (*world, func() error, error) {
	w := &world{endpoint: endpoint, region: "us-east-1", creds: credentials.NewStaticCredentialsProvider("local", "local", "")}
	if id := os.Getenv("AWS_ACCESS_KEY_ID"); id != "" && endpoint != "" {
		w.creds = credentials.NewStaticCredentialsProvider(id, os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	}
	if region := os.Getenv("AWS_REGION"); region != "" {
		w.region = region
	}
	closeEngine := func() error { return nil }
	w.http = aws.HTTPClient(newHTTPClient())
	if endpoint == "" {
		// On disk, with fsync: only then are transactions in flight long enough to
		// meet each other.
		dir, err := os.MkdirTemp("", "conformance")
		if err != nil {
			return nil, nil, err
		}
		db, err := dynamo.Open(dir, dynamo.Options{})
		if err != nil {
			return nil, nil, err
		}
		w.http, w.embedded, w.endpoint = db, true, "http://the-embedded-engine"
		closeEngine = func() error { return errors.Join(db.Close(), os.RemoveAll(dir)) }
	}
	w.client = dynamodb.New(dynamodb.Options{Region: w.region, Credentials: w.creds, HTTPClient: w.http, BaseEndpoint: aws.String(w.endpoint), RetryMaxAttempts: 1})
	err := w.createTables(context.Background())
	return w, func() error { return errors.Join(w.deleteTables(context.Background()), closeEngine()) }, err
}

func (w *world) createTables(ctx context.Context) error {
	suffix := strings.ToLower(rand.Text()[:12])
	w.main, w.numbers, w.binaries = "conformance-"+suffix, "conformance-n-"+suffix, "conformance-b-"+suffix
	indexes := []types.GlobalSecondaryIndex{
		index("all", types.Projection{ProjectionType: "ALL"}),
		index("keys", types.Projection{ProjectionType: "KEYS_ONLY"}),
		index("some", types.Projection{ProjectionType: "INCLUDE", NonKeyAttributes: []string{"kept"}}),
	}
	for _, in := range []*dynamodb.CreateTableInput{
		{TableName: &w.main, AttributeDefinitions: attributes("pk", "S", "sk", "S", "gp", "S", "gs", "S"), KeySchema: schema("pk", "sk"), GlobalSecondaryIndexes: indexes},
		{TableName: &w.numbers, AttributeDefinitions: attributes("pk", "S", "sk", "N"), KeySchema: schema("pk", "sk")},
		{TableName: &w.binaries, AttributeDefinitions: attributes("pk", "B", "sk", "B"), KeySchema: schema("pk", "sk")},
	} {
		in.BillingMode = "PAY_PER_REQUEST"
		if _, err := w.client.CreateTable(ctx, in); err != nil {
			return err
		}
	}
	for _, name := range []string{w.main, w.numbers, w.binaries} {
		wait := dynamodb.NewTableExistsWaiter(w.client)
		if err := wait.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, 3*time.Minute); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) deleteTables(ctx context.Context) error {
	var failures []error
	for _, name := range []string{w.main, w.numbers, w.binaries} {
		_, err := w.client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name})
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// attributes takes names and types in turn.
func attributes(pairs ...string) []types.AttributeDefinition {
	var out []types.AttributeDefinition
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, types.AttributeDefinition{AttributeName: aws.String(pairs[i]), AttributeType: types.ScalarAttributeType(pairs[i+1])})
	}
	return out
}

func schema(hash, sort string) []types.KeySchemaElement {
	out := []types.KeySchemaElement{{AttributeName: &hash, KeyType: "HASH"}}
	if sort != "" {
		out = append(out, types.KeySchemaElement{AttributeName: &sort, KeyType: "RANGE"})
	}
	return out
}

func index(name string, p types.Projection) types.GlobalSecondaryIndex {
	return types.GlobalSecondaryIndex{IndexName: &name, KeySchema: schema("gp", "gs"), Projection: &p}
}

// check runs one named check, with a partition of its own.
func check(t *testing.T, name string, run func(t *testing.T, p string)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		checks.Add(1)
		run(t, fmt.Sprintf("p%d", ours.partOf.Add(1)))
	})
}

// Values. Items are written as Go: string S, int N, num N, []byte B, bool, nil,
// list L, item M and the three sets.
type (
	item map[string]any
	list []any
	num  string
	ss   []string
	ns   []string
	bs   [][]byte
)

func av(v any) types.AttributeValue {
	switch v := v.(type) {
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case int:
		return &types.AttributeValueMemberN{Value: fmt.Sprint(v)}
	case num:
		return &types.AttributeValueMemberN{Value: string(v)}
	case []byte:
		return &types.AttributeValueMemberB{Value: v}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}
	case list:
		members := []types.AttributeValue{}
		for _, e := range v {
			members = append(members, av(e))
		}
		return &types.AttributeValueMemberL{Value: members}
	case item:
		return &types.AttributeValueMemberM{Value: v.av()}
	case ss:
		return &types.AttributeValueMemberSS{Value: v}
	case ns:
		return &types.AttributeValueMemberNS{Value: v}
	case bs:
		return &types.AttributeValueMemberBS{Value: v}
	}
	panic(fmt.Sprintf("no attribute value for %T", v))
}

func (m item) av() map[string]types.AttributeValue {
	if m == nil {
		return nil
	}
	out := map[string]types.AttributeValue{}
	for name, v := range m {
		out[name] = av(v)
	}
	return out
}

// with returns the item with more attributes.
func (m item) with(more item) item {
	out := maps.Clone(m)
	maps.Copy(out, more)
	return out
}

func at(pk any, sk any) item { return item{"pk": pk, "sk": sk} }

// show writes an item in one canonical line, for comparing.
func show(m map[string]types.AttributeValue) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, name+":"+showValue(m[name]))
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func showValue(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("x%x", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberNULL:
		return "null"
	case *types.AttributeValueMemberL:
		var parts []string
		for _, e := range v.Value {
			parts = append(parts, showValue(e))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case *types.AttributeValueMemberM:
		return show(v.Value)
	case *types.AttributeValueMemberSS:
		return "ss(" + strings.Join(slices.Sorted(slices.Values(v.Value)), " ") + ")"
	case *types.AttributeValueMemberNS:
		return "ns(" + strings.Join(slices.Sorted(slices.Values(v.Value)), " ") + ")"
	case *types.AttributeValueMemberBS:
		var parts []string
		for _, e := range v.Value {
			parts = append(parts, fmt.Sprintf("x%x", e))
		}
		return "bs(" + strings.Join(slices.Sorted(slices.Values(parts)), " ") + ")"
	}
	return fmt.Sprintf("%T", v)
}

// put stores an item or fails the test.
func put(t *testing.T, m item) {
	t.Helper()
	_, err := ours.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &ours.main, Item: m.av()})
	if err != nil {
		t.Fatal(err)
	}
}

// get shows the item at a key, without the key; "{}" where there is none but the
// key, "absent" where there is nothing.
func get(t *testing.T, key item) string {
	t.Helper()
	out, err := ours.client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &ours.main, Key: key.av(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	if out.Item == nil {
		return "absent"
	}
	delete(out.Item, "pk")
	delete(out.Item, "sk")
	return show(out.Item)
}

// refused fails unless err is a refusal of that code whose message holds the text.
func refused(t *testing.T, err error, code, text string) {
	t.Helper()
	var refusal smithy.APIError
	switch {
	case err == nil:
		t.Fatalf("want %s, got no refusal", code)
	case !errors.As(err, &refusal):
		t.Fatalf("want %s, got %v", code, err)
	case refusal.ErrorCode() != code:
		t.Fatalf("want %s, got %s: %s", code, refusal.ErrorCode(), refusal.ErrorMessage())
	case !strings.Contains(refusal.ErrorMessage(), text):
		t.Fatalf("want a message with %q, got %q", text, refusal.ErrorMessage())
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if got, want := fmt.Sprint(got), fmt.Sprint(want); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
}

// words shows values with a space between any two.
func words(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }

// eventually waits until an index shows what it will: at once in the engine, in a
// moment elsewhere.
func eventually(t *testing.T, got func() string, want string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		last := got()
		if last == want {
			return
		}
		if ours.embedded || time.Now().After(deadline) {
			t.Fatalf("\n got %s\nwant %s", last, want)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

const (
	validation      = "ValidationException"
	conditionFailed = "ConditionalCheckFailedException"
	canceled        = "TransactionCanceledException"
)

func newHTTPClient() *http.Client { return awshttp.Client(30 * time.Second) }

// failedItem is what a failed condition says stands there.
func failedItem(t *testing.T, err error) map[string]types.AttributeValue {
	t.Helper()
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return failed.Item
}
