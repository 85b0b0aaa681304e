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

// importer is a backend's way to insert the rows of an import.
type importer interface {
	// commit settles rows of a batch; the batch's first portion is not empty. See
	// [importjob.Store]. Each of its transactions begins with commitment.begin and ends with
	// commitment.keep.
	commit(ctx context.Context, c commitment) (*importjob.Job, error)
	// expel ends transactions that an earlier holder of the job's lease may have left open in the
	// database.
	expel(ctx context.Context, key importjob.Key) error
	// IndexUsers and Unindexed are those of [importjob.Store].
	IndexUsers(ctx context.Context, poolID string) error
	Unindexed(ctx context.Context) (poolIDs []string, err error)
	// countUnindexed returns how many users may have deferred indexes.
	countUnindexed(ctx context.Context, q querier) (int64, error)
}

// minCut is the number of rows that a transaction settles before it may end early, for another
// writer or for a stop.
const minCut = 256

// Commit settles rows of a batch.
func (s *Jobs) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	if len(batch.First()) == 0 {
		return nil, errors.New("sqlstore: a batch without rows")
	}
	return s.commit(ctx, commitment{s.database, p, key, lease, batch, now})
}

// commitment is the input of a commit, shared by its transactions. Its methods begin and keep are
// the fence: they check the lease and the checkpoint.
type commitment struct {
	*database
	pool  *userpool.UserPool
	key   importjob.Key
	lease importjob.Lease
	batch importjob.Batch
	now   time.Time
}

// begin returns the job if the lease is still valid. It reads without a lock, so that stops and
// renewals can run meanwhile. The job may therefore change before the transaction ends; keep
// detects that.
func (c commitment) begin(ctx context.Context, tx *transaction) (storedJob, error) {
	j, err := c.leasedJob(ctx, tx.unlocked(), c.key, c.lease)
	if err == nil && (j.no.pool != c.pool.Number || j.State != importjob.InProgress && j.State != importjob.Stopping) {
		return storedJob{}, importjob.ErrLeaseLost
	}
	return j, err
}

// optimistic reports whether the batch may insert without looking names up. It may if the rows so
// far showed no user that exists already: the first rows of a file often show whether it was
// imported before. A taken name is then a conflict at the insertion.
func optimistic(j *importjob.Job, p *userpool.UserPool) bool {
	return j.Checkpoint.Rows > 0 && j.Counts.Skipped == 0 && (j.Counts.Failed == 0 || len(p.AliasAttributes) == 0)
}

// keep stores the outcomes, causes and kept rows from a position on, and returns the updated job.
// counts counts the users that were added.
func (c commitment) keep(ctx context.Context, tx *transaction, j storedJob, from usercsv.Position, tally importjob.Tally, counts userCounts) (*importjob.Job, error) {
	if err := keepOutcomes(ctx, tx, j.no, tally.Outcomes, c.now); err != nil {
		return nil, err
	}
	if err := keepCauses(ctx, tx, j.no, tally.Causes()); err != nil {
		return nil, err
	}
	if err := c.keepRows(ctx, tx, j.no, tally.Kept); err != nil {
		return nil, err
	}
	// The pool's counters come late: once they are locked, no other transaction can add a user
	// until the commit.
	if err := counts.write(ctx, tx, c.pool); err != nil {
		return nil, err
	}
	return c.advance(ctx, tx, j.no, from, tally)
}

const advanceJob = `UPDATE import_jobs SET imported = imported + $1, skipped = skipped + $2, failed = failed + $3,
	checkpoint_offset = $4, checkpoint_line = $5, checkpoint_rows = $6,
	first_user_no = coalesce(first_user_no, $7), last_user_no = coalesce($8, last_user_no)
	WHERE pool_no = $9 AND job_no = $10 AND lease_node = $11 AND lease_epoch = $12
	AND checkpoint_offset = $13 AND checkpoint_line = $14 AND checkpoint_rows = $15 AND state IN ('InProgress', 'Stopping')
	RETURNING ` + jobColumns

// advance moves the job's counts and checkpoint and returns the updated job. It is the fence: the
// UPDATE itself checks the lease and the checkpoint, independent of what begin has read.
func (c commitment) advance(ctx context.Context, tx *transaction, no jobNumbers, from usercsv.Position, tally importjob.Tally) (*importjob.Job, error) {
	to := tally.End
	first, last := userSpan(tally.Kept.Users)
	j, err := c.jobOnly(tx.QueryRowContext(ctx, advanceJob, tally.Counts.Imported, tally.Counts.Skipped, tally.Counts.Failed,
		to.Offset, to.Line, to.Rows, first, last, no.pool, no.job, c.lease.Node, c.lease.Epoch, from.Offset, from.Line, from.Rows))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, importjob.ErrLeaseLost
	}
	return j, err
}

// userSpan returns the first and the last user number of some runs, NULL if there are none. The
// numbers of the job's next commit are greater.
func userSpan(runs []importjob.UserRun) (first, last any) {
	if len(runs) == 0 {
		return nil, nil
	}
	end := runs[len(runs)-1]
	return runs[0].UserNo, end.UserNo + end.Rows - 1
}
