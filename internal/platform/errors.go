package platform

import "errors"

var (
	// ErrLocked says that another process, or another open file of this one,
	// has the lock.
	ErrLocked = errors.New("the file is locked")

	// ErrNoLocks says that the file system cannot lock this file.
	ErrNoLocks = errors.New("the file system has no such lock")

	// ErrLink says that a path leads through a link where none is allowed.
	ErrLink = errors.New("is a symbolic link")
)
