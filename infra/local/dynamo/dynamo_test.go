package dynamo_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/local/dynamo"
)

const tableName = "customer-center"

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n any) types.AttributeValue     { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }
func keyOf(pk, sk string) item           { return item{"pk": text(pk), "sk": text(sk)} }

// open returns a database with the tests' table, and a client for it.
func open(t testing.TB, dir string, o dynamo.Options) (*dynamo.DB, *dynamodb.Client) {
	t.Helper()
	db, err := dynamo.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c := client(db)
	if _, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)}); err != nil {
		createTable(t, c)
	}
	return db, c
}

func client(db *dynamo.DB) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "local", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		HTTPClient: db, RetryMaxAttempts: 1,
	})
}

func createTable(t testing.TB, c *dynamodb.Client) {
	t.Helper()
	var names []types.AttributeDefinition
	for _, n := range []string{"pk", "sk", "gp", "gs"} {
		names = append(names, types.AttributeDefinition{AttributeName: aws.String(n), AttributeType: "S"})
	}
	schema := func(h, r string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: aws.String(h), KeyType: "HASH"}, {AttributeName: aws.String(r), KeyType: "RANGE"}}
	}
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(tableName), BillingMode: "PAY_PER_REQUEST",
		AttributeDefinitions: names, KeySchema: schema("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{IndexName: aws.String("by-g"), KeySchema: schema("gp", "gs"), Projection: &types.Projection{ProjectionType: "KEYS_ONLY"}}},
		StreamSpecification:    &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: "NEW_AND_OLD_IMAGES"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: aws.String(tableName),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)}})
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, c *dynamodb.Client, m item) {
	t.Helper()
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: m}); err != nil {
		t.Fatal(err)
	}
}

// get shows the attribute n of an item, "absent" where there is no item.
func get(t testing.TB, c *dynamodb.Client, pk, sk string) string {
	t.Helper()
	out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: keyOf(pk, sk)})
	if err != nil {
		t.Fatal(err)
	}
	if out.Item == nil {
		return "absent"
	}
	n, ok := out.Item["n"].(*types.AttributeValueMemberN)
	if !ok {
		return "no number"
	}
	return n.Value
}

// add is an action that adds to n.
func add(pk, sk string, n int) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(tableName), Key: keyOf(pk, sk), UpdateExpression: aws.String("ADD n :n"), ExpressionAttributeValues: item{":n": num(n)},
	}}
}

func transact(t testing.TB, c *dynamodb.Client, token string, items ...types.TransactWriteItem) error {
	t.Helper()
	in := &dynamodb.TransactWriteItemsInput{TransactItems: items}
	if token != "" {
		in.ClientRequestToken = &token
	}
	_, err := c.TransactWriteItems(t.Context(), in)
	return err
}

// clock is a clock that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time              { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) skip(d time.Duration)        { c.at.Add(int64(d)) }
func (c *clock) unix(in time.Duration) int64 { return c.now().Add(in).Unix() }

func same(t testing.TB, got, want any) {
	t.Helper()
	if got, want := fmt.Sprint(got), fmt.Sprint(want); got != want {
		t.Fatalf("\n got %s\nwant %s", got, want)
	}
}

// stream shows the stream's records after a sequence number.
func stream(t testing.TB, db *dynamo.DB, after uint64) string {
	t.Helper()
	records, err := db.StreamRecords(tableName, after, 100)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range records {
		line := fmt.Sprintf("%d %s %s", r.Sequence, r.EventName, r.Keys)
		if r.OldImage != nil {
			line += fmt.Sprintf(" old %s", r.OldImage)
		}
		if r.NewImage != nil {
			line += fmt.Sprintf(" new %s", r.NewImage)
		}
		if r.ByTTL {
			line += " by TTL"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
