package cloud

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// ErrRunning refuses a second process on a data folder.
var ErrRunning = errors.New("another process runs on this data folder: stop it, or choose another folder with -data")

// lockFolder takes the lock of a data folder. The system gives it back when the process ends, however it does.
func lockFolder(path string) (io.Closer, error) {
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
