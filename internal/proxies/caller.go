package proxies

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Headers by which proxies say where a request came from. X-Forwarded-Host and
// X-Forwarded-Port are for hints alone ([Hosts]).
const (
	forwardedFor   = "X-Forwarded-For"
	forwardedProto = "X-Forwarded-Proto"
	forwardedHost  = "X-Forwarded-Host"
	forwardedPort  = "X-Forwarded-Port"
)

// passedOn are the headers that say that a proxy passes a request on.
var passedOn = []string{forwardedFor, forwardedProto, forwardedHost, "Forwarded", "X-Real-Ip", "Via"}

// Trusted is the proxies that are trusted. Its zero value trusts none.
type Trusted struct{ networks []netip.Prefix }

// Caller is where a request comes from.
type Caller struct {
	// Address is the IP address of who calls, without a zone; IPv4 is never in the form
	// of IPv6.
	Address string
	// Secure says whether the caller's connection is encrypted: the one to the
	// first proxy, if there are trusted ones.
	Secure bool
	// Proxied says that the connection is a trusted proxy's, and Told that this proxy
	// told the address: that it is not a trusted proxy's own.
	Proxied, Told bool
	// Direct says that the request has no header of a proxy.
	Direct bool
	// Local says that the connection is from this machine, and of no proxy.
	Local bool
}

// Caller returns where a request comes from. The address is the right-most one of
// X-Forwarded-For that is not a trusted proxy's, the left-most if all are. An
// entry that is no address ends the search: then it is the address to the right of it, the
// last one that is known. The connection is encrypted if each value of
// X-Forwarded-Proto is https. Without these headers, and for each connection
// of another than a trusted proxy, the connection itself is the answer.
func (t Trusted) Caller(r *http.Request) Caller {
	c := Caller{Address: r.RemoteAddr, Secure: r.TLS != nil, Direct: !isPassedOn(r)}
	end, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return c // of no network: nothing that is trusted
	}
	peer := plain(end.Addr())
	c.Local = c.Direct && peer.IsLoopback()
	if c.Proxied = t.Has(peer); c.Proxied {
		peer = t.client(peer, r.Header[forwardedFor])
		c.Told = !t.Has(peer)
		if fields := r.Header[forwardedProto]; len(fields) > 0 {
			c.Secure = areHTTPS(fields)
		}
	}
	c.Address = peer.String()
	return c
}

// Any reports whether there are trusted proxies.
func (t Trusted) Any() bool { return len(t.networks) > 0 }

// Has reports whether an address is a trusted proxy's.
func (t Trusted) Has(address netip.Addr) bool {
	address = plain(address)
	return slices.ContainsFunc(t.networks, func(n netip.Prefix) bool { return n.Contains(address) })
}

// client goes from a trusted proxy to who calls it, along the entries of
// X-Forwarded-For from their right end.
func (t Trusted) client(proxy netip.Addr, fields []string) netip.Addr {
	last := proxy
	for _, rest := range slices.Backward(fields) {
		for more := true; more; {
			at := strings.LastIndexByte(rest, ',')
			address, ok := parseHop(rest[at+1:])
			if !ok {
				return last
			}
			if last = address; !t.Has(address) {
				return last
			}
			if more = at >= 0; more {
				rest = rest[:at]
			}
		}
	}
	return last
}

// parseHop reads an entry of X-Forwarded-For: an address, also with a port, of
// IPv6 in brackets or without.
func parseHop(entry string) (netip.Addr, bool) {
	entry = strings.Trim(entry, " \t")
	address, err := netip.ParseAddr(entry)
	if err != nil {
		var end netip.AddrPort
		if end, err = netip.ParseAddrPort(entry); err == nil {
			address = end.Addr()
		}
	}
	if inner, ok := strings.CutPrefix(entry, "["); ok && err != nil {
		if inner, ok = strings.CutSuffix(inner, "]"); ok && strings.Contains(inner, ":") {
			address, err = netip.ParseAddr(inner)
		}
	}
	return plain(address), err == nil && !address.IsUnspecified()
}

// plain returns an address in its only form: IPv4 as IPv4, and without a zone,
// which means something on one machine alone.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// areHTTPS reports whether each value is https. One that is not may be the
// caller's connection.
func areHTTPS(fields []string) bool {
	for _, field := range fields {
		for value := range strings.SplitSeq(field, ",") {
			if !strings.EqualFold(strings.Trim(value, " \t"), "https") {
				return false
			}
		}
	}
	return true
}

// isPassedOn reports whether a header says that a proxy passes a request on. It may
// be anyone's, and may only make a caller less trusted.
func isPassedOn(r *http.Request) bool {
	return slices.ContainsFunc(passedOn, func(name string) bool { return len(r.Header[name]) > 0 })
}
