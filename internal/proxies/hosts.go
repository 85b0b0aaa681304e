package proxies

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Hosts are the host names under which a server knows itself. They are for hints: a
// signature covers the header Host, and a proxy that changes it invalidates every
// signature. A signature is only accepted for the host of its request.
type Hosts struct {
	Public  string // the public URL's, with its port; "" if none is set
	Listen  string // the listening address's, with its port
	Trusted Trusted
}

// maxHosts bounds how many hosts are tried for one request.
const maxHosts = 6

// Others returns other hosts that the client may have signed: at most six, each once.
// Those from headers can be forged.
func (h Hosts) Others(r *http.Request) []string {
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		name, port = r.Host, ""
	}
	tried := []string{h.Public, h.Listen}
	if said := strings.Split(strings.Join(r.Header[forwardedHost], ","), ","); len(said) > 0 {
		tried = append(tried, said[len(said)-1], said[0])
	}
	if port != "" {
		tried = append(tried, name)
	}
	if said := r.Header.Get(forwardedPort); said != "" {
		tried = append(tried, net.JoinHostPort(strings.Trim(name, "[]"), said))
	}
	var others []string
	for _, host := range tried {
		host = strings.Trim(host, " \t")
		if isHost(host) && host != r.Host && !slices.Contains(others, host) && len(others) < maxHosts {
			others = append(others, host)
		}
	}
	return others
}

// HostHint returns, for the log, why the client may have signed another host than the
// request has. It is "" if no proxy seems to have passed the request on, or if the host
// looks like one that clients use.
func (h Hosts) HostHint(r *http.Request) string {
	if c := h.Trusted.Caller(r); c.Direct && !c.Proxied {
		return ""
	}
	if h.Public != "" && r.Host == h.Public || h.Public == "" && looksPublic(r.Host) {
		return ""
	}
	return fmt.Sprintf("the request came through a proxy with the header Host %.255q; if the client called another host, "+
		"the proxy must pass Host on as it is (nginx: proxy_set_header Host $http_host)", r.Host)
}

// looksPublic reports whether a host is a name with a dot. Proxies do not call servers on
// their own network by such names.
func looksPublic(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err != nil && strings.Contains(host, ".")
}

// isHost reports whether a text may be a host, with or without a port.
func isHost(host string) bool {
	const most = 255
	return host != "" && len(host) <= most && !strings.ContainsFunc(host, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune(".-_:[]", c))
	})
}
