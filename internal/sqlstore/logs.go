package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

var (
	selectRetention      = "SELECT retention_days FROM log_groups WHERE pool_no = " + poolOf(1)
	selectDeletedStreams = "SELECT (SELECT j.job_id FROM import_jobs j WHERE j.pool_no = d.pool_no AND j.job_no = d.job_no) FROM deleted_log_streams d WHERE d.pool_no = " + poolOf(1)
	upsertRetention      = "INSERT INTO log_groups (pool_no, retention_days) VALUES ($1, $2) ON CONFLICT (pool_no) DO UPDATE SET retention_days = excluded.retention_days"
	deleteRetention      = "DELETE FROM log_groups WHERE pool_no = $1"
	insertDeletedStream  = "INSERT INTO deleted_log_streams (pool_no, job_no, gone) VALUES ($1, $2, FALSE) ON CONFLICT DO NOTHING"
	// ClearStreams deletes the outcomes of these streams.
	selectUncleared = "SELECT pool_no, job_no FROM deleted_log_streams WHERE NOT gone ORDER BY pool_no, job_no"
	streamGone      = "UPDATE deleted_log_streams SET gone = TRUE WHERE pool_no = $1 AND job_no = $2"
	selectStreams   = "SELECT job_id FROM import_jobs j WHERE pool_no = $1 AND requested_ms > 0 AND NOT EXISTS (SELECT 1 FROM deleted_log_streams d WHERE d.pool_no = j.pool_no AND d.job_no = j.job_no)"
	selectRetained  = "SELECT p.pool_id FROM log_groups g CROSS JOIN user_pools p WHERE p.pool_no = g.pool_no"
	expireOutcomes  = "DELETE FROM import_outcomes WHERE pool_no = " + poolOf(1) + " AND job_no = $2 AND last_line >= $3 AND last_line <= $4 AND at_ms < $5"
	selectExpired   = "SELECT job_no, last_line FROM import_outcomes WHERE pool_no = " + poolOf(1) + " AND (job_no, last_line) > ($2, $3) AND at_ms < $4 ORDER BY pool_no, job_no, last_line LIMIT $5"
)

// LogGroup returns the settings of a pool's log group.
func (s *Results) LogGroup(ctx context.Context, poolID string) (g resultlog.Settings, err error) {
	g.RetentionDays, err = retryRead(ctx, s.database, func(q querier) (days int, err error) {
		err = q.QueryRowContext(ctx, selectRetention, poolID).Scan(&days)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil
		}
		return days, err
	})
	if err != nil {
		return g, err
	}
	g.Deleted, err = list(ctx, s.database, func(row scanner) (id string, err error) {
		err = row.Scan(&id)
		return id, err
	}, selectDeletedStreams, poolID)
	return g, err
}

// nameLogGroup names the log group of a pool, whose row is locked. The name is derived from the
// pool's name when its first job is started, and never changes.
func nameLogGroup(ctx context.Context, tx *transaction, p *userpool.UserPool) error {
	if p.LogGroup != "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, "UPDATE user_pools SET log_group = $1 WHERE pool_no = $2", resultlog.Group(p), p.Number)
	return err
}

// SetRetention sets how many days a pool's events are stored; 0 means forever.
func (s *Results) SetRetention(ctx context.Context, poolID string, days int) error {
	return s.change(ctx, func(tx *transaction) error {
		no, _, err := groupStreams(ctx, tx, poolID)
		if err != nil {
			return err
		}
		if days == 0 {
			_, err := tx.ExecContext(ctx, deleteRetention, no)
			return err
		}
		_, err = tx.ExecContext(ctx, upsertRetention, no, days)
		return err
	})
}

// groupStreams returns a pool's number and the ids of the jobs that have a stream in its log group.
// The lock on the pool's row keeps both stable: starting a job or deleting streams needs it too.
func groupStreams(ctx context.Context, tx *transaction, poolID string) (no int64, jobIDs []string, err error) {
	p, err := pool(ctx, tx, poolID)
	if userpool.KindOf(err) == userpool.ResourceNotFound {
		return 0, nil, resultlog.ErrNoGroup
	}
	if err != nil {
		return 0, nil, err
	}
	jobIDs, err = collect(ctx, tx, scanText, selectStreams, p.Number)
	if err == nil && len(jobIDs) == 0 {
		err = resultlog.ErrNoGroup
	}
	return p.Number, jobIDs, err
}

// DeleteGroup deletes the outcomes of all jobs of a pool, and the retention.
func (s *Results) DeleteGroup(ctx context.Context, poolID string) error {
	return s.change(ctx, func(tx *transaction) error {
		no, ids, err := groupStreams(ctx, tx, poolID)
		if err != nil {
			return err
		}
		if err := deleteStreams(ctx, tx, no, ids); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, deleteRetention, no)
		return err
	})
}

// DeleteStreams deletes the outcomes of jobs for good: no query finds them any more, and
// ClearStreams deletes them. If one of the jobs is active, it deletes nothing and returns
// ImportInProgress.
func (s *Results) DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error {
	return s.change(ctx, func(tx *transaction) error {
		p, err := pool(ctx, tx, poolID) // locks the pool's row, which keeps jobs from being started
		if err != nil {
			return err
		}
		return deleteStreams(ctx, tx, p.Number, jobIDs)
	})
}

func deleteStreams(ctx context.Context, tx *transaction, poolNo int64, jobIDs []string) error {
	active, err := activeImport(ctx, tx, poolNo)
	if err != nil {
		return err
	}
	for _, id := range jobIDs {
		if id == active {
			return userpool.Errorf(userpool.ImportInProgress, "Import job %s is active and writes to its log stream.", id)
		}
		var no int64
		err := tx.QueryRowContext(ctx, "SELECT job_no FROM import_jobs WHERE pool_no = $1 AND job_id = $2", poolNo, id).Scan(&no)
		if errors.Is(err, sql.ErrNoRows) {
			continue // a job without a stream
		}
		if err != nil {
			return err
		}
		for _, query := range []string{insertDeletedStream, markForwarded} {
			if _, err := tx.ExecContext(ctx, query, poolNo, no); err != nil {
				return err
			}
		}
	}
	return nil
}

// ExpireOutcomes deletes the outcomes that are older than their pool's retention. That includes
// those of active jobs, which do not read them.
func (s *Results) ExpireOutcomes(ctx context.Context, now time.Time) error {
	pools, err := list(ctx, s.database, scanText, selectRetained)
	for _, id := range pools {
		if problem := s.expireOutcomes(ctx, id, now); problem != nil {
			err = errors.Join(err, fmt.Errorf("expiring the outcomes of user pool %s: %w", id, problem))
		}
	}
	return err
}

// expireOutcomes deletes a pool's expired outcomes, some segments at a time.
func (s *Results) expireOutcomes(ctx context.Context, poolID string, now time.Time) error {
	for after := (segmentKey{}); ; {
		slice, err := s.expired(ctx, poolID, now, after)
		if err != nil || len(slice) == 0 {
			return err
		}
		if err := s.expireSlice(ctx, poolID, now, slice); err != nil {
			return err
		}
		after = slice[len(slice)-1]
	}
}

// segmentKey is the key of a segment within its pool.
type segmentKey struct{ job, line int64 }

// expired returns the first expired segments after a given one. All are of one job, because a job's
// segments are adjacent in the index.
func (s *Results) expired(ctx context.Context, poolID string, now time.Time, after segmentKey) ([]segmentKey, error) {
	g, err := s.LogGroup(ctx, poolID)
	if err != nil || g.RetentionDays == 0 {
		return nil, err
	}
	found, err := list(ctx, s.database, func(row scanner) (k segmentKey, err error) {
		err = row.Scan(&k.job, &k.line)
		return k, err
	}, selectExpired, poolID, after.job, after.line, millis(g.Since(now)), sliceSegments)
	for i := range found {
		if found[i].job != found[0].job {
			return found[:i], err
		}
	}
	return found, err
}

// expireSlice deletes segments of a job according to the retention at the time of the deletion. The
// lock on the pool's row keeps the retention unchanged meanwhile.
func (s *Results) expireSlice(ctx context.Context, poolID string, now time.Time, slice []segmentKey) error {
	return s.change(ctx, func(tx *transaction) error {
		var g resultlog.Settings
		err := tx.QueryRowContext(ctx, selectRetention+tx.forUpdate(), poolID).Scan(&g.RetentionDays)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // the retention is now unlimited
		}
		if err != nil {
			return err
		}
		first, last := slice[0], slice[len(slice)-1]
		_, err = tx.ExecContext(ctx, expireOutcomes, poolID, first.job, first.line, last.line, millis(g.Since(now)))
		return err
	})
}

// ClearStreams deletes the outcomes of deleted log streams. See
// [importjob.Deletions].
func (s *Results) ClearStreams(ctx context.Context) error {
	streams, err := list(ctx, s.database, func(row scanner) (no jobNumbers, err error) {
		err = row.Scan(&no.pool, &no.job)
		return no, err
	}, selectUncleared)
	for _, no := range streams {
		_, problem := s.clearRows(ctx, outcomesOfJob, no.pool, no.job)
		if problem == nil {
			_, problem = s.deleteSlice(ctx, streamGone, no.pool, no.job)
		}
		err = errors.Join(err, problem)
	}
	return err
}

// outcomesOfJob are the table rows of a log stream.
var outcomesOfJob = rowSet{table: "import_outcomes", shared: "pool_no, job_no", columns: "last_line", rows: sliceSegments}
