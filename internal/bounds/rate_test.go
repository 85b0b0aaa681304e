package bounds

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewRate(5)
		passed := func(caller string, tries int) (n int) {
			for range tries {
				if r.Take(caller) {
					n++
				}
			}
			return n
		}
		for _, c := range []struct {
			wait   time.Duration
			caller string
			want   int
		}{{0, "a", 10}, {0, "a", 0}, {0, "b", 10}, {200 * time.Millisecond, "a", 1}, {time.Second, "a", 5}, {time.Hour, "a", 10}} {
			time.Sleep(c.wait)
			if n := passed(c.caller, 100); n != c.want {
				t.Errorf("%s after %v: %d of 100 pass, want %d", c.caller, c.wait, n, c.want)
			}
		}
		for i := range maxBuckets + 10 {
			r.Take(fmt.Sprint("caller ", i))
		}
		if len(r.buckets) > maxBuckets {
			t.Errorf("%d callers are remembered", len(r.buckets))
		}
		time.Sleep(burstSeconds * time.Second)
		if !r.Take("late") || len(r.buckets) != 1 {
			t.Errorf("callers of earlier are remembered: %d", len(r.buckets))
		}
		if none := NewRate(0); !none.Take("a") || len(none.buckets) > 0 {
			t.Error("a rate that is off holds someone up")
		}
	})
}
