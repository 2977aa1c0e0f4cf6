package functiontest

import (
	"encoding/json"
	"strconv"
	"testing"

	"customercenter/infra/local/dynamo"
	"customercenter/shared/center"
	"customercenter/shared/jobs"
	"customercenter/shared/store"
)

// streamLimit is how many changes a test looks at.
const streamLimit = 1000

// Stream is the event with which the table's stream wakes a function: all
// changes of the world after the one numbered after. Last is the number of
// the newest.
func (w *World) Stream(t testing.TB, after uint64) (event []byte, last uint64) {
	t.Helper()
	changes, err := w.Cloud.DB.StreamRecords(w.Cloud.Table, after, streamLimit)
	if err != nil {
		t.Fatal(err)
	}
	records := []any{}
	for _, c := range changes {
		records, last = append(records, streamRecord(c)), c.Sequence
	}
	event, err = json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	return event, last
}

// Letters are all letters of a kind that were ever put, oldest first.
func (w *World) Letters(t testing.TB, kind center.LetterKind) (letters []center.Letter) {
	t.Helper()
	for _, c := range w.changes(t) {
		var keys struct{ PK struct{ S string } }
		if err := json.Unmarshal(c.Keys, &keys); err != nil {
			t.Fatal(err)
		}
		id, ok := store.LetterKey(keys.PK.S)
		if !ok || c.EventName != jobs.Inserted {
			continue
		}
		l, err := w.Store.Letter(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if l.Kind == kind {
			letters = append(letters, l)
		}
	}
	return letters
}

// changes are all that the stream still has.
func (w *World) changes(t testing.TB) (all []dynamo.StreamRecord) {
	t.Helper()
	after := uint64(0)
	for {
		part, err := w.Cloud.DB.StreamRecords(w.Cloud.Table, after, streamLimit)
		if err != nil {
			t.Fatal(err)
		}
		if len(part) == 0 {
			return all
		}
		all, after = append(all, part...), part[len(part)-1].Sequence
	}
}

func streamRecord(c dynamo.StreamRecord) any {
	change := map[string]any{
		"ApproximateCreationDateTime": c.At.Unix(), "Keys": c.Keys, "SequenceNumber": strconv.FormatUint(c.Sequence, 10),
		"StreamViewType": "NEW_AND_OLD_IMAGES",
	}
	if c.NewImage != nil {
		change["NewImage"] = c.NewImage
	}
	if c.OldImage != nil {
		change["OldImage"] = c.OldImage
	}
	return map[string]any{"eventID": strconv.FormatUint(c.Sequence, 16), "eventName": c.EventName, "eventSource": "aws:dynamodb",
		"eventVersion": "1.1", "awsRegion": "eu-central-1", "dynamodb": change}
}
