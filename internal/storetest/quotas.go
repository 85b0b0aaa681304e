package storetest

import (
	"crypto/rand"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// testQuotasHold uses up each quota concurrently, several times: with one place left, one request
// gets it. testIAMQuotasHold tests the quotas of IAM.
func testQuotasHold(t *testing.T, s Store) {
	const rounds = 5
	p, pools := newPool(t, s), 1
	for i := range userpool.MaxClients - 1 {
		noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: fmt.Sprint("old", i)}, asItIs))
	}
	lastPlace(t, "client", func(i int) error {
		return s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: fmt.Sprint("new", i)}, asItIs)
	})
	for round := range rounds {
		lastPlace(t, "user pool", func(int) error {
			return s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_" + rand.Text()[:9]}, pools+1)
		})
		pools++
		lastPlace(t, "import job", func(i int) error {
			return s.CreateJob(t.Context(), newJob(p, fmt.Sprint("import-", round, "-", i)), round+1)
		})
		lastPlace(t, "tag", func(i int) error {
			_, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, _ bool) error {
				if len(p.Tags) > round {
					return userpool.Errorf(userpool.LimitExceeded, "there are %d tags", len(p.Tags))
				}
				tags := userpool.Tags{fmt.Sprint(round, " ", i): "x"}
				for name, value := range p.Tags {
					tags[name] = value
				}
				p.Tags = tags
				return nil
			})
			return err
		})
	}
	wantPlaces(t, s, p, pools, rounds)
}

// lastPlace runs act concurrently for several i. One must get the last place of a quota, and the
// others must be refused.
func lastPlace(t *testing.T, what string, act func(i int) error) {
	t.Helper()
	var made atomic.Int32
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range 8 {
		all.Go(func() {
			<-begin
			switch err := act(i); {
			case err == nil:
				made.Add(1)
			case userpool.KindOf(err) != userpool.LimitExceeded:
				t.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	if made.Load() != 1 {
		t.Errorf("the last place for a %s was given %d times", what, made.Load())
	}
}

// wantPlaces counts what exists in the end.
func wantPlaces(t *testing.T, s Store, p *userpool.UserPool, pools, jobs int) {
	t.Helper()
	all, err := s.ListPools(t.Context(), "us-east-1", "", 1000)
	noError(t, err)
	clients, err := s.ListClients(t.Context(), p.ID, "", 2*userpool.MaxClients)
	noError(t, err)
	made, err := s.ListJobs(t.Context(), p.ID, importjob.After{}, 1000)
	noError(t, err)
	if len(all) != pools || len(clients) != userpool.MaxClients || len(made) != jobs {
		t.Errorf("there are %d user pools, %d clients and %d jobs, want %d, %d and %d", len(all), len(clients), len(made), pools, userpool.MaxClients, jobs)
	}
}
