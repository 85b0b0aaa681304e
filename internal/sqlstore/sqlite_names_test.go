package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantNamed demands that each user of the database has its name, and each name
// its user.
func wantNamed(t *testing.T, s *Store) {
	t.Helper()
	wrong, err := list(t.Context(), s, func(row scanner) (line string, err error) {
		err = row.Scan(&line)
		return line, err
	}, `SELECT 'no name: ' || user_no FROM users u WHERE NOT EXISTS
			(SELECT 1 FROM user_names n WHERE n.pool_id = u.pool_id AND n.user_key = u.user_key AND n.user_no = u.user_no)
		UNION ALL SELECT 'no user: ' || user_key FROM user_names WHERE user_no NOT IN (SELECT user_no FROM users)`)
	if err != nil || len(wrong) > 0 {
		t.Errorf("names: %v %q", err, wrong)
	}
}

// offered is a file's rows, given out some at a time.
type offered struct {
	rows  []importjob.Row
	size  int
	asked int // how often for more
}

func (o *offered) next() []importjob.Row {
	n := min(o.size, len(o.rows))
	some := append([]importjob.Row(nil), o.rows[:n]...)
	o.rows = o.rows[n:]
	return some
}

// batch returns a batch whose rows, once more are asked for, are no longer
// there.
func (o *offered) batch(from usercsv.Position) importjob.Batch {
	b := importjob.Batch{From: from, Rows: o.next()}
	last := b.Rows
	b.More = func(context.Context) []importjob.Row {
		o.asked++
		clear(last)
		last = o.next()
		return last
	}
	return b
}

// TestTransactionsGrow: a batch goes on with more rows until they are enough,
// which they are later and later, and sooner again when somebody waits.
func TestTransactionsGrow(t *testing.T) {
	t.Parallel()
	p := benchPool(false)
	s, lease := benchStore(t, p)
	defer s.Close()
	all := benchUsers(p, 70_000)
	o, at, settled := &offered{rows: all, size: 2500}, usercsv.Position{}, 0
	step := func(want int) {
		t.Helper()
		n, j, err := s.Commit(t.Context(), p, benchKey, lease, o.batch(at), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if n != want {
			t.Errorf("a transaction settles %d rows, want %d", n, want)
		}
		if settled += n; j.Checkpoint.Rows != int64(settled) || j.Counts.Imported != int64(settled) {
			t.Fatalf("after %d rows: %+v", settled, j)
		}
		at, o.rows = j.Checkpoint, all[settled:]
	}
	step(5000)
	step(10_000)
	s.waiting.Add(1)
	step(minCut)
	s.waiting.Add(-1)
	step(10_000)
	step(20_000)
	step(24_744) // what is left
	wantNamed(t, s)
}

// TestMet: a batch that meets users who are there changes nothing, and is
// settled when it says that it may.
func TestMet(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("met")
	key, lease := runJob(t, s, p)
	bob := named(p, "bob", "b")
	bob.Sub = "another" // subs are never the same
	if err := s.CreateUser(t.Context(), p, bob, false); err != nil {
		t.Fatal(err)
	}
	at := commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "zoe")) // of the first rows, names are looked up
	rows := rowsOf(p, at, "ada", "cyd", "bob", "dan", "ada").Rows
	b := (&offered{rows: rows, size: 2}).batch(at)
	settled, _, err := s.Commit(t.Context(), p, key, lease, b, time.Now())
	if !errors.Is(err, importjob.ErrMet) || settled != 0 {
		t.Errorf("%d rows settled, %v", settled, err)
	}
	if kept := verdicts(t, s, key); len(kept) != 1 {
		t.Errorf("settled: %v", kept)
	}
	b = (&offered{rows: rows, size: 2}).batch(at)
	b.Met = true
	if settled, _, err = s.Commit(t.Context(), p, key, lease, b, time.Now()); err != nil || settled != 5 {
		t.Errorf("%d rows settled, %v", settled, err)
	}
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SUCCEEDED ", "5 SKIPPED UsernameExists", "6 SUCCEEDED ", "7 SKIPPED UsernameExists"}
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
	wantNamed(t, s)
}

// TestDrawnOnce: a transaction that failed after rows were drawn is not tried
// again without them.
func TestDrawnOnce(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("drawn")
	key, lease := runJob(t, s, p)
	insert, tries := s.insertRows, 0
	s.insertRows = func(ctx context.Context, s *Store, tx *transaction, b bulk, tally *importjob.Tally) (int, error) {
		if tries++; tries > 1 {
			t.Error("tried again")
		}
		_, err := insert(ctx, s, tx, b, tally)
		return 0, errors.Join(err, errRaced)
	}
	b := (&offered{rows: rowsOf(p, usercsv.Position{}, "ada", "bob").Rows, size: 1}).batch(usercsv.Position{})
	if _, _, err := s.Commit(t.Context(), p, key, lease, b, time.Now()); !errors.Is(err, errDrawn) {
		t.Error(err)
	}
	wantSound(t, s, p)
	wantNamed(t, s)
}

// TestNamesStayRight changes users in every way, beside batches.
func TestNamesStayRight(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("names")
	key, lease := runJob(t, s, p)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	at := usercsv.Position{}
	name := func() string { return fmt.Sprint("user", r.IntN(300)) }
	for range 300 {
		var err error
		switch r.IntN(4) {
		case 0:
			names := make([]string, 1+r.IntN(40))
			for i := range names {
				names[i] = name()
			}
			at = commitWhole(t, s, p, key, lease, rowsOf(p, at, names...))
		case 1:
			err = s.CreateUser(t.Context(), p, named(p, name(), name()), r.IntN(2) > 0)
		case 2:
			err = s.DeleteUser(t.Context(), p, name())
		case 3:
			_, err = s.UpdateUser(t.Context(), p, name(), func(u *userpool.User) error {
				u.Attributes.Set("email", name())
				return nil
			})
		}
		if err != nil && userpool.KindOf(err) == userpool.Internal {
			t.Fatal(err)
		}
	}
	wantNamed(t, s)
	wantSound(t, s, p)
	wantIndexed(t, s, p, false)
	if err := s.CatchUp(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	wantIndexed(t, s, p, true)
	if err := s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	wantNamed(t, s)
}
