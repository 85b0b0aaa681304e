package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// Listener is a listener on whose connections requests are read along. It is for a
// server that serves HTTP/1 alone, and by Serve also where it has TLS.
type Listener struct {
	net.Listener
	// Encryption is that of the connections; nil leaves them as they are.
	Encryption *tls.Config
	// Handshake is how long a handshake may take.
	Handshake time.Duration
	// Refused is told why a connection was ended, and the address of its other end; Failed
	// of the errors of handshakes. nil tells no one.
	Refused func(fault, address string)
	Failed  func(err error, address string)
}

// Accept returns the next connection. Its handshake is made later, by who serves it.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.Encryption == nil {
		return &conn{Conn: c, listener: l}, nil
	}
	encrypted := tls.Server(c, l.Encryption)
	return &tlsConn{conn: conn{Conn: encrypted, listener: l}, tls: encrypted}, nil
}

// conn is a connection that is read along. One goroutine reads at a time.
type conn struct {
	net.Conn
	listener *Listener
	scanner  scanner
	ended    bool
	rest     string // what is still handed on after the end
}

// noHeader is what net/http gets in the place of what was wrong: no part of a request,
// in whatever place it comes.
const noHeader = "\x00\r\n\r\n"

// Read reads along.
func (c *conn) Read(p []byte) (int, error) {
	if c.ended {
		return c.readRest(p)
	}
	n, err := c.Conn.Read(p)
	good, ends := c.scanner.scan(p[:n])
	if !ends {
		return n, err
	}
	c.ended, c.rest = true, noHeader
	if c.scanner.fault != "" && c.listener.Refused != nil {
		c.listener.Refused(c.scanner.fault, c.RemoteAddr().String())
	}
	if good > 0 {
		return good, nil
	}
	return c.readRest(p)
}

func (c *conn) readRest(p []byte) (int, error) {
	if len(p) > 0 && c.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// CloseWrite ends what is sent. net/http does so before it closes a connection
// whose client may still be sending.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// NetConn returns the connection below, without encryption.
func (c *conn) NetConn() net.Conn { return c.Conn }

// tlsConn is a connection that is encrypted.
type tlsConn struct {
	conn
	tls *tls.Conn
}

// NetConn returns the connection below, without encryption.
func (c *tlsConn) NetConn() net.Conn { return c.tls.NetConn() }

// ConnectionState makes the handshake and returns what it agreed. net/http asks for it
// before it reads. After a handshake that failed there is nothing to read.
func (c *tlsConn) ConnectionState() tls.ConnectionState {
	_ = c.SetDeadline(time.Now().Add(c.listener.Handshake)) // a connection that is closed fails below
	if err := c.tls.Handshake(); err != nil {
		c.fail(err)
		return tls.ConnectionState{}
	}
	_ = c.SetDeadline(time.Time{})
	return c.tls.ConnectionState()
}

// notTLS is the answer to a client that speaks HTTP without TLS.
const notTLS = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"

func (c *tlsConn) fail(err error) {
	c.ended = true
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok && e.Conn != nil && isHTTP(e.RecordHeader) {
		_, _ = io.WriteString(e.Conn, notTLS) // the client may have gone
		err = errors.New("client sent an HTTP request to an HTTPS server")
	}
	if c.listener.Failed != nil {
		c.listener.Failed(err, c.RemoteAddr().String())
	}
}

// isHTTP reports whether the first bytes of a connection are those of a request of
// HTTP.
func isHTTP(first [5]byte) bool {
	return strings.Trim(string(first[:]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ /") == ""
}
