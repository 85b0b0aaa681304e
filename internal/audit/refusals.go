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
	maxWindows = 1000        // open at a time; further refusals are folded more coarsely
	maxRefused = 256         // bytes of the resource of a refusal
	manyOf     = "*"         // stands for several values in a folded event
)

// Refusals stands in front of a recorder. It passes events on, and folds equal refusals by
// policies and of unsigned calls. Equal refusals have one principal, key, address, operation
// and region. After a minute, the first one is written as their event, with the number of calls
// in its details. So a caller without permissions cannot fill the record.
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

// NewRefusals returns refusals in front of a recorder's Record.
func NewRefusals(record func(context.Context, Event)) *Refusals {
	return &Refusals{record: record, open: map[Event]*fold{}}
}

// Record passes an event on, or folds it.
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

// folds reports whether an event is a refusal that a caller can cause any number of times. It
// is a refusal by policies, whose result has different names in AWS JSON and AWS Query. Or it
// is a refusal of an unsigned call, such as a sign-in with a wrong password.
func folds(e Event) bool {
	return e.Result == "AccessDeniedException" || e.Result == "AccessDenied" || e.Result != "" && e.AccessKeyID == ""
}

// Run writes folded events after their minute, until ctx ends.
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

// Close writes all folded events. Call it after the last request.
func (r *Refusals) Close(ctx context.Context) { r.write(ctx, time.Now()) }

// write writes the events of folds that began by then, the oldest first.
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
