package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// What AWS assumes where a template says nothing.
const (
	defaultTimeoutSeconds   = 3
	defaultMemoryMB         = 128
	defaultStreamBatch      = 100
	defaultAsyncRetries     = 2
	defaultAsyncAgeSeconds  = 21600
	withoutLimit            = -1
	startAtOldest           = "TRIM_HORIZON"
	reportBatchItemFailures = "ReportBatchItemFailures"
)

type functionProperties struct {
	CodeUri                      string
	Runtime                      string
	Architectures                []string
	Timeout                      int
	MemorySize                   int
	ReservedConcurrentExecutions int
	Environment                  struct{ Variables map[string]any }
	Policies                     []struct{ Statement []statementProperties }
	Events                       map[string]struct {
		Type       string
		Properties json.RawMessage
	}
	EventInvokeConfig *asyncProperties
}

type asyncProperties struct {
	MaximumRetryAttempts     *int
	MaximumEventAgeInSeconds *int
	DestinationConfig        struct{ OnFailure destination }
}

type destination struct{ Type, Destination string }

type statementProperties struct {
	Sid       string
	Effect    string
	Action    texts
	Resource  texts
	Condition map[string]map[string]any
}

// texts is a text or a list of them, as policies write both.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// convert reads a resolved value into a struct by way of JSON, whose names CloudFormation shares.
func convert(from, to any, strict bool) error {
	b, err := json.Marshal(from)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if strict {
		d.DisallowUnknownFields()
	}
	return d.Decode(to)
}

func readFunction(r Resource, globals map[string]any) (Function, error) {
	own := r.Properties
	if shared, ok := globals["Function"].(map[string]any); ok {
		own = merged(shared, own)
	}
	p := functionProperties{Timeout: defaultTimeoutSeconds, MemorySize: defaultMemoryMB}
	if err := convert(own, &p, false); err != nil {
		return Function{}, err
	}
	f := Function{
		LogicalID:   r.LogicalID,
		Name:        path.Base(p.CodeUri),
		CodeURI:     p.CodeUri,
		Runtime:     p.Runtime,
		Platform:    strings.Join(p.Architectures, ","),
		Timeout:     time.Duration(p.Timeout) * time.Second,
		MemoryMB:    p.MemorySize,
		Concurrency: p.ReservedConcurrentExecutions,
		Environment: map[string]string{},
		Async:       readAsync(p.EventInvokeConfig),
	}
	for name, v := range p.Environment.Variables {
		f.Environment[name] = fmt.Sprint(v)
	}
	for _, policy := range p.Policies {
		for _, s := range policy.Statement {
			f.Statements = append(f.Statements, Statement{s.Sid, s.Effect, s.Action, s.Resource, s.Condition})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Events)) {
		event := p.Events[name]
		if err := f.listen(name, event.Type, event.Properties); err != nil {
			return Function{}, fmt.Errorf("event %s: %w", name, err)
		}
	}
	return f, nil
}

// merged lays own over shared: objects are merged, everything else is replaced, as SAM merges Globals.
func merged(shared, own map[string]any) map[string]any {
	out := maps.Clone(shared)
	for k, v := range own {
		a, isObject := out[k].(map[string]any)
		b, alsoObject := v.(map[string]any)
		if isObject && alsoObject {
			v = merged(a, b)
		}
		out[k] = v
	}
	return out
}

func readAsync(p *asyncProperties) Async {
	a := Async{MaxRetries: defaultAsyncRetries, MaxAge: defaultAsyncAgeSeconds * time.Second}
	if p == nil {
		return a
	}
	if p.MaximumRetryAttempts != nil {
		a.MaxRetries = *p.MaximumRetryAttempts
	}
	if p.MaximumEventAgeInSeconds != nil {
		a.MaxAge = time.Duration(*p.MaximumEventAgeInSeconds) * time.Second
	}
	a.OnFailure = queueName(p.DestinationConfig.OnFailure.Destination)
	return a
}

// listen adds one event source to the function.
func (f *Function) listen(name, kind string, properties json.RawMessage) error {
	switch kind {
	case "HttpApi":
		var p struct{ ApiId, Method, Path string }
		if err := convert(properties, &p, true); err != nil {
			return err
		}
		f.Routes = append(f.Routes, Route{Method: strings.ToUpper(p.Method), Path: p.Path, Function: f.Name})
	case "ScheduleV2":
		var p struct {
			ScheduleExpression, ScheduleExpressionTimezone, Input, Description string
			RetryPolicy                                                        map[string]int
			DeadLetterConfig                                                   map[string]string
		}
		if err := convert(properties, &p, true); err != nil {
			return err
		}
		f.Schedules = append(f.Schedules, Schedule{Name: name, Function: f.Name, Expression: p.ScheduleExpression,
			TimeZone: p.ScheduleExpressionTimezone, Input: p.Input})
	case "DynamoDB":
		s, err := readStream(properties)
		if err != nil {
			return err
		}
		s.Name, s.Function = name, f.Name
		f.Streams = append(f.Streams, s)
	case "SNS":
		var p struct{ Topic string }
		if err := convert(properties, &p, true); err != nil {
			return err
		}
		f.Topics = append(f.Topics, p.Topic)
	default:
		return fmt.Errorf("the local cloud does not play event sources of type %s", kind)
	}
	return nil
}

type streamProperties struct {
	Stream                         string
	StartingPosition               string
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	ParallelizationFactor          int
	MaximumRetryAttempts           int
	MaximumRecordAgeInSeconds      int
	BisectBatchOnFunctionError     bool
	FunctionResponseTypes          []string
	FilterCriteria                 struct{ Filters []struct{ Pattern string } }
	DestinationConfig              struct{ OnFailure destination }
}

func readStream(properties json.RawMessage) (Stream, error) {
	p := streamProperties{BatchSize: defaultStreamBatch, MaximumRetryAttempts: withoutLimit,
		MaximumRecordAgeInSeconds: withoutLimit, ParallelizationFactor: 1}
	if err := convert(properties, &p, true); err != nil {
		return Stream{}, err
	}
	if p.StartingPosition != startAtOldest {
		return Stream{}, fmt.Errorf("StartingPosition %q: only %s loses nothing", p.StartingPosition, startAtOldest)
	}
	_, rest, ok := strings.Cut(p.Stream, ":table/")
	if !ok {
		return Stream{}, fmt.Errorf("%q is not the stream of a table", p.Stream)
	}
	table, _, _ := strings.Cut(rest, "/")
	s := Stream{
		Table: table, BatchSize: p.BatchSize, Parallel: p.ParallelizationFactor, MaxRetries: p.MaximumRetryAttempts,
		Window:          time.Duration(p.MaximumBatchingWindowInSeconds) * time.Second,
		MaxAge:          time.Duration(p.MaximumRecordAgeInSeconds) * time.Second,
		Bisect:          p.BisectBatchOnFunctionError,
		PartialFailures: slices.Contains(p.FunctionResponseTypes, reportBatchItemFailures),
		OnFailure:       queueName(p.DestinationConfig.OnFailure.Destination),
	}
	for _, f := range p.FilterCriteria.Filters {
		s.Filters = append(s.Filters, f.Pattern)
	}
	return s, nil
}

// queueName takes the name out of the ARN of a queue.
func queueName(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }
