package template

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const small = `
Parameters:
  Sender: {Type: String}
  Days: {Type: Number, Default: 30}
  Domain: {Type: String, Default: ""}
Conditions:
  HasDomain: !Not [!Equals [!Ref Domain, ""]]
  Both: !And [!Condition HasDomain, !Equals [!Ref Days, 30]]
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    Environment: {Variables: {TABLE: !Ref Table, URL: !If [HasDomain, !Sub "https://${Domain}", none]}}
Resources:
  Door:
    Type: AWS::Serverless::HttpApi
    Properties:
      DisableExecuteApiEndpoint: !If [HasDomain, true, false]
      DefaultRouteSettings: {ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200}
      RouteSettings: {"GET /v1/things/{id}": {ThrottlingRateLimit: 1.5, ThrottlingBurstLimit: 3}}
  ListThingsFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .build/list-things/
      Timeout: 7
      Environment: {Variables: {KEYS: !Sub '{"k":"{{resolve:secretsmanager:${Keys}:SecretString:k1}}"}', OWN: !Ref AWS::NoValue}}
      Policies:
        - Statement:
            - {Sid: Read, Effect: Allow, Action: dynamodb:Query, Resource: [!GetAtt Table.Arn, !Sub "${Table.Arn}/index/due"]}
      Events:
        One: {Type: HttpApi, Properties: {ApiId: !Ref Door, Method: get, Path: "/v1/things/{id}"}}
        All: {Type: HttpApi, Properties: {ApiId: !Ref Door, Method: GET, Path: /v1/things}}
        Nightly: {Type: ScheduleV2, Properties: {ScheduleExpression: "cron(0 3 * * ? *)", ScheduleExpressionTimezone: Asia/Riyadh}}
        Changes:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 10
            MaximumRetryAttempts: 3
            BisectBatchOnFunctionError: true
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: {Filters: [{Pattern: '{"eventName":["INSERT"]}'}]}
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Lost.Arn}}
  Elsewhere:
    Type: AWS::SQS::Queue
    Condition: Both
  Lost: {Type: AWS::SQS::Queue}
  Keys:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {SecretStringTemplate: "{}", GenerateStringKey: k1, PasswordLength: 43}}
  Mail:
    Type: AWS::SES::EmailIdentity
    Properties:
      EmailIdentity: !Select [1, !Split ["@", !Ref Sender]]
      Note: !Join ["-", [a, !Sub ["${x}${!y}", {x: b}], !Ref AWS::Region]]
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: things
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
      DeletionProtectionEnabled: true
`

func parseSmall(t *testing.T, parameters map[string]string) *Template {
	t.Helper()
	got, err := Parse([]byte(small), parameters)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFunctionInheritsGlobalsAndKeepsItsOwn(t *testing.T) {
	got := parseSmall(t, map[string]string{"Sender": "a@b.example"})
	table := "arn:aws:dynamodb:us-east-1:000000000000:table/things"
	throttle := Throttle{Rate: 1.5, Burst: 3}
	want := Function{
		LogicalID: "ListThingsFunction", Name: "list-things", CodeURI: ".build/list-things/",
		Timeout: 7 * time.Second, MemoryMB: 256,
		Environment: map[string]string{"TABLE": "things", "URL": "none",
			"KEYS": `{"k":"{{resolve:secretsmanager:Keys:SecretString:k1}}"}`},
		Statements: []Statement{{Sid: "Read", Effect: "Allow", Action: []string{"dynamodb:Query"}, Resource: []string{table, table + "/index/due"}}},
		Routes: []Route{{Method: "GET", Path: "/v1/things", Function: "list-things"},
			{Method: "GET", Path: "/v1/things/{id}", Function: "list-things"}},
		Schedules: []Schedule{{Name: "Nightly", Function: "list-things", Expression: "cron(0 3 * * ? *)", TimeZone: "Asia/Riyadh"}},
		Streams: []Stream{{Name: "Changes", Function: "list-things", Table: "things", BatchSize: 10, Parallel: 1, MaxRetries: 3,
			MaxAge: -time.Second, Bisect: true, PartialFailures: true, Filters: []string{`{"eventName":["INSERT"]}`}, OnFailure: "Lost"}},
		Async: Async{MaxRetries: 2, MaxAge: 6 * time.Hour},
	}
	if diff := cmp.Diff([]Function{want}, got.Functions); diff != "" {
		t.Error(diff)
	}
	wantAPI := API{Throttle: Throttle{100, 200}, Routes: []Route{
		{Method: "GET", Path: "/v1/things", Function: "list-things", Throttle: Throttle{100, 200}},
		{Method: "GET", Path: "/v1/things/{id}", Function: "list-things", Throttle: throttle}}}
	if diff := cmp.Diff(wantAPI, got.API); diff != "" {
		t.Error(diff)
	}
}

func TestConditionsFollowParameters(t *testing.T) {
	for _, c := range []struct {
		name       string
		parameters map[string]string
		url        string
		elsewhere  bool
	}{
		{"no domain", map[string]string{"Sender": "a@b"}, "none", false},
		{"domain", map[string]string{"Sender": "a@b", "Domain": "x.example"}, "https://x.example", true},
		{"domain and other days", map[string]string{"Sender": "a@b", "Domain": "x.example", "Days": "7"}, "https://x.example", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := parseSmall(t, c.parameters)
			if url := got.Functions[0].Environment["URL"]; url != c.url {
				t.Errorf("URL is %q, want %q", url, c.url)
			}
			if _, in := got.Resources["Elsewhere"]; in != c.elsewhere {
				t.Errorf("Elsewhere exists: %v, want %v", in, c.elsewhere)
			}
			if got.API.DefaultEndpointOff != (c.parameters["Domain"] != "") {
				t.Error("the default endpoint is off exactly where there is a domain")
			}
		})
	}
}

func TestTextFunctions(t *testing.T) {
	got := parseSmall(t, map[string]string{"Sender": "a@b.example"}).Resources["Mail"].Properties
	want := map[string]any{"EmailIdentity": "b.example", "Note": "a-b${y}-us-east-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTableBecomesItsCreateRequest(t *testing.T) {
	got := parseSmall(t, map[string]string{"Sender": "a@b"})
	want := `{"BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],` +
		`"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"TableName":"things"}`
	if diff := cmp.Diff([]Table{{Name: "things", CreateTable: json.RawMessage(want), TTLAttribute: "ttl"}}, got.Tables); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Secret{{LogicalID: "Keys", Template: "{}", Key: "k1", Length: 43}}, got.Secrets); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotPlayedIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"unknown function", "!Ref Sender", "!ImportValue Sender", "unknown function"},
		{"long form", "!Ref Table", "{Ref: Table}", "short forms"},
		{"unknown resource", "!Ref Table", "!Ref Tabel", "no resource or parameter Tabel"},
		{"unknown attribute owner", "${Table.Arn}", "${Tabel.Arn}", "no resource or parameter Tabel"},
		{"unknown event source", "Type: ScheduleV2", "Type: S3", "does not play"},
		{"unknown event property", "BatchSize: 10", "BatchSzie: 10", "unknown field"},
		{"events lost at the start", "TRIM_HORIZON", "LATEST", "loses nothing"},
		{"throttle of no route", `"GET /v1/things/{id}": {`, `"GET /v1/other": {`, "does not exist"},
		{"unknown condition", "Condition: Both", "Condition: Bath", "no condition Bath"},
		{"condition in a circle", "!Condition HasDomain", "!Condition Both", "depends on itself"},
		{"name in a circle", "TableName: things", "TableName: !Ref Table", "refers to itself"},
		{"parameter without value", "Default: 30", "Description: days", "parameter Days has no value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(small, c.from) {
				t.Fatalf("%q is not in the template", c.from)
			}
			_, err := Parse([]byte(strings.ReplaceAll(small, c.from, c.to)), map[string]string{"Sender": "a@b"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := Parse([]byte(small), map[string]string{"Sender": "a@b", "Sendr": "x"}); err == nil {
		t.Error("a parameter that is not declared is refused")
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add(small)
	f.Add("Resources: {A: {Type: AWS::DynamoDB::Table, Properties: !Ref A}}")
	f.Add("Resources: {A: {Type: &a [*a], Properties: {B: *a}}}")
	f.Add("Resources: {A: !Sub [x]}\nConditions: {B: !If []}")
	f.Fuzz(func(t *testing.T, src string) {
		_, _ = Parse([]byte(src), map[string]string{"Sender": "a@b"})
	})
}
