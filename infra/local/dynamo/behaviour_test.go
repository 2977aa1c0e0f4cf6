package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/local/dynamo"
)

func TestStreamRecords(t *testing.T) {
	db, c := open(t, "", dynamo.Options{})
	put(t, c, item{"pk": text("p"), "sk": text("s"), "n": num(1)})
	put(t, c, item{"pk": text("p"), "sk": text("s"), "n": num("1.0")}) // the same: no record
	if err := transact(t, c, "", add("p", "s", 1), add("p", "t", 5)); err != nil {
		t.Fatal(err)
	}
	same(t, stream(t, db, 0), `1 INSERT {"pk":{"S":"p"},"sk":{"S":"s"}} new {"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"s"}}
2 MODIFY {"pk":{"S":"p"},"sk":{"S":"s"}} old {"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"s"}} new {"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"s"}}
3 INSERT {"pk":{"S":"p"},"sk":{"S":"t"}} new {"n":{"N":"5"},"pk":{"S":"p"},"sk":{"S":"t"}}`)
	if _, err := db.StreamRecords("no-such-table", 0, 1); err == nil {
		t.Fatal("a table that is not there has no stream")
	}
}

func TestStreamWait(t *testing.T) {
	db, c := open(t, "", dynamo.Options{})
	woken := make(chan error, 1)
	go func() { woken <- db.StreamWait(t.Context(), tableName, 0) }()
	select {
	case err := <-woken:
		t.Fatalf("woken by nothing: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	put(t, c, keyOf("p", "s"))
	if err := <-woken; err != nil {
		t.Fatal(err)
	}
	if err := db.StreamWait(t.Context(), tableName, 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := db.StreamWait(ctx, tableName, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}

func TestTimeToLive(t *testing.T) {
	c := newClock()
	db, client := open(t, "", dynamo.Options{Now: c.now})
	put(t, client, item{"pk": text("p"), "sk": text("soon"), "ttl": num(c.unix(time.Minute))})
	put(t, client, item{"pk": text("p"), "sk": text("later"), "ttl": num(c.unix(time.Hour))})
	put(t, client, item{"pk": text("p"), "sk": text("never")})
	sweep := func(want int) {
		t.Helper()
		if got, err := db.Sweep(); err != nil || got != want {
			t.Fatalf("swept %d, %v, want %d", got, err, want)
		}
	}
	sweep(0)
	c.skip(2 * time.Minute)
	sweep(1)
	same(t, stream(t, db, 3), fmt.Sprintf(`4 REMOVE {"pk":{"S":"p"},"sk":{"S":"soon"}} old {"pk":{"S":"p"},"sk":{"S":"soon"},"ttl":{"N":"%d"}} by TTL`, c.unix(-time.Minute)))
	same(t, get(t, client, "p", "soon")+get(t, client, "p", "later"), "absentno number")
	for i := range 600 { // more than one lock's worth
		put(t, client, item{"pk": text("many"), "sk": text(fmt.Sprint(i)), "ttl": num(c.unix(time.Second))})
	}
	c.skip(time.Hour)
	sweep(601)
}

func TestTokensAge(t *testing.T) {
	c := newClock()
	db, client := open(t, "", dynamo.Options{Now: c.now})
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "1"}, {9 * time.Minute, "1"}, {2 * time.Minute, "2"}, {9 * time.Minute, "2"}, {2 * time.Minute, "3"}} {
		c.skip(step.after)
		if _, err := db.Sweep(); err != nil {
			t.Fatal(err)
		}
		if err := transact(t, client, "token", add("p", "s", 1)); err != nil {
			t.Fatal(err)
		}
		same(t, get(t, client, "p", "s"), step.want)
	}
}

// reasons are the codes of a cancelled transaction.
func reasons(t *testing.T, err error) string {
	t.Helper()
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		t.Fatalf("got %v", err)
	}
	var codes []string
	for _, r := range canceled.CancellationReasons {
		codes = append(codes, aws.ToString(r.Code))
	}
	return strings.Join(codes, " ")
}

func TestTransactionsInFlightConflict(t *testing.T) {
	const hold = 300 * time.Millisecond
	_, c := open(t, "", dynamo.Options{TransactionHold: hold})
	put(t, c, item{"pk": text("p"), "sk": text("free"), "n": num(1)})
	first := make(chan error, 1)
	go func() { first <- transact(t, c, "", add("p", "held", 1)) }()
	for get(t, c, "p", "held") == "absent" {
		time.Sleep(time.Millisecond)
	}
	same(t, reasons(t, transact(t, c, "", add("p", "free", 1), add("p", "held", 1))), "None TransactionConflict")
	same(t, get(t, c, "p", "free"), "1")

	var conflict *types.TransactionConflictException
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: keyOf("p", "held")})
	if !errors.As(err, &conflict) {
		t.Fatalf("a put met a transaction in flight: %v", err)
	}
	_, err = c.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: aws.String(tableName), Key: keyOf("p", "held")}}}})
	same(t, reasons(t, err), "TransactionConflict")
	out, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{tableName: {
		{DeleteRequest: &types.DeleteRequest{Key: keyOf("p", "held")}}, {PutRequest: &types.PutRequest{Item: keyOf("p", "other")}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	same(t, fmt.Sprint(len(out.UnprocessedItems[tableName]), out.UnprocessedItems[tableName][0].DeleteRequest != nil), "1 true")
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if err := transact(t, c, "", add("p", "held", 1)); err != nil {
		t.Fatal(err)
	}
	same(t, get(t, c, "p", "held"), "2")
}

func TestConflictAmongDurableTransactions(t *testing.T) {
	// Without a hold, a transaction keeps its items until the disk has it.
	_, c := open(t, t.TempDir(), dynamo.Options{})
	const writers, each = 8, 20
	conflicts := make(chan int, writers)
	for range writers {
		go func() {
			met := 0
			for done := 0; done < each; {
				err := transact(t, c, "", add("p", "s", 1))
				var canceled *types.TransactionCanceledException
				switch {
				case err == nil:
					done++
				case errors.As(err, &canceled):
					met++
					time.Sleep(rand.N(5 * time.Millisecond))
				default:
					t.Error(err)
					done = each
				}
			}
			conflicts <- met
		}()
	}
	total := 0
	for range writers {
		total += <-conflicts
	}
	same(t, get(t, c, "p", "s"), writers*each)
	if total == 0 {
		t.Error("no two transactions met")
	}
}

func TestHTTP(t *testing.T) {
	db, c := open(t, "", dynamo.Options{})
	put(t, c, item{"pk": text("p"), "sk": text("<&>"), "n": num(1)})
	server := httptest.NewServer(db)
	defer server.Close()
	ask := func(method, path, host string, body io.Reader) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(answer)
	}
	for _, c := range []struct {
		method, path, host string
		body               io.Reader
		status             int
		answer             string
	}{
		{http.MethodGet, "/", "", nil, 200, "healthy: dynamodb"},
		{http.MethodGet, "/_dump?table=" + tableName, "", nil, 200, `{"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"<&>"}}` + "\n"},
		{http.MethodGet, "/_dump", "", nil, 200, `{"TableName":"customer-center"}`},
		{http.MethodGet, "/_dump?table=none", "", nil, 404, "not found"},
		{http.MethodGet, "/_dump?table=" + tableName, "evil.example", nil, 403, "localhost only"},
		{http.MethodPost, "/_dump?table=" + tableName, "", nil, 403, "localhost only"},
		{http.MethodPost, "/", "", strings.NewReader(strings.Repeat("x", 17<<20)), 413, "larger than"},
	} {
		status, answer := ask(c.method, c.path, c.host, c.body)
		if status != c.status || !strings.Contains(answer, c.answer) {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, answer)
		}
	}
}

func TestClosed(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		db, c := open(t, dir, dynamo.Options{})
		if err := errors.Join(db.Close(), db.Close()); err != nil {
			t.Fatal(err)
		}
		var broken *types.InternalServerError
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: keyOf("p", "s")})
		if !errors.As(err, &broken) {
			t.Fatalf("a closed database answers %v", err)
		}
	}
}

func TestDeletionProtection(t *testing.T) {
	_, c := open(t, "", dynamo.Options{})
	in := &dynamodb.CreateTableInput{
		TableName: aws.String("protected"), BillingMode: "PAY_PER_REQUEST", DeletionProtectionEnabled: aws.Bool(true),
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}},
	}
	if _, err := c.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	_, err := c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: in.TableName})
	if err == nil || !strings.Contains(err.Error(), "protected against deletion") {
		t.Fatalf("got %v", err)
	}
}
