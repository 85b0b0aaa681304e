package proxies

import (
	"fmt"
	"net/netip"
	"strings"
)

// List is the setting of trusted proxies: networks and addresses with commas between
// them, "" for none.
type List string

// example says what an entry of the list may be.
const example = "each entry must be an address such as 192.0.2.7 or a network such as 10.1.2.0/24"

// Check returns an error for an invalid list. The error says what would be valid.
func (l List) Check() error {
	for _, entry := range l.entries() {
		if _, err := parseEntry(entry); err != nil {
			return fmt.Errorf("trusted-proxies is %q; %q %w", string(l), entry, err)
		}
	}
	return nil
}

// Trusted returns the proxies of a list that passed [List.Check]. Invalid entries trust
// no address.
func (l List) Trusted() (t Trusted) {
	for _, entry := range l.entries() {
		if network, err := parseEntry(entry); err == nil {
			t.networks = append(t.networks, network)
		}
	}
	return t
}

func (l List) entries() []string {
	if strings.TrimSpace(string(l)) == "" {
		return nil
	}
	entries := strings.Split(string(l), ",")
	for i := range entries {
		entries[i] = strings.TrimSpace(entries[i])
	}
	return entries
}

// parseEntry reads a network, or an address, which is a network of one.
func parseEntry(entry string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(entry); err == nil {
		if address.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("has a zone; write the address alone")
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(entry)
	switch {
	case err != nil:
		return network, fmt.Errorf("is neither an address nor a network; %s", example)
	case network.Addr().Is4In6():
		return network, fmt.Errorf("is a network of IPv4 in the form of IPv6; write it as IPv4, such as 10.1.2.0/24")
	case network.Bits() == 0:
		return network, fmt.Errorf("is every address: any client could say who it is; name the proxies alone")
	case network != network.Masked():
		return network, fmt.Errorf("is an address within a network; write %s for the network or %s for the address", network.Masked(), network.Addr())
	}
	return network, nil
}

// UnmarshalYAML reads a list from one text or from a YAML list.
func (l *List) UnmarshalYAML(decode func(any) error) error {
	var entries []string
	if decode(&entries) == nil {
		*l = List(strings.Join(entries, ","))
		return nil
	}
	return decode((*string)(l))
}
