package platform

import (
	"errors"

	"golang.org/x/sys/windows"
)

// OpenFiles returns how many files and connections the process may have open. On
// Windows a process has no limit of its own; a table of handles has room for
// 16,777,216.
func OpenFiles() (uint64, error) { return 1 << 24, nil }

// IsAddressInUse reports whether an error says that another socket listens on
// the address.
func IsAddressInUse(err error) bool { return errors.Is(err, windows.WSAEADDRINUSE) }
