package propertytest

import (
	"slices"
	"time"
)

// bound is the longest time that the plan's jobs may take after all faults have ceased. The
// lease of a node expires, later if its clock was ahead. The next poll claims the job, and
// the work takes its time. All this may happen twice, because a fault may be noticed late:
// for instance, reading ahead broke off earlier.
func (p plan) bound(models []model) time.Duration {
	const poll, spare = time.Second, 2 * time.Second
	batch, latency := p.smallestCommit(), p.longestLatency()
	var commits int
	for _, m := range models {
		commits += len(m.fates)/batch + 2
	}
	const others = 30 // calls for a job that are not commits
	if p.rereads() {
		commits *= 3 // each may be followed by two calls that open the file to read rows again
	}
	work := time.Duration(commits+others*len(p.Jobs)) * 2 * latency
	return 2*(p.Lease.duration()+poll+work) + p.ahead() + spare
}

// rereads reports whether commits draw rows that they may not settle.
func (p plan) rereads() bool {
	return slices.ContainsFunc(p.Nodes, func(n nodePlan) bool { return len(n.Draws) > 0 })
}

// ahead is how far the clock of a node is ahead when it is ahead: enough to make any lease
// look expired.
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
	return longest + time.Millisecond // the difference between nodes
}

// prompt reports whether every node stops a job at once. That is so if the only faults are
// commits that hang, and no node is asked to look for a stop that does not exist, because
// that can interrupt its work.
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

// orderly reports whether there are no faults, and nodes only start and shut down.
func (p plan) orderly() bool {
	return len(p.Faults) == 0 && p.only(stopAsked, stopUnheard, woken, shutDown)
}

// timely reports whether all hanging calls end with their contexts, so that no renewal of a
// lease outlasts the lease.
func (p plan) timely() bool {
	for _, f := range p.Faults {
		if f.What == late || f.What == lateAnswer {
			return false
		}
	}
	return !slices.ContainsFunc(p.Events, func(e event) bool { return e.What == suspended })
}

// only reports whether the plan has no other events than these.
func (p plan) only(what ...happening) bool {
	return !slices.ContainsFunc(p.Events, func(e event) bool { return !slices.Contains(what, e.What) })
}

// stopLimit is how long a node may take to heed a stop: a dozen calls if it has just begun
// with the job.
func (p plan) stopLimit() time.Duration { return 30 * p.longestLatency() }
