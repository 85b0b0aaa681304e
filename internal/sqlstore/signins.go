package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// SignIns is the store for signing in. See [signin.Store].
type SignIns struct {
	*database
	users   *Users
	clients *Clients
}

const selectClientOf = "SELECT " + poolColumns + ", c.doc, c.sealed FROM user_pool_clients c JOIN user_pools p ON p.pool_no = c.pool_no WHERE c.client_id = $1"

// ClientOf returns an app client and its pool. The caller must not change their contents.
func (s *SignIns) ClientOf(ctx context.Context, clientID string) (p *userpool.UserPool, c *userpool.Client, err error) {
	c, err = retryRead(ctx, s.database, func(q querier) (*userpool.Client, error) {
		var doc string
		var sealed []byte
		if p, err = s.users.pools.decoded.scan(joinedRow{q.QueryRowContext(ctx, selectClientOf, clientID), []any{&doc, &sealed}}); err != nil {
			return nil, err
		}
		return s.clientOf(p.ID, clientID, doc, sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, noClient(clientID)
	}
	return p, c, err
}

// ChangeUser changes a user and stores the effects of the change.
func (s *SignIns) ChangeUser(ctx context.Context, p *userpool.UserPool, sub string, change func(*userpool.User) (signin.Effects, error)) error {
	return s.change(ctx, func(tx *transaction) error {
		u, p, err := s.bySub(ctx, tx, p, sub)
		if err != nil {
			return err
		}
		before := copyOf(u.User)
		effects, err := change(u.User)
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(before, u.User) {
			if err := s.users.writeChange(ctx, tx, p, before, u); err != nil {
				return err
			}
		} else if err := stillThere(ctx, tx, p); err != nil {
			return err
		}
		return s.keepEffects(ctx, tx, p, before, u, effects)
	})
}

// bySub finds a user by its sub. It returns the current pool if the schema has changed since.
func (s *SignIns) bySub(ctx context.Context, q querier, p *userpool.UserPool, text string) (storedUser, *userpool.UserPool, error) {
	sub, ok := userrow.ParseSub(text)
	if !ok {
		return storedUser{}, p, noUser()
	}
	u, now, err := withSchema(ctx, s.users.pools, q, p, func(p *userpool.UserPool) (storedUser, error) { return s.users.tables.bySub(ctx, q, p, sub) })
	if errors.Is(err, sql.ErrNoRows) {
		err = noUser()
	}
	return u, now, err
}

// keepEffects stores the effects of a user's change.
func (s *SignIns) keepEffects(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, u storedUser, e signin.Effects) error {
	for _, keep := range []func() error{
		func() error { return useChallenge(ctx, tx, p, e.Use) },
		func() error { return takeCode(ctx, tx, p, u.no, e.TakeCode) },
		func() error { return sendCode(ctx, tx, p, u.no, e.Send) },
		func() error { return s.remember(ctx, tx, p, before, u.no, e.Remember) },
		func() error { return endSessions(ctx, tx, p, u.no, e.EndSessions) },
		func() error { return beginSession(ctx, tx, p, u.no, e.Begin) },
		func() error { return clearCounts(ctx, tx, p, e.Clear) },
		func() error { return s.addMessages(ctx, tx, p, u.no, e.Messages) },
	} {
		if err := keep(); err != nil {
			return err
		}
	}
	return nil
}

const (
	insertUsed = "INSERT INTO used_challenges (pool_no, challenge_id, ends_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
	deleteCode = "DELETE FROM user_codes WHERE pool_no = $1 AND user_no = $2 AND purpose = $3 AND mac = $4"
	insertCode = `INSERT INTO user_codes (pool_no, user_no, purpose, mac, ends_ms) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_no, user_no, purpose) DO UPDATE SET mac = excluded.mac, ends_ms = excluded.ends_ms`
	selectCode    = "SELECT mac, ends_ms FROM user_codes WHERE pool_no = $1 AND user_no = $2 AND purpose = $3"
	clearAttempts = "DELETE FROM user_attempts WHERE pool_no = $1 AND subject = $2 AND kind = $3"
)

// useChallenge marks a challenge as answered.
func useChallenge(ctx context.Context, tx *transaction, p *userpool.UserPool, c *signin.Challenge) error {
	if c == nil {
		return nil
	}
	result, err := tx.ExecContext(ctx, insertUsed, p.Number, c.ID[:], millis(c.Ends))
	return requireChange(result, err, signin.ErrUsed)
}

// takeCode removes a code that was used.
func takeCode(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, c *signin.Code) error {
	if c == nil {
		return nil
	}
	result, err := tx.ExecContext(ctx, deleteCode, p.Number, no, int(c.Purpose), c.MAC)
	return requireChange(result, err, signin.ErrUsed)
}

func sendCode(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, c *signin.Code) error {
	if c == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertCode, p.Number, no, int(c.Purpose), c.MAC, millis(c.Ends))
	return err
}

func clearCounts(ctx context.Context, tx *transaction, p *userpool.UserPool, counts []signin.Count) error {
	for _, c := range counts {
		if _, err := tx.ExecContext(ctx, clearAttempts, p.Number, c.Of[:], int(c.Kind)); err != nil {
			return err
		}
	}
	return nil
}

// Code returns the code of a user for a purpose.
func (s *SignIns) Code(ctx context.Context, p *userpool.UserPool, sub string, purpose signin.Purpose) (signin.Code, error) {
	return retryRead(ctx, s.database, func(q querier) (c signin.Code, err error) {
		u, _, err := s.bySub(ctx, q, p, sub)
		if err != nil {
			return c, err
		}
		var ends int64
		err = q.QueryRowContext(ctx, selectCode, p.Number, u.no, int(purpose)).Scan(&c.MAC, &ends)
		if errors.Is(err, sql.ErrNoRows) {
			return signin.Code{}, nil
		}
		c.Purpose, c.Ends = purpose, instant(ends)
		return c, err
	})
}

const (
	selectHistory = "SELECT credential FROM password_history WHERE pool_no = $1 AND user_no = $2 ORDER BY history_no DESC LIMIT $3"
	insertHistory = `INSERT INTO password_history (pool_no, user_no, history_no, credential)
		SELECT $1, $2, coalesce(max(history_no), 0) + 1, $3 FROM password_history WHERE pool_no = $1 AND user_no = $2`
	trimHistory = `DELETE FROM password_history WHERE pool_no = $1 AND user_no = $2
		AND history_no <= (SELECT max(history_no) FROM password_history WHERE pool_no = $1 AND user_no = $2) - $3`
)

// remember adds the user's previous credential to the history, which has at most most entries.
func (s *SignIns) remember(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, no int64, most int) error {
	if most == 0 || before.Credential == (userpool.Credential{}) {
		return nil
	}
	box := s.vault.userBox(p.Number, iam.Credentials)
	if box == nil {
		return errNoKey()
	}
	sub, _ := userrow.ParseSub(before.Sub)
	sealed := box.Seal(string(sub[:]), userrow.AppendCredential(nil, before.Credential))
	if _, err := tx.ExecContext(ctx, insertHistory, p.Number, no, sealed); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, trimHistory, p.Number, no, most)
	return err
}

// History returns the user's previous credentials, newest first.
func (s *SignIns) History(ctx context.Context, p *userpool.UserPool, sub string, limit int) ([]userpool.Credential, error) {
	box := s.vault.userBox(p.Number, iam.Credentials)
	return retryRead(ctx, s.database, func(q querier) ([]userpool.Credential, error) {
		u, _, err := s.bySub(ctx, q, p, sub)
		if err != nil {
			return nil, err
		}
		return collect(ctx, q, func(row scanner) (c userpool.Credential, err error) {
			var sealed []byte
			if err := row.Scan(&sealed); err != nil {
				return c, err
			}
			return unsealed(box, sub, sealed, userrow.Credential)
		}, selectHistory, p.Number, u.no, limit)
	})
}

const (
	selectAttempts = "SELECT attempts, first_ms, last_ms FROM user_attempts WHERE pool_no = $1 AND subject = $2 AND kind = $3"
	countAttempt   = `INSERT INTO user_attempts (pool_no, subject, kind, attempts, first_ms, last_ms) VALUES ($1, $2, $3, 1, $4, $4)
		ON CONFLICT (pool_no, subject, kind) DO UPDATE SET
			attempts = CASE WHEN user_attempts.last_ms < $5 OR user_attempts.first_ms < $6 THEN 1 ELSE user_attempts.attempts + 1 END,
			first_ms = CASE WHEN user_attempts.last_ms < $5 OR user_attempts.first_ms < $6 THEN $4 ELSE user_attempts.first_ms END,
			last_ms = $4
		RETURNING attempts, first_ms, last_ms`
)

func scanAttempts(row scanner) (a signin.Attempts, err error) {
	var first, last int64
	err = row.Scan(&a.Count, &first, &last)
	a.First, a.Last = instant(first), instant(last)
	return a, err
}

// Attempts returns the number of attempts by a subject.
func (s *SignIns) Attempts(ctx context.Context, p *userpool.UserPool, of signin.Subject, kind signin.Attempt) (signin.Attempts, error) {
	return retryRead(ctx, s.database, func(q querier) (signin.Attempts, error) {
		a, err := scanAttempts(q.QueryRowContext(ctx, selectAttempts, p.Number, of[:], int(kind)))
		if errors.Is(err, sql.ErrNoRows) {
			return signin.Attempts{}, nil
		}
		return a, err
	})
}

// CountAttempt adds one attempt.
func (s *SignIns) CountAttempt(ctx context.Context, p *userpool.UserPool, of signin.Subject, kind signin.Attempt, at time.Time, forget signin.Forget) (a signin.Attempts, err error) {
	err = s.change(ctx, func(tx *transaction) error {
		if err := stillThere(ctx, tx, p); err != nil {
			return err
		}
		a, err = scanAttempts(tx.QueryRowContext(ctx, countAttempt, p.Number, of[:], int(kind), millis(at), millis(forget.LastBefore), millis(forget.FirstBefore)))
		return err
	})
	return a, err
}

// deleteSignIns are the statements that delete a user's sign-in data.
var deleteSignIns = []string{
	"DELETE FROM user_sessions WHERE pool_no = $1 AND user_no = $2",
	"DELETE FROM user_codes WHERE pool_no = $1 AND user_no = $2",
	"DELETE FROM password_history WHERE pool_no = $1 AND user_no = $2",
}

// dropSignIns deletes a user's sign-in data.
func dropSignIns(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64) error {
	for _, statement := range deleteSignIns {
		if _, err := tx.ExecContext(ctx, statement, p.Number, no); err != nil {
			return err
		}
	}
	return nil
}
