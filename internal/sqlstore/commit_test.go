package sqlstore

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestCut: a commit ends early when an urgent writer waits, or a client asks the job to stop, and
// only then.
func TestCut(t *testing.T) {
	const offered = 2 * minCut
	for name, tt := range map[string]struct {
		change func(s *Store)
		rows   int
		want   int
	}{
		"none waits":     {func(*Store) {}, offered, offered},
		"a writer waits": {func(s *Store) { waitingIn(s).Add(1) }, offered, minCut},
		"too few to cut": {func(s *Store) { waitingIn(s).Add(1) }, minCut - 1, minCut - 1},
		"the job stops":  {stopBenchJob, offered, minCut},
	} {
		t.Run(name, func(t *testing.T) {
			p := benchPool(true)
			s, lease := benchStore(t, p)
			defer s.Close()
			tt.change(s)
			rows := benchUsers(p, tt.rows)
			settled, j, err := commit(t.Context(), s, p, benchKey, lease, fileRows{Rows: rows}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if settled != tt.want || j.Checkpoint != rows[tt.want-1].End || j.Counts.Imported != int64(tt.want) {
				t.Errorf("%d rows settled, want %d; %+v", settled, tt.want, j)
			}
		})
	}
}

func stopBenchJob(s *Store) {
	if _, err := s.write.Exec("UPDATE import_jobs SET state = 'Stopping'"); err != nil {
		panic(err)
	}
}

// TestTransactionsAreTriedAgain: a conflict is retried a bounded number of times, and the failed
// tries leave nothing.
func TestTransactionsAreTriedAgain(t *testing.T) {
	s := open(t)
	tries := 0
	attempt := func(until int) error {
		tries = 0
		return s.change(t.Context(), func(tx *transaction) error {
			tries++
			if _, err := tx.Exec("INSERT INTO active_imports (pool_no, job_no) VALUES ($1, 1)", 1000*until+tries); err != nil {
				return err
			}
			if tries < until {
				return errConflict
			}
			return nil
		})
	}
	if err := attempt(3); err != nil || tries != 3 {
		t.Errorf("%d tries, %v", tries, err)
	}
	if err := attempt(100); !errors.Is(err, errConflict) || tries != maxAttempts {
		t.Errorf("%d tries, %v", tries, err)
	}
	refusal := userpool.Errorf(userpool.LimitExceeded, "no")
	tries = 0
	if err := s.change(t.Context(), func(*transaction) error { tries++; return refusal }); !errors.Is(err, refusal) || tries != 1 {
		t.Errorf("a refusal was tried %d times, %v", tries, err)
	}
	var kept int
	if err := s.read.QueryRow("SELECT count(*) FROM active_imports").Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d rows are kept, want 1 (%v)", kept, err)
	}
}

// TestSegments: short segments are plain, long ones are compressed, and both can be read.
func TestSegments(t *testing.T) {
	for _, n := range []int{1, 2, 5, 20, 25, 1000} {
		var want []importjob.Outcome
		for i := range n {
			want = append(want, importjob.Outcome{Line: int64(i) + 2, Verdict: importjob.RowFailed, Code: "AliasExists", Reason: "é \"x\" <&>"})
		}
		packed, err := packOutcomes(want)
		if err != nil {
			t.Fatal(err)
		}
		if plain := packed[0] == plainMark; plain != (n <= 5) {
			t.Errorf("%d outcomes are kept plain: %t, in %d bytes", n, plain, len(packed))
		}
		got, err := unpackOutcomes(packed)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%d outcomes: %v\n%s", n, err, diff)
		}
	}
	for _, broken := range [][]byte{nil, {plainMark}, {plainMark, '{'}, {1, 2, 3}} {
		if _, err := unpackOutcomes(broken); err == nil {
			t.Errorf("%v is read", broken)
		}
	}
}

// TestForgedPlaces: a forged page token is refused with a clear error.
func TestForgedPlaces(t *testing.T) {
	s := open(t)
	p := benchPool(false)
	for _, after := range []string{
		place{filterName(userpool.Filter{}), "a\x00b", 1}.token(), place{"", "", 1}.token(), place{filterName(userpool.Filter{}), "", 0}.token(),
		place{filterName(userpool.Filter{}), "", maxUserNo + 1}.token(), "bnVsbA", "e30", "W10", " ", "\n",
	} {
		_, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{After: after, Limit: 1})
		if userpool.KindOf(err) != userpool.InvalidParameter {
			t.Errorf("%q: %v", after, err)
		}
	}
	for _, tt := range []struct {
		attribute, value, at string
		prefix               bool
	}{
		{"email", "b", "a", true}, {"email", "b", "c", true}, {"email", "b", "bb", false}, {"username", "b", "", true},
		{"sub", "1", "no sub", true}, {"sub", "1", "20000000-0000-0000-0000-000000000000", true}, {"cognito:user_status", "C", "x", true},
		{"cognito:user_status", "CONFIRMED", "010", false},
	} {
		f := userpool.Filter{Attribute: tt.attribute, Value: tt.value, Prefix: tt.prefix}
		_, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Filter: f, After: place{filterName(f), tt.at, 1}.token(), Limit: 1})
		if userpool.KindOf(err) != userpool.InvalidParameter {
			t.Errorf("%q after %q: %v", f, tt.at, err)
		}
	}
	if _, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{}); err == nil {
		t.Error("a page without a limit is accepted")
	}
}
