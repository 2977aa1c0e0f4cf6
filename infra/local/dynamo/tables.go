package dynamo

import (
	"crypto/rand"
	"encoding/json"

	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/wal"
)

// Shapes that CreateTable reads and DescribeTable writes.
type (
	attributeDefinition struct{ AttributeName, AttributeType string }
	keyElement          struct{ AttributeName, KeyType string }
	projection          struct {
		ProjectionType   string   `json:",omitempty"`
		NonKeyAttributes []string `json:",omitempty"`
	}
	streamSpecification struct {
		StreamEnabled  bool
		StreamViewType string `json:",omitempty"`
	}
	indexDefinition struct {
		IndexName  string
		KeySchema  []keyElement
		Projection *projection
	}
)

type createTableRequest struct {
	TableName                 *string
	AttributeDefinitions      []attributeDefinition
	KeySchema                 []keyElement
	GlobalSecondaryIndexes    []indexDefinition
	BillingMode               string
	StreamSpecification       *streamSpecification
	DeletionProtectionEnabled bool
	TableClass                string
	// What follows changes nothing that a request could see, here or there.
	SSESpecification *struct {
		Enabled                 bool
		SSEType, KMSMasterKeyId string
	}
	Tags []struct{ Key, Value string }
}

func (r *createTableRequest) check() error {
	if err := firstError(
		checkTableName(r.TableName),
		enum(r.BillingMode, "billingMode", billingModes),
		enum(r.TableClass, "tableClass", tableClasses),
	); err != nil {
		return err
	}
	if r.BillingMode != "PAY_PER_REQUEST" {
		return fault.Validation("One or more parameter values were invalid: the engine knows tables of BillingMode PAY_PER_REQUEST only")
	}
	if r.SSESpecification != nil {
		if err := enum(r.SSESpecification.SSEType, "sSESpecification.sSEType", serverSideKeyTypes); err != nil {
			return err
		}
	}
	for _, a := range r.AttributeDefinitions {
		if err := enum(a.AttributeType, "attributeDefinitions.member.attributeType", attributeTypes); err != nil {
			return err
		}
	}
	return nil
}

// Limits of what a table is declared with.
const (
	maxIndexes = 20
	maxInclude = 100 // non-key attributes of all indexes together
)

func (r *createTableRequest) schema() (table.Schema, error) {
	s := table.Schema{Name: tableOf(*r.TableName), Protected: r.DeletionProtectionEnabled}
	types := map[string]string{}
	for _, a := range r.AttributeDefinitions {
		if types[a.AttributeName] != "" {
			return s, fault.Validation("Cannot have two attributes with the same name")
		}
		types[a.AttributeName] = a.AttributeType
		s.Attributes = append(s.Attributes, table.Attribute{Name: a.AttributeName, Type: a.AttributeType})
	}
	used := map[string]bool{}
	var err error
	if s.Key, err = readKey(r.KeySchema, types, used); err != nil {
		return s, err
	}
	if s.Indexes, err = readIndexes(r.GlobalSecondaryIndexes, types, used); err != nil {
		return s, err
	}
	if len(used) != len(types) {
		return s, fault.Validation("One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: %d, keys used: %d", len(types), len(used))
	}
	if stream := r.StreamSpecification; stream != nil && stream.StreamEnabled {
		if stream.StreamViewType == "" {
			return s, fault.Validation("One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true")
		}
		s.StreamView = stream.StreamViewType
		return s, enum(stream.StreamViewType, "streamSpecification.streamViewType", streamViewTypes)
	}
	return s, nil
}

// readKey reads a key schema and notes the attributes it uses.
func readKey(elements []keyElement, types map[string]string, used map[string]bool) (table.Key, error) {
	var k table.Key
	if len(elements) < 1 || len(elements) > 2 {
		return k, fault.Constraint("[...]", "keySchema", "Member must have length less than or equal to 2 and greater than or equal to 1")
	}
	for i, e := range elements {
		if err := enum(e.KeyType, "keySchema.member.keyType", keyTypes); err != nil {
			return k, err
		}
		a := table.Attribute{Name: e.AttributeName, Type: types[e.AttributeName]}
		switch {
		case i == 0 && e.KeyType != "HASH":
			return k, fault.Validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
		case i == 1 && e.KeyType != "RANGE":
			return k, fault.Validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		case i == 1 && a.Name == k.Hash.Name:
			return k, fault.Validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		case a.Type == "":
			return k, fault.Validation("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", a.Name)
		case i == 0:
			k.Hash = a
		default:
			k.Range = a
		}
		used[a.Name] = true
	}
	return k, nil
}

func readIndexes(definitions []indexDefinition, types map[string]string, used map[string]bool) ([]table.IndexSchema, error) {
	if len(definitions) > maxIndexes {
		return nil, fault.Validation("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxIndexes)
	}
	var indexes []table.IndexSchema
	names := map[string]bool{}
	include := 0
	for _, d := range definitions {
		if len(d.IndexName) < minName || len(d.IndexName) > maxName || !resourceName.MatchString(d.IndexName) {
			return nil, fault.Constraint(d.IndexName, "globalSecondaryIndexes.member.indexName", "Member must have length greater than or equal to 3 and less than or equal to 255 and satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
		}
		if names[d.IndexName] {
			return nil, fault.Validation("One or more parameter values were invalid: Duplicate index name: %s", d.IndexName)
		}
		names[d.IndexName] = true
		if d.Projection == nil || d.Projection.ProjectionType == "" {
			return nil, fault.Validation("One or more parameter values were invalid: Unknown ProjectionType: null")
		}
		if err := enum(d.Projection.ProjectionType, "globalSecondaryIndexes.member.projection.projectionType", projectionTypes); err != nil {
			return nil, err
		}
		if (d.Projection.ProjectionType == table.ProjectInclude) != (len(d.Projection.NonKeyAttributes) > 0) {
			return nil, fault.Validation("One or more parameter values were invalid: ProjectionType is %s, and NonKeyAttributes does not go with it", d.Projection.ProjectionType)
		}
		if include += len(d.Projection.NonKeyAttributes); include > maxInclude {
			return nil, fault.Validation("One or more parameter values were invalid: NonKeyAttributes of all indexes exceed %d", maxInclude)
		}
		key, err := readKey(d.KeySchema, types, used)
		if err != nil {
			return nil, err
		}
		indexes = append(indexes, table.IndexSchema{
			Name: d.IndexName, Key: key, Projection: d.Projection.ProjectionType, Include: d.Projection.NonKeyAttributes,
		})
	}
	return indexes, nil
}

// streamLabelLayout is how a stream is named after the time it began.
const streamLabelLayout = "2006-01-02T15:04:05.000"

func (db *DB) createTable(body []byte) ([]byte, error) {
	var r createTableRequest
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	s, err := r.schema()
	if err != nil {
		return nil, err
	}
	s.ID = rand.Text()
	s.Created = db.now().UTC()
	if s.StreamView != "" {
		s.StreamLabel = s.Created.Format(streamLabelLayout)
	}
	t, sequence, err := db.addTable(s)
	if err != nil {
		return nil, err
	}
	if err := db.wait(sequence); err != nil {
		return nil, err
	}
	return render(map[string]any{"TableDescription": db.describe(t, "ACTIVE")})
}

func (db *DB) addTable(s table.Schema) (*table.Table, uint64, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil, 0, errClosed
	}
	if db.tables[s.Name] != nil {
		return nil, 0, &fault.Error{Code: fault.CodeInUse, Message: "Table already exists: " + s.Name}
	}
	t := table.New(s)
	sequence, err := db.commitSchema(t)
	if err != nil {
		return nil, 0, err
	}
	db.tables[s.Name] = t
	return t, sequence, nil
}

// commitSchema logs what a table is declared as; the write lock is held.
func (db *DB) commitSchema(t *table.Table) (uint64, error) {
	declared, err := json.Marshal(t.Schema)
	if err != nil {
		return 0, err
	}
	return db.log.Append([]wal.Entry{{Kind: entryTable, Payload: declared}}), nil
}

func (db *DB) describeTable(body []byte) ([]byte, error) {
	t, err := db.tableNamed(body)
	if err != nil {
		return nil, err
	}
	return render(map[string]any{"Table": db.describe(t, "ACTIVE")})
}

// tableNamed reads a request that has nothing but a table's name.
func (db *DB) tableNamed(body []byte) (*table.Table, error) {
	var r struct{ TableName *string }
	if err := decode(body, &r); err != nil {
		return nil, err
	}
	if err := checkTableName(r.TableName); err != nil {
		return nil, err
	}
	t, err := db.lookup(*r.TableName)
	if err != nil && fault.From(err).Code == fault.CodeNotFound {
		err = &fault.Error{Code: fault.CodeNotFound, Message: "Requested resource not found: Table: " + tableOf(*r.TableName) + " not found"}
	}
	return t, err
}

func (db *DB) deleteTable(body []byte) ([]byte, error) {
	t, err := db.tableNamed(body)
	if err != nil {
		return nil, err
	}
	if t.Protected {
		return nil, fault.Validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	description := db.describe(t, "DELETING")
	sequence, err := db.dropTable(t)
	if err != nil {
		return nil, err
	}
	if err := db.wait(sequence); err != nil {
		return nil, err
	}
	return render(map[string]any{"TableDescription": description})
}

func (db *DB) dropTable(t *table.Table) (uint64, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.still(t); err != nil {
		return 0, err
	}
	delete(db.tables, t.Name)
	return db.log.Append([]wal.Entry{{Kind: entryDrop, Payload: []byte(t.Name)}}), nil
}

// describe writes a table as DescribeTable shows it.
func (db *DB) describe(t *table.Table, status string) map[string]any {
	db.mu.RLock()
	defer db.mu.RUnlock()
	attributes := []attributeDefinition{}
	for _, a := range t.Attributes {
		attributes = append(attributes, attributeDefinition{a.Name, a.Type})
	}
	arn := arnPrefix + t.Name
	d := map[string]any{
		"TableName": t.Name, "TableArn": arn, "TableId": t.ID, "TableStatus": status,
		"AttributeDefinitions": attributes, "KeySchema": writeKey(t.Key),
		"CreationDateTime": float64(t.Created.UnixMilli()) / 1000,
		"ItemCount":        t.Len(), "TableSizeBytes": t.Bytes(),
		"BillingModeSummary":        map[string]any{"BillingMode": "PAY_PER_REQUEST"},
		"ProvisionedThroughput":     noThroughput,
		"DeletionProtectionEnabled": t.Protected,
	}
	var indexes []map[string]any
	for _, x := range t.Indexes {
		indexes = append(indexes, map[string]any{
			"IndexName": x.Name, "IndexArn": arn + "/index/" + x.Name, "IndexStatus": "ACTIVE",
			"KeySchema": writeKey(x.Key), "Projection": projection{x.Projection, x.Include},
			"ItemCount": t.IndexLen(x.Name), "ProvisionedThroughput": noThroughput,
		})
	}
	if indexes != nil {
		d["GlobalSecondaryIndexes"] = indexes
	}
	if t.StreamView != "" {
		d["StreamSpecification"] = streamSpecification{true, t.StreamView}
		d["LatestStreamLabel"] = t.StreamLabel
		d["LatestStreamArn"] = arn + "/stream/" + t.StreamLabel
	}
	return d
}

var noThroughput = map[string]int{"ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0}

func writeKey(k table.Key) []keyElement {
	elements := []keyElement{{k.Hash.Name, "HASH"}}
	if k.Range.Name != "" {
		elements = append(elements, keyElement{k.Range.Name, "RANGE"})
	}
	return elements
}
