// Package proxies is what stands between a server and its clients: which proxies
// are trusted, and what these say of a request. [Trusted.Caller] is the one answer to
// the questions who calls and whether the caller's connection is encrypted. Policies,
// the audit, rates, the console and the log use it. No other package reads where a
// request comes from: neither the fields of net/http nor the headers of proxies
// (internal/proxies_test.go).
//
// Anyone can send a header. So a header counts only if the connection is a trusted
// proxy's. X-Forwarded-For is read from its right end: each proxy adds the address
// of its own connection there, so that the entry of a trusted proxy can be believed and
// the one before it only if that address is a trusted proxy, too. The header
// Forwarded (RFC 7239) is not read: a proxy that replaces one of two headers and
// passes the other one on would let clients choose.
package proxies
