//go:build linux

package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// build compiles the least function there is.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bare")
	cmd := exec.Command("go", "build", "-o", binary, "customercenter/infra/bench/bare")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return binary
}

func TestProcessAnswersAndIsMeasured(t *testing.T) {
	p, err := Start(build(t), []string{"GOMAXPROCS=1"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	first, err := p.CPU()
	if err != nil || first <= 0 || first > 10*time.Second {
		t.Errorf("CPU %v, %v", first, err)
	}
	faults, err := p.Faults()
	if err != nil || faults < 50 || faults > 100000 {
		t.Errorf("%d faults, %v", faults, err)
	}
	for range 20 {
		answer, took, err := p.Invoke([]byte(`{"version":"2.0"}`))
		if err != nil || !strings.Contains(string(answer), `"statusCode":200`) || took <= 0 {
			t.Fatalf("%s, %v, %v", answer, took, err)
		}
	}
	after, err := p.CPU()
	if err != nil || after <= first {
		t.Errorf("20 requests took the CPU from %v to %v, %v", first, after, err)
	}
	if kb, err := p.PeakKB(); err != nil || kb < 1000 || kb > 1<<20 {
		t.Errorf("peak of %d KB, %v", kb, err)
	}
	if p.Start <= 0 {
		t.Errorf("start took %v", p.Start)
	}
}

func TestProcessThatEndsIsAnError(t *testing.T) {
	script := filepath.Join(t.TempDir(), "ends")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho why it ends\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(script, nil); err == nil || !strings.Contains(err.Error(), "why it ends") {
		t.Errorf("%v", err)
	}
}

func TestOwnCPUGrowsWithWork(t *testing.T) {
	before, err := OwnCPU()
	if err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 20*time.Millisecond; {
	}
	if after, err := OwnCPU(); err != nil || after-before <= 0 || after-before > time.Second {
		t.Errorf("%v, %v", after-before, err)
	}
}

func TestPauseIsAsShortAsAsked(t *testing.T) {
	const asked, rounds = 100 * time.Microsecond, 50
	began := time.Now()
	for range rounds {
		Pause(asked)
	}
	if took := time.Since(began) / rounds; took < asked {
		t.Errorf("a pause of %v took %v", asked, took)
	}
}
