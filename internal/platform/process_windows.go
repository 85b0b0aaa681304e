package platform

import (
	"errors"

	"golang.org/x/sys/windows"
)

// OpenFiles returns the largest number of open files and connections of the
// process. Windows has no such limit for a process; its table of handles holds
// 16,777,216.
func OpenFiles() (uint64, error) { return 1 << 24, nil }

// IsAddressInUse reports whether an error means that another socket listens on the
// address.
func IsAddressInUse(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }
