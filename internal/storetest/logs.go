package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// testLogGroups: settings of a pool's log group are stored, and deletions affect this pool only.
func testLogGroups(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	wantGroup := func(p *userpool.UserPool, want resultlog.Settings) {
		t.Helper()
		got, err := s.LogGroup(t.Context(), p.ID)
		noError(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	jobs := map[*userpool.UserPool]*importjob.Job{}
	for _, p := range []*userpool.UserPool{p, other} {
		j := runningJob(t, s, p, "n")
		_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada", "", "bob"), now)
		noError(t, err)
		jobs[p] = j
	}
	wantGroup(p, resultlog.Settings{})
	for _, days := range []int{7, 30} {
		noError(t, s.SetRetention(t.Context(), p.ID, days))
		wantGroup(p, resultlog.Settings{RetentionDays: days})
	}
	lines := func(j *importjob.Job) int {
		segments, err := s.Outcomes(t.Context(), j.Key(), 0, 100)
		noError(t, err)
		return len(segments)
	}
	noError(t, s.ExpireOutcomes(t.Context(), now.AddDate(0, 0, 30)))
	if lines(jobs[p]) == 0 {
		t.Error("results are deleted on the day before they may be")
	}
	noError(t, s.ExpireOutcomes(t.Context(), now.AddDate(0, 0, 30).Add(time.Millisecond)))
	if lines(jobs[p]) > 0 || lines(jobs[other]) == 0 {
		t.Errorf("%d segments are left, and %d of a pool that keeps them", lines(jobs[p]), lines(jobs[other]))
	}
	noError(t, s.SetRetention(t.Context(), p.ID, 0))
	wantGroup(p, resultlog.Settings{})

	id := jobs[other].ID
	wantKind(t, s.DeleteStreams(t.Context(), other.ID, []string{id}), userpool.ImportInProgress)
	if lines(jobs[other]) == 0 {
		t.Error("the results of an active job are deleted")
	}
	_, err := s.UpdateJob(t.Context(), jobs[other].Key(), func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
	noError(t, err)
	noError(t, errors.Join(s.DeleteStreams(t.Context(), other.ID, []string{id}), s.DeleteStreams(t.Context(), other.ID, []string{id})))
	wantGroup(other, resultlog.Settings{Deleted: []string{id}})
	if lines(jobs[other]) > 0 {
		t.Error("results are there after they were deleted")
	}
	wantKind(t, s.DeleteStreams(t.Context(), "us-east-1_none", []string{id}), userpool.ResourceNotFound)
	noError(t, s.DeletePool(t.Context(), other.ID, func(*userpool.UserPool, bool) error { return nil }))
	wantGroup(other, resultlog.Settings{})
}

// testDeleteGroup: a log group is deleted as a whole. It does not exist before the first job is
// started and after its deletion. Settings made then cannot pass to the next one.
func testDeleteGroup(t *testing.T, s Store) {
	p := newPool(t, s)
	noGroup := func() {
		t.Helper()
		for _, id := range []string{p.ID, "us-east-1_none"} {
			if set, gone := s.SetRetention(t.Context(), id, 7), s.DeleteGroup(t.Context(), id); !errors.Is(set, resultlog.ErrNoGroup) || !errors.Is(gone, resultlog.ErrNoGroup) {
				t.Errorf("without a group: %v, %v", set, gone)
			}
		}
		if g, err := s.LogGroup(t.Context(), p.ID); err != nil || g.RetentionDays != 0 {
			t.Errorf("the next group would have %+v, %v", g, err)
		}
	}
	noError(t, s.CreateJob(t.Context(), newJob(p, "import-0"), 10))
	noGroup()
	j := runningJob(t, s, p, "n")
	_, _, err := settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	noError(t, err)
	noError(t, s.SetRetention(t.Context(), p.ID, 7))
	wantKind(t, s.DeleteGroup(t.Context(), p.ID), userpool.ImportInProgress)
	if g, err := s.LogGroup(t.Context(), p.ID); err != nil || g.RetentionDays != 7 || len(g.Deleted) > 0 {
		t.Errorf("after a refusal: %+v, %v", g, err)
	}
	_, err = s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
	noError(t, err)
	noError(t, s.DeleteGroup(t.Context(), p.ID))
	if segments, err := s.Outcomes(t.Context(), j.Key(), 0, 100); err != nil || len(segments) > 0 {
		t.Errorf("%d segments are left, %v", len(segments), err)
	}
	noGroup()
	startedJob(t, s, p, "import-2")
	noError(t, s.SetRetention(t.Context(), p.ID, 3))
}

// testLogGroupKeepsName: a log group's name is made of the pool's name when the first job is
// started, in any way. It stays when the pool is renamed or the group deleted.
func testLogGroupKeepsName(t *testing.T, s Store) {
	p := newPool(t, s)
	want := func(name string) {
		t.Helper()
		kept, err := s.Pool(t.Context(), p.ID)
		noError(t, err)
		listed, err := s.ListPools(t.Context(), p.Region(), "", 10)
		noError(t, err)
		for _, got := range append(listed, kept) {
			if got.LogGroup != name {
				t.Errorf("the pool %s has the log group %q, want %q", got.Name, got.LogGroup, name)
			}
		}
	}
	rename := func(name string) {
		t.Helper()
		_, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, _ bool) error {
			p.Name, p.LogGroup = name, "changing it has no effect"
			return nil
		})
		noError(t, err)
	}
	stop := func(id string) {
		t.Helper()
		_, err := s.UpdateJob(t.Context(), importjob.Key{PoolID: p.ID, JobID: id}, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
		noError(t, err)
	}
	want("")
	noError(t, s.CreateJob(t.Context(), newJob(p, "import-0"), 10))
	rename("at the first start")
	want("")
	startedJob(t, s, p, "import-1")
	group := resultlog.GroupPrefix + p.ID + "/at-the-first-start"
	want(group)
	stop("import-1")
	rename("later")
	want(group)
	startedJob(t, s, p, "import-2")
	stop("import-2")
	want(group)
	noError(t, s.DeleteGroup(t.Context(), p.ID))
	startedJob(t, s, p, "import-3")
	want(group)
	other := newPool(t, s)
	if u, err := s.Pool(t.Context(), other.ID); err != nil || u.LogGroup != "" {
		t.Errorf("another pool has the log group %q, %v", u.LogGroup, err)
	}
}
