package logforward

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	firstPause = time.Second      // after the first failure; it doubles
	maxPause   = 30 * time.Second // between tries
	tellEvery  = 5 * time.Minute  // how often a failure that lasts is told
)

// trouble is failures in a row: how long to wait between tries, and what of
// them is told in the log. It is not a line a try.
type trouble struct {
	log            *slog.Logger
	failing, again string // what the log says

	since time.Time // of the first failure in a row; zero when there is none
	tries int
	told  time.Time // when the log was last told of a failure, of this row or before
	owed  bool      // the log was told of this row: so it is told of its end
}

// failed counts a failure and returns how long to wait before the next try.
func (t *trouble) failed(err error, about ...any) (pause time.Duration) {
	now := time.Now()
	if t.tries++; t.tries == 1 {
		t.since = now
	}
	if t.told.IsZero() || now.Sub(t.told) >= tellEvery {
		t.told, t.owed = now, true
		t.log.Error(t.failing, append(about, "error", err, "failingFor", now.Sub(t.since).Round(time.Second), "tries", t.tries)...)
	}
	pause = maxPause
	if doubled := t.tries - 1; doubled < 5 {
		pause = min(firstPause<<doubled, maxPause)
	}
	return pause/2 + rand.N(pause/2)
}

// over ends the row of failures, if there is one.
func (t *trouble) over() {
	if t.owed {
		t.log.Info(t.again, "failedFor", time.Since(t.since).Round(time.Second), "tries", t.tries)
	}
	t.since, t.tries, t.owed = time.Time{}, 0, false
}
