package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Held is a locked data directory.
type Held struct{ files []*os.File }

// Lock locks the data directory for one process, until the result is closed or the process ends, in
// any way.
//
// There are two locks: one on the directory itself, which cannot be replaced while it is in use,
// and one on the file lock in it. A user may remove that file in the belief that a crash left it.
// Then a second server creates a new one, but the directory's lock refuses it. Some file systems,
// such as NFS, cannot lock directories. There, only the file's lock protects, and only while the
// file is left in place.
func Lock(dir string) (held *Held, err error) {
	held = new(Held)
	defer func() {
		if err != nil {
			err = errors.Join(err, held.Close())
			held = nil
		}
	}()
	itself, err := os.Open(dir)
	if err != nil {
		return held, err
	}
	held.files = append(held.files, itself)
	if err := take(itself, dir); err != nil && !cannotLock(err) {
		return held, err
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return held, err
	}
	held.files = append(held.files, file)
	return held, take(file, dir)
}

// take locks an open file or directory.
func take(file *os.File, dir string) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("another Poolhouse server has the data directory %s; stop it, or choose another directory with --data", dir)
	}
	if err != nil {
		return &fs.PathError{Op: "lock", Path: file.Name(), Err: err}
	}
	return nil
}

// cannotLock reports whether the file system cannot lock directories. NFS turns an exclusive lock
// into a write lock, which needs an open file for writing.
func cannotLock(err error) bool {
	for _, no := range []error{syscall.EBADF, syscall.EINVAL, syscall.ENOTSUP, syscall.ENOLCK, syscall.EISDIR, syscall.ENOSYS} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// Close unlocks the directory.
func (h *Held) Close() error {
	var problems []error
	for _, file := range h.files {
		problems = append(problems, file.Close())
	}
	h.files = nil
	return errors.Join(problems...)
}
