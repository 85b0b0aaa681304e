package bounds

import "sync"

// Underway limits the requests that each caller has under way. It stands for the limit of
// connections of an address where connections are a proxy's, which has one request
// at a time on each.
type Underway struct {
	most int

	mu sync.Mutex
	of map[string]int
}

// NewUnderway returns a limit of so many requests of a caller.
func NewUnderway(most int) *Underway { return &Underway{most: most, of: map[string]int{}} }

// Begin begins a request of a caller, unless the caller has as many as there may be. end
// ends it, once.
func (u *Underway) Begin(caller string) (end func(), ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of[caller] >= u.most {
		return func() {}, false
	}
	u.of[caller]++
	return sync.OnceFunc(func() { u.end(caller) }), true
}

func (u *Underway) end(caller string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.of[caller]--; u.of[caller] == 0 {
		delete(u.of, caller)
	}
}
