package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/userpool"
)

// inserter inserts the users of an import's transaction, one user a statement.
type inserter struct {
	coder
	user, alias, exists *sql.Stmt
	tx                  *transaction
	job                 int64 // number of the job
}

const existsUser = "SELECT 1 FROM users WHERE pool_no = $1 AND user_key = $2"

// prepareInserter prepares the statements.
func prepareInserter(ctx context.Context, tx *transaction, c coder, job int64) (in *inserter, err error) {
	in = &inserter{coder: c, tx: tx, job: job}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{{&in.user, insertPg}, {&in.alias, insertAlias}, {&in.exists, existsUser}} {
		if *p.stmt, err = tx.PrepareContext(ctx, p.text); err != nil {
			in.close()
			return nil, err
		}
	}
	return in, nil
}

func (in *inserter) close() {
	for _, stmt := range []*sql.Stmt{in.user, in.alias, in.exists} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// insert adds one user, or returns why it cannot be added. The aliases come first: they are usually
// free, and their insertion tells so in the same statement. A failed row removes what it added,
// since there are no savepoints.
func (in *inserter) insert(ctx context.Context, u *userpool.User, no int64) (*userpool.Error, error) {
	aliases := storedAliases(in.pool, u)
	for i, a := range aliases {
		added, err := anyChanged(in.alias.ExecContext(ctx, in.pool.Number, numberOf(a.Attribute), a.Key, no))
		if err != nil {
			return nil, err
		}
		if !added {
			return in.refuse(ctx, u, no, aliases[:i], &a)
		}
	}
	values, err := appendPgUser(nil, in.coder, u, no, in.job, nil)
	if err != nil {
		return nil, err
	}
	if added, err := anyChanged(in.user.ExecContext(ctx, append(values, nilIfEmpty(u.ExternalID))...)); err != nil || added {
		return nil, err
	}
	return in.refuse(ctx, u, no, aliases, nil)
}

// refuse removes the added aliases and returns why the user was not added. If the username exists,
// that is the reason, no matter which user has the alias.
func (in *inserter) refuse(ctx context.Context, u *userpool.User, no int64, added []userpool.Alias, conflict *userpool.Alias) (*userpool.Error, error) {
	for _, a := range added {
		if err := dropAlias(ctx, in.tx, in.pool, a, no); err != nil {
			return nil, err
		}
	}
	if conflict == nil {
		return userExists(), nil
	}
	var one int
	err := in.exists.QueryRowContext(ctx, in.pool.Number, in.pool.UsernameKey(u.Username)).Scan(&one)
	switch {
	case err == nil:
		return userExists(), nil
	case errors.Is(err, sql.ErrNoRows):
		return aliasTaken(*conflict), nil
	}
	return nil, err
}
