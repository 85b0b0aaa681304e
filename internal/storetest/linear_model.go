package storetest

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"poolhouse/internal/importjob"
)

// maxJobs is the largest number of jobs in a history, each in a pool of its own.
const maxJobs = 3

// facts is the part of a job that the calls of a history change. Times are ticks of the history's
// clock, 0 for none.
type facts struct {
	State      importjob.State
	Requested  int64
	Lease      importjob.Lease
	LeaseUntil int64
	Rows       int64 // settled rows: the checkpoint, and also the number of imported rows, since no row is refused
}

// jobs is the state of the model. It has all jobs, because a claim may get any of them. It is
// comparable with ==.
type jobs [maxJobs]facts

// model is the sequential specification of jobs, as the interfaces [importjob.Store] and
// [importjob.Jobs] and the states define it.
func model(initial jobs) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return initial },
		Step: func(state, in, out any) (bool, any) {
			return step(state.(jobs), in.(call), out.(answer))
		},
		DescribeState: func(state any) string { return fmt.Sprintf("%+v", state) },
	}
}

// step reports whether the answer is right in a state of the jobs, and returns the next state.
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

// stepClaim: a claim gets an active job with an expired lease, a higher epoch and a new end of the
// lease, or nothing. Which of several jobs it gets depends on the time of its read; testClaims
// checks the order.
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

// rule returns the next state of one job.
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

// ruleStop: the stop takes effect at once if no node has begun, otherwise when the node releases
// the job.
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
