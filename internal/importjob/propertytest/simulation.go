package propertytest

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
)

// simulation is one case: a plan that is carried out in a bubble.
type simulation struct {
	*record
	plan   plan
	models []model
	world  *world
	audit  *audit
	nodes  []*node
	defect breakage

	made    [mostCalls + 1]chan struct{} // the n-th is closed when n calls were made for jobs
	counted sync.Mutex                   // held to count a call
	calls   map[call]int                 // of each kind, by all nodes
	forJobs int                          // calls that were made for jobs

	ceased  chan struct{}                // closed when all is in order again
	chance  sync.Mutex                   // held while something happens
	noFiles int                          // how many reasons there are that no file can be read
	stopped map[importjob.Key]bool       // jobs whose stop was accepted
	damaged map[importjob.Key]fileDefect // jobs whose file was damaged on the way
	late    map[importjob.Key]bool       // jobs whose file was damaged after their end
	gone    []<-chan struct{}            // what LetGo returned

	onWay sync.WaitGroup // what is yet to happen, and calls that take effect when no node waits for them any more
	open  atomic.Int32   // files that are being read
	over  atomic.Bool    // no node comes up any more
}

// simulate carries the plan out, with whatever is wrong with the store or the
// engines, and returns what was seen.
func simulate(t *testing.T, p plan, b breakage) (r *record) {
	synctest.Test(t, func(*testing.T) {
		s := newSimulation(p, b)
		r = s.record
		s.run()
	})
	return r
}

func newSimulation(p plan, b breakage) *simulation {
	s := &simulation{
		record: newRecord(), plan: p, defect: b, models: p.models(), world: newWorld(p),
		calls: map[call]int{}, ceased: make(chan struct{}),
		stopped: map[importjob.Key]bool{}, damaged: map[importjob.Key]fileDefect{}, late: map[importjob.Key]bool{},
	}
	for i := range s.made {
		s.made[i] = make(chan struct{})
	}
	close(s.made[0])
	s.audit = newAudit(b.brokenStore(s.world), s.world, s.models, s.record)
	for i, n := range p.Nodes {
		s.nodes = append(s.nodes, &node{sim: s, index: i, plan: n, trips: map[call]int{}})
	}
	return s
}

func (s *simulation) run() {
	for i, j := range s.plan.Jobs {
		time.AfterFunc(j.At.duration(), func() { s.world.begin(i, j) })
	}
	for i, n := range s.nodes {
		// No two nodes do the same at the same moment.
		time.AfterFunc(n.plan.At.duration()+time.Duration(i+1)*137*time.Microsecond, n.up)
	}
	for i, e := range s.plan.Events {
		s.onWay.Go(func() { s.happen(e, time.Duration(i+1)*271*time.Nanosecond) })
	}
	s.await(s.plan.Until.duration(), snapshot.tidied)
	s.cease()
	s.awaitEnds()
	s.endNodes()
	if s.intact() {
		s.checkEnd()
		s.resumeAll()
	}
}

// next counts a call and returns what is wrong with it.
func (s *simulation) next(c call) fault {
	s.counted.Lock()
	defer s.counted.Unlock()
	nth := s.calls[c]
	s.calls[c]++
	if c != claimCall && c != leftoversCall && c != unindexedCall && c != expireCall { // those are made all the time
		if s.forJobs++; s.forJobs < len(s.made) {
			close(s.made[s.forJobs])
		}
	}
	if s.inOrder() {
		return fault{Call: c}
	}
	for _, f := range s.plan.Faults {
		if f.Call == c && f.Nth == nth {
			s.note("%s number %d: %s", c, nth, f.What)
			s.count("trouble with " + string(c))
			if f.What != breaksOff && f.What != breaksOffEnd && f.What != stuckRead { // those come later, or never
				s.count("trouble: " + string(f.What))
			}
			return f
		}
	}
	return fault{Call: c}
}

// cease puts everything in order.
func (s *simulation) cease() {
	s.chance.Lock()
	defer s.chance.Unlock()
	s.note("all faults cease")
	close(s.ceased)
	s.noFiles = 0
	for _, n := range s.nodes {
		n.connect("")
		n.setClock(0)
		n.resume()
		n.up()
	}
}

// inOrder reports whether all faults have ceased.
func (s *simulation) inOrder() bool {
	select {
	case <-s.ceased:
		return true
	default:
		return false
	}
}

// sleep waits, until the faults cease at the latest.
func (s *simulation) sleep(d time.Duration) {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-s.ceased:
	}
}

// afterwards does something later, when no node waits for it.
func (s *simulation) afterwards(d time.Duration, do func()) {
	s.onWay.Go(func() { s.sleep(d); do() })
}
