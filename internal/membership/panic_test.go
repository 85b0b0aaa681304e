package membership

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// startled is a store that panics in its first calls.
type startled struct {
	*memory
	panics int
}

func (s *startled) Join(ctx context.Context, m Member, Recent, long time.Time) ([]Member, error) {
	if s.panics > 0 {
		s.panics--
		var none *Member
		none.Node = "x"
	}
	return s.memory.Join(ctx, m, Recent, long)
}

// TestPanicsEndNoMember: a panic is logged with its stack, and the member reports again.
func TestPanicsEndNoMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &startled{newMemory(), 2}
		var log bytes.Buffer
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			KeepAlive(ctx, s, Member{Node: "a"}, slog.New(slog.NewTextHandler(&log, nil)))
		}()
		time.Sleep(3*every + time.Second)
		s.mu.Lock()
		_, listed := s.nodes["a"]
		s.mu.Unlock()
		stop()
		<-done
		if !listed || strings.Count(log.String(), "level=ERROR") != 2 || !strings.Contains(log.String(), "panic_test.go") {
			t.Errorf("the member is listed: %t; the log: %s", listed, &log)
		}
	})
}
