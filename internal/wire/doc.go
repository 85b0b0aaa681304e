// Package wire refuses HTTP requests that can be read in two ways (request smuggling). It
// checks the bytes of a connection before net/http reads them, and ends the connection at
// an ambiguous request. If a proxy reads such a request one way and net/http the other,
// one of them takes part of its body for another client's request (RFC 9112, section 11.2).
//
// net/http refuses most of these forms itself. It repairs others silently, so that a
// handler cannot detect them:
//
//   - Content-Length together with Transfer-Encoding, or repeated
//   - Transfer-Encoding in HTTP/1.0
//   - a folded header line: the next line continues it
//   - a line that ends without a carriage return
//
// A [Listener] follows the requests of each connection: the lines of their headers, and
// their bodies by the lengths in the headers. On a fault, net/http gets the bytes before
// it, then a line that is not a valid header, and then the end of the connection. So
// net/http answers earlier requests, answers 400, and closes. Nothing after the fault is
// read.
//
// With TLS, the check must see decrypted bytes. So this package makes the handshake itself.
package wire
