package iam

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"customercenter/infra/local/template"
)

const stack = `
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: things
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      GlobalSecondaryIndexes: [{IndexName: by-day, KeySchema: [{AttributeName: dp, KeyType: HASH}]}]
  ListThingsFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .build/list-things/
      Policies:
        - Statement:
            - Sid: Read
              Effect: Allow
              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:BatchGetItem, dynamodb:UpdateItem]
              Resource: [!GetAtt Table.Arn, !Sub "${Table.Arn}/index/by-day"]
              Condition:
                ForAllValues:StringLike: {dynamodb:LeadingKeys: ["L#*", "A#*"]}
                "Null": {dynamodb:LeadingKeys: "false"}
            - Sid: Audit
              Effect: Allow
              Action: dynamodb:PutItem
              Resource: !GetAtt Table.Arn
              Condition: {ForAllValues:StringLike: {dynamodb:LeadingKeys: ["Z#*"]}, "Null": {dynamodb:LeadingKeys: "false"}}
            - Sid: Send
              Effect: Allow
              Action: ses:SendRawEmail
              Resource: ["arn:aws:ses:us-east-1:000000000000:identity/b.example", "arn:aws:ses:us-east-1:000000000000:configuration-set/Events"]
              Condition: {StringEquals: {ses:FromAddress: a@b.example}}
`

// ask sends a request through the guard and reports whether it passed with its body whole.
func ask(t *testing.T, guard func(*Policies, http.Handler) http.Handler, accessKey, target, body string) (passed bool, answer string) {
	t.Helper()
	s, err := template.Parse([]byte(stack), nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(s, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	h := guard(p, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		passed = err == nil && string(b) == body
	}))
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+target)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return passed, w.Body.String()
}

func TestTablePermissions(t *testing.T) {
	key := func(pk string) string { return `{"pk":{"S":"` + pk + `"},"sk":{"S":"H"}}` }
	for _, c := range []struct {
		name, operation, body string
		want                  bool
	}{
		{"a permitted kind", "GetItem", `{"TableName":"things","Key":` + key("L#1") + `}`, true},
		{"another kind", "GetItem", `{"TableName":"things","Key":` + key("I#1") + `}`, false},
		{"a kind that begins alike", "GetItem", `{"TableName":"things","Key":` + key("XL#1") + `}`, false},
		{"another table", "GetItem", `{"TableName":"others","Key":` + key("L#1") + `}`, false},
		{"no key", "GetItem", `{"TableName":"things"}`, false},
		{"another action", "DeleteItem", `{"TableName":"things","Key":` + key("L#1") + `}`, false},
		{"the whole table", "Scan", `{"TableName":"things"}`, false},
		{"an addition", "PutItem", `{"TableName":"things","Item":` + key("Z#1") + `}`, true},
		{"an addition of another kind", "PutItem", `{"TableName":"things","Item":` + key("L#1") + `}`, false},
		{"a query", "Query", `{"TableName":"things","KeyConditionExpression":"#p = :p AND begins_with(sk, :s)","ExpressionAttributeNames":{"#p":"pk"},"ExpressionAttributeValues":{":p":{"S":"L#1"},":s":{"S":"I#1"}}}`, true},
		{"a query of another kind", "Query", `{"TableName":"things","KeyConditionExpression":"pk=:p and sk = :s","ExpressionAttributeValues":{":p":{"S":"I#1"},":s":{"S":"L#1"}}}`, false},
		{"an index", "Query", `{"TableName":"things","IndexName":"by-day","KeyConditionExpression":"dp = :p","ExpressionAttributeValues":{":p":{"S":"L#1"}}}`, true},
		{"an index by another attribute", "Query", `{"TableName":"things","IndexName":"by-day","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"L#1"}}}`, false},
		{"an index that is not named", "Query", `{"TableName":"things","IndexName":"by-week","KeyConditionExpression":"dp = :p","ExpressionAttributeValues":{":p":{"S":"L#1"}}}`, false},
		{"a batch", "BatchGetItem", `{"RequestItems":{"things":{"Keys":[` + key("L#1") + `,` + key("A#1") + `]}}}`, true},
		{"a batch with another kind", "BatchGetItem", `{"RequestItems":{"things":{"Keys":[` + key("L#1") + `,` + key("I#1") + `]}}}`, false},
		{"a batch of writes", "BatchWriteItem", `{"RequestItems":{"things":[{"PutRequest":{"Item":` + key("Z#1") + `}}]}}`, false},
		{"a transaction", "TransactWriteItems", `{"TransactItems":[{"Update":{"TableName":"things","Key":` + key("A#1") + `}},{"Put":{"TableName":"things","Item":` + key("Z#1") + `}}]}`, true},
		{"a transaction with one part too many", "TransactWriteItems", `{"TransactItems":[{"Update":{"TableName":"things","Key":` + key("A#1") + `}},{"Delete":{"TableName":"things","Key":` + key("A#2") + `}}]}`, false},
		{"a transaction of reads", "TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"things","Key":` + key("A#1") + `}}]}`, true},
		{"no JSON", "GetItem", `{`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			passed, answer := ask(t, (*Policies).Table, "local-list-things", c.operation, c.body)
			if passed != c.want {
				t.Errorf("passed %v: %s", passed, answer)
			}
			var refusal struct{ Type, Message string }
			if !passed && (json.Unmarshal([]byte(strings.Replace(answer, "__type", "Type", 1)), &refusal) != nil || !strings.HasSuffix(refusal.Type, "#AccessDeniedException")) {
				t.Errorf("the refusal is %s", answer)
			}
		})
	}
}

func TestWhoAsks(t *testing.T) {
	body := `{"TableName":"things","Key":{"pk":{"S":"I#1"}}}`
	for key, want := range map[string]bool{"local-list-things": false, "local-nobody": false, "local": true, "AKIAEXAMPLE": true, AccessKey("list-things"): false} {
		if passed, _ := ask(t, (*Policies).Table, key, "GetItem", body); passed != want {
			t.Errorf("%s passed: %v", key, passed)
		}
	}
}

func TestMailPermissions(t *testing.T) {
	raw := func(from string) string {
		return base64.StdEncoding.EncodeToString([]byte("From: Vendor <" + from + ">\r\nTo: c@d.example\r\n\r\nhello"))
	}
	for _, c := range []struct {
		name string
		form url.Values
		want bool
	}{
		{"as itself", url.Values{"Action": {"SendRawEmail"}, "RawMessage.Data": {raw("a@b.example")}, "ConfigurationSetName": {"Events"}}, true},
		{"as another of its domain", url.Values{"Action": {"SendRawEmail"}, "RawMessage.Data": {raw("boss@b.example")}}, false},
		{"as another domain", url.Values{"Action": {"SendRawEmail"}, "RawMessage.Data": {raw("a@c.example")}}, false},
		{"by another set", url.Values{"Action": {"SendRawEmail"}, "RawMessage.Data": {raw("a@b.example")}, "ConfigurationSetName": {"Other"}}, false},
		{"by another action", url.Values{"Action": {"SendEmail"}, "Source": {"a@b.example"}}, false},
		{"as nobody", url.Values{"Action": {"SendRawEmail"}}, false},
	} {
		if passed, answer := ask(t, (*Policies).Mail, "local-list-things", "", c.form.Encode()); passed != c.want || (!passed && !strings.Contains(answer, "AccessDenied")) {
			t.Errorf("%s: passed %v, %s", c.name, passed, answer)
		}
	}
}

func TestConditionsThatAreNotPlayedAreRefused(t *testing.T) {
	for from, to := range map[string]string{"ForAllValues:StringLike: {dynamodb:LeadingKeys": "StringLike: {dynamodb:LeadingKeys", "ses:FromAddress": "ses:FromDisplayName", "Effect: Allow": "Effect: Deny"} {
		s, err := template.Parse([]byte(strings.ReplaceAll(stack, from, to)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(s, func(string) {}); err == nil {
			t.Errorf("%s is refused", to)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{{"L#*", "L#a/b[c", true}, {"L#*", "l#a", false}, {"A?#*", "AB#1", true}, {"A", "A", true}, {"A", "AB", false}, {"[A]*", "[A]x", true}, {`\*`, `\x`, true}} {
		if got := like(c.pattern, c.text); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.text, got)
		}
	}
}

func TestRightsAreCountedAsTheyAreNeeded(t *testing.T) {
	s, err := template.Parse([]byte(stack), nil)
	if err != nil {
		t.Fatal(err)
	}
	rights := Rights(s, "list-things")
	if len(rights) != 4*2+1 { // sending is no right about a table
		t.Errorf("%d rights: %v", len(rights), rights)
	}
	p, err := New(s, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	used := map[Right]bool{}
	p.Watch(func(r Right) { used[r] = true })
	h := p.Table(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, pk := range []string{"L#1", "X#1"} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"TableName":"things","Key":{"pk":{"S":"`+pk+`"},"sk":{"S":"H"}}}`))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+AccessKey("list-things")+"/20260101/us-east-1/dynamodb/aws4_request")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	if want := (Right{"list-things", "Read", "dynamodb:GetItem", "L#*"}); len(used) != 1 || !used[want] {
		t.Errorf("used %v, want %v", used, want)
	}
}
