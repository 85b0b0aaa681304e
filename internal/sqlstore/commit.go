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

// importer is how the rows of an import get into a database, and what follows.
type importer interface {
	// commit settles rows of a batch, whose first portion has some: see
	// [importjob.Store]. Each of its transactions begins with commitment.begin and
	// ends with commitment.keep.
	commit(ctx context.Context, c commitment) (*importjob.Job, error)
	// expel ends what an earlier holder of the job's lease may have left
	// open in the database.
	expel(ctx context.Context, key importjob.Key) error
	// IndexUsers and Unindexed are those of [importjob.Store].
	IndexUsers(ctx context.Context, poolID string) error
	Unindexed(ctx context.Context) (poolIDs []string, err error)
}

// minCut is how many rows a transaction settles before it ends early, for another
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

// commitment is what a commit is asked for, and what all its transactions have in
// common: the fence at their ends.
type commitment struct {
	*database
	pool  *userpool.UserPool
	key   importjob.Key
	lease importjob.Lease
	batch importjob.Batch
	now   time.Time
}

// begin returns a job that the lease's holder may work on. What it says
// may change before the transaction ends, which keep then sees: reading
// without a lock lets stops and renewals through meanwhile.
func (c commitment) begin(ctx context.Context, tx *transaction) (storedJob, error) {
	j, err := c.leasedJob(ctx, tx.unlocked(), c.key, c.lease)
	if err == nil && (j.no.pool != c.pool.Number || j.State != importjob.InProgress && j.State != importjob.Stopping) {
		return storedJob{}, importjob.ErrLeaseLost
	}
	return j, err
}

// optimistic reports whether nothing that the job has seen of its file speaks of
// users who are there already. The first rows of a file often tell whether it has
// been imported before. Names are not looked up then: one that is taken is a
// conflict when it is added.
func optimistic(j *importjob.Job, p *userpool.UserPool) bool {
	return j.Checkpoint.Rows > 0 && j.Counts.Skipped == 0 && (j.Counts.Failed == 0 || len(p.AliasAttributes) == 0)
}

// keep writes down what became of the rows from a position on, and returns the
// job as it is then; counts is of the users that were added.
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
	// The pool's counters come late: until the commit, no other transaction can add a user.
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

// advance moves the job's counts and checkpoint and returns the job as it is
// then. This is the fence: the statement that writes checks, whatever was
// read before.
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

// userSpan returns the numbers of the first and the last user of some runs, NULL where there
// is none. Those of a job's next commit are greater.
func userSpan(runs []importjob.UserRun) (first, last any) {
	if len(runs) == 0 {
		return nil, nil
	}
	end := runs[len(runs)-1]
	return runs[0].UserNo, end.UserNo + end.Rows - 1
}
