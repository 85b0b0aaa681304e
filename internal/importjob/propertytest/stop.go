package propertytest

import (
	"context"
	"time"

	"poolhouse/internal/importjob"
)

// askStop asks for a stop of a job without any fault, and reports whether it was accepted.
func (s *simulation) askStop(key importjob.Key) bool {
	before := s.world.look(key)
	if !before.exists {
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
	l, gone := n.interrupt(key)
	if !accepted || l == nil {
		return
	}
	l.heard(key, gone)
	if hasReleased(gone) || !s.plan.prompt() {
		return
	}
	s.onWay.Go(func() {
		s.sleep(s.plan.stopLimit())
		if !s.inOrder() && !s.world.look(key).job.State.Ended() {
			s.violate("%s: %v", rulePrompt, s.plan.stopLimit())
		}
	})
}

// hasReleased reports whether the engine has let go of the job.
func hasReleased(gone <-chan struct{}) bool {
	select {
	case <-gone:
		return true
	default:
		return false
	}
}

// stopHeard records that an engine was told of a stop.
type stopHeard struct {
	at   time.Time
	gone <-chan struct{} // closed when the engine has let go of the job
}

// heard records that the engine was told of a stop.
func (l *link) heard(key importjob.Key, gone <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stops[key] = stopHeard{time.Now(), gone}
}

// checkStop is called when a commit took effect. It checks that the engine had not let go of
// the job after a stop. The engine was not told of a stop, or has not let go yet, or has
// claimed the job since.
func (l *link) checkStop(key importjob.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	stop, told := l.stops[key]
	if told && l.claims[key].at.Before(stop.at) && hasReleased(stop.gone) {
		l.node.sim.violate("%s", ruleGone)
	}
}

// claimed is a claim whose result has arrived.
type claimed struct {
	at    time.Time
	lease importjob.Lease
}

// watchEnd waits for the end of a process that was shut down and checks that it has given up
// its leases.
func (s *simulation) watchEnd(p *process) {
	if p == nil || !s.plan.orderly() {
		return
	}
	s.onWay.Go(func() {
		<-p.done
		if p.link.dead.Load() { // it was killed meanwhile
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
