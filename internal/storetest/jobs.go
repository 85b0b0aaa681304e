package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

func newJob(p *userpool.UserPool, id string) *importjob.Job {
	return &importjob.Job{
		PoolID: p.ID, ID: id, Name: "my job", RoleARN: "arn:aws:iam::000000000000:role/x", HashAlgorithm: "BCRYPT", UploadURL: "https://x",
		State: importjob.Created, Created: now, Upload: importjob.Upload{Name: "a/b/c", Size: 100, ETag: "e"},
		Warning: "the role is odd", Creator: "arn:aws:iam::000000000000:user/ada",
		Asked: &usercsv.Asked{Strict: true},
	}
}

func startedJob(t *testing.T, s JobStore, p *userpool.UserPool, id string) *importjob.Job {
	t.Helper()
	j := newJob(p, id)
	noError(t, s.CreateJob(t.Context(), j, 1000))
	j, err := s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { return j.Start("", now) })
	noError(t, err)
	return j
}

// runningJob returns a job that the node has claimed and begun.
func runningJob(t *testing.T, s JobStore, p *userpool.UserPool, node string) *importjob.Job {
	t.Helper()
	startedJob(t, s, p, "import-1")
	j, err := s.Claim(t.Context(), node, now, now.Add(time.Minute))
	noError(t, err)
	j, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error {
		j.State, j.TotalRows = importjob.InProgress, 1000
		return nil
	})
	noError(t, err)
	return j
}

func testJobs(t *testing.T, s Store) {
	p := newPool(t, s)
	want := newJob(p, "import-1")
	noError(t, s.CreateJob(t.Context(), want, 1))
	got, err := s.Job(t.Context(), want.Key())
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantKind(t, s.CreateJob(t.Context(), newJob(p, "import-2"), 1), userpool.LimitExceeded)
	wantKind(t, s.CreateJob(t.Context(), newJob(&userpool.UserPool{ID: "us-east-1_other"}, "import-2"), 9), userpool.ResourceNotFound)
	_, err = s.Job(t.Context(), importjob.Key{PoolID: p.ID, JobID: "import-2"})
	wantKind(t, err, userpool.ResourceNotFound)
	want.State, want.Requested, want.Started, want.Completed, want.Message = importjob.Failed, now, now.Add(1), now.Add(time.Second), "why"
	want.Detail, want.StartedBy, want.StoppedBy, want.StopAsked = "why, at length", "arn:aws:iam::000000000000:user/bob", "arn:aws:iam::000000000000:user/cyd", now.Add(time.Millisecond)
	want.Started = want.Started.Truncate(time.Millisecond)
	want.TotalRows, want.Counts = 9, importjob.Counts{Imported: 1, Skipped: 2, Failed: 3}
	want.Checkpoint, want.Lease = usercsv.Position{Offset: 4, Line: 5, Rows: 6}, importjob.Lease{Node: "n", Epoch: 7}
	want.LeaseUntil, want.Upload, want.Warning = now.Add(time.Minute), importjob.Upload{}, "the role is odder"
	want.Asked, want.Format = asked(), format()
	_, err = s.UpdateJob(t.Context(), want.Key(), func(j *importjob.Job) error { *j = *want; return nil })
	noError(t, err)
	got, err = s.Job(t.Context(), want.Key())
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// asked has every choice that a job's creator can make about how its file is read.
func asked() *usercsv.Asked {
	return &usercsv.Asked{
		Choice: usercsv.Choice{Encoding: "macintosh", Separator: "\t", Quote: "'", Style: "backslash", Birthdates: usercsv.DayFirst},
		Map:    []usercsv.Mapped{{Column: "Stra\u00dfe \"x\"", Attribute: "address"}, {Column: "dropped"}},
	}
}

// format is a format with every member set.
func format() *usercsv.Format {
	f := &usercsv.Format{
		TextSize: 1 << 40, Before: 1, Nulls: []string{"", "\\N", ""}, QuotedNulls: true, Short: true, Long: true, Numbered: true,
		Names: []string{"Benutzer", "Stra\u00dfe", "nr"}, Columns: []string{"cognito:username", "address", usercsv.NotImported + "nr"},
		Unread: map[int]usercsv.Why{2: usercsv.WhyRowNumbers}, Birthdates: usercsv.DayFirstDots,
		Booleans: map[string]usercsv.Booleans{"email_verified": {True: "wahr", False: "falsch"}}, Undecided: true,
	}
	f.Text.Packing, f.Text.Encoding, f.Text.Mark, f.Text.CR = "gzip", "UTF-16LE", true, true
	f.Dialect.Separator, f.Dialect.Quote, f.Dialect.Style = ';', '\'', "undoubled"
	return f
}

func testJobPages(t *testing.T, s Store) {
	p := newPool(t, s)
	for i := range 7 {
		j := newJob(p, fmt.Sprintf("import-%d", i))
		j.Created = now.Add(time.Duration(i/2) * time.Second) // pairs of the same age
		noError(t, s.CreateJob(t.Context(), j, 100))
	}
	var got []string
	for after := (importjob.After{}); ; {
		page, err := s.ListJobs(t.Context(), p.ID, after, 2)
		noError(t, err)
		if len(page) == 0 {
			break
		}
		for _, j := range page {
			got = append(got, j.ID)
			after = importjob.After{Created: j.Created, JobID: j.ID}
		}
	}
	if diff := cmp.Diff([]string{"import-6", "import-5", "import-4", "import-3", "import-2", "import-1", "import-0"}, got); diff != "" {
		t.Error(diff)
	}
}

func testOneActiveJob(t *testing.T, s JobStore) {
	p, other := newPool(t, s), newPool(t, s)
	first := startedJob(t, s, p, "import-1")
	startedJob(t, s, other, "import-1")
	second := newJob(p, "import-2")
	noError(t, s.CreateJob(t.Context(), second, 10))
	start := func(j *importjob.Job) error { return j.Start("", now) }
	_, err := s.UpdateJob(t.Context(), second.Key(), start)
	wantKind(t, err, userpool.PreconditionNotMet)
	if err != nil && !strings.Contains(err.Error(), first.ID) {
		t.Errorf("the refusal does not name the active job: %v", err)
	}
	if j, _ := s.Job(t.Context(), second.Key()); j.State != importjob.Created {
		t.Errorf("the refused job is %s", j.State)
	}
	_, err = s.UpdateJob(t.Context(), first.Key(), func(j *importjob.Job) error { return j.Stop("", now) })
	noError(t, err)
	_, err = s.UpdateJob(t.Context(), second.Key(), start)
	noError(t, err)
}

func testJobUpdatesRefused(t *testing.T, s JobStore) {
	p := newPool(t, s)
	want := newJob(p, "import-1")
	noError(t, s.CreateJob(t.Context(), want, 10))
	refusal := errors.New("no")
	_, err := s.UpdateJob(t.Context(), want.Key(), func(j *importjob.Job) error { j.State = importjob.Pending; return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("got %v, want the function's error", err)
	}
	if _, err := s.UpdateJob(t.Context(), want.Key(), func(j *importjob.Job) error { j.ID = "import-2"; return nil }); err == nil {
		t.Error("an update of the id is accepted")
	}
	got, err := s.Job(t.Context(), want.Key())
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	startedJob(t, s, p, "import-3") // the pool is free
}

func testLeftovers(t *testing.T, s JobStore) {
	p := newPool(t, s)
	old, young := newJob(p, "import-old"), newJob(p, "import-young")
	old.Created = now.Add(-25 * time.Hour)
	noError(t, s.CreateJob(t.Context(), old, 10))
	older := newJob(newPool(t, s), "import-older")
	older.Created = now.Add(-26 * time.Hour)
	noError(t, s.CreateJob(t.Context(), older, 10))
	noError(t, s.CreateJob(t.Context(), young, 10))
	for _, id := range []string{"import-stopped", "import-stopped-2"} { // at the same time
		stopped := startedJob(t, s, p, id)
		_, err := s.UpdateJob(t.Context(), stopped.Key(), func(j *importjob.Job) error { return j.Stop("", now) })
		noError(t, err)
	}
	tidy := newJob(p, "import-tidy")
	tidy.State, tidy.Upload = importjob.Succeeded, importjob.Upload{}
	noError(t, s.CreateJob(t.Context(), tidy, 10))
	startedJob(t, s, p, "import-active")
	wantPages := func(what string, find func(after importjob.Place, limit int) ([]*importjob.Job, error), want ...string) {
		t.Helper()
		for limit := 1; limit <= 3; limit++ {
			var got []string
			for after := (importjob.Place{}); ; {
				page, err := find(after, limit)
				noError(t, err)
				for _, j := range page {
					after, got = j.Place(), append(got, j.ID)
				}
				if len(page) < limit {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d at a time:\n%s", what, limit, diff)
			}
		}
	}
	wantPages("overdue", func(after importjob.Place, limit int) ([]*importjob.Job, error) {
		return s.Overdue(t.Context(), now.Add(-24*time.Hour), after, limit)
	}, "import-older", "import-old")
	wantPages("with files", func(after importjob.Place, limit int) ([]*importjob.Job, error) {
		return s.WithFiles(t.Context(), after, limit)
	}, "import-stopped", "import-stopped-2")
}

func testClaims(t *testing.T, s JobStore) {
	p, other := newPool(t, s), newPool(t, s)
	if j, err := s.Claim(t.Context(), "n", now, now.Add(time.Minute)); j != nil || err != nil {
		t.Fatalf("there is nothing to claim: %v, %v", j, err)
	}
	startedJob(t, s, p, "import-1")
	later := newJob(other, "import-2")
	noError(t, s.CreateJob(t.Context(), later, 10))
	_, err := s.UpdateJob(t.Context(), later.Key(), func(j *importjob.Job) error { return j.Start("", now.Add(time.Second)) })
	noError(t, err)

	claim := func(node string, at time.Time, wantID string, wantEpoch int64) {
		t.Helper()
		j, err := s.Claim(t.Context(), node, at, at.Add(time.Minute))
		noError(t, err)
		switch {
		case wantID == "" && j != nil:
			t.Errorf("%s claimed %s, want nothing", node, j.ID)
		case wantID != "" && (j == nil || j.ID != wantID || j.Lease != importjob.Lease{Node: node, Epoch: wantEpoch} || !j.LeaseUntil.Equal(at.Add(time.Minute))):
			t.Errorf("%s claimed %+v, want %s with epoch %d", node, j, wantID, wantEpoch)
		}
	}
	claim("a", now, "import-1", 1) // has waited longest
	claim("a", now, "import-2", 1)
	claim("b", now.Add(59*time.Second), "", 0)
	claim("b", now.Add(time.Minute), "import-1", 2) // the lease has run out
	_, err = s.UpdateJob(t.Context(), later.Key(), func(j *importjob.Job) error { return j.Stop("", now) })
	noError(t, err)
	claim("c", now.Add(90*time.Second), "", 0) // import-2 has ended, import-1 is leased
}

func testOneOfManyClaims(t *testing.T, s JobStore) {
	p := newPool(t, s)
	startedJob(t, s, p, "import-1")
	var claimed atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			j, err := s.Claim(t.Context(), fmt.Sprint(i), now, now.Add(time.Minute))
			if err != nil {
				t.Error(err)
			}
			if j != nil {
				claimed.Add(1)
			}
		})
	}
	all.Wait()
	if claimed.Load() != 1 {
		t.Errorf("%d of 8 claimed the job", claimed.Load())
	}
}

func testFencing(t *testing.T, s JobStore) {
	p := newPool(t, s)
	j := runningJob(t, s, p, "slow")
	taken, err := s.Claim(t.Context(), "quick", now.Add(time.Hour), now.Add(2*time.Hour))
	noError(t, err)
	if taken == nil || taken.State != importjob.InProgress || taken.Lease.Epoch != j.Lease.Epoch+1 {
		t.Fatalf("the second claim got %+v", taken)
	}
	_, err = s.UpdateLeased(t.Context(), j.Key(), j.Lease, func(j *importjob.Job) error { j.Message = "late"; return nil })
	if !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("an update under the old lease: %v", err)
	}
	_, _, err = settle(t.Context(), s, p, j.Key(), j.Lease, batch(p, usercsv.Position{}, "ada"), now)
	if !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("a commit under the old lease: %v", err)
	}
	wantUsers(t, s, p, 0)
	if _, _, err = settle(t.Context(), s, p, j.Key(), taken.Lease, batch(p, usercsv.Position{}, "ada"), now); err != nil {
		t.Error(err)
	}
}
