package cloud

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"customercenter/infra/local/dynamo"
	"customercenter/infra/local/template"
)

const testTable = `{"TableName":"things","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],` +
	`"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`

func TestATableWithoutItsTTLGetsIt(t *testing.T) {
	db, err := dynamo.Open("", dynamo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	server := httptest.NewServer(db)
	defer server.Close()
	// What a kill between making the table and setting its TTL leaves behind.
	if err := call(t.Context(), server.URL, "CreateTable", []byte(testTable)); err != nil {
		t.Fatal(err)
	}
	definition := template.Table{Name: "things", CreateTable: []byte(testTable), TTLAttribute: "ttl"}
	for start := range 2 {
		if err := createTable(t.Context(), server.URL, definition); err != nil {
			t.Fatalf("start %d: %v", start, err)
		}
	}
	off := `{"TableName":"things","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":false}}`
	if err := call(t.Context(), server.URL, "UpdateTimeToLive", []byte(off)); err != nil {
		t.Errorf("there was no TTL to switch off: %v", err)
	}
}

func TestSecretsAreReplacedWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), secretsFile)
	first := template.Secret{LogicalID: "Keys", Key: "k1", Template: "{}", Length: 43}
	before, err := openSecrets(path, generated([]template.Secret{first}))
	if err != nil {
		t.Fatal(err)
	}
	// The old file must stay whole until the new one is: a second name of it shows whether it was written over.
	old := path + ".old"
	if err := os.Link(path, old); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	second := first
	second.LogicalID = "More"
	after, err := openSecrets(path, generated([]template.Secret{first, second}))
	if err != nil || after["Keys"]["k1"] != before["Keys"]["k1"] || after["More"]["k1"] == "" {
		t.Fatalf("before %v, after %v, %v", before, after, err)
	}
	if left, err := os.ReadFile(old); err != nil || string(left) != string(whole) {
		t.Errorf("the file was written over: %s, %v", left, err)
	}
}

func TestServicesAnswerOnlyByAnAddressOfThisMachine(t *testing.T) {
	c := &Cloud{}
	url, err := c.serveInside(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.closers[0].Close()
	for host, want := range map[string]int{"": 200, "evil.example": 403, "evil.example:" + url[strings.LastIndexByte(url, ':')+1:]: 403} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%q: %d, want %d", host, res.StatusCode, want)
		}
	}
}
