package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"poolhouse/internal/importjob"
	"poolhouse/internal/storetest"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// watch returns a connection that observes the others.
func watch(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // it only observed
	return conn
}

// await waits until the query has a result.
func await(t *testing.T, conn *pgx.Conn, query string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) { // another process, which gives no signal
		var there bool
		if err := conn.QueryRow(t.Context(), "SELECT EXISTS ("+query+")", args...).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s %v", query, args)
		}
	}
}

// awaitBlocked waits until another session waits for this one.
func awaitBlocked(t *testing.T, conn *pgx.Conn, pid int) {
	t.Helper()
	await(t, conn, "SELECT 1 FROM pg_stat_activity WHERE pg_blocking_pids(pid) @> ARRAY[$1::int]", pid)
}

// heldOpen turns off the limit for a transaction that waits for its test, however slow that is.
func heldOpen(ctx context.Context, tx *transaction) error {
	_, err := tx.ExecContext(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0")
	return err
}

// addHeld adds a user as a batch does row by row. It leaves the counters to countHeld at the end.
func addHeld(t *testing.T, s *Store, tx *transaction, p *userpool.UserPool, u *userpool.User) error {
	b := postgresOf(s)
	no, err := b.numbers.take(t.Context(), p, 1)
	if err != nil {
		return err
	}
	in, err := prepareInserter(t.Context(), tx, b.coderOf(p), 1)
	if err != nil {
		return err
	}
	defer in.close()
	_, err = in.insert(t.Context(), u, no)
	return err
}

func countHeld(t *testing.T, tx *transaction, p *userpool.UserPool, users ...*userpool.User) error {
	counts := userCounts{}
	for _, u := range users {
		if err := counts.add(u, 1); err != nil {
			return err
		}
	}
	return counts.write(t.Context(), tx, p)
}

// hold adds a user in a transaction that stays open until release is called, and returns the number
// of its session.
func hold(t *testing.T, s *Store, p *userpool.UserPool, u *userpool.User) (pid int, release func(outcome error)) {
	t.Helper()
	pids, outcomes, ended := make(chan int), make(chan error), make(chan error, 1)
	go func() {
		ended <- s.change(t.Context(), func(tx *transaction) error {
			if err := errors.Join(heldOpen(t.Context(), tx), addHeld(t, s, tx, p, u)); err != nil {
				return err
			}
			var pid int
			if err := tx.QueryRow("SELECT pg_backend_pid()").Scan(&pid); err != nil {
				return err
			}
			pids <- pid
			if err := <-outcomes; err != nil {
				return err
			}
			return countHeld(t, tx, p, u)
		})
	}()
	select {
	case pid = <-pids:
	case err := <-ended:
		t.Fatal(err)
	}
	return pid, func(outcome error) {
		t.Helper()
		outcomes <- outcome
		if err := <-ended; !errors.Is(err, outcome) {
			t.Error(err)
		}
	}
}

// aliasPool is a pool whose users with an email address have an alias.
func aliasPool(id string) *userpool.UserPool {
	return &userpool.UserPool{ID: "us-east-1_" + id, Schema: userpool.StandardSchema(), AliasAttributes: []string{"email", "preferred_username"}}
}

func named(p *userpool.UserPool, name, email string) *userpool.User {
	return &userpool.User{PoolID: p.ID, Username: name, Sub: storetest.SubOf(name), Status: userpool.Confirmed, Enabled: true,
		Attributes: userpool.Attributes{{Name: "email", Value: email}, {Name: "email_verified", Value: "true"}}}
}

// fileRows are rows of a file.
type fileRows struct {
	From usercsv.Position
	Rows []importjob.Row
}

// batch returns a batch of one portion.
func (f fileRows) batch() importjob.Batch {
	return importjob.Batch{From: f.From, Rows: slices.Values([][]importjob.Row{f.Rows})}
}

// commit commits rows in one portion, and returns the number of settled rows.
func commit(ctx context.Context, s *Store, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, f fileRows, at time.Time) (settled int, j *importjob.Job, err error) {
	if j, err = s.Commit(ctx, p, key, lease, f.batch(), at); err != nil {
		return 0, nil, err
	}
	return int(j.Checkpoint.Rows - f.From.Rows), j, nil
}

// rowsOf returns rows of users with these names; a row without a name has failed.
func rowsOf(p *userpool.UserPool, from usercsv.Position, names ...string) fileRows {
	b := fileRows{From: from}
	for i, name := range names {
		n := from.Rows + int64(i)
		row := importjob.Row{Line: n + 2, End: usercsv.Position{Offset: 10 * (n + 1), Line: n + 2, Rows: n + 1}}
		if name == "" {
			row.Err = &usercsv.RowError{Line: n + 2, Code: "InvalidEmail", Reason: "no"}
		} else {
			row.User = named(p, name, name+"@example.com")
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// runJob creates the pool and a job in progress.
func runJob(t *testing.T, s *Store, p *userpool.UserPool) (importjob.Key, importjob.Lease) {
	t.Helper()
	now := time.Now()
	key := importjob.Key{PoolID: p.ID, JobID: "import-1"}
	j := &importjob.Job{PoolID: p.ID, ID: key.JobID, State: importjob.Created, Created: now, Upload: importjob.Upload{Name: "x"}}
	err := errors.Join(s.CreatePool(t.Context(), p, 1000), s.CreateJob(t.Context(), j, 1000))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = s.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Start("", now) }); err != nil {
		t.Fatal(err)
	}
	if j, err = s.Claim(t.Context(), "test", now, now.Add(time.Hour)); err != nil || j == nil {
		t.Fatal(j, err)
	}
	j, err = s.UpdateLeased(t.Context(), key, j.Lease, func(j *importjob.Job) error { j.State = importjob.InProgress; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return key, j.Lease
}

// verdicts returns the verdict of each line. It checks that the log and the kept rows agree.
func verdicts(t *testing.T, s *Store, key importjob.Key) []string {
	t.Helper()
	list := logged(t, s, key)
	wantKeptAs(t, s, key, list)
	return list
}

// logged returns the verdict of each line from the log.
func logged(t *testing.T, s *Store, key importjob.Key) (list []string) {
	t.Helper()
	segments, err := s.Outcomes(t.Context(), key, 0, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range segments {
		for _, o := range segment.Outcomes {
			for line := o.Line; line <= o.Last(); line++ {
				list = append(list, fmt.Sprint(line, " ", o.Verdict, " ", o.Code))
			}
		}
	}
	return list
}

// wantKeptAs checks that each row of a job is kept once, in the order of the file, with the
// verdicts of a list. Each imported row must have a user of its own.
func wantKeptAs(t *testing.T, s *Store, key importjob.Key, want []string) {
	t.Helper()
	page, err := s.KeptRows(t.Context(), key, 0, 1e9, false)
	if err != nil {
		t.Fatal(err)
	}
	numbers, got, last := map[int64]bool{}, []string{}, int64(0)
	for _, kept := range page {
		lines := map[int64]string{}
		for _, row := range kept.Rejected {
			lines[row.Line] = fmt.Sprint(row.Line, " ", row.Verdict, " ", row.Code)
		}
		for _, run := range kept.Users {
			for i := range run.Rows {
				lines[run.Line+i] = fmt.Sprint(run.Line+i, " ", importjob.RowSucceeded, " ")
				if numbers[run.UserNo+i] {
					t.Errorf("two lines became the user %d", run.UserNo+i)
				}
				numbers[run.UserNo+i] = true
			}
		}
		for _, line := range slices.Sorted(maps.Keys(lines)) {
			if line <= last {
				t.Errorf("what is kept of line %d comes after line %d", line, last)
			}
			got, last = append(got, lines[line]), line
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("what the log has of the rows, and what is kept of them:\n%s", diff)
	}
}

// wantSound checks that the pool's count of users is right, and that each alias belongs to the user
// who has it.
func wantSound(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	users := allUsers(t, s, p)
	want, got := map[string]bool{}, map[string]bool{}
	for _, u := range users {
		for _, a := range storedAliases(p, u.User) {
			want[fmt.Sprint(numberOf(a.Attribute), " ", a.Key, " ", u.no)] = true
		}
	}
	rows, err := list(t.Context(), s.database, func(row scanner) (text string, err error) {
		err = row.Scan(&text)
		return text, err
	}, "SELECT attribute || ' ' || alias_key || ' ' || user_no FROM aliases WHERE pool_no = $1", p.Number)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		got[row] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the aliases of %s:\n%s", p.ID, diff)
	}
	if kept, err := s.Pool(t.Context(), p.ID); err != nil || kept.Users != int64(len(users)) {
		t.Errorf("the pool %s counts %d users and has %d (%v)", p.ID, kept.Users, len(users), err)
	}
	wantCounted(t, s, p, users)
	if _, ok := s.backend.(*sqliteBackend); ok {
		wantNamed(t, s, p, users)
	}
}

// allUsers returns all users of a pool, by number.
func allUsers(t *testing.T, s *Store, p *userpool.UserPool) (users []storedUser) {
	t.Helper()
	p, err := s.Pool(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	users, err = s.Users.tables.usersIn(t.Context(), p, userRange{}, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	return users
}

// wantCounted checks the counters by day and status against the users.
func wantCounted(t *testing.T, s *Store, p *userpool.UserPool, users []storedUser) {
	t.Helper()
	want, got := userCounts{}, userCounts{}
	for _, u := range users {
		if err := want.add(u.User, 1); err != nil {
			t.Fatal(err)
		}
	}
	_, err := list(t.Context(), s.database, func(row scanner) (_ any, err error) {
		var key counter
		var n int64
		if err = row.Scan(&key.day, &key.status, &key.enabled, &n); n != 0 {
			got[key] = n
		}
		return nil, err
	}, "SELECT day, status, enabled, users FROM user_counts WHERE pool_no = $1", p.Number)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(counter{})); err != nil || diff != "" {
		t.Errorf("the counters of %s: %v\n%s", p.ID, err, diff)
	}
}

// TestCopyRaces: other transactions take keys of a batch after its look-up: once, twice in a row,
// and then during the insertion one by one.
func TestCopyRaces(t *testing.T) {
	t.Parallel()
	for name, others := range map[string][]*userpool.User{
		"a name":            {{Username: "bob"}},
		"two names":         {{Username: "bob"}, {Username: "cyd"}},
		"three names":       {{Username: "bob"}, {Username: "cyd"}, {Username: "dan"}},
		"an alias":          {{Username: "x", Sub: "cyd@example.com"}},
		"names, then alias": {{Username: "bob"}, {Username: "eve", Sub: "other"}, {Username: "x", Sub: "cyd@example.com"}},
	} {
		for _, undone := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, undone %t", name, undone), func(t *testing.T) {
				t.Parallel()
				testCopyRace(t, others, undone)
			})
		}
	}
}

func testCopyRace(t *testing.T, others []*userpool.User, undone bool) {
	url := emptySchema(t)
	s, conn, p := openPostgres(t, url), watch(t, url), aliasPool("race")
	key, lease := runJob(t, s, p)
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SUCCEEDED ", "5 SUCCEEDED ", "6 SUCCEEDED ", "7 FAILED InvalidEmail"}
	var outcome error
	if undone {
		outcome = errors.New("undone")
	}
	var pids []int
	var releases []func(error)
	for _, other := range others {
		pid, release := hold(t, s, p, named(p, other.Username, other.Sub))
		pids, releases = append(pids, pid), append(releases, release)
		line := map[string]int{"bob": 1, "cyd": 2, "dan": 3, "eve": 4}[other.Username]
		switch {
		case undone:
		case line > 0:
			want[line] = fmt.Sprintf("%d SKIPPED UsernameExists", line+2)
		default:
			want[2] = "4 FAILED AliasExists"
		}
	}
	var committing sync.WaitGroup
	committing.Go(func() {
		settled, j, err := commit(t.Context(), s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd", "dan", "eve", ""), time.Now())
		if err != nil || settled != 6 || j.Checkpoint.Rows != 6 || j.Counts.Sum() != 6 {
			t.Errorf("%d rows settled: %+v, %v", settled, j, err)
		}
	})
	for i := range pids {
		awaitBlocked(t, conn, pids[i])
		releases[i](outcome)
	}
	committing.Wait()
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
}

// TestRowByRowEnds: a commit that waits for another transaction's row ends with its context.
func TestRowByRowEnds(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s, conn, p := openPostgres(t, url), watch(t, url), aliasPool("ends")
	runJob(t, s, p)
	pid, release := hold(t, s, p, named(p, "ada", "a"))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- postgresOf(s).changeInImport(ctx, func(tx *importTransaction) error {
			part := &part{rows: rowsOf(p, usercsv.Position{}, "ada").Rows, conflicts: maxCopies}
			_, _, err := postgresOf(s).insertPart(ctx, tx, commitment{database: s.database, pool: p}, part, storedJob{Job: new(importjob.Job)})
			return err
		})
	}()
	awaitBlocked(t, conn, pid)
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("the batch waits on although its context has ended")
		defer func() { <-ended }()
	}
	release(nil)
}
