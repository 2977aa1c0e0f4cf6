package dynamo

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// transactItem is one action of a TransactWriteItems; exactly one field is set.
type transactItem struct {
	Put *struct {
		writeFields
		Item value.Item
	}
	Update *struct {
		writeFields
		Key              value.Item
		UpdateExpression *string
	}
	Delete *struct {
		writeFields
		Key value.Item
	}
	ConditionCheck *struct {
		writeFields
		Key value.Item
	}
}

type transactWriteRequest struct {
	TransactItems               []transactItem
	ClientRequestToken          string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

// maxToken is the longest ClientRequestToken.
const maxToken = 36

func (r *transactWriteRequest) check() error {
	if err := checkTransactLength(len(r.TransactItems)); err != nil {
		return err
	}
	if len(r.ClientRequestToken) > maxToken {
		return fault.Constraint(r.ClientRequestToken, "clientRequestToken", "Member must have length less than or equal to 36")
	}
	return firstError(
		enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes),
		enum(r.ReturnItemCollectionMetrics, "returnItemCollectionMetrics", collectionMetrics),
	)
}

func checkTransactLength(n int) error {
	switch {
	case n == 0:
		return fault.Constraint("[]", "transactItems", "Member must have length greater than or equal to 1")
	case n > maxTransactItems:
		return fault.Constraint("[...]", "transactItems", "Member must have length less than or equal to 100")
	}
	return nil
}

// newTransactWrite parses one action; position counts from 1.
func (db *DB) newTransactWrite(position int, i transactItem) (*write, error) {
	missing := func(field string) error {
		return fault.Constraint(nil, fmt.Sprintf("transactItems.%d.member.%s", position, field), "Member must not be null")
	}
	var w *write
	var errs []error
	add := func(one *write, err error) { w, errs = one, append(errs, err) }
	if i.Put != nil {
		add(db.newWrite(actionPut, i.Put.writeFields, i.Put.Item, nil))
	}
	if i.Update != nil {
		if i.Update.UpdateExpression == nil {
			return nil, missing("update.updateExpression")
		}
		add(db.newWrite(actionUpdate, i.Update.writeFields, i.Update.Key, i.Update.UpdateExpression))
	}
	if i.Delete != nil {
		add(db.newWrite(actionDelete, i.Delete.writeFields, i.Delete.Key, nil))
	}
	if i.ConditionCheck != nil {
		if i.ConditionCheck.ConditionExpression == nil {
			return nil, missing("conditionCheck.conditionExpression")
		}
		add(db.newWrite(actionCheck, i.ConditionCheck.writeFields, i.ConditionCheck.Key, nil))
	}
	switch len(errs) {
	case 0:
		return nil, fault.Validation("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request")
	case 1:
		return w, errs[0]
	}
	return nil, fault.Validation("TransactItems can only contain one of Check, Put, Update or Delete")
}

// transaction is a TransactWriteItems on its way.
type transaction struct {
	writes []*write
	token  string
	digest [sha256.Size]byte // of what it asks for, where it has a token

	units tally
	kind  string // of units
}

func (db *DB) transactWriteItems(body []byte) ([]byte, error) {
	var r transactWriteRequest
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	tx := &transaction{token: r.ClientRequestToken, units: tally{}}
	places := map[place]bool{}
	for i, item := range r.TransactItems {
		w, err := db.newTransactWrite(i+1, item)
		if err != nil {
			return nil, err
		}
		if places[w.at()] {
			return nil, fault.Validation("Transaction request cannot include multiple operations on one item")
		}
		places[w.at()] = true
		tx.writes = append(tx.writes, w)
	}
	if tx.token != "" {
		tx.digest = tx.sum()
	}
	if err := db.transact(tx); err != nil {
		return nil, err
	}
	a := newAnswer()
	a.capacities(r.ReturnConsumedCapacity, tx.units, tx.kind)
	return a.bytes(), nil
}

// sum is a digest of all that a transaction asks for.
func (tx *transaction) sum() [sha256.Size]byte {
	var b []byte
	text := func(s *string) {
		if s == nil {
			b = append(b, 0)
			return
		}
		b = value.AppendQuoted(b, *s)
	}
	for _, w := range tx.writes {
		b = append(b, byte(w.action))
		text(&w.table.Name)
		text(w.fields.ConditionExpression)
		text(&w.fields.ReturnValuesOnConditionCheckFailure)
		b = w.given.Append(b)
		b = w.fields.ExpressionAttributeValues.Append(b)
		names := value.Item{}
		for name, attribute := range w.fields.ExpressionAttributeNames {
			names[name] = value.Value{Kind: value.String, Text: attribute}
		}
		b = names.Append(b)
		text(w.updateText)
	}
	return sha256.Sum256(b)
}

// transact commits the transaction, or finds that its token was used before, and
// waits until that is durable.
func (db *DB) transact(tx *transaction) error {
	sequence, holds, err := db.transactLocked(tx)
	failure := db.wait(sequence)
	if holds {
		time.Sleep(db.hold)
		db.release(tx)
	}
	if failure != nil {
		return failure
	}
	return err
}

// transactLocked returns the commit to wait for and whether the transaction holds
// its items until then.
func (db *DB) transactLocked(tx *transaction) (sequence uint64, holds bool, err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, w := range tx.writes {
		if err := db.still(w.table); err != nil {
			return 0, false, err
		}
	}
	if used, ok := db.tokens.find(tx.token, db.now()); ok {
		if used.digest != tx.digest {
			return 0, false, &fault.Error{Code: fault.CodeTokenMismatch, Message: "The provided token is the same as a previous request but the parameters differ."}
		}
		tx.replay()
		return used.commit, false, nil
	}
	reasons, failed, seen, err := db.decideAll(tx.writes)
	if err != nil {
		return 0, false, err
	}
	if failed {
		return seen, false, fault.Canceled(reasons)
	}
	if err := checkTransactBytes(tx.writes); err != nil {
		return 0, false, err
	}
	for _, w := range tx.writes {
		db.held[w.at()] = true
	}
	return db.commitTransaction(tx), true, nil
}

// decideAll works every write out; failed says that at least one cannot be done,
// for the reasons given by position.
func (db *DB) decideAll(writes []*write) (reasons []fault.Reason, failed bool, seen uint64, err error) {
	for _, w := range writes {
		if db.held[w.at()] {
			reasons = append(reasons, fault.Reason{Code: fault.ReasonConflict, Message: "Transaction is ongoing for the item"})
			failed = true
			continue
		}
		err := w.decide()
		seen = max(seen, w.table.Seen(w.old))
		var refusal *fault.Error
		switch {
		case err == nil:
			reasons = append(reasons, fault.Reason{Code: fault.ReasonNone})
			continue
		case !errors.As(err, &refusal):
			return nil, false, 0, err
		case refusal.Code == fault.CodeConditionFailed:
			reasons = append(reasons, fault.Reason{Code: fault.ReasonConditionFailed, Message: refusal.Message, Item: refusal.Item})
		default:
			reasons = append(reasons, fault.Reason{Code: fault.ReasonValidation, Message: refusal.Message})
		}
		failed = true
	}
	return reasons, failed, seen, nil
}

func checkTransactBytes(writes []*write) error {
	bytes := 0
	for _, w := range writes {
		switch {
		case w.next != nil:
			bytes += w.next.Size
		case w.old != nil:
			bytes += w.old.Size
		}
	}
	if bytes > maxTransactBytes {
		return fault.Validation("Transaction request cannot exceed an aggregate size of 4 MB")
	}
	return nil
}

func (db *DB) commitTransaction(tx *transaction) (sequence uint64) {
	var changes []change
	tx.kind = writeCapacity
	for _, w := range tx.writes {
		if c, ok := w.change(); ok {
			changes = append(changes, c)
		} else {
			tx.units.add(w.table.Name, table.CheckUnits(w.old).Times(transactionFactor))
		}
	}
	if tx.token == "" {
		sequence = db.commit(changes)
	} else {
		t := token{tx.token, tx.digest, db.now(), 0}
		sequence = db.commit(changes, t.entry())
		t.commit = sequence
		db.tokens.add(t)
	}
	for _, c := range changes {
		tx.units.add(c.table.Name, c.units.Times(transactionFactor))
	}
	return sequence
}

// replay is what a transaction costs whose token was used before: it reads its
// items.
func (tx *transaction) replay() {
	tx.kind = readCapacity
	for _, w := range tx.writes {
		tx.units.add(w.table.Name, w.table.Get(w.key).ReadUnits(true).Times(transactionFactor))
	}
}

// release lets the items of a transaction go.
func (db *DB) release(tx *transaction) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, w := range tx.writes {
		delete(db.held, w.at())
	}
}

// transactGet is one item of a TransactGetItems.
type transactGet struct {
	Get *struct {
		placeholders
		TableName            *string
		Key                  value.Item
		ProjectionExpression *string
	}

	projection expression.Projection
	record     *table.Record
}

// parse reads one item; position counts from 1.
func (g *transactGet) parse(position int) error {
	if g == nil || g.Get == nil {
		return fault.Validation("Invalid Request: TransactGetRequest should contain Get request")
	}
	if g.Get.Key == nil {
		return fault.Constraint(nil, fmt.Sprintf("transactItems.%d.member.get.key", position), "Member must not be null")
	}
	if err := checkTableName(g.Get.TableName); err != nil {
		return err
	}
	p, err := g.Get.parse(texts{projection: g.Get.ProjectionExpression})
	g.projection = p.projection
	return err
}

func (db *DB) transactGetItems(body []byte) ([]byte, error) {
	var r struct {
		TransactItems          []*transactGet
		ReturnConsumedCapacity string
	}
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := firstError(checkTransactLength(len(r.TransactItems)), enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes)); err != nil {
		return nil, err
	}
	for i, g := range r.TransactItems {
		if err := g.parse(i + 1); err != nil {
			return nil, err
		}
	}
	used, seen, err := db.collectTransaction(r.TransactItems)
	if err != nil {
		return nil, err
	}
	if err := db.log.Wait(seen); err != nil {
		return nil, err
	}
	a := newAnswer()
	a.list("Responses", len(r.TransactItems), func(a *answer, i int) {
		a.open(func(a *answer) {
			if g := r.TransactItems[i]; g.record != nil {
				a.name("Item").found(g.record, g.projection)
			}
		})
	})
	a.capacities(r.ReturnConsumedCapacity, used, readCapacity)
	return a.bytes(), nil
}

// collectTransaction finds the records of a TransactGetItems in one cut, unless a
// transaction in flight holds one of them.
func (db *DB) collectTransaction(gets []*transactGet) (used tally, seen uint64, err error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	used = tally{}
	met := map[place]bool{}
	reasons := make([]fault.Reason, len(gets))
	conflict, bytes := false, 0
	for i, g := range gets {
		t, err := db.table(*g.Get.TableName)
		if err != nil {
			return nil, 0, err
		}
		key, err := t.CheckKey(g.Get.Key)
		if err != nil {
			return nil, 0, err
		}
		at := place{t, key}
		if met[at] {
			return nil, 0, fault.Validation("Transaction request cannot include multiple operations on one item")
		}
		met[at] = true
		reasons[i].Code = fault.ReasonNone
		if db.held[at] {
			reasons[i] = fault.Reason{Code: fault.ReasonConflict, Message: "Transaction is ongoing for the item"}
			conflict = true
		}
		g.record = t.Get(key)
		seen = max(seen, t.Seen(g.record))
		used.add(t.Name, g.record.ReadUnits(true).Times(transactionFactor))
		if g.record != nil {
			bytes += g.record.Size
		}
	}
	if conflict {
		return nil, 0, fault.Canceled(reasons)
	}
	if bytes > maxTransactBytes {
		return nil, 0, fault.Validation("Transaction request cannot exceed an aggregate size of 4 MB")
	}
	return used, seen, nil
}
