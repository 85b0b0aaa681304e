package sqlstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestExpiryObeysTheLastWord: the retention is made unlimited during an expiry that has read the
// old retention.
func TestExpiryObeysTheLastWord(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		expiresNothing(t, s, func(int) { awaitWaiting(t, s) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		s, conn := openPostgres(t, url), watch(t, url)
		expiresNothing(t, s, func(pid int) { awaitBlocked(t, conn, pid) })
	})
}

// expiresNothing starts an expiry before a change of the retention is committed; await waits until
// one waits for the other.
func expiresNothing(t *testing.T, s *Store, await func(pid int)) {
	t.Helper()
	p := &userpool.UserPool{ID: "us-east-1_kept"}
	j := &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Stopped, Created: time.Now(), Requested: time.Now()}
	longAgo := time.Now().AddDate(0, 0, -30)
	err := errors.Join(s.CreatePool(t.Context(), p, 10), s.CreateJob(t.Context(), j, 10), s.SetRetention(t.Context(), p.ID, 1),
		s.change(t.Context(), func(tx *transaction) error {
			return keepOutcomes(t.Context(), tx, noOf(t, tx, j.Key()), []importjob.Outcome{{Line: 2, Verdict: importjob.RowSucceeded}}, longAgo)
		}))
	if err != nil {
		t.Fatal(err)
	}
	pids, expired := make(chan int), make(chan error, 1)
	kept := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		kept <- s.change(t.Context(), func(tx *transaction) error {
			if _, err := tx.ExecContext(t.Context(), deleteRetention, p.Number); err != nil {
				return err
			}
			pid := 0
			if _, ok := s.backend.(*postgresBackend); ok {
				if err := tx.QueryRowContext(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil {
					return err
				}
			}
			pids <- pid
			<-begun
			return nil
		})
	}()
	pid := <-pids
	go func() { expired <- s.ExpireOutcomes(t.Context(), time.Now()) }()
	await(pid)
	close(begun)
	if err := errors.Join(<-kept, <-expired); err != nil {
		t.Fatal(err)
	}
	if left := logged(t, s, j.Key()); len(left) != 1 {
		t.Errorf("of the results that are to be kept, there are %v", left)
	}
}

// awaitWaiting waits until a transaction waits for the writer lock.
func awaitWaiting(t *testing.T, s *Store) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); waitingIn(s).Load() == 0; time.Sleep(time.Millisecond) { // a writer in the queue gives no signal
		if time.Now().After(deadline) {
			t.Fatal("no transaction waits for the writer lock")
		}
	}
}

// TestExpiryGoesOn: outcomes that cannot be deleted in one pool do not stop the expiry in other
// pools.
func TestExpiryGoesOn(t *testing.T) {
	t.Parallel()
	s := open(t)
	longAgo := time.Now().AddDate(0, 0, -30)
	for _, id := range []string{"us-east-1_a", "us-east-1_b", "us-east-1_c"} {
		key := importjob.Key{PoolID: id, JobID: "import-1"}
		j := &importjob.Job{PoolID: id, ID: key.JobID, State: importjob.Stopped, Created: longAgo, Requested: longAgo}
		err := errors.Join(s.CreatePool(t.Context(), &userpool.UserPool{ID: id}, 10), s.CreateJob(t.Context(), j, 10), s.SetRetention(t.Context(), id, 1),
			s.change(t.Context(), func(tx *transaction) error {
				return keepOutcomes(t.Context(), tx, noOf(t, tx, key), []importjob.Outcome{{Line: 2, Verdict: importjob.RowSucceeded}}, longAgo)
			}))
		if err != nil {
			t.Fatal(err)
		}
	}
	const jam = `CREATE TRIGGER jam BEFORE DELETE ON import_outcomes WHEN old.pool_no = 2 BEGIN SELECT raise(ABORT, 'it is stuck'); END`
	if _, err := s.write.Exec(jam); err != nil {
		t.Fatal(err)
	}
	if err := s.ExpireOutcomes(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "us-east-1_b") {
		t.Errorf("the error is %v", err)
	}
	left, err := list(t.Context(), s.database, scanText, "SELECT p.pool_id FROM import_outcomes JOIN user_pools p USING (pool_no)")
	if err != nil || len(left) != 1 || left[0] != "us-east-1_b" {
		t.Errorf("left are those of %v, %v", left, err)
	}
}
