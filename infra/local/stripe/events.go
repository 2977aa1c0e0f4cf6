package stripe

import (
	"encoding/json"
	"time"
)

// event is what happened to an object, as it stood then, and how far its
// webhook has come.
type event struct {
	head
	Type    string
	Object  string // id of the object
	Data    json.RawMessage
	Request string
	Key     string

	Delivered bool
	Attempts  int
	GivenUp   bool      // no more tries, or none was wanted
	NextAt    time.Time // of the next try
}

// dueAt is when the event is to be sent.
func (e *event) dueAt() time.Time {
	if e.Delivered || e.GivenUp {
		return time.Time{}
	}
	return e.NextAt
}

func (e *event) view(*state) view {
	v := e.head.view(kindEvent)
	v["api_version"], v["type"] = APIVersion, e.Type
	v["data"] = view{"object": e.Data}
	v["pending_webhooks"] = 0
	if !e.Delivered && !e.GivenUp {
		v["pending_webhooks"] = 1
	}
	v["request"] = view{"id": orNull(e.Request), "idempotency_key": orNull(e.Key)}
	return v
}

// emit notes what happened to an object and has it sent.
func (w *work) emit(what string, o object) {
	e := &event{Type: what, Object: o.base().ID, Data: o.view(w.state).encode(), Request: w.request, Key: w.key}
	e.GivenUp, e.NextAt = w.sender.plan(w.now)
	w.create("evt_", e)
}
