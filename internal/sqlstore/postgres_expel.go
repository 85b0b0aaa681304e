package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"poolhouse/internal/importjob"
)

// A node that is suspended or cut off during a commit leaves an open transaction that holds the
// keys of its users. The next node of the job would have to wait for it, because the server cannot
// tell a slow client from a lost one. So the connection of a commit is named after its job and
// epoch, and the next holder of the lease ends it. The fence does not depend on this; it only saves
// the wait.

// connectionName returns the name of connections that commit rows of a job, without the epoch.
// PostgreSQL keeps at most 63 bytes.
func connectionName(key importjob.Key) string {
	sum := sha256.Sum256([]byte(key.PoolID + "/" + key.JobID))
	return "poolhouse import " + hex.EncodeToString(sum[:12]) + " "
}

// nameConnection names the transaction's connection until the transaction ends.
func nameConnection(ctx context.Context, tx *transaction, c commitment) error {
	_, err := tx.ExecContext(ctx, "SELECT set_config('application_name', $1, true)", connectionName(c.key)+fmt.Sprint(c.lease.Epoch))
	return err
}

// expel ends the connections that are committing rows of the job. It is called after the lease has
// run out and before the job is claimed. If the permission or the function is missing, the claimer
// has to wait; the job is claimed all the same.
func (b *postgresImports) expel(ctx context.Context, key importjob.Key) error {
	_, err := retryRead(ctx, b.database, func(q querier) (n int, err error) {
		err = q.QueryRowContext(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND starts_with(application_name, $1) AND pid <> pg_backend_pid()`, connectionName(key)).Scan(&n)
		return n, err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && b.faultOf(e) == faultLasting {
		return nil
	}
	return err
}
