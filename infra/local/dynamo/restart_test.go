package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"customercenter/infra/local/dynamo"
)

// reopen closes a database and opens it again, with or without a checkpoint
// before.
func reopen(t *testing.T, db *dynamo.DB, dir string, o dynamo.Options, checkpoint bool) (*dynamo.DB, *dynamodb.Client) {
	t.Helper()
	if checkpoint {
		if err := db.Checkpoint(); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, dir, o)
}

// each runs a test for a restart from the log and one from a checkpoint.
func each(t *testing.T, test func(t *testing.T, checkpoint bool)) {
	t.Run("from the log", func(t *testing.T) { test(t, false) })
	t.Run("from a checkpoint", func(t *testing.T) { test(t, true) })
}

func TestEverythingSurvivesARestart(t *testing.T) {
	each(t, func(t *testing.T, checkpoint bool) {
		dir, c := t.TempDir(), newClock()
		o := dynamo.Options{Now: c.now}
		db, client := open(t, dir, o)
		put(t, client, item{"pk": text("p"), "sk": text("1"), "n": num(1), "gp": text("g"), "gs": text("1"), "ttl": num(c.unix(time.Hour))})
		put(t, client, item{"pk": text("p"), "sk": text("2"), "n": num(2), "gp": text("g"), "gs": text("0")})
		if err := transact(t, client, "a-token", add("p", "1", 10), add("p", "3", 3)); err != nil {
			t.Fatal(err)
		}
		before := describe(t, client)
		db, client = reopen(t, db, dir, o, checkpoint)

		same(t, get(t, client, "p", "1")+" "+get(t, client, "p", "2")+" "+get(t, client, "p", "3"), "11 2 3")
		same(t, describe(t, client), before)
		out, err := client.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String(tableName), IndexName: aws.String("by-g"), KeyConditionExpression: aws.String("gp = :g"), ExpressionAttributeValues: item{":g": text("g")}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint(out.Count, out.Items[0]["sk"].(*types.AttributeValueMemberS).Value), "22")
		if err := transact(t, client, "a-token", add("p", "1", 10), add("p", "3", 3)); err != nil {
			t.Fatal(err)
		}
		var mismatch *types.IdempotentParameterMismatchException
		if err := transact(t, client, "a-token", add("p", "1", 11)); !errors.As(err, &mismatch) {
			t.Fatalf("the token is forgotten: %v", err)
		}
		same(t, get(t, client, "p", "1"), "11")
		c.skip(2 * time.Hour)
		deleted, err := db.Sweep()
		same(t, fmt.Sprint(deleted, err, get(t, client, "p", "1")), "1 <nil>absent")
	})
}

func describe(t *testing.T, c *dynamodb.Client) string {
	t.Helper()
	out, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(tableName)})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Table
	return fmt.Sprint(*d.TableId, *d.ItemCount, *d.TableSizeBytes, *d.LatestStreamArn, d.CreationDateTime, *d.GlobalSecondaryIndexes[0].ItemCount)
}

func TestStreamSurvivesARestart(t *testing.T) {
	each(t, func(t *testing.T, checkpoint bool) {
		dir, c := t.TempDir(), newClock()
		o := dynamo.Options{Now: c.now}
		db, client := open(t, dir, o)
		for i := range 4 {
			put(t, client, item{"pk": text("p"), "sk": text("s"), "n": num(i)})
		}
		if _, err := client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(tableName), Key: keyOf("p", "s")}); err != nil {
			t.Fatal(err)
		}
		db.TrimStream(tableName, 3)
		want := stream(t, db, 0)
		same(t, want, `4 MODIFY {"pk":{"S":"p"},"sk":{"S":"s"}} old {"n":{"N":"2"},"pk":{"S":"p"},"sk":{"S":"s"}} new {"n":{"N":"3"},"pk":{"S":"p"},"sk":{"S":"s"}}
5 REMOVE {"pk":{"S":"p"},"sk":{"S":"s"}} old {"n":{"N":"3"},"pk":{"S":"p"},"sk":{"S":"s"}}`)
		records, _ := db.StreamRecords(tableName, 0, 100)
		at := records[0].At
		db, client = reopen(t, db, dir, o, checkpoint)
		same(t, stream(t, db, 0), want)
		records, _ = db.StreamRecords(tableName, 0, 100)
		if !records[0].At.Equal(at) {
			t.Fatalf("at %s, was at %s", records[0].At, at)
		}
		put(t, client, item{"pk": text("p"), "sk": text("s")})
		same(t, stream(t, db, 5), `6 INSERT {"pk":{"S":"p"},"sk":{"S":"s"}} new {"pk":{"S":"p"},"sk":{"S":"s"}}`)
		db.TrimStream(tableName, 6)
		db, client = reopen(t, db, dir, o, checkpoint)
		put(t, client, item{"pk": text("p"), "sk": text("t")})
		same(t, strings.HasPrefix(stream(t, db, 0), "7 INSERT"), true)
	})
}

func TestDroppedTableStaysDropped(t *testing.T) {
	dir := t.TempDir()
	db, client := open(t, dir, dynamo.Options{})
	put(t, client, item{"pk": text("p"), "sk": text("s"), "n": num(1)})
	if _, err := client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String(tableName)}); err != nil {
		t.Fatal(err)
	}
	createTable(t, client)
	_, client = reopen(t, db, dir, dynamo.Options{}, false)
	same(t, get(t, client, "p", "s"), "absent")
}

func TestCheckpointsUnderLoad(t *testing.T) {
	dir := t.TempDir()
	db, client := open(t, dir, dynamo.Options{})
	const writers, each = 4, 60
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := transact(t, client, "", add("p", fmt.Sprint("counter", w), 1), types.TransactWriteItem{Put: &types.Put{TableName: aws.String(tableName), Item: keyOf(fmt.Sprint("w", w), fmt.Sprint(i))}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		if err := db.Checkpoint(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	records := len(strings.Split(stream(t, db, 0), "\n"))
	db, client = reopen(t, db, dir, dynamo.Options{}, false)
	for w := range writers {
		same(t, get(t, client, "p", fmt.Sprint("counter", w)), each)
		out, err := client.Query(t.Context(), &dynamodb.QueryInput{TableName: aws.String(tableName), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": text(fmt.Sprint("w", w))}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, out.Count, each)
	}
	same(t, len(strings.Split(stream(t, db, 0), "\n")), records)
}
