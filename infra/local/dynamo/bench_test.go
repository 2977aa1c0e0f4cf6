package dynamo_test

import (
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/local/dynamo"
	"customercenter/shared/awshttp"
)

var large = flag.Int("items", 0, "fill a database with so many items, and time filling and opening it")

// clients returns a client of each way to the engine.
func clients(b *testing.B, do func(b *testing.B, c *dynamodb.Client)) {
	db, c := open(b, "", dynamo.Options{})
	b.Run("in process", func(b *testing.B) { do(b, c) })
	server := httptest.NewServer(db)
	defer server.Close()
	b.Run("http", func(b *testing.B) {
		do(b, dynamodb.New(dynamodb.Options{
			Region: "local", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
			BaseEndpoint: &server.URL, HTTPClient: awshttp.Client(time.Minute),
		}))
	})
	_, durable := open(b, b.TempDir(), dynamo.Options{})
	b.Run("in process on disk", func(b *testing.B) { do(b, durable) })
}

func BenchmarkGetItem(b *testing.B) {
	clients(b, func(b *testing.B, c *dynamodb.Client) {
		put(b, c, row("p", 1))
		for b.Loop() {
			if _, err := c.GetItem(b.Context(), &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: keyOf("p", "00000001")}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPutItem(b *testing.B) {
	clients(b, func(b *testing.B, c *dynamodb.Client) {
		for i := 0; b.Loop(); i++ {
			put(b, c, row("p", i))
		}
	})
}

func BenchmarkTransactionOfFour(b *testing.B) {
	clients(b, func(b *testing.B, c *dynamodb.Client) {
		for i := 0; b.Loop(); i++ {
			writes := []types.TransactWriteItem{add("p", "total", 1)}
			for k := range 3 {
				writes = append(writes, types.TransactWriteItem{Put: &types.Put{TableName: aws.String(tableName), Item: row(fmt.Sprint("q", k), i)}})
			}
			if err := transact(b, c, "", writes...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkQueryPage(b *testing.B) {
	clients(b, func(b *testing.B, c *dynamodb.Client) {
		for i := range 100 {
			put(b, c, row("page", i))
		}
		for b.Loop() {
			_, err := c.Query(b.Context(), &dynamodb.QueryInput{TableName: aws.String(tableName), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": text("page")}, Limit: aws.Int32(20)})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// row is a row of an invoice list, about 170 bytes.
func row(pk string, i int) item {
	return item{
		"pk": text(pk), "sk": text(fmt.Sprintf("%08d", i)), "gp": text(pk), "gs": text(fmt.Sprintf("%06d", i*7919%1000000)),
		"n": num(i), "number": text(fmt.Sprintf("INV-%07d", i)), "currency": text("EUR"), "amount": num(i * 100), "outstanding": num(i * 100),
		"issued": text("20310203"), "due": text("20310305"), "po": text("PO 4500012345"),
	}
}

// cpu is the processor time this process has taken so far.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// TestLarge fills a database of -items items through the SDK, closes it, and opens
// it as it was left and from a checkpoint. The limit is on processor time: the
// clock on the wall also tells of other programs.
func TestLarge(t *testing.T) {
	if *large == 0 {
		t.Skip("runs with -items")
	}
	const openLimit = 10 * time.Second
	dir := t.TempDir()
	start := time.Now()
	db, c := open(t, dir, dynamo.Options{})
	const batch = 25
	for i := 0; i < *large; i += batch {
		var writes []types.WriteRequest
		for k := i; k < min(i+batch, *large); k++ {
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: row(fmt.Sprint("p", k%97), k)}})
		}
		if _, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{tableName: writes}}); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("%d items written in %s\n", *large, time.Since(start).Round(time.Millisecond))
	for _, from := range []string{"as it was left", "from a checkpoint"} {
		if from == "from a checkpoint" {
			start = time.Now()
			if err := db.Checkpoint(); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("checkpoint written in %s\n", time.Since(start).Round(time.Millisecond))
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		before := cpu(t)
		start = time.Now()
		db, c = open(t, dir, dynamo.Options{})
		took := cpu(t) - before
		fmt.Printf("opened %s in %s, %s of processor time (%d MB on disk)\n", from, time.Since(start).Round(time.Millisecond), took.Round(time.Millisecond), diskUse(t, dir)>>20)
		if took > openLimit {
			t.Errorf("more than %s", openLimit)
		}
		same(t, get(t, c, fmt.Sprint("p", (*large-1)%97), fmt.Sprintf("%08d", *large-1)), *large-1)
	}
}

func diskUse(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}
