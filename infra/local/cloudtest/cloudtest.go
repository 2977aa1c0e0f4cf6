// Package cloudtest gives tests the product's own table, as template.yaml
// defines it, on the embedded engine and in memory, with a clock that tests
// set and a wire that fails where they say.
//
// It knows the table and how to reach it. It does not know what is put there:
// that is the store's and the tests'.
package cloudtest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"customercenter/infra/local/dynamo"
	"customercenter/infra/local/template"
	"customercenter/shared/keyring"
	"customercenter/shared/store"
)

// Start is the instant every clock starts at.
var Start = time.Date(2026, 3, 15, 10, 0, 0, 0, time.UTC)

// Keys is the key ring of all tests.
const Keys = `{"current":"k1","keys":{"k1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}`

// Cloud is a table nobody else has.
type Cloud struct {
	DB     *dynamo.DB
	Wire   *Wire
	Clock  *Clock
	Table  string
	Config store.Config // ready to open
}

// Open is a store on the cloud's table.
func (c *Cloud) Open() *store.Store { return store.Open(c.Config) }

// Table makes an empty table, which lives as long as the test. Changes are to
// the options of the engine it stands on.
func Table(t testing.TB, changes ...func(*dynamo.Options)) *Cloud {
	t.Helper()
	return open(t, "", changes...)
}

// Kept is the table that is kept in dir, an empty one where there is none. It
// is closed at the end of the test, or before by its DB: whatever it has
// acknowledged is there when it is opened again.
func Kept(t testing.TB, dir string) *Cloud {
	t.Helper()
	return open(t, dir, func(o *dynamo.Options) { o.NoSync = true })
}

func open(t testing.TB, dir string, changes ...func(*dynamo.Options)) *Cloud {
	t.Helper()
	of := tableOf()
	return openAs(t, dir, of.Name, of.CreateTable, &Clock{now: Start}, changes...)
}

// openAs opens the table under a name of its own.
func openAs(t testing.TB, dir, name string, definition json.RawMessage, clock *Clock, changes ...func(*dynamo.Options)) *Cloud {
	t.Helper()
	options := dynamo.Options{Now: clock.Now}
	for _, change := range changes {
		change(&options)
	}
	db, err := dynamo.Open(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ring, err := keyring.Parse(Keys)
	if err != nil {
		t.Fatal(err)
	}
	c := &Cloud{DB: db, Wire: &Wire{next: db}, Clock: clock, Table: name}
	c.Config = store.Config{Table: name, Region: "eu-central-1", Endpoint: "http://table.local",
		AccessKeyID: "test", SecretAccessKey: "test", HTTP: c.Wire, Keys: ring, Now: clock.Now}
	if !create(t, db, "CreateTable", definition) {
		return c
	}
	if attribute := tableOf().TTLAttribute; attribute != "" {
		body, err := json.Marshal(map[string]any{"TableName": name,
			"TimeToLiveSpecification": map[string]any{"AttributeName": attribute, "Enabled": true}})
		if err != nil {
			t.Fatal(err)
		}
		create(t, db, "UpdateTimeToLive", body)
	}
	return c
}

// tableOf is the table of template.yaml, read once.
var tableOf = sync.OnceValue(func() template.Table {
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..")
	parsed, err := template.Load(filepath.Join(root, "template.yaml"), map[string]string{
		"OperatorEmails": "desk@example.com", "SenderAddress": "center@example.com", "BaseUrl": "http://localhost"})
	if err != nil {
		panic(err)
	}
	return parsed.Tables[0]
})

// create is false where the table stood already.
func create(t testing.TB, db *dynamo.DB, operation string, body []byte) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://table.local/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	answer, err := db.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		var said bytes.Buffer
		said.ReadFrom(answer.Body)
		if strings.Contains(said.String(), "ResourceInUseException") {
			return false
		}
		t.Fatalf("%s: %s", operation, said.String())
	}
	return true
}

// Copy is the table as it stands, as a point-in-time restore makes it: another
// table, whose stream tells nothing of what is copied, by the same clock.
func (c *Cloud) Copy(t testing.TB, name string) *Cloud {
	t.Helper()
	var definition map[string]any
	if err := json.Unmarshal(tableOf().CreateTable, &definition); err != nil {
		t.Fatal(err)
	}
	definition["TableName"] = name
	body, err := json.Marshal(definition)
	if err != nil {
		t.Fatal(err)
	}
	copied := openAs(t, "", name, body, c.Clock)
	for _, it := range c.Items(t) {
		copied.Put(t, it)
	}
	return copied
}

// Items are all items of the table, in its own JSON, in the order of their
// keys.
func (c *Cloud) Items(t testing.TB) (items []json.RawMessage) {
	t.Helper()
	w := httptest.NewRecorder()
	c.DB.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/_dump?table="+c.Table, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("the table cannot be read: %s", w.Body)
	}
	for line := range bytes.Lines(w.Body.Bytes()) {
		items = append(items, bytes.Clone(bytes.TrimSpace(line)))
	}
	return items
}

// Clock stands still until a test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's instant.
func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// Set puts the clock to an instant.
func (c *Clock) Set(at time.Time) { c.mu.Lock(); defer c.mu.Unlock(); c.now = at }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// Put puts an item, in the table's own JSON, past every condition.
func (c *Cloud) Put(t testing.TB, item json.RawMessage) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"TableName": c.Table, "Item": item})
	if err != nil {
		t.Fatal(err)
	}
	create(t, c.DB, "PutItem", body)
}
