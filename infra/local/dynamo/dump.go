package dynamo

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"

	"customercenter/infra/local/dynamo/internal/table"
)

const dumpPath = "/_dump"

// serveDump writes a table's items as JSON lines in the order of their keys, or
// the names of the tables where none is asked for. It is for people with a
// question, and only for those on this machine.
func (db *DB) serveDump(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !local(r.Host) {
		http.Error(w, "the dump answers GET at localhost only", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	name := r.URL.Query().Get("table")
	if name == "" {
		for _, name := range db.tableNames() {
			fmt.Fprintf(w, "{\"TableName\":%q}\n", name)
		}
		return
	}
	snapshot, err := db.snapshot(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	out := bufio.NewWriter(w)
	defer out.Flush()
	snapshot.Scan(func(record *table.Record) bool {
		out.Write(record.Raw)
		return out.WriteByte('\n') == nil
	})
}

// local reports whether a Host header names this machine: a page that a foreign
// name was made to lead here must not read the tables.
func local(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return name == "localhost" || name == "127.0.0.1" || name == "::1" || name == "[::1]"
}

func (db *DB) tableNames() []string {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return slices.Sorted(maps.Keys(db.tables))
}

func (db *DB) snapshot(name string) (*table.Table, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	t, err := db.table(name)
	if err != nil {
		return nil, err
	}
	return t.Snapshot(), nil
}
