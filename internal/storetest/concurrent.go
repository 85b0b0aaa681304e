package storetest

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// oneWins runs act concurrently for several i. One must succeed, and the others must be refused
// with an error of the kind.
func oneWins(t *testing.T, kind userpool.Kind, act func(i int) error) {
	t.Helper()
	const tries = 8
	var won, refused atomic.Int32
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() {
			switch err := act(i); {
			case err == nil:
				won.Add(1)
			case userpool.KindOf(err) == kind:
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || refused.Load() != tries-1 {
		t.Errorf("%d of %d succeeded, %d were refused", won.Load(), tries, refused.Load())
	}
}

func testOneOfManyCreates(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) { p.AliasAttributes = []string{"email"} })
	oneWins(t, userpool.UsernameExists, func(int) error { return s.CreateUser(t.Context(), p, user(p, "ada"), false) })
	wantUsers(t, s, p, 1)
	oneWins(t, userpool.AliasExists, func(i int) error {
		return s.CreateUser(t.Context(), p, user(p, fmt.Sprint("bob", i), "email", "b@example.com", "email_verified", "true"), false)
	})
	wantUsers(t, s, p, 2)
}

func testOneOfManyStarts(t *testing.T, s Store) {
	p := newPool(t, s)
	for i := range 8 {
		noError(t, s.CreateJob(t.Context(), newJob(p, fmt.Sprint("import-", i)), 100))
	}
	oneWins(t, userpool.PreconditionNotMet, func(i int) error {
		_, err := s.UpdateJob(t.Context(), importjob.Key{PoolID: p.ID, JobID: fmt.Sprint("import-", i)}, func(j *importjob.Job) error { return j.Start("", now) })
		return err
	})
}

// testNoLostUpdates increments a number in an attribute concurrently: no increment may be lost.
func testNoLostUpdates(t *testing.T, s Store) {
	const each, writers = 10, 4
	p := newPool(t, s)
	create(t, s, p, user(p, "ada", "name", "0"))
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				_, err := s.UpdateUser(t.Context(), p, "ada", func(u *userpool.User) error {
					n, err := strconv.Atoi(u.Attributes.Get("name"))
					u.Attributes.Set("name", strconv.Itoa(n+1))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	u, err := s.User(t.Context(), p, "ada")
	noError(t, err)
	if got := u.Attributes.Get("name"); got != strconv.Itoa(each*writers) {
		t.Errorf("%d updates counted to %s", each*writers, got)
	}
}

// testClaimsAreShared has as many claims as jobs: each gets one, and no claim fails because another
// was quicker.
func testClaimsAreShared(t *testing.T, s Store) {
	const jobs = 6
	for range jobs {
		startedJob(t, s, newPool(t, s), "import-1")
	}
	claimed := make(chan importjob.Key, jobs)
	var all sync.WaitGroup
	for i := range jobs {
		all.Go(func() {
			switch j, err := s.Claim(t.Context(), fmt.Sprint(i), now, now.Add(time.Minute)); {
			case err != nil:
				t.Error(err)
			case j == nil:
				t.Error("a claim got no job")
			default:
				claimed <- j.Key()
			}
		})
	}
	all.Wait()
	close(claimed)
	seen := map[importjob.Key]bool{}
	for key := range claimed {
		if seen[key] {
			t.Errorf("%v was claimed twice", key)
		}
		seen[key] = true
	}
}
