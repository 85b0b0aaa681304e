package platform

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// DiskSpace returns the free space for this process and the size of a directory's
// file system, in bytes.
func DiskSpace(dir string) (free, size int64, err error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, fmt.Errorf("cannot determine the free space of %s: %w", dir, err)
	}
	var available, all uint64
	if err := windows.GetDiskFreeSpaceEx(name, &available, &all, nil); err != nil {
		return 0, 0, fmt.Errorf("cannot determine the free space of %s: %w", dir, err)
	}
	return int64(available), int64(all), nil
}

// IsDiskFull reports whether an error means that the disk or the user's quota is
// full.
func IsDiskFull(err error) bool {
	for _, full := range []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED} {
		if errors.Is(err, full) {
			return true
		}
	}
	return false
}

// Sync flushes an open file to the disk. For an open directory it does nothing,
// because Windows has no flush for the names in a directory.
func Sync(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return err
	}
	return file.Sync()
}

// SyncPath flushes a file to the disk. For a directory it does nothing, like [Sync].
func SyncPath(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0) // Windows flushes only files that are open for writing
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Rename gives a file another name in the same file system. It replaces a file
// of that name. It returns when the name is on the disk.
func Rename(from, to string) error {
	old, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	name, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	if err := windows.MoveFileEx(old, name, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}
