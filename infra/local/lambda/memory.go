package lambda

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// memoryCheck is how often the memory of busy processes is compared with their limit.
const memoryCheck = 250 * time.Millisecond

// watchMemory ends processes that hold more than their function may, until the service stops.
func (s *Service) watchMemory() {
	ticker := time.NewTicker(memoryCheck)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
			for _, p := range s.pools {
				p.checkMemory()
			}
		}
	}
}

func (p *pool) checkMemory() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.workers {
		if p.function.MemoryMB > 0 && memoryKB(w.cmd.Process.Pid, "VmRSS:") > p.function.MemoryMB*1024 {
			w.end(failure(OutcomeMemory, "Runtime.OutOfMemory",
				fmt.Sprintf("Runtime exited with error: signal: killed (more than %d MB)", p.function.MemoryMB)))
		}
	}
}

func peakMemoryKB(pid int) int { return memoryKB(pid, "VmHWM:") }

// memoryKB reads a figure of a process where the system has /proc; elsewhere it is zero and nothing is limited.
func memoryKB(pid int, field string) int {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, ok := bytes.Cut(status, []byte(field))
	if !ok {
		return 0
	}
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, err := strconv.Atoi(string(fields[0]))
	if err != nil {
		return 0
	}
	return kb
}
