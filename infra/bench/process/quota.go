package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Quota is a share of one processor that processes are held to, as Lambda
// does it: full at INIT, memory/1769 MB of a core afterwards. It needs the
// right to make a control group.
type Quota struct {
	dir string
	v2  bool
}

// period is what Lambda accounts in.
const period = 20 * time.Millisecond

// ErrNoQuota says that this machine does not let us hold processes to a share.
var ErrNoQuota = errors.New("process: no control group can be made here")

// OpenQuota makes a control group of its own, without a limit.
func OpenQuota() (*Quota, error) {
	name := "customer-center-bench-" + strconv.Itoa(os.Getpid())
	for _, q := range []*Quota{{dir: filepath.Join("/sys/fs/cgroup/cpu", name)}, {dir: filepath.Join("/sys/fs/cgroup", name), v2: true}} {
		if os.Mkdir(q.dir, 0o755) != nil {
			continue
		}
		if q.Lift() == nil {
			return q, nil
		}
		os.Remove(q.dir)
	}
	return nil, ErrNoQuota
}

// Admit puts a process into the group.
func (q *Quota) Admit(p *Process) error {
	return q.write("cgroup.procs", strconv.Itoa(p.cmd.Process.Pid))
}

// Set holds the group to a share of one processor, above 0.
func (q *Quota) Set(share float64) error {
	return q.limit(strconv.FormatInt(int64(share*float64(period.Microseconds())), 10))
}

// Lift takes the limit away.
func (q *Quota) Lift() error {
	if q.v2 {
		return q.limit("max")
	}
	return q.limit("-1")
}

func (q *Quota) limit(micros string) error {
	every := strconv.FormatInt(period.Microseconds(), 10)
	if q.v2 {
		return q.write("cpu.max", micros+" "+every)
	}
	if err := q.write("cpu.cfs_period_us", every); err != nil {
		return err
	}
	return q.write("cpu.cfs_quota_us", micros)
}

func (q *Quota) write(file, text string) error {
	if err := os.WriteFile(filepath.Join(q.dir, file), []byte(text), 0o644); err != nil {
		return fmt.Errorf("process: quota: %w", err)
	}
	return nil
}

// Close removes the group, which must be empty.
func (q *Quota) Close() error { return os.Remove(q.dir) }
