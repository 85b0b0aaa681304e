package sqlstore

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
)

const (
	countActive = `SELECT count(*), CAST(coalesce(sum(CASE WHEN (SELECT j.lease_until_ms FROM import_jobs j WHERE j.pool_no = a.pool_no AND j.job_no = a.job_no) <= $1
		THEN 1 ELSE 0 END), 0) AS BIGINT) FROM active_imports a`
	countMessages = "SELECT count(*) FROM outbox_messages"
	// countForward goes through an index that has only jobs whose results were not all
	// forwarded. Of each it looks for the first outcome that was not: an event waits since the
	// start of the job, since that outcome, or since the job's end.
	countForward = `SELECT CAST(coalesce(sum(j.imported + j.skipped + j.failed - coalesce(
			(SELECT f.line_count FROM log_forwards f WHERE f.pool_no = j.pool_no AND f.job_no = j.job_no), 0)), 0) AS BIGINT),
		coalesce(min(CASE WHEN coalesce((SELECT f.next_place FROM log_forwards f WHERE f.pool_no = j.pool_no AND f.job_no = j.job_no), 0) = 0 THEN j.requested_ms
			ELSE coalesce((SELECT o.at_ms FROM import_outcomes o WHERE o.pool_no = j.pool_no AND o.job_no = j.job_no AND o.last_line >=
				(SELECT f.next_place FROM log_forwards f WHERE f.pool_no = j.pool_no AND f.job_no = j.job_no) ORDER BY o.last_line LIMIT 1),
				CASE WHEN j.completed_ms > 0 THEN j.completed_ms END) END), 0)
		FROM import_jobs j WHERE NOT j.results_forwarded AND j.requested_ms > 0
		AND (SELECT 1 FROM user_pools p WHERE p.pool_no = j.pool_no) = 1`
)

// Backlog returns the work that the database has at a moment. forwards says whether it looks
// for what is to be forwarded: where nothing is ever forwarded, that is every job.
func (s *Store) Backlog(ctx context.Context, now time.Time, forwards bool) (importjob.Backlog, error) {
	return retryRead(ctx, s.database, func(q querier) (b importjob.Backlog, err error) {
		if err := q.QueryRowContext(ctx, countActive, millis(now)).Scan(&b.ActiveJobs, &b.UnclaimedJobs); err != nil {
			return b, err
		}
		if err := q.QueryRowContext(ctx, countMessages).Scan(&b.OutboxMessages); err != nil {
			return b, err
		}
		if b.UnindexedUsers, err = s.backend.imports().countUnindexed(ctx, q); err != nil || !forwards {
			return b, err
		}
		var oldest int64
		err = q.QueryRowContext(ctx, countForward).Scan(&b.ForwardLines, &oldest)
		if oldest > 0 {
			b.ForwardOldest = time.UnixMilli(oldest)
		}
		return b, err
	})
}
