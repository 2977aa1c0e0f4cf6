package functiontest

import "testing"

// What the contract has and the table of answers does not is a route that
// nobody has said anything about.
func TestEveryRouteIsDeclared(t *testing.T) {
	declared := map[string]bool{}
	all := cells(t)
	for _, c := range all {
		declared[c.route] = true
	}
	for _, op := range Operations(t) {
		if !declared[op.Route] {
			t.Errorf("authz.csv does not say who may %s", op.Route)
		}
		delete(declared, op.Route)
	}
	for route := range declared {
		t.Errorf("authz.csv speaks of %s, which the contract does not have", route)
	}
	t.Logf("%d cells of %d routes", len(all), len(Operations(t)))
}
