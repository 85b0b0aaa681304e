package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"poolhouse/internal/platform"
)

// LockedDir is a locked data directory.
type LockedDir struct{ files []*os.File }

// Lock locks the data directory for one process, until the result is closed or the process ends, in
// any way.
//
// There are two locks: one on the directory itself, which cannot be replaced while it is in use,
// and one on the file lock in it. A user may remove that file in the belief that a crash left it.
// Then a second server creates a new one, but the directory's lock refuses it. Some file systems,
// such as NFS, cannot lock directories. There, only the file's lock protects, and only while the
// file is left in place.
//
// Windows cannot lock directories either. There, the file lock cannot be removed or renamed while a
// process has it open.
func Lock(dir string) (held *LockedDir, err error) {
	held = new(LockedDir)
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
	if err := take(itself, dir); err != nil && !errors.Is(err, platform.ErrNoLocks) {
		return held, err
	}
	file, err := platform.OpenNoFollow(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return held, err
	}
	held.files = append(held.files, file)
	return held, take(file, dir)
}

// take locks an open file or directory.
func take(file *os.File, dir string) error {
	err := platform.TryLock(file, false)
	if errors.Is(err, platform.ErrLocked) {
		return fmt.Errorf("another Poolhouse server has the data directory %s; stop it, or choose another directory with --data", dir)
	}
	return err
}

// Close unlocks the directory.
func (h *LockedDir) Close() error {
	var problems []error
	for _, file := range h.files {
		problems = append(problems, file.Close())
	}
	h.files = nil
	return errors.Join(problems...)
}
