package exchange

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
)

// TestAnswersShareBudgets: the sum of answers of any size is bounded. Known callers do not
// wait for unknown ones, and small answers do not wait for large ones.
func TestAnswersShareBudgets(t *testing.T) {
	const small, large = 60 << 10, 100 << 10
	for _, c := range []struct {
		name  string
		size  int
		known bool
		most  int // at a time
	}{
		{"small", small, true, 10}, {"small, to strangers", small, false, 5}, {"large", large, true, 3}, {"large, to strangers", large, false, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := &Answers{Large: bounds.NewBudget(3 * large), Small: bounds.NewBudget(10 * small), Strangers: bounds.NewBudget(5 * small)}
			hold := func(size int, known bool) (func(), error) {
				return a.Hold(t.Context(), httptest.NewRecorder(), size, known)
			}
			var held []func()
			for range c.most {
				release, err := hold(c.size, c.known)
				if err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				held = append(held, release)
			}
			for range 10_000 {
				if _, err := hold(FreeAnswer, c.known); err != nil {
					t.Fatal(err)
				}
			}
			begun := time.Now()
			_, err := hold(c.size, c.known)
			if refusal, ok := errors.AsType[*apicore.Refusal](err); !ok || refusal.Reason != apicore.Busy || time.Since(begun) != roomTime {
				t.Errorf("%s: one more: %v after %v", c.name, err, time.Since(begun))
			}
			for _, other := range []struct {
				size  int
				known bool
			}{{small, true}, {small, false}, {large, true}} {
				same := other.known == c.known && (other.size == c.size || !c.known)
				if release, err := hold(other.size, other.known); same != (err != nil) {
					t.Errorf("%s: beside it, of %d bytes, known %t: %v", c.name, other.size, other.known, err)
				} else if err == nil {
					release()
				}
			}
			go func() { time.Sleep(time.Second); held[0]() }()
			if _, err := hold(c.size, c.known); err != nil {
				t.Errorf("%s: with room again: %v", c.name, err)
			}
		})
	}
}

// TestSlowReaders: every answer, even a small one, must be received at the lowest rate. After
// that its room is free.
func TestSlowReaders(t *testing.T) {
	for size, most := range map[int]time.Duration{160 << 10: 20 * time.Second, 60 << 10: 13750 * time.Millisecond, 5 << 10: 10312 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var took time.Duration
			begun := time.Now()
			answerOf(t, func(w http.ResponseWriter, r *http.Request) {
				x := Begin(w, r, nil)
				x.Write("text/plain", http.StatusOK, make([]byte, size))
				took = time.Since(begun)
			}, func(conn net.Conn) {
				_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
				if _, err := io.ReadFull(conn, make([]byte, 16)); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Minute)
			})
			if took < most-time.Second || took > most+time.Second {
				t.Errorf("a reader who takes nothing of %d bytes is waited for %v, want %v", size, took, most)
			}
		})
	}
}

// TestRetryAfter: a refusal for lack of room says when to retry.
func TestRetryAfter(t *testing.T) {
	w := httptest.NewRecorder()
	Begin(w, httptest.NewRequest(http.MethodPost, "/", nil), nil).Write("text/plain", Busy().Status, nil)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
