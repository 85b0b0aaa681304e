package console

import (
	"net"
	"net/http"
	"net/netip"
)

// forwarding are the headers by which a proxy says that a request came from
// elsewhere.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"}

// fromLoopback reports whether a request is from this machine: its connection is,
// and no proxy says that it passes the request on.
func fromLoopback(r *http.Request) bool {
	for _, name := range forwarding {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip, err2 := netip.ParseAddr(host)
	return err == nil && err2 == nil && ip.Unmap().IsLoopback()
}

// mayTypeSecrets reports whether a secret may come over the connection: it is
// encrypted, or does not leave this machine, or a setting allows it.
func (v *visit) mayTypeSecrets() bool {
	return v.r.TLS != nil || v.PlainHTTP || fromLoopback(v.r)
}

// block returns what stands for an address where attempts are counted: of IPv6,
// where a machine has as many addresses as it likes, its network.
func block(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	const network = 64
	prefix, err := ip.WithZone("").Prefix(network)
	if err != nil {
		return address
	}
	return prefix.String()
}
