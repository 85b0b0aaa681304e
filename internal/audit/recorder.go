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
	maxBatch     = 512                    // events of a transaction
	gathering    = 50 * time.Millisecond  // how long a batch waits for others to come
	patience     = time.Second            // how long a call waits for room in the backlog
	firstPause   = 100 * time.Millisecond // before a failed batch is tried again; each pause is twice as long
	longestPause = 10 * time.Second
	flushTimeout = 5 * time.Second // to store what is left when the server stops
)

// Appender is the part of [Store] that takes events.
type Appender interface {
	Append(ctx context.Context, events []Event) error
}

// Recorder takes the events of requests.
type Recorder struct {
	store   Appender
	log     *slog.Logger
	mu      sync.Mutex
	last    Chain // its head
	begun   bool  // an event of this process is in it
	backlog chan Event
	ended   chan struct{} // closed when nobody stores any more

	step, grown int64 // bytes: of a growth that is told, and that were stored since the last
	told        chan struct{}
}

// NewRecorder returns a recorder that stores nothing until [Recorder.Run]. Its events go on
// with a chain.
func NewRecorder(store Appender, chain Chain, log *slog.Logger) *Recorder {
	return &Recorder{store: store, last: chain, log: log, backlog: make(chan Event, maxBacklog), ended: make(chan struct{})}
}

// Growth returns a channel that has a value whenever so many bytes of events were stored. It
// is for the time before [Recorder.Run].
func (r *Recorder) Growth(step int64) <-chan struct{} {
	r.step, r.told = step, make(chan struct{}, 1)
	return r.told
}

// grow notes that events were stored.
func (r *Recorder) grow(events []Event) {
	for i := range events {
		r.grown += events[i].Size()
	}
	if r.told == nil || r.grown < r.step {
		return
	}
	r.grown = 0
	select {
	case r.told <- struct{}{}:
	default: // it was told already
	}
}

// Record writes an event's line to the log and hands the event on to be
// stored. While the store cannot follow, a call waits here for a second at
// most. ctx is the call's; its end keeps nothing from being recorded.
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
	case <-r.ended: // and may have looked into the backlog for the last time
		r.loseBacklog()
	default:
	}
}

// link makes an event the next link of the chain. Later links are never of an earlier moment,
// so that what expires is always the beginning of the chain.
func (r *Recorder) link(e Event) Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.ID, e.At = uuid.Must(uuid.NewV7()).String(), time.Now().UTC().Truncate(time.Millisecond)
	switch {
	case !r.begun && !e.At.After(r.last.HeadAt): // ids are greater than those of this process only
		e.At = r.last.HeadAt.Add(time.Millisecond)
	case e.At.Before(r.last.HeadAt):
		e.At = r.last.HeadAt
	}
	r.begun = true
	e.Chain, e.ChainNo = r.last.ID, r.last.HeadNo+1
	e.Hash = e.Sum(r.last.HeadHash)
	r.last.HeadNo, r.last.HeadHash, r.last.HeadAt = e.ChainNo, e.Hash, e.At
	return e
}

// await waits for room in the backlog and reports whether there was any.
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

// lose says of an event that the table will not have it.
func (r *Recorder) lose(e Event) {
	r.log.Error("an audit event could not be stored; its line in the log is all there is", "eventId", e.ID, "requestId", e.RequestID)
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
