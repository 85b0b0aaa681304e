package storetest

import (
	"context"
	"math/rand/v2"
	"sync"

	"poolhouse/internal/importjob"
)

// holding is a node's knowledge of a job since its claim. It is not dropped when another node
// claims the job.
type holding struct {
	job  int
	last facts
}

// node is shared by the goroutines of one node. They do not wait for each other: a job is
// committed, renewed and handed over at the same time.
type node struct {
	name string
	mu   sync.Mutex
	held []*holding
}

// choose picks the next call: mostly for the last claimed job, sometimes for one that the node has
// lost.
func (n *node) choose(r *rand.Rand, jobs int) (call, *holding) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.held) == 0 || r.IntN(4) == 0 {
		return call{op: claim, lease: importjob.Lease{Node: n.name}}, nil
	}
	h := n.held[len(n.held)-1]
	if r.IntN(4) == 0 {
		h = n.held[r.IntN(len(n.held))]
	}
	c := call{job: h.job, lease: h.last.Lease, from: h.last.Rows, rows: 1 + r.IntN(3), end: importjob.Succeeded}
	switch die := r.IntN(100); {
	case h.last.State == importjob.Pending && die < 60:
		c.op = begin
	case die < 60:
		c.op = commit
		if r.IntN(5) == 0 { // not from the job's checkpoint
			c.from = max(0, c.from+r.Int64N(7)-3)
		}
	case die < 80:
		c.op = renew
	case die < 88:
		c.op = handOver
	case die < 92:
		c.op = finish
		if r.IntN(2) == 0 {
			c.end = importjob.Failed
		}
	default:
		c.op, c.job = read, r.IntN(jobs)
	}
	return c, h
}

// learn stores what an answer says.
func (n *node) learn(h *holding, c call, got answer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case got.claimed:
		n.held = append(n.held, &holding{job: got.job, last: got.after})
	case c.op != claim && got.refusal == "" && c.job == h.job && got.after.Lease == h.last.Lease && got.after.Rows >= h.last.Rows:
		h.last = got.after
	}
}

// work is one goroutine of a node.
func (h *history) work(ctx context.Context, client int, n *node, r *rand.Rand) {
	for range callsEach {
		c, held := n.choose(r, len(h.keys))
		n.learn(held, c, h.call(ctx, client, c, r))
	}
}

// serve is a caller of the API: it reads jobs and stops some.
func (h *history) serve(ctx context.Context, client int, r *rand.Rand) {
	for range callsEach {
		c := call{op: read, job: r.IntN(len(h.keys))}
		if r.IntN(15) == 0 {
			c.op = stop
		}
		h.call(ctx, client, c, r)
	}
}
