package cloud

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"customercenter/infra/local/dynamo"
	"customercenter/infra/local/stream"
)

// trimPause is how often records that every consumer is done with are dropped.
const trimPause = 2 * time.Second

// source reads the streams of the embedded engine.
type source struct{ db *dynamo.DB }

func (s source) Records(table string, after uint64, limit int) ([]stream.Record, error) {
	records, err := s.db.StreamRecords(table, after, limit)
	out := make([]stream.Record, 0, len(records))
	for _, r := range records {
		out = append(out, stream.Record(r))
	}
	return out, err
}

func (s source) Wait(ctx context.Context, table string, after uint64) error {
	return s.db.StreamWait(ctx, table, after)
}

// startStreams starts a consumer for each stream of the template, each at its own pace.
func (c *Cloud) startStreams(ctx context.Context) error {
	if c.services.db == nil {
		return nil
	}
	byTable := map[string][]*stream.Consumer{}
	for _, f := range c.template.Functions {
		for _, s := range f.Streams {
			m := stream.Mapping{Name: s.Name, Function: s.Function, Table: s.Table, BatchSize: s.BatchSize, Window: s.Window,
				MaxRetries: s.MaxRetries, MaxAge: s.MaxAge, Bisect: s.Bisect, PartialFailures: s.PartialFailures,
				Filters: s.Filters, OnFailure: s.OnFailure}
			consumer, err := stream.New(m, stream.Options{
				Source: source{c.services.db}, Invoke: c.invokeStream, GiveUp: c.buryBatch, Now: time.Now,
				Folder: filepath.Join(c.options.Data, placesFolder), Tell: c.options.Warn,
			})
			if err != nil {
				return err
			}
			byTable[s.Table] = append(byTable[s.Table], consumer)
			c.streams = append(c.streams, consumer)
			c.tasks.Go(func() { consumer.Run(ctx) })
		}
	}
	for table, consumers := range byTable {
		c.tasks.Go(func() { c.trim(ctx, table, consumers) })
	}
	return nil
}

// trim drops what all consumers of a table have done, until the context ends.
func (c *Cloud) trim(ctx context.Context, table string, consumers []*stream.Consumer) {
	ticker := time.NewTicker(trimPause)
	defer ticker.Stop()
	trimmed := uint64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		done := consumers[0].Done()
		for _, other := range consumers[1:] {
			done = min(done, other.Done())
		}
		if done > trimmed {
			c.services.db.TrimStream(table, done)
			trimmed = done
		}
	}
}

// buryBatch puts a batch that was given up into its queue: where it was, as Lambda does, not what was in it.
func (c *Cloud) buryBatch(g stream.GivenUp) {
	c.send(g.Mapping.Function, g.Mapping.OnFailure, map[string]any{
		"version": "1.0", "timestamp": c.options.Clock.Now().UTC(),
		"requestContext":  map[string]any{"functionArn": functionARN(g.Mapping.Function), "condition": g.Condition, "approximateInvokeCount": g.Attempts},
		"responseContext": map[string]any{"functionError": g.Cause},
		"DDBStreamBatchInfo": map[string]any{"shardId": "local", "streamArn": g.Mapping.Table, "batchSize": g.Size,
			"startSequenceNumber": fmt.Sprint(g.First), "endSequenceNumber": fmt.Sprint(g.Last)},
	})
}
