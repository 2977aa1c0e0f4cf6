package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"customercenter/infra/functiontest"
	"customercenter/shared/center"
	"customercenter/shared/store"
)

func TestEveryAccountIsVerified(t *testing.T) {
	w := functiontest.New(t)
	everywhere := w.Store.Everywhere("a test")
	var out bytes.Buffer
	if err := checkAll(t.Context(), everywhere, &out); err != nil || strings.Count(out.String(), "1 waiting") != 2 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	najd := []center.Account{{ID: center.AccountIDOf(functiontest.Najd)}}
	out.Reset()
	if err := check(t.Context(), everywhere, najd, head{1, "feed"}, &out); !errors.Is(err, errFaults) || !strings.Contains(out.String(), "noted") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// A person leaves the logs of all accounts, or of one; they verify as before.
func TestAPersonIsErasedFromTheLogs(t *testing.T) {
	w := functiontest.New(t)
	everywhere := w.Store.Everywhere("a test")
	w.Invite(t, functiontest.Primary, "sara@najd.example", center.Grant{Type: center.ContactPayables})
	var out bytes.Buffer
	x := store.Erasure{Email: "Sara@najd.example", By: string(functiontest.Desk), Reason: "She asked."}
	if err := eraseFrom(t.Context(), everywhere, functiontest.Gulf, x, &out); err != nil || out.Len() != 0 {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := eraseFrom(t.Context(), everywhere, "", x, &out); err != nil || !strings.Contains(out.String(), "erased from 1 entries") {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	if err := checkAll(t.Context(), everywhere, &out); err != nil || !strings.Contains(out.String(), "1 redacted") {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestFlagsThatMakeNoSense(t *testing.T) {
	for _, args := range [][]string{{"-head", "1:ab"}, {"-account", "x", "-head", "ab"}, {"-data", filepath.Join(t.TempDir(), "none")}, {"-nonsense"}, {"-erase", "sara@najd.example"}} {
		if err := run(context.Background(), args, &bytes.Buffer{}); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}

func TestAFolderIsCopiedWithoutWhatIsIn(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(from, "log"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(from, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyFiles(from, to); err != nil {
		t.Fatal(err)
	}
	if names, err := os.ReadDir(to); err != nil || len(names) != 1 {
		t.Errorf("%v %v", names, err)
	}
}
