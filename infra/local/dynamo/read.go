package dynamo

import (
	"maps"
	"slices"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// Limits of reads of many items.
const (
	maxBatchGet       = 100
	maxBatchGetBytes  = 16 << 20
	maxTransactItems  = 100
	maxTransactBytes  = 4 << 20
	transactionFactor = 2 // a transaction costs so many times what its parts cost
)

// found appends a record as the projection shows it.
func (a *answer) found(r *table.Record, p expression.Projection) {
	if p == nil {
		a.json = append(a.json, r.Raw...)
		return
	}
	a.json = p.Of(r.Item()).Append(a.json)
}

func (db *DB) getItem(body []byte) ([]byte, error) {
	var r struct {
		placeholders
		TableName              *string
		Key                    value.Item
		ConsistentRead         bool
		ProjectionExpression   *string
		ReturnConsumedCapacity string
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if r.Key == nil {
		return nil, fault.Constraint(nil, "key", "Member must not be null")
	}
	if err := firstError(checkTableName(r.TableName), enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes)); err != nil {
		return nil, err
	}
	p, err := r.parse(texts{projection: r.ProjectionExpression})
	if err != nil {
		return nil, err
	}
	record, err := db.read(*r.TableName, r.Key)
	if err != nil {
		return nil, err
	}
	a := newAnswer()
	if record != nil {
		a.name("Item").found(record, p.projection)
	}
	a.capacity(r.ReturnConsumedCapacity, consumed{table: tableOf(*r.TableName), units: record.ReadUnits(r.ConsistentRead)})
	return a.bytes(), nil
}

// read returns the durable record at a key, or nil.
func (db *DB) read(name string, key value.Item) (*table.Record, error) {
	db.mu.RLock()
	t, err := db.table(name)
	if err != nil {
		db.mu.RUnlock()
		return nil, err
	}
	at, err := t.CheckKey(key)
	if err != nil {
		db.mu.RUnlock()
		return nil, err
	}
	record := t.Get(at)
	seen := t.Seen(record)
	db.mu.RUnlock()
	return record, db.log.Wait(seen)
}

// batchPart is one table's part of a BatchGetItem.
type batchPart struct {
	placeholders
	Keys                 []value.Item
	ConsistentRead       bool
	ProjectionExpression *string

	projection expression.Projection
	found      []*table.Record
	left       []value.Item
}

func (db *DB) batchGetItem(body []byte) ([]byte, error) {
	var r struct {
		RequestItems           map[string]*batchPart
		ReturnConsumedCapacity string
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes); err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(r.RequestItems))
	if err := checkBatchGet(names, r.RequestItems); err != nil {
		return nil, err
	}
	used, seen, err := db.collect(names, r.RequestItems)
	if err != nil {
		return nil, err
	}
	if err := db.log.Wait(seen); err != nil {
		return nil, err
	}
	a := newAnswer()
	a.object("Responses", func(a *answer) {
		for _, name := range names {
			part := r.RequestItems[name]
			a.list(tableOf(name), len(part.found), func(a *answer, i int) { a.found(part.found[i], part.projection) })
		}
	})
	a.object("UnprocessedKeys", func(a *answer) {
		for _, name := range names {
			if part := r.RequestItems[name]; part.left != nil {
				a.object(name, part.fillLeft)
			}
		}
	})
	a.capacities(r.ReturnConsumedCapacity, used, "")
	return a.bytes(), nil
}

// fillLeft writes a part of a request again, for the keys that were not read.
func (part *batchPart) fillLeft(a *answer) {
	a.list("Keys", len(part.left), func(a *answer, i int) { a.json = part.left[i].Append(a.json) })
	if part.ConsistentRead {
		a.raw("ConsistentRead", []byte("true"))
	}
	if part.ProjectionExpression != nil {
		a.text("ProjectionExpression", *part.ProjectionExpression)
	}
	if part.ExpressionAttributeNames != nil {
		a.object("ExpressionAttributeNames", func(a *answer) {
			for _, name := range slices.Sorted(maps.Keys(part.ExpressionAttributeNames)) {
				a.text(name, part.ExpressionAttributeNames[name])
			}
		})
	}
}

func checkBatchGet(names []string, parts map[string]*batchPart) error {
	total := 0
	for _, name := range names {
		part := parts[name]
		if part == nil || len(part.Keys) == 0 {
			return fault.Constraint(nil, "requestItems."+name+".member.keys", "Member must have length greater than or equal to 1")
		}
		if total += len(part.Keys); total > maxBatchGet {
			return fault.Validation("Too many items requested for the BatchGetItem call")
		}
		if err := checkTableName(&name); err != nil {
			return err
		}
		p, err := part.parse(texts{projection: part.ProjectionExpression})
		if err != nil {
			return err
		}
		part.projection = p.projection
	}
	if total == 0 {
		return fault.Validation("The requestItems parameter is required for BatchGetItem")
	}
	return nil
}

// collect finds the records of a BatchGetItem in one cut through the tables.
func (db *DB) collect(names []string, parts map[string]*batchPart) (used tally, seen uint64, err error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	used = tally{}
	bytes := 0
	for _, name := range names {
		t, err := db.table(name)
		if err != nil {
			return nil, 0, err
		}
		part := parts[name]
		met := map[string]bool{}
		for _, key := range part.Keys {
			at, err := t.CheckKey(key)
			if err != nil {
				return nil, 0, err
			}
			if met[at] {
				return nil, 0, fault.Validation("Provided list of item keys contains duplicates")
			}
			met[at] = true
			record := t.Get(at)
			if record != nil && bytes+record.Size > maxBatchGetBytes {
				part.left = append(part.left, key)
				continue
			}
			used.add(t.Name, record.ReadUnits(part.ConsistentRead))
			if record != nil {
				bytes += record.Size
				part.found = append(part.found, record)
			}
		}
		seen = max(seen, t.Seen(part.found...))
	}
	return used, seen, nil
}
