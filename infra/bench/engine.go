package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/bench/figure"
	"customercenter/infra/bench/world"
	"customercenter/infra/local/dynamo"
	"customercenter/shared/awshttp"
)

const (
	engineRounds = 12
	engineCalls  = 60
	engineItems  = 200000
	engineBatch  = 25
	engineTable  = "bench"
)

// Budgets of the engine (G14): what its prototype reached.
const (
	getItemLimit  = 0.26 // ms, over HTTP
	transactLimit = 0.43 // ms, four items, over HTTP
	fillRate      = 42373.0
)

// engine measures the embedded table over HTTP and within the process.
func (b *bench) engine() (figure.Section, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return figure.Section{}, err
	}
	defer os.RemoveAll(dir)
	db, err := dynamo.Open(dir, dynamo.Options{NoSync: true})
	if err != nil {
		return figure.Section{}, err
	}
	defer db.Close()
	w := &world.World{DB: db}
	endpoint, err := w.Serve(db)
	if err != nil {
		return figure.Section{}, err
	}
	client := engineClient(endpoint, awshttp.Client(time.Minute))
	if err := makeTable(b.ctx, client); err != nil {
		return figure.Section{}, err
	}
	items := engineItems
	if b.million {
		items = million
	}
	b.progress("engine: %d items", items)
	began := time.Now()
	if err := fill(b.ctx, w, items); err != nil {
		return figure.Section{}, err
	}
	rate := float64(items) / time.Since(began).Seconds()
	figures, err := b.engineCalls(client, engineClient("http://engine", db), items)
	return figure.Section{How: fmt.Sprintf("The engine on disk without waiting for it, as its prototype ran; single calls through the SDK are medians of %d in each of %d rounds.", engineCalls, engineRounds),
		Figures: append([]figure.Figure{{Budget: "G14", What: fmt.Sprintf("items a second, %d in batches of %d", items, engineBatch), Value: rate, Limit: fillRate, Least: true,
			Note: fmt.Sprintf("%.1f s for 1,000,000", million/rate), Why: busy}}, figures...)}, err
}

const busy = "an absolute time of the prototype's machine at rest; this one shares its cores."

func engineClient(endpoint string, c aws.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: &endpoint, HTTPClient: c, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", "")})
}

func makeTable(ctx context.Context, c *dynamodb.Client) error {
	pk, sk := aws.String("pk"), aws.String("sk")
	_, err := c.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: aws.String(engineTable), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: pk, AttributeType: "S"}, {AttributeName: sk, AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: pk, KeyType: types.KeyTypeHash}, {AttributeName: sk, KeyType: types.KeyTypeRange}}})
	return err
}

// engineItem is the i-th item, of about the size of a list row.
func engineItem(i int) string {
	return fmt.Sprintf(`{"pk":{"S":"L#%d"},"sk":{"S":"U#2026%04d#%08d"},"n":{"S":"INV-2026-%07d"},"c":{"S":"SAR"},"a":{"N":"%d"},"t":{"S":"Premier support, per user and month"}}`,
		i%100, i%1000, i, i, 1000+i)
}

func fill(ctx context.Context, w *world.World, n int) error {
	batch := make([]string, 0, engineBatch)
	for i := range n {
		if batch = append(batch, engineItem(i)); len(batch) < engineBatch && i < n-1 {
			continue
		}
		if _, err := w.Call(ctx, "BatchWriteItem", world.PutRequest(engineTable, batch)); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// engineCalls measures single calls over HTTP and a page within the process.
func (b *bench) engineCalls(over, within *dynamodb.Client, items int) ([]figure.Figure, error) {
	at := 0
	next := func() int { at = (at + 7919) % items; return at }
	ways := []struct {
		name string
		do   func() error
	}{
		{"get", func() error { return getItem(b.ctx, over, next()) }},
		{"transact", func() error { return transact(b.ctx, over, next()) }},
		{"page", func() error { return queryPage(b.ctx, within, next()) }},
	}
	took := measured{}
	for range engineRounds {
		for _, way := range ways {
			d, err := medianTime(way.do, engineCalls)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", way.name, err)
			}
			took.add(way.name, d)
		}
	}
	var a arithmetic
	return []figure.Figure{
		{Budget: "G14", What: "GetItem over HTTP", Value: a.median(took["get"], engineRounds), Unit: "ms", Limit: getItemLimit, Why: busy},
		{Budget: "G14", What: "TransactWriteItems of four over HTTP", Value: a.median(took["transact"], engineRounds), Unit: "ms", Limit: transactLimit, Why: busy},
		{What: "Query of 20 rows from any place, in the process", Value: a.median(took["page"], engineRounds), Unit: "ms", Note: "the SDK's work on both sides included"},
	}, a.err
}

func engineKey(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: fmt.Sprintf("L#%d", i%100)},
		"sk": &types.AttributeValueMemberS{Value: fmt.Sprintf("U#2026%04d#%08d", i%1000, i)}}
}

func getItem(ctx context.Context, c *dynamodb.Client, i int) error {
	out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(engineTable), Key: engineKey(i)})
	if err == nil && len(out.Item) == 0 {
		err = fmt.Errorf("item %d is not there", i)
	}
	return err
}

func transact(ctx context.Context, c *dynamodb.Client, i int) error {
	in := &dynamodb.TransactWriteItemsInput{}
	for n := range 4 {
		in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Update: &types.Update{TableName: aws.String(engineTable), Key: engineKey(i - i%4 + n),
			UpdateExpression: aws.String("SET a = a + :one"), ConditionExpression: aws.String("attribute_exists(pk)"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}}}})
	}
	_, err := c.TransactWriteItems(ctx, in)
	return err
}

func queryPage(ctx context.Context, c *dynamodb.Client, i int) error {
	_, err := c.Query(ctx, &dynamodb.QueryInput{TableName: aws.String(engineTable), Limit: aws.Int32(20),
		KeyConditionExpression: aws.String("pk = :p AND sk > :s"), ExpressionAttributeValues: map[string]types.AttributeValue{
			":p": engineKey(i)["pk"], ":s": engineKey(i)["sk"]}})
	return err
}

// poster sends requests of the table's protocol as they are.
func poster(endpoint string) func(target string, body []byte) error {
	client := &http.Client{}
	return func(operation string, body []byte) error {
		r, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(string(body)))
		if err != nil {
			return err
		}
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		res, err := client.Do(r)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", operation, res.Status)
		}
		return drain(res.Body)
	}
}
