package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// recorder is an engine that reports writing transactions.
type recorder struct {
	engine
	begun func(urgent bool) // called with the writer lock just taken
	ended func(urgent bool) // called before the writer lock is released
	rows  func(n int)       // called with the number of rows of a slice
}

func (r *recorder) beginWrite(ctx context.Context, urgent bool) (func(), error) {
	end, err := r.engine.beginWrite(ctx, urgent)
	if err != nil {
		return nil, err
	}
	r.begun(urgent)
	return func() { r.ended(urgent); end() }, nil
}

func (r *recorder) wrote(n int) { r.rows(n); r.engine.wrote(n) }

// record makes a store report its transactions.
func record(s *Store) *recorder {
	nothing := func(bool) {}
	r := &recorder{engine: s.database.engine, begun: nothing, ended: nothing, rows: func(int) {}}
	s.database.engine = r
	return r
}

// onBoth runs a test on both databases. open opens the database again.
func onBoth(t *testing.T, test func(t *testing.T, open func() *Store)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		test(t, func() *Store {
			s, err := OpenSQLite(t.Context(), SQLite{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return withKey(t, s)
		})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		test(t, func() *Store { return openPostgres(t, url) })
	})
}

// manyUsers is more than two slices of users.
const manyUsers = 2*sliceRows + 300

// fillMany creates a pool with many users, aliases and outcomes, without an active job.
func fillMany(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	key, lease := runJob(t, s, p)
	at := usercsv.Position{}
	for from := 0; from < manyUsers; from += 100 {
		names := make([]string, 100)
		for i := range names {
			names[i] = fmt.Sprint("user", from+i)
		}
		at = commitWhole(t, s, p, key, lease, rowsOf(p, at, append(names, "")...))
	}
	_, err := s.UpdateLeased(t.Context(), key, lease, func(j *importjob.Job) error {
		j.State, j.Completed, j.Upload = importjob.Succeeded, time.Now(), importjob.Upload{}
		return nil
	})
	if err := errors.Join(err, s.IndexUsers(t.Context(), p.ID)); err != nil {
		t.Fatal(err)
	}
}

// leftOf counts a pool's rows in each table that has some.
func leftOf(t *testing.T, s *Store, p *userpool.UserPool) map[string]int {
	t.Helper()
	catalogue := postgresPoolTables
	if _, ok := s.backend.(*sqliteBackend); ok {
		catalogue = litePoolTables
	}
	tables, err := list(t.Context(), s.database, scanText, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]int{}
	for _, table := range tables {
		if n := rowsIn(t, s, table, p); n > 0 {
			left[table] = n
		}
	}
	return left
}

func allowed(*userpool.UserPool, bool) error { return nil }

// TestDeletionsAreSlices: no transaction of a deletion changes more rows than a slice, and the call
// itself changes almost none. On SQLite, the database counts.
func TestDeletionsAreSlices(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("sliced")
		fillMany(t, s, p)
		r, slices, most := record(s), 0, 0
		count := func(n int) {
			if n > 0 {
				slices++
			}
			most = max(most, n)
		}
		if _, ok := s.backend.(*sqliteBackend); ok {
			changes := func() (n int) {
				if err := s.write.QueryRow("SELECT total_changes()").Scan(&n); err != nil {
					t.Error(err)
				}
				return n
			}
			before := changes()
			r.ended = func(bool) { n := changes(); count(n - before); before = n }
		} else {
			r.rows = count
		}
		if err := s.DeletePool(t.Context(), p.ID, allowed); err != nil || most > 10 {
			t.Errorf("the call changes %d rows, %v", most, err)
		}
		before := leftOf(t, s, p)
		if before["users"] < manyUsers || before["aliases"] < manyUsers || before["import_outcomes"] == 0 || before["deleted_pools"] != 1 {
			t.Fatalf("the test deletes too little: %v", before)
		}
		total := 0
		for _, n := range before {
			total += n
		}
		slices, most = 0, 0
		clearDeleted(t, s)
		if most > sliceRows || slices < total/sliceRows {
			t.Errorf("%d rows were deleted in %d transactions, one of which had %d", total, slices, most)
		}
		if left := leftOf(t, s, p); len(left) > 0 {
			t.Errorf("left is %v", left)
		}
	})
}

// TestWritersBetweenSlices: a writer that waits while a slice is deleted runs before the next
// slice. PostgreSQL has no writer lock to wait for.
func TestWritersBetweenSlices(t *testing.T) {
	t.Parallel()
	s, p, other := open(t), aliasPool("gone"), aliasPool("other")
	fillMany(t, s, p)
	if err := errors.Join(s.DeletePool(t.Context(), p.ID, allowed), s.CreatePool(t.Context(), other, 10), s.CreateUser(t.Context(), other, named(other, "ada", "a"), false)); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var writers sync.WaitGroup
	order := ""
	r := record(s)
	r.begun = func(urgent bool) {
		mu.Lock()
		defer mu.Unlock()
		if urgent {
			order += "w"
			return
		}
		order += "s"
		writers.Go(func() {
			if _, err := s.UpdateUser(t.Context(), other, "ada", func(u *userpool.User) error { u.Enabled = !u.Enabled; return nil }); err != nil {
				t.Error(err)
			}
		})
		awaitWaiting(t, s)
	}
	clearDeleted(t, s)
	writers.Wait()
	if strings.Contains(order, "ss") || strings.Count(order, "s") < 10 || strings.Count(order, "w") != strings.Count(order, "s") {
		t.Errorf("a slice followed another one while a writer waited: %s", order)
	}
}

// TestDeletionGoesOn: another server that starts later continues an interrupted deletion. Until
// then, the jobs with remaining files are known.
func TestDeletionGoesOn(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("interrupted")
		fillMany(t, s, p)
		waiting := &importjob.Job{PoolID: p.ID, ID: "import-waiting", State: importjob.Created, Created: time.Now()}
		if err := errors.Join(s.CreateJob(t.Context(), waiting, 10), s.DeletePool(t.Context(), p.ID, allowed)); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		r, slices := record(s), 0
		r.rows = func(int) {
			if slices++; slices == 3 {
				stop()
			}
		}
		d := importjob.DeletedPool{Number: p.Number, ID: p.ID}
		if err := s.ClearPool(ctx, d); !errors.Is(err, context.Canceled) {
			t.Fatalf("the interruption: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open()
		left, err := s.DeletedPools(t.Context())
		if err != nil || len(left) != 1 || left[0] != d || len(leftOf(t, s, p)) < 3 {
			t.Fatalf("after the interruption: %v, %v, %v", left, leftOf(t, s, p), err)
		}
		files, err := s.LeftFiles(t.Context(), d)
		if err != nil || len(files) != 1 || files[0] != waiting.Key() {
			t.Errorf("jobs with files: %v, %v", files, err)
		}
		var both sync.WaitGroup
		for range 2 { // two servers
			both.Go(func() {
				if err := s.ClearPool(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if left := leftOf(t, s, p); len(left) > 0 {
			t.Errorf("left is %v", left)
		}
	})
}

// TestDeletedPoolMadeAgain: a new pool with the id of a deleted one sees none of its data, and
// loses nothing when that data is deleted.
func TestDeletedPoolMadeAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, old := withKey(t, open()), aliasPool("again")
		ctx := t.Context()
		fillPool(t, s, old)
		asItIs := func(*userpool.UserPool, *userpool.Client) error { return nil }
		anew := aliasPool("again")
		if err := errors.Join(s.DeletePool(ctx, old.ID, allowed), s.CreatePool(ctx, anew, 10)); err != nil {
			t.Fatal(err)
		}
		users, _, err := s.ListUsers(ctx, anew, userpool.UserQuery{Limit: 60})
		clients, errClients := s.ListClients(ctx, anew.ID, "", 60)
		jobs, errJobs := s.ListJobs(ctx, anew.ID, importjob.After{}, 60)
		group, errGroup := s.LogGroup(ctx, anew.ID)
		claimed, errClaim := s.Claim(ctx, "n", time.Now().Add(2*time.Hour), time.Now())
		if err := errors.Join(err, errClients, errJobs, errGroup, errClaim); err != nil || len(users)+len(clients)+len(jobs)+len(group.Deleted)+group.RetentionDays > 0 || claimed != nil {
			t.Errorf("the new pool has %v, %v, %v, %v, %v; %v", users, clients, jobs, group, claimed, err)
		}
		for name, find := range map[string]func(importjob.Place) ([]*importjob.Job, error){
			"overdue": func(p importjob.Place) ([]*importjob.Job, error) {
				return s.Overdue(ctx, time.Now().Add(time.Hour), p, 10)
			},
			"with files": func(p importjob.Place) ([]*importjob.Job, error) { return s.WithFiles(ctx, p, 10) },
		} {
			if found, err := find(importjob.Place{}); err != nil || len(found) > 0 {
				t.Errorf("jobs that are %s: %v, %v", name, found, err)
			}
		}
		if c, err := s.ClaimForward(ctx, "n", time.Now().Add(2*time.Hour), time.Now()); c != nil || err != nil {
			t.Errorf("results of a deleted pool are to be forwarded: %+v, %v", c, err)
		}
		// The names of users, clients and jobs are free again.
		err = errors.Join(s.CreateUser(ctx, anew, named(anew, "cyd", "c"), false),
			s.CreateClient(ctx, &userpool.Client{PoolID: anew.ID, ID: "client of " + anew.ID}, asItIs),
			s.CreateJob(ctx, &importjob.Job{PoolID: anew.ID, ID: "import-active", State: importjob.Pending, Created: time.Now(), Requested: time.Now()}, 10))
		if err != nil {
			t.Fatal(err)
		}
		before := leftOf(t, s, anew)
		clearDeleted(t, s)
		if left := leftOf(t, s, old); len(left) > 0 {
			t.Errorf("of the old pool is left: %v", left)
		}
		if after := leftOf(t, s, anew); fmt.Sprint(before) != fmt.Sprint(after) || len(after) < 6 {
			t.Errorf("the new pool had %v, and has %v", before, after)
		}
		wantSound(t, s, anew)
	})
}

// TestDeletedStreamsAreSlices: nothing finds the outcomes of a deleted log stream. They are deleted
// in slices, and so are expired outcomes. Those of other jobs stay.
func TestDeletedStreamsAreSlices(t *testing.T) {
	onBoth(t, func(t *testing.T, open func() *Store) {
		s, p := open(), aliasPool("streams")
		ctx, longAgo := t.Context(), time.Now().AddDate(0, 0, -30)
		const segments = 3*sliceSegments + 7
		if err := s.CreatePool(ctx, p, 10); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"import-deleted", "import-expired", "import-other"} {
			j := &importjob.Job{PoolID: p.ID, ID: id, State: importjob.Stopped, Created: longAgo, Requested: longAgo}
			if err := s.CreateJob(ctx, j, 10); err != nil {
				t.Fatal(err)
			}
			at := longAgo
			if id == "import-other" {
				at = time.Now()
			}
			err := s.change(ctx, func(tx *transaction) error {
				for line := range segments {
					if err := keepOutcomes(ctx, tx, noOf(t, tx, j.Key()), []importjob.Outcome{{Line: int64(line + 2), Verdict: importjob.RowFailed}}, at); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		segmentsOf := func(id string) int {
			found, err := s.Outcomes(ctx, importjob.Key{PoolID: p.ID, JobID: id}, 0, 10*segments)
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		if err := errors.Join(s.SetRetention(ctx, p.ID, 7), s.DeleteStreams(ctx, p.ID, []string{"import-deleted"})); err != nil {
			t.Fatal(err)
		}
		if n := segmentsOf("import-deleted"); n > 0 || leftOf(t, s, p)["import_outcomes"] != 3*segments {
			t.Errorf("%d segments are found that were deleted; there are %v", n, leftOf(t, s, p))
		}
		r, most, slices := record(s), 0, 0
		r.rows = func(n int) { most, slices = max(most, n), slices+1 }
		for range 2 { // the second time, there is nothing to do
			if err := s.ClearStreams(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if most > sliceSegments || slices < 4 || slices > 6 || leftOf(t, s, p)["import_outcomes"] != 2*segments {
			t.Errorf("%d slices, one of %d; left is %v", slices, most, leftOf(t, s, p))
		}
		transactions := 0
		r.begun = func(bool) { transactions++ }
		if err := s.ExpireOutcomes(ctx, time.Now()); err != nil {
			t.Fatal(err)
		}
		if n, other := segmentsOf("import-expired"), segmentsOf("import-other"); n != 0 || other != segments || transactions < 4 {
			t.Errorf("%d expired segments are left, and %d of %d others; there were %d transactions", n, other, segments, transactions)
		}
	})
}
