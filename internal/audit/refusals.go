package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// How refusals are folded.
const (
	window     = time.Minute // from the first of equal refusals until their event is written
	maxWindows = 1000        // that are open at a time; further ones are folded wider
	maxRefused = 256         // bytes of the resource of a refusal
	manyOf     = "*"         // what a fold is about that has several
)

// Refusals stands before a recorder. It hands events on, and folds equal refusals by
// policies, and of calls that need no signature: those of one principal and key, from one address, of one operation in
// one region. Their event is the first of them, is written once, when a minute has
// passed, and its details say how many calls they were. So a caller who may do nothing
// does not fill the record.
type Refusals struct {
	record func(context.Context, Event)

	mu   sync.Mutex
	open map[Event]*fold
}

type fold struct {
	first Event
	begun time.Time
	count int
}

// NewRefusals returns what hands events on to a recorder's Record.
func NewRefusals(record func(context.Context, Event)) *Refusals {
	return &Refusals{record: record, open: map[Event]*fold{}}
}

// Record hands an event on, or folds it.
func (r *Refusals) Record(ctx context.Context, e Event) {
	if !folds(e) {
		r.record(ctx, e)
		return
	}
	e = e.bounded()
	e.Resource, e.Details = bounded(e.Resource, maxRefused), bounded(e.Details, maxRefused)
	key := Event{Region: e.Region, Service: e.Service, Operation: e.Operation, Principal: e.Principal, AccessKeyID: e.AccessKeyID, Address: e.Address, Result: e.Result}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open[key] == nil && len(r.open) >= maxWindows {
		key.Region, key.Operation, key.Address = manyOf, manyOf, manyOf
		e.Region, e.Operation, e.Address, e.Resource, e.Details = manyOf, manyOf, manyOf, manyOf, ""
	}
	if r.open[key] == nil && len(r.open) >= 2*maxWindows {
		key.Principal, key.AccessKeyID = manyOf, manyOf
		e.Principal, e.AccessKeyID = manyOf, manyOf
	}
	if f := r.open[key]; f != nil {
		f.count++
		return
	}
	r.open[key] = &fold{e, time.Now(), 1}
}

// folds reports whether an event is a refusal that a caller can cause any number of times: by policies,
// whose result AWS JSON's protocol and AWS Query's call differently, or of a call that needs no signature,
// such as a sign-in with a wrong password.
func folds(e Event) bool {
	return e.Result == "AccessDeniedException" || e.Result == "AccessDenied" || e.Result != "" && e.AccessKeyID == ""
}

// Run writes the events of folds whose minute has passed, until ctx ends.
func (r *Refusals) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			r.write(ctx, now.Add(-window))
		}
	}
}

// Close writes the events of all folds. It is for the time after the last request.
func (r *Refusals) Close(ctx context.Context) { r.write(ctx, time.Now()) }

// write writes the events of the folds that were begun by then, the first first.
func (r *Refusals) write(ctx context.Context, begunBy time.Time) {
	for _, f := range r.take(begunBy) {
		e := f.first
		if f.count > 1 {
			e.Details = strings.TrimSpace(fmt.Sprintf("%s calls=%d", e.Details, f.count))
		}
		r.record(ctx, e)
	}
}

func (r *Refusals) take(begunBy time.Time) (taken []*fold) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, f := range r.open {
		if !f.begun.After(begunBy) {
			taken = append(taken, f)
			delete(r.open, key)
		}
	}
	slices.SortFunc(taken, func(a, b *fold) int { return a.begun.Compare(b.begun) })
	return taken
}
