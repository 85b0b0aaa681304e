package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// postgresImports is how imports get in. See [importer].
type postgresImports struct {
	*database
	*coders
	numbers *postgresNumbers
	// connections are those of imports. expel may hit what uses one next, which
	// an import bears.
	connections *sql.DB
	// halvesFrom is the fewest rows that are settled in two halves, 0 for never.
	halvesFrom int
	// copies is after how many conflicts rows are no longer copied, but inserted
	// one by one.
	copies int
}

// commit settles the first portion of a batch, in two halves where it has enough
// rows. See [importer].
func (b *postgresImports) commit(ctx context.Context, c commitment) (j *importjob.Job, err error) {
	rows := c.batch.First()
	if b.halvesFrom > 0 && len(rows) >= b.halvesFrom {
		j, err = b.commitPair(ctx, c, rows)
	} else {
		j, err = b.commitPart(ctx, c, &part{from: c.batch.From, rows: rows})
	}
	if err == nil && c.batch.From.Rows == 0 { // the tables may have had no rows before
		b.analyze(ctx)
	}
	return j, err
}

// part is rows that are settled in one transaction.
type part struct {
	from usercsv.Position
	rows []importjob.Row
	// The pair whose first or second half the rows are, nil when they are none.
	first, second *pair
	tries         int
	conflicts     int // how many tries failed because another transaction came in between
	// Where the last try that came to its end would have moved the checkpoint;
	// nil when there was none.
	moved *usercsv.Position
}

// commitPart settles rows of a part, at least the first.
func (b *postgresImports) commitPart(ctx context.Context, c commitment, part *part) (j *importjob.Job, err error) {
	err = b.changeInImport(ctx, func(tx *importTransaction) (err error) {
		if part.tries++; part.tries > 1 {
			part.first.giveUp() // what follows may be decided otherwise
			part.first = nil
		}
		begun, err := c.begin(ctx, tx.transaction)
		if err != nil {
			return err
		}
		j = begun.Job
		// No other transaction moves the checkpoint while the lease is ours: if it
		// stands where the last try would have moved it, that try took effect,
		// and later ones may have failed.
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

// attempt does all that a part's transaction does, but to end it.
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

// insertPart copies the users of a part, or, when other transactions keep coming
// in between, inserts the first of them one by one.
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
	conn *sql.Conn // that it is on
}

// changeInImport runs a write transaction of an import. fn must see for itself what
// it did before: it is run again also when it is not known whether it took effect.
func (b *postgresImports) changeInImport(ctx context.Context, fn func(tx *importTransaction) error) error {
	t := b.tries()
	for t.next(ctx) {
		if t.err = b.tryInImport(ctx, fn); errors.Is(t.err, errUncertain) {
			t.err = errConflict
		}
	}
	return t.err
}

// tryInImport runs a transaction once, on a connection of those of imports.
func (b *postgresImports) tryInImport(ctx context.Context, fn func(tx *importTransaction) error) error {
	return b.noted(b.runInImport(ctx, fn))
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

// analyze tells the planner what the tables look like now (planner.go, "statistics");
// autovacuum would do so a minute later, when the import is over. Where it fails or
// another one is at it, plans are what they were.
func (b *postgresImports) analyze(ctx context.Context) {
	_, _ = b.write.ExecContext(ctx, "ANALYZE (SKIP_LOCKED) users, aliases")
}

// IndexUsers has nothing to do: the server's indexes are always up to date. See
// [importjob.Store].
func (b *postgresImports) IndexUsers(context.Context, string) error { return nil }

// Unindexed returns no pool: see IndexUsers.
func (b *postgresImports) Unindexed(context.Context) ([]string, error) { return nil, nil }
