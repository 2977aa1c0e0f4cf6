package dynamo

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
	"customercenter/infra/local/dynamo/internal/wal"
)

// ask sends one operation past the wire.
func ask(db *DB, operation, body string) (int, string) {
	status, answer := db.call(targetPrefix+operation, []byte(body))
	return status, string(answer)
}

const (
	testTable  = `{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`
	testPut    = `{"TableName":"table","Item":{"pk":{"S":"a"},"n":{"N":"1"}}}`
	testGet    = `{"TableName":"table","Key":{"pk":{"S":"a"}}}`
	testGetAll = `{"TableName":"table","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`
)

func openTable(t *testing.T, dir string) *DB {
	t.Helper()
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if status, answer := ask(db, "CreateTable", testTable); status != http.StatusOK {
		t.Fatal(answer)
	}
	return db
}

// TestTheLargestItemFitsTheLog finds what takes most JSON for a byte as DynamoDB
// counts: numbers of one digit and many zeros. A checkpoint keeps two such items
// in one entry.
func TestTheLargestItemFitsTheLog(t *testing.T) {
	var numbers []string
	for exponent := -130; exponent <= 125; exponent++ {
		for digit := range 9 {
			numbers = append(numbers, fmt.Sprintf(`%dE%d`, digit+1, exponent))
		}
	}
	const many = 1000
	for name, content := range map[string]string{
		"list of numbers":   `{"L":[` + strings.TrimSuffix(strings.Repeat(`{"N":"1E-130"},`, many), ",") + `]}`,
		"set of numbers":    `{"NS":["` + strings.Join(numbers, `","`) + `"]}`,
		"list of nothing":   `{"L":[` + strings.TrimSuffix(strings.Repeat(`{"NULL":true},`, many), ",") + `]}`,
		"list of lists":     `{"L":[` + strings.TrimSuffix(strings.Repeat(`{"L":[]},`, many), ",") + `]}`,
		"control character": `{"S":"` + strings.Repeat(`\u0001`, many) + `"}`,
	} {
		item, err := value.Parse([]byte(`{"a":` + content + `}`))
		if err != nil {
			t.Fatal(name, err)
		}
		r := table.NewRecord("", item)
		if most := len(r.Raw) * table.MaxItemBytes / r.Size; 2*most > wal.MaxPayload {
			t.Errorf("%s: an item may take %d bytes of JSON", name, most)
		}
	}
}

func TestWhatIsNotDurableIsNotShown(t *testing.T) {
	db := openTable(t, t.TempDir())
	// From here on nothing reaches the disk any more.
	if err := db.log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ operation, body string }{
		{"PutItem", testPut},
		{"GetItem", testGet},
		{"Query", testGetAll},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[{"pk":{"S":"a"}}]}}}`},
		{"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}}}}]}`},
		{"PutItem", `{"TableName":"table","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk)"}`},
		{"TransactWriteItems", `{"TransactItems":[{"ConditionCheck":{"TableName":"table","Key":{"pk":{"S":"a"}},"ConditionExpression":"n = :n","ExpressionAttributeValues":{":n":{"N":"2"}}}}]}`},
	} {
		if status, answer := ask(db, c.operation, c.body); status != http.StatusInternalServerError {
			t.Errorf("%s: %d %s", c.operation, status, answer)
		}
	}
	if records, err := db.StreamRecords("table", 0, 10); err != nil || len(records) > 0 {
		t.Errorf("the stream shows %v, %v", records, err)
	}
	if status, answer := ask(db, "GetItem", strings.Replace(testGet, `"a"`, `"b"`, 1)); status != http.StatusOK {
		t.Errorf("an item that nobody touched: %d %s", status, answer)
	}
}

func TestNullPartsAreRefused(t *testing.T) {
	db := openTable(t, "")
	for _, c := range []struct{ operation, body string }{
		{"TransactGetItems", `{"TransactItems":[null]}`},
		{"TransactWriteItems", `{"TransactItems":[null]}`},
		{"BatchGetItem", `{"RequestItems":{"table":null}}`},
		{"BatchGetItem", `{"RequestItems":{"table":{"Keys":[null]}}}`},
		{"BatchWriteItem", `{"RequestItems":{"table":[null]}}`},
		{"BatchWriteItem", `{"RequestItems":{"table":[{"PutRequest":{}}]}}`},
		{"PutItem", `null`},
		{"PutItem", `{"TableName":"table","Item":{"pk":null}}`},
	} {
		if status, answer := ask(db, c.operation, c.body); status != http.StatusBadRequest {
			t.Errorf("%s %s: %d %s", c.operation, c.body, status, answer)
		}
	}
}

func TestStreamKeepsRecordsForADay(t *testing.T) {
	db := openTable(t, "")
	ask(db, "PutItem", testPut)
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{23 * time.Hour, 1}, {25 * time.Hour, 0}} {
		db.mu.Lock()
		db.machine = func() time.Time { return time.Now().Add(c.after) }
		db.mu.Unlock()
		if _, err := db.Sweep(); err != nil {
			t.Fatal(err)
		}
		if records, err := db.StreamRecords("table", 0, 10); err != nil || len(records) != c.want {
			t.Errorf("after %s: %v, %v", c.after, records, err)
		}
	}
}

// BenchmarkEngine is the engine alone, without an SDK and without a socket.
func BenchmarkEngine(b *testing.B) {
	db, err := Open("", Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	table := strings.Replace(strings.Replace(testTable, `[{"AttributeName":"pk","AttributeType":"S"}]`, `[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}]`, 1), `"HASH"}`, `"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}`, 1)
	if status, answer := ask(db, "CreateTable", table); status != http.StatusOK {
		b.Fatal(answer)
	}
	const attributes = `"number":{"S":"INV-0000001"},"currency":{"S":"EUR"},"amount":{"N":"12345"},"issued":{"S":"20310203"},"due":{"S":"20310305"}`
	put := func(i int) string {
		return `{"TableName":"table","Item":{"pk":{"S":"p"},"sk":{"S":"` + time.Unix(int64(i), 0).UTC().Format("150405") + `"},` + attributes + `}}`
	}
	for i := range 100 {
		ask(db, "PutItem", put(i))
	}
	for _, c := range []struct{ name, operation, body string }{
		{"GetItem", "GetItem", `{"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"000001"}}}`},
		{"Query20", "Query", `{"TableName":"table","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Limit":20}`},
		{"PutItem", "PutItem", put(5)},
		{"TransactionOfFour", "TransactWriteItems", `{"TransactItems":[{"Put":` + put(1) + `},{"Put":` + put(2) + `},{"Put":` + put(3) + `},{"Update":{"TableName":"table","Key":{"pk":{"S":"p"},"sk":{"S":"000007"}},"UpdateExpression":"ADD amount :o","ConditionExpression":"attribute_exists(pk)","ExpressionAttributeValues":{":o":{"N":"1"}}}}]}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if status, answer := ask(db, c.operation, c.body); status != http.StatusOK {
					b.Fatal(answer)
				}
			}
		})
	}
}
