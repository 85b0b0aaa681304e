package console

import "net/netip"

// mayTypeSecrets reports whether a secret may come over the connection: it is
// encrypted, or does not leave this machine, or a setting allows it.
func (v *visit) mayTypeSecrets() bool {
	return v.caller.Secure || v.PlainHTTP || v.caller.Local
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
