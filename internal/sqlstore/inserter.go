package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// minCut is how many rows of a batch are settled before somebody who waits
// for the database gets his turn.
const minCut = 256

// insertOneByOne settles the rows, one after the other.
func insertOneByOne(ctx context.Context, s *Store, tx *transaction, b bulk, rows []importjob.Row, tally *importjob.Tally) error {
	in, err := prepareInserter(ctx, s, tx, b.pool)
	if err != nil {
		return err
	}
	defer in.close()
	_, err = in.insertRows(ctx, s, tx, b, rows, 0, tally.Settle)
	return err
}

// insertRows adds the users of some rows and tells what became of each, until
// all are done, or until another writer waits for the database or a client for the
// job to stop. Some rows were done before in the same transaction.
func (in *inserter) insertRows(ctx context.Context, s *Store, tx *transaction, b bulk, rows []importjob.Row, before int,
	tell func(*importjob.Row, *userpool.Error)) (done int, err error) {
	statement := s.rowContext(ctx)
	var taken []bool // whether the user is there already, of the rows that were last probed
	for i := range rows {
		if before+i >= minCut && (b.stopping || s.waiting.Load() > 0) {
			return i, nil
		}
		if i%probed == 0 && !b.optimistic && s.probe != nil {
			if taken, err = s.probe(ctx, s, tx, b.pool, rows[i:min(i+probed, len(rows))]); err != nil {
				return 0, err
			}
		}
		// The statements of a row need not look at the context.
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		var refused *userpool.Error
		switch {
		case rows[i].User == nil:
		case taken != nil && taken[i%probed]:
			refused = userExists()
		default:
			if refused, err = in.insert(statement, rows[i].User); err != nil {
				return 0, err
			}
		}
		tell(&rows[i], refused)
	}
	return len(rows), nil
}

// probed is how many rows' usernames are looked up at a time.
const probed = 1000

// inserter adds the users of one batch, a user a statement.
type inserter struct {
	pool                         *userpool.UserPool
	names                        *names // deferred ones, nil where users' rows have them
	user, alias, release, exists *sql.Stmt
	values                       []any // of the last row, for its memory
}

const deleteAlias = "DELETE FROM aliases WHERE pool_id = $1 AND attribute = $2 AND alias_key = $3 AND user_key = $4"

func prepareInserter(ctx context.Context, s *Store, tx *transaction, pool *userpool.UserPool) (in *inserter, err error) {
	in = &inserter{pool: pool}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{{&in.user, insertUser}, {&in.alias, insertAlias}, {&in.release, deleteAlias}, {&in.exists, s.exists}} {
		if *p.stmt, err = tx.PrepareContext(ctx, p.text); err != nil {
			in.close()
			return nil, err
		}
	}
	return in, nil
}

func (in *inserter) close() {
	for _, stmt := range []*sql.Stmt{in.user, in.alias, in.release, in.exists} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// insert adds one user, or says why it cannot be added. The aliases come
// first: most of the time they are free, and adding one tells that in the
// same statement. A row that fails takes back what it added, since there are
// no savepoints.
func (in *inserter) insert(ctx context.Context, u *userpool.User) (*userpool.Error, error) {
	key := in.pool.UsernameKey(u.Username)
	if in.names != nil && in.names.taken(key) {
		return userExists(), nil
	}
	aliases := storedAliases(in.pool, u)
	for i, a := range aliases {
		added, err := did(in.alias.ExecContext(ctx, in.pool.ID, a.Attribute, a.Key, key))
		if err != nil {
			return nil, err
		}
		if !added && in.names != nil {
			// The holder may be a row whose name turns out to be taken.
			if added, err = in.names.freeAlias(ctx, in, a, key); err != nil {
				return nil, err
			}
		}
		if !added {
			return in.refuse(ctx, key, aliases[:i], &a)
		}
	}
	in.values = appendUser(in.values[:0], in.pool, u)
	result, err := in.user.ExecContext(ctx, in.values...)
	added, err := did(result, err)
	switch {
	case err != nil:
		return nil, err
	case added && in.names != nil:
		return nil, in.names.add(key, result)
	case added:
		return nil, nil
	}
	return in.refuse(ctx, key, aliases, nil)
}

// refuse takes the added aliases back and says why the user was not added: a
// user who is there already is just that, whoever has the alias.
func (in *inserter) refuse(ctx context.Context, key string, added []userpool.Alias, conflict *userpool.Alias) (*userpool.Error, error) {
	for _, a := range added {
		if _, err := in.release.ExecContext(ctx, in.pool.ID, a.Attribute, a.Key, key); err != nil {
			return nil, err
		}
	}
	if conflict == nil {
		return userExists(), nil
	}
	var one int
	err := in.exists.QueryRowContext(ctx, in.pool.ID, key).Scan(&one)
	switch {
	case err == nil:
		return userExists(), nil
	case errors.Is(err, sql.ErrNoRows):
		return taken(*conflict), nil
	}
	return nil, err
}
