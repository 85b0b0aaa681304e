package propertytest

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
)

// askStop asks for a stop of a job, past all troubles, and reports whether it
// was accepted.
func (s *simulation) askStop(key importjob.Key) bool {
	before := s.world.look(key)
	if !before.there {
		return false
	}
	j, err := s.audit.UpdateJob(context.Background(), key, func(j *importjob.Job) error { return j.Stop("", time.Now()) })
	if err == nil {
		s.stopped[key] = true
		s.count("stop of a job that was " + string(before.job.State))
		s.note("stop of %s: %s at row %d", key.JobID, j.State, j.Checkpoint.Rows)
	}
	return err == nil
}

// stop asks for a stop and tells the node, as the API does.
func (s *simulation) stop(n *node, key importjob.Key) {
	accepted := s.askStop(key)
	n.wake()
	l, gone := n.letGo(key)
	if !accepted || l == nil {
		return
	}
	l.heard(key, gone)
	if let(gone) || !s.plan.prompt() {
		return
	}
	s.onWay.Go(func() {
		s.sleep(s.plan.stopLimit())
		if !s.inOrder() && !s.world.look(key).job.State.Ended() {
			s.violate("%s: %v", rulePrompt, s.plan.stopLimit())
		}
	})
}

// let reports whether the engine has let go of the job.
func let(gone <-chan struct{}) bool {
	select {
	case <-gone:
		return true
	default:
		return false
	}
}

// stopHeard is what an engine was told of a stop.
type stopHeard struct {
	at   time.Time
	gone <-chan struct{} // closed when the engine has let go
}

// heard notes that the engine was told of a stop.
func (l *link) heard(key importjob.Key, gone <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stops[key] = stopHeard{time.Now(), gone}
}

// checkStop demands, when a commit took effect, that the engine had not let go
// of the job for good: that it was not told of a stop, has not let go of the
// job yet, or got it when it was told.
func (l *link) checkStop(key importjob.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	stop, told := l.stops[key]
	if told && l.claims[key].at.Before(stop.at) && let(stop.gone) {
		l.node.sim.violate("%s", ruleGone)
	}
}

// claimed is a claim whose answer has come.
type claimed struct {
	at    time.Time
	lease importjob.Lease
}

// watchEnd waits for the end of a process that was shut down in order, and
// demands that it has given its leases up.
func (s *simulation) watchEnd(p *process) {
	if p == nil || !s.plan.orderly() {
		return
	}
	s.onWay.Go(func() {
		<-p.done
		if p.link.dead.Load() { // it was not given the time
			return
		}
		p.link.mu.Lock()
		defer p.link.mu.Unlock()
		for key, c := range p.link.claims {
			if j := s.world.look(key).job; j.Lease == c.lease && j.LeaseUntil.After(time.Now()) {
				s.violate("%s: %s until %v", ruleHandOver, key.JobID, j.LeaseUntil)
			}
		}
	})
}
