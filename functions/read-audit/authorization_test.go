package main

import (
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "read-audit")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("read-audit")
	return handler{store: s}.routes(door)
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "read-audit", routesOf(w))
}
