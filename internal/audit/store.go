package audit

import (
	"context"
	"time"
)

// Store stores events. It is safe for concurrent use.
type Store interface {
	// Append adds all events or none. It skips events whose ids exist already.
	Append(ctx context.Context, events []Event) error
	// Events returns the events that match a query, the newest first.
	Events(ctx context.Context, q Query) ([]Event, error)
	// Chains returns the stored state of each chain.
	Chains(ctx context.Context) ([]Chain, error)
	// Expire deletes events from before a time and updates the anchors of their chains. If it
	// fails, some events may be deleted.
	Expire(ctx context.Context, before time.Time) error
	// Trim deletes the oldest events until the rest, by [Event.Size], has at most so many bytes.
	// It updates the anchors of the chains. If it fails, some events may be deleted.
	Trim(ctx context.Context, most int64) error
}

// Query selects a page of events. Zero fields other than Limit select all.
type Query struct {
	From, To  time.Time // from From, included, to To, excluded
	Operation string    // of any service
	Principal string    // an ARN
	After     Position  // only older events: the last event of the previous page
	Limit     int       // the most events; at least 1
}
