package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lockAt is the high half of the offset of the locked byte. Windows lets no other
// process read or write a locked byte, so the byte is far beyond the end of any
// file.
const lockAt = 1 << 30

// TryLock locks an open file without waiting. The lock is exclusive, or shared
// with other shared locks. It ends when the file is closed, and when the process
// ends in any way. TryLock returns [ErrLocked] if another open file has a
// conflicting lock, and [ErrNoLocks] for a directory, which Windows cannot lock.
// Others can still read and write the file.
func TryLock(file *os.File, shared bool) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &fs.PathError{Op: "lock", Path: file.Name(), Err: ErrNoLocks}
	}
	how := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if !shared {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	place := windows.Overlapped{OffsetHigh: lockAt}
	err = windows.LockFileEx(windows.Handle(file.Fd()), how, 0, 1, 0, &place)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return fmt.Errorf("%s: %w", file.Name(), ErrLocked)
	case errors.Is(err, windows.ERROR_INVALID_FUNCTION), errors.Is(err, windows.ERROR_NOT_SUPPORTED):
		err = fmt.Errorf("%w: %w", ErrNoLocks, err)
	}
	return &fs.PathError{Op: "lock", Path: file.Name(), Err: err}
}
