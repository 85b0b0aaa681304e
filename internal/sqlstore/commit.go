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
	tx, err := s.begin(ctx)
	err = s.finish(tx, err, func(tx *sql.Tx) error {
		if j, err = leasedJob(ctx, tx, key, lease, batch); err != nil {
			return err
		}
		var tally importjob.Tally
		if settled, err = s.insertRows(ctx, tx, p, batch.Rows, j.State == importjob.Stopping, &tally); err != nil {
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
		return advance(ctx, tx, j, lease, batch, tally)
	})
	if err != nil {
		return 0, nil, err
	}
	return settled, j, nil
}

// leasedJob reads the job and demands that it is the lease holder's and
// stands where the batch begins.
func leasedJob(ctx context.Context, tx *sql.Tx, key importjob.Key, lease importjob.Lease, batch importjob.Batch) (*importjob.Job, error) {
	j, err := job(ctx, tx, key)
	if err != nil {
		return nil, err
	}
	if j.Lease != lease || j.Checkpoint != batch.From || j.State != importjob.InProgress && j.State != importjob.Stopping {
		return nil, importjob.ErrLeaseLost
	}
	return j, nil
}

const advanceJob = `UPDATE import_jobs SET imported = $1, skipped = $2, failed = $3,
	checkpoint_offset = $4, checkpoint_line = $5, checkpoint_rows = $6
	WHERE pool_id = $7 AND job_id = $8 AND lease_node = $9 AND lease_epoch = $10 AND checkpoint_offset = $11`

// advance moves the job's counts and checkpoint. The conditions are checked
// once more by the statement that writes: this is the fence.
func advance(ctx context.Context, tx *sql.Tx, j *importjob.Job, lease importjob.Lease, batch importjob.Batch, tally importjob.Tally) error {
	j.Counts.Imported += tally.Counts.Imported
	j.Counts.Skipped += tally.Counts.Skipped
	j.Counts.Failed += tally.Counts.Failed
	j.Checkpoint = tally.End
	result, err := tx.ExecContext(ctx, advanceJob, j.Counts.Imported, j.Counts.Skipped, j.Counts.Failed,
		j.Checkpoint.Offset, j.Checkpoint.Line, j.Checkpoint.Rows, j.PoolID, j.ID, lease.Node, lease.Epoch, batch.From.Offset)
	return changed(result, err, importjob.ErrLeaseLost)
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

const selectUserExists = "SELECT 1 FROM users WHERE pool_id = $1 AND user_key = $2"

// inserter adds the users of one batch.
type inserter struct {
	pool                         *userpool.UserPool
	user, alias, holders, exists *sql.Stmt
}

func prepareInserter(ctx context.Context, tx *sql.Tx, p *userpool.UserPool) (in *inserter, err error) {
	in = &inserter{pool: p}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{{&in.user, insertUser}, {&in.alias, insertAlias}, {&in.holders, selectAlias}, {&in.exists, selectUserExists}} {
		if *s.stmt, err = tx.PrepareContext(ctx, s.text); err != nil {
			in.close()
			return nil, err
		}
	}
	return in, nil
}

func (in *inserter) close() {
	for _, stmt := range []*sql.Stmt{in.user, in.alias, in.holders, in.exists} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// insert adds one user, or says why it cannot be added. Its aliases are
// looked up first: a row that fails must leave nothing behind, and there are
// no savepoints.
func (in *inserter) insert(ctx context.Context, u *userpool.User) (*userpool.Error, error) {
	aliases := in.pool.Aliases(u)
	for _, a := range aliases {
		var holder string
		err := in.holders.QueryRowContext(ctx, in.pool.ID, a.Attribute, a.Key).Scan(&holder)
		switch {
		case err == nil:
			return in.conflict(ctx, u, a)
		case !errors.Is(err, sql.ErrNoRows):
			return nil, err
		}
	}
	result, err := in.user.ExecContext(ctx, userValues(in.pool, u)...)
	if err != nil {
		return nil, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return userpool.Errorf(userpool.UsernameExists, "User account already exists"), err
	}
	for _, a := range aliases {
		if _, err := in.alias.ExecContext(ctx, in.pool.ID, a.Attribute, a.Key, in.pool.UsernameKey(u.Username)); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// conflict says why the user cannot be added although its alias is what is
// taken: a user who is there already is just that, whoever has the alias.
func (in *inserter) conflict(ctx context.Context, u *userpool.User, a userpool.Alias) (*userpool.Error, error) {
	var one int
	err := in.exists.QueryRowContext(ctx, in.pool.ID, in.pool.UsernameKey(u.Username)).Scan(&one)
	switch {
	case err == nil:
		return userpool.Errorf(userpool.UsernameExists, "User account already exists"), nil
	case errors.Is(err, sql.ErrNoRows):
		return taken(a), nil
	}
	return nil, err
}
