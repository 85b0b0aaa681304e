package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/logforward"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantBacklog checks the backlog at a moment, and that it has nothing about results if these are
// not forwarded.
func wantBacklog(t *testing.T, s Store, at time.Time, want importjob.Backlog) {
	t.Helper()
	for _, forwards := range []bool{true, false} {
		if !forwards {
			want.ForwardLines, want.ForwardOldest = 0, time.Time{}
		}
		got, err := s.Backlog(t.Context(), at, forwards)
		noError(t, err)
		got.ForwardOldest = got.ForwardOldest.UTC()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("forwards %v:\n%s", forwards, diff)
		}
	}
}

// testBacklogJobs: a job is active from its start to its end, and unclaimed while no server has a
// lease.
func testBacklogJobs(t *testing.T, s Store) {
	wantBacklog(t, s, now, importjob.Backlog{})
	p := newPool(t, s)
	noError(t, s.CreateJob(t.Context(), newJob(p, "import-0"), 9))
	wantBacklog(t, s, now, importjob.Backlog{}) // not started
	first := startedJob(t, s, p, "import-1")
	second := startedJob(t, s, newPool(t, s), "import-1")
	wantBacklog(t, s, now, importjob.Backlog{ActiveJobs: 2, UnclaimedJobs: 2, ForwardOldest: now})

	claimed, err := s.Claim(t.Context(), "n", now, now.Add(time.Minute))
	noError(t, err)
	wantBacklog(t, s, now.Add(time.Minute-time.Millisecond), importjob.Backlog{ActiveJobs: 2, UnclaimedJobs: 1, ForwardOldest: now})
	wantBacklog(t, s, now.Add(time.Minute), importjob.Backlog{ActiveJobs: 2, UnclaimedJobs: 2, ForwardOldest: now}) // the lease has run out
	_, err = s.UpdateLeased(t.Context(), claimed.Key(), claimed.Lease, func(j *importjob.Job) error { j.State = importjob.Stopping; return nil })
	noError(t, err)
	wantBacklog(t, s, now, importjob.Backlog{ActiveJobs: 2, UnclaimedJobs: 1, ForwardOldest: now})

	endJob(t, s, first)
	wantBacklog(t, s, now.Add(time.Hour), importjob.Backlog{ActiveJobs: 1, UnclaimedJobs: 1, ForwardOldest: now})
	noError(t, s.DeletePool(t.Context(), second.PoolID, func(*userpool.UserPool, bool) error { return nil }))
	wantBacklog(t, s, now.Add(time.Hour), importjob.Backlog{ForwardOldest: now}) // only the end of the first job is to be forwarded
}

// testBacklogForwards follows the results of a job from its start to its end. An event waits since
// the start of the job, since the row's verdict, or since the end of the job.
func testBacklogForwards(t *testing.T, s Store) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "n")
	active := func(lines int64, oldest time.Time) {
		t.Helper()
		wantBacklog(t, s, now, importjob.Backlog{ActiveJobs: 1, ForwardLines: lines, ForwardOldest: oldest, UnindexedUsers: unindexed(t, s)})
	}
	active(0, now)
	second, third := now.Add(time.Second), now.Add(2*time.Second)
	_, after, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada", "", "ada"), second)
	noError(t, err)
	_, _, err = settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, after.Checkpoint, "bob"), third)
	noError(t, err)
	active(4, now)

	c := wantForward(t, s, "n", now, j.Key(), logforward.Progress{})
	for _, sent := range []struct {
		logforward.Progress
		left   int64
		oldest time.Time
	}{
		{logforward.Progress{Next: 2}, 4, second}, // the start of the job
		{logforward.Progress{Next: 4, Lines: 2, Rejected: 1}, 2, second},
		{logforward.Progress{Next: 5, Lines: 3, Rejected: 1}, 1, third},
		{logforward.Progress{Next: 6, Lines: 4, Rejected: 1}, 0, time.Time{}},
	} {
		c.Progress = sent.Progress
		noError(t, s.NoteForward(t.Context(), *c, now))
		active(sent.left, sent.oldest)
	}
	end := now.Add(3 * time.Second)
	_, err = s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error {
		j.State, j.Completed = importjob.Succeeded, end
		return nil
	})
	noError(t, err)
	wantBacklog(t, s, now, importjob.Backlog{ForwardOldest: end, UnindexedUsers: unindexed(t, s)})
	noError(t, s.EndForward(t.Context(), *c))
	wantBacklog(t, s, now, importjob.Backlog{UnindexedUsers: unindexed(t, s)})
}

// unindexed returns the number of users with deferred indexes, which depends on the database.
func unindexed(t *testing.T, s Store) int64 {
	t.Helper()
	b, err := s.Backlog(t.Context(), now, false)
	noError(t, err)
	return b.UnindexedUsers
}

// testBacklogUsers: users are unindexed at most until IndexUsers, and only those of imports. The
// messages of all user pools are counted.
func testBacklogUsers(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	eve := user(p, "eve")
	noError(t, s.CreateUserAndSend(t.Context(), p, eve, false, message(p, eve, 1, now), message(p, eve, 2, now)))
	fay := user(other, "fay")
	noError(t, s.CreateUserAndSend(t.Context(), other, fay, false, message(other, fay, 3, now)))
	wantBacklog(t, s, now, importjob.Backlog{OutboxMessages: 3})

	j := runningJob(t, s, p, "n")
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada", "bob", ""), now)
	noError(t, err)
	endJob(t, s, j)
	if n := unindexed(t, s); n != 0 && n != 2 {
		t.Errorf("%d users of an import of 2 are unindexed", n)
	}
	noError(t, s.IndexUsers(t.Context(), p.ID))
	wantBacklog(t, s, now, importjob.Backlog{OutboxMessages: 3, ForwardLines: 3, ForwardOldest: now})
}
