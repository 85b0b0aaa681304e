package session

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// Attempts slows down attempts to sign in. It counts failures of each access key and of
// each address, in the memory of one server; after each failure the wait grows. An attempt
// counts as failed from its beginning until it succeeds, so parallel attempts gain nothing.
type Attempts struct {
	mu    sync.Mutex
	keys  map[string]tally
	addrs map[string]tally
}

// tally counts the failures of one key or of one address.
type tally struct {
	failed int
	last   time.Time // start of the last attempt
	until  time.Time // no attempt is allowed before this time
}

// The waits. A key's wait stays short: its ID is not secret, so anyone can make its owner
// wait. An address has some failures free, because several people may share it.
const (
	firstWait    = 2 * time.Second
	longestOfKey = 30 * time.Second
	freeOfAddr   = 5
	longestOfAdr = 15 * time.Minute
	forgottenIn  = 30 * time.Minute // a tally without attempts is forgotten after this time
	maxTallies   = 10_000           // bound of the keys, and of the addresses
)

// NewAttempts returns Attempts without failures.
func NewAttempts() *Attempts {
	return &Attempts{keys: map[string]tally{}, addrs: map[string]tally{}}
}

// Wait is the refusal of an attempt that came too early.
type Wait struct {
	Until time.Time // time of the next allowed attempt
	// OfAddress reports whether the address has to wait, and not only the key.
	OfAddress bool
}

// Begin counts an attempt as failed until Succeeded is called. If the attempt comes too
// early, it returns the wait.
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

// Succeeded takes back the failure that Begin counted, and forgets the key's earlier
// failures. The address keeps its earlier failures: otherwise an attacker with one working
// key could guess other keys without a wait.
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

// Failed returns how long the next attempt with the key must wait.
func (a *Attempts) Failed(key string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return max(a.keys[key].until.Sub(now), 0)
}

// doubled returns the wait after n further failures: it doubles with each one, up to most.
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

// makeRoom forgets half of the tallies: those with the oldest last attempt.
func makeRoom(tallies map[string]tally) {
	names := slices.SortedFunc(maps.Keys(tallies), func(a, b string) int {
		return cmp.Or(tallies[a].last.Compare(tallies[b].last), cmp.Compare(a, b))
	})
	for _, name := range names[:len(names)/2] {
		delete(tallies, name)
	}
}
