//go:build unix

package platform

import (
	"io/fs"
	"os"
	"syscall"
)

// Permissions returns who may read and write an open file or directory, as the
// mode of Unix.
func Permissions(file *os.File) (fs.FileMode, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// Owner returns the number of the user who owns a file, where users have one.
func Owner(info fs.FileInfo) (uid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// Group returns the number of the group of a file, where groups have one.
func Group(info fs.FileInfo) (gid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Gid), true
}

// Restrict returns the command that takes others' rights to a file away. change
// is what chmod is told.
func Restrict(change, path string) string { return "chmod " + change + " " + path }

// Mkdir is [os.Mkdir]. A mode without rights for others holds on every system.
func Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }
