package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// log is a Source in memory.
type log struct {
	mu      sync.Mutex
	records []Record
	grown   chan struct{}
}

func newLog() *log { return &log{grown: make(chan struct{})} }

func (l *log) add(event, pk string) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(len(l.records) + 1)
	l.records = append(l.records, Record{Sequence: n, EventName: event, At: time.Now(), Kept: time.Now(),
		Keys: json.RawMessage(fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":"H"}}`, pk))})
	close(l.grown)
	l.grown = make(chan struct{})
	return n
}

func (l *log) Records(_ string, after uint64, limit int) ([]Record, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := l.records[min(after, uint64(len(l.records))):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (l *log) Wait(ctx context.Context, _ string, after uint64) error {
	l.mu.Lock()
	grown, there := l.grown, uint64(len(l.records)) > after
	l.mu.Unlock()
	if there {
		return nil
	}
	select {
	case <-grown:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// function is the consumer's function: answer decides what becomes of the record numbers of an event.
type function struct {
	mu     sync.Mutex
	calls  [][]string
	answer func(call int, numbers []string) (string, error)
}

func (f *function) invoke(_ context.Context, _ string, payload []byte) ([]byte, error) {
	var event struct {
		Records []struct {
			Dynamodb struct{ SequenceNumber string }
		}
	}
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	var numbers []string
	for _, r := range event.Records {
		numbers = append(numbers, r.Dynamodb.SequenceNumber)
	}
	f.mu.Lock()
	f.calls = append(f.calls, numbers)
	n := len(f.calls)
	f.mu.Unlock()
	if f.answer == nil {
		return nil, nil
	}
	body, err := f.answer(n, numbers)
	return []byte(body), err
}

func (f *function) heard() [][]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// run delivers what is in the log until every record is done or given up.
func run(t *testing.T, l *log, f *function, m Mapping, folder string) []GivenUp {
	t.Helper()
	var given []GivenUp
	m.Name, m.Function, m.Table = "Changes", "consume", "things"
	c, err := New(m, Options{Source: l, Invoke: f.invoke, Folder: folder, Now: time.Now, Tell: func(line string) { t.Log(line) },
		GiveUp: func(g GivenUp) { given = append(given, g) }, Backoff: func(int) time.Duration { return time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	stopped := make(chan struct{})
	go func() { c.Run(ctx); close(stopped) }()
	for end := uint64(len(l.records)); ctx.Err() == nil && c.Done() < end; {
		time.Sleep(time.Millisecond)
	}
	if ctx.Err() != nil {
		t.Fatalf("the consumer is stuck at %d; it heard %v", c.Done(), f.heard())
	}
	cancel()
	<-stopped
	return given
}

func failures(numbers ...string) string {
	var items []string
	for _, n := range numbers {
		items = append(items, fmt.Sprintf(`{"itemIdentifier":%q}`, n))
	}
	return `{"batchItemFailures":[` + strings.Join(items, ",") + `]}`
}

func tenRecords() *log {
	l := newLog()
	for range 10 {
		l.add("INSERT", "M#1")
	}
	return l
}

func TestOneFailingRecordOfTenIsRetriedWithWhatFollowsIt(t *testing.T) {
	f := &function{answer: func(call int, _ []string) (string, error) {
		if call < 3 {
			return failures("7", "4"), nil
		}
		return failures(), nil
	}}
	given := run(t, tenRecords(), f, Mapping{BatchSize: 10, MaxRetries: 2, MaxAge: -1, PartialFailures: true}, t.TempDir())
	rest := []string{"4", "5", "6", "7", "8", "9", "10"}
	want := [][]string{{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, rest, rest}
	if diff := cmp.Diff(want, f.heard()); diff != "" || len(given) != 0 {
		t.Errorf("given up: %+v, deliveries: %s", given, diff)
	}
}

func TestWhatFailsForeverIsGivenUpAndTheStreamGoesOn(t *testing.T) {
	for _, c := range []struct {
		name    string
		mapping Mapping
		answer  func(call int, numbers []string) (string, error)
		first   uint64
		last    uint64
		calls   int
	}{
		{"a reported record, with what follows it", Mapping{BatchSize: 5, PartialFailures: true},
			func(_ int, n []string) (string, error) {
				if slices.Contains(n, "4") {
					return failures("4"), nil
				}
				return "", nil
			}, 4, 5, 4},
		{"an error, with its whole batch", Mapping{BatchSize: 5},
			func(_ int, n []string) (string, error) {
				if slices.Contains(n, "4") {
					return "", errors.New("boom")
				}
				return "", nil
			}, 1, 5, 4},
		{"an error, alone where batches are halved", Mapping{BatchSize: 8, Bisect: true},
			func(_ int, n []string) (string, error) {
				if slices.Contains(n, "4") {
					return "", errors.New("boom")
				}
				return "", nil
			}, 4, 4, 10},
		{"an answer that is no list of failures", Mapping{BatchSize: 5, PartialFailures: true},
			func(_ int, n []string) (string, error) {
				if slices.Contains(n, "4") {
					return `"fine"`, nil
				}
				return failures(), nil
			}, 1, 5, 4},
		{"a failure that names no record", Mapping{BatchSize: 5, PartialFailures: true},
			func(_ int, n []string) (string, error) {
				if slices.Contains(n, "4") {
					return failures("99"), nil
				}
				return "null", nil
			}, 1, 5, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := &function{answer: c.answer}
			c.mapping.MaxRetries, c.mapping.MaxAge = 2, -1
			given := run(t, tenRecords(), f, c.mapping, t.TempDir())
			if len(given) != 1 || given[0].First != c.first || given[0].Last != c.last || given[0].Condition != "RetryAttemptsExhausted" {
				t.Errorf("given up: %+v", given)
			}
			calls := f.heard()
			if last := calls[len(calls)-1]; last[len(last)-1] != "10" || len(calls) != c.calls {
				t.Errorf("%d calls, want %d and the last record last: %v", len(calls), c.calls, calls)
			}
		})
	}
}

func TestOnlyWhatMatchesIsDelivered(t *testing.T) {
	l, want := newLog(), [][]string{}
	for i := range 2500 {
		pk, event := "I#1", "INSERT"
		if i%1000 == 7 {
			pk = "M#1"
		}
		if i == 2007 {
			event = "MODIFY"
		}
		if n := l.add(event, pk); pk == "M#1" && event == "INSERT" {
			want = append(want, []string{fmt.Sprint(n)})
		}
	}
	f := &function{}
	run(t, l, f, Mapping{BatchSize: 10, MaxAge: -1, Filters: []string{`{"eventName":["INSERT"],"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"M#"}]}}}}`}}, t.TempDir())
	if diff := cmp.Diff(want, f.heard()); diff != "" {
		t.Error(diff)
	}
}

func TestAStartContinuesWhereTheLastStopped(t *testing.T) {
	l, folder := tenRecords(), t.TempDir()
	run(t, l, &function{}, Mapping{BatchSize: 4, MaxAge: -1}, folder)
	l.add("INSERT", "M#2")
	f := &function{}
	run(t, l, f, Mapping{BatchSize: 4, MaxAge: -1}, folder)
	if diff := cmp.Diff([][]string{{"11"}}, f.heard()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasNotAnsweredIsDeliveredAgain(t *testing.T) {
	l, folder := tenRecords(), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	c, err := New(Mapping{Name: "Changes", Function: "consume", BatchSize: 10, MaxAge: -1}, Options{Source: l, Folder: folder, Now: time.Now,
		Invoke: func(context.Context, string, []byte) ([]byte, error) { cancel(); return nil, ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	c.Run(ctx)
	f := &function{}
	run(t, l, f, Mapping{BatchSize: 10, MaxAge: -1}, folder)
	if got := f.heard(); len(got) != 1 || len(got[0]) != 10 {
		t.Errorf("delivered %v", got)
	}
}

func TestAnAttemptThatCouldNotBeginDoesNotCount(t *testing.T) {
	f := &function{answer: func(call int, _ []string) (string, error) {
		if call < 6 {
			return "", fmt.Errorf("compiling: %w", ErrNotNow)
		}
		return "", nil
	}}
	if given := run(t, tenRecords(), f, Mapping{BatchSize: 10, MaxRetries: 1, MaxAge: -1}, t.TempDir()); len(given) != 0 {
		t.Errorf("given up: %+v", given)
	}
}

func TestOldRecordsAreGivenUp(t *testing.T) {
	l := tenRecords()
	for i := range 3 {
		l.records[i].Kept = time.Now().Add(-time.Hour)
	}
	f := &function{}
	given := run(t, l, f, Mapping{BatchSize: 10, MaxRetries: -1, MaxAge: time.Minute}, t.TempDir())
	if len(given) != 1 || given[0].Size != 3 || given[0].Condition != "MaximumRecordAgeExceeded" {
		t.Errorf("given up: %+v", given)
	}
	if diff := cmp.Diff([][]string{{"4", "5", "6", "7", "8", "9", "10"}}, f.heard()); diff != "" {
		t.Error(diff)
	}
}

func TestAClockThatWasSkippedAheadMakesNoRecordOld(t *testing.T) {
	l, f := tenRecords(), &function{}
	for i := range l.records {
		l.records[i].At = time.Now().AddDate(0, 0, -30)
	}
	if given := run(t, l, f, Mapping{BatchSize: 10, MaxRetries: -1, MaxAge: time.Minute}, t.TempDir()); len(given) != 0 || len(f.heard()) != 1 {
		t.Errorf("given up: %+v, heard %v", given, f.heard())
	}
}

func TestAWindowGathersABatch(t *testing.T) {
	l, f := newLog(), &function{}
	l.add("INSERT", "M#1")
	time.AfterFunc(30*time.Millisecond, func() { l.add("INSERT", "M#2") })
	c, err := New(Mapping{Name: "Changes", Function: "consume", BatchSize: 10, Window: 150 * time.Millisecond, MaxAge: -1},
		Options{Source: l, Folder: t.TempDir(), Now: time.Now, Invoke: f.invoke})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	c.Run(ctx)
	if diff := cmp.Diff([][]string{{"1", "2"}}, f.heard()); diff != "" {
		t.Error(diff)
	}
}

func TestTheEventIsDynamoDBs(t *testing.T) {
	c, err := New(Mapping{Name: "Changes", Function: "consume", Table: "things", BatchSize: 1}, Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	payload, carried := c.event([]Record{{Sequence: 12, EventName: "REMOVE", At: time.Unix(1700000000, 5), ByTTL: true,
		Keys: json.RawMessage(`{"pk":{"S":"a"}}`), OldImage: json.RawMessage(`{"pk":{"S":"a"},"n":{"N":"1"}}`)}})
	want := `{"Records":[{"eventID":"0000000000000000000000000000000c","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb",` +
		`"awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1700000000,"Keys":{"pk":{"S":"a"}},"OldImage":{"pk":{"S":"a"},"n":{"N":"1"}},` +
		`"SequenceNumber":"12","SizeBytes":46,"StreamViewType":"NEW_AND_OLD_IMAGES"},` +
		`"eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/local",` +
		`"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}}]}`
	if diff := cmp.Diff(want, string(payload)); diff != "" || carried != 1 {
		t.Error(carried, diff)
	}
	large := Record{Sequence: 1, Keys: json.RawMessage(`{}`), NewImage: json.RawMessage(`"` + strings.Repeat("x", 4<<20) + `"`)}
	if _, carried := c.event([]Record{large, large, large}); carried != 1 {
		t.Errorf("an event of 6 MB carries one record of 4 MB, not %d", carried)
	}
}

func TestFilterRules(t *testing.T) {
	r := Record{EventName: "INSERT", Keys: json.RawMessage(`{"pk":{"S":"M#7"}}`), NewImage: json.RawMessage(`{"state":{"S":"pending"},"done":{"BOOL":true}}`)}
	for _, c := range []struct {
		pattern string
		want    bool
	}{
		{`{"eventName":["MODIFY","INSERT"]}`, true},
		{`{"eventName":["REMOVE"]}`, false},
		{`{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"M#"}]}}}}`, true},
		{`{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"L#"},{"suffix":"7"}]}}}}`, true},
		{`{"dynamodb":{"Keys":{"sk":{"S":[{"prefix":""}]}}}}`, false},
		{`{"dynamodb":{"NewImage":{"state":{"S":["pending"]},"done":{"BOOL":[true]}}}}`, true},
		{`{"dynamodb":{"NewImage":{"state":{"S":["sent"]}}}}`, false},
		{`{"dynamodb":{"NewImage":{"state":{"S":[{"anything-but":"sent"}]}}}}`, true},
		{`{"dynamodb":{"OldImage":[{"exists":false}]}}`, true},
		{`{"dynamodb":{"NewImage":{"ttl":[{"exists":true}]}}}`, false},
	} {
		f, err := parseFilter([]string{c.pattern})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.matches(r); got != c.want {
			t.Errorf("%s: %v", c.pattern, got)
		}
	}
	for _, bad := range []string{`[]`, `{"eventName":"INSERT"}`, `{"eventName":[{"numeric":["=",1]}]}`, `{"a":[{"prefix":"x","suffix":"y"}]}`} {
		if _, err := New(Mapping{Filters: []string{bad}}, Options{Folder: t.TempDir()}); err == nil {
			t.Errorf("%s is refused", bad)
		}
	}
}

func TestBackoffGrowsToItsBound(t *testing.T) {
	for retry, want := range map[int]time.Duration{0: 200 * time.Millisecond, 3: 1600 * time.Millisecond, 40: longestBackoff} {
		if got := backoff(retry); got != want {
			t.Errorf("retry %d: %v, want %v", retry, got, want)
		}
	}
}
