package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Meter counts what one request asks of the table. It is carried by the
// context, safe for concurrent use, and read when the request's log line is
// written.
type Meter struct {
	mu         sync.Mutex
	reads      int
	writes     int
	readUnits  float64
	writeUnits float64
	calls      []string
}

type meterKey struct{}

// WithMeter returns a context that counts into a new meter.
func WithMeter(ctx context.Context) (context.Context, *Meter) {
	m := new(Meter)
	return context.WithValue(ctx, meterKey{}, m), m
}

// MeterOf is the meter of the context; one that nobody reads when it has none.
func MeterOf(ctx context.Context) *Meter {
	if m, ok := ctx.Value(meterKey{}).(*Meter); ok {
		return m
	}
	return new(Meter)
}

// Reads is how many calls read.
func (m *Meter) Reads() int { m.mu.Lock(); defer m.mu.Unlock(); return m.reads }

// Writes is how many calls wrote.
func (m *Meter) Writes() int { m.mu.Lock(); defer m.mu.Unlock(); return m.writes }

// ReadUnits is the read capacity the table says was used.
func (m *Meter) ReadUnits() float64 { m.mu.Lock(); defer m.mu.Unlock(); return m.readUnits }

// WriteUnits is the write capacity the table says was used.
func (m *Meter) WriteUnits() float64 { m.mu.Lock(); defer m.mu.Unlock(); return m.writeUnits }

// Units is both capacities for people, as "1.5r 12w".
func (m *Meter) Units() string {
	return fmt.Sprintf("%gr %gw", m.ReadUnits(), m.WriteUnits())
}

// Calls lists the first operations in order, for tests that pin them.
func (m *Meter) Calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.calls...)
}

// maxCalls bounds the list of calls; an import makes thousands.
const maxCalls = 100

func (m *Meter) note(call string) {
	if len(m.calls) < maxCalls {
		m.calls = append(m.calls, call)
	}
}

func countRead(ctx context.Context, call string, used ...types.ConsumedCapacity) {
	m := MeterOf(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	m.note(call)
	m.readUnits += units(used)
}

func countWrite(ctx context.Context, call string, used ...types.ConsumedCapacity) {
	m := MeterOf(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	m.note(call)
	m.writeUnits += units(used)
}

func units(used []types.ConsumedCapacity) float64 {
	var sum float64
	for _, c := range used {
		if c.CapacityUnits != nil {
			sum += *c.CapacityUnits
		}
	}
	return sum
}

// used is the capacity of a call that touches one table.
func used(c *types.ConsumedCapacity) types.ConsumedCapacity {
	if c == nil {
		return types.ConsumedCapacity{}
	}
	return *c
}
