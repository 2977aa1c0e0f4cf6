package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
	"unsafe"
)

// CPU is the processor time the process has used, all threads together.
func (p *Process) CPU() (time.Duration, error) { return cpuOf(p.cmd.Process.Pid) }

// cpuOf reads the clock of a process: clock ids below zero name processes.
func cpuOf(pid int) (time.Duration, error) {
	const schedulerClock, pidShift = 2, 3
	id := ^pid<<pidShift | schedulerClock
	var at syscall.Timespec
	if _, _, err := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(id), uintptr(unsafe.Pointer(&at)), 0); err != 0 {
		return 0, fmt.Errorf("process: clock of %d: %w", pid, err)
	}
	return time.Duration(at.Nano()), nil
}

// Faults is how many pages have been mapped in, from memory or from disk.
func (p *Process) Faults() (int, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name stands in brackets and may hold blanks; behind it, the eighth
	// and the tenth field count faults.
	const minor, major = 7, 9
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= major {
		return 0, fmt.Errorf("process: %d has no fault counts", p.cmd.Process.Pid)
	}
	a, errA := strconv.Atoi(string(fields[minor]))
	b, errB := strconv.Atoi(string(fields[major]))
	if errA != nil || errB != nil {
		return 0, fmt.Errorf("process: fault counts of %d: %q", p.cmd.Process.Pid, stat)
	}
	return a + b, nil
}

// PeakKB is the most memory it has held at once, in KB.
func (p *Process) PeakKB() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("process: %d has no peak", p.cmd.Process.Pid)
	}
	return strconv.Atoi(string(fields[0]))
}

// Pause sleeps as short as is asked. The runtime's own timers end a sleep of
// microseconds a millisecond late.
func Pause(d time.Duration) {
	at := syscall.NsecToTimespec(int64(d))
	syscall.Nanosleep(&at, nil)
}

// OwnCPU is the processor time this program has used.
func OwnCPU() (time.Duration, error) { return cpuOf(os.Getpid()) }
