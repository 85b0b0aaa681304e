//go:build unix

package platform

import (
	"errors"
	"syscall"
)

// OpenFiles returns the largest number of open files and connections of the
// process.
func OpenFiles() (uint64, error) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err
}

// IsAddressInUse reports whether an error means that another socket listens on the
// address.
func IsAddressInUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
