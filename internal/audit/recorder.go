package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The recorder's limits.
const (
	maxBacklog   = 4096                   // events that wait to be stored
	maxGroup     = 512                    // events per transaction
	gathering    = 50 * time.Millisecond  // how long a group waits for more events
	patience     = time.Second            // how long a call waits for room in the backlog
	firstPause   = 100 * time.Millisecond // before the next try; each pause is twice as long
	longestPause = 10 * time.Second
	flushTimeout = 5 * time.Second // for the remaining events when the server stops
)

// Appender is the part of [Store] that adds events.
type Appender interface {
	Append(ctx context.Context, events []Event) error
}

// Recorder records the events of requests.
type Recorder struct {
	store   Appender
	log     *slog.Logger
	mu      sync.Mutex
	last    Chain // with the last event as its head
	begun   bool  // this process has recorded an event
	backlog chan Event
	ended   chan struct{} // closed when Run stores no more

	step, grown int64 // bytes: the step to signal, and the growth since the last signal
	signal      chan struct{}

	counts counts
}

// NewRecorder returns a recorder that continues a chain. It stores nothing until
// [Recorder.Run].
func NewRecorder(store Appender, chain Chain, log *slog.Logger) *Recorder {
	return &Recorder{store: store, last: chain, log: log, backlog: make(chan Event, maxBacklog), ended: make(chan struct{})}
}

// Growth returns a channel that gets a value each time that step bytes of events were stored.
// Call it before [Recorder.Run].
func (r *Recorder) Growth(step int64) <-chan struct{} {
	r.step, r.signal = step, make(chan struct{}, 1)
	return r.signal
}

// grow counts stored events.
func (r *Recorder) grow(events []Event) {
	for i := range events {
		r.grown += events[i].Size()
	}
	if r.signal == nil || r.grown < r.step {
		return
	}
	r.grown = 0
	select {
	case r.signal <- struct{}{}:
	default: // the last signal is still waiting
	}
}

// Record writes an event's line to the log and queues the event for the table. While the store
// is too slow, a call waits here for at most one second. ctx is the call's; its end prevents no
// recording.
func (r *Recorder) Record(ctx context.Context, e Event) {
	e = r.link(e.bounded())
	r.log.LogAttrs(ctx, slog.LevelInfo, "audit", e.attrs()...)
	select {
	case r.backlog <- e:
	default:
		if !r.await(e) {
			r.lose(e)
		}
	}
	select {
	case <-r.ended: // Run may have read the backlog for the last time
		r.loseBacklog()
	default:
	}
}

// link makes an event the next link of the chain. No link is older than the one before, so what
// expires is always the beginning of the chain.
func (r *Recorder) link(e Event) Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.ID, e.At = uuid.Must(uuid.NewV7()).String(), time.Now().UTC().Truncate(time.Millisecond)
	switch {
	case !r.begun && !e.At.After(r.last.HeadAt): // only ids of one process are ordered
		e.At = r.last.HeadAt.Add(time.Millisecond)
	case e.At.Before(r.last.HeadAt):
		e.At = r.last.HeadAt
	}
	r.begun = true
	e.Chain, e.ChainNo = r.last.ID, r.last.HeadNo+1
	e.Hash = e.ComputeHash(r.last.HeadHash)
	r.last.HeadNo, r.last.HeadHash, r.last.HeadAt = e.ChainNo, e.Hash, e.At
	return e
}

// await waits for room in the backlog, and reports whether there is any.
func (r *Recorder) await(e Event) bool {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case r.backlog <- e:
		return true
	case <-timeout.C:
	case <-r.ended:
	}
	return false
}

// lose logs an event that the table will not have. Its line has all of the event: the log may have
// no line of a lower level.
func (r *Recorder) lose(e Event) {
	r.counts.lost.Add(1)
	r.log.LogAttrs(context.Background(), slog.LevelError, "an audit event could not be stored; only its log line exists", e.attrs()...)
}

func (r *Recorder) loseBacklog() {
	for {
		select {
		case e := <-r.backlog:
			r.lose(e)
		default:
			return
		}
	}
}
