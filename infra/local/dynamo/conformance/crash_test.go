package conformance

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var kills = flag.Int("kills", 10, "how often the crash test kills the engine")

const (
	crashWriters = 8
	crashLoad    = 150 * time.Millisecond // between two kills
	startTimeout = 30 * time.Second

	// So little that checkpoints are in progress when the kill comes.
	crashCheckpoint = 20_000
)

// engine is the embedded engine as a process of its own.
type engine struct {
	process *exec.Cmd
	client  *dynamodb.Client
}

func startEngine(t *testing.T, binary, dir string) *engine {
	t.Helper()
	process := exec.Command(binary, "-data", dir, "-checkpoint", fmt.Sprint(crashCheckpoint))
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill() })
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n')
		line <- text
		io.Copy(io.Discard, out)
	}()
	select {
	case text := <-line:
		endpoint, _, ok := strings.Cut(text, " ")
		if !ok {
			t.Fatalf("the engine said %q", text)
		}
		return &engine{process, dynamodb.New(dynamodb.Options{
			Region: "local", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
			BaseEndpoint: &endpoint, HTTPClient: newHTTPClient(), RetryMaxAttempts: 1,
		})}
	case <-time.After(startTimeout):
		t.Fatal("the engine did not start")
	}
	return nil
}

func (e *engine) kill(t *testing.T) {
	t.Helper()
	if err := e.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	e.process.Wait()
}

// ledger is what one writer was told: every transaction up to acknowledged is
// done, the one after it may be.
type ledger struct {
	acknowledged, total int
}

// write makes transactions until the engine is gone: each puts one item, with two
// halves under two keys, and moves the writer's counter on.
func (l *ledger) write(ctx context.Context, c *dynamodb.Client, writer int) error {
	for {
		next := l.acknowledged + 1
		half := func(side string) types.TransactWriteItem {
			return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(crashTable), Item: item{"pk": fmt.Sprint("w", writer), "sk": fmt.Sprintf("%s%08d", side, next), "n": next}.av()}}
		}
		_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{half("a"), half("b"), {Update: &types.Update{
			TableName: aws.String(crashTable), Key: at(fmt.Sprint("w", writer), "counter").av(), UpdateExpression: aws.String("SET n = :n"),
			ConditionExpression: aws.String("attribute_not_exists(n) OR n < :n"), ExpressionAttributeValues: item{":n": next}.av(),
		}}}})
		if _, refusal := errors.AsType[*types.TransactionCanceledException](err); refusal {
			return err
		}
		if err != nil {
			return nil // the engine is gone
		}
		l.acknowledged = next
		l.total++
	}
}

// verify compares what a writer was told with what is there, and takes note of
// the transaction it was not told of.
func (l *ledger) verify(t *testing.T, c *dynamodb.Client, writer int) (lost, torn int) {
	t.Helper()
	counter := 0
	out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(crashTable), Key: at(fmt.Sprint("w", writer), "counter").av()})
	if err != nil {
		t.Fatal(err)
	}
	if out.Item != nil {
		if counter, err = strconv.Atoi(showValue(out.Item["n"])); err != nil {
			t.Fatal(err)
		}
	}
	halves := map[string]int{}
	in := &dynamodb.QueryInput{TableName: aws.String(crashTable), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": fmt.Sprint("w", writer)}.av()}
	for pages := dynamodb.NewQueryPaginator(c, in); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Items {
			halves[strings.Trim(showValue(m["sk"]), `"`)]++
		}
	}
	for n := 1; n <= max(counter, l.acknowledged)+1; n++ {
		a, b := halves[fmt.Sprintf("a%08d", n)], halves[fmt.Sprintf("b%08d", n)]
		if a != b || (a == 1) != (n <= counter) {
			torn++
		}
		if n <= l.acknowledged && a+b < 2 {
			lost++
		}
	}
	if counter > l.acknowledged+1 {
		torn++
	}
	l.acknowledged = counter
	return lost, torn
}

const crashTable = "crash"

func TestCrash(t *testing.T) {
	if !ours.embedded {
		t.Skip("the crash test is about the embedded engine")
	}
	binary := filepath.Join(t.TempDir(), "engine")
	if out, err := exec.Command("go", "build", "-o", binary, "../engine").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	check(t, "nothing acknowledged is lost, nothing torn", func(t *testing.T, _ string) {
		dir := t.TempDir()
		ledgers := make([]ledger, crashWriters)
		e := startEngine(t, binary, dir)
		_, err := e.client.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: aws.String(crashTable), BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: attributes("pk", "S", "sk", "S"), KeySchema: schema("pk", "sk")})
		if err != nil {
			t.Fatal(err)
		}
		lost, torn, total, checkpoints := 0, 0, 0, 0
		for range *kills {
			var wg sync.WaitGroup
			for i := range ledgers {
				wg.Go(func() {
					if err := ledgers[i].write(t.Context(), e.client, i); err != nil {
						t.Error(err)
					}
				})
			}
			time.Sleep(crashLoad)
			e.kill(t)
			wg.Wait()
			found, err := filepath.Glob(filepath.Join(dir, "*.checkpoint*"))
			if err != nil {
				t.Fatal(err)
			}
			checkpoints += len(found)
			e = startEngine(t, binary, dir)
			for i := range ledgers {
				l, n := ledgers[i].verify(t, e.client, i)
				lost, torn = lost+l, torn+n
			}
		}
		e.kill(t)
		for _, l := range ledgers {
			total += l.total
		}
		fmt.Printf("crash: %d kills under %d writers, %d transactions acknowledged, %d lost, %d torn\n", *kills, crashWriters, total, lost, torn)
		if lost+torn > 0 || total == 0 || checkpoints == 0 {
			t.Fail()
		}
	})
}
