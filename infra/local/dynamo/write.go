package dynamo

import (
	"encoding/json"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// action is what a write does to its item.
type action byte

const (
	actionPut action = iota
	actionUpdate
	actionDelete
	actionCheck
)

// writeFields are what the four kinds of write have in common, alone or as part
// of a transaction.
type writeFields struct {
	placeholders
	TableName                           *string
	ConditionExpression                 *string
	ReturnValuesOnConditionCheckFailure string
}

// singleFields are what a write has beside when it stands alone.
type singleFields struct {
	ReturnValues                string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

func (s singleFields) check(values []string) error {
	return firstError(
		enum(s.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes),
		enum(s.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", collectionMetrics),
		enum(s.ReturnValues, "returnValues", returnValues),
		returnable(s.ReturnValues, values),
	)
}

func returnable(v string, values []string) error {
	if enum(v, "", values) != nil {
		return fault.Validation("ReturnValues can only be ALL_OLD or NONE")
	}
	return nil
}

// write is one write on its way: parsed, then placed, then decided.
type write struct {
	action     action
	fields     writeFields
	given      value.Item // the item of a put, the key of the others
	updateText *string
	condition  *expression.Condition
	update     *expression.Update

	table *table.Table
	key   string

	old  *table.Record
	next *table.Record // as decided; for a put, as given
}

// newWrite parses and places a write; no lock is held.
func (db *DB) newWrite(a action, f writeFields, given value.Item, update *string) (*write, error) {
	member := map[action]string{actionPut: "item"}[a]
	if member == "" {
		member = "key"
	}
	if given == nil {
		return nil, fault.Constraint(nil, member, "Member must not be null")
	}
	if err := checkTableName(f.TableName); err != nil {
		return nil, err
	}
	if err := enum(f.ReturnValuesOnConditionCheckFailure, "returnValuesOnConditionCheckFailure", returnOnFailures); err != nil {
		return nil, err
	}
	p, err := f.parse(texts{condition: f.ConditionExpression, update: update})
	if err != nil {
		return nil, err
	}
	t, err := db.lookup(*f.TableName)
	if err != nil {
		return nil, err
	}
	w := &write{action: a, fields: f, given: given, condition: p.condition, update: p.update, updateText: update, table: t}
	return w, w.place()
}

// place finds where the write's item stands, and makes the record of a put.
func (w *write) place() (err error) {
	if w.action != actionPut {
		if w.key, err = w.table.CheckKey(w.given); err != nil {
			return err
		}
		for _, path := range w.update.Paths() {
			if w.table.Key.Has(path.Root()) {
				return fault.Validation("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", path.Root())
			}
		}
		return nil
	}
	if err := w.table.CheckItem(w.given); err != nil {
		return err
	}
	w.key = w.table.KeyOf(w.given)
	w.next = table.NewRecord(w.key, w.given)
	if w.next.Size > table.MaxItemBytes {
		return fault.Validation("Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (w *write) at() place { return place{w.table, w.key} }

// decide tests the condition against the standing item and works out the next
// one; a lock is held.
func (w *write) decide() error {
	w.old = w.table.Get(w.key)
	var item value.Item
	if w.condition != nil || w.action == actionUpdate {
		item = w.old.Item()
	}
	if !w.condition.Holds(item) {
		var shown json.RawMessage
		if w.fields.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && w.old != nil {
			shown = w.old.Raw
		}
		return fault.ConditionFailed(shown)
	}
	if w.action != actionUpdate {
		return nil
	}
	if item == nil {
		item = w.given
	}
	next, err := w.update.Apply(item)
	if err != nil {
		return err
	}
	if err := w.checkUpdated(next); err != nil {
		return err
	}
	w.next = table.NewRecord(w.key, next)
	if w.next.Size > table.MaxItemBytes {
		return fault.Validation("Item size to update has exceeded the maximum allowed size")
	}
	return nil
}

// checkUpdated refuses an update that leaves an index key no index can hold, or
// that puts one nested value into another until no item may be so deep.
func (w *write) checkUpdated(next value.Item) error {
	if next.Depth() > value.MaxDepth {
		return value.ErrTooDeep
	}
	for _, x := range w.table.Indexes {
		for _, a := range x.Key.Attributes() {
			if v, ok := next[a.Name]; ok && v.Kind.String() != a.Type {
				return fault.Validation("The update expression attempted to update the secondary index key to unsupported type")
			}
		}
	}
	return w.table.CheckItem(next)
}

// change is what a decided write commits; ok is false for a mere check.
func (w *write) change() (c change, ok bool) {
	return change{table: w.table, key: w.key, next: w.next}, w.action != actionCheck
}

// execute runs a write that stands alone and returns what it cost.
func (db *DB) execute(w *write) (table.Units, error) {
	units, sequence, err := db.executeLocked(w)
	// A refusal shows the standing item, so it too waits for the disk.
	if failure := db.wait(sequence); failure != nil {
		return units, failure
	}
	return units, err
}

func (db *DB) executeLocked(w *write) (units table.Units, sequence uint64, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.still(w.table); err != nil {
		return units, 0, err
	}
	if db.held[w.at()] {
		return units, 0, &fault.Error{Code: fault.CodeTransactionConflict, Message: "Transaction is ongoing for the item"}
	}
	if err := w.decide(); err != nil {
		return units, w.table.Seen(w.old), err
	}
	c, _ := w.change()
	changes := []change{c}
	sequence = db.commit(changes)
	return changes[0].units, sequence, nil
}

// answer builds the answer of a write that stood alone.
func (w *write) answer(s singleFields, units table.Units) []byte {
	a := newAnswer()
	switch {
	case s.ReturnValues == "ALL_OLD" && w.old != nil:
		a.raw("Attributes", w.old.Raw)
	case s.ReturnValues == "ALL_NEW":
		a.raw("Attributes", w.next.Raw)
	case s.ReturnValues == "UPDATED_OLD" && w.old != nil:
		a.updated(w.update, w.old)
	case s.ReturnValues == "UPDATED_NEW":
		a.updated(w.update, w.next)
	}
	a.capacity(s.ReturnConsumedCapacity, consumed{table: w.table.Name, units: units})
	return a.bytes()
}

// updated adds what a record holds at the paths an update wrote.
func (a *answer) updated(u *expression.Update, r *table.Record) {
	if item := expression.Projection(u.Paths()).Of(r.Item()); len(item) > 0 {
		a.item("Attributes", item)
	}
}

func (db *DB) putItem(body []byte) ([]byte, error) {
	var r struct {
		writeFields
		singleFields
		Item value.Item
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(returnValuesOfPut); err != nil {
		return nil, err
	}
	return db.single(actionPut, r.writeFields, r.singleFields, r.Item, nil)
}

func (db *DB) deleteItem(body []byte) ([]byte, error) {
	var r struct {
		writeFields
		singleFields
		Key value.Item
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(returnValuesOfPut); err != nil {
		return nil, err
	}
	return db.single(actionDelete, r.writeFields, r.singleFields, r.Key, nil)
}

func (db *DB) updateItem(body []byte) ([]byte, error) {
	var r struct {
		writeFields
		singleFields
		Key              value.Item
		UpdateExpression *string
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(returnValues); err != nil {
		return nil, err
	}
	return db.single(actionUpdate, r.writeFields, r.singleFields, r.Key, r.UpdateExpression)
}

func (db *DB) single(a action, f writeFields, s singleFields, given value.Item, update *string) ([]byte, error) {
	w, err := db.newWrite(a, f, given, update)
	if err != nil {
		return nil, err
	}
	units, err := db.execute(w)
	if err != nil {
		return nil, err
	}
	return w.answer(s, units), nil
}
