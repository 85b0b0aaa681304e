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
	Address int // at a time, from one IP address
	// Shared reports whether an address is a proxy's. Its connections belong to many clients,
	// so the limit for an address does not apply. If it is nil, there are no proxies.
	Shared func(netip.Addr) bool
	// Refused is called at most once a minute when connections, or requests
	// ([Listener.Refuse]), are refused or closed. n is their number since the last call. It
	// may be nil.
	Refused func(n int, address string)
}

// Listen returns a listener whose connections are within the limits. A connection over the
// limit of its address is closed; if it is not encrypted, it is answered 503 with Retry-After
// first. A connection over the total limit replaces the connection that has waited longest
// without a verified request. That one must have waited for a second, or its address must
// have many more connections. Otherwise the new connection is refused as well.
func (c Connections) Listen(l net.Listener, encrypted bool) *Listener {
	return &Listener{Listener: l, limits: c, encrypted: encrypted, byAddress: map[string]int{}, all: map[string]*conn{}}
}

// Listener is a listener whose connections are limited.
type Listener struct {
	net.Listener
	limits    Connections
	encrypted bool

	mu        sync.Mutex
	total     int
	byAddress map[string]int   // number of connections by address
	all       map[string]*conn // by remote address and port
	waiting   [ranks]queue     // connections without a verified request, by rank
	lingering int              // refused connections that are still open
	refused   int              // since the last call of Refused
	reported  time.Time
	accepted  int64 // of Statistics
	refusals  int64 // of Statistics
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

// admit returns the connection with a place, or nil if there is none.
func (l *Listener) admit(c net.Conn) *conn {
	taken := &conn{Conn: c, listener: l, remote: c.RemoteAddr().String(), address: addressOf(c), shared: l.isShared(c)}
	if l.take(taken) {
		return taken
	}
	oldest := l.victim(taken, time.Now())
	if oldest == nil {
		return nil
	}
	_ = oldest.Close() // this frees its place
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
	l.accepted++
	l.byAddress[c.address]++
	l.all[c.remote] = c
	l.waiting[stranger].add(c, time.Now())
	return true
}

// isFull reports whether the address of a connection has reached its limit. The caller holds
// the mutex.
func (l *Listener) isFull(c *conn) bool {
	return !c.shared && l.byAddress[c.address] >= l.limits.Address
}

func (l *Listener) give(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting[c.rank].remove(c)
	if l.all[c.remote] == c {
		delete(l.all, c.remote)
	}
	l.total--
	if l.byAddress[c.address]--; l.byAddress[c.address] == 0 {
		delete(l.byAddress, c.address)
	}
}

// patience is how long a connection may wait without a verified request when others want its
// place.
const patience = time.Second

// muchMore is the factor from which an address has many more connections than another.
const muchMore = 4

// victim returns the connection that a new one may replace, or nil. Connections that never
// had a verified request come first. Such a connection is replaced without having waited if
// its address has many more connections than the new one's, unless the address is a proxy's.
// A resting connection comes last, after all connections that never had a verified request.
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
		if !c.shared && l.byAddress[c.address] >= muchMore*(l.byAddress[wants.address]+1) {
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

// Refused connections stay open for a moment. Otherwise data that the client has sent would
// cause a reset, and the answer would be lost. Their number is limited.
const (
	lingerTime   = 250 * time.Millisecond
	maxLingering = 32
)

// refuse answers and closes a connection. The answer fits into its buffer, so nothing waits
// for the client.
func (l *Listener) refuse(c net.Conn) {
	l.tell(addressOf(c))
	if l.encrypted || !l.linger(+1) {
		_ = c.Close()
		return
	}
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = io.WriteString(c, busy) // the client may have disconnected
	_ = closeWrite(c)
	time.AfterFunc(lingerTime, func() { _ = c.Close(); l.linger(-1) })
}

// linger changes the number of open refused connections by n, and reports whether the limit
// allows it.
func (l *Listener) linger(n int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lingering+n > maxLingering {
		return false
	}
	l.lingering += n
	return true
}

// Refuse counts a request of an address that was refused to protect others. It is reported
// like a refused connection.
func (l *Listener) Refuse(address string) {
	if l != nil {
		l.tell(address)
	}
}

func (l *Listener) tell(address string) {
	if n := l.dueRefusals(time.Now()); n > 0 && l.limits.Refused != nil {
		l.limits.Refused(n, address)
	}
}

// dueRefusals returns how many refusals to report now, or 0.
func (l *Listener) dueRefusals(now time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	l.refusals++
	if !l.reported.IsZero() && now.Sub(l.reported) < time.Minute {
		return 0
	}
	n, l.refused, l.reported = l.refused, 0, now
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
