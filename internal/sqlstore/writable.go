package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// writeTryEvery is the shortest time between two trial writes: each costs a commit, and any
	// client can cause one.
	writeTryEvery = 5 * time.Second
	// refusalLasts is how long a refused write counts, even if smaller writes succeed meanwhile. It
	// is longer than the pause before an import job retries.
	refusalLasts = 20 * time.Second
	// silenceLasts is how long trial writes may go unanswered before the database counts as not
	// writable.
	silenceLasts = time.Minute
)

// writability is what is known about whether the database can be written. It has two sources: small
// trial writes now and then, and the server's own writes, which may need space that a small write
// does not need.
type writability struct {
	mu     sync.Mutex
	trying bool
	tried  time.Time // time of the last trial
	failed error     // result of the last trial that was answered
	silent time.Time // time of the first unanswered trial since then; zero if there is none

	refused time.Time // time of the last refused write of the server
	refusal error
}

// due reports whether to try now. The caller must then call [writability.ended].
func (w *writability) due() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.trying || !w.tried.IsZero() && now.Sub(w.tried) < writeTryEvery {
		return false
	}
	w.trying, w.tried = true, now
	return true
}

// ended records the result of a trial. An unanswered trial (known is false) counts only after
// silenceLasts.
func (w *writability) ended(err error, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trying = false
	switch {
	case known:
		w.failed, w.silent = err, time.Time{}
	case w.silent.IsZero():
		w.silent = w.tried
	}
}

// refuse records a refused write of the server.
func (w *writability) refuse(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused, w.refusal = time.Now(), err
}

// problem returns why the database counts as not writable, nil if it is writable.
func (w *writability) problem() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch now := time.Now(); {
	case w.failed != nil:
		return fmt.Errorf("a small write failed: %w", w.failed)
	case !w.refused.IsZero() && now.Sub(w.refused) < refusalLasts:
		return fmt.Errorf("a write failed %v ago: %w", now.Sub(w.refused).Round(time.Second), w.refusal)
	case !w.silent.IsZero() && now.Sub(w.silent) >= silenceLasts:
		return fmt.Errorf("no trial write since %s was answered", w.silent.UTC().Format(time.RFC3339))
	}
	return nil
}

// Writable returns why the database cannot be written, nil if it can be: it is full or read-only,
// or its disk fails. If ctx leaves no time to find out, the previous result counts.
func (s *Store) Writable(ctx context.Context) error {
	if s.writes.due() {
		err := s.run(ctx, false, func(tx *transaction) error { return s.touch(ctx, tx) })
		fault := faultLasting
		if err != nil {
			fault = s.faultOf(err)
		}
		s.writes.ended(err, ctx.Err() == nil && fault != faultConflict && fault != faultLost)
	}
	return s.writes.problem()
}

// noteRefused records a write that the database refused, and returns the error unchanged.
func (d *database) noteRefused(err error) error {
	if err != nil && d.fault(err) == faultUnwritable {
		d.writes.refuse(err)
	}
	return err
}

var errNothingTouched = errors.New("the table schema_support has no row, so a trial write is impossible")
