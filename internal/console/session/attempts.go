package session

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Attempts slows attempts to sign in, in the memory of one server. After a
// failure the next attempt must wait, longer each time: of one access key, and
// of one address. An attempt counts as failed from its beginning until it
// succeeds, so that many at once gain nothing.
type Attempts struct {
	mu    sync.Mutex
	keys  map[string]tally
	addrs map[string]tally
}

// tally is what failed of one key, or from one address.
type tally struct {
	failed int
	last   time.Time // when the last attempt began
	until  time.Time // before which no other may
}

// How attempts wait. A key's wait stays short: with its id, which is no secret,
// anyone can make its owner wait. An address has some failures free, since
// several people may share one.
const (
	firstWait    = 2 * time.Second
	longestOfKey = 30 * time.Second
	freeOfAddr   = 5
	longestOfAdr = 15 * time.Minute
	forgottenIn  = 30 * time.Minute // without an attempt
	maxTallies   = 10_000           // of keys, and of addresses
)

// NewAttempts returns attempts of which none has failed.
func NewAttempts() *Attempts {
	return &Attempts{keys: map[string]tally{}, addrs: map[string]tally{}}
}

// Wait says that an attempt came too early.
type Wait struct {
	Until time.Time // when the next may be made
	// OfAddress tells that it is the address that must wait, and not the key alone.
	OfAddress bool
}

// Begin begins an attempt, or returns what it must wait for.
func (a *Attempts) Begin(key, addr string, now time.Time) *Wait {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.addrs[addr]; now.Before(t.until) {
		return &Wait{t.until, true}
	}
	if t := a.keys[key]; now.Before(t.until) {
		return &Wait{t.until, false}
	}
	note(a.keys, key, now, func(failed int) time.Duration { return doubled(failed-1, longestOfKey) })
	note(a.addrs, addr, now, func(failed int) time.Duration {
		if failed <= freeOfAddr {
			return 0
		}
		return doubled(failed-freeOfAddr-1, longestOfAdr)
	})
	return nil
}

// Succeeded takes an attempt back that did not fail. Earlier failures of the key
// are forgotten; those from the address are not, or one key that is known would
// open the way to guess others.
func (a *Attempts) Succeeded(key, addr string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.keys, key)
	if t, ok := a.addrs[addr]; ok {
		if t.failed--; t.failed <= 0 {
			delete(a.addrs, addr)
			return
		}
		t.until = time.Time{}
		a.addrs[addr] = t
	}
}

// Failed returns how long the next attempt of a key must wait.
func (a *Attempts) Failed(key string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(a.keys[key].until.Sub(now), 0)
}

// doubled returns the wait after n further failures.
func doubled(n int, most time.Duration) time.Duration {
	wait := firstWait
	for ; n > 0 && wait < most; n-- {
		wait *= 2
	}
	return min(wait, most)
}

func note(tallies map[string]tally, name string, now time.Time, wait func(failed int) time.Duration) {
	t := tallies[name]
	if now.Sub(t.last) >= forgottenIn {
		t = tally{}
	}
	if _, there := tallies[name]; !there && len(tallies) >= maxTallies {
		makeRoom(tallies)
	}
	t.failed++
	t.last, t.until = now, now.Add(wait(t.failed))
	tallies[name] = t
}

// makeRoom forgets the older half: those whose last attempt is longest ago.
func makeRoom(tallies map[string]tally) {
	names := slices.SortedFunc(maps.Keys(tallies), func(a, b string) int {
		return cmp.Or(tallies[a].last.Compare(tallies[b].last), cmp.Compare(a, b))
	})
	for _, name := range names[:len(names)/2] {
		delete(tallies, name)
	}
}
