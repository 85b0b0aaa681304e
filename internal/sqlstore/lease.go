package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// A lease is the right of one server to work on something until a moment: on an
// import job, or on the forwarding of its results. It is in columns of the thing's
// row, lease_node and lease_until_ms; what is free has a moment that has passed. A
// statement that takes it checks that again.

// claimNext gives the next thing out that is free, nil when nothing is. find
// returns its key, and looks without a lock: most of the time there is nothing,
// which sql.ErrNoRows says. take takes the lease, and returns sql.ErrNoRows when
// another server was quicker; then the next thing is looked for.
func claimNext[K, T any](ctx context.Context, d *database, find func(q querier) (K, error), take func(K) (*T, error)) (*T, error) {
	for {
		key, err := look(ctx, d, find)
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

// releases end the leases on everything.
var releases = []string{
	"UPDATE import_jobs SET lease_until_ms = 0 WHERE state IN ('Pending', 'InProgress', 'Stopping')",
	"UPDATE import_uploads SET lease_until_ms = 0 WHERE lease_until_ms > 0",
	"UPDATE log_forwards SET lease_until_ms = 0 WHERE lease_until_ms > 0",
}

// ReleaseLeases ends every lease at once. It is for a node that knows that no
// other is alive, because it alone has the database: what its predecessor
// worked on can then be claimed without waiting for the lease to run out.
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
