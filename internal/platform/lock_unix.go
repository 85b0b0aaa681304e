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
// example, takes an exclusive lock for a write, and no directory is open for
// writing.
var noLocks = []error{syscall.EBADF, syscall.EINVAL, syscall.ENOTSUP, syscall.ENOLCK, syscall.EISDIR, syscall.ENOSYS}

// TryLock locks an open file or directory without waiting: for this open file
// alone, or shared with others that lock it shared. The lock ends when the file
// is closed or the process ends, however it ends. It returns [ErrLocked] if
// another open file has a lock in the way, and [ErrNoLocks] if the file system
// cannot lock the file. The file can still be read and written by others.
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
