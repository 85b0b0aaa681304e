package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// UploadStore is what the tests of an importfile.Store need: the store, and the means to create its
// data.
type UploadStore interface {
	importfile.Store
	CreatePool(ctx context.Context, p *userpool.UserPool, limit int) error
	Job(ctx context.Context, key importjob.Key) (*importjob.Job, error)
}

// RunUploads runs the tests of an importfile.Store. open returns an empty store for the time of the
// test.
func RunUploads(t *testing.T, open func(t *testing.T) UploadStore) {
	for name, test := range map[string]func(t *testing.T, s UploadStore){
		"Uploads": testUploads, "UploadClaims": testUploadClaims, "UploadFencing": testUploadFencing, "UploadTaken": testUploadTaken,
		"OneOfManyTakes": testOneOfManyTakes, "UploadsOverdue": testUploadsOverdue,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func newUploadPool(t *testing.T, s UploadStore, id string) string {
	t.Helper()
	p := &userpool.UserPool{ID: "us-east-1_" + id, Name: "people", Created: now, Modified: now, Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff, PasswordPolicy: userpool.DefaultPasswordPolicy(), Tier: "ESSENTIALS"}
	noError(t, s.CreatePool(t.Context(), p, 1000))
	return p.ID
}

func newUpload(pool, id string) *importfile.Upload {
	return &importfile.Upload{PoolID: pool, ID: id, Creator: "arn:aws:iam::000000000000:user/ada", Algorithm: "BCRYPT", URL: "https://x", State: importfile.Waiting, Created: now}
}

// look is a look at a file with every member set.
func look() *usercsv.Report {
	return &usercsv.Report{
		Rows: 9, Failing: 2, Count: 2, Dialect: usercsv.Dialect{ByteOrderMark: true},
		Columns: []usercsv.ColumnSeen{{Name: "cognito:username", Known: true}, {Name: "mail", Meant: "email", Cure: "write email"}},
		Missing: []usercsv.ColumnMissing{{Name: "email_verified", Other: []string{"phone_number_verified"}, Why: "because"}},
		Causes:  []usercsv.Cause{{Column: "email", Code: "InvalidEmail", Reason: "r", Advice: "a", Rows: 2, Line: 3}},
		First:   []usercsv.RowSeen{{Line: 2, Values: []string{"نادي", "<x>\x00'"}, Column: "email", Reason: "r"}},
		Problem: &usercsv.FileError{Code: "UnexpectedHeader", Reason: "short", Detail: "long"},
		Format:  format(),
		Readings: []usercsv.OtherReading{
			{Description: "with semicolons", Choice: asked().Choice, Header: []string{"a", "b"}, First: []usercsv.RowSeen{{Line: 3, Values: []string{"x"}}}},
			{Format: format(), Description: "the other"},
		},
	}
}

// testUploads: all members of an upload are stored, and the limit of a pool holds.
func testUploads(t *testing.T, s UploadStore) {
	pool := newUploadPool(t, s, "a")
	want := newUpload(pool, "import-1")
	noError(t, s.CreateUpload(t.Context(), want, 2))
	got, err := s.Upload(t.Context(), want.Key())
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	noError(t, s.CreateUpload(t.Context(), newUpload(pool, "import-2"), 2))
	wantKind(t, s.CreateUpload(t.Context(), newUpload(pool, "import-3"), 2), userpool.LimitExceeded)
	wantKind(t, s.CreateUpload(t.Context(), newUpload("us-east-1_none", "import-3"), 2), userpool.ResourceNotFound)
	noError(t, s.CreateUpload(t.Context(), newUpload(newUploadPool(t, s, "b"), "import-1"), 1)) // of another pool
	_, err = s.Upload(t.Context(), importjob.Key{PoolID: pool, JobID: "import-9"})
	wantKind(t, err, userpool.ResourceNotFound)
	want.File, want.State, want.Report, want.PoolModified = importjob.Upload{Name: "a/b", Size: 9, ETag: "e"}, importfile.Ready, look(), now.Add(time.Second)
	want.Message, want.Lease, want.LeaseUntil, want.Fresh = "why", importjob.Lease{Node: "n", Epoch: 7}, now.Add(time.Minute), 5
	_, err = s.UpdateUpload(t.Context(), want.Key(), func(u *importfile.Upload) error { *u = *want; return nil })
	noError(t, err)
	got, err = s.Upload(t.Context(), want.Key())
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	refused := userpool.Errorf(userpool.PreconditionNotMet, "no")
	_, err = s.UpdateUpload(t.Context(), want.Key(), func(u *importfile.Upload) error { u.Message = "lost"; return refused })
	wantKind(t, err, userpool.PreconditionNotMet)
	if got, err = s.Upload(t.Context(), want.Key()); err != nil || got.Message != "why" {
		t.Errorf("after an update that was refused: %+v, %v", got, err)
	}
	_, err = s.UpdateUpload(t.Context(), importjob.Key{PoolID: pool, JobID: "import-9"}, func(*importfile.Upload) error { return nil })
	wantKind(t, err, userpool.ResourceNotFound)
}

// withFile returns an upload whose file can be read.
func withFile(t *testing.T, s UploadStore, pool, id string, created time.Time) *importfile.Upload {
	t.Helper()
	u := newUpload(pool, id)
	u.Created = created
	noError(t, s.CreateUpload(t.Context(), u, 100))
	u, err := s.UpdateUpload(t.Context(), u.Key(), func(u *importfile.Upload) error { return u.Attach(importjob.Upload{Name: id, Size: 1, ETag: "e"}) })
	noError(t, err)
	return u
}

// testUploadClaims: each upload is claimed by one node, oldest first, and again after the lease has
// run out.
func testUploadClaims(t *testing.T, s UploadStore) {
	pool := newUploadPool(t, s, "a")
	noError(t, s.CreateUpload(t.Context(), newUpload(pool, "import-0"), 100)) // without a file
	second, first := withFile(t, s, pool, "import-1", now.Add(time.Second)), withFile(t, s, pool, "import-2", now)
	for i, want := range []string{first.ID, second.ID, ""} {
		u, err := s.ClaimUpload(t.Context(), "n", now, now.Add(time.Minute))
		noError(t, err)
		switch {
		case want == "" && u == nil:
		case u == nil || u.ID != want || u.Lease.Node != "n" || u.Tries() != 1 || !u.LeaseUntil.Equal(now.Add(time.Minute)):
			t.Errorf("claim %d: %+v, want %q", i, u, want)
		}
	}
	u, err := s.ClaimUpload(t.Context(), "m", now.Add(time.Minute), now.Add(2*time.Minute))
	noError(t, err)
	if u == nil || u.ID != first.ID || u.Lease.Node != "m" || u.Tries() != 2 {
		t.Errorf("after the lease: %+v", u)
	}
}

// testUploadFencing: writes of a node that has lost the upload are refused.
func testUploadFencing(t *testing.T, s UploadStore) {
	pool := newUploadPool(t, s, "a")
	u := withFile(t, s, pool, "import-1", now)
	claimed, err := s.ClaimUpload(t.Context(), "n", now, now.Add(time.Minute))
	noError(t, err)
	finish := func(u *importfile.Upload) error { u.Finish(look(), now); return nil }
	_, err = s.UpdateLeasedUpload(t.Context(), u.Key(), importjob.Lease{Node: "n", Epoch: 99}, finish)
	wantLost(t, err)
	_, err = s.UpdateUpload(t.Context(), u.Key(), func(u *importfile.Upload) error { return u.Attach(importjob.Upload{Name: "newer"}) })
	noError(t, err)
	_, err = s.UpdateLeasedUpload(t.Context(), u.Key(), claimed.Lease, finish)
	wantLost(t, err)
	claimed, err = s.ClaimUpload(t.Context(), "n", now, now.Add(time.Minute))
	noError(t, err)
	if claimed == nil || claimed.File.Name != "newer" {
		t.Fatalf("the newer file: %+v", claimed)
	}
	_, err = s.UpdateLeasedUpload(t.Context(), u.Key(), claimed.Lease, finish)
	noError(t, err)
	got, err := s.Upload(t.Context(), u.Key())
	noError(t, err)
	if diff := cmp.Diff(look(), got.Report); diff != "" || got.State != importfile.Ready {
		t.Errorf("%s: %s", got.State, diff)
	}
	_, err = s.UpdateLeasedUpload(t.Context(), u.Key(), claimed.Lease, finish) // it is Ready
	wantLost(t, err)
	_, err = s.UpdateLeasedUpload(t.Context(), importjob.Key{PoolID: pool, JobID: "import-9"}, claimed.Lease, finish)
	wantLost(t, err)
	if u, err := s.ClaimUpload(t.Context(), "n", now.Add(time.Hour), now.Add(2*time.Hour)); u != nil || err != nil {
		t.Errorf("an upload that is Ready is given out: %+v, %v", u, err)
	}
}

func wantLost(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("%v, want %v", err, importjob.ErrLeaseLost)
	}
}

// ready returns an upload that can be turned into a job.
func ready(t *testing.T, s UploadStore, pool, id string) *importfile.Upload {
	t.Helper()
	u := withFile(t, s, pool, id, now)
	u, err := s.UpdateUpload(t.Context(), u.Key(), func(u *importfile.Upload) error {
		seen := look()
		seen.Problem = nil
		u.Finish(seen, now)
		return nil
	})
	noError(t, err)
	return u
}

func jobFor(u *importfile.Upload) *importjob.Job {
	return &importjob.Job{PoolID: u.PoolID, Name: "my job", RoleARN: "arn:aws:iam::000000000000:role/x", HashAlgorithm: u.Algorithm, State: importjob.Created, Created: now}
}

// testUploadTaken turns an upload into a job; the upload is gone afterwards.
func testUploadTaken(t *testing.T, s UploadStore) {
	pool := newUploadPool(t, s, "a")
	u := ready(t, s, pool, "import-1")
	j := jobFor(u)
	noError(t, s.TakeUpload(t.Context(), u.Key(), j, 1, (*importfile.Upload).Take))
	got, err := s.Job(t.Context(), u.Key())
	noError(t, err)
	if got.Upload != u.File || got.UploadURL != u.URL || got.State != importjob.Created || got.Name != "my job" {
		t.Errorf("the job is %+v", got)
	}
	_, err = s.Upload(t.Context(), u.Key())
	wantKind(t, err, userpool.ResourceNotFound)
	wantKind(t, s.TakeUpload(t.Context(), u.Key(), jobFor(u), 9, (*importfile.Upload).Take), userpool.ResourceNotFound)
	second := ready(t, s, pool, "import-2")
	wantKind(t, s.TakeUpload(t.Context(), second.Key(), jobFor(second), 1, (*importfile.Upload).Take), userpool.LimitExceeded)
	third := withFile(t, s, pool, "import-3", now)
	wantKind(t, s.TakeUpload(t.Context(), third.Key(), jobFor(third), 9, (*importfile.Upload).Take), userpool.PreconditionNotMet)
	for _, stays := range []*importfile.Upload{second, third} {
		if _, err := s.Upload(t.Context(), stays.Key()); err != nil {
			t.Errorf("after a refusal: %v", err)
		}
		_, err := s.Job(t.Context(), stays.Key())
		wantKind(t, err, userpool.ResourceNotFound)
	}
}

// testOneOfManyTakes: of many concurrent requests, one turns the upload into a job.
func testOneOfManyTakes(t *testing.T, s UploadStore) {
	u := ready(t, s, newUploadPool(t, s, "a"), "import-1")
	var made atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch err := s.TakeUpload(t.Context(), u.Key(), jobFor(u), 1000, (*importfile.Upload).Take); userpool.KindOf(err) {
			case userpool.ResourceNotFound:
			default:
				if err != nil {
					t.Error(err)
					return
				}
				made.Add(1)
			}
		})
	}
	all.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("%d jobs were made of one upload", n)
	}
}

// testUploadsOverdue lists overdue uploads, in pages, and deletes them.
func testUploadsOverdue(t *testing.T, s UploadStore) {
	pool := newUploadPool(t, s, "a")
	for i := range 5 {
		withFile(t, s, pool, fmt.Sprint("import-", i), now.Add(time.Duration(i)*time.Second))
	}
	expired := importjob.Key{PoolID: pool, JobID: "import-4"}
	_, err := s.UpdateUpload(t.Context(), expired, func(u *importfile.Upload) error { u.Expire(); return nil })
	noError(t, err)
	var got []string
	for after := (importjob.Place{}); ; {
		page, err := s.OverdueUploads(t.Context(), now.Add(2*time.Second), after, 2)
		noError(t, err)
		if len(page) > 2 {
			t.Fatalf("a page of %d", len(page))
		}
		for _, u := range page {
			got, after = append(got, u.ID), u.Place()
		}
		if len(page) < 2 {
			break
		}
	}
	if diff := cmp.Diff([]string{"import-0", "import-1", "import-4"}, got); diff != "" {
		t.Error(diff)
	}
	noError(t, s.DeleteUpload(t.Context(), expired))
	noError(t, s.DeleteUpload(t.Context(), expired))                                        // it is gone
	noError(t, s.DeleteUpload(t.Context(), importjob.Key{PoolID: pool, JobID: "import-0"})) // it is not Expired
	_, err = s.Upload(t.Context(), expired)
	wantKind(t, err, userpool.ResourceNotFound)
	if _, err := s.Upload(t.Context(), importjob.Key{PoolID: pool, JobID: "import-0"}); err != nil {
		t.Errorf("one that is not Expired: %v", err)
	}
	if u, err := s.ClaimUpload(t.Context(), "n", now, now.Add(time.Minute)); err != nil || u == nil || u.ID != "import-0" {
		t.Errorf("what is left to read: %+v, %v", u, err)
	}
}

// testWaitingBytes: files count until their jobs are started, or they are removed.
func testWaitingBytes(t *testing.T, s Store) {
	want := func(when string, bytes int64) {
		t.Helper()
		if got, err := s.WaitingBytes(t.Context()); err != nil || got != bytes {
			t.Errorf("%s, %d bytes wait, %v; want %d", when, got, err, bytes)
		}
	}
	want("at first", 0)
	pool := newUploadPool(t, s, "a")
	key := importjob.Key{PoolID: pool, JobID: "import-1"}
	noError(t, s.CreateJob(t.Context(), &importjob.Job{PoolID: pool, ID: key.JobID, State: importjob.Created, Created: now}, 10))
	want("without a file", 0)
	_, err := s.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Attach(importjob.Upload{Name: "a", Size: 40}) })
	noError(t, err)
	want("with a job's file", 40)
	u := withFile(t, s, pool, "import-2", now)
	_, err = s.UpdateUpload(t.Context(), u.Key(), func(u *importfile.Upload) error { return u.Attach(importjob.Upload{Name: "b", Size: 5 << 40}) })
	noError(t, err)
	want("with a file that no job owns", 5<<40+40)
	_, err = s.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Start("", now) })
	noError(t, err)
	want("when the job was started", 5<<40)
}
