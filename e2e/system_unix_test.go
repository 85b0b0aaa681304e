//go:build unix

package e2e

import (
	"os/exec"
	"syscall"
)

// suspend stops a process until it is woken. It keeps all that it has.
func suspend(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGSTOP) }

// wake lets a suspended process go on.
func wake(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGCONT) }

// inOwnGroup makes a command the first of a group of processes.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends such a group.
func endGroup(cmd *exec.Cmd) error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
