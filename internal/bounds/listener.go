package bounds

import (
	"io"
	"net"
	"sync"
	"time"
)

// Connections limits the connections of a listener.
type Connections struct {
	Total   int // at a time
	Address int // at a time, of one IP address
	// Refused is told, at most once a minute, that connections are refused, and how
	// many were since it was told last. nil tells no one.
	Refused func(n int, address string)
}

// Listen returns a listener whose connections are within the limits. One beyond
// them is answered 503 with Retry-After, as far as it is not encrypted, and
// closed.
func (c Connections) Listen(l net.Listener, encrypted bool) net.Listener {
	return &listener{Listener: l, limits: c, encrypted: encrypted, of: map[string]int{}}
}

type listener struct {
	net.Listener
	limits    Connections
	encrypted bool

	mu      sync.Mutex
	total   int
	of      map[string]int // connections by address
	refused int            // since it was told last
	told    time.Time
}

// Accept returns the next connection that is within the limits.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := addressOf(c)
		if l.take(address) {
			return &conn{Conn: c, release: sync.OnceFunc(func() { l.give(address) })}, nil
		}
		l.refuse(c, address)
	}
}

func (l *listener) take(address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total >= l.limits.Total || l.of[address] >= l.limits.Address {
		return false
	}
	l.total++
	l.of[address]++
	return true
}

func (l *listener) give(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total--
	if l.of[address]--; l.of[address] == 0 {
		delete(l.of, address)
	}
}

// busy is the answer to a connection that is refused.
const busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

// refuse ends a connection. Its buffer takes the answer, so nothing waits for the
// client.
func (l *listener) refuse(c net.Conn, address string) {
	if !l.encrypted {
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(c, busy) // the client may have gone
	}
	_ = c.Close()
	if n := l.toTell(time.Now()); n > 0 && l.limits.Refused != nil {
		l.limits.Refused(n, address)
	}
}

// toTell returns how many refusals are to be told now, 0 for none.
func (l *listener) toTell(now time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused++
	if !l.told.IsZero() && now.Sub(l.told) < time.Minute {
		return 0
	}
	n, l.refused, l.told = l.refused, 0, now
	return n
}

func addressOf(c net.Conn) string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return c.RemoteAddr().String()
	}
	return host
}

// conn gives its place back when it is closed.
type conn struct {
	net.Conn
	release func()
}

// Close closes the connection.
func (c *conn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
