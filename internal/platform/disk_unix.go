//go:build unix

package platform

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// DiskSpace returns the free space for this process and the size of a directory's
// file system, in bytes.
func DiskSpace(dir string) (free, size int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, fmt.Errorf("cannot determine the free space of %s: %w", dir, err)
	}
	block := int64(s.Bsize)
	return int64(s.Bavail) * block, int64(s.Blocks) * block, nil
}

// IsDiskFull reports whether an error means that the disk or the user's quota is
// full.
func IsDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// Sync flushes an open file to the disk, or the names in an open directory.
func Sync(file *os.File) error { return file.Sync() }

// SyncPath flushes a file to the disk, or the names in a directory.
func SyncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Rename gives a file another name in the same file system. It replaces a file
// of that name. [SyncPath] of the directory flushes the name to the disk.
func Rename(from, to string) error { return os.Rename(from, to) }
