//go:build !unix

package lambda

import "syscall"

func ownGroup() *syscall.SysProcAttr { return nil }
