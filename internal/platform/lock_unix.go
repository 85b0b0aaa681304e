//go:build unix

package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// noLocks are the errors of a file system that cannot lock a file. NFS, for
// example, treats an exclusive lock as a write, and no directory can be open for
// writing.
var noLocks = []error{syscall.EBADF, syscall.EINVAL, syscall.ENOTSUP, syscall.ENOLCK, syscall.EISDIR, syscall.ENOSYS}

// TryLock locks an open file or directory without waiting. The lock is exclusive,
// or shared with other shared locks. It ends when the file is closed, and when the
// process ends in any way. TryLock returns [ErrLocked] if another open file has a
// conflicting lock, and [ErrNoLocks] if the file system cannot lock the file.
// Others can still read and write the file.
func TryLock(file *os.File, shared bool) error {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return fmt.Errorf("%s: %w", file.Name(), ErrLocked)
	case slices.ContainsFunc(noLocks, func(no error) bool { return errors.Is(err, no) }):
		err = fmt.Errorf("%w: %w", ErrNoLocks, err)
	}
	return &fs.PathError{Op: "lock", Path: file.Name(), Err: err}
}
