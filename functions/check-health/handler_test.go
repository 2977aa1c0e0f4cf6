package main

import (
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

func routesOf(w *functiontest.World) httpapi.Routes { return handler{store: w.Store}.routes(w.Door) }

func TestEventOnFile(t *testing.T) {
	w := functiontest.Empty(t)
	functiontest.Golden(t, "check-health", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "check-health")))
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "check-health", routesOf(w))
}
