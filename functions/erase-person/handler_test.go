package main

import (
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

// Each right that the function is given is needed by a test.
func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "erase-person")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("erase-person")
	return handler{store: s, operators: w.Operators, now: w.Now}.routes(door)
}

func TestEventOnFile(t *testing.T) {
	w := functiontest.New(t)
	w.Cookie(t, functiontest.Desk)
	functiontest.Golden(t, "held", functiontest.Invoke(t, routesOf(w), functiontest.Event(t, "erase-person")))
}

func TestWhoMayErase(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "erase-person", routesOf(w))
}
