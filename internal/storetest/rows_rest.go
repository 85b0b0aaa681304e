package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// endedJob returns a job that was stopped after some rows.
func endedJob(t *testing.T, s JobStore, p *userpool.UserPool, rows fileRows) *importjob.Job {
	t.Helper()
	j := runningJob(t, s, p, "n")
	if len(rows.Rows) > 0 {
		_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, rows, now)
		noError(t, err)
	}
	j, err := s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error {
		j.State, j.Completed, j.Header = importjob.Stopped, now, `"cognito:username"`
		return nil
	})
	noError(t, err)
	return j
}

// restRows returns rows that were not reached, one on each line.
func restRows(from, n int) (rows []importjob.KeptRow) {
	for i := range n {
		rows = append(rows, importjob.KeptRow{Line: int64(from+i) + 2, Offset: int64(from+i) * 10, Number: int64(from+i) + 1,
			Verdict: importjob.RowNotReached, Text: fmt.Sprintf("rest %d \xff", from+i)})
	}
	return rows
}

func restEnd(rows int) usercsv.Position {
	return usercsv.Position{Offset: int64(rows) * 10, Line: int64(rows), Rows: int64(rows)}
}

// testKeepRest: the rows that a job did not reach are stored from the end of the last call, until
// all are.
func testKeepRest(t *testing.T, s JobStore) {
	p := newPool(t, s)
	running := runningJob(t, s, p, "n")
	lost := func(why string, key importjob.Key, from usercsv.Position) {
		t.Helper()
		if err := s.KeepRest(t.Context(), key, from, restRows(50, 1), restEnd(51), false); !errors.Is(err, importjob.ErrLeaseLost) {
			t.Errorf("%s: %v", why, err)
		}
	}
	lost("of a job that runs", running.Key(), usercsv.Position{})
	_, _, err := settle(t.Context(), s, p, running.Key(), running.Lease, batch(p, usercsv.Position{}, "ada", "", "bob"), now)
	noError(t, err)
	j, err := s.UpdateLeased(t.Context(), running.Key(), running.Lease, func(j *importjob.Job) error { j.State, j.Completed = importjob.Stopped, now; return nil })
	noError(t, err)
	noError(t, s.KeepRest(t.Context(), j.Key(), usercsv.Position{}, restRows(3, 4), restEnd(7), false))
	lost("from the beginning again", j.Key(), usercsv.Position{})
	lost("from elsewhere", j.Key(), restEnd(6))
	noError(t, s.KeepRest(t.Context(), j.Key(), restEnd(7), restRows(7, 2), restEnd(9), true))
	lost("after they are done", j.Key(), restEnd(9))
	j, err = s.Job(t.Context(), j.Key())
	noError(t, err)
	if j.Rest != restEnd(9) || !j.RestKept {
		t.Errorf("the rest ends at %+v, %v", j.Rest, j.RestKept)
	}
	rejected, users := rowsOfJob(t, s, j.Key(), 2)
	if len(rejected) != 7 || len(users) != 2 {
		t.Errorf("%d rows and %d users are kept", len(rejected), len(users))
	}
	for _, row := range restRows(3, 6) {
		if diff := gocmp.Diff(row, rejected[row.Line]); diff != "" {
			t.Error(diff)
		}
	}
}

// testKeepRestOnce: of many nodes that store the same rows, one succeeds.
func testKeepRestOnce(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := endedJob(t, s, p, fileRows{})
	for round := range 5 {
		var nodes sync.WaitGroup
		var mu sync.Mutex
		kept := 0
		for range 6 {
			nodes.Go(func() {
				err := s.KeepRest(t.Context(), j.Key(), restEnd(round), restRows(round, 1), restEnd(round+1), false)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					kept++
				} else if !errors.Is(err, importjob.ErrLeaseLost) {
					t.Error(err)
				}
			})
		}
		if nodes.Wait(); kept != 1 {
			t.Fatalf("%d nodes kept the same row", kept)
		}
	}
	if rejected, _ := rowsOfJob(t, s, j.Key(), 3); len(rejected) != 5 {
		t.Errorf("%d rows are kept", len(rejected))
	}
}

// testExpireRows: kept rows of ended jobs expire, and none can be added afterwards. The job stays.
func testExpireRows(t *testing.T, s JobStore) {
	old, young, runs := newPool(t, s), newPool(t, s), newPool(t, s)
	gone := endedJob(t, s, old, batch(old, usercsv.Position{}, "ada", ""))
	for i := range 60 { // more segments than a slice has
		noError(t, s.KeepRest(t.Context(), gone.Key(), gone.Rest, restRows(2+i, 1), restEnd(3+i), false))
		gone.Rest = restEnd(3 + i)
	}
	stays := endedJob(t, s, young, batch(young, usercsv.Position{}, "ada", ""))
	going := runningJob(t, s, runs, "n")
	_, _, err := settle(t.Context(), s, runs, going.Key(), going.Lease, batch(runs, usercsv.Position{}, "ada", ""), now)
	noError(t, err)
	for _, j := range []*importjob.Job{gone, stays} {
		noError(t, s.SetCorrections(t.Context(), j.Key(), []importjob.Correction{{Line: 3, Text: "x"}}))
	}
	_, err = s.UpdateJob(t.Context(), stays.Key(), func(j *importjob.Job) error { j.Completed = now.Add(time.Hour); return nil })
	noError(t, err)
	_, err = s.UpdateJob(t.Context(), gone.Key(), func(j *importjob.Job) error { j.Asked, j.Format = asked(), format(); return nil })
	noError(t, err)
	before, err := s.Job(t.Context(), gone.Key())
	noError(t, err)
	for range 2 {
		noError(t, s.ExpireRows(t.Context(), now.Add(time.Minute)))
	}
	want := *before
	want.RowsGone, want.Header = true, ""
	want.Asked, want.Format = asked(), format() // without the names of columns
	want.Asked.Map, want.Format.Names, want.Format.Columns, want.Format.Unread = nil, nil, nil, nil
	after, err := s.Job(t.Context(), gone.Key())
	noError(t, err)
	if diff := gocmp.Diff(&want, after); diff != "" {
		t.Error(diff)
	}
	wantLeft := func(key importjob.Key, rows, corrections int) {
		t.Helper()
		rejected, _ := rowsOfJob(t, s, key, 10)
		all, _, err := s.CountCorrections(t.Context(), key)
		if err != nil || len(rejected) != rows || int(all) != corrections {
			t.Errorf("of %s are %d rows and %d corrections left, want %d and %d (%v)", key, len(rejected), all, rows, corrections, err)
		}
	}
	wantLeft(gone.Key(), 0, 0)
	wantLeft(stays.Key(), 1, 1)
	wantLeft(going.Key(), 1, 0)
	wantKind(t, s.SetCorrections(t.Context(), gone.Key(), []importjob.Correction{{Line: 3, Text: "x"}}), userpool.PreconditionNotMet)
	noError(t, s.KeepRest(t.Context(), gone.Key(), gone.Rest, restRows(70, 1), restEnd(71), true))
	wantLeft(gone.Key(), 0, 0)
}
