package dynamo

import (
	"maps"
	"slices"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// maxBatchWrite is how many writes a BatchWriteItem may hold.
const maxBatchWrite = 25

// batchWrite is one write of a BatchWriteItem; exactly one field is set.
type batchWrite struct {
	PutRequest    *struct{ Item value.Item }
	DeleteRequest *struct{ Key value.Item }

	change change
}

func (db *DB) batchWriteItem(body []byte) ([]byte, error) {
	var r struct {
		RequestItems                map[string][]*batchWrite
		ReturnConsumedCapacity      string
		ReturnItemCollectionMetrics string
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := firstError(
		enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes),
		enum(r.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", collectionMetrics),
	); err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(r.RequestItems))
	if err := db.placeBatch(names, r.RequestItems); err != nil {
		return nil, err
	}
	used, left, sequence, err := db.writeBatch(names, r.RequestItems)
	if err != nil {
		return nil, err
	}
	if err := db.wait(sequence); err != nil {
		return nil, err
	}
	a := newAnswer()
	a.object("UnprocessedItems", func(a *answer) {
		for _, name := range slices.Sorted(maps.Keys(left)) {
			a.list(name, len(left[name]), func(a *answer, i int) { a.open(left[name][i].fill) })
		}
	})
	a.capacities(r.ReturnConsumedCapacity, used, "")
	return a.bytes(), nil
}

// fill writes a part of the request again.
func (w *batchWrite) fill(a *answer) {
	if w.PutRequest != nil {
		a.object("PutRequest", func(a *answer) { a.item("Item", w.PutRequest.Item) })
		return
	}
	a.object("DeleteRequest", func(a *answer) { a.item("Key", w.DeleteRequest.Key) })
}

// placeBatch finds where the writes of a batch go and makes their records.
func (db *DB) placeBatch(names []string, items map[string][]*batchWrite) error {
	total := 0
	for _, name := range names {
		if total += len(items[name]); len(items[name]) == 0 || total > maxBatchWrite {
			return fault.Constraint("{...}", "requestItems", "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]")
		}
	}
	if total == 0 {
		return fault.Constraint("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	met := map[place]bool{}
	for _, name := range names {
		if err := checkTableName(&name); err != nil {
			return err
		}
		t, err := db.lookup(name)
		if err != nil {
			return err
		}
		for _, w := range items[name] {
			if err := w.place(t); err != nil {
				return err
			}
			at := place{t, w.change.key}
			if met[at] {
				return fault.Validation("Provided list of item keys contains duplicates")
			}
			met[at] = true
		}
	}
	return nil
}

func (w *batchWrite) place(t *table.Table) (err error) {
	if w == nil || (w.PutRequest == nil) == (w.DeleteRequest == nil) {
		return fault.Validation("Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest")
	}
	w.change.table = t
	if w.DeleteRequest != nil {
		w.change.key, err = t.CheckKey(w.DeleteRequest.Key)
		return err
	}
	item := w.PutRequest.Item
	if err := t.CheckItem(item); err != nil {
		return err
	}
	w.change.key = t.KeyOf(item)
	w.change.next = table.NewRecord(w.change.key, item)
	if w.change.next.Size > table.MaxItemBytes {
		return fault.Validation("Item size has exceeded the maximum allowed size")
	}
	return nil
}

// writeBatch commits a batch, except for items that a transaction in flight
// holds: those come back as not processed.
func (db *DB) writeBatch(names []string, items map[string][]*batchWrite) (used tally, left map[string][]*batchWrite, sequence uint64, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	used, left = tally{}, map[string][]*batchWrite{}
	var changes []change
	for _, name := range names {
		for _, w := range items[name] {
			if err := db.still(w.change.table); err != nil {
				return nil, nil, 0, err
			}
			if db.held[place{w.change.table, w.change.key}] {
				left[name] = append(left[name], w)
				continue
			}
			changes = append(changes, w.change)
		}
	}
	if len(changes) == 0 {
		return used, left, 0, nil
	}
	sequence = db.commit(changes)
	for _, c := range changes {
		used.add(c.table.Name, c.units)
	}
	return used, left, sequence, nil
}
