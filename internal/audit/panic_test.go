package audit

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// startled is a store that panics at its first call.
type startled struct {
	memory
	done bool
}

func (s *startled) Append(ctx context.Context, events []Event) error {
	if !s.done {
		s.done = true
		var none *Event
		none.ID = "x"
	}
	return s.memory.Append(ctx, events)
}

// TestPanicsLoseNoEvent: a panic is logged with its stack, and the events are stored
// afterwards.
func TestPanicsLoseNoEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &startled{}
		r := NewRecorder(s, Chain{ID: "c"}, slog.New(slog.NewTextHandler(&log, nil)))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); r.Run(ctx) }()
		r.Record(t.Context(), Event{Operation: "CreateUserPool"})
		time.Sleep(time.Minute)
		stop()
		<-done
		if n := len(s.stored()); n != 1 || strings.Count(log.String(), "level=ERROR") != 1 || !strings.Contains(log.String(), "panic_test.go") {
			t.Errorf("%d events are stored; the log: %s", n, &log)
		}
	})
}
