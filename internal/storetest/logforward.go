package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantForward checks which job, with which progress, the node gets to forward; none if the job is
// empty.
func wantForward(t *testing.T, s Store, node string, at time.Time, key importjob.Key, want logforward.Progress) *logforward.Claim {
	t.Helper()
	c, err := s.ClaimForward(t.Context(), node, at, at.Add(time.Minute))
	noError(t, err)
	var claim *logforward.Claim
	if key != (importjob.Key{}) {
		claim = &logforward.Claim{Key: key, Node: node, Progress: want}
	}
	if diff := cmp.Diff(claim, c); diff != "" {
		t.Fatal(diff)
	}
	return c
}

var nothing importjob.Key

func endJob(t *testing.T, s Store, j *importjob.Job) {
	t.Helper()
	_, err := s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
	noError(t, err)
}

// testForwards follows a job from its start to its end.
func testForwards(t *testing.T, s Store) {
	p := newPool(t, s)
	noError(t, s.CreateJob(t.Context(), newJob(p, "import-0"), 9))
	wantForward(t, s, "n", now, nothing, logforward.Progress{}) // it was not started
	j := runningJob(t, s, p, "n")
	first := wantForward(t, s, "n", now, j.Key(), logforward.Progress{})
	wantForward(t, s, "m", now.Add(time.Minute-time.Millisecond), nothing, logforward.Progress{})

	second := wantForward(t, s, "m", now.Add(time.Minute), j.Key(), logforward.Progress{})
	for what, err := range map[string]error{"note": s.NoteForward(t.Context(), *first, now), "end": s.EndForward(t.Context(), *first)} {
		if !errors.Is(err, logforward.ErrLost) {
			t.Errorf("%s under the old claim: %v", what, err)
		}
	}
	second.Next = 2
	noError(t, s.NoteForward(t.Context(), *second, time.Time{}))
	wantForward(t, s, "n", now, nothing, logforward.Progress{}) // nothing new

	_, j, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada", "", "bob"), now)
	noError(t, err)
	third := wantForward(t, s, "n", now, j.Key(), second.Progress)
	third.Progress = logforward.Progress{Next: 4, Lines: 2, Rejected: 1}
	noError(t, s.NoteForward(t.Context(), *third, now.Add(time.Hour)))
	wantForward(t, s, "n", now.Add(time.Hour-time.Millisecond), nothing, logforward.Progress{})
	third = wantForward(t, s, "n", now.Add(time.Hour), j.Key(), third.Progress) // line 4 is missing
	third.Progress = logforward.Progress{Next: 5, Lines: 3, Rejected: 1}
	noError(t, s.NoteForward(t.Context(), *third, time.Time{}))
	wantForward(t, s, "n", now, nothing, logforward.Progress{})

	endJob(t, s, j)
	wantForward(t, s, "n", now, j.Key(), third.Progress)
	noError(t, s.EndForward(t.Context(), *third))
	wantForward(t, s, "n", now.AddDate(1, 0, 0), nothing, logforward.Progress{})
	if kept, err := s.Job(t.Context(), j.Key()); err != nil || kept.State != importjob.Stopped {
		t.Errorf("the job is %+v, %v", kept, err)
	}
}

// testForwardsOfMany: jobs come in the order of their starts. A job with deleted results does not
// come at all.
func testForwardsOfMany(t *testing.T, s Store) {
	var jobs []*importjob.Job
	for i := range 4 {
		p := newPool(t, s)
		j := startedJob(t, s, p, "import-1")
		j, err := s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error {
			j.Requested, j.State = now.Add(-time.Duration(i)*time.Second), importjob.Succeeded
			return nil
		})
		noError(t, err)
		jobs = append(jobs, j)
	}
	noError(t, s.DeleteStreams(t.Context(), jobs[3].PoolID, []string{jobs[3].ID}))
	gone := wantForward(t, s, "n", now, jobs[2].Key(), logforward.Progress{})
	noError(t, s.DeletePool(t.Context(), gone.Key.PoolID, func(*userpool.UserPool, bool) error { return nil }))
	for what, err := range map[string]error{"note": s.NoteForward(t.Context(), *gone, now), "end": s.EndForward(t.Context(), *gone)} {
		if !errors.Is(err, logforward.ErrLost) {
			t.Errorf("%s of a deleted job: %v", what, err)
		}
	}
	wantForward(t, s, "n", now, jobs[1].Key(), logforward.Progress{})
	wantForward(t, s, "m", now, jobs[0].Key(), logforward.Progress{})
	wantForward(t, s, "n", now, nothing, logforward.Progress{})
	wantForward(t, s, "n", now.Add(time.Hour), jobs[1].Key(), logforward.Progress{})
}

// testForwardsOfExpired: results that were deleted before they were forwarded are skipped; the
// job's end is forwarded.
func testForwardsOfExpired(t *testing.T, s Store) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, errors.Join(err, s.SetRetention(t.Context(), p.ID, 1)))
	c := wantForward(t, s, "n", now, j.Key(), logforward.Progress{})
	c.Next = 2
	noError(t, s.NoteForward(t.Context(), *c, time.Time{}))
	noError(t, s.ExpireOutcomes(t.Context(), now.AddDate(0, 0, 2)))
	wantForward(t, s, "n", now, nothing, logforward.Progress{})
	endJob(t, s, j)
	wantForward(t, s, "n", now, j.Key(), c.Progress)
}

func testOneOfManyForwards(t *testing.T, s Store) {
	startedJob(t, s, newPool(t, s), "import-1")
	for round := range 3 {
		var claimed atomic.Int32
		var all sync.WaitGroup
		at := now.Add(time.Duration(round) * time.Minute)
		for i := range 8 {
			all.Go(func() {
				c, err := s.ClaimForward(t.Context(), fmt.Sprint(i), at, at.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if c != nil {
					claimed.Add(1)
				}
			})
		}
		all.Wait()
		if claimed.Load() != 1 {
			t.Errorf("%d of 8 claimed the job", claimed.Load())
		}
	}
}
