package cloud

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// ErrRunning refuses a second process on a data folder.
var ErrRunning = errors.New("another process runs on this data folder: stop it, or choose another folder with -data")

// Lock takes a data folder for this process until it is closed, making it where there is none. It fails with
// ErrRunning where another process has it.
func Lock(data string) (io.Closer, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	return lockFile(filepath.Join(data, lockName))
}

// lockName is the file of a data folder that is locked.
const lockName = "lock"

// lockFile takes the lock of a file. The system gives it back when the process ends, however it does.
func lockFile(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrRunning
		}
		return nil, err
	}
	return f, nil
}
