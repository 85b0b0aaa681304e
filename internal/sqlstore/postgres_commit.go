package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// postgresImports implements [importer] on PostgreSQL.
type postgresImports struct {
	*database
	*coders
	numbers *postgresNumbers
	// connections are those of imports. expel may end a connection that already has another user;
	// an import tolerates that.
	connections *sql.DB
	// halvesFrom is the smallest number of rows that is committed in two halves, 0 for never.
	halvesFrom int
	// copies is the number of conflicts after which rows are inserted one by one.
	copies int
}

// commit settles the first portion of a batch, in two halves if it has enough rows. See [importer].
func (b *postgresImports) commit(ctx context.Context, c commitment) (j *importjob.Job, err error) {
	rows := c.batch.First()
	if b.halvesFrom > 0 && len(rows) >= b.halvesFrom {
		j, err = b.commitPair(ctx, c, rows)
	} else {
		j, err = b.commitPart(ctx, c, &part{from: c.batch.From, rows: rows})
	}
	if err == nil && c.batch.From.Rows == 0 { // the tables may have been empty before
		b.analyze(ctx)
	}
	return j, err
}

// part is the rows that one transaction settles.
type part struct {
	from usercsv.Position
	rows []importjob.Row
	// The pair that has these rows as its first or second half; nil if they are not a half.
	first, second *pair
	tries         int
	conflicts     int // tries that failed by a conflict
	// The checkpoint as the last complete try would have set it; nil if there was none.
	moved *usercsv.Position
}

// commitPart settles at least the first row of a part.
func (b *postgresImports) commitPart(ctx context.Context, c commitment, part *part) (j *importjob.Job, err error) {
	err = b.changeInImport(ctx, func(tx *importTransaction) (err error) {
		if part.tries++; part.tries > 1 {
			part.first.giveUp() // a new try may decide differently
			part.first = nil
		}
		begun, err := c.begin(ctx, tx.transaction)
		if err != nil {
			return err
		}
		j = begun.Job
		// No other transaction moves the checkpoint while the lease is valid. If the checkpoint is
		// where the last try would have set it, that try took effect, even if later ones failed.
		if part.moved != nil && j.Checkpoint == *part.moved {
			return nil
		}
		if j.Checkpoint != part.from {
			return importjob.ErrLeaseLost
		}
		j, err = b.attempt(ctx, tx, c, part, begun)
		if errors.Is(err, errConflict) {
			part.conflicts++
		}
		return err
	})
	return j, err
}

// attempt does everything in a part's transaction except its end.
func (b *postgresImports) attempt(ctx context.Context, tx *importTransaction, c commitment, part *part, begun storedJob) (*importjob.Job, error) {
	tally, counts, err := b.insertPart(ctx, tx, c, part, begun)
	if err != nil {
		return nil, err
	}
	if err := part.second.awaitFirst(ctx); err != nil {
		return nil, err
	}
	j, err := c.keep(ctx, tx.transaction, begun, part.from, tally, counts)
	if err == nil {
		part.moved = &tally.End
	}
	return j, err
}

// insertPart copies the users of a part. After too many conflicts it inserts the first of them one
// by one.
func (b *postgresImports) insertPart(ctx context.Context, tx *importTransaction, c commitment, part *part, j storedJob) (tally importjob.Tally, counts userCounts, err error) {
	if err := errors.Join(nameConnection(ctx, tx.transaction, c), b.giveTime(ctx, tx.transaction)); err != nil {
		return tally, nil, err
	}
	if part.conflicts >= b.copies {
		counts, err = b.insertOneByOne(ctx, tx.transaction, c.pool, j, part.rows[:min(len(part.rows), maxOneByOne)], &tally)
	} else {
		counts, err = b.copyRows(ctx, tx, c.pool, j, part, &tally)
	}
	return tally, counts, err
}

// importTransaction is a transaction of an import.
type importTransaction struct {
	*transaction
	conn *sql.Conn // the transaction's connection
}

// changeInImport runs a write transaction of an import. fn may run again after a commit with an
// unknown result, so it must check what it did before.
func (b *postgresImports) changeInImport(ctx context.Context, fn func(tx *importTransaction) error) error {
	t := b.tries()
	for t.next(ctx) {
		if t.err = b.tryInImport(ctx, fn); errors.Is(t.err, errUncertain) {
			t.err = errConflict
		}
	}
	return t.err
}

// tryInImport runs a transaction once, on a connection for imports.
func (b *postgresImports) tryInImport(ctx context.Context, fn func(tx *importTransaction) error) error {
	return b.noteRefused(b.runInImport(ctx, fn))
}

func (b *postgresImports) runInImport(ctx context.Context, fn func(tx *importTransaction) error) error {
	conn, err := b.connections.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // if fn panics
	t := &transaction{Tx: tx, lock: b.rowLock}
	return b.end(t, fn(&importTransaction{t, conn}))
}

// analyze updates the planner's statistics (planner.go, "statistics"). Autovacuum would do so a
// minute later, after the import. If analyze fails or another one is running, the plans stay as
// they were.
func (b *postgresImports) analyze(ctx context.Context) {
	_, _ = b.write.ExecContext(ctx, "ANALYZE (SKIP_LOCKED) users, aliases")
}

// IndexUsers does nothing: PostgreSQL defers no index. See [importjob.Store].
func (b *postgresImports) IndexUsers(context.Context, string) error { return nil }

// Unindexed returns no pool: see IndexUsers.
func (b *postgresImports) Unindexed(context.Context) ([]string, error) { return nil, nil }
