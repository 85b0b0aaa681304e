package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestCrowd: two servers commit batches to one pool while other clients create, change and delete
// users with the same few names and aliases. The only errors are refusals, and all counts are
// right.
func TestCrowd(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s := []*Store{openPostgres(t, url), openPostgres(t, url)}
	p := aliasPool("crowd")
	key, lease := runJob(t, s[0], p)
	var at usercsv.Position
	var batches sync.Mutex // the two servers alternate, as the lease requires
	var all sync.WaitGroup
	done := make(chan struct{})
	for i := range 2 {
		all.Go(func() {
			for range 12 {
				batches.Lock()
				_, j, err := commit(t.Context(), s[i], p, key, lease, crowdBatch(p, at), time.Now())
				if err == nil {
					at = j.Checkpoint
				} else {
					t.Errorf("a batch: %v", err)
				}
				batches.Unlock()
			}
		})
	}
	var changes sync.WaitGroup
	for i := range 4 {
		changes.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					crowdChange(t, s[i%2], p)
				}
			}
		})
	}
	all.Wait()
	close(done)
	changes.Wait()
	wantSound(t, s[0], p)
	j, err := s[0].Job(t.Context(), key)
	if lines := verdicts(t, s[1], key); err != nil || int64(len(lines)) != at.Rows || j.Counts.Sum() != at.Rows {
		t.Errorf("%d verdicts, want %d: %+v, %v", len(lines), at.Rows, j, err)
	}
}

const crowd = 60 // names

// crowdUser returns a user with one of a few names and one of a few aliases.
func crowdUser(p *userpool.UserPool) *userpool.User {
	u := named(p, fmt.Sprint("user", rand.IntN(crowd)), fmt.Sprint("mail", rand.IntN(crowd)))
	u.Sub = userpool.NewSub()
	if rand.IntN(2) == 0 {
		u.Attributes.Set("preferred_username", fmt.Sprint("nick", rand.IntN(crowd)))
	}
	return u
}

func crowdBatch(p *userpool.UserPool, from usercsv.Position) (b fileRows) {
	b = rowsOf(p, from, make([]string, 40)...)
	for i := range b.Rows {
		if i%10 > 0 {
			b.Rows[i].Err, b.Rows[i].User = nil, crowdUser(p)
		}
	}
	return b
}

func crowdChange(t *testing.T, s *Store, p *userpool.UserPool) {
	var err error
	u := crowdUser(p)
	switch rand.IntN(4) {
	case 0:
		err = s.CreateUser(t.Context(), p, u, rand.IntN(2) > 0)
	case 1:
		_, err = s.UpdateUser(t.Context(), p, u.Username, func(old *userpool.User) error { old.Attributes = u.Attributes; return nil })
	case 2:
		_, err = s.UpdateUser(t.Context(), p, u.Attributes.Get("email"), func(old *userpool.User) error { old.Attributes.Set("name", u.Sub); return nil })
	case 3:
		err = s.DeleteUser(t.Context(), p, u.Username)
	}
	switch userpool.KindOf(err) {
	case userpool.UserNotFound, userpool.UsernameExists, userpool.AliasExists:
	default:
		if err != nil {
			t.Error(err)
		}
	}
}
