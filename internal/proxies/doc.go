// Package proxies knows the trusted proxies between a server and its clients, and what
// they say about a request. [Trusted.Caller] is the only answer to two questions: who
// calls, and is the caller's connection encrypted? Policies, the audit, rate limits, the
// console and the log use it. No other package reads the origin of a request, neither
// from the fields of net/http nor from the headers of proxies (internal/proxies_test.go).
//
// Any client can send a header. So a header counts only if the connection is a trusted
// proxy's. X-Forwarded-For is read from its right end. Each proxy appends the address of
// its own connection there. So the entry that a trusted proxy wrote can be believed, and
// the entry before it only if that address is a trusted proxy, too. The header Forwarded
// (RFC 7239) is not read: a proxy may replace one of the two headers and pass the other
// one on, and clients could choose.
package proxies
