package storetest

import (
	"fmt"
	"sync"
	"testing"

	"poolhouse/internal/userpool"
)

// testOneOfManyIDs: of several concurrent requests for an id, one gets it, and the others learn
// that it is taken. An app client's id is taken in all pools. The id is free again after its holder
// is deleted.
func testOneOfManyIDs(t *testing.T, s Store) {
	const id, client = "us-east-1_pinned", "pinned"
	var pools []*userpool.UserPool
	for range 6 {
		pools = append(pools, newPool(t, s))
	}
	for range 3 {
		oneGets(t, "user pool", func(i int) error {
			return s.CreatePool(t.Context(), &userpool.UserPool{ID: id, Name: fmt.Sprint(i)}, 1000)
		})
		oneGets(t, "app client", func(i int) error {
			return s.CreateClient(t.Context(), &userpool.Client{PoolID: pools[i].ID, ID: client}, asItIs)
		})
		anyone := func(*userpool.UserPool, bool) error { return nil }
		noError(t, s.DeletePool(t.Context(), id, anyone))
		gone := 0
		for _, p := range pools {
			if s.DeleteClient(t.Context(), p.ID, client) == nil {
				gone++
			}
		}
		if gone != 1 {
			t.Errorf("%d pools had the client", gone)
		}
	}
}

// oneGets runs act concurrently for six i. One must succeed, and the others must be refused.
func oneGets(t *testing.T, what string, act func(i int) error) {
	t.Helper()
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = act(i) })
	}
	all.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			wantKind(t, err, userpool.InvalidParameter)
		}
	}
	if made != 1 {
		t.Errorf("%d have made a %s with the same id", made, what)
	}
}

// testPoolIDFreed: a pool with the id of a deleted one has none of its data.
func testPoolIDFreed(t *testing.T, s Store) {
	p := newPool(t, s)
	noError(t, s.CreateUser(t.Context(), p, user(p, "ada"), false))
	noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "c"}, asItIs))
	j := startedJob(t, s, p, "import-1")
	noError(t, s.SetRetention(t.Context(), p.ID, 7))
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	noError(t, s.CreatePool(t.Context(), p, 1000))
	wantUsers(t, s, p, 0)
	_, err := s.Client(t.Context(), p.ID, "c")
	wantKind(t, err, userpool.ResourceNotFound)
	_, err = s.Job(t.Context(), j.Key())
	wantKind(t, err, userpool.ResourceNotFound)
	if g, err := s.LogGroup(t.Context(), p.ID); err != nil || g.RetentionDays != 0 || len(g.Deleted) != 0 {
		t.Errorf("its log group is %+v, %v", g, err)
	}
	noError(t, s.CreateUser(t.Context(), p, user(p, "ada"), false))
	noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "c"}, asItIs))
}
