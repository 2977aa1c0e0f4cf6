//go:build !linux

package process

import (
	"errors"
	"time"
)

var errLinux = errors.New("process: what a child used is read on Linux only")

// CPU is the processor time the process has used, all threads together.
func (p *Process) CPU() (time.Duration, error) { return 0, errLinux }

// Faults is how many pages have been mapped in, from memory or from disk.
func (p *Process) Faults() (int, error) { return 0, errLinux }

// PeakKB is the most memory it has held at once, in KB.
func (p *Process) PeakKB() (int, error) { return 0, errLinux }

// Pause sleeps.
func Pause(d time.Duration) { time.Sleep(d) }

// OwnCPU is the processor time this program has used.
func OwnCPU() (time.Duration, error) { return 0, errLinux }
