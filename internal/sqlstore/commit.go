package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Commit settles a batch.
func (s *Store) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (settled int, j *importjob.Job, err error) {
	if len(batch.Rows) == 0 {
		return 0, nil, errors.New("sqlstore: a batch without rows")
	}
	c := committer{s, p, key, lease, now}
	if s.sideBySide > 0 && len(batch.Rows) >= s.sideBySide {
		settled, j, err = c.settlePair(ctx, batch)
	} else {
		settled, j, err = c.settle(ctx, &part{Batch: batch})
	}
	if err != nil {
		return 0, nil, err
	}
	s.wrote(settled * pagesPerRow)
	if batch.From.Rows == 0 {
		s.begun(ctx, s)
	}
	return settled, j, nil
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
	importjob.Batch
	pair  *pair // whose first half it is, nil when it is none
	tries int
	// What the last try that came to its end would have done; moved is nil
	// when there was none.
	moved *usercsv.Position
	done  int
}

// settle settles rows of a part, at least the first.
func (c committer) settle(ctx context.Context, part *part) (settled int, j *importjob.Job, err error) {
	b := bulk{pool: c.pool, key: c.key, epoch: c.lease.Epoch, rows: part.Rows, met: part.Met, first: part.pair}
	drawn := false // rows that are not ours any more
	if part.More != nil {
		b.more = func(ctx context.Context) []importjob.Row { drawn = true; return part.More(ctx) }
	}
	err = c.changeInBulk(ctx, func(tx *transaction) (err error) {
		if part.tries++; part.tries > 1 {
			b.first.giveUp() // what follows may be decided otherwise
			b.first = nil
			if drawn {
				return errDrawn
			}
		}
		if j, err = workedOn(ctx, tx.unlocked(), c.key, c.lease); err != nil {
			return err
		}
		// Nobody else moves the checkpoint while the lease is ours: if it
		// stands where the last try would have moved it, that try took effect.
		if part.moved != nil && j.Checkpoint == *part.moved {
			settled = part.done // tries since may have failed
			return nil
		}
		if j.Checkpoint != part.From {
			return importjob.ErrLeaseLost
		}
		settled, j, err = c.attempt(ctx, tx, b.of(j), part)
		if errors.Is(err, errRaced) {
			b.raced++
		}
		return err
	})
	return settled, j, err
}

// errDrawn says that a transaction cannot be tried again.
var errDrawn = errors.New("sqlstore: a batch failed whose rows were drawn")

// of returns the batch as a job's state has it settled.
func (b bulk) of(j *importjob.Job) bulk {
	b.stopping = j.State == importjob.Stopping
	// The first rows of a file often tell whether it has been imported before.
	b.hopeful = !b.met && j.Checkpoint.Rows > 0 && j.Counts.Skipped == 0 && (j.Counts.Failed == 0 || len(b.pool.AliasAttributes) == 0)
	return b
}

// attempt does all that a part's transaction does, but to end it.
func (c committer) attempt(ctx context.Context, tx *transaction, b bulk, part *part) (settled int, j *importjob.Job, err error) {
	var tally importjob.Tally
	if settled, err = c.insertRows(ctx, c.Store, tx, b, &tally); err != nil {
		return 0, nil, err
	}
	if err := b.second.awaitFirst(ctx); err != nil {
		return 0, nil, err
	}
	if j, err = keep(ctx, tx, c.key, c.lease, part.From, tally, c.now); err == nil {
		part.moved, part.done = &tally.End, settled
	}
	return settled, j, err
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
