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
	b := bulk{pool: p, key: key, epoch: lease.Epoch, rows: batch.Rows}
	// What the last try that came to its end would have done.
	var moved *usercsv.Position
	var done int
	err = s.changeInBulk(ctx, func(tx *transaction) (err error) {
		if j, err = workedOn(ctx, tx.unlocked(), key, lease); err != nil {
			return err
		}
		// Nobody else moves the checkpoint while the lease is ours: if it
		// stands where the last try would have moved it, that try took effect.
		if moved != nil && j.Checkpoint == *moved {
			settled = done // tries since may have failed
			return nil
		}
		if j.Checkpoint != batch.From {
			return importjob.ErrLeaseLost
		}
		b.stopping = j.State == importjob.Stopping
		b.hopeful = j.Counts.Skipped == 0 && (j.Counts.Failed == 0 || len(p.AliasAttributes) == 0)
		var tally importjob.Tally
		if settled, err = s.insertRows(ctx, s, tx, b, &tally); err != nil {
			if errors.Is(err, errRaced) {
				b.raced++
			}
			return err
		}
		if j, err = keep(ctx, tx, key, lease, batch.From, tally, now); err == nil {
			moved, done = &tally.End, settled
		}
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	s.wrote(settled * pagesPerRow)
	if batch.From.Rows == 0 {
		s.begun(ctx, s)
	}
	return settled, j, nil
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
