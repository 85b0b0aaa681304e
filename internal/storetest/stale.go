package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// testStartOrChange starts a job while its pool is changed so that no job may start. A running job
// forbids that change. The second of the two is refused, in either order.
func testStartOrChange(t *testing.T, s Store) {
	refused := errors.New("refused")
	for round := range 10 {
		p := newPool(t, s)
		j := newJob(p, "import-1")
		noError(t, s.CreateJob(t.Context(), j, 10))
		acts := []func() error{
			func() error {
				_, err := s.StartJob(t.Context(), j.Key(), func(j *importjob.Job, p *userpool.UserPool) error {
					if len(p.AutoVerified) == 0 {
						return refused
					}
					return j.Start("", now)
				})
				return err
			},
			func() error {
				_, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, importing bool) error {
					if importing {
						return refused
					}
					p.AutoVerified = nil
					return nil
				})
				return err
			},
		}
		errs := [2]error{}
		var both sync.WaitGroup
		for i := range acts {
			both.Go(func() { errs[(i+round)%2] = acts[(i+round)%2]() })
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[:]...), refused) {
			t.Errorf("start: %v; change: %v", errs[0], errs[1])
		}
		after, err := s.Pool(t.Context(), p.ID)
		noError(t, err)
		if job, err := s.Job(t.Context(), j.Key()); err != nil || job.State.Active() && len(after.AutoVerified) == 0 {
			t.Errorf("the job is %v in a pool that verifies %v: %v", job.State, after.AutoVerified, err)
		}
	}
}

// testStartJobRefused: the error of a start says what is missing, the pool first.
func testStartJobRefused(t *testing.T, s Store) {
	p := newPool(t, s)
	never := func(*importjob.Job, *userpool.UserPool) error { t.Error("the function was called"); return nil }
	for _, key := range []importjob.Key{{PoolID: "us-east-1_other", JobID: "import-1"}, {PoolID: p.ID, JobID: "import-1"}} {
		_, err := s.StartJob(t.Context(), key, never)
		wantKind(t, err, userpool.ResourceNotFound)
	}
	running := startedJob(t, s, p, "import-1")
	j := newJob(p, "import-2")
	noError(t, s.CreateJob(t.Context(), j, 10))
	_, err := s.StartJob(t.Context(), j.Key(), func(j *importjob.Job, _ *userpool.UserPool) error { return j.Start("", now) })
	wantKind(t, err, userpool.PreconditionNotMet)
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	_, err = s.StartJob(t.Context(), running.Key(), never)
	wantKind(t, err, userpool.ResourceNotFound)
}

// testPoolMadeAgain: a value that was checked against a pool is not stored in a new pool with the
// same id.
func testPoolMadeAgain(t *testing.T, s Store) {
	old := newPool(t, s)
	noError(t, s.DeletePool(t.Context(), old.ID, func(*userpool.UserPool, bool) error { return nil }))
	later := newPool(t, s, func(p *userpool.UserPool) { p.ID, p.Created = old.ID, now.Add(time.Millisecond) })
	create(t, s, later, user(later, "ada"))
	wantKind(t, s.CreateUser(t.Context(), old, user(old, "bob"), false), userpool.ResourceNotFound)
	_, err := s.UpdateUser(t.Context(), old, "ada", func(*userpool.User) error { t.Error("the user was to be changed"); return nil })
	wantKind(t, err, userpool.ResourceNotFound)
	wantKind(t, s.DeleteUser(t.Context(), old, "ada"), userpool.ResourceNotFound)
	wantUsers(t, s, later, 1)
	_, err = s.User(t.Context(), later, "bob")
	wantKind(t, err, userpool.UserNotFound)
	_, err = s.UpdateUser(t.Context(), later, "ada", func(u *userpool.User) error { u.Enabled = false; return nil })
	noError(t, err)
	noError(t, s.DeleteUser(t.Context(), later, "ada"))
}

// testClientOfPool: a client is checked against the current pool, and a refused client is not
// stored.
func testClientOfPool(t *testing.T, s Store) {
	p := newPool(t, s)
	_, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, _ bool) error { p.Tier = "PLUS"; return nil })
	noError(t, err)
	tier := func(p *userpool.UserPool, c *userpool.Client) error { c.Name = p.Tier; return nil }
	noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "a"}, tier))
	refused := errors.New("refused")
	if err := s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "b"}, func(*userpool.UserPool, *userpool.Client) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("got %v, want the function's error", err)
	}
	_, err = s.UpdateClient(t.Context(), p.ID, "a", func(p *userpool.UserPool, c *userpool.Client) error {
		c.Secret = fmt.Sprint(p.Tier, " ", c.Name)
		return nil
	})
	noError(t, err)
	if c, err := s.Client(t.Context(), p.ID, "a"); err != nil || c.Secret != "PLUS PLUS" {
		t.Errorf("the client is %+v, %v", c, err)
	}
	_, err = s.Client(t.Context(), p.ID, "b")
	wantKind(t, err, userpool.ResourceNotFound)
}
