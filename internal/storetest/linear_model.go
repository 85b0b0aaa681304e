package storetest

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"poolhouse/internal/importjob"
)

// maxJobs is how many jobs, each of a pool of its own, a history has at most.
const maxJobs = 3

// facts is what the calls of a history change of a job. Moments are ticks of
// the history's clock, 0 for none.
type facts struct {
	State      importjob.State
	Requested  int64
	Lease      importjob.Lease
	LeaseUntil int64
	Rows       int64 // settled: the checkpoint, and since no row is refused the count of the imported too
}

// jobs is the state of the model: all jobs, because any of them may be what
// a claim gets. It can be compared with ==.
type jobs [maxJobs]facts

// model is the rules of the jobs one call after the other, as the interfaces
// [importjob.Store] and [importjob.Jobs] and the states tell them.
func model(initial jobs) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(state, in, out any) (bool, any) {
			return step(state.(jobs), in.(call), out.(answer))
		},
		DescribeState: func(state any) string { return fmt.Sprintf("%+v", state) },
	}
}

// step says whether the answer is right where the jobs are in this state, and
// how they are then.
func step(s jobs, c call, got answer) (bool, jobs) {
	if c.op == claim {
		return stepClaim(s, c, got)
	}
	if c.op == commit && got.refusal == "" && (got.settled < 1 || got.settled > c.rows) {
		return false, s
	}
	after, refusal := rule(s[c.job], c, got.settled)
	if refusal != got.refusal {
		return false, s
	}
	if refusal != "" {
		return true, s
	}
	s[c.job] = after
	return after == got.after, s
}

// stepClaim: an active job whose lease has run out, with a higher epoch and a
// new end of the lease, or none. Which of several it is depends on when the
// claim looked: their order is tested where nothing else happens (testClaims).
func stepClaim(s jobs, c call, got answer) (bool, jobs) {
	free := func(f facts) bool { return f.State.Active() && f.LeaseUntil <= c.now }
	for _, f := range s {
		if free(f) && !got.claimed {
			return false, s
		}
	}
	if !got.claimed {
		return true, s
	}
	f := &s[got.job]
	if !free(*f) {
		return false, s
	}
	f.Lease = importjob.Lease{Node: c.lease.Node, Epoch: f.Lease.Epoch + 1}
	f.LeaseUntil = c.until
	return *f == got.after, s
}

// rule is what becomes of one job.
func rule(f facts, c call, settled int) (after facts, refusal string) {
	switch {
	case c.op == read:
		return f, ""
	case c.op == stop:
		return ruleStop(f)
	case c.lease != f.Lease:
		return f, leaseLost
	}
	working := f.State == importjob.InProgress || f.State == importjob.Stopping
	switch c.op {
	case begin:
		if f.State != importjob.Pending {
			return f, notNow
		}
		f.State = importjob.InProgress
	case renew:
		if f.State.Ended() {
			return f, notNow
		}
		f.LeaseUntil = c.until
	case handOver:
		f.LeaseUntil = 0
	case finish:
		if !working {
			return f, notNow
		}
		if f.State == importjob.Stopping {
			c.end = importjob.Stopped
		}
		f.State, f.LeaseUntil = c.end, 0
	case commit:
		if !working || f.Rows != c.from {
			return f, leaseLost
		}
		f.Rows += int64(settled)
	}
	return f, ""
}

// ruleStop: at once when no node has begun, otherwise when the node lets go.
func ruleStop(f facts) (facts, string) {
	switch f.State {
	case importjob.Pending:
		f.State, f.LeaseUntil = importjob.Stopped, 0
	case importjob.InProgress:
		f.State = importjob.Stopping
	default:
		return f, notNow
	}
	return f, ""
}
