package bounds

import "sync"

// InFlight limits the concurrent requests of each caller. It replaces the limit of
// connections from an address if the connections are a proxy's. A proxy has one request at a
// time on each connection.
type InFlight struct {
	most int

	mu     sync.Mutex
	counts map[string]int
}

// NewInFlight returns a limit of most concurrent requests for each caller.
func NewInFlight(most int) *InFlight { return &InFlight{most: most, counts: map[string]int{}} }

// Begin begins a request of a caller, unless the caller has reached the limit. end ends it;
// further calls do nothing.
func (u *InFlight) Begin(caller string) (end func(), ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts[caller] >= u.most {
		return func() {}, false
	}
	u.counts[caller]++
	return sync.OnceFunc(func() { u.end(caller) }), true
}

func (u *InFlight) end(caller string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts[caller]--; u.counts[caller] == 0 {
		delete(u.counts, caller)
	}
}
