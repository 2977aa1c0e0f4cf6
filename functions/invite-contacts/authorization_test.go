package main

import (
	"os"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/httpapi"
)

func TestMain(m *testing.M) { os.Exit(functiontest.RunAndCountRights(m, "invite-contacts")) }

func routesOf(w *functiontest.World) httpapi.Routes {
	s, door := w.Function("invite-contacts")
	return handler{store: s, now: w.Now}.routes(door)
}

func TestEverybodyIsAnsweredAsDeclared(t *testing.T) {
	w := functiontest.New(t)
	functiontest.Matrix(t, w, "invite-contacts", routesOf(w))
}
