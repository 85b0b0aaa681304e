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

// After maxCopies conflicts, at most maxOneByOne rows are inserted one by one.
const (
	maxOneByOne = 1000
	maxCopies   = 3
)

// minPair is the smallest number of rows that is committed in two halves.
const minPair = 4000

// copyRows settles all rows of a part. It looks up which keys are taken, decides the verdict of
// each row, and copies the rows to be inserted. If another transaction takes a key between look-up
// and copy, the copy fails. Then the part is retried, in the end row by row.
//
// The look-up takes a fifth of an import. An optimistic part skips it at its first try: the copy
// fails if a key is taken.
//
// Rows are copied in the order of the file, so that numbers, subs and statuses are added at the
// ends of their indexes. Two transactions that want the same keys cannot deadlock. Two imports of a
// pool never run at once. The remains of a run that lost its lease want the same rows in the same
// order. A single user's transaction takes the name before the aliases, as a batch does.
func (b *postgresImports) copyRows(ctx context.Context, tx *importTransaction, p *userpool.UserPool, j storedJob, part *part, tally *importjob.Tally) (userCounts, error) {
	c := &pgCandidates{candidates: newCandidates(b.coderOf(p), part.rows), counts: userCounts{}}
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
	// The first half of a pair takes its numbers before the second half does.
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

// insertOneByOne settles rows one by one, until a client asks the job to stop.
func (b *postgresImports) insertOneByOne(ctx context.Context, tx *transaction, p *userpool.UserPool, j storedJob, rows []importjob.Row, tally *importjob.Tally) (userCounts, error) {
	first, err := b.numbers.take(ctx, p, len(rows))
	if err != nil {
		return nil, err
	}
	counts := userCounts{}
	in, err := prepareInserter(ctx, tx, b.coderOf(p), j.no.job)
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

// pgCandidates are the candidates of a part, with the numbers of those to be inserted.
type pgCandidates struct {
	*candidates
	first  int64 // number of the first inserted user
	counts userCounts
}

// planner.go, "a probe a key" and "an order for one row".
const (
	selectTakenKeys = `SELECT k FROM unnest($2::text[]) AS k
		WHERE (SELECT u.user_key FROM users u WHERE u.pool_no = $1 AND u.user_key = k ORDER BY u.user_key LIMIT 1) = k`
	selectTakenAliases = `SELECT k FROM unnest($3::text[]) AS k
		WHERE (SELECT a.alias_key FROM aliases a WHERE a.pool_no = $1 AND a.attribute = $2 AND a.alias_key = k) = k`
)

// pgNames implements [nameTables] on PostgreSQL.
type pgNames struct{}

func (pgNames) takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error) {
	return collect(ctx, q, scanText, selectTakenKeys, poolNo, keys)
}

func (pgNames) takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error) {
	return collect(ctx, q, scanText, selectTakenAliases, poolNo, attribute, keys)
}

// number takes the numbers of the users to be inserted, and counts the users. The transaction must
// not have locked anything yet.
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

// copyIn copies n rows into a table within the transaction. It returns errConflict if a row's key
// was taken after the look-up.
func copyIn(ctx context.Context, tx *importTransaction, table, columns string, n int, appendRow func(text []byte, i int) []byte) error {
	err := tx.conn.Raw(func(conn any) error {
		pg := conn.(*stdlib.Conn).Conn().PgConn()
		tag, err := pg.CopyFrom(ctx, &copyText{n: n, appendRow: appendRow}, "COPY "+table+" ("+columns+") FROM STDIN")
		if err == nil && tag.RowsAffected() != int64(n) {
			err = fmt.Errorf("sqlstore: COPY inserted %d of %d rows", tag.RowsAffected(), n)
		}
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == codeUniqueViolation {
		return fmt.Errorf("%w: %w", errConflict, err)
	}
	return err
}
