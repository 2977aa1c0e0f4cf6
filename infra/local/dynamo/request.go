package dynamo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"customercenter/infra/local/dynamo/internal/expression"
	"customercenter/infra/local/dynamo/internal/fault"
	"customercenter/infra/local/dynamo/internal/table"
	"customercenter/infra/local/dynamo/internal/value"
)

// decode reads a request's body. Fields that the engine does not know are
// refused, so that nothing asked for is silently left undone.
func decode(body []byte, request any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(request)
	if err == nil {
		if _, rest := d.Token(); !errors.Is(rest, io.EOF) {
			return fault.Serialization("Unexpected content after the request")
		}
		return nil
	}
	var refusal *fault.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault.Validation("The request holds a field that is not supported: %s", field)
	}
	return fault.Serialization("%s", err)
}

// Enumerations of requests. The first value is what an empty field means.
var (
	capacityModes      = []string{"NONE", "INDEXES", "TOTAL"}
	returnOnFailures   = []string{"NONE", "ALL_OLD"}
	returnValues       = []string{"NONE", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "UPDATED_NEW"}
	selects            = []string{"", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"}
	collectionMetrics  = []string{"NONE", "SIZE"}
	attributeTypes     = []string{"", "B", "N", "S"}
	keyTypes           = []string{"", "HASH", "RANGE"}
	projectionTypes    = []string{"", table.ProjectAll, table.ProjectInclude, table.ProjectKeys}
	streamViewTypes    = []string{"", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"}
	tableClasses       = []string{"", "STANDARD", "STANDARD_INFREQUENT_ACCESS"}
	billingModes       = []string{"", "PROVISIONED", "PAY_PER_REQUEST"}
	returnValuesOfPut  = []string{"NONE", "ALL_OLD"}
	serverSideKeyTypes = []string{"", "AES256", "KMS"}
)

// enum refuses a value that is none of an enumeration's; at is the parameter's
// name in lower camel case.
func enum(v, at string, allowed []string) error {
	if v == "" || slices.Contains(allowed, v) {
		return nil
	}
	return fault.Constraint(v, at, "Member must satisfy enum value set: ["+strings.Trim(strings.Join(allowed, ", "), ", ")+"]")
}

// firstError returns the first that is one.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

const arnPrefix = "arn:aws:dynamodb:local:000000000000:table/"

// tableOf returns the name in a table's name or ARN.
func tableOf(nameOrARN string) string {
	if strings.HasPrefix(nameOrARN, "arn:") {
		if _, name, ok := strings.Cut(nameOrARN, ":table/"); ok {
			return name
		}
	}
	return nameOrARN
}

var resourceName = regexp.MustCompile(`^[a-zA-Z0-9_.-]+$`)

// Bounds of the length of a table's or index's name.
const (
	minName = 3
	maxName = 255
)

func checkTableName(name *string) error {
	if name == nil {
		return fault.Constraint(nil, "tableName", "Member must not be null")
	}
	n := tableOf(*name)
	if len(n) < minName || len(n) > maxName {
		return fault.Validation("TableName must be at least 3 characters long and at most 255 characters long")
	}
	if !resourceName.MatchString(n) {
		return fault.Constraint(n, "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
	return nil
}

// placeholders are the fields that every request with expressions has.
type placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues value.Item
}

// parsed is what a request's expressions mean.
type parsed struct {
	condition  *expression.Condition
	filter     *expression.Condition
	key        *expression.Condition
	update     *expression.Update
	projection expression.Projection
}

// texts are a request's expressions, nil where it has none.
type texts struct {
	condition, filter, key, update, projection *string
}

// parse reads all expressions of a request against its placeholders.
func (p placeholders) parse(t texts) (parsed, error) {
	var out parsed
	scope, err := expression.NewScope(p.ExpressionAttributeNames, p.ExpressionAttributeValues)
	if err != nil {
		return out, err
	}
	any := false
	for _, one := range []struct {
		field string
		text  *string
		into  **expression.Condition
	}{
		{expression.FieldKeyCondition, t.key, &out.key},
		{expression.FieldCondition, t.condition, &out.condition},
		{expression.FieldFilter, t.filter, &out.filter},
	} {
		if one.text == nil {
			continue
		}
		any = true
		if *one.into, err = scope.Condition(one.field, *one.text); err != nil {
			return out, err
		}
	}
	if t.update != nil {
		any = true
		if out.update, err = scope.Update(*t.update); err != nil {
			return out, err
		}
	}
	if t.projection != nil {
		any = true
		if out.projection, err = scope.Projection(*t.projection); err != nil {
			return out, err
		}
	}
	return out, scope.Close(any)
}
