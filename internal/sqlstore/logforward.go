package sqlstore

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
)

// Forwards is the store of who forwards the results of which job, and how far.
type Forwards struct{ *database }

// forwardable selects the job that was started first of those that have
// something to forward. It goes through an index that has only jobs whose
// results were not all forwarded (planner.go, "look-ups in place of a join").
const forwardable = `SELECT j.pool_id, j.job_id FROM import_jobs j WHERE j.results_forwarded = 0 AND j.requested_ms > 0
	AND coalesce((SELECT CASE WHEN f.lease_until_ms > $1 THEN 0
			WHEN f.next_place = 0 OR j.state IN ('Stopped', 'Succeeded', 'Failed', 'Expired') THEN 1
			WHEN EXISTS (SELECT 1 FROM import_outcomes o WHERE o.pool_id = j.pool_id AND o.job_id = j.job_id AND o.last_line >= f.next_place) THEN 1
			ELSE 0 END
		FROM log_forwards f WHERE f.pool_id = j.pool_id AND f.job_id = j.job_id), 1) = 1
	ORDER BY j.requested_ms, j.pool_id, j.job_id LIMIT 1`

const (
	selectForwardedJob = "SELECT job_id FROM import_jobs WHERE pool_id = $1 AND job_id = $2"
	// claimForward checks the claim's end again: another node may have found
	// the same job.
	claimForward = `INSERT INTO log_forwards (pool_id, job_id, next_place, line_count, rejected_count, lease_node, lease_until_ms)
		VALUES ($1, $2, 0, 0, 0, $3, $4)
		ON CONFLICT (pool_id, job_id) DO UPDATE SET lease_node = excluded.lease_node, lease_until_ms = excluded.lease_until_ms
		WHERE log_forwards.lease_until_ms <= $5 RETURNING next_place, line_count, rejected_count`
	noteForward = `UPDATE log_forwards SET next_place = $1, line_count = $2, rejected_count = $3, lease_until_ms = $4
		WHERE pool_id = $5 AND job_id = $6 AND lease_node = $7`
	markForwarded = "UPDATE import_jobs SET results_forwarded = 1 WHERE pool_id = $1 AND job_id = $2"
)

// ClaimForward gives a node the next job whose results are to be forwarded.
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

// claimForward returns sql.ErrNoRows when the job is another's or gone. It
// keeps the job from being deleted meanwhile, but not from being imported.
func (s *Forwards) claimForward(ctx context.Context, tx *transaction, c *logforward.Claim, now, until time.Time) error {
	var id string
	if err := tx.QueryRowContext(ctx, selectForwardedJob+s.keyLock, c.Key.PoolID, c.Key.JobID).Scan(&id); err != nil {
		return err
	}
	return tx.QueryRowContext(ctx, claimForward, c.Key.PoolID, c.Key.JobID, c.Node, millis(until), millis(now)).
		Scan(&c.Next, &c.Lines, &c.Rejected)
}

// NoteForward writes down how far a job's results were forwarded.
func (s *Forwards) NoteForward(ctx context.Context, c logforward.Claim, until time.Time) error {
	return s.changeAside(ctx, func(tx *transaction) error { return keepForward(ctx, tx, c, until) })
}

func keepForward(ctx context.Context, tx *transaction, c logforward.Claim, until time.Time) error {
	result, err := tx.ExecContext(ctx, noteForward, c.Next, c.Lines, c.Rejected, millis(until), c.Key.PoolID, c.Key.JobID, c.Node)
	return must(result, err, logforward.ErrLost)
}

// EndForward writes down that a job's results were all forwarded.
func (s *Forwards) EndForward(ctx context.Context, c logforward.Claim) error {
	return s.changeAside(ctx, func(tx *transaction) error {
		// In the order in which a pool's rows are deleted.
		if _, err := tx.ExecContext(ctx, markForwarded, c.Key.PoolID, c.Key.JobID); err != nil {
			return err
		}
		return keepForward(ctx, tx, c, time.Time{})
	})
}
