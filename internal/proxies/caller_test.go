package proxies

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// came returns a request from an address and port with some headers.
func came(t testing.TB, from string, header http.Header) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", nil)
	r.RemoteAddr, r.Header = from, header
	return r
}

const (
	proxy    = "10.0.0.1:4000"
	stranger = "192.0.2.7:4000"
)

func TestAddress(t *testing.T) {
	trusted := List("10.0.0.0/29, 2001:db8:1::/64,198.51.100.9").Trusted()
	for name, c := range map[string]struct {
		from   string
		header []string // X-Forwarded-For
		want   string
	}{
		"a stranger":                    {stranger, nil, "192.0.2.7"},
		"a stranger's claim":            {stranger, []string{"203.0.113.5"}, "192.0.2.7"},
		"a stranger like a proxy":       {stranger, []string{"10.0.0.1"}, "192.0.2.7"},
		"a proxy":                       {proxy, []string{"203.0.113.5"}, "203.0.113.5"},
		"a proxy by itself":             {proxy, nil, "10.0.0.1"},
		"nearly a proxy":                {"10.0.0.8:1", []string{"203.0.113.5"}, "10.0.0.8"},
		"an address of the list":        {"198.51.100.9:1", []string{"203.0.113.5"}, "203.0.113.5"},
		"a proxy as mapped IPv4":        {"[::ffff:10.0.0.1]:1", []string{"203.0.113.5"}, "203.0.113.5"},
		"a proxy of IPv6":               {"[2001:db8:1::5]:1", []string{"2001:db8:2::1"}, "2001:db8:2::1"},
		"a proxy with a zone":           {"[2001:db8:1::5%eth0]:1", []string{"2001:db8:2::1"}, "2001:db8:2::1"},
		"a stranger of IPv6":            {"[2001:db8:2::5]:1", []string{"2001:db8:3::1"}, "2001:db8:2::5"},
		"a stranger with a zone":        {"[fe80::1%eth0]:1", nil, "fe80::1"},
		"a stranger as mapped IPv4":     {"[::ffff:192.0.2.7]:1", nil, "192.0.2.7"},
		"a chain":                       {proxy, []string{"203.0.113.5, 10.0.0.2, 10.0.0.3"}, "203.0.113.5"},
		"a chain in many headers":       {proxy, []string{"203.0.113.5", "10.0.0.2", "10.0.0.3"}, "203.0.113.5"},
		"a forged beginning":            {proxy, []string{"127.0.0.1, 203.0.113.5"}, "203.0.113.5"},
		"a forged beginning, a chain":   {proxy, []string{"127.0.0.1, 203.0.113.5,10.0.0.2"}, "203.0.113.5"},
		"a forged header of its own":    {proxy, []string{"127.0.0.1", "203.0.113.5"}, "203.0.113.5"},
		"forged proxies":                {proxy, []string{"127.0.0.1, 10.0.0.2, 203.0.113.5"}, "203.0.113.5"},
		"all are proxies":               {proxy, []string{"10.0.0.4, 10.0.0.3"}, "10.0.0.4"},
		"a port":                        {proxy, []string{"203.0.113.5:55000"}, "203.0.113.5"},
		"a port behind a proxy's":       {proxy, []string{"203.0.113.5:55000, 10.0.0.2:80"}, "203.0.113.5"},
		"IPv6":                          {proxy, []string{"2001:DB8::0:1"}, "2001:db8::1"},
		"IPv6 in brackets":              {proxy, []string{"[2001:db8::1]"}, "2001:db8::1"},
		"IPv6 and a port":               {proxy, []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		"IPv6 and a zone":               {proxy, []string{"fe80::1%eth0"}, "fe80::1"},
		"mapped IPv4":                   {proxy, []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		"mapped IPv4, a proxy":          {proxy, []string{"203.0.113.5, ::ffff:10.0.0.2"}, "203.0.113.5"},
		"mapped IPv4 and a port":        {proxy, []string{"[::ffff:203.0.113.5]:1"}, "203.0.113.5"},
		"spaces and tabs":               {proxy, []string{" \t203.0.113.5\t , 10.0.0.2 "}, "203.0.113.5"},
		"nothing in it":                 {proxy, []string{""}, "10.0.0.1"},
		"an empty entry":                {proxy, []string{"203.0.113.5,,10.0.0.2"}, "10.0.0.2"},
		"an empty end":                  {proxy, []string{"203.0.113.5,"}, "10.0.0.1"},
		"a word":                        {proxy, []string{"unknown"}, "10.0.0.1"},
		"a word before a proxy":         {proxy, []string{"unknown, 10.0.0.2"}, "10.0.0.2"},
		"a word before a client":        {proxy, []string{"unknown, 203.0.113.5"}, "203.0.113.5"},
		"nothing is looked for past it": {proxy, []string{"127.0.0.1, unknown, 10.0.0.2"}, "10.0.0.2"},
		"a leading zero":                {proxy, []string{"203.0.113.05"}, "10.0.0.1"},
		"a number":                      {proxy, []string{"3405803781"}, "10.0.0.1"},
		"a network":                     {proxy, []string{"203.0.113.0/24"}, "10.0.0.1"},
		"IPv4 in brackets":              {proxy, []string{"[203.0.113.5]"}, "10.0.0.1"},
		"half a bracket":                {proxy, []string{"[2001:db8::1"}, "10.0.0.1"},
		"no port":                       {proxy, []string{"203.0.113.5:"}, "10.0.0.1"},
		"too large a port":              {proxy, []string{"203.0.113.5:65536"}, "10.0.0.1"},
		"no address":                    {proxy, []string{"0.0.0.0"}, "10.0.0.1"},
		"no address of IPv6":            {proxy, []string{"::"}, "10.0.0.1"},
		"quotes":                        {proxy, []string{`"203.0.113.5"`}, "10.0.0.1"},
		"a very long one":               {proxy, []string{strings.Repeat("127.0.0.1, ", 1400) + "203.0.113.5"}, "203.0.113.5"},
		"of no network":                 {"@", []string{"203.0.113.5"}, "@"},
	} {
		h := http.Header{}
		if c.header != nil {
			h[forwardedFor] = c.header
		}
		// Other headers do not count.
		h["Forwarded"], h["X-Real-Ip"], h["True-Client-Ip"] = []string{"for=127.0.0.9;proto=https"}, []string{"127.0.0.9"}, []string{"127.0.0.9"}
		got := trusted.Caller(came(t, c.from, h))
		if got.Address != c.want {
			t.Errorf("%s: %s, want %s", name, got.Address, c.want)
		}
		if told := got.Proxied && !strings.HasPrefix(c.want, "10."); got.Told != told {
			t.Errorf("%s: the proxy told the address: %t", name, got.Told)
		}
		if got, want := (Trusted{}).Caller(came(t, c.from, h)).Address, (Trusted{}).Caller(came(t, c.from, nil)).Address; got != want {
			t.Errorf("%s: without trusted proxies it is %s, want %s", name, got, want)
		}
	}
}

func TestSecure(t *testing.T) {
	trusted := List("10.0.0.1").Trusted()
	for name, c := range map[string]struct {
		from   string
		tls    bool
		header []string // X-Forwarded-Proto
		want   bool
	}{
		"a stranger":                     {stranger, false, nil, false},
		"a stranger over TLS":            {stranger, true, nil, true},
		"a stranger's claim":             {stranger, false, []string{"https"}, false},
		"a stranger over TLS who denies": {stranger, true, []string{"http"}, true},
		"a proxy":                        {proxy, false, []string{"https"}, true},
		"a proxy, upper case":            {proxy, false, []string{" HTTPS "}, true},
		"a proxy of plain connections":   {proxy, false, []string{"http"}, false},
		"the same, itself over TLS":      {proxy, true, []string{"http"}, false},
		"a proxy that says nothing":      {proxy, false, nil, false},
		"the same over TLS":              {proxy, true, nil, true},
		"a chain":                        {proxy, false, []string{"https, https"}, true},
		"a chain with a plain beginning": {proxy, false, []string{"http, https"}, false},
		"a chain with a plain end":       {proxy, false, []string{"https, http"}, false},
		"many headers":                   {proxy, false, []string{"https", "http"}, false},
		"a word":                         {proxy, true, []string{"on"}, false},
		"nothing in it":                  {proxy, true, []string{""}, false},
	} {
		r := came(t, c.from, http.Header{})
		if c.header != nil {
			r.Header[forwardedProto] = c.header
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		if got := trusted.Caller(r).Secure; got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// TestLocal: a request is local if it comes from this machine without a header of a
// proxy. The value of the header does not matter, nor whether the proxy is trusted.
func TestLocal(t *testing.T) {
	for _, trusted := range []Trusted{{}, List("127.0.0.1").Trusted()} {
		for from, want := range map[string]bool{
			"127.0.0.1:1": true, "[::1]:1": true, "[::ffff:127.0.0.1]:1": true, "192.0.2.7:1": false, "@": false, "": false,
		} {
			if got := trusted.Caller(came(t, from, http.Header{})); got.Local != want || !got.Direct {
				t.Errorf("%s: %+v", from, got)
			}
			for _, name := range passedOn {
				if got := trusted.Caller(came(t, from, http.Header{name: {"127.0.0.1"}})); got.Local || got.Direct {
					t.Errorf("%s with %s: %+v", from, name, got)
				}
			}
		}
	}
}

// FuzzForwarded gives the parser any headers, from a trusted proxy and from a stranger.
// The result is always one address in its plain form. For a stranger it is the stranger's
// own. It is never a proxy's address when the right end has another one.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"203.0.113.5", "unknown, 10.0.0.2", "[2001:db8::1]:443,10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0", ",", "1.2.3.4:65536", "[::", "https,http"} {
		f.Add(seed, seed, seed)
	}
	trusted := List("10.0.0.0/24,2001:db8:1::/64").Trusted()
	f.Fuzz(func(t *testing.T, first, second, proto string) {
		h := http.Header{forwardedFor: {first, second}, forwardedProto: {proto}, forwardedHost: {first, second}, forwardedPort: {proto}}
		if got := trusted.Caller(came(t, stranger, h)); got.Address != "192.0.2.7" || got.Secure || got.Proxied {
			t.Errorf("a stranger's headers count: %+v", got)
		}
		got := trusted.Caller(came(t, proxy, h))
		address, err := netip.ParseAddr(got.Address)
		if err != nil || address.Is4In6() || address.Zone() != "" || address.String() != got.Address || !got.Proxied {
			t.Errorf("%q, %q: %+v, %v", first, second, got, err)
		}
		if got.Secure != strings.EqualFold(strings.Trim(proto, " \t"), "https") && !strings.Contains(proto, ",") {
			t.Errorf("%q: %+v", proto, got)
		}
		// A client behind the proxy chooses all but the right end.
		h[forwardedFor] = []string{first, second, "203.0.113.5"}
		if got := trusted.Caller(came(t, proxy, h)).Address; got != "203.0.113.5" {
			t.Errorf("%q, %q: a client chose %s", first, second, got)
		}
		r := came(t, proxy, h)
		r.Host = second
		others := (Hosts{Public: first, Listen: "127.0.0.1:1"}).Others(r)
		for _, host := range others {
			if !isHost(host) || host == r.Host {
				t.Errorf("the host %q is tried", host)
			}
		}
		if len(others) > maxHosts {
			t.Errorf("%d hosts are tried", len(others))
		}
	})
}
