package sqlstore

import (
	"cmp"
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
// Rows are copied in the order of the file, so that numbers, subs and statuses are
// added at the ends of their indexes. Two transactions that want the same keys cannot
// wait for each other in a circle: two imports of a pool never run at once, what is
// left of a run that lost its lease wants the same rows in the same order, and a
// single user's transaction takes one name before its aliases, as a batch does.
func (b *postgresImports) copyRows(ctx context.Context, tx *importTransaction, p *userpool.UserPool, j storedJob, part *part, tally *importjob.Tally) (userCounts, error) {
	c := &pgCandidates{candidates: newCandidates(b.of(p), part.rows), counts: userCounts{}}
	if !optimistic(j.Job, p) || part.conflicts > 0 {
		if err := c.lookUp(ctx, tx.transaction, pgNames{}); err != nil {
			return nil, err
		}
	}
	before, err := part.second.awaitDecision(ctx)
	if err != nil {
		return nil, err
	}
	if before != nil {
		c.before = before
	}
	refused := make([]*userpool.Error, len(part.rows))
	rejected := 0
	for i := range part.rows {
		if refused[i] = c.decide(i); refused[i] != nil || part.rows[i].Err != nil {
			rejected++
		}
	}
	tally.Kept.Rejected = make([]importjob.KeptRow, 0, rejected)
	// The first half of a pair takes its numbers before the second one does.
	if err := c.number(ctx, b); err != nil {
		return nil, err
	}
	no := c.first
	for i := range part.rows {
		tally.Settle(&part.rows[i], refused[i], no)
		if part.rows[i].User != nil && refused[i] == nil {
			no++
		}
	}
	part.first.decide(c.candidates)
	if err := c.copyUsers(ctx, tx, j.no.job); err != nil {
		return nil, err
	}
	return c.counts, c.copyAliases(ctx, tx)
}

// insertOneByOne settles rows one after the other, until a stop of the job was
// asked for.
func (b *postgresImports) insertOneByOne(ctx context.Context, tx *transaction, p *userpool.UserPool, j storedJob, rows []importjob.Row, tally *importjob.Tally) (userCounts, error) {
	first, err := b.numbers.take(ctx, p, len(rows))
	if err != nil {
		return nil, err
	}
	counts := userCounts{}
	in, err := prepareInserter(ctx, tx, b.of(p), j.no.job)
	if err != nil {
		return nil, err
	}
	defer in.close()
	for i := range rows {
		if j.State == importjob.Stopping && i >= minCut {
			return counts, nil
		}
		var refused *userpool.Error
		if u := rows[i].User; u != nil {
			if refused, err = in.insert(ctx, u, first+int64(i)); err != nil {
				return nil, err
			}
			if refused == nil {
				err = counts.add(u, 1)
			}
			if err != nil {
				return nil, err
			}
		}
		tally.Settle(&rows[i], refused, first+int64(i))
	}
	return counts, nil
}

// pgCandidates are the users of a part, with their numbers.
type pgCandidates struct {
	*candidates
	first  int64 // number of the first of those who are inserted
	counts userCounts
}

// planner.go, "a probe a key" and "an order for one row".
const (
	selectTakenKeys = `SELECT k FROM unnest($2::text[]) AS k
		WHERE (SELECT u.user_key FROM users u WHERE u.pool_no = $1 AND u.user_key = k ORDER BY u.user_key LIMIT 1) = k`
	selectTakenAliases = `SELECT k FROM unnest($3::text[]) AS k
		WHERE (SELECT a.alias_key FROM aliases a WHERE a.pool_no = $1 AND a.attribute = $2 AND a.alias_key = k) = k`
)

// pgNames is where names are looked up. See [nameTables].
type pgNames struct{}

func (pgNames) takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error) {
	return collect(ctx, q, scanText, selectTakenKeys, poolNo, keys)
}

func (pgNames) takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error) {
	return collect(ctx, q, scanText, selectTakenAliases, poolNo, attribute, keys)
}

// number takes the numbers of the users that are to be inserted, and counts them. The
// transaction has locked nothing yet.
func (c *pgCandidates) number(ctx context.Context, b *postgresImports) (err error) {
	if len(c.insert) == 0 {
		return nil
	}
	for i := range c.insert {
		if err := c.counts.add(c.insert[i].user, 1); err != nil {
			return err
		}
	}
	c.first, err = b.numbers.take(ctx, c.pool, len(c.insert))
	return err
}

func (c *pgCandidates) copyUsers(ctx context.Context, tx *importTransaction, job int64) error {
	if len(c.insert) == 0 {
		return nil
	}
	var values []any
	var room []byte
	var problem error
	columns := copyColumns
	external := slices.ContainsFunc(c.insert, func(u candidate) bool { return u.user.ExternalID != "" })
	if external {
		columns = externalColumns
	}
	err := copyIn(ctx, tx, "users", columns, len(c.insert), func(text []byte, i int) []byte {
		var err error
		if values, err = appendPgUser(values[:0], c.coder, c.insert[i].user, c.first+int64(i), job, room[:0]); err != nil {
			problem = err
			return text
		}
		room = values[11].([]byte)
		if external {
			values = append(values, nilIfEmpty(c.insert[i].user.ExternalID))
		}
		return appendCopyRow(text, values...)
	})
	return cmp.Or(problem, err)
}

func (c *pgCandidates) copyAliases(ctx context.Context, tx *importTransaction) error {
	type row struct {
		attribute int64
		alias     string
		user      int64
	}
	var rows []row
	for i, u := range c.insert {
		for _, a := range u.aliases {
			rows = append(rows, row{int64(numberOf(a.Attribute)), a.Key, c.first + int64(i)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.attribute, b.attribute), strings.Compare(a.alias, b.alias))
	})
	return copyIn(ctx, tx, "aliases", "pool_no, attribute, alias_key, user_no", len(rows), func(text []byte, i int) []byte {
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
