// Package machine says what a measurement ran on. It does not know what was
// measured.
package machine

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
)

// Words says in a few words what this machine is.
func Words() string {
	out := fmt.Sprintf("%d cores (%s), ", runtime.NumCPU(), runtime.GOARCH)
	if model := field("/proc/cpuinfo", "model name"); model != "" {
		out = fmt.Sprintf("%d cores of %s (%s), ", runtime.NumCPU(), model, runtime.GOARCH)
	}
	if kb, err := strconv.Atoi(string(bytes.TrimSuffix([]byte(field("/proc/meminfo", "MemTotal")), []byte(" kB")))); err == nil {
		out += fmt.Sprintf("%.0f GB, ", float64(kb)/(1<<20))
	}
	return out + runtime.GOOS + ", " + runtime.Version()
}

// field is the first value of a name in a file of "name : value" lines, "" on
// systems without it.
func field(file, name string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range bytes.Lines(text) {
		if key, value, ok := bytes.Cut(line, []byte(":")); ok && string(bytes.TrimSpace(key)) == name {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}
