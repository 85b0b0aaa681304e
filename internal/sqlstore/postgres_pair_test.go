package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// TestPairIsOneBatch: without conflicts, both halves are committed when Commit returns, and the
// second half knows what the first one took.
func TestPairIsOneBatch(t *testing.T) {
	t.Parallel()
	s, p := inHalves(openPostgres(t, emptySchema(t))), aliasPool("pair")
	key, lease := runJob(t, s, p)
	b := rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "dan", "bob", "", "eve", "cyd")
	b.Rows[6].User.Attributes.Set("email", "ada@example.com") // an alias that is taken
	settled, j, err := commit(t.Context(), s, p, key, lease, b, time.Now())
	if err != nil || settled != 8 || j.Checkpoint != b.Rows[7].End || j.Counts != (importjob.Counts{Imported: 4, Skipped: 2, Failed: 2}) {
		t.Fatalf("%d rows settled: %+v, %v", settled, j, err)
	}
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SUCCEEDED ", "5 SUCCEEDED ",
		"6 SKIPPED UsernameExists", "7 FAILED InvalidEmail", "8 FAILED AliasExists", "9 SKIPPED UsernameExists"}
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
}

// TestPairApart: another transaction holds a key of one half, and commits or rolls back. One whole
// half or both are settled, in order; the next commit settles the rest.
func TestPairApart(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bob", "dan"} { // one in each half
		for _, undone := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, undone %t", name, undone), func(t *testing.T) {
				t.Parallel()
				testPairApart(t, name, undone)
			})
		}
	}
}

func testPairApart(t *testing.T, name string, undone bool) {
	url := emptySchema(t)
	s, conn, p := inHalves(openPostgres(t, url)), watch(t, url), aliasPool("apart")
	key, lease := runJob(t, s, p)
	pid, release := hold(t, s, p, named(p, name, "another@example.com"))
	var committing sync.WaitGroup
	committing.Go(func() { commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "dan")) })
	awaitBlocked(t, conn, pid)
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SUCCEEDED ", "5 SUCCEEDED "}
	if undone {
		release(errors.New("undone"))
	} else {
		release(nil)
		line := map[string]int{"bob": 1, "dan": 3}[name]
		want[line] = fmt.Sprintf("%d SKIPPED UsernameExists", line+2)
	}
	committing.Wait()
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
}

// TestPairInACircle: another transaction has a key of the first half and waits for one of the
// second half, which waits for the first. The server does not see this deadlock; the second half
// gives way.
func TestPairInACircle(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s, conn, p := inHalves(openPostgres(t, url)), watch(t, url), aliasPool("circle")
	withoutIdleLimit(t, s, url) // so only the second half itself can end the deadlock
	key, lease := runJob(t, s, p)
	held, ask, ended := make(chan int), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.change(t.Context(), func(tx *transaction) error {
			var pid int
			err := errors.Join(heldOpen(t.Context(), tx), addHeld(t, s, tx, p, named(p, "bob", "b")))
			if err = errors.Join(err, tx.QueryRow("SELECT pg_backend_pid()").Scan(&pid)); err != nil {
				return err
			}
			held <- pid
			<-ask
			if err = addHeld(t, s, tx, p, named(p, "dan", "d")); err != nil {
				return err
			}
			return countHeld(t, tx, p, named(p, "bob", "b"), named(p, "dan", "d"))
		})
	}()
	pid := <-held
	var committing sync.WaitGroup
	committing.Go(func() { commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "dan")) })
	awaitBlocked(t, conn, pid)
	// The second half has its keys, and waits for the first.
	await(t, conn, `SELECT 1 FROM pg_stat_activity WHERE starts_with(application_name, $1) AND state = 'idle in transaction'`, connectionName(key))
	close(ask)
	committing.Wait()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	want := []string{"2 SUCCEEDED ", "3 SKIPPED UsernameExists", "4 SUCCEEDED ", "5 SKIPPED UsernameExists"}
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
}

// withoutIdleLimit replaces the connections of imports by ones that the server does not end while a
// transaction waits.
func withoutIdleLimit(t *testing.T, s *Store, url string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	b := postgresOf(s)
	if err := b.connections.Close(); err != nil {
		t.Fatal(err)
	}
	b.connections = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET idle_in_transaction_session_timeout = 0")
		return err
	}))
}

// TestUncertainPair: no row is lost or settled twice, no matter which half's commit was cut and
// whether it took effect.
func TestUncertainPair(t *testing.T) {
	t.Parallel()
	for half := range 2 {
		for name, what := range map[string]cut{"before": cutBefore, "after": cutAfter} {
			t.Run(fmt.Sprintf("half %d, %s", half+1, name), func(t *testing.T) {
				t.Parallel()
				cutter, url := startCutter(t, emptySchema(t))
				s, p := inHalves(openPostgres(t, url)), aliasPool("uncertain")
				key, lease := runJob(t, s, p)
				cutter.cutAfter(half, what)
				commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "ada", ""))
				if cutter.next.Load() != 0 {
					t.Error("no commit was cut")
				}
				want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SUCCEEDED ", "5 SKIPPED UsernameExists", "6 FAILED InvalidEmail"}
				if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
					t.Error(diff)
				}
				wantSound(t, s, p)
			})
		}
	}
}

// TestPairIsFenced: if the lease is lost between the halves' copy and their commit, neither is
// settled.
func TestPairIsFenced(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s, conn, p := inHalves(openPostgres(t, url)), watch(t, url), aliasPool("fenced")
	key, lease := runJob(t, s, p)
	pid, release := hold(t, s, p, named(p, "bob", "b"))
	var err error
	var committing sync.WaitGroup
	committing.Go(func() {
		_, _, err = commit(t.Context(), s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "dan"), time.Now())
	})
	awaitBlocked(t, conn, pid)
	if _, err := s.write.Exec("UPDATE import_jobs SET lease_epoch = lease_epoch + 1"); err != nil {
		t.Error(err)
	}
	release(errors.New("undone"))
	committing.Wait()
	if !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("without the lease: %v", err)
	}
	if kept := verdicts(t, s, key); len(kept) > 0 {
		t.Errorf("settled: %v", kept)
	}
	wantSound(t, s, p)
}
