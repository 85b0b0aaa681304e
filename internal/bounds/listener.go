package bounds

import (
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Connections limits the connections of a listener.
type Connections struct {
	Total   int // at a time
	Address int // at a time, of one IP address
	// Shared reports whether an address is that of a proxy: its connections are those of many
	// clients, so that the limit of an address does not hold for it. nil says so of none.
	Shared func(netip.Addr) bool
	// Refused is told, at most once a minute, that connections, or requests ([Listener.Refuse]), are
	// refused or given up, and how many were since it was told last. nil tells no one.
	Refused func(n int, address string)
}

// Listen returns a listener whose connections are within the limits. One beyond
// the limit of its address is answered 503 with Retry-After, as far as it is not
// encrypted, and closed. One beyond the limit in all takes the place of the
// connection that has waited longest without a verified request, if that is a
// second or more, or if there are many more of that one's address; else it is
// refused, too.
func (c Connections) Listen(l net.Listener, encrypted bool) *Listener {
	return &Listener{Listener: l, limits: c, encrypted: encrypted, of: map[string]int{}, all: map[string]*conn{}}
}

// Listener is a listener whose connections are limited.
type Listener struct {
	net.Listener
	limits    Connections
	encrypted bool

	mu        sync.Mutex
	total     int
	of        map[string]int   // connections by address
	all       map[string]*conn // by the address and the port of their other ends
	waiting   [ranks]queue     // of connections without a verified request: by rank
	lingering int              // refused connections that are still open
	refused   int              // since it was told last
	told      time.Time
}

// Accept returns the next connection that is within the limits.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if taken := l.admit(c); taken != nil {
			return taken, nil
		}
		l.refuse(c)
	}
}

// admit returns the connection with a place of its own, nil if there is none.
func (l *Listener) admit(c net.Conn) *conn {
	taken := &conn{Conn: c, listener: l, remote: c.RemoteAddr().String(), address: addressOf(c), shared: l.isShared(c)}
	if l.take(taken) {
		return taken
	}
	oldest := l.victim(taken, time.Now())
	if oldest == nil {
		return nil
	}
	_ = oldest.Close() // which gives its place back
	l.tell(oldest.address)
	if l.take(taken) {
		return taken
	}
	return nil
}

func (l *Listener) take(c *conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.limits.Total || l.isFull(c) {
		return false
	}
	l.total++
	l.of[c.address]++
	l.all[c.remote] = c
	l.waiting[stranger].add(c, time.Now())
	return true
}

// isFull reports whether the address of a connection has as many as it may. The
// mutex is held.
func (l *Listener) isFull(c *conn) bool { return !c.shared && l.of[c.address] >= l.limits.Address }

func (l *Listener) give(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting[c.rank].remove(c)
	if l.all[c.remote] == c {
		delete(l.all, c.remote)
	}
	l.total--
	if l.of[c.address]--; l.of[c.address] == 0 {
		delete(l.of, c.address)
	}
}

// patience is how long a connection may be without a verified request when others
// want its place.
const patience = time.Second

// muchMore is how many times the connections of another address are many more.
const muchMore = 4

// victim returns the connection that a new one may take the place
// of, nil for none. Connections that never had a verified request come first. One
// of an address that has many more of them than the new one's needs not have waited,
// unless the address is a proxy's. One that rests comes last, and not before those that
// never had such a request.
func (l *Listener) victim(wants *conn, now time.Time) *conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isFull(wants) {
		return nil
	}
	for _, rank := range [...]int{stranger, known} {
		if c := l.waiting[rank].oldest(); c != nil && now.Sub(c.since) >= patience {
			return c
		}
	}
	if c := l.waiting[stranger].oldest(); c != nil {
		if !c.shared && l.of[c.address] >= muchMore*(l.of[wants.address]+1) {
			return c
		}
		return nil
	}
	if c := l.waiting[resting].oldest(); c != nil && now.Sub(c.since) >= patience {
		return c
	}
	return nil
}

// busy is the answer to a connection that is refused.
const busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

// Refused connections stay open for a moment, else what the client has sent
// meanwhile would take the answer away from it (a reset). They are few.
const (
	lingerTime   = 250 * time.Millisecond
	maxLingering = 32
)

// refuse ends a connection. Its buffer takes the answer, so nothing waits for the
// client.
func (l *Listener) refuse(c net.Conn) {
	l.tell(addressOf(c))
	if l.encrypted || !l.linger(+1) {
		_ = c.Close()
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(c, busy) // the client may have gone
	_ = closeWrite(c)
	time.AfterFunc(lingerTime, func() { _ = c.Close(); l.linger(-1) })
}

// linger counts refused connections that are open, and reports whether there may
// be that many.
func (l *Listener) linger(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lingering+n > maxLingering {
		return false
	}
	l.lingering += n
	return true
}

// Refuse counts a request of an address that was refused for the sake of others, and tells
// of it as of connections.
func (l *Listener) Refuse(address string) {
	if l != nil {
		l.tell(address)
	}
}

func (l *Listener) tell(address string) {
	if n := l.toTell(time.Now()); n > 0 && l.limits.Refused != nil {
		l.limits.Refused(n, address)
	}
}

// toTell returns how many refusals are to be told now, 0 for none.
func (l *Listener) toTell(now time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	if !l.told.IsZero() && now.Sub(l.told) < time.Minute {
		return 0
	}
	n, l.refused, l.told = l.refused, 0, now
	return n
}

func (l *Listener) isShared(c net.Conn) bool {
	end, err := netip.ParseAddrPort(c.RemoteAddr().String())
	return err == nil && l.limits.Shared != nil && l.limits.Shared(end.Addr())
}

func addressOf(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return c.RemoteAddr().String()
	}
	return host
}
