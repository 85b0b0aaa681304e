package importfile_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importfile/memstore"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

const (
	poolID = "us-east-1_x"
	good   = "cognito:username,email,email_verified\na,a@example.com,true\nb,b,true\n"
)

func newStore() *memstore.Store {
	return memstore.New(&userpool.UserPool{ID: poolID, Modified: time.UnixMilli(1), Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff})
}

// uploaded adds an upload with a file.
func uploaded(t *testing.T, s *memstore.Store, id, csv string) importjob.Key {
	t.Helper()
	u := &importfile.Upload{PoolID: poolID, ID: id, State: importfile.Waiting, Created: time.Now()}
	if err := s.CreateUpload(t.Context(), u, importfile.MaxUploads); err != nil {
		t.Fatal(err)
	}
	attach(t, s, u.Key(), csv)
	return u.Key()
}

func attach(t *testing.T, s *memstore.Store, key importjob.Key, csv string) {
	t.Helper()
	file := s.Put(key, csv)
	if _, err := s.UpdateUpload(t.Context(), key, func(u *importfile.Upload) error { return u.Attach(file) }); err != nil {
		t.Fatal(err)
	}
}

// run starts a reader. The returned function stops it.
func run(s *memstore.Store, node string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	r := importfile.NewReader(s, s, importfile.Config{Node: node, Log: slog.New(slog.DiscardHandler)})
	r.Wake()
	go func() { defer close(done); r.Run(ctx) }()
	return func() { cancel(); <-done }
}

func state(t *testing.T, s *memstore.Store, key importjob.Key) *importfile.Upload {
	t.Helper()
	u, err := s.Upload(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestReads: valid and invalid files are read to their end.
func TestReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		first, second := uploaded(t, s, "import-1", good), uploaded(t, s, "import-2", "name\nx\n")
		third := uploaded(t, s, "import-3", good)
		s.Mu.Lock()
		clear(s.Files) // removes the third file after the others are read
		s.Mu.Unlock()
		s.Put(first, good)
		s.Put(second, "name\nx\n")
		defer run(s, "a")()
		time.Sleep(2 * time.Second)
		if u := state(t, s, first); u.State != importfile.Ready || u.Report.Rows != 2 || u.Report.Failing != 1 || u.Report.Problem != nil || !u.PoolModified.Equal(time.UnixMilli(1)) {
			t.Errorf("the good file: %+v", u)
		}
		if u := state(t, s, second); u.State != importfile.Ready || u.Report.Problem == nil {
			t.Errorf("the bad file: %+v", u)
		}
		if u := state(t, s, third); u.State != importfile.Failed || u.Message != string(importjob.FileMissing) {
			t.Errorf("the missing file: %+v", u)
		}
	})
}

// TestReadsOtherForms: the format of a file is detected. A server that reads strictly reads
// it as Cognito does. If a file cannot be imported as it was read, a job that asks for
// another reading can still be made of it.
func TestReadsOtherForms(t *testing.T) {
	for _, strict := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStore()
			key := uploaded(t, s, "import-1", "cognito:username;email;email_verified;birthdate\na;a@example.com;true;31/12/1990\nb;b@example.com;true;30/12/1990\n"+
				"c;c@example.com;true;29/12/1990\nd;d@example.com;true;x\n")
			ctx, cancel := context.WithCancel(t.Context())
			r := importfile.NewReader(s, s, importfile.Config{Node: "a", Strict: strict, Log: slog.New(slog.DiscardHandler)})
			go r.Run(ctx)
			time.Sleep(2 * time.Second)
			cancel()
			synctest.Wait()
			u := state(t, s, key)
			if u.State != importfile.Ready {
				t.Fatalf("strict: %v: %+v", strict, u)
			}
			f := u.Report.Format
			if !strict && (u.Report.Problem != nil || u.Report.Passing != 3 || u.Report.Failing != 1 || f == nil || f.Dialect.Separator != ';' || f.Birthdates != usercsv.DayFirst) {
				t.Errorf("it is seen as %+v, in the format %s", u.Report, f)
			}
			if strict && (u.Report.Problem == nil || f != nil) {
				t.Errorf("read strictly, it is seen as %+v, in the format %s", u.Report, f)
			}
			j := &importjob.Job{PoolID: poolID, State: importjob.Created}
			if err := u.Take(j); (err != nil) != strict {
				t.Errorf("strict: %v: a job of it: %v", strict, err)
			}
			j.Asked = &usercsv.Asked{Choice: usercsv.Choice{Separator: ";"}}
			if err := u.Take(j); err != nil || j.Asked == nil {
				t.Errorf("a job that chooses: %v", err)
			}
		})
	}
}

// TestDeadNode: if a node dies while it reads a file, another node reads it.
func TestDeadNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		key := uploaded(t, s, "import-1", good)
		if _, err := s.ClaimUpload(t.Context(), "dead", time.Now(), time.Now().Add(15*time.Second)); err != nil {
			t.Fatal(err)
		}
		defer run(s, "b")()
		time.Sleep(14 * time.Second)
		if u := state(t, s, key); u.State != importfile.Reading {
			t.Errorf("while the lease lasts: %+v", u)
		}
		time.Sleep(3 * time.Second)
		if u := state(t, s, key); u.State != importfile.Ready || u.Lease.Node != "b" {
			t.Errorf("afterwards: %+v", u)
		}
	})
}

// TestShutdown: if a node shuts down while it reads a file, another node reads it at once.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		key := uploaded(t, s, "import-1", good)
		hold := make(chan struct{})
		s.OnOpen = func(importjob.Upload) error { <-hold; return nil }
		stop := run(s, "a")
		synctest.Wait()
		go func() { time.Sleep(time.Second); close(hold) }()
		stop()
		if u := state(t, s, key); u.State != importfile.Reading || !u.LeaseUntil.IsZero() {
			t.Errorf("after the end: %+v", u)
		}
		defer run(s, "b")()
		time.Sleep(2 * time.Second)
		if u := state(t, s, key); u.State != importfile.Ready || u.Lease.Node != "b" {
			t.Errorf("afterwards: %+v", u)
		}
	})
}

// TestLongRead: a node that reads for a long time keeps its lease.
func TestLongRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		key := uploaded(t, s, "import-1", good)
		s.OnOpen = func(importjob.Upload) error { time.Sleep(time.Minute); return nil }
		defer run(s, "a")()
		synctest.Wait()
		defer run(s, "b")()
		time.Sleep(3 * time.Minute)
		if u := state(t, s, key); u.State != importfile.Ready || u.Tries() != 1 || u.Lease.Node != "a" {
			t.Errorf("%+v", u)
		}
	})
}

// TestAnotherFile: a file that arrives while another is read replaces it.
func TestAnotherFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		key := uploaded(t, s, "import-1", "name\nx\n")
		s.OnOpen = func(importjob.Upload) error { time.Sleep(5 * time.Second); return nil }
		defer run(s, "a")()
		time.Sleep(time.Second)
		attach(t, s, key, good)
		time.Sleep(time.Minute)
		if u := state(t, s, key); u.State != importfile.Ready || u.Report.Problem != nil || u.Report.Rows != 2 {
			t.Errorf("%+v", u)
		}
	})
}

// TestBrokenFiles: reading a file that cannot be read is tried again, a limited number of
// times, and at most once in the time of a lease.
func TestBrokenFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		key := uploaded(t, s, "import-1", good)
		var opened atomic.Int32
		s.OnOpen = func(importjob.Upload) error {
			if opened.Add(1)%2 == 0 {
				panic("broken")
			}
			return errors.New("broken")
		}
		defer run(s, "a")()
		time.Sleep(10 * time.Minute)
		if u := state(t, s, key); u.State != importfile.Failed || u.Message == "" || opened.Load() != importfile.MaxTries {
			t.Errorf("after %d: %+v", opened.Load(), u)
		}
	})
}

// TestSweep: an upload that no job was made of is deleted with its file after a day. If a job
// was made of it, the file stays.
func TestSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		old, taken := uploaded(t, s, "import-1", good), uploaded(t, s, "import-2", strings.ReplaceAll(good, "b,b,", "b,b@example.com,"))
		defer run(s, "a")()
		time.Sleep(23 * time.Hour)
		fresh := uploaded(t, s, "import-3", good)
		j := &importjob.Job{PoolID: poolID, State: importjob.Created}
		if err := s.TakeUpload(t.Context(), taken, j, 10, (*importfile.Upload).Take); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		if _, err := s.Upload(t.Context(), old); userpool.KindOf(err) != userpool.ResourceNotFound {
			t.Errorf("the old upload: %v", err)
		}
		if u := state(t, s, fresh); u.State != importfile.Ready {
			t.Errorf("the fresh upload: %+v", u)
		}
		s.Mu.Lock()
		defer s.Mu.Unlock()
		if len(s.Files) != 2 || s.Files[j.Upload.Name] == nil || s.Jobs[taken] == nil {
			t.Errorf("%d files are left, and %d jobs", len(s.Files), len(s.Jobs))
		}
	})
}

// TestTidy: an upload and its file are deleted at once, and no other.
func TestTidy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		gone, kept := uploaded(t, s, "import-1", good), uploaded(t, s, "import-2", good)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r := importfile.NewReader(s, s, importfile.Config{Node: "a", Log: slog.New(slog.DiscardHandler)})
		go r.Run(ctx)
		synctest.Wait()
		if _, err := s.UpdateUpload(ctx, gone, func(u *importfile.Upload) error { u.Expire(); return nil }); err != nil {
			t.Fatal(err)
		}
		r.WakeSweep()
		synctest.Wait()
		if _, err := s.Upload(ctx, gone); userpool.KindOf(err) != userpool.ResourceNotFound {
			t.Errorf("the upload: %v", err)
		}
		s.Mu.Lock()
		if len(s.Files) != 1 {
			t.Errorf("%d files are left", len(s.Files))
		}
		s.Mu.Unlock()
		state(t, s, kept)
		cancel()
		synctest.Wait()
	})
}
