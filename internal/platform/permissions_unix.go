//go:build unix

package platform

import (
	"io/fs"
	"os"
	"syscall"
)

// Permissions returns the mode of an open file or directory.
func Permissions(file *os.File) (fs.FileMode, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// Owner returns the user id of a file's owner. known is false on systems without
// user ids.
func Owner(info fs.FileInfo) (uid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// Group returns the group id of a file. known is false on systems without group
// ids.
func Group(info fs.FileInfo) (gid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Gid), true
}

// Restrict returns the command that takes others' rights to a file away. change is
// the argument of chmod.
func Restrict(change, path string) string { return "chmod " + change + " " + path }

// Mkdir is [os.Mkdir]. A mode without rights for others is enforced on every
// system.
func Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }
