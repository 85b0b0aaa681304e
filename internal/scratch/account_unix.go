//go:build unix

package scratch

import (
	"os/exec"
	"syscall"
)

// account is a user account; the zero account is the one of this process.
type account struct {
	uid, gid int
	other    bool
}

// run makes a command run as the account, in a group of processes of its own, so
// that Ctrl-C is for us alone.
func (a account) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}
