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
	resting         // have a long one in progress, which the client can repeat without loss
	ranks
)

// conn is a connection that has a place.
type conn struct {
	net.Conn
	listener *Listener
	remote   string
	address  string
	shared   bool // its address is that of a proxy with many clients
	closing  sync.Once

	// The mutex of the listener guards these:
	rank    int
	since   time.Time // when it began to wait
	element *list.Element
}

// Close closes the connection and frees its place.
func (c *conn) Close() error {
	defer c.closing.Do(func() { c.listener.give(c) })
	return c.Conn.Close()
}

// CloseWrite closes the sending side. net/http calls it before it closes a connection whose
// client may still be sending, so that the client sees the answer.
func (c *conn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// queue has connections in the order in which they began to wait.
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

// Track makes a server report which of its connections wait. The server must serve the
// listener.
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

// MarkVerified records that a request was authenticated. Its connection keeps its place until the
// request has ended.
func (l *Listener) MarkVerified(r *http.Request) {
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

// MarkLongLived records that the verified request of a connection lasts as long as its client likes,
// and that the client reconnects if the connection ends. An example is a page that shows the
// progress of an import. Such a connection is closed for a new one only if every waiting
// connection has had a verified request. So it never gives way to many strangers.
func (l *Listener) MarkLongLived(r *http.Request) {
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

// connOf returns the connection that a connection of net/http wraps.
func connOf(nc net.Conn) *conn {
	if over, ok := nc.(interface{ NetConn() net.Conn }); ok { // TLS
		nc = over.NetConn()
	}
	c, _ := nc.(*conn)
	return c
}

// wait records that a connection waits for its next request. If it waits already, it keeps
// its place in the queue.
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
