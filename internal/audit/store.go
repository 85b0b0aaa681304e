package audit

import (
	"context"
	"time"
)

// Store keeps events. Each method may be called by many at a time.
type Store interface {
	// Append adds events, all or none. Events that are there already, by their
	// ids, stay as they are.
	Append(ctx context.Context, events []Event) error
	// Events returns those that a query asks for, the newest first.
	Events(ctx context.Context, q Query) ([]Event, error)
	// Chains returns what is kept of each chain.
	Chains(ctx context.Context) ([]Chain, error)
	// Expire deletes events from before a time, and keeps the anchors of their chains. One
	// that fails has deleted some.
	Expire(ctx context.Context, before time.Time) error
	// Trim deletes the oldest events, so that those that are left take at most so many
	// bytes, as [Event.Size] has them, and keeps the anchors of their chains. One that
	// fails has deleted some.
	Trim(ctx context.Context, most int64) error
}

// Query asks for a page of events. Fields that are zero, save Limit, leave
// nothing out.
type Query struct {
	From, To  time.Time // from the first on, and before the second
	Operation string    // of this name, of whatever service
	Principal string    // whose ARN is this
	After     Position  // those that follow it, which are older: the last of the page before
	Limit     int       // the most events; at least 1
}
