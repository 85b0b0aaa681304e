package propertytest

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
)

// simulation is one case: a plan that is simulated in a synctest bubble.
type simulation struct {
	*record
	plan   plan
	models []model
	world  *world
	audit  *audit
	nodes  []*node
	defect breakage

	made    [mostCalls + 1]chan struct{} // the n-th is closed after n calls for jobs
	counted sync.Mutex                   // guards calls and forJobs
	calls   map[call]int                 // of each kind, by all nodes
	forJobs int                          // calls for jobs

	ceased  chan struct{}                // closed when all faults have ceased
	chance  sync.Mutex                   // held during an event
	noFiles int                          // number of events during which no file can be read
	stopped map[importjob.Key]bool       // jobs whose stop was accepted
	damaged map[importjob.Key]fileDefect // jobs whose file was damaged before their end
	late    map[importjob.Key]bool       // jobs whose file was damaged after their end
	gone    []<-chan struct{}            // results of Interrupt

	onWay sync.WaitGroup // future events, and calls that take effect after their node has given up
	open  atomic.Int32   // number of open files
	over  atomic.Bool    // no node may start any more
}

// simulate carries the plan out, with a planted defect if there is one, and returns what was
// observed.
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
		// No two nodes start at the same moment.
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

// next counts a call and returns its fault.
func (s *simulation) next(c call) fault {
	s.counted.Lock()
	defer s.counted.Unlock()
	nth := s.calls[c]
	s.calls[c]++
	if c != claimCall && c != leftoversCall && c != unindexedCall && c != expireCall { // these are made all the time
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
			if f.What != breaksOff && f.What != breaksOffEnd && f.What != stuckRead { // these come later or never
				s.count("trouble: " + string(f.What))
			}
			return f
		}
	}
	return fault{Call: c}
}

// cease ends all faults.
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

// sleep waits for a duration, or until the faults cease.
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
