package sqlstore

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantNamed checks that the tables of names and subs have exactly those of the users.
func wantNamed(t *testing.T, s *Store, p *userpool.UserPool, users []storedUser) {
	t.Helper()
	var want []string
	for _, u := range users {
		want = append(want, fmt.Sprint("name ", p.UsernameKey(u.Username), " ", u.no), fmt.Sprint("sub ", strings.ReplaceAll(u.Sub, "-", ""), " ", u.no))
	}
	got, err := list(t.Context(), s.database, scanText, `SELECT 'name ' || user_key || ' ' || user_no FROM user_names WHERE pool_no = $1
		UNION ALL SELECT 'sub ' || lower(hex(sub)) || ' ' || user_no FROM user_subs WHERE pool_no = $2`, p.Number, p.Number)
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("names and subs: %v\n%s", err, diff)
	}
}

// portions yields the rows of a file in portions. It cannot yield a portion twice.
func portions(all []importjob.Row, size int) iter.Seq[[]importjob.Row] {
	next := 0
	return func(yield func([]importjob.Row) bool) {
		for begin := 0; begin == next && begin < len(all); {
			some := slices.Clone(all[begin:min(begin+size, len(all))])
			if !yield(some) {
				return
			}
			clear(some)
			begin += len(some)
			next = begin
		}
	}
}

// TestTransactionsGrow: transactions grow from batch to batch, and shrink when another writer
// waits.
func TestTransactionsGrow(t *testing.T) {
	t.Parallel()
	p := benchPool(false)
	s, lease := benchStore(t, p)
	defer s.Close()
	all := benchUsers(p, 70_000)
	at, settled := usercsv.Position{}, 0
	step := func(want int) {
		t.Helper()
		j, err := s.Commit(t.Context(), p, benchKey, lease, importjob.Batch{From: at, Rows: portions(all[settled:], 2500)}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if n := int(j.Checkpoint.Rows) - settled; n != want {
			t.Errorf("a transaction settles %d rows, want %d", n, want)
		}
		if settled = int(j.Checkpoint.Rows); j.Counts.Imported != int64(settled) {
			t.Fatalf("after %d rows: %+v", settled, j)
		}
		at = j.Checkpoint
	}
	step(5000)
	step(10_000)
	waitingIn(s).Add(1)
	step(minCut)
	waitingIn(s).Add(-1)
	step(10_000)
	step(20_000)
	step(24_744) // the rest
	wantSound(t, s, p)
}

// TestConflictsAreResolved: an optimistic batch finds that some users exist. Its rows get the same
// verdicts as with look-ups, even if the verdict of one row depends on that of another.
func TestConflictsAreResolved(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("conflicts")
	key, lease := runJob(t, s, p)
	for _, name := range []string{"bob", "eve", "fay"} {
		u := named(p, name, "there "+name)
		u.Sub = userpool.NewSub() // subs are unique
		if err := s.CreateUser(t.Context(), p, u, false); err != nil {
			t.Fatal(err)
		}
	}
	at := commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "zoe")) // names are looked up for the first rows
	rows := rowsOf(p, at, "ada", "bob", "cyd", "bob", "dan", "eve", "gus", "hal", "ian", "fay", "ada").Rows
	mail := func(row int, address string) { rows[row].User.Attributes.Set("email", address) }
	mail(2, "bob@example.com") // taken by the previous row, whose user exists
	mail(6, "gus and hal")     // taken by gus, who is added
	mail(7, "gus and hal")
	mail(8, "there bob") // taken by an older user
	j, err := s.Commit(t.Context(), p, key, lease, importjob.Batch{From: at, Rows: portions(rows, 3)}, time.Now())
	if err != nil || j.Checkpoint.Rows != 12 {
		t.Fatalf("%+v, %v", j, err)
	}
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 SKIPPED UsernameExists", "5 SUCCEEDED ", "6 SKIPPED UsernameExists", "7 SUCCEEDED ",
		"8 SKIPPED UsernameExists", "9 SUCCEEDED ", "10 FAILED AliasExists", "11 FAILED AliasExists", "12 SKIPPED UsernameExists", "13 SKIPPED UsernameExists"}
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	wantIndexed(t, s, p, true)
}

// TestDrawnOnce: a transaction that fails after it drew a second portion settles nothing, because
// its rows cannot be drawn again.
func TestDrawnOnce(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("drawn")
	key, lease := runJob(t, s, p)
	// Outcomes that are stored already are a conflict in each try.
	err := s.change(t.Context(), func(tx *transaction) error {
		return keepOutcomes(t.Context(), tx, noOf(t, tx, key), []importjob.Outcome{{Line: 3, Verdict: importjob.RowFailed}}, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	batch := importjob.Batch{Rows: portions(rowsOf(p, usercsv.Position{}, "ada", "bob").Rows, 1)}
	if _, err := s.Commit(t.Context(), p, key, lease, batch, time.Now()); !errors.Is(err, errDrawn) {
		t.Error(err)
	}
	wantSound(t, s, p)
}

// TestNamesStayRight changes users in every way, while batches are committed.
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
	wantSound(t, s, p)
	wantIndexed(t, s, p, false)
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	wantIndexed(t, s, p, true)
	if err := s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	clearDeleted(t, s)
	var n int
	if err := s.read.QueryRow("SELECT (SELECT count(*) FROM user_names) + (SELECT count(*) FROM user_subs) + (SELECT count(*) FROM users)").Scan(&n); err != nil || n > 0 {
		t.Errorf("%d rows of the deleted pool are left (%v)", n, err)
	}
}
