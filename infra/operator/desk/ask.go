package desk

import (
	"context"
	"encoding/json"
)

// Ask sends JSON to a route of the API and reads the JSON it answers; in or out
// may be nil. It is tried again where the service is busy, so that the route
// must be one that does nothing twice.
func (c *Client) Ask(ctx context.Context, method, path string, in, out any) error {
	r := call{method: method, path: path}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		r.body, r.contentType = body, "application/json"
	}
	a, err := c.do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(a.body, out)
}
