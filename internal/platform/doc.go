// Package platform wraps the system calls that differ between Unix systems and
// Windows: file locks, links, permissions, free disk space, the flush to the disk,
// and limits of the process.
//
// Each function does the same on every system. If a system has no equivalent, the
// function's comment says what happens there. The end of a file's name is its
// system, unix or windows; unix means Linux and macOS. The package does not know
// the purpose of the files.
package platform
