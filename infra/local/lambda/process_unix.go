//go:build unix

package lambda

import "syscall"

// ownGroup keeps a Ctrl-C in the terminal from the functions: the service stops them itself, once they are done.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
