package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// writeTryEvery is how often it is tried whether the database can be written: each
	// try costs a commit, and anyone may ask.
	writeTryEvery = 5 * time.Second
	// refusalLasts is how long a refused write counts, whatever smaller writes succeed
	// meanwhile. It is longer than the pause after which an import job tries again.
	refusalLasts = 20 * time.Second
	// silenceLasts is how long tries may have no end before the database counts as one
	// that cannot be written.
	silenceLasts = time.Minute
)

// writability is what is known of whether the database can be written. Two things tell:
// a small write that is tried now and then, and the writes of the server itself, which
// may need room where a small one needs none.
type writability struct {
	mu     sync.Mutex
	trying bool
	tried  time.Time // when it was tried last
	failed error     // what the last try failed with whose end is known
	silent time.Time // when the first try began since then whose end is not known; zero for none

	refused time.Time // when a write of the server was refused last
	refusal error
}

// due reports whether to try now. The caller tells [writability.ended] then.
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

// ended notes what a try came to. One whose end is not known changes nothing at first.
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

// refuse notes that a write of the server was refused.
func (w *writability) refuse(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused, w.refusal = time.Now(), err
}

// problem returns why the database counts as one that cannot be written, nil where it
// does not.
func (w *writability) problem() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch now := time.Now(); {
	case w.failed != nil:
		return fmt.Errorf("a small write failed: %w", w.failed)
	case !w.refused.IsZero() && now.Sub(w.refused) < refusalLasts:
		return fmt.Errorf("a write failed %v ago: %w", now.Sub(w.refused).Round(time.Second), w.refusal)
	case !w.silent.IsZero() && now.Sub(w.silent) >= silenceLasts:
		return fmt.Errorf("no write that was tried since %s has ended", w.silent.UTC().Format(time.RFC3339))
	}
	return nil
}

// Writable returns why the database cannot be written, nil where it can: it is full or
// read-only, or its disk fails. What ctx leaves no time to find out counts as before.
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

// noted notes a write that the database refused. It returns the error as it is.
func (d *database) noted(err error) error {
	if err != nil && d.fault(err) == faultUnwritable {
		d.writes.refuse(err)
	}
	return err
}

var errNothingTouched = errors.New("the table schema_support has no row, so it is not known whether the database can be written")
