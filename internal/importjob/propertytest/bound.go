package propertytest

import (
	"slices"
	"time"
)

// bound is how long the plan's jobs may take from when all faults have
// ceased: a node's lease runs out, that of a node whose clock was ahead later,
// a claim comes with the next poll, and the work takes its time. Twice, since
// a fault may be seen only later, as when a file broke off that was read ahead.
func (p plan) bound(models []model) time.Duration {
	const poll, spare = time.Second, 2 * time.Second
	batch, latency := p.smallestCommit(), p.longestLatency()
	var commits int
	for _, m := range models {
		commits += len(m.fates)/batch + 2
	}
	const others = 30 // calls of a job that are not commits
	if p.rereads() {
		commits *= 3 // each may be followed by two calls for the file, to read rows again
	}
	work := time.Duration(commits+others*len(p.Jobs)) * 2 * latency
	return 2*(p.Lease.duration()+poll+work) + p.ahead() + spare
}

// rereads reports whether commits draw rows that they may not settle.
func (p plan) rereads() bool {
	return slices.ContainsFunc(p.Nodes, func(n nodePlan) bool { return len(n.Draws) > 0 })
}

// ahead is by how much clocks that are ahead are so: enough to take any lease
// for one that has run out.
func (p plan) ahead() time.Duration { return p.Lease.duration() + time.Second }

func (p plan) smallestCommit() int {
	batch := 1 << 30
	for _, n := range p.Nodes {
		batch = min(batch, n.PortionRows)
	}
	for _, c := range p.Cuts {
		if c > 0 {
			batch = min(batch, c)
		}
	}
	return batch
}

func (p plan) longestLatency() (longest time.Duration) {
	for _, n := range p.Nodes {
		for _, l := range n.Latency {
			longest = max(longest, l.duration())
		}
	}
	return longest + time.Millisecond // what keeps nodes apart
}

// prompt reports whether nothing keeps a node from stopping a job at once: all
// that is wrong is that commits hang, and no node is asked to look for
// nothing, which can interrupt its work.
func (p plan) prompt() bool {
	hangs := func(f fault) bool {
		return (f.Call == commitCall || f.Call == indexCall) && (f.What == stuck || f.What == stuckAfter)
	}
	for _, f := range p.Faults {
		if !hangs(f) {
			return false
		}
	}
	return p.only(stopAsked, stopUnheard, woken)
}

// orderly reports whether nothing is wrong and nodes only come and go.
func (p plan) orderly() bool {
	return len(p.Faults) == 0 && p.only(stopAsked, stopUnheard, woken, shutDown)
}

// timely reports whether all hanging calls end with their contexts, so that
// no renewal of a lease outlasts the lease.
func (p plan) timely() bool {
	for _, f := range p.Faults {
		if f.What == late || f.What == lateAnswer {
			return false
		}
	}
	return !slices.ContainsFunc(p.Events, func(e event) bool { return e.What == suspended })
}

// only reports whether nothing else happens.
func (p plan) only(what ...happening) bool {
	return !slices.ContainsFunc(p.Events, func(e event) bool { return !slices.Contains(what, e.What) })
}

// stopLimit is how long a node may take that is told of a stop: a dozen calls,
// when it has just begun with the job.
func (p plan) stopLimit() time.Duration { return 30 * p.longestLatency() }
