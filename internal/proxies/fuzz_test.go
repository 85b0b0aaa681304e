package proxies

import (
	"net/netip"
	"strings"
	"testing"
)

// FuzzList: a valid list has networks of one address or more, and none of all addresses.
// Read again from its networks, it trusts the same.
func FuzzList(f *testing.F) {
	for _, list := range []string{"10.0.0.0/24,2001:db8::/32", "192.0.2.7", "", ",", "0.0.0.0/0", "10.0.0.1/24", "::ffff:10.0.0.0/104", "fe80::1%eth0", "0.0.0.0/1,128.0.0.0/1"} {
		f.Add(list, "10.0.0.7")
	}
	f.Fuzz(func(t *testing.T, text, address string) {
		list := List(text)
		if err := list.Check(); err != nil {
			if err.Error() == "" {
				t.Fatalf("%q is refused without a word", text)
			}
			return
		}
		trusted := list.Trusted()
		var again []string
		for _, network := range trusted.networks {
			if network.Bits() == 0 || network != network.Masked() || network.Addr().Zone() != "" {
				t.Fatalf("%q trusts %s", text, network)
			}
			again = append(again, network.String())
		}
		one := List(strings.Join(again, ","))
		if err := one.Check(); err != nil {
			t.Fatalf("%q is %q, which is refused: %v", text, one, err)
		}
		at, err := netip.ParseAddr(address)
		if err != nil {
			return
		}
		if trusted.Has(at) != one.Trusted().Has(at) {
			t.Fatalf("%q and %q do not agree about %s", text, one, at)
		}
	})
}
