package main

import (
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "list-contacts")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("list-contacts")
	return handler{store: s, now: w.Now}.routes(door)
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "list-contacts", routesOf(w))
}
