package iam

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Table stands in front of DynamoDB.
func (p *Policies) Table(next http.Handler) http.Handler {
	return p.guard(next, p.tableWishes, func(w http.ResponseWriter, message string) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		// Texts only: this cannot fail.
		json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message})
	})
}

// item is an item or a key; only its texts are of interest.
type item map[string]struct{ S *string }

// single is a request, or a part of one, that names one item or one partition.
type single struct {
	TableName                 string
	IndexName                 string
	Key                       item
	Item                      item
	KeyConditionExpression    string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item
}

// batch is a request that names many.
type batch struct {
	TransactItems []map[string]single
	RequestItems  map[string]json.RawMessage
}

func (p *Policies) tableWishes(r *http.Request, body []byte) ([]wish, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch operation {
	case "TransactWriteItems", "TransactGetItems":
		return p.transaction(body)
	case "BatchGetItem", "BatchWriteItem":
		return p.batch(operation, body)
	}
	var one single
	if err := json.Unmarshal(body, &one); err != nil {
		return nil, err
	}
	return []wish{p.wish(operation, one)}, nil
}

func (p *Policies) wish(operation string, s single) wish {
	w := wish{action: "dynamodb:" + operation, resource: tableARN(s.TableName, s.IndexName)}
	hash := p.hash[w.resource]
	for _, v := range []item{s.Key, s.Item} {
		if text := v[hash].S; text != nil {
			w.keys = append(w.keys, *text)
		}
	}
	if s.KeyConditionExpression != "" {
		w.keys = append(w.keys, s.partition(hash)...)
	}
	return w
}

// equality is a comparison of a key condition: a name, or a placeholder of one, and a value.
var equality = regexp.MustCompile(`(#?[A-Za-z0-9_.-]+)\s*=\s*(:[A-Za-z0-9_]+)`)

// partition finds the partition that a key condition names.
func (s single) partition(hash string) (keys []string) {
	for _, m := range equality.FindAllStringSubmatch(s.KeyConditionExpression, -1) {
		name := m[1]
		if strings.HasPrefix(name, "#") {
			name = s.ExpressionAttributeNames[name]
		}
		if text := s.ExpressionAttributeValues[m[2]].S; name == hash && text != nil {
			keys = append(keys, *text)
		}
	}
	return keys
}

// transaction splits a transaction into its parts: there is no permission for the whole.
func (p *Policies) transaction(body []byte) (out []wish, err error) {
	var b batch
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	actions := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
	for _, part := range b.TransactItems {
		for verb, one := range part {
			action, ok := actions[verb]
			if !ok {
				return nil, fmt.Errorf("a transaction has no %s", verb)
			}
			out = append(out, p.wish(action, one))
		}
	}
	return out, nil
}

// batch gathers the keys of each table of a batch: one statement must allow them all.
func (p *Policies) batch(operation string, body []byte) (out []wish, err error) {
	var b batch
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, err
	}
	for table, raw := range b.RequestItems {
		w := wish{action: "dynamodb:" + operation, resource: tableARN(table, "")}
		items, err := batchItems(operation, raw)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if text := i[p.hash[w.resource]].S; text != nil {
				w.keys = append(w.keys, *text)
			}
		}
		out = append(out, w)
	}
	return out, nil
}

func batchItems(operation string, raw json.RawMessage) (items []item, err error) {
	if operation == "BatchGetItem" {
		var get struct{ Keys []item }
		err := json.Unmarshal(raw, &get)
		return get.Keys, err
	}
	var writes []struct{ PutRequest, DeleteRequest struct{ Item, Key item } }
	if err := json.Unmarshal(raw, &writes); err != nil {
		return nil, err
	}
	for _, w := range writes {
		items = append(items, w.PutRequest.Item, w.DeleteRequest.Key)
	}
	return items, nil
}
