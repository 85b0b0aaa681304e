package platform

import "errors"

var (
	// ErrLocked means that another process, or another open file of this
	// process, has the lock.
	ErrLocked = errors.New("the file is locked")

	// ErrNoLocks means that the file system cannot lock this file.
	ErrNoLocks = errors.New("the file system has no such lock")

	// ErrLink means that a path is a link and must not be one.
	ErrLink = errors.New("is a symbolic link")
)
