// Package wire reads along on the connections of clients, before net/http does, and
// ends one whose next request could be read in two ways. A proxy that reads it in the
// one way and net/http in the other would take the rest of its body for the request of
// another client (RFC 9112, section 11.2). net/http itself refuses most of these shapes;
// some it puts right, and no handler sees any more what was there:
//
//   - Content-Length beside Transfer-Encoding, or more than once
//   - Transfer-Encoding in HTTP/1.0
//   - a header line that is folded, which means that the next line belongs to it
//   - a line that ends without a carriage return
//
// A [Listener] follows the requests of each connection: their headers, by lines, and
// their bodies, by the lengths that these say. Of what is wrong it hands net/http all
// that stands before, and then a line that is no header, and the end of the connection:
// net/http answers 400 after the answers that it owes, and closes. Nothing behind is read.
//
// On TLS it has to read along above the encryption, so it makes the handshake itself.
package wire
