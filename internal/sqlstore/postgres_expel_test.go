package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"poolhouse/internal/importjob"
	"poolhouse/internal/scratch"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// freeze runs a batch of the job, as its node would, up to the moment before the commit. It then
// sends nothing until thaw is called; thaw returns the node's result. The server does not end its
// transaction.
func freeze(t *testing.T, s *Store, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, names ...string) (pid int, thaw func() error) {
	t.Helper()
	return freezeWith(t, heldOpen, s, p, key, lease, names...)
}

// asUsual leaves a transaction as it is.
func asUsual(context.Context, *transaction) error { return nil }

// freezeWith is freeze for a transaction that is prepared in some way.
func freezeWith(t *testing.T, prepare func(context.Context, *transaction) error, s *Store, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, names ...string) (pid int, thaw func() error) {
	t.Helper()
	pids, thawed, ended := make(chan int), make(chan bool), make(chan error, 1)
	b := postgresOf(s)
	c := commitment{s.database, p, key, lease, rowsOf(p, usercsv.Position{}, names...).batch(), time.Now()}
	part := &part{from: c.batch.From, rows: c.batch.First()}
	go func() { // the node's result is final
		ended <- b.tryInImport(t.Context(), func(tx *importTransaction) error {
			j, err := c.begin(t.Context(), tx.transaction)
			if err = errors.Join(err, prepare(t.Context(), tx.transaction)); err != nil {
				return err
			}
			tally, counts, err := b.insertPart(t.Context(), tx, c, part, j)
			if err != nil {
				return err
			}
			// Everything that a batch locks is locked now.
			if _, err := tx.ExecContext(t.Context(), addUserCount, 0, p.Number); err != nil {
				return err
			}
			if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM import_jobs WHERE pool_no = "+poolOf(1)+" AND job_id = $2 FOR UPDATE", key.PoolID, key.JobID); err != nil {
				return err
			}
			var pid int
			if err := tx.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
				return err
			}
			pids <- pid
			<-thawed
			_, err = c.keep(t.Context(), tx.transaction, j, part.from, tally, counts)
			return err
		})
	}()
	select {
	case pid = <-pids:
	case err := <-ended:
		t.Fatal(err)
	}
	return pid, func() error { close(thawed); return <-ended }
}

// TestExpel: a node that is frozen during a commit does not delay the next node of its job. Other
// nodes are not affected.
func TestExpel(t *testing.T) {
	t.Parallel()
	database := emptySchema(t)
	node, next, conn := openPostgres(t, database), openPostgres(t, database), watch(t, database)
	p, q := aliasPool("expel"), aliasPool("expel2")
	key, lease := runJob(t, node, p)
	otherKey, otherLease := runJob(t, node, q)
	_, thaw := freeze(t, node, p, key, lease, "ada", "bob")
	otherPID, thawOther := freeze(t, node, q, otherKey, otherLease, "ada", "bob")

	later := time.Now().Add(2 * time.Hour)
	j, err := next.Claim(t.Context(), "next", later, later.Add(time.Hour))
	if err == nil && j.Key() == otherKey { // of two jobs that waited equally long, the pools decide the order
		t.Fatal("the other job was claimed first")
	}
	if err != nil || j.Key() != key || j.Lease.Epoch != lease.Epoch+1 {
		t.Fatal(j, err)
	}
	settled, _, err := commit(t.Context(), next, p, key, j.Lease, rowsOf(p, usercsv.Position{}, "ada", "bob"), time.Now())
	if err != nil || settled != 2 {
		t.Errorf("%d rows settled, %v", settled, err)
	}
	await(t, conn, "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'idle in transaction' AND application_name = $2",
		otherPID, connectionName(otherKey)+fmt.Sprint(otherLease.Epoch))
	if err := thawOther(); err != nil {
		t.Errorf("the batch of another job: %v", err)
	}
	if err := thaw(); err == nil {
		t.Error("the expelled batch was committed")
	}
	wantSound(t, next, p)
	wantSound(t, next, q)
}

// TestIdleInTransaction: the server ends a transaction that the next node cannot end.
func TestIdleInTransaction(t *testing.T) {
	t.Parallel()
	database := emptySchema(t)
	s, conn, p := openPostgres(t, database), watch(t, database), aliasPool("idle")
	key, lease := runJob(t, s, p)
	pid, thaw := freezeWith(t, asUsual, s, p, key, lease, "ada")
	if err := s.CreateUser(t.Context(), p, named(p, "ada", "a"), false); err != nil { // waits for the frozen transaction
		t.Error(err)
	}
	await(t, conn, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1)", pid)
	err := thaw()
	if e, ok := errors.AsType[*pgconn.PgError](err); err == nil || ok && e.Code != "25P03" {
		t.Errorf("the node hears %v", err)
	}
	wantSound(t, s, p)
}

// TestExpelNotAllowed: a node without the permission to end its predecessor's sessions waits, and
// claims the job all the same.
func TestExpelNotAllowed(t *testing.T) {
	t.Parallel()
	database := emptySchema(t)
	if server.run == nil {
		scratch.Lacking(t, "roles are made on a server of our own only, and "+envDatabase+" names another one")
	}
	s, conn, p := openPostgres(t, database), watch(t, database), aliasPool("role")
	key, lease := runJob(t, s, p)
	pid, thaw := freeze(t, s, p, key, lease, "ada")
	next := openPostgres(t, successor(t, s, database))
	claimed := make(chan error)
	go func() {
		later := time.Now().Add(2 * time.Hour)
		j, err := next.Claim(t.Context(), "next", later, later.Add(time.Hour))
		if err == nil && (j == nil || j.Lease.Epoch != lease.Epoch+1) {
			err = fmt.Errorf("claimed %v", j)
		}
		claimed <- err
	}()
	awaitBlocked(t, conn, pid)
	if err := thaw(); err != nil {
		t.Errorf("the batch: %v", err)
	}
	if err := <-claimed; err != nil {
		t.Errorf("the claim: %v", err)
	}
}

// successor creates a role that sees other sessions and may use the schema, and returns its
// database URL.
func successor(t *testing.T, s *Store, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	schema := query.Get("search_path")
	_, err = s.write.Exec("CREATE ROLE r_" + schema + " LOGIN; GRANT pg_read_all_stats TO r_" + schema + "; GRANT USAGE ON SCHEMA " + schema + " TO r_" + schema +
		"; GRANT ALL ON ALL TABLES IN SCHEMA " + schema + " TO r_" + schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.write.Exec("DROP OWNED BY r_" + schema + "; DROP ROLE r_" + schema); err != nil {
			t.Error(err)
		}
	})
	query.Set("user", "r_"+schema)
	u.RawQuery = query.Encode()
	return u.String()
}
