//go:build unix

package bench

import (
	"os"
	"os/exec"
	"syscall"
)

// inOwnGroup makes a command a group of processes of its own: Ctrl-C does not
// reach it.
func inOwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// peakOf returns the most memory that an ended process had, 0 where the system
// does not say. It is in bytes on macOS, and in KiB on Linux.
func peakOf(ended *os.ProcessState) int64 {
	if account, ok := ended.SysUsage().(*syscall.Rusage); ok {
		return int64(account.Maxrss)
	}
	return 0
}

// flushDisks has the system write down what it holds back.
func flushDisks() { syscall.Sync() }
