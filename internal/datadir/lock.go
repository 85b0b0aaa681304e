package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Held is the data directory as one process has it.
type Held struct{ files []*os.File }

// Lock makes sure that one process has the data directory, until what it returns is
// closed. The lock ends with the process, however it ends.
//
// It is held on the directory itself, which cannot be replaced while it is used, and on the
// file lock in it. That file may be removed by someone who takes it for what a crash left:
// then a second server makes another one, and the directory's lock refuses it. A file
// system on which a directory cannot be locked, such as NFS, leaves the file's lock alone;
// there only those who leave the file in its place are safe.
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

// cannotLock reports whether an error says that the file system has no locks on
// directories: NFS takes an exclusive lock for a write, for which no directory is open.
func cannotLock(err error) bool {
	for _, no := range []error{syscall.EBADF, syscall.EINVAL, syscall.ENOTSUP, syscall.ENOLCK, syscall.EISDIR, syscall.ENOSYS} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// Close lets another process have the directory.
func (h *Held) Close() error {
	var problems []error
	for _, file := range h.files {
		problems = append(problems, file.Close())
	}
	h.files = nil
	return errors.Join(problems...)
}
