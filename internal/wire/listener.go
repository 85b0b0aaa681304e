package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

// Listener is a listener that checks the requests on its connections. It is for servers
// that serve HTTP/1 only. Such a server calls Serve, also with TLS.
type Listener struct {
	net.Listener
	// Encryption is the TLS configuration of the connections; nil means no TLS.
	Encryption *tls.Config
	// Handshake bounds the time of a handshake.
	Handshake time.Duration
	// Refused is called with the reason when a connection is ended, and with the
	// client's address. Failed is called when a handshake fails. Both may be nil.
	Refused func(fault, address string)
	Failed  func(err error, address string)
}

// Accept returns the next connection. The handshake is made later, when the connection
// is served.
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

// conn is a connection with checked requests. One goroutine reads at a time.
type conn struct {
	net.Conn
	listener *Listener
	scanner  scanner
	ended    bool
	rest     string // what Read still returns after the end
}

// noHeader replaces the faulty bytes for net/http. It is not valid at any place of a
// request.
const noHeader = "\x00\r\n\r\n"

// Read reads from the connection and checks the bytes.
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

// CloseWrite closes the sending half. net/http calls it before it closes a connection
// on which the client may still be sending.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// NetConn returns the connection below, without encryption.
func (c *conn) NetConn() net.Conn { return c.Conn }

// tlsConn is an encrypted connection.
type tlsConn struct {
	conn
	tls *tls.Conn
}

// NetConn returns the connection below, without encryption.
func (c *tlsConn) NetConn() net.Conn { return c.tls.NetConn() }

// ConnectionState makes the handshake and returns its result. net/http calls it before
// it reads. After a failed handshake there is nothing to read.
func (c *tlsConn) ConnectionState() tls.ConnectionState {
	_ = c.SetDeadline(time.Now().Add(c.listener.Handshake)) // on a closed connection, the handshake fails
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
		_, _ = io.WriteString(e.Conn, notTLS) // the client may have disconnected
		err = errors.New("client sent an HTTP request to an HTTPS server")
	}
	if c.listener.Failed != nil {
		c.listener.Failed(err, c.RemoteAddr().String())
	}
}

// isHTTP reports whether a connection begins like an HTTP request.
func isHTTP(first [5]byte) bool {
	return strings.Trim(string(first[:]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ /") == ""
}
