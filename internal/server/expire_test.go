package server

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestExpiriesAreApart: an expiry that fails, panics or never ends delays no other.
func TestExpiriesAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
		behind, asked, when := 0, 0, make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.expire(ctx, []expiry{
				{what: "what hangs", do: func(ctx context.Context, _ time.Time) error { <-ctx.Done(); return ctx.Err() }},
				{what: "what fails", do: func(context.Context, time.Time) error { return errors.New("it is stuck") }},
				{what: "what panics", do: func(context.Context, time.Time) error { return fault(nil) }},
				{what: "what is behind", do: func(context.Context, time.Time) error { behind++; return nil }},
				{what: "what is asked for", do: func(context.Context, time.Time) error { asked++; return nil }, when: when},
			})
		}()
		for range 5 {
			when <- struct{}{}
		}
		time.Sleep(2*time.Hour + time.Minute)
		stop()
		<-done
		if asked != 8 {
			t.Errorf("the expiry that was asked for five times between was carried out %d times", asked)
		}
		if behind != 3 {
			t.Errorf("the expiry behind was carried out %d times", behind)
		}
		if lines := strings.Count(log.String(), "level=ERROR"); lines != 6 || strings.Count(log.String(), `data="what fails"`) != 3 || strings.Count(log.String(), "expire_test.go") < 3 {
			t.Errorf("the log: %s", &log)
		}
	})
}

// fault panics if the map is nil.
func fault(to map[string]error) error {
	to["x"] = nil
	return to["x"]
}

// TestResultsKept: the engine keeps the rows of jobs for the time of the setting.
func TestResultsKept(t *testing.T) {
	s := &Server{}
	s.cfg.ResultsKept = 2 * time.Hour
	if kept := s.engineConfig().KeepRows; kept != 2*time.Hour {
		t.Errorf("rows are kept for %v", kept)
	}
}
