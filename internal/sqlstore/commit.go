package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// minCut is how many rows of a batch are settled before somebody who waits
// for the database gets his turn.
const minCut = 256

// Commit settles a batch.
func (s *Store) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (settled int, j *importjob.Job, err error) {
	if len(batch.Rows) == 0 {
		return 0, nil, errors.New("sqlstore: a batch without rows")
	}
	err = s.changeInBulk(ctx, func(tx *sql.Tx) (err error) {
		stopping, err := mayCommit(ctx, tx, key, lease, batch)
		if err != nil {
			return err
		}
		var tally importjob.Tally
		if settled, err = s.insertRows(ctx, tx, p, batch.Rows, stopping, &tally); err != nil {
			return err
		}
		if err := keepOutcomes(ctx, tx, key, tally.Outcomes, now); err != nil {
			return err
		}
		if tally.Counts.Imported > 0 {
			if err := countUsers(ctx, tx, p.ID, tally.Counts.Imported); err != nil {
				return err
			}
		}
		j, err = advance(ctx, tx, key, lease, batch, tally)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	return settled, j, nil
}

// mayCommit demands that the job is the lease holder's and stands where the
// batch begins. It saves the work that advance would refuse. It reports
// whether the job is to stop.
func mayCommit(ctx context.Context, tx *sql.Tx, key importjob.Key, lease importjob.Lease, batch importjob.Batch) (stopping bool, err error) {
	j, err := leasedJob(ctx, tx, key, lease)
	if err != nil {
		return false, err
	}
	stopping = j.State == importjob.Stopping
	if j.Checkpoint != batch.From || j.State != importjob.InProgress && !stopping {
		return false, importjob.ErrLeaseLost
	}
	return stopping, nil
}

const advanceJob = `UPDATE import_jobs SET imported = imported + $1, skipped = skipped + $2, failed = failed + $3,
	checkpoint_offset = $4, checkpoint_line = $5, checkpoint_rows = $6
	WHERE pool_id = $7 AND job_id = $8 AND lease_node = $9 AND lease_epoch = $10
	AND checkpoint_offset = $11 AND checkpoint_line = $12 AND checkpoint_rows = $13 AND state IN ('InProgress', 'Stopping')
	RETURNING ` + jobColumns

// advance moves the job's counts and checkpoint and returns the job as it is
// then. This is the fence: the statement that writes checks, whatever was
// read before.
func advance(ctx context.Context, tx *sql.Tx, key importjob.Key, lease importjob.Lease, batch importjob.Batch, tally importjob.Tally) (*importjob.Job, error) {
	to, from := tally.End, batch.From
	j, err := scanJob(tx.QueryRowContext(ctx, advanceJob, tally.Counts.Imported, tally.Counts.Skipped, tally.Counts.Failed,
		to.Offset, to.Line, to.Rows, key.PoolID, key.JobID, lease.Node, lease.Epoch, from.Offset, from.Line, from.Rows))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, importjob.ErrLeaseLost
	}
	return j, err
}

// insertRows settles rows until all are, or until somebody waits: for the
// database, or for the job to stop.
func (s *Store) insertRows(ctx context.Context, tx *sql.Tx, p *userpool.UserPool, rows []importjob.Row, stopping bool, tally *importjob.Tally) (int, error) {
	in, err := prepareInserter(ctx, tx, p)
	if err != nil {
		return 0, err
	}
	defer in.close()
	for i := range rows {
		if i >= minCut && (stopping || s.waiting.Load() > 0) {
			return i, nil
		}
		// The statements of a row do not look at the context.
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		var refused *userpool.Error
		if rows[i].User != nil {
			if refused, err = in.insert(ctx, rows[i].User); err != nil {
				return 0, err
			}
		}
		tally.Settle(&rows[i], refused)
	}
	return len(rows), nil
}
