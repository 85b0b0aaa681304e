package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Commit settles rows of a batch.
func (s *Store) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (j *importjob.Job, err error) {
	rows := batch.First()
	if len(rows) == 0 {
		return nil, errors.New("sqlstore: a batch without rows")
	}
	c := committer{s, p, key, lease, now}
	if s.sideBySide > 0 && len(rows) >= s.sideBySide {
		j, err = c.commitPair(ctx, batch.From, rows)
	} else {
		j, err = c.commitPart(ctx, &part{from: batch.From, rows: batch.Rows})
	}
	if err != nil {
		return nil, err
	}
	s.wrote(int(j.Checkpoint.Rows-batch.From.Rows) * pagesPerRow)
	if batch.From.Rows == 0 {
		s.begun(ctx, s)
	}
	return j, nil
}

// committer is what the commits of a job's batches have in common.
type committer struct {
	*Store
	pool  *userpool.UserPool
	key   importjob.Key
	lease importjob.Lease
	now   time.Time
}

// part is rows that are settled in one transaction.
type part struct {
	from  usercsv.Position
	rows  iter.Seq[[]importjob.Row]
	pair  *pair // whose first half it is, nil when it is none
	tries int
	// Where the last try that came to its end would have moved the checkpoint;
	// nil when there was none.
	moved *usercsv.Position
}

// commitPart settles rows of a part, at least the first.
func (c committer) commitPart(ctx context.Context, part *part) (j *importjob.Job, err error) {
	b := bulk{pool: c.pool, key: c.key, epoch: c.lease.Epoch, portions: part.rows, first: part.pair}
	err = c.changeInBulk(ctx, func(tx *transaction) (err error) {
		if part.tries++; part.tries > 1 {
			b.first.giveUp() // what follows may be decided otherwise
			b.first = nil
		}
		if j, err = workedOn(ctx, tx.unlocked(), c.key, c.lease); err != nil {
			return err
		}
		// Nobody else moves the checkpoint while the lease is ours: if it
		// stands where the last try would have moved it, that try took effect,
		// and later ones may have failed.
		if part.moved != nil && j.Checkpoint == *part.moved {
			return nil
		}
		if j.Checkpoint != part.from {
			return importjob.ErrLeaseLost
		}
		j, err = c.attempt(ctx, tx, b.of(j), part)
		if errors.Is(err, errConflict) {
			b.conflicts++
		}
		return err
	})
	return j, err
}

// of returns the batch as a job's state has it settled.
func (b bulk) of(j *importjob.Job) bulk {
	b.stopping = j.State == importjob.Stopping
	// The first rows of a file often tell whether it has been imported before.
	b.optimistic = j.Checkpoint.Rows > 0 && j.Counts.Skipped == 0 && (j.Counts.Failed == 0 || len(b.pool.AliasAttributes) == 0)
	return b
}

// attempt does all that a part's transaction does, but to end it.
func (c committer) attempt(ctx context.Context, tx *transaction, b bulk, part *part) (j *importjob.Job, err error) {
	var tally importjob.Tally
	if err = c.insertRows(ctx, c.Store, tx, b, &tally); err != nil {
		return nil, err
	}
	if err := b.second.awaitFirst(ctx); err != nil {
		return nil, err
	}
	if j, err = keep(ctx, tx, c.key, c.lease, part.from, tally, c.now); err == nil {
		part.moved = &tally.End
	}
	return j, err
}

// workedOn returns a job that the lease's holder may work on. What it says
// may change before the transaction ends, which advance then sees: reading
// without a lock lets stops and renewals through meanwhile.
func workedOn(ctx context.Context, q querier, key importjob.Key, lease importjob.Lease) (*importjob.Job, error) {
	j, err := leasedJob(ctx, q, key, lease)
	if err == nil && j.State != importjob.InProgress && j.State != importjob.Stopping {
		return nil, importjob.ErrLeaseLost
	}
	return j, err
}

// keep writes down what became of a batch, and returns the job as it is then.
func keep(ctx context.Context, tx *transaction, key importjob.Key, lease importjob.Lease, from usercsv.Position,
	tally importjob.Tally, now time.Time) (*importjob.Job, error) {
	if err := keepOutcomes(ctx, tx, key, tally.Outcomes, now); err != nil {
		return nil, err
	}
	// The pool's row comes late: until the commit, nobody else can add a user.
	if tally.Counts.Imported > 0 {
		if err := countUsers(ctx, tx, key.PoolID, tally.Counts.Imported); err != nil {
			return nil, err
		}
	}
	return advance(ctx, tx, key, lease, from, tally)
}

const advanceJob = `UPDATE import_jobs SET imported = imported + $1, skipped = skipped + $2, failed = failed + $3,
	checkpoint_offset = $4, checkpoint_line = $5, checkpoint_rows = $6
	WHERE pool_id = $7 AND job_id = $8 AND lease_node = $9 AND lease_epoch = $10
	AND checkpoint_offset = $11 AND checkpoint_line = $12 AND checkpoint_rows = $13 AND state IN ('InProgress', 'Stopping')
	RETURNING ` + jobColumns

// advance moves the job's counts and checkpoint and returns the job as it is
// then. This is the fence: the statement that writes checks, whatever was
// read before.
func advance(ctx context.Context, tx *transaction, key importjob.Key, lease importjob.Lease, from usercsv.Position, tally importjob.Tally) (*importjob.Job, error) {
	to := tally.End
	j, err := scanJob(tx.QueryRowContext(ctx, advanceJob, tally.Counts.Imported, tally.Counts.Skipped, tally.Counts.Failed,
		to.Offset, to.Line, to.Rows, key.PoolID, key.JobID, lease.Node, lease.Epoch, from.Offset, from.Line, from.Rows))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, importjob.ErrLeaseLost
	}
	return j, err
}

// CatchUp does for the users of a pool what batches put off.
func (s *Store) CatchUp(ctx context.Context, poolID string) error { return s.catchUp(ctx, s, poolID) }

// Behind returns the pools for whose users something is put off, and that
// have no import.
func (s *Store) Behind(ctx context.Context) ([]string, error) { return s.behind(ctx, s) }
