package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

const (
	insertUserSession = `INSERT INTO user_sessions (pool_no, session_id, user_no, client_id, token_hash, previous_hash, rotated_ms, device, address, begun_ms, used_ms, ends_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	selectUserSession = `SELECT user_no, client_id, token_hash, previous_hash, rotated_ms, device, address, begun_ms, used_ms, ends_ms
		FROM user_sessions WHERE pool_no = $1 AND session_id = $2`
	updateUserSession = `UPDATE user_sessions SET token_hash = $1, previous_hash = $2, rotated_ms = $3, used_ms = $4, ends_ms = $5
		WHERE pool_no = $6 AND session_id = $7`
	deleteUserSession = "DELETE FROM user_sessions WHERE pool_no = $1 AND session_id = $2"
	deleteSessionsOf  = "DELETE FROM user_sessions WHERE pool_no = $1 AND user_no = $2"
)

// orNull returns NULL for the zero time.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return millis(t)
}

// beginSession stores a new session of a user.
func beginSession(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, s *signin.Session) error {
	if s == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertUserSession, p.Number, s.ID[:], no, s.ClientID, s.Hash, s.Previous, orNull(s.Rotated), s.Device, s.Address,
		millis(s.Begun), millis(s.Used), millis(s.Ends))
	return err
}

// endSessions deletes all sessions of a user, if end is set.
func endSessions(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, end bool) error {
	if !end {
		return nil
	}
	_, err := tx.ExecContext(ctx, deleteSessionsOf, p.Number, no)
	return err
}

// userSession reads a session, without its user's sub, and the user's number.
func userSession(ctx context.Context, q querier, p *userpool.UserPool, id signin.SessionID) (s *signin.Session, no int64, err error) {
	s = &signin.Session{ID: id}
	var rotated sql.NullInt64
	var begun, used, ends int64
	err = q.QueryRowContext(ctx, selectUserSession+q.forUpdate(), p.Number, id[:]).
		Scan(&no, &s.ClientID, &s.Hash, &s.Previous, &rotated, &s.Device, &s.Address, &begun, &used, &ends)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, signin.ErrNoSession
	}
	s.Rotated, s.Begun, s.Used, s.Ends = instant(rotated.Int64), instant(begun), instant(used), instant(ends)
	return s, no, err
}

// Session returns a session and its user.
func (s *SignIns) Session(ctx context.Context, p *userpool.UserPool, id signin.SessionID) (found *signin.Session, u *userpool.User, err error) {
	stored, err := retryRead(ctx, s.database, func(q querier) (storedUser, error) {
		var no int64
		if found, no, err = userSession(ctx, q, p, id); err != nil {
			return storedUser{}, err
		}
		u, _, err := withSchema(ctx, s.users.pools, q, p, func(p *userpool.UserPool) (storedUser, error) { return s.users.tables.byNo(ctx, q, p, no) })
		if errors.Is(err, sql.ErrNoRows) {
			err = signin.ErrNoSession
		}
		return u, err
	})
	if err != nil {
		return nil, nil, err
	}
	found.Sub = stored.Sub
	return found, stored.User, nil
}

// UpdateSession changes a session by a function. Its id, user, client and time of creation cannot
// change.
func (s *SignIns) UpdateSession(ctx context.Context, p *userpool.UserPool, id signin.SessionID, update func(*signin.Session) error) error {
	return s.change(ctx, func(tx *transaction) error {
		found, _, err := userSession(ctx, tx, p, id)
		if err != nil {
			return err
		}
		if err := update(found); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, updateUserSession, found.Hash, found.Previous, orNull(found.Rotated), millis(found.Used), millis(found.Ends), p.Number, id[:])
		return requireChange(result, err, errConflict)
	})
}

// EndSession deletes a session.
func (s *SignIns) EndSession(ctx context.Context, p *userpool.UserPool, id signin.SessionID) error {
	return s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, deleteUserSession, p.Number, id[:])
		return err
	})
}

// Each query is a range of an index and deletes a slice at a time.
var expireSignIns = []struct {
	table, key, by string
	tried          bool // by the time of the last attempt
}{
	{"user_sessions", "pool_no, session_id", "ends_ms", false},
	{"used_challenges", "pool_no, challenge_id", "ends_ms", false},
	{"user_codes", "pool_no, user_no, purpose", "ends_ms", false},
	{"user_attempts", "pool_no, subject, kind", "last_ms", true},
}

// expireSlice returns the statement that deletes the oldest rows of a table, one slice of them.
func expireSlice(table, key, by string) string {
	return fmt.Sprintf("DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s WHERE %[3]s <= $1 ORDER BY %[3]s LIMIT $2)", table, key, by)
}

// ExpireSignIns deletes what has expired.
func (s *SignIns) ExpireSignIns(ctx context.Context, ended, tried time.Time) error {
	for _, e := range expireSignIns {
		at := ended
		if e.tried {
			at = tried
		}
		if err := s.expireRows(ctx, expireSlice(e.table, e.key, e.by), at); err != nil {
			return err
		}
	}
	return nil
}

// expireRows runs a statement that deletes a slice of the rows from before a time, until it deletes
// none.
func (d *database) expireRows(ctx context.Context, statement string, at time.Time) error {
	for {
		n, err := d.deleteSlice(ctx, statement, millis(at), sliceRows)
		if err != nil || n < sliceRows {
			return err
		}
	}
}
