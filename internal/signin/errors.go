package signin

import "errors"

// ErrUsed says that a challenge or a code was used before, or has been replaced.
var ErrUsed = errors.New("signin: the challenge or the code was used before")

// ErrNoSession says that there is no such session.
var ErrNoSession = errors.New("signin: there is no such session")
