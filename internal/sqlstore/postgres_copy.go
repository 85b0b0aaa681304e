package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// maxOneByOne is how many rows are inserted one by one when other transactions
// keep coming in between, which is after maxCopies conflicts.
const (
	maxOneByOne = 1000
	maxCopies   = 3
)

// minPair is the fewest rows that are settled in two halves.
const minPair = 4000

// copyRows settles all rows of a part: it looks up which keys are taken,
// decides what becomes of each row, and copies those that are to be
// inserted. Another transaction that takes one of the keys between look and copy
// makes the copy fail; then the part is tried again, at last row by row.
//
// Looking keys up takes a fifth of an import. An optimistic part leaves it out at
// its first try: a key that is taken makes the copy fail just so.
//
// Rows are copied in the order of their keys. Two transactions that insert
// the same keys then wait for each other in one direction only.
func copyRows(ctx context.Context, tx *importTransaction, p *userpool.UserPool, part *part, optimistic bool, tally *importjob.Tally) error {
	c := newCandidates(p, part.rows)
	if !optimistic || part.conflicts > 0 {
		if err := c.lookUp(ctx, tx.transaction); err != nil {
			return err
		}
	}
	before, err := part.second.awaitDecision(ctx)
	if err != nil {
		return err
	}
	c.before = before
	for i := range part.rows {
		tally.Settle(&part.rows[i], c.decide(i))
	}
	part.first.decide(c)
	if err := c.copyUsers(ctx, tx); err != nil {
		return err
	}
	return c.copyAliases(ctx, tx)
}

const existsUser = "SELECT 1 FROM users WHERE pool_no = $1 AND user_key = $2"

// insertOneByOne settles rows one after the other, until a stop of the job was
// asked for.
func insertOneByOne(ctx context.Context, tx *transaction, p *userpool.UserPool, rows []importjob.Row, stopping bool, tally *importjob.Tally) error {
	in, err := prepareInserter(ctx, tx, p, existsUser, nil)
	if err != nil {
		return err
	}
	defer in.close()
	for i := range rows {
		if stopping && i >= minCut {
			return nil
		}
		var refused *userpool.Error
		if u := rows[i].User; u != nil {
			if refused, err = in.insert(ctx, u); err != nil {
				return err
			}
		}
		tally.Settle(&rows[i], refused)
	}
	return nil
}

// candidates are the users of a part, and which keys are taken.
type candidates struct {
	pool    *userpool.UserPool
	users   []candidate // by row
	taken   map[string]bool
	aliases map[userpool.Alias]bool // taken ones, by attribute and key
	insert  []candidate
	before  *candidates // whose keys are taken, too; nil when there are none
}

type candidate struct {
	user    *userpool.User // nil for a row that has failed already
	key     string
	aliases []userpool.Alias
}

func newCandidates(p *userpool.UserPool, rows []importjob.Row) *candidates {
	c := &candidates{pool: p, users: make([]candidate, len(rows)), taken: make(map[string]bool, len(rows)), aliases: map[userpool.Alias]bool{}}
	for i := range rows {
		if u := rows[i].User; u != nil {
			c.users[i] = candidate{u, p.UsernameKey(u.Username), storedAliases(p, u)}
		}
	}
	return c
}

// planner.go, "a probe a key" and "an order for one row".
const (
	selectTakenKeys = `SELECT k FROM unnest($2::text[]) AS k
		WHERE (SELECT u.user_key FROM users u WHERE u.pool_no = $1 AND u.user_key = k ORDER BY u.user_key LIMIT 1) = k`
	selectTakenAliases = `SELECT k FROM unnest($3::text[]) AS k
		WHERE (SELECT a.alias_key FROM aliases a WHERE a.pool_no = $1 AND a.attribute = $2 AND a.alias_key = k) = k`
)

// lookUp finds out which of the candidates' keys are taken.
func (c *candidates) lookUp(ctx context.Context, tx *transaction) error {
	keys := make([]string, 0, len(c.users))
	wanted := map[string][]string{} // aliases by attribute
	for _, u := range c.users {
		if u.user == nil {
			continue
		}
		keys = append(keys, u.key)
		for _, a := range u.aliases {
			wanted[a.Attribute] = append(wanted[a.Attribute], a.Key)
		}
	}
	found, err := lookUp(ctx, tx, selectTakenKeys, keys, c.pool.Number)
	if err != nil {
		return err
	}
	for _, key := range found {
		c.taken[key] = true
	}
	for attribute, keys := range wanted {
		found, err := lookUp(ctx, tx, selectTakenAliases, keys, c.pool.Number, attribute)
		if err != nil {
			return err
		}
		for _, key := range found {
			c.aliases[userpool.Alias{Attribute: attribute, Key: key}] = true
		}
	}
	return nil
}

// lookUp returns those of the keys that the query finds. Sorted keys touch
// each page of the index once.
func lookUp(ctx context.Context, tx *transaction, query string, keys []string, args ...any) ([]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	slices.Sort(keys)
	return collect(ctx, tx, func(row scanner) (key string, err error) {
		err = row.Scan(&key)
		return key, err
	}, query, append(args, slices.Compact(keys))...)
}

// decide says why the user of row i is not inserted, nil if it is. The rows
// before it have been decided: what they take is taken.
func (c *candidates) decide(i int) *userpool.Error {
	u := c.users[i]
	switch {
	case u.user == nil:
		return nil
	case c.taken[u.key], c.before != nil && c.before.taken[u.key]:
		return userExists()
	}
	for _, a := range u.aliases {
		if c.aliases[plain(a)] || c.before != nil && c.before.aliases[plain(a)] {
			return taken(a)
		}
	}
	c.taken[u.key] = true
	for _, a := range u.aliases {
		c.aliases[plain(a)] = true
	}
	c.insert = append(c.insert, u)
	return nil
}

// plain returns what of an alias must be unique.
func plain(a userpool.Alias) userpool.Alias {
	return userpool.Alias{Attribute: a.Attribute, Key: a.Key}
}

func (c *candidates) copyUsers(ctx context.Context, tx *importTransaction) error {
	if len(c.insert) == 0 {
		return nil
	}
	slices.SortFunc(c.insert, func(a, b candidate) int { return strings.Compare(a.key, b.key) })
	var values []any
	return copyIn(ctx, tx, "users", userColumns, len(c.insert), func(text []byte, i int) []byte {
		values = appendUser(values[:0], c.pool, c.insert[i].user)
		return appendCopyRow(text, values...)
	})
}

func (c *candidates) copyAliases(ctx context.Context, tx *importTransaction) error {
	type row struct{ attribute, alias, user string }
	var rows []row
	for _, u := range c.insert {
		for _, a := range u.aliases {
			rows = append(rows, row{a.Attribute, a.Key, u.key})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b row) int {
		if n := strings.Compare(a.attribute, b.attribute); n != 0 {
			return n
		}
		return strings.Compare(a.alias, b.alias)
	})
	return copyIn(ctx, tx, "aliases", "pool_no, attribute, alias_key, user_key", len(rows), func(text []byte, i int) []byte {
		return appendCopyRow(text, c.pool.Number, rows[i].attribute, rows[i].alias, rows[i].user)
	})
}

// copyIn copies n rows into a table within the transaction. It returns
// errConflict when a row's key has been taken since it was looked up.
func copyIn(ctx context.Context, tx *importTransaction, table, columns string, n int, appendRow func(text []byte, i int) []byte) error {
	err := tx.conn.Raw(func(conn any) error {
		pg := conn.(*stdlib.Conn).Conn().PgConn()
		tag, err := pg.CopyFrom(ctx, &copyText{n: n, appendRow: appendRow}, "COPY "+table+" ("+columns+") FROM STDIN")
		if err == nil && tag.RowsAffected() != int64(n) {
			err = fmt.Errorf("sqlstore: %d of %d rows were copied", tag.RowsAffected(), n)
		}
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == codeUniqueViolation {
		return fmt.Errorf("%w: %w", errConflict, err)
	}
	return err
}
