package proxies

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestOthers(t *testing.T) {
	for name, c := range map[string]struct {
		hosts  Hosts
		host   string
		header http.Header
		want   []string
	}{
		"nothing is known":      {Hosts{}, "127.0.0.1", nil, nil},
		"the public URL's":      {Hosts{Public: "pool.example.com"}, "poolhouse", nil, []string{"pool.example.com"}},
		"what is listened on":   {Hosts{Listen: "127.0.0.1:9229"}, "poolhouse", nil, []string{"127.0.0.1:9229"}},
		"the request's own":     {Hosts{Public: "pool.example.com", Listen: "pool.example.com"}, "pool.example.com", nil, nil},
		"the port was dropped":  {Hosts{Public: "pool.example.com:8443"}, "pool.example.com", nil, []string{"pool.example.com:8443"}},
		"the port was added":    {Hosts{}, "pool.example.com:443", nil, []string{"pool.example.com"}},
		"a proxy says which":    {Hosts{}, "poolhouse", http.Header{forwardedHost: {"a.example, b.example", "c.example:1"}}, []string{"c.example:1", "a.example"}},
		"a proxy says the port": {Hosts{}, "pool.example.com", http.Header{forwardedPort: {"8443"}}, []string{"pool.example.com:8443"}},
		"an IPv6 host":          {Hosts{}, "[::1]", http.Header{forwardedPort: {"8443"}}, []string{"[::1]:8443"}},
		"no hosts":              {Hosts{}, "poolhouse", http.Header{forwardedHost: {"a b, é", "<x>\x00"}, forwardedPort: {"1\r\n"}}, nil},
		"too long a host":       {Hosts{}, "poolhouse", http.Header{forwardedHost: {strings.Repeat("a", 256)}}, nil},
		"at most six": {Hosts{Public: "p", Listen: "l"}, "h:1", http.Header{forwardedHost: {strings.Repeat("a,b,c,", 1000) + "d"}, forwardedPort: {"2"}},
			[]string{"p", "l", "d", "a", "h", "h:2"}},
	} {
		r := came(t, stranger, c.header)
		r.Host = c.host
		if got := c.hosts.Others(r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDoubt(t *testing.T) {
	passed := http.Header{forwardedFor: {"203.0.113.5"}}
	trusted := List("10.0.0.1").Trusted()
	for name, c := range map[string]struct {
		public, host, from string
		header             http.Header
		doubt              bool
	}{
		"of no proxy":                     {"", "127.0.0.1:9229", stranger, nil, false},
		"an address":                      {"", "127.0.0.1:9229", stranger, passed, true},
		"an address of IPv6":              {"", "[::1]", stranger, passed, true},
		"a name of the network":           {"", "poolhouse", stranger, passed, true},
		"a trusted proxy without headers": {"", "poolhouse:9229", proxy, nil, true},
		"a name that clients call":        {"", "pool.example.com:8443", stranger, passed, false},
		"the public URL's":                {"pool.example.com", "pool.example.com", proxy, passed, false},
		"another than the public URL's":   {"pool.example.com", "other.example.com", proxy, passed, true},
	} {
		r := came(t, c.from, c.header)
		r.Host = c.host
		got := (Hosts{Public: c.public, Trusted: trusted}).HostHint(r)
		if (got != "") != c.doubt || c.doubt && (!strings.Contains(got, `"`+c.host+`"`) || !strings.Contains(got, "proxy_set_header Host $http_host")) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
