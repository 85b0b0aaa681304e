package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// A lease is the right of one server to work on an import job, or to forward its results, until a
// time. It is stored in the columns lease_node and lease_until_ms of the table row; a lease with a
// past time is free. The statement that takes a lease checks that again.

// claimNext takes the next free lease, and returns nil if there is none. find returns a key, or
// sql.ErrNoRows if there is nothing, which is the usual case; so it reads without a lock. take
// takes the lease. It returns sql.ErrNoRows if another server was quicker; then claimNext calls
// find again.
func claimNext[K, T any](ctx context.Context, d *database, find func(q querier) (K, error), take func(K) (*T, error)) (*T, error) {
	for {
		key, err := retryRead(ctx, d, find)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		taken, err := take(key)
		if !errors.Is(err, sql.ErrNoRows) {
			return taken, err
		}
	}
}

// releases end all leases.
var releases = []string{
	"UPDATE import_jobs SET lease_until_ms = 0 WHERE state IN ('Pending', 'InProgress', 'Stopping')",
	"UPDATE import_uploads SET lease_until_ms = 0 WHERE lease_until_ms > 0",
	"UPDATE log_forwards SET lease_until_ms = 0 WHERE lease_until_ms > 0",
}

// ReleaseLeases ends every lease. It is for a node that has the database to itself: it can then
// claim the work of its predecessor at once, without waiting for the leases to run out.
func (s *Store) ReleaseLeases(ctx context.Context) error {
	return s.change(ctx, func(tx *transaction) error {
		for _, release := range releases {
			if _, err := tx.ExecContext(ctx, release); err != nil {
				return err
			}
		}
		return nil
	})
}
