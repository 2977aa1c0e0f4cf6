package dynamo

import (
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/wal"
)

func (db *DB) updateTimeToLive(body []byte) ([]byte, error) {
	var r struct {
		TableName               *string
		TimeToLiveSpecification *struct {
			AttributeName string
			Enabled       *bool
		}
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := checkTableName(r.TableName); err != nil {
		return nil, err
	}
	s := r.TimeToLiveSpecification
	if s == nil || s.Enabled == nil || s.AttributeName == "" {
		return nil, fault.Constraint(nil, "timeToLiveSpecification", "Member must not be null")
	}
	t, err := db.lookup(*r.TableName)
	if err != nil {
		return nil, err
	}
	sequence, err := db.setExpiry(t, s.AttributeName, *s.Enabled)
	if err != nil {
		return nil, err
	}
	if err := db.wait(sequence); err != nil {
		return nil, err
	}
	return render(map[string]any{"TimeToLiveSpecification": s})
}

func (db *DB) setExpiry(t *table.Table, attribute string, enabled bool) (uint64, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.still(t); err != nil {
		return 0, err
	}
	switch {
	case enabled && t.Expiry != "":
		return 0, fault.Validation("TimeToLive is already enabled")
	case !enabled && t.Expiry == "":
		return 0, fault.Validation("TimeToLive is already disabled")
	case !enabled && t.Expiry != attribute:
		return 0, fault.Validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.Expiry)
	case enabled:
		t.SetExpiry(attribute)
	default:
		t.SetExpiry("")
	}
	return db.commitSchema(t)
}

func (db *DB) describeTimeToLive(body []byte) ([]byte, error) {
	t, err := db.tableNamed(body)
	if err != nil {
		return nil, err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	d := map[string]string{"TimeToLiveStatus": "DISABLED"}
	if t.Expiry != "" {
		d = map[string]string{"TimeToLiveStatus": "ENABLED", "AttributeName": t.Expiry}
	}
	return render(map[string]any{"TimeToLiveDescription": d})
}

// Sweep does now what the database otherwise does every second: it deletes items
// whose time to live has passed, forgets tokens after ten minutes and stream
// records after a day. It returns how many items it deleted.
func (db *DB) Sweep() (deleted int, err error) {
	for {
		n, sequence := db.sweepOnce()
		if err := db.wait(sequence); err != nil {
			return deleted, err
		}
		if deleted += n; n < sweepBatch {
			return deleted, nil
		}
	}
}

func (db *DB) sweepOnce() (deleted int, sequence uint64) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return 0, 0
	}
	now := db.now()
	db.tokens.age(now)
	var changes []change
	var entries []wal.Entry
	for _, t := range db.tables {
		for _, r := range t.Expired(now, sweepBatch-len(changes)) {
			if !db.held[place{t, r.Key}] {
				changes = append(changes, change{table: t, key: r.Key, expired: true})
			}
		}
		if upTo := t.Stream.Aged(db.machine()); upTo > 0 && t.Stream.Trim(upTo) {
			entries = append(entries, trimEntry(t.Name, upTo))
		}
	}
	if len(changes) == 0 && len(entries) == 0 {
		return 0, 0
	}
	return len(changes), db.commit(changes, entries...)
}
