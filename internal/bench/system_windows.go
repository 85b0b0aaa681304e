package bench

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// inOwnGroup makes a command a group of processes of its own: Ctrl-C does not
// reach it.
func inOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// peakOf returns 0: Windows does not say it of an ended process.
func peakOf(*os.ProcessState) int64 { return 0 }

// flushDisks does nothing: Windows has no such call for all disks.
func flushDisks() {}
