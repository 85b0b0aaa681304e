package session

import (
	"context"
	"time"
)

// Store keeps sessions. Each method is one act that is done as a whole or not at
// all. All servers that share a database share the sessions in it.
type Store interface {
	// Begin keeps a new session.
	Begin(ctx context.Context, s *Session) error
	// Find returns a session, and [ErrNone] if there is none.
	Find(ctx context.Context, id ID) (*Session, error)
	// Use notes when a session was last used, unless a later use is noted already.
	// A session that has ended stays so.
	Use(ctx context.Context, id ID, at time.Time) error
	// End deletes a session, if there is one.
	End(ctx context.Context, id ID) error
	// EndOf deletes all sessions of an owner.
	EndOf(ctx context.Context, owner string) error
	// Expire deletes the sessions that end at a time or before, or whose last use is
	// that of unused or before.
	Expire(ctx context.Context, ends, unused time.Time) error
}
