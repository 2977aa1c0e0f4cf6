package dynamo

import (
	"math"
	"slices"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

type queryRequest struct {
	placeholders
	TableName              *string
	IndexName              string
	KeyConditionExpression *string
	FilterExpression       *string
	ProjectionExpression   *string
	ConsistentRead         bool
	ScanIndexForward       *bool
	Limit                  *int
	ExclusiveStartKey      value.Item
	Select                 string
	ReturnConsumedCapacity string
}

func (r *queryRequest) check() error {
	if r.Limit != nil && *r.Limit < 1 {
		return fault.Constraint(*r.Limit, "limit", "Member must have value greater than or equal to 1")
	}
	if err := firstError(
		checkTableName(r.TableName),
		enum(r.Select, "select", selects),
		enum(r.ReturnConsumedCapacity, "returnConsumedCapacity", capacityModes),
	); err != nil {
		return err
	}
	if r.KeyConditionExpression == nil {
		return fault.Validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	if r.ProjectionExpression != nil && r.Select != "" && r.Select != "SPECIFIC_ATTRIBUTES" {
		return fault.Validation("Cannot specify the ProjectionExpression when choosing to get %s", r.Select)
	}
	if r.ProjectionExpression == nil && r.Select == "SPECIFIC_ATTRIBUTES" {
		return fault.Validation("Must specify the ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	}
	return nil
}

// page is what a query reads before its filter has looked at it.
type page struct {
	view    table.View
	records []*table.Record
	more    bool
	seen    uint64
}

// rawBytes is the length of the records' JSON, with a comma for each.
func (p page) rawBytes() (n int) {
	for _, r := range p.records {
		n += len(r.Raw) + 1
	}
	return n
}

func (db *DB) query(body []byte) ([]byte, error) {
	var r queryRequest
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	p, err := r.parse(texts{key: r.KeyConditionExpression, filter: r.FilterExpression, projection: r.ProjectionExpression})
	if err != nil {
		return nil, err
	}
	tests, err := p.key.KeyTests()
	if err != nil {
		return nil, err
	}
	got, err := db.page(&r, p, tests)
	if err != nil {
		return nil, err
	}
	if err := db.log.Wait(got.seen); err != nil {
		return nil, err
	}
	return r.answer(got, p), nil
}

// page reads the records of a query in one cut through the table.
func (db *DB) page(r *queryRequest, p parsed, tests []expression.KeyTest) (page, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	t, err := db.table(*r.TableName)
	if err != nil {
		return page{}, err
	}
	v, err := t.View(r.IndexName)
	if err != nil {
		return page{}, err
	}
	if err := r.checkView(v, p); err != nil {
		return page{}, err
	}
	span, err := v.Range(tests)
	if err != nil {
		return page{}, err
	}
	forward := r.ScanIndexForward == nil || *r.ScanIndexForward
	if r.ExclusiveStartKey != nil {
		if span, err = r.start(v, t, span, forward); err != nil {
			return page{}, err
		}
	}
	limit := math.MaxInt
	if r.Limit != nil {
		limit = *r.Limit
	}
	records, more := v.Page(span, forward, limit)
	return page{v, records, more, t.Seen(records...)}, nil
}

// checkView refuses what the table or index cannot answer.
func (r *queryRequest) checkView(v table.View, p parsed) error {
	if v.Index != "" && r.ConsistentRead {
		return fault.Validation("Consistent reads are not supported on global secondary indexes")
	}
	if v.Index == "" && r.Select == "ALL_PROJECTED_ATTRIBUTES" {
		return fault.Validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	if v.Projected != nil && r.Select == "ALL_ATTRIBUTES" {
		return fault.Validation("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", v.Index)
	}
	key := ""
	p.filter.Roots(func(name string) {
		if v.Key.Has(name) {
			key = name
		}
	})
	if key != "" {
		return fault.Validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", key)
	}
	if v.Projected == nil {
		return nil
	}
	for _, path := range p.projection {
		if !v.Projected.Has(path.Root()) {
			return fault.Validation("One or more parameter values were invalid: Global secondary index %s does not project %s", v.Index, path)
		}
	}
	return nil
}

// start narrows a range to what comes after ExclusiveStartKey.
func (r *queryRequest) start(v table.View, t *table.Table, span table.Range, forward bool) (table.Range, error) {
	key := r.ExclusiveStartKey
	names := v.StartKey()
	if len(key) != len(names) {
		return span, fault.Validation("The provided starting key is invalid")
	}
	for name := range names {
		if _, ok := key[name]; !ok {
			return span, fault.Validation("The provided starting key is invalid")
		}
	}
	if t.CheckItem(key) != nil {
		return span, fault.Validation("The provided starting key is invalid: The provided key element does not match the schema")
	}
	at := v.Position(key)
	if !span.Holds(at) {
		return span, fault.Validation("The provided starting key is outside query boundaries based on provided conditions")
	}
	if forward {
		span.Low = at + "\x00" // the first key after it
	} else {
		span.High = at
	}
	return span, nil
}

// answer filters and projects a page.
func (r *queryRequest) answer(got page, p parsed) []byte {
	a := newAnswer()
	if p.projection == nil {
		a.json = slices.Grow(a.json, got.rawBytes())
	}
	bytes, count := 0, 0
	countOnly := r.Select == "COUNT"
	if !countOnly {
		a.name("Items")
		a.json = append(a.json, '[')
	}
	for _, record := range got.records {
		bytes += record.Size
		if p.filter != nil && !p.filter.Holds(record.Item()) {
			continue
		}
		if count++; countOnly {
			continue
		}
		if count > 1 {
			a.json = append(a.json, ',')
		}
		a.found(record, p.projection)
	}
	if !countOnly {
		a.json = append(a.json, ']')
	}
	a.number("Count", float64(count))
	a.number("ScannedCount", float64(len(got.records)))
	if got.more {
		last := got.records[len(got.records)-1]
		a.raw("LastEvaluatedKey", last.Select(got.view.StartKey()))
	}
	units := table.Units{Table: table.ReadUnits(bytes, r.ConsistentRead)}
	if got.view.Index != "" {
		units = table.Units{Indexes: map[string]float64{got.view.Index: units.Table}}
	}
	a.capacity(r.ReturnConsumedCapacity, consumed{table: tableOf(*r.TableName), units: units})
	return a.bytes()
}
