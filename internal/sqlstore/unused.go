package sqlstore

import "context"

// IsUnused reports whether there are no users, no import jobs and no IAM users.
func (s *Store) IsUnused(ctx context.Context) (bool, error) {
	return retryRead(ctx, s.database, func(q querier) (unused bool, err error) {
		err = q.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM import_jobs)
			AND NOT EXISTS (SELECT 1 FROM iam_users)`).Scan(&unused)
		return unused, err
	})
}
