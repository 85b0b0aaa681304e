package propertytest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// node is a machine that runs an engine, or several in turn.
type node struct {
	sim   *simulation
	index int
	plan  nodePlan

	mu        sync.Mutex
	commits   int           // number of commits so far
	trips     map[call]int  // calls and results of each kind
	resumed   chan struct{} // closed when the node goes on; nil if it is not suspended
	network   happening     // cutOff, silent, or ""
	since     time.Time     // when network changed
	ahead     time.Duration // how far the clock is ahead at the next claim
	running   *process      // nil while the node is down
	processes []*process    // all processes, past and present
}

// process is one run of a node's engine.
type process struct {
	link   *link
	engine *importjob.Engine
	cancel context.CancelFunc
	done   chan struct{} // closed when the engine has returned
}

func (n *node) name() string { return fmt.Sprintf("node%d", n.index) }

// up starts the node's engine if it is not running. An earlier process that has not ended by
// now is killed.
func (n *node) up() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil || n.sim.over.Load() {
		return
	}
	for _, p := range n.processes {
		p.link.dead.Store(true)
	}
	l := newLink(n)
	ctx, cancel := context.WithCancel(context.Background())
	store, files := n.sim.defect.brokenEngine(l, n.sim.world), n.sim.defect.brokenFiles(l)
	p := &process{link: l, engine: importjob.NewEngine(store, files, n.config()), cancel: cancel, done: make(chan struct{})}
	go func() { defer close(p.done); p.engine.Run(ctx) }()
	n.running = p
	n.processes = append(n.processes, p)
	n.sim.note("%s comes up", n.name())
}

// quiet returns a log that discards everything.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// sweepEvery is the interval of cleanups of the engines.
const sweepEvery = 10 * time.Second

func (n *node) config() importjob.Config {
	return importjob.Config{
		Node: n.name(), Log: quiet(), Limits: usercsv.Limits{RowChars: rowChars},
		PortionRows: n.plan.PortionRows, Parallel: n.plan.Parallel,
		Lease: n.sim.plan.Lease.duration(), FailedShare: n.sim.plan.Share, Sweep: sweepEvery,
	}
}

// down ends the node's engine. If hard is set, the engine is killed and cannot even give up
// its leases. It returns the process, or nil if the node is down.
func (n *node) down(hard bool) *process {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.running
	if p != nil {
		n.sim.note("%s goes down, hard: %v", n.name(), hard)
		p.link.dead.Store(hard)
		p.cancel()
		n.running = nil
	}
	return p
}

func (n *node) suspend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.resumed == nil {
		n.sim.note("%s is suspended", n.name())
		n.resumed = make(chan struct{})
	}
}

func (n *node) resume() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.resumed != nil {
		n.sim.note("%s goes on", n.name())
		close(n.resumed)
		n.resumed = nil
	}
}

// awaitResumption waits until the node is not suspended, and reports whether it was.
func (n *node) awaitResumption() (waited bool) {
	for {
		n.mu.Lock()
		resumed := n.resumed
		n.mu.Unlock()
		if resumed == nil {
			return waited
		}
		waited = true
		<-resumed
	}
}

func (n *node) connect(how happening) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sim.note("%s: network %q", n.name(), how)
	n.network, n.since = how, time.Now()
}

// silentFor is how long the node has been disconnected from the store.
func (n *node) silentFor() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.network != silent {
		return 0
	}
	return time.Since(n.since)
}

func (n *node) connection() happening {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.network
}

// latency is the time that the next call of a kind, or its result, takes. No two nodes and no
// two kinds have the same latency. So events at nearly the same moment have an order that
// does not depend on the scheduler.
func (n *node) latency(c call) time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	trip := n.trips[c]
	n.trips[c]++
	apart := 17*n.index + slices.Index(calls, c) + 1
	return n.plan.Latency[trip%len(n.plan.Latency)].duration() + time.Duration(apart)*time.Microsecond
}

// draws is how many portions the next commit draws after the first.
func (n *node) draws() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.plan.Draws) == 0 {
		return 0
	}
	n.commits++
	return n.plan.Draws[n.commits%len(n.plan.Draws)]
}

// setClock sets how far the node's clock is ahead at its next claim.
func (n *node) setClock(ahead time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sim.note("%s: clock %v ahead", n.name(), ahead)
	n.ahead = ahead
}

// clock returns how far the node's clock is ahead, once.
func (n *node) clock() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	ahead := n.ahead
	n.ahead = 0
	return ahead
}

// interrupt calls Interrupt of the node's engine. It returns the link of that engine, or nil if the
// node is down, and the result of Interrupt.
func (n *node) interrupt(key importjob.Key) (*link, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running == nil {
		return nil, nil
	}
	gone := n.running.engine.Interrupt(key)
	n.sim.gone = append(n.sim.gone, gone)
	return n.running.link, gone
}

func (n *node) wake() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running != nil {
		n.running.engine.Wake()
	}
}
