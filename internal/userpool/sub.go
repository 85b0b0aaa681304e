package userpool

import "github.com/google/uuid"

// NewSub returns a new user's sub: a UUID that nobody can guess, of version 7,
// whose order is that in which users come. A database adds it at the end of
// its index, where a random one is added anywhere.
func NewSub() string { return uuid.Must(uuid.NewV7()).String() }
