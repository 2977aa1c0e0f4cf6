package template

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"customercenter/shared/processor/stripe"
)

const deployed = "../../../template.yaml"

// given are the parameters that the template has no default for.
var given = map[string]string{"SenderAddress": "billing@vendor.example"}

// checks are what must hold of the deployment. Each returns what is wrong.
var checks = map[string]func(t *Template) []string{
	"functions":   checkFunctions,
	"permissions": checkPermissions,
	"mail":        checkMail,
	"feedback":    checkFeedback,
	"times":       checkTimes,
	"streams":     checkStreams,
	"schedules":   checkSchedules,
	"table":       checkTable,
	"door":        checkDoor,
	"secrets":     checkSecrets,
	"logs":        checkLogs,
	"alarms":      checkAlarms,
	"silence":     checkSilence,
	"figures":     checkFigures,
	"dashboard":   checkDashboard,
	"runbooks":    checkRunbooks,
}

func findings(t *Template) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		for _, f := range checks[name](t) {
			out = append(out, name+": "+f)
		}
	}
	return out
}

func TestTheDeploymentKeepsItsRules(t *testing.T) {
	got, err := Load(deployed, given)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings(got) {
		t.Error(f)
	}
	withDomain := map[string]string{"DomainName": "center.vendor.example"}
	maps.Copy(withDomain, given)
	if got, err = Load(deployed, withDomain); err != nil {
		t.Fatal(err)
	}
	if !got.API.DefaultEndpointOff || got.Functions[0].Environment["CENTER_BASE_URL"] != "https://center.vendor.example" {
		t.Error("with a domain of its own the API has no other address")
	}
}

// TestKeysAreRotatedByTwoParameters: what the key before sealed still opens.
func TestKeysAreRotatedByTwoParameters(t *testing.T) {
	rotated := map[string]string{"CurrentKey": "k2", "PreviousKey": "k1"}
	maps.Copy(rotated, given)
	got, err := Load(deployed, rotated)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"current":"k2","keys":{"k1":"{{resolve:secretsmanager:Keys:SecretString:k1}}=","k2":"{{resolve:secretsmanager:Keys:SecretString:k2}}="}}`
	keyed := 0
	for _, f := range got.Functions {
		if v := f.Environment["CENTER_KEYS"]; v != "" {
			keyed++
			if v != want {
				t.Errorf("%s: %s", f.Name, v)
			}
		}
	}
	if keyed == 0 {
		t.Error("no function has keys")
	}
}

// TestTheRulesFindWhatBreaksThem shows that each rule sees what it is for.
func TestTheRulesFindWhatBreaksThem(t *testing.T) {
	src, err := os.ReadFile(deployed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, finding string }{
		{"Metadata: {SkipBuild: true}", "Metadata: {SkipBuild: false}", "functions: "},
		{"CodeUri: .build/get-invoice/", "CodeUri: .build/get-invoices/", "functions: "},
		{"provided.al2023", "provided.al2", "functions: "},
		{`GOMAXPROCS: "1"`, `GOMAXPROCS: "2"`, "functions: "},
		{"[dynamodb:GetItem, dynamodb:Query]", "[dynamodb:GetItem, dynamodb:Scan]", "permissions: "},
		{"[dynamodb:GetItem, dynamodb:Query]", `["dynamodb:*"]`, "permissions: "},
		{`["Z#*", "M#*"]`, `["Z#*", "*"]`, "permissions: "},
		{`["Z#*", "M#*"]`, `["Z#*", "Q?*"]`, "permissions: "},
		{`"Null": {dynamodb:LeadingKeys: "false"}`, `"Null": {dynamodb:LeadingKeys: "true"}`, "permissions: "},
		{"Action: [dynamodb:PutItem]", "Action: [dynamodb:PutItem, dynamodb:DeleteItem]", "permissions: "},
		{"StringEquals: {ses:FromAddress: !Ref SenderAddress}", "StringEquals: {ses:FromDisplayName: x}", "mail: "},
		{"complaint, reject, renderingFailure]", "complaint, reject]", "feedback: "},
		{"Feedback: {Type: SNS, Properties: {Topic: !Ref MailFeedback}}", "Feedback: {Type: SNS, Properties: {Topic: !Ref Alarms}}", "feedback: "},
		{"AWS:SourceArn: !Sub", "AWS:SourceName: !Sub", "feedback: "},
		{"Timeout: 25", "Timeout: 29", "times: "},
		{"Timeout: 60", "Timeout: 90", "times: "},
		{"FunctionResponseTypes: [ReportBatchItemFailures]", "FunctionResponseTypes: []", "streams: "},
		{"OnFailure: {Type: SQS, Destination: !GetAtt DeadLetters.Arn}", "OnFailure: {Type: SQS}", "streams: "},
		{"DeletionPolicy: Retain", "DeletionPolicy: Delete", "table: "},
		{"PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "table: "},
		{"DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false", "table: "},
		{"SSEEnabled: true", "SSEEnabled: false", "table: "},
		{"ThrottlingRateLimit: 500", "ThrottlingRateLimit: 0", "door: "},
		{`:SecretString:${CurrentKey}}}="}}'`, `:SecretString:${CurrentKey}}}="},"spare":"c2VjcmV0"}'`, "secrets: "},
		{"CENTER_SENDER: !Ref SenderAddress", `CENTER_NOW: "2026-01-01T00:00:00Z"`, "secrets: "},
		{"RetentionInDays: !Ref LogRetentionDays", "KmsKeyId: none", "logs: "},
		{`"ip":"$context.identity.sourceIp",`, "", "logs: "},
		{"$context.routeKey", "$context.path", "logs: "},
		{"MetricName: ApproximateNumberOfMessagesVisible", "MetricName: NumberOfMessagesSent", "alarms: "},
		{"MetricName: Reputation.BounceRate", "MetricName: Reputation.Rate", "alarms: "},
		{"AlarmActions: [!Ref Alarms]", "AlarmActions: []", "alarms: "},
		{"TreatMissingData: breaching", "TreatMissingData: notBreaching", "silence: "},
		{"$.overdueSeconds", "$.overdue", "figures: "},
		{"payment needs an operator", "payment wants an operator", "figures: "},
		{"MetricName: ReconciledDifferences, MetricValue", "MetricName: Differences, MetricValue", "figures: "},
		{`"x": 16, "y": 6`, `"x": 16 "y": 6`, "dashboard: "},
		{`"Reputation.BounceRate"`, `"Reputation.Bounces"`, "dashboard: "},
		{`Runbook "A payment hangs"`, `Runbook "Unwritten"`, "runbooks: "},
	} {
		if !strings.Contains(string(src), c.from) {
			t.Errorf("%q is no longer in the template", c.from)
			continue
		}
		broken, err := Parse([]byte(strings.ReplaceAll(string(src), c.from, c.to)), given)
		if err != nil {
			t.Errorf("%q: %v", c.to, err)
			continue
		}
		if got := findings(broken); !slices.ContainsFunc(got, func(f string) bool { return strings.HasPrefix(f, c.finding) }) {
			t.Errorf("%q is not found: %q", c.to, got)
		}
	}
}

func TestEveryFunctionIsDeployedAndNoOther(t *testing.T) {
	got, err := Load(deployed, given)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob("../../../functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var have, want []string
	for _, f := range folders {
		want = append(want, filepath.Base(filepath.Dir(f)))
	}
	for _, f := range got.Functions {
		have = append(have, f.Name)
	}
	slices.Sort(have)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("folders of functions against the template: %s", diff)
	}
}

func TestRoutesAreThoseOfTheContract(t *testing.T) {
	src, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Paths map[string]map[string]yaml.Node
	}
	if err := yaml.Unmarshal(src, &contract); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"GET /": "serve-portal", "GET /{proxy+}": "serve-portal"} // pages are no part of the API
	for path, operations := range contract.Paths {
		for method, operation := range operations {
			var o struct {
				Function string `yaml:"x-function"`
			}
			if err := operation.Decode(&o); err == nil && o.Function != "" {
				want[strings.ToUpper(method)+" "+path] = o.Function
			}
		}
	}
	got, err := Load(deployed, given)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, r := range got.API.Routes {
		have[r.Key()] = r.Function
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("openapi.yaml against template.yaml: %s", diff)
	}
}

func checkFunctions(t *Template) (out []string) {
	for _, f := range t.Functions {
		r := t.Resources[f.LogicalID]
		if f.LogicalID != pascal(f.Name)+"Function" || f.CodeURI != ".build/"+f.Name+"/" {
			out = append(out, fmt.Sprintf("%s is built from %s", f.LogicalID, f.CodeURI))
		}
		if r.Metadata["SkipBuild"] != true {
			out = append(out, f.Name+": sam would build it in its own way")
		}
		if f.Runtime != "provided.al2023" || f.Platform != "arm64" {
			out = append(out, f.Name+" runs on "+f.Runtime+" "+f.Platform)
		}
		if r.Properties["Role"] != nil {
			out = append(out, f.Name+" shares a role")
		}
		if f.Environment["GOMAXPROCS"] != "1" || f.MemoryMB < 256 || f.MemoryMB > 512 {
			out = append(out, fmt.Sprintf("%s: %d MB, GOMAXPROCS %s", f.Name, f.MemoryMB, f.Environment["GOMAXPROCS"]))
		}
	}
	return out
}

func pascal(kebab string) (out string) {
	for word := range strings.SplitSeq(kebab, "-") {
		out += strings.ToUpper(word[:1]) + word[1:]
	}
	return out
}

// kinds are the kinds of items that a partition key can begin with.
// auditActions are what anybody may do with the audit: add to it and read it.
var auditActions = map[string]bool{"dynamodb:PutItem": true, "dynamodb:Query": true, "dynamodb:GetItem": true}

var kinds = regexp.MustCompile(`^(A|AT|C|CA|CH|E|F|I|J|L|M|MG|N|O|P|R|RB|U|W|WAIT|X|Z|EVT|Q)#\*$`)

// named are the actions on the table that functions may have; none reads it whole or changes the table itself.
var named = regexp.MustCompile(`^dynamodb:(GetItem|BatchGetItem|Query|PutItem|UpdateItem|DeleteItem|ConditionCheckItem|BatchWriteItem)$`)

func checkPermissions(t *Template) (out []string) {
	for _, f := range t.Functions {
		for _, s := range f.Statements {
			say := func(format string, args ...any) {
				out = append(out, f.Name+", "+s.Sid+": "+fmt.Sprintf(format, args...))
			}
			if s.Sid == "" || s.Effect != "Allow" || len(s.Action) == 0 || len(s.Resource) == 0 {
				say("it is not a named permission")
			}
			for _, r := range s.Resource {
				if strings.Contains(r, "*") {
					say("resource %s", r)
				}
			}
			if strings.HasPrefix(s.Action[0], "ses:") {
				continue
			}
			for _, a := range s.Action {
				if !named.MatchString(a) {
					say("action %s", a)
				}
			}
			prefixes, _ := s.Condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"].([]any)
			if len(prefixes) == 0 || s.Condition["Null"]["dynamodb:LeadingKeys"] != "false" {
				say("any key, or none, would do")
			}
			for _, p := range prefixes {
				if !kinds.MatchString(fmt.Sprint(p)) {
					say("%v is not a kind of item", p)
				}
				if p == "Z#*" && slices.ContainsFunc(s.Action, func(a string) bool { return !auditActions[a] }) {
					say("the audit is only added to")
				}
			}
		}
	}
	return out
}

func checkMail(t *Template) (out []string) {
	for _, f := range t.Functions {
		for _, s := range f.Statements {
			if !strings.HasPrefix(s.Action[0], "ses:") {
				continue
			}
			if !slices.Equal(s.Action, []string{"ses:SendRawEmail"}) || s.Condition["StringEquals"]["ses:FromAddress"] != given["SenderAddress"] {
				out = append(out, f.Name+" may send as anyone")
			}
			if f.Name != "deliver-mail" {
				out = append(out, f.Name+" reaches SES; letters leave by the stream")
			}
		}
	}
	return out
}

// heard are the events of mails that somebody must work on.
var heard = []string{"send", "delivery", "deliveryDelay", "bounce", "complaint", "reject", "renderingFailure"}

// checkFeedback keeps the way open by which SES tells what became of letters.
func checkFeedback(t *Template) (out []string) {
	for _, set := range t.OfType(TypeConfigurationSet) {
		for _, kind := range heard {
			reaches := slices.ContainsFunc(t.MailEvents, func(m MailEvents) bool {
				return m.ConfigurationSet == set.LogicalID && slices.Contains(m.Kinds, kind) && slices.ContainsFunc(t.Functions, func(f Function) bool {
					return slices.Contains(f.Topics, m.Topic) && t.Resources[f.Async.OnFailure].Type == TypeQueue
				})
			})
			if !reaches {
				out = append(out, fmt.Sprintf("nobody works on %s of %s", kind, set.LogicalID))
			}
		}
	}
	for _, topic := range t.OfType(TypeTopic) {
		published := slices.ContainsFunc(t.MailEvents, func(m MailEvents) bool { return m.Topic == topic.LogicalID })
		policy := fmt.Sprint(t.Resources[topic.LogicalID+"Policy"].Properties["PolicyDocument"])
		if published && (!strings.Contains(policy, "ses.amazonaws.com") || !strings.Contains(policy, "AWS:SourceArn")) {
			out = append(out, topic.LogicalID+": not SES alone, for our mail alone, may publish")
		}
	}
	return out
}

// checkTimes keeps functions shorter than whoever waits for them.
func checkTimes(t *Template) (out []string) {
	const gatewayTimeout, longest, background = 30 * time.Second, 20 * time.Second, 60 * time.Second
	const importing, paying = 25 * time.Second, 25 * time.Second
	for _, f := range t.Functions {
		limit := longest
		switch {
		case f.Name == "import-documents":
			limit = importing
		case f.Name == "pay-invoices":
			limit = paying
		case len(f.Routes) == 0:
			limit = background
		}
		if f.Environment["CENTER_PROCESSOR_KEY"] != "" && f.Timeout <= stripe.CallLimit {
			out = append(out, fmt.Sprintf("%s ends in %v, before the processor is given up", f.Name, f.Timeout))
		}
		if f.Timeout < 3*time.Second || f.Timeout > limit || (len(f.Routes) > 0 && f.Timeout >= gatewayTimeout) {
			out = append(out, fmt.Sprintf("%s may take %v", f.Name, f.Timeout))
		}
	}
	return out
}

func checkStreams(t *Template) (out []string) {
	for _, f := range t.Functions {
		for _, s := range f.Streams {
			if !s.PartialFailures || !s.Bisect || s.MaxRetries < 1 || s.MaxAge <= 0 || len(s.Filters) == 0 {
				out = append(out, fmt.Sprintf("%s, %s: %+v", f.Name, s.Name, s))
			}
			if t.Resources[s.OnFailure].Type != TypeQueue {
				out = append(out, f.Name+": what it gives up is lost")
			}
		}
	}
	return out
}

func checkSchedules(t *Template) (out []string) {
	for _, f := range t.Functions {
		if len(f.Schedules) > 0 && t.Resources[f.Async.OnFailure].Type != TypeQueue {
			out = append(out, f.Name+": a schedule that fails is lost")
		}
	}
	return out
}

func checkTable(t *Template) (out []string) {
	r := t.Resources["Table"]
	for _, c := range []struct{ what, want, have string }{
		{"deletion policy", "Retain", r.DeletionPolicy},
		{"deletion protection", "true", fmt.Sprint(r.Properties["DeletionProtectionEnabled"])},
		{"recovery", "map[PointInTimeRecoveryEnabled:true]", fmt.Sprint(r.Properties["PointInTimeRecoverySpecification"])},
		{"encryption", "map[SSEEnabled:true]", fmt.Sprint(r.Properties["SSESpecification"])},
		{"billing", "PAY_PER_REQUEST", fmt.Sprint(r.Properties["BillingMode"])},
		{"stream", "map[StreamViewType:NEW_AND_OLD_IMAGES]", fmt.Sprint(r.Properties["StreamSpecification"])},
		{"expiry", "map[AttributeName:ttl Enabled:true]", fmt.Sprint(r.Properties["TimeToLiveSpecification"])},
	} {
		if c.have != c.want {
			out = append(out, fmt.Sprintf("%s is %s, want %s", c.what, c.have, c.want))
		}
	}
	return out
}

func checkDoor(t *Template) (out []string) {
	for _, r := range t.API.Routes {
		if r.Throttle.Rate <= 0 || r.Throttle.Burst <= 0 {
			out = append(out, r.Key()+" is not throttled")
		}
		if strings.HasPrefix(r.Path, "/v1/sign-in/") && r.Throttle.Rate > 20 {
			out = append(out, r.Key()+" is open to guessing")
		}
	}
	if t.API.DefaultEndpointOff {
		out = append(out, "without a domain of its own nothing answers")
	}
	return out
}

// plain are the values that may stand in the environment as they are; everything secret is a reference.
var plain = regexp.MustCompile(`^\{"current":"(k\d)","keys":\{"k\d":"\{\{resolve:secretsmanager:Keys:SecretString:k\d\}\}=","k\d":"\{\{resolve:secretsmanager:Keys:SecretString:k\d\}\}="\}\}$`)

func checkSecrets(t *Template) (out []string) {
	for _, f := range t.Functions {
		for name, v := range f.Environment {
			if name == "CENTER_NOW" || strings.HasPrefix(name, "AWS_") {
				out = append(out, f.Name+": "+name+" is set here alone")
			}
			if name == "CENTER_KEYS" && !plain.MatchString(v) {
				out = append(out, f.Name+": its keys are not a reference")
			}
		}
	}
	return append(out, checkKeys(t)...)
}

// checkKeys compares who is given keys with who does not start without them.
func checkKeys(t *Template) (out []string) {
	for _, f := range t.Functions {
		main, err := os.ReadFile(filepath.Join("..", "..", "..", "functions", f.Name, "main.go"))
		if err != nil {
			return append(out, err.Error())
		}
		needs, has := bytes.Contains(main, []byte("settings.Keys")), f.Environment["CENTER_KEYS"] != ""
		if has && !needs {
			out = append(out, f.Name+" has keys that it does not need")
		}
		if needs && !has {
			out = append(out, f.Name+" does not start: it needs keys and has none")
		}
	}
	return out
}

func checkLogs(t *Template) (out []string) {
	groups := t.OfType("AWS::Logs::LogGroup")
	for _, g := range groups {
		if fmt.Sprint(g.Properties["RetentionInDays"]) != "30" {
			out = append(out, g.LogicalID+" is kept for ever")
		}
	}
	if len(groups) < 2 {
		out = append(out, "functions and requests are logged")
	}
	// Who floods or guesses has no session: when and from where is all there is of her.
	access := fmt.Sprint(t.Resources["Api"].Properties["AccessLogSettings"])
	for _, named := range []string{"$context.requestId", "$context.requestTime", "$context.identity.sourceIp", "$context.routeKey", "$context.status"} {
		if !strings.Contains(access, named+`"`) {
			out = append(out, "requests are logged without "+named)
		}
	}
	// Addresses of the portal hold what was searched for, and those of calendars and letters a token.
	for _, path := range []string{"$context.path", "$context.http"} {
		if strings.Contains(access, path) {
			out = append(out, "requests are logged with "+path)
		}
	}
	return out
}
