package logforward

import (
	"context"
	"testing"
	"testing/synctest"

	"poolhouse/internal/resultlog"
)

// startled is a destination that panics at the first call for one job.
type startled struct {
	*archive
	done bool
}

func (s *startled) Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error) {
	if stream == "import-a/job" && !s.done {
		s.done = true
		var none *resultlog.Event
		none.Line = 1
	}
	return s.archive.Put(ctx, group, stream, events)
}

// TestPanicsEndNoForwarder: a panic is logged with its stack. Other jobs are forwarded, and
// then the job that caused it.
func TestPanicsEndNoForwarder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, to := &memory{}, &startled{archive: &archive{}}
		for _, pool := range []string{"a", "b"} {
			s.end(s.add(pool, 10))
		}
		book, stop := start(t, s, to, "n")
		defer stop()
		elapse(lease / 2)
		wantPlaces(t, to.archive, "b", places(12))
		elapse(lease)
		wantPlaces(t, to.archive, "a", places(12))
		if len(book.lines("level=ERROR", "nil pointer", "panic_test.go", "job=import-a")) != 1 {
			t.Errorf("told: %s", book.lines("level="))
		}
	})
}
