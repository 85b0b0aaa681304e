package audit

import (
	"context"
	"time"

	"poolhouse/internal/guard"
)

// Run stores events until ctx ends, and then, for a few seconds at most, those
// that are left. It is for once, and for the time after the last request: what
// is recorded later is not stored, and said in the log.
func (r *Recorder) Run(ctx context.Context) {
	left := r.work(ctx)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	for left = r.fill(left); len(left) > 0 && last.Err() == nil; left = r.fill(left) {
		left = r.keep(last, left)
	}
	close(r.ended)
	for _, e := range left {
		r.lose(e)
	}
	r.loseBacklog()
}

// work stores events until ctx ends, and returns those that it had taken out
// of the backlog and not stored.
func (r *Recorder) work(ctx context.Context) []Event {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-r.backlog:
			r.gather(ctx)
			if left := r.keep(ctx, r.fill([]Event{e})); len(left) > 0 {
				return left
			}
		}
	}
}

// gather waits for more events: a transaction of many costs little more than
// one of a single event.
func (r *Recorder) gather(ctx context.Context) {
	if len(r.backlog) >= maxBatch {
		return
	}
	wait(ctx, gathering)
}

// fill adds to a batch what has come meanwhile.
func (r *Recorder) fill(batch []Event) []Event {
	for len(batch) < maxBatch {
		select {
		case e := <-r.backlog:
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

// keep stores a batch, however often that must be tried. It returns the batch
// if ctx ended before.
func (r *Recorder) keep(ctx context.Context, batch []Event) (left []Event) {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := guard.Run(func() error { return r.store.Append(ctx, batch) })
		if err == nil {
			r.grow(batch)
			return nil
		}
		if ctx.Err() != nil {
			return batch
		}
		r.log.Error("audit events could not be stored; this is tried again", "events", len(batch), "error", err)
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
