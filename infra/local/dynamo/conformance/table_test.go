package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestTables(t *testing.T) {
	check(t, "describe", func(t *testing.T, _ string) {
		out, err := ours.client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &ours.main})
		if err != nil {
			t.Fatal(err)
		}
		d := out.Table
		same(t, words(d.TableStatus, len(d.GlobalSecondaryIndexes), len(d.KeySchema), len(d.AttributeDefinitions), d.BillingModeSummary.BillingMode), "ACTIVE 3 2 4 PAY_PER_REQUEST")
	})
	check(t, "describe of none", func(t *testing.T, _ string) {
		_, err := ours.client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("conformance-no-such-table")})
		refused(t, err, "ResourceNotFoundException", "Requested resource not found: Table: conformance-no-such-table not found")
	})
	check(t, "create what is there", func(t *testing.T, _ string) {
		_, err := ours.client.CreateTable(t.Context(), &dynamodb.CreateTableInput{TableName: &ours.main, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: attributes("pk", "S"), KeySchema: schema("pk", "")})
		refused(t, err, "ResourceInUseException", "")
	})
	for _, c := range []struct {
		name    string
		in      dynamodb.CreateTableInput
		message string
	}{
		{"a name too short", dynamodb.CreateTableInput{TableName: aws.String("ab"), AttributeDefinitions: attributes("pk", "S"), KeySchema: schema("pk", "")}, "at least 3 characters long"},
		{"a key that is not defined", dynamodb.CreateTableInput{TableName: aws.String("conformance-x"), AttributeDefinitions: attributes("pk", "S"), KeySchema: schema("other", "")}, ""},
		{"a definition that is not used", dynamodb.CreateTableInput{TableName: aws.String("conformance-x"), AttributeDefinitions: attributes("pk", "S", "more", "S"), KeySchema: schema("pk", "")}, ""},
		{"keys of one name", dynamodb.CreateTableInput{TableName: aws.String("conformance-x"), AttributeDefinitions: attributes("pk", "S"), KeySchema: schema("pk", "pk")}, ""},
		{"an index of the same name twice", dynamodb.CreateTableInput{TableName: aws.String("conformance-x"), AttributeDefinitions: attributes("pk", "S", "gp", "S", "gs", "S"), KeySchema: schema("pk", ""),
			GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{index("twice", types.Projection{ProjectionType: "ALL"}), index("twice", types.Projection{ProjectionType: "ALL"})}}, ""},
	} {
		check(t, c.name, func(t *testing.T, _ string) {
			c.in.BillingMode = "PAY_PER_REQUEST"
			_, err := ours.client.CreateTable(t.Context(), &c.in)
			refused(t, err, validation, c.message)
		})
	}
}

func TestTimeToLive(t *testing.T) {
	set := func(t *testing.T, name string, enabled bool) error {
		_, err := ours.client.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: &ours.numbers, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &name, Enabled: &enabled}})
		return err
	}
	check(t, "off, on, and on again", func(t *testing.T, _ string) {
		refused(t, set(t, "ttl", false), validation, "TimeToLive is already disabled")
		if err := set(t, "ttl", true); err != nil {
			t.Fatal(err)
		}
		refused(t, set(t, "ttl", true), validation, "")
		out, err := ours.client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &ours.numbers})
		if err != nil {
			t.Fatal(err)
		}
		same(t, *out.TimeToLiveDescription.AttributeName, "ttl")
	})
}

// post sends a request as it stands, signed, and returns the answer.
func post(t *testing.T, target, body string) (status int, header http.Header, answer []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ours.endpoint+"/", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	who, err := ours.creds.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), "dynamodb", ours.region, time.Now()); err != nil {
		t.Fatal(err)
	}
	response, err := ours.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, answer
}

func TestWire(t *testing.T) {
	const prefix = "DynamoDB_20120810."
	check(t, "answers carry their checksum and a request id", func(t *testing.T, p string) {
		_, header, answer := post(t, prefix+"GetItem", `{"TableName":"`+ours.main+`","Key":{"pk":{"S":"x"},"sk":{"S":"y"}}}`)
		same(t, header.Get("X-Amz-Crc32"), strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10))
		same(t, header.Get("Content-Type")+string(answer)+fmt.Sprint(header.Get("X-Amzn-RequestId") != ""), "application/x-amz-json-1.0{}true")
	})
	for _, c := range []struct{ name, target, body, want string }{
		{"no such operation", prefix + "Frobnicate", "{}", "UnknownOperationException"},
		{"no target", "", "{}", "UnknownOperationException"},
		{"not JSON", prefix + "GetItem", "{", "SerializationException"},
		{"a number for a string", prefix + "GetItem", `{"TableName":5,"Key":{}}`, "SerializationException"},
		{"an attribute value of two types", prefix + "PutItem", `{"TableName":"MAIN","Item":{"pk":{"S":"x","N":"1"}}}`, "Supplied AttributeValue has more than one datatypes set"},
		{"an attribute value of no type", prefix + "PutItem", `{"TableName":"MAIN","Item":{"pk":{}}}`, "Supplied AttributeValue is empty"},
		{"NULL that is not true", prefix + "PutItem", `{"TableName":"MAIN","Item":{"pk":{"S":"x"},"sk":{"S":"x"},"z":{"NULL":false}}}`, "Null attribute value types must have the value of true"},
		{"a value no enumeration has", prefix + "GetItem", `{"TableName":"MAIN","Key":{"pk":{"S":"x"},"sk":{"S":"x"}},"ReturnConsumedCapacity":"SOME"}`, "Member must satisfy enum value set"},
		{"no key", prefix + "GetItem", `{"TableName":"MAIN"}`, "Member must not be null"},
		{"empty names", prefix + "GetItem", `{"TableName":"MAIN","Key":{"pk":{"S":"x"},"sk":{"S":"x"}},"ProjectionExpression":"a","ExpressionAttributeNames":{}}`, "ExpressionAttributeNames must not be empty"},
		{"a name without its mark", prefix + "GetItem", `{"TableName":"MAIN","Key":{"pk":{"S":"x"},"sk":{"S":"x"}},"ProjectionExpression":"a","ExpressionAttributeNames":{"a":"b"}}`, "ExpressionAttributeNames contains invalid key"},
	} {
		check(t, c.name, func(t *testing.T, _ string) {
			status, _, answer := post(t, c.target, strings.ReplaceAll(c.body, "MAIN", ours.main))
			if status != http.StatusBadRequest || !bytes.Contains(answer, []byte(c.want)) {
				t.Fatalf("want 400 with %q, got %d: %s", c.want, status, answer)
			}
		})
	}
	if !ours.embedded {
		return
	}
	for _, c := range []struct{ name, target, body, want string }{
		{"a field that is not supported", prefix + "PutItem", `{"TableName":"MAIN","Item":{},"Expected":{}}`, `not supported: \"Expected\"`},
		{"a scan", prefix + "Scan", `{"TableName":"MAIN"}`, "UnknownOperationException"},
	} {
		check(t, "the engine refuses "+c.name, func(t *testing.T, _ string) {
			status, _, answer := post(t, c.target, strings.ReplaceAll(c.body, "MAIN", ours.main))
			if status != http.StatusBadRequest || !bytes.Contains(answer, []byte(c.want)) {
				t.Fatalf("want 400 with %q, got %d: %s", c.want, status, answer)
			}
		})
	}
}
