// Package template reads the deployment template (AWS SAM) of the product into plain Go values: functions with
// their limits, environment and permissions, the routes of the HTTP API, schedules, stream consumers, tables and
// generated secrets. It is the only reader of that file, so that a laptop and the cloud never disagree about a
// route or a limit.
//
// It does not know how any of this is run, and it plays no more of CloudFormation than the template uses: an
// intrinsic function, an event source or an event property it does not know is an error, never silence.
package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	"go.yaml.in/yaml/v3"
)

// The account and region that a local stack pretends to stand in.
const (
	AccountID = "000000000000"
	Region    = "us-east-1"
	StackName = "local"
)

// Resource types that the local cloud plays.
const (
	TypeFunction = "AWS::Serverless::Function"
	TypeHTTPAPI  = "AWS::Serverless::HttpApi"
	TypeTable    = "AWS::DynamoDB::Table"
	TypeSecret   = "AWS::SecretsManager::Secret"
	TypeQueue    = "AWS::SQS::Queue"
	TypeTopic    = "AWS::SNS::Topic"

	TypeConfigurationSet     = "AWS::SES::ConfigurationSet"
	TypeMailEventDestination = "AWS::SES::ConfigurationSetEventDestination"
)

// Template is a deployment template with its parameters filled in and its conditions decided.
type Template struct {
	Functions []Function
	API       API
	Tables    []Table
	Secrets   []Secret
	// MailEvents lead what SES tells of mails to topics.
	MailEvents []MailEvents

	// Resources holds every resource whose condition holds, by logical id.
	Resources map[string]Resource
	// Parameters holds each parameter's value as text.
	Parameters map[string]string
}

// Resource is one resource as the template declares it, intrinsic functions resolved.
type Resource struct {
	LogicalID      string
	Type           string
	Properties     map[string]any
	Metadata       map[string]any
	DeletionPolicy string
}

// Function is one Lambda function. Name is the folder of its source under functions/.
type Function struct {
	LogicalID   string
	Name        string
	CodeURI     string
	Runtime     string
	Platform    string // x86_64 or arm64, once deployed
	Timeout     time.Duration
	MemoryMB    int
	Concurrency int // reserved concurrent executions; 0 means none are reserved
	Environment map[string]string
	Statements  []Statement
	Routes      []Route
	Schedules   []Schedule
	Streams     []Stream
	Topics      []string // it is subscribed to
	Async       Async
}

// MailEvents are the kinds of events of a configuration set that go to a
// topic, as SES names the kinds in templates: send, deliveryDelay, ….
type MailEvents struct {
	ConfigurationSet string
	Topic            string
	Kinds            []string
}

// Statement is one statement of a function's own policy.
type Statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string]any
}

// API is the HTTP API: its routes in the order of the template, and the throttle of routes that set none.
type API struct {
	Routes   []Route
	Throttle Throttle
	// DefaultEndpointOff says that only the own domain name answers.
	DefaultEndpointOff bool
}

// Route leads requests of one method and path to a function. Path may hold {name} segments and end in {name+}.
type Route struct {
	Method   string
	Path     string
	Function string
	Throttle Throttle
}

// Key is the route as API Gateway writes it: "GET /v1/invoices/{id}".
func (r Route) Key() string { return r.Method + " " + r.Path }

// Throttle limits requests: Rate per second in the long run, Burst at once. The zero value does not limit.
type Throttle struct {
	Rate  float64
	Burst int
}

// Schedule invokes a function at the times of an EventBridge expression, rate(…) or cron(…).
type Schedule struct {
	Name       string
	Function   string
	Expression string
	TimeZone   string // IANA; empty means UTC
	Input      string // JSON; empty means the scheduled event
}

// Stream feeds the changes of a table to a function. Filters are event patterns as JSON; a record passes when
// any of them matches. MaxRetries and MaxAge below zero mean as long as the record lives. Parallel is how many batches
// Lambda runs at once.
type Stream struct {
	Name            string
	Function        string
	Table           string
	BatchSize       int
	Window          time.Duration
	Parallel        int
	MaxRetries      int
	MaxAge          time.Duration
	Bisect          bool
	PartialFailures bool
	Filters         []string
	OnFailure       string // logical name of the queue that learns of given-up batches; empty for none
}

// Async says what happens to an asynchronous invocation that fails.
type Async struct {
	MaxRetries int
	MaxAge     time.Duration
	OnFailure  string
}

// Table is one table: the JSON body of its CreateTable request and the attribute that TTL reads.
type Table struct {
	Name         string
	CreateTable  json.RawMessage
	TTLAttribute string
}

// Secret is a generated secret: the JSON object Template with Key set to a random text of Length characters.
type Secret struct {
	LogicalID string
	Template  string
	Key       string
	Length    int
}

// Load reads the template at path. Parameters override the template's defaults.
func Load(path string, parameters map[string]string) (*Template, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := Parse(src, parameters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Declares tells whether the template at path has a parameter of that name.
func Declares(path, parameter string) (bool, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	var document struct {
		Parameters map[string]yaml.Node `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal(src, &document); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	_, declared := document.Parameters[parameter]
	return declared, nil
}

// Parse is Load for a template in memory.
func Parse(src []byte, parameters map[string]string) (*Template, error) {
	var document struct {
		Parameters map[string]parameter `yaml:"Parameters"`
		Conditions map[string]yaml.Node `yaml:"Conditions"`
		Globals    yaml.Node            `yaml:"Globals"`
		Resources  yaml.Node            `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(src, &document); err != nil {
		return nil, err
	}
	e := &evaluator{conditions: document.Conditions, resources: map[string]*yaml.Node{}, open: map[string]bool{}}
	var err error
	if e.parameters, err = values(document.Parameters, parameters); err != nil {
		return nil, err
	}
	order, err := e.declare(&document.Resources)
	if err != nil {
		return nil, err
	}
	globals, err := e.object(&document.Globals)
	if err != nil {
		return nil, err
	}
	t := &Template{Resources: map[string]Resource{}, Parameters: map[string]string{}}
	for name, v := range e.parameters {
		t.Parameters[name] = fmt.Sprint(v)
	}
	return t, t.read(e, order, globals)
}

// read fills t from the declared resources, in the order of the file.
func (t *Template) read(e *evaluator, order []string, globals map[string]any) error {
	for _, id := range order {
		r, in, err := e.resource(id)
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		if in {
			t.Resources[id] = r
		}
	}
	for _, id := range order {
		r, in := t.Resources[id]
		if !in {
			continue
		}
		if err := t.add(r, globals); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return t.throttleRoutes()
}

func (t *Template) add(r Resource, globals map[string]any) error {
	switch r.Type {
	case TypeFunction:
		f, err := readFunction(r, globals)
		if err != nil {
			return err
		}
		t.Functions = append(t.Functions, f)
		t.API.Routes = append(t.API.Routes, f.Routes...)
	case TypeTable:
		table, err := readTable(r)
		if err != nil {
			return err
		}
		t.Tables = append(t.Tables, table)
	case TypeSecret:
		secret, err := readSecret(r)
		if err != nil {
			return err
		}
		t.Secrets = append(t.Secrets, secret)
	case TypeMailEventDestination:
		m, err := readMailEvents(r)
		if err != nil {
			return err
		}
		t.MailEvents = append(t.MailEvents, m...)
	}
	return nil
}

// Function returns the function whose source folder is name.
func (t *Template) Function(name string) (Function, bool) {
	for _, f := range t.Functions {
		if f.Name == name {
			return f, true
		}
	}
	return Function{}, false
}

// OfType returns the resources of one type, sorted by logical id.
func (t *Template) OfType(kind string) []Resource {
	var out []Resource
	for _, r := range t.Resources {
		if r.Type == kind {
			out = append(out, r)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].LogicalID < out[j].LogicalID })
	return out
}

type parameter struct {
	Type    string `yaml:"Type"`
	Default any    `yaml:"Default"`
}

// values merges the given parameters over the declared defaults. A given parameter that the template does not
// declare is an error, one without any value too.
func values(declared map[string]parameter, given map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for name, p := range declared {
		v := p.Default
		if text, ok := given[name]; ok {
			v = text
		}
		if v == nil {
			return nil, fmt.Errorf("parameter %s has no value", name)
		}
		out[name] = v
	}
	for name := range given {
		if _, ok := declared[name]; !ok {
			return nil, fmt.Errorf("the template has no parameter %s", name)
		}
	}
	return out, nil
}

var errNotObject = errors.New("is not an object")
