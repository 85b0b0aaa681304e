package audit

import (
	"context"
	"time"

	"poolhouse/internal/guard"
)

// Run stores events until ctx ends, and then the remaining ones, for a few seconds at most.
// Call it once and let it end after the last request. Events recorded later are not stored, and
// the log says so.
func (r *Recorder) Run(ctx context.Context) {
	left := r.work(ctx)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	for left = r.fill(left); len(left) > 0 && last.Err() == nil; left = r.fill(left) {
		left = r.storeAll(last, left)
	}
	close(r.ended)
	for _, e := range left {
		r.lose(e)
	}
	r.loseBacklog()
}

// work stores events until ctx ends. It returns the events that it took out of the backlog and
// did not store.
func (r *Recorder) work(ctx context.Context) []Event {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-r.backlog:
			r.gather(ctx)
			if left := r.storeAll(ctx, r.fill([]Event{e})); len(left) > 0 {
				return left
			}
		}
	}
}

// gather waits for more events: a transaction of many costs little more than one of a single
// event.
func (r *Recorder) gather(ctx context.Context) {
	if len(r.backlog) >= maxGroup {
		return
	}
	wait(ctx, gathering)
}

// fill adds the events that came meanwhile.
func (r *Recorder) fill(group []Event) []Event {
	for len(group) < maxGroup {
		select {
		case e := <-r.backlog:
			group = append(group, e)
		default:
			return group
		}
	}
	return group
}

// storeAll stores events and tries again until it succeeds. It returns them if ctx ends first.
func (r *Recorder) storeAll(ctx context.Context, group []Event) (left []Event) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := guard.Run(func() error { return r.store.Append(ctx, group) })
		if err == nil {
			r.counts.stored.Add(int64(len(group)))
			r.grow(group)
			return nil
		}
		if ctx.Err() != nil {
			return group
		}
		r.counts.failures.Add(1)
		r.log.Error("audit events could not be stored; trying again", "events", len(group), "error", err)
		wait(ctx, pause)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
