package sqlstore

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
)

// Forwards is the store of the forwarding of job results: which server forwards, and how far it is.
type Forwards struct{ *database }

// forwardable selects the oldest started job with results to forward. It uses an index of the jobs
// that are not fully forwarded (planner.go, "look-ups in place of a join").
const forwardable = `SELECT (SELECT p.pool_id FROM user_pools p WHERE p.pool_no = j.pool_no), j.job_id
	FROM import_jobs j WHERE NOT j.results_forwarded AND j.requested_ms > 0
	AND (SELECT 1 FROM user_pools p WHERE p.pool_no = j.pool_no) = 1
	AND coalesce((SELECT CASE WHEN f.lease_until_ms > $1 THEN 0
			WHEN f.next_place = 0 OR j.state IN ('Stopped', 'Succeeded', 'Failed', 'Expired') THEN 1
			WHEN EXISTS (SELECT 1 FROM import_outcomes o WHERE o.pool_no = j.pool_no AND o.job_no = j.job_no AND o.last_line >= f.next_place) THEN 1
			ELSE 0 END
		FROM log_forwards f WHERE f.pool_no = j.pool_no AND f.job_no = j.job_no), 1) = 1
	ORDER BY j.requested_ms, j.pool_no, j.job_no LIMIT 1`

var (
	selectForwardedJob = "SELECT pool_no, job_no FROM import_jobs WHERE pool_no = " + poolOf(1) + " AND job_id = $2"
	// claimForward checks again that the claim has run out: another node may have found the same
	// job.
	claimForward = `INSERT INTO log_forwards (pool_no, job_no, next_place, line_count, rejected_count, lease_node, lease_until_ms)
		VALUES ($1, $2, 0, 0, 0, $3, $4)
		ON CONFLICT (pool_no, job_no) DO UPDATE SET lease_node = excluded.lease_node, lease_until_ms = excluded.lease_until_ms
		WHERE log_forwards.lease_until_ms <= $5 RETURNING next_place, line_count, rejected_count`
	noteForward = `UPDATE log_forwards SET next_place = $1, line_count = $2, rejected_count = $3, lease_until_ms = $4
		WHERE pool_no = ` + poolOf(5) + ` AND job_no = ` + jobOf(5, 6) + ` AND lease_node = $7`
	markForwarded     = "UPDATE import_jobs SET results_forwarded = TRUE WHERE pool_no = $1 AND job_no = $2"
	markForwardedByID = "UPDATE import_jobs SET results_forwarded = TRUE WHERE pool_no = " + poolOf(1) + " AND job_id = $2"
)

// ClaimForward gives a node the next job with results to forward.
func (s *Forwards) ClaimForward(ctx context.Context, node string, now, until time.Time) (*logforward.Claim, error) {
	find := func(q querier) (key importjob.Key, err error) {
		err = q.QueryRowContext(ctx, forwardable, millis(now)).Scan(&key.PoolID, &key.JobID)
		return key, err
	}
	return claimNext(ctx, s.database, find, func(key importjob.Key) (*logforward.Claim, error) {
		c := &logforward.Claim{Key: key, Node: node}
		err := s.changeAside(ctx, func(tx *transaction) error { return s.claimForward(ctx, tx, c, now, until) })
		return c, err
	})
}

// claimForward returns sql.ErrNoRows if another node has the job or the job is gone. It keeps the
// job from being deleted meanwhile, but not from being imported.
func (s *Forwards) claimForward(ctx context.Context, tx *transaction, c *logforward.Claim, now, until time.Time) error {
	var no jobNumbers
	if err := tx.QueryRowContext(ctx, selectForwardedJob+s.keyLock, c.Key.PoolID, c.Key.JobID).Scan(&no.pool, &no.job); err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, claimForward, no.pool, no.job, c.Node, millis(until), millis(now)).
		Scan(&c.Next, &c.Lines, &c.Rejected)
}

// NoteForward stores how far a job's results are forwarded.
func (s *Forwards) NoteForward(ctx context.Context, c logforward.Claim, until time.Time) error {
	return s.changeAside(ctx, func(tx *transaction) error { return keepForward(ctx, tx, c, until) })
}

func keepForward(ctx context.Context, tx *transaction, c logforward.Claim, until time.Time) error {
	result, err := tx.ExecContext(ctx, noteForward, c.Next, c.Lines, c.Rejected, millis(until), c.Key.PoolID, c.Key.JobID, c.Node)
	return requireChange(result, err, logforward.ErrLost)
}

// EndForward marks a job's results as fully forwarded.
func (s *Forwards) EndForward(ctx context.Context, c logforward.Claim) error {
	return s.changeAside(ctx, func(tx *transaction) error {
		// The order is that of the deletion of a pool's rows.
		if _, err := tx.ExecContext(ctx, markForwardedByID, c.Key.PoolID, c.Key.JobID); err != nil {
			return err
		}
		return keepForward(ctx, tx, c, time.Time{})
	})
}
