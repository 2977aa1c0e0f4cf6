package main

import (
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/infra/local/cloudtest"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "check-health")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("check-health")
	return handler{store: s}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.Empty(t)
	functiontest.Golden(t, "check-health", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "check-health")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "check-health", routesOf(w))
}

func TestATableThatIsAwayIsNoHealth(t *testing.T) {
	w := functiontest.Empty(t)
	routes := routesOf(w)
	w.Cloud.Wire.FailAt(0, cloudtest.GoneBefore)
	resp := functiontest.Invoke(t, routes, functiontest.Event(t, "check-health"))
	if resp.StatusCode != 503 || resp.Headers["retry-after"] == "" {
		t.Errorf("%d %v %s", resp.StatusCode, resp.Headers, resp.Body)
	}
}
