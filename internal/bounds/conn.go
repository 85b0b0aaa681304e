package bounds

import (
	"container/list"
	"net"
	"net/http"
	"sync"
	"time"
)

// Ranks of connections that wait for a verified request.
const (
	stranger = iota // never had one
	known           // had one
	resting         // have one that goes on, of which nothing is lost with the connection
	ranks
)

// conn is a connection with a place.
type conn struct {
	net.Conn
	listener *Listener
	remote   string
	address  string
	shared   bool // by many clients
	closing  sync.Once

	// Of the listener's mutex:
	rank    int
	since   time.Time // when it began to wait
	element *list.Element
}

// Close closes the connection and gives its place back.
func (c *conn) Close() error {
	defer c.closing.Do(func() { c.listener.give(c) })
	return c.Conn.Close()
}

// CloseWrite ends what is sent. net/http does so before it closes a connection
// whose client may still be sending, so that the client sees the answer.
func (c *conn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// queue is connections in the order in which they began to wait.
type queue struct{ list.List }

func (q *queue) add(c *conn, now time.Time) { c.since, c.element = now, q.PushBack(c) }

func (q *queue) remove(c *conn) {
	if c.element != nil {
		q.Remove(c.element)
		c.element = nil
	}
}

func (q *queue) oldest() *conn {
	if first := q.Front(); first != nil {
		return first.Value.(*conn)
	}
	return nil
}

// Track has a server tell which of its connections wait. It is for a server that
// serves the listener.
func (l *Listener) Track(s *http.Server) {
	if l == nil {
		return
	}
	s.ConnState = func(nc net.Conn, state http.ConnState) {
		if c := connOf(nc); c != nil && state == http.StateIdle {
			l.wait(c)
		}
	}
}

// Verified notes that a request has shown whose it is: its connection
// keeps its place until the request has ended.
func (l *Listener) Verified(r *http.Request) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.all[r.RemoteAddr]; c != nil {
		l.waiting[c.rank].remove(c)
		c.rank = known
	}
}

// Rests notes that the verified request of a connection goes on for as long as its client
// likes, and that the client comes again if the connection ends: a page that shows what
// becomes of an import. Such a connection makes room when no connection is left that never
// had a verified request. So it never gives way to many of these.
func (l *Listener) Rests(r *http.Request) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.all[r.RemoteAddr]; c != nil && c.rank == known && c.element == nil {
		c.rank = resting
		l.waiting[resting].add(c, time.Now())
	}
}

// connOf returns the connection with a place below a connection of net/http.
func connOf(nc net.Conn) *conn {
	if over, ok := nc.(interface{ NetConn() net.Conn }); ok { // TLS
		nc = over.NetConn()
	}
	c, _ := nc.(*conn)
	return c
}

// wait notes that a connection waits for its next request. One that waits already
// keeps its turn.
func (l *Listener) wait(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.rank == resting { // its request has ended
		l.waiting[resting].remove(c)
		c.rank = known
	}
	if c.element == nil {
		l.waiting[c.rank].add(c, time.Now())
	}
}
