package stripe

import (
	"net/http"
	"slices"
)

// The number of objects of a page: where nothing is said, and at most.
const (
	defaultLimit = 10
	maxLimit     = 100
)

// page is a part of a list, newest first.
type page struct {
	objects []object
	more    bool
}

func (p page) view(s *state, path string) view {
	rows := make([]any, 0, len(p.objects))
	for _, o := range p.objects {
		rows = append(rows, o.view(s))
	}
	return view{"object": "list", "url": path, "has_more": p.more, "data": rows}
}

// list pages through the objects of a kind that are wanted and were made in
// the range asked for.
func (w *work) list(c call, kind string, wanted func(object) bool) (page, error) {
	limit := int64(defaultLimit)
	if c.params.has("limit") {
		n, err := c.params.integer("limit")
		if err != nil {
			return page{}, err
		}
		if n < 1 || n > maxLimit {
			return page{}, unfit("limit", "parameter_invalid_integer", "This value must be between 1 and %d (inclusive).", maxLimit)
		}
		limit = n
	}
	from, to, err := c.params.span("created")
	if err != nil {
		return page{}, err
	}
	var found []object
	for _, o := range slices.Backward(w.state.order[kind]) {
		if at := o.base().Created; at >= from && at < to && wanted(o) {
			found = append(found, o)
		}
	}
	// A clock that was set back makes later objects older.
	slices.SortStableFunc(found, func(a, b object) int { return int(b.base().Created - a.base().Created) })
	return w.cut(c, found, int(limit))
}

// cut keeps what comes after, or before, the object that is named.
func (w *work) cut(c call, found []object, limit int) (page, error) {
	after, before := c.params.text("starting_after"), c.params.text("ending_before")
	if after != "" && before != "" {
		return page{}, unfit("", "", "Received both starting_after and ending_before parameters. Please pass in only one.")
	}
	at := func(param, id string) (int, error) {
		i := slices.IndexFunc(found, func(o object) bool { return o.base().ID == id })
		if i < 0 {
			return 0, &refusal{status: http.StatusBadRequest, kind: typeInvalid, code: "resource_missing", param: param, message: "No such object: '" + id + "'"}
		}
		return i, nil
	}
	switch {
	case after != "":
		i, err := at("starting_after", after)
		if err != nil {
			return page{}, err
		}
		found = found[i+1:]
	case before != "":
		i, err := at("ending_before", before)
		if err != nil {
			return page{}, err
		}
		found = found[:i]
		return page{objects: found[max(0, i-limit):], more: i > limit}, nil
	}
	return page{objects: found[:min(limit, len(found))], more: len(found) > limit}, nil
}

// matches tells whether a filter that was given equals what an object has.
func (p params) matches(name, has string) bool { return !p.has(name) || p.text(name) == has }

func listCustomers(w *work, c call) (page, error) {
	return w.list(c, kindCustomer, func(o object) bool { return c.params.matches("email", o.(*customer).Email) })
}

func listMethods(w *work, c call) (page, error) {
	owner := c.id
	if owner == "" {
		owner = c.params.text("customer")
	}
	if _, err := w.customer("customer", owner); err != nil {
		return page{}, err
	}
	return w.list(c, kindMethod, func(o object) bool {
		m := o.(*method)
		return m.Customer == owner && c.params.matches("type", m.Type)
	})
}

func listIntents(w *work, c call) (page, error) {
	return w.list(c, kindIntent, func(o object) bool { return c.params.matches("customer", o.(*intent).Customer) })
}

func listSessions(w *work, c call) (page, error) {
	return w.list(c, kindSession, func(o object) bool {
		s := o.(*session)
		return c.params.matches("customer", s.Customer) && c.params.matches("payment_intent", s.Intent) && c.params.matches("status", s.Status)
	})
}

func listRefunds(w *work, c call) (page, error) {
	return w.list(c, kindRefund, func(o object) bool {
		r := o.(*refund)
		return c.params.matches("charge", r.Charge) && c.params.matches("payment_intent", r.Intent)
	})
}

func listCharges(w *work, c call) (page, error) {
	return w.list(c, kindCharge, func(o object) bool {
		h := o.(*charge)
		return c.params.matches("customer", h.Customer) && c.params.matches("payment_intent", h.Intent)
	})
}

func listEvents(w *work, c call) (page, error) {
	types := c.params.list("types")
	return w.list(c, kindEvent, func(o object) bool {
		e := o.(*event)
		return c.params.matches("type", e.Type) && (len(types) == 0 || slices.Contains(types, e.Type)) &&
			c.params.matches("delivery_success", map[bool]string{true: "true", false: "false"}[e.Delivered])
	})
}
