package console

import "net/netip"

// mayTypeSecrets reports whether the connection may carry a secret: it is encrypted, it is
// local, or a setting allows it.
func (v *visit) mayTypeSecrets() bool {
	return v.caller.Secure || v.PlainHTTP || v.caller.Local
}

// block returns the key under which attempts of an address are counted. For IPv6 it is the
// network, because one machine can use all addresses of its network.
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
