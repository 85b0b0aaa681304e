package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
)

// sessionStore is the part of the store for console sessions.
type sessionStore struct{ *database }

var _ session.Store = sessionStore{}

// Sessions returns the store of the console's sessions, in the same database.
func (s *Store) Sessions() session.Store { return sessionStore{s.database} }

const (
	insertSession = `INSERT INTO console_sessions (id, owner, access_key_id, secret_mac, role_session, begun_ms, used_ms, ends_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	selectSession  = "SELECT owner, access_key_id, secret_mac, role_session, begun_ms, used_ms, ends_ms FROM console_sessions WHERE id = $1"
	useSession     = "UPDATE console_sessions SET used_ms = $1 WHERE id = $2 AND used_ms < $1"
	deleteSession  = "DELETE FROM console_sessions WHERE id = $1"
	deleteSessions = "DELETE FROM console_sessions WHERE owner = $1"
	// The expired sessions are a range of an index.
	expireSessions = "DELETE FROM console_sessions WHERE ends_ms <= $1"
	unusedSessions = "DELETE FROM console_sessions WHERE used_ms <= $1"
)

// Begin stores a new session.
func (st sessionStore) Begin(ctx context.Context, s *session.Session) error {
	role := ""
	if s.Role != nil {
		text, err := json.Marshal(s.Role)
		if err != nil {
			return err
		}
		role = string(text)
	}
	return st.exec(ctx, insertSession, s.ID[:], s.Owner, s.AccessKeyID, s.Secret, role, millis(s.Begun), millis(s.Used), millis(s.Ends))
}

// Find returns a session.
func (st sessionStore) Find(ctx context.Context, id session.ID) (*session.Session, error) {
	return retryRead(ctx, st.database, func(q querier) (*session.Session, error) {
		s := &session.Session{ID: id}
		var role string
		var begun, used, ends int64
		err := q.QueryRowContext(ctx, selectSession, id[:]).Scan(&s.Owner, &s.AccessKeyID, &s.Secret, &role, &begun, &used, &ends)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, session.ErrNone
		}
		if err != nil {
			return nil, err
		}
		s.Begun, s.Used, s.Ends = instant(begun), instant(used), instant(ends)
		if role != "" {
			s.Role = &iam.Session{}
			err = json.Unmarshal([]byte(role), s.Role)
		}
		return s, err
	})
}

// Use stores the time when a session was last used.
func (st sessionStore) Use(ctx context.Context, id session.ID, at time.Time) error {
	return st.exec(ctx, useSession, millis(at), id[:])
}

// End deletes a session.
func (st sessionStore) End(ctx context.Context, id session.ID) error {
	return st.exec(ctx, deleteSession, id[:])
}

// EndOf deletes all sessions of an owner.
func (st sessionStore) EndOf(ctx context.Context, owner string) error {
	return st.exec(ctx, deleteSessions, owner)
}

// Expire deletes the sessions that have ended or were unused for too long.
func (st sessionStore) Expire(ctx context.Context, ends, unused time.Time) error {
	return errors.Join(st.exec(ctx, expireSessions, millis(ends)), st.exec(ctx, unusedSessions, millis(unused)))
}

// exec runs one statement as a transaction.
func (st sessionStore) exec(ctx context.Context, statement string, args ...any) error {
	return st.database.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, statement, args...)
		return err
	})
}
