package proxies

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Headers in which proxies say where a request came from. X-Forwarded-Host and
// X-Forwarded-Port are for hints only ([Hosts]).
const (
	forwardedFor   = "X-Forwarded-For"
	forwardedProto = "X-Forwarded-Proto"
	forwardedHost  = "X-Forwarded-Host"
	forwardedPort  = "X-Forwarded-Port"
)

// passedOn are the headers that show that a proxy passed a request on.
var passedOn = []string{forwardedFor, forwardedProto, forwardedHost, "Forwarded", "X-Real-Ip", "Via"}

// Trusted is the set of trusted proxies. Its zero value trusts none.
type Trusted struct{ networks []netip.Prefix }

// Caller is the origin of a request.
type Caller struct {
	// Address is the caller's IP address, without a zone. IPv4 is never in the form of
	// IPv6.
	Address string
	// Secure says whether the caller's connection is encrypted. Behind trusted proxies,
	// it is the connection to the first one.
	Secure bool
	// Proxied says that the connection is a trusted proxy's. Told says that this proxy
	// named the address, and that it is not a trusted proxy's own.
	Proxied, Told bool
	// Direct says that the request has no header of a proxy.
	Direct bool
	// Local says that the connection comes from this machine and not from a proxy.
	Local bool
}

// Caller returns the origin of a request. The address is the right-most one of
// X-Forwarded-For that is not a trusted proxy's, or the left-most if all are. An invalid
// entry ends the search, and the valid address to its right is used. The connection
// counts as encrypted if each value of X-Forwarded-Proto is https. Without these headers,
// and without a trusted proxy, the connection itself is the answer.
func (t Trusted) Caller(r *http.Request) Caller {
	c := Caller{Address: r.RemoteAddr, Secure: r.TLS != nil, Direct: !isPassedOn(r)}
	end, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return c // it has no IP address, so it is not trusted
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

// client follows the entries of X-Forwarded-For from the right end, from a trusted proxy
// to its caller.
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

// parseHop reads an entry of X-Forwarded-For: an address, perhaps with a port. IPv6 may
// stand in brackets.
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

// plain returns an address in one form: IPv4 as IPv4, and without a zone, which has a
// meaning on one machine only.
func plain(address netip.Addr) netip.Addr { return address.Unmap().WithZone("") }

// areHTTPS reports whether each value is https. Any other value may be the caller's
// connection.
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

// isPassedOn reports whether a header shows that a proxy passed a request on. Clients can
// forge it, so it may only make a caller less trusted.
func isPassedOn(r *http.Request) bool {
	return slices.ContainsFunc(passedOn, func(name string) bool { return len(r.Header[name]) > 0 })
}
