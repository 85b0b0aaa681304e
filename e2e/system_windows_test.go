package e2e

import (
	"errors"
	"os/exec"
)

// errUnix is the error of what only Unix systems can do to a process.
var errUnix = errors.New("this test needs Linux or macOS")

func suspend(*exec.Cmd) error { return errUnix }

func wake(*exec.Cmd) error { return errUnix }

// inOwnGroup does nothing: endGroup ends the command alone.
func inOwnGroup(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
