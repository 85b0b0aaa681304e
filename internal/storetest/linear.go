package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// The size of a history. More jobs spread the calls out, so there are histories with each number of
// jobs.
const (
	histories    = 2 * maxJobs
	nodes        = 3
	workers      = 2  // goroutines of a node
	callers      = 2  // goroutines that call the API
	callsEach    = 15 // by each goroutine
	checkAtMost  = 30 * time.Second
	leaseAtMost  = 40  // ticks
	clockAtStart = 100 // later than the start of any job
)

// testLinearizable runs nodes and callers of the API on the same jobs. Their answers must fit one
// order of all calls: no call comes before another that ended before it began, and every answer
// follows the rules.
func testLinearizable(t *testing.T, s JobStore) {
	for i := range histories {
		h := newHistory(t, s, 1+i%maxJobs)
		h.run(t.Context())
		h.retire()
		if t.Failed() {
			return
		}
		h.demandOrder()
	}
}

// history is one run and its record.
type history struct {
	t       *testing.T
	store   JobStore
	seed    uint64
	pools   []*userpool.UserPool
	keys    []importjob.Key
	initial jobs

	clock atomic.Int64 // ticks at the beginning and the end of every call; leases also run out by it
	mu    sync.Mutex
	calls []porcupine.Operation
}

// newHistory starts the jobs one by one, each in a pool of its own.
func newHistory(t *testing.T, s JobStore, jobs int) *history {
	t.Helper()
	h := &history{t: t, store: s, seed: rand.Uint64()}
	for i := range jobs {
		p := newPool(t, s)
		j := newJob(p, "import-1")
		noError(t, s.CreateJob(t.Context(), j, 1))
		j, err := s.UpdateJob(t.Context(), j.Key(), func(j *importjob.Job) error { return j.Start("", moment(int64(1+i))) })
		noError(t, err)
		h.pools, h.keys = append(h.pools, p), append(h.keys, j.Key())
		h.initial[i] = h.factsOf(j)
	}
	h.clock.Store(clockAtStart)
	return h
}

// run starts all clients and waits for them.
func (h *history) run(ctx context.Context) {
	var all sync.WaitGroup
	client := 0
	start := func(act func(client int, r *rand.Rand)) {
		id := client
		client++
		all.Go(func() { act(id, rand.New(rand.NewPCG(h.seed, uint64(id)))) })
	}
	for i := range nodes {
		n := &node{name: fmt.Sprint("node", i)}
		for range workers {
			start(func(client int, r *rand.Rand) { h.work(ctx, client, n, r) })
		}
	}
	for range callers {
		start(func(client int, r *rand.Rand) { h.serve(ctx, client, r) })
	}
	all.Wait()
}

// retire ends the jobs that are still active, so that the next history does not claim them.
func (h *history) retire() {
	for _, key := range h.keys {
		_, err := h.store.UpdateJob(h.t.Context(), key, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil })
		noError(h.t, err)
	}
}

// check searches for the order within a time limit.
func (h *history) check() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(model(h.initial), h.calls, checkAtMost)
}

// demandOrder searches for the order, and writes a picture if there is none.
func (h *history) demandOrder() {
	h.t.Helper()
	switch h.check() {
	case porcupine.Unknown:
		h.t.Errorf("the history of %d calls is too long to be checked in %v", len(h.calls), checkAtMost)
	case porcupine.Illegal:
		m := model(h.initial)
		_, info := porcupine.CheckOperationsVerbose(m, h.calls, checkAtMost)
		path := filepath.Join(h.t.ArtifactDir(), "history.html")
		h.t.Errorf("no order of the calls explains the answers: see %s, kept with -artifacts", path)
		noError(h.t, porcupine.VisualizePath(m, info, path))
	}
}
