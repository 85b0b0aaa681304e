// Package memstore keeps sessions of the console in memory, for tests.
package memstore

import (
	"context"
	"maps"
	"sync"
	"time"

	"poolhouse/internal/console/session"
)

// Store is a [session.Store].
type Store struct {
	mu       sync.Mutex
	sessions map[session.ID]session.Session
}

// New returns an empty store.
func New() *Store { return &Store{sessions: map[session.ID]session.Session{}} }

// Begin stores a new session.
func (st *Store) Begin(_ context.Context, s *session.Session) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sessions[s.ID] = *s
	return nil
}

// Find returns a session, or [session.ErrNone].
func (st *Store) Find(_ context.Context, id session.ID) (*session.Session, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	s, ok := st.sessions[id]
	if !ok {
		return nil, session.ErrNone
	}
	return &s, nil
}

// Use notes the time of a use.
func (st *Store) Use(_ context.Context, id session.ID, at time.Time) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if s, ok := st.sessions[id]; ok && at.After(s.Used) {
		s.Used = at.UTC().Truncate(time.Millisecond)
		st.sessions[id] = s
	}
	return nil
}

// End deletes a session if it exists.
func (st *Store) End(_ context.Context, id session.ID) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.sessions, id)
	return nil
}

// EndOf deletes all sessions of an owner.
func (st *Store) EndOf(_ context.Context, owner string) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	maps.DeleteFunc(st.sessions, func(_ session.ID, s session.Session) bool { return s.Owner == owner })
	return nil
}

// Expire deletes expired sessions.
func (st *Store) Expire(_ context.Context, ends, unused time.Time) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	maps.DeleteFunc(st.sessions, func(_ session.ID, s session.Session) bool { return !s.Ends.After(ends) || !s.Used.After(unused) })
	return nil
}
