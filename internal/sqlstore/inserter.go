package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/userpool"
)

// inserter adds the users of one transaction of an import, a user a statement.
type inserter struct {
	pool                         *userpool.UserPool
	names                        nameTable // nil where users' rows have their names
	user, alias, release, exists *sql.Stmt
	values                       []any // of the last row, for its memory
}

// nameTable is where an inserter leaves the names of its users.
type nameTable interface {
	// taken reports whether a user that was added, or one before, has the name.
	taken(key string) bool
	// add leaves the name of a user that was just added.
	add(key string, added sql.Result) error
	// freeAlias gives an alias that has a holder to the user with a key, if the
	// holder is found not to be one that was added after all.
	freeAlias(ctx context.Context, in *inserter, a userpool.Alias, key string) (given bool, err error)
}

const deleteAlias = "DELETE FROM aliases WHERE pool_no = $1 AND attribute = $2 AND alias_key = $3 AND user_key = $4"

// prepareInserter prepares the statements; exists finds a row by pool and key.
func prepareInserter(ctx context.Context, tx *transaction, pool *userpool.UserPool, exists string, names nameTable) (in *inserter, err error) {
	in = &inserter{pool: pool, names: names}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{{&in.user, insertUser}, {&in.alias, insertAlias}, {&in.release, deleteAlias}, {&in.exists, exists}} {
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
		added, err := did(in.alias.ExecContext(ctx, in.pool.Number, a.Attribute, a.Key, key))
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
// user who is there already is just that, whichever user has the alias.
func (in *inserter) refuse(ctx context.Context, key string, added []userpool.Alias, conflict *userpool.Alias) (*userpool.Error, error) {
	for _, a := range added {
		if _, err := in.release.ExecContext(ctx, in.pool.Number, a.Attribute, a.Key, key); err != nil {
			return nil, err
		}
	}
	if conflict == nil {
		return userExists(), nil
	}
	var one int
	err := in.exists.QueryRowContext(ctx, in.pool.Number, key).Scan(&one)
	switch {
	case err == nil:
		return userExists(), nil
	case errors.Is(err, sql.ErrNoRows):
		return taken(*conflict), nil
	}
	return nil, err
}
