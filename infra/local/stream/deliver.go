package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// deliver hands the batch to the function until every record is done or given up. It is false where the context
// ended before.
func (c *Consumer) deliver(ctx context.Context, batch []Record, retries int) bool {
	for len(batch) > 0 {
		if expired := c.expired(batch); expired > 0 {
			c.giveUp(batch[:expired], "MaximumRecordAgeExceeded", retries, "too old")
			batch, retries = batch[expired:], 0
			continue
		}
		done, whole, err := c.try(ctx, batch)
		switch {
		case whole:
			batch, retries = batch[done:], 0
			continue
		case ctx.Err() != nil:
			return false
		case errors.Is(err, ErrNotNow):
			if !pause(ctx, c.options.Backoff(0)) {
				return false
			}
			continue
		case done > 0:
			// Progress: the rest starts anew at the record that failed.
			batch, retries = batch[done:], 0
		case err != nil && c.mapping.Bisect && len(batch) > 1:
			// Halving finds a poisonous record without spending its neighbours' retries.
			half := len(batch) / 2
			if !pause(ctx, c.options.Backoff(retries)) || !c.deliver(ctx, batch[:half], retries) {
				return false
			}
			batch = batch[half:]
			continue
		}
		if c.mapping.MaxRetries >= 0 && retries >= c.mapping.MaxRetries {
			c.giveUp(batch, "RetryAttemptsExhausted", retries+1, cause(err))
			return true
		}
		if !pause(ctx, c.options.Backoff(retries)) {
			return false
		}
		retries++
	}
	return true
}

func cause(err error) string {
	if err == nil {
		return "the function reported failures"
	}
	return err.Error()
}

// expired counts the records at the front of the batch that are older than the mapping allows.
func (c *Consumer) expired(batch []Record) int {
	if c.mapping.MaxAge < 0 {
		return 0
	}
	n := 0
	for n < len(batch) && c.options.Now().Sub(batch[n].Kept) > c.mapping.MaxAge {
		n++
	}
	return n
}

func (c *Consumer) giveUp(batch []Record, condition string, attempts int, cause string) {
	c.options.GiveUp(GivenUp{Mapping: c.mapping, Condition: condition, Attempts: attempts,
		First: batch[0].Sequence, Last: batch[len(batch)-1].Sequence, Size: len(batch), Cause: cause})
}

// try invokes the function once, with as much of the batch as an event carries, and returns how many records from
// the front are done; whole says that none of those it carried failed.
func (c *Consumer) try(ctx context.Context, batch []Record) (done int, whole bool, err error) {
	payload, carried := c.event(batch)
	answer, err := c.options.Invoke(ctx, c.mapping.Function, payload)
	if err != nil {
		return 0, false, err
	}
	if !c.mapping.PartialFailures {
		return carried, true, nil
	}
	done, err = firstFailure(answer, batch[:carried])
	return done, err == nil && done == carried, err
}

var errAnswer = errors.New("the answer is not a list of batch item failures")

// firstFailure is the index of the first record that the answer names, the length of the batch where it names
// none. An answer that names something else is a failure of the whole batch, as on Lambda.
func firstFailure(answer []byte, batch []Record) (int, error) {
	answer = bytes.TrimSpace(answer)
	if len(answer) == 0 || bytes.Equal(answer, []byte("null")) {
		return len(batch), nil
	}
	var told struct {
		BatchItemFailures []struct{ ItemIdentifier *string }
	}
	if err := json.Unmarshal(answer, &told); err != nil {
		return 0, fmt.Errorf("%w: %.200s", errAnswer, answer)
	}
	first := len(batch)
	for _, f := range told.BatchItemFailures {
		if f.ItemIdentifier == nil {
			return 0, fmt.Errorf("%w: a failure without identifier", errAnswer)
		}
		i := indexOf(batch, *f.ItemIdentifier)
		if i < 0 {
			return 0, fmt.Errorf("%w: unknown identifier %q", errAnswer, *f.ItemIdentifier)
		}
		first = min(first, i)
	}
	return first, nil
}

func indexOf(batch []Record, identifier string) int {
	for i, r := range batch {
		if sequenceNumber(r.Sequence) == identifier {
			return i
		}
	}
	return -1
}

// sequenceNumber writes a sequence as DynamoDB does: digits, ordered by length and then by value.
func sequenceNumber(n uint64) string { return strconv.FormatUint(n, 10) }

type eventRecord struct {
	EventID        string        `json:"eventID"`
	EventName      string        `json:"eventName"`
	EventVersion   string        `json:"eventVersion"`
	EventSource    string        `json:"eventSource"`
	AWSRegion      string        `json:"awsRegion"`
	Change         change        `json:"dynamodb"`
	EventSourceARN string        `json:"eventSourceARN"`
	UserIdentity   *userIdentity `json:"userIdentity,omitempty"`
}

type change struct {
	ApproximateCreationDateTime float64         `json:"ApproximateCreationDateTime"`
	Keys                        json.RawMessage `json:"Keys"`
	NewImage                    json.RawMessage `json:"NewImage,omitempty"`
	OldImage                    json.RawMessage `json:"OldImage,omitempty"`
	SequenceNumber              string          `json:"SequenceNumber"`
	SizeBytes                   int             `json:"SizeBytes"`
	StreamViewType              string          `json:"StreamViewType"`
}

type userIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

// event writes the event of a batch, or of as many records from its front as an invocation can carry.
func (c *Consumer) event(batch []Record) (payload []byte, fits int) {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, r := range batch {
		record, err := json.Marshal(c.record(r))
		if err != nil {
			panic("stream: a record's image is not JSON: " + err.Error()) // the engine wrote it
		}
		if i > 0 {
			if b.Len()+len(record) > maxBatchPayload {
				break
			}
			b.WriteByte(',')
		}
		b.Write(record)
		fits++
	}
	b.WriteString("]}")
	return b.Bytes(), fits
}

func (c *Consumer) record(r Record) eventRecord {
	out := eventRecord{
		EventID:      fmt.Sprintf("%032x", r.Sequence),
		EventName:    r.EventName,
		EventVersion: "1.1",
		EventSource:  "aws:dynamodb",
		AWSRegion:    "us-east-1",
		Change: change{
			ApproximateCreationDateTime: float64(r.At.Unix()),
			Keys:                        r.Keys, NewImage: r.NewImage, OldImage: r.OldImage,
			SequenceNumber: sequenceNumber(r.Sequence),
			SizeBytes:      len(r.Keys) + len(r.NewImage) + len(r.OldImage),
			StreamViewType: "NEW_AND_OLD_IMAGES",
		},
		EventSourceARN: "arn:aws:dynamodb:us-east-1:000000000000:table/" + c.mapping.Table + "/stream/local",
	}
	if r.ByTTL {
		out.UserIdentity = &userIdentity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}
	}
	return out
}
