package proxies

import (
	"net/netip"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestList(t *testing.T) {
	for _, c := range []struct {
		list        List
		has, others []string
	}{
		{"", nil, []string{"127.0.0.1", "::1", "0.0.0.0"}},
		{"  ", nil, []string{"127.0.0.1"}},
		{"127.0.0.1", []string{"127.0.0.1", "::ffff:127.0.0.1"}, []string{"127.0.0.2", "::1"}},
		{"::ffff:127.0.0.1", []string{"127.0.0.1"}, []string{"127.0.0.2"}},
		{" 10.0.0.0/8 ,::1", []string{"10.255.0.1", "::1"}, []string{"11.0.0.1", "::2"}},
		{"fd00::/8", []string{"fd00::1", "fd00::1%eth0"}, []string{"fe80::1"}},
	} {
		if err := c.list.Check(); err != nil {
			t.Errorf("%q: %v", c.list, err)
		}
		trusted := c.list.Trusted()
		if trusted.Any() != (c.has != nil) {
			t.Errorf("%q has some: %t", c.list, trusted.Any())
		}
		for _, address := range c.has {
			if !trusted.Has(netip.MustParseAddr(address)) {
				t.Errorf("%q does not trust %s", c.list, address)
			}
		}
		for _, address := range c.others {
			if trusted.Has(netip.MustParseAddr(address)) {
				t.Errorf("%q trusts %s", c.list, address)
			}
		}
	}
}

func TestRefusedLists(t *testing.T) {
	for list, want := range map[List]string{
		"proxy.example.com": `"proxy.example.com" is neither`, "10.0.0.0/33": "10.1.2.0/24", "10.0.0": "neither",
		"127.0.0.1,": `"" is neither`, "127.0.0.1 ::1": "neither", "fe80::1%eth0": "zone", "fe80::%eth0/64": "zone",
		"10.1.2.3/8": "write 10.0.0.0/8 for the network or 10.1.2.3 for the address", "::ffff:10.0.0.0/104": "as IPv4",
		"0.0.0.0/0": "every address", "127.0.0.1,::/0": `"::/0" is every address`,
	} {
		if err := list.Check(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "trusted-proxies is ") {
			t.Errorf("%q: %v, want %q", list, err, want)
		}
		if trusted := list.Trusted(); trusted.Has(netip.MustParseAddr("203.0.113.5")) {
			t.Errorf("%q trusts a stranger", list)
		}
	}
}

func TestYAML(t *testing.T) {
	for _, text := range []string{"10.0.0.0/8,::1", "[10.0.0.0/8, '::1']", "- 10.0.0.0/8\n- ::1"} {
		var list List
		if err := yaml.Unmarshal([]byte(text), &list); err != nil || list != "10.0.0.0/8,::1" {
			t.Errorf("%q: %q, %v", text, list, err)
		}
	}
	var list List
	if err := yaml.Unmarshal([]byte("{a: b}"), &list); err == nil {
		t.Errorf("a map is %q", list)
	}
}
