package bench

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestCallersChargeForStalls: a server stalls once. All calls that were due meanwhile must be
// charged for it, not only the one in progress.
func TestCallersChargeForStalls(t *testing.T) {
	var calls [2]atomic.Int64
	var once sync.Once
	enough := make(chan struct{})
	const stall, enoughCalls = 400 * time.Millisecond, 40 // of each operation: as many are due during the stall
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation := 1
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), pacedOperations[0]) {
			operation = 0
		}
		if calls[operation].Add(1) <= 2 && operation == 0 { // one per client
			time.Sleep(stall) // the stall is what the clients are charged for
		}
		if calls[0].Load() > enoughCalls && calls[1].Load() > enoughCalls {
			once.Do(func() { close(enough) })
		}
		_, _ = w.Write([]byte("{}"))
	}))
	defer server.Close()
	c := callers{client: newClient("secret"), pool: "pool", users: file{rows: 100}, pace: 100}
	c.client.url = server.URL
	taken, err := c.work(t.Context(), func(context.Context) error { <-enough; return nil })
	if err != nil {
		t.Fatal(err)
	}
	late := 0
	for _, took := range taken[0] {
		if took > stall/4 {
			late++
		}
	}
	if late < enoughCalls/2 {
		t.Errorf("%d calls were charged for the stall: %v", late, taken[0])
	}
}

// TestCallersEnd: if the server refuses the calls, the other measurement is interrupted.
func TestCallersEnd(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no", http.StatusBadRequest)
	}))
	defer server.Close()
	c := callers{client: newClient("secret"), pool: "pool", users: file{rows: 100}, pace: 100}
	c.client.url = server.URL
	_, err := c.work(t.Context(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	if err == nil || !strings.Contains(err.Error(), "answered 400: no") {
		t.Errorf("%v", err)
	}
}

func TestQuantile(t *testing.T) {
	var all times
	for i := range 1000 {
		all = append(all, time.Duration((i*7919)%1000+1))
	}
	for part, want := range map[float64]time.Duration{0: 1, 0.5: 500, 0.99: 990, 1: 1000} {
		if got := all.quantile(part); got != want {
			t.Errorf("%v: %d, want %d", part, got, want)
		}
	}
	if got := (times{5, 3}).quantile(0.5); got != 3 {
		t.Errorf("of two: %d", got)
	}
}
