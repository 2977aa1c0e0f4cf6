package browsertest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// How long to wait: for the system to be built and started, for it to end.
const (
	startPatience = 3 * time.Minute
	stopPatience  = 10 * time.Second
	pollInterval  = 50 * time.Millisecond
)

// The demo's people, by what they may do.
const (
	clerkArabic     = "noura@diyar-yamamah.example"
	clerkEnglish    = "annelies@maasvliet.example"
	readerArabic    = "abdulaziz@diyar-yamamah.example"
	readerEnglish   = "pieter@maasvliet.example"
	clerkCurrencies = "dana@bida-coast.example"
	accountant      = "layla@haddad-partners.example"
	leaver          = "daan@maasvliet.example" // whose sessions tests end
	purchasing      = "jeroen@maasvliet.example"
	operator        = "desk@northvane.example"
)

// portal is where the system under test answers.
type portal struct{ address string }

// stopSystem and removeProgram end what the tests started; TestMain calls them.
var (
	stopSystem    = func() {}
	removeProgram = func() {}
)

// system is the one system that all tests of this package share.
var system = sync.OnceValues(startSystem)

func TestMain(m *testing.M) {
	code := m.Run()
	stopBrowser()
	stopSystem()
	removeProgram()
	os.Exit(code)
}

// root is the repository's folder.
func root() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..")
}

// required reports whether a missing part is a failure rather than a skip.
func required(part string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("CENTER_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), part)
}

// missing skips, or fails where the part is required.
func missing(t *testing.T, why string) {
	t.Helper()
	if required("browser") {
		t.Fatal(why)
	}
	t.Skip("skipped: " + why)
}

// program is the local cloud, built once.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "browsertest-")
	if err != nil {
		return "", err
	}
	removeProgram = func() { os.RemoveAll(folder) }
	path := filepath.Join(folder, "local")
	build := exec.Command("go", "build", "-o", path, "./infra/local")
	build.Dir = root()
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the local cloud: %w\n%s", err, out)
	}
	return path, nil
})

func startSystem() (portal, error) {
	folder, err := os.MkdirTemp("", "browsertest-data-")
	if err != nil {
		return portal{}, err
	}
	p, end, err := run(folder)
	stopSystem = func() { end(); os.RemoveAll(folder) }
	return p, err
}

// run starts a system that keeps its data in the folder.
func run(folder string, flags ...string) (p portal, end func(), err error) {
	path, err := program()
	if err != nil {
		return portal{}, func() {}, err
	}
	cmd := exec.Command(path, append(flags, "-port", "0", "-data", filepath.Join(folder, "data"), "-watch=false", "-quiet")...)
	cmd.Dir = root()
	// A failing start explains itself on standard error.
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return portal{}, func() {}, err
	}
	if err := cmd.Start(); err != nil {
		return portal{}, func() {}, err
	}
	end = func() { stop(cmd) }
	address, err := readAddress(out)
	if err != nil {
		return portal{}, end, fmt.Errorf("%w\n%s", err, said.Bytes())
	}
	return portal{address: address}, end, nil
}

// readAddress waits for the line that names the portal's address.
func readAddress(out io.Reader) (string, error) {
	found := make(chan string, 1)
	go func() {
		line := regexp.MustCompile(`Portal\s+(http://\S+?)/?$`)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			if m := line.FindStringSubmatch(strings.TrimSpace(scanner.Text())); m != nil {
				found <- m[1]
			}
		}
		close(found)
	}()
	select {
	case address, ok := <-found:
		if !ok {
			return "", fmt.Errorf("the local cloud ended before it was ready")
		}
		return address, nil
	case <-time.After(startPatience):
		return "", fmt.Errorf("the local cloud was not ready within %s", startPatience)
	}
}

// stop asks a process to end, then ends it.
func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(stopPatience):
		_ = cmd.Process.Kill()
	}
}
