package scratch

import (
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// account is a user account. On Windows it is always the one of this process.
type account struct {
	uid, gid int
	other    bool
}

// run makes a command run in a group of processes of its own, so that Ctrl-C is
// for us alone.
func (account) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}
