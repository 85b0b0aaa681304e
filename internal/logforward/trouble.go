package logforward

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	firstPause = time.Second      // after the first failure; it doubles with each
	maxPause   = 30 * time.Second // maximum between retries
	tellEvery  = 5 * time.Minute  // interval of log lines about a lasting failure
)

// trouble handles consecutive failures: how long to wait between retries, and what is logged.
// Not every retry is logged.
type trouble struct {
	log            *slog.Logger
	failing, again string // the messages

	since      time.Time // when the failures began; zero if there is none
	tries      int
	lastLogged time.Time // when a failure was last logged, now or earlier
	logged     bool      // these failures were logged, so their end is logged as well
}

// failed counts a failure and returns how long to wait before the retry.
func (t *trouble) failed(err error, about ...any) (pause time.Duration) {
	now := time.Now()
	if t.tries++; t.tries == 1 {
		t.since = now
	}
	if t.lastLogged.IsZero() || now.Sub(t.lastLogged) >= tellEvery {
		t.lastLogged, t.logged = now, true
		t.log.Error(t.failing, append(about, "error", err, "failingFor", now.Sub(t.since).Round(time.Second), "tries", t.tries)...)
	}
	pause = maxPause
	if doubled := t.tries - 1; doubled < 5 {
		pause = min(firstPause<<doubled, maxPause)
	}
	return pause/2 + rand.N(pause/2)
}

// over ends the failures, if there are any.
func (t *trouble) over() {
	if t.logged {
		t.log.Info(t.again, "failedFor", time.Since(t.since).Round(time.Second), "tries", t.tries)
	}
	t.since, t.tries, t.logged = time.Time{}, 0, false
}
