package bounds

import (
	"sync"
	"time"
)

// maxBuckets is how many callers are remembered at a time.
const maxBuckets = 10_000

// Rate limits each caller to a number of requests a second, with bursts of two seconds'
// worth. It is in memory, so each server has its own.
type Rate struct {
	perSecond float64

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket has the tokens that a caller had at a moment.
type bucket struct {
	tokens float64
	at     time.Time
}

// burstSeconds is the size of a burst, in seconds of the rate.
const burstSeconds = 2

// NewRate returns a rate. 0 means no limit.
func NewRate(perSecond int) *Rate {
	return &Rate{perSecond: float64(perSecond), buckets: map[string]*bucket{}}
}

// Take reports whether a caller may make one more request now.
func (r *Rate) Take(caller string) bool {
	if r.perSecond == 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	now, most := time.Now(), r.perSecond*burstSeconds
	b := r.buckets[caller]
	if b == nil {
		if len(r.buckets) >= maxBuckets && !r.forget(now) {
			return false // so many callers at once are an attack
		}
		b = &bucket{most, now}
		r.buckets[caller] = b
	}
	b.tokens, b.at = min(most, b.tokens+now.Sub(b.at).Seconds()*r.perSecond), now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// forget removes the callers whose buckets are full again, and reports whether there were
// any.
func (r *Rate) forget(now time.Time) bool {
	before := len(r.buckets)
	for caller, b := range r.buckets {
		if now.Sub(b.at) >= burstSeconds*time.Second {
			delete(r.buckets, caller)
		}
	}
	return len(r.buckets) < before
}
