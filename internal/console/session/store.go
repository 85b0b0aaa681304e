package session

import (
	"context"
	"time"
)

// Store keeps sessions. Each method is atomic. Servers that share a database share its
// sessions.
type Store interface {
	// Begin stores a new session.
	Begin(ctx context.Context, s *Session) error
	// Find returns a session, or [ErrNone].
	Find(ctx context.Context, id ID) (*Session, error)
	// Use notes the time of a use, unless a later one is stored. It does not revive a
	// deleted session.
	Use(ctx context.Context, id ID, at time.Time) error
	// End deletes a session if it exists.
	End(ctx context.Context, id ID) error
	// EndOf deletes all sessions of an owner.
	EndOf(ctx context.Context, owner string) error
	// Expire deletes the sessions that end at ends or before, and those last used at unused
	// or before.
	Expire(ctx context.Context, ends, unused time.Time) error
}
