package server

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/iam"
	"poolhouse/internal/proxies"
	"poolhouse/internal/sigv4"
)

// behind returns a server that trusts one proxy, and its log.
func behind(t *testing.T, change ...func(*config.Config)) (*Server, *sharedLog) {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Regions = t.TempDir(), "127.0.0.1:0", "us-east-1"
	cfg.TrustedProxies, cfg.PublicURL = "10.0.0.1", "https://pool.example.com"
	for _, c := range change {
		c(&cfg)
	}
	log := new(sharedLog)
	s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// sharedLog is the log of a running server.
type sharedLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *sharedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// Reset empties the log.
func (l *sharedLog) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Reset()
}

// way is the way of a request: the address of its connection, and the headers about its origin.
type way struct{ from, address, proto string }

// request returns a request that arrives in this way.
func (c way) request(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://pool.example.com"+path, strings.NewReader(body))
	r.RemoteAddr = c.from
	if c.address != "" {
		r.Header.Set("X-Forwarded-For", c.address)
	}
	if c.proto != "" {
		r.Header.Set("X-Forwarded-Proto", c.proto)
	}
	return r
}

// call returns the answer to a call that arrives in this way.
func (c way) call(t *testing.T, s *Server, key, secret, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := c.request(t, http.MethodPost, "/", body)
	r.Header.Set("Content-Type", json)
	r.Header.Set("X-Amz-Target", target)
	if key != "" {
		(&sigv4.Signer{AccessKey: key, Secret: secret, Region: "us-east-1", Service: "cognito-idp"}).Sign(r, []byte(body), time.Now())
	}
	return answerOf(s, r)
}

func answerOf(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w
}

const (
	theProxy = "10.0.0.1:4000"
	other    = "192.0.2.7:4000"
)

// TestPoliciesBehindProxy: policies see the address and the encryption that a trusted proxy
// reports. The reports of other peers are ignored; policies see those of the connection.
func TestPoliciesBehindProxy(t *testing.T) {
	s, _ := behind(t)
	run(t, s)
	ada := newUser(t, s)
	p, err := iam.NewInlinePolicy("p", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*",
		"Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]},"Bool":{"aws:SecureTransport":"true"}}}}`)
	if err == nil {
		err = s.store.IAM().PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		way
		allowed bool
	}{
		"by the proxy":             {way{theProxy, "203.0.113.5", "https"}, true},
		"by the proxy, IPv6":       {way{theProxy, "[2001:db8::1]:443", "https"}, true},
		"by the proxy, IPv4 in it": {way{theProxy, "::ffff:203.0.113.5", "https"}, true},
		"another address":          {way{theProxy, "192.0.2.7", "https"}, false},
		"a forged beginning":       {way{theProxy, "203.0.113.5, 192.0.2.7", "https"}, false},
		"not encrypted":            {way{theProxy, "203.0.113.5", "http"}, false},
		"the proxy tells nothing":  {way{theProxy, "", ""}, false},
		"by no proxy":              {way{other, "203.0.113.5", "https"}, false},
		"without a proxy":          {way{"203.0.113.5:1", "", ""}, false},
	} {
		w := c.call(t, s, ada.key.ID, ada.secret, pools+"ListUserPools", `{"MaxResults":1}`)
		if (w.Code == http.StatusOK) != c.allowed || !c.allowed && !strings.Contains(w.Body.String(), "AccessDenied") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// TestOneAddress: the audit and the log have the caller's address, behind the proxy and without it.
// The audit has it for calls, for sign-ins, and for uploads by URL and through the console.
func TestOneAddress(t *testing.T) {
	s, log := behind(t)
	address := uploadURL(t, s)
	stop := runUntil(t, s)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range []struct {
		way
		address string
	}{{way{theProxy, "203.0.113.5", "https"}, "203.0.113.5"}, {way{other, "203.0.113.6", "https"}, "192.0.2.7"}} {
		if w := c.call(t, s, root.AccessKeyID, root.Secret, pools+"CreateUserPool", `{"PoolName":"people"}`); w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body)
		}
		put := c.request(t, http.MethodPut, u.RequestURI(), "a,b\n")
		put.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		w := httptest.NewRecorder()
		if receiver(s).ServeHTTP(w, put); w.Code != http.StatusOK { // called directly: a recorder has no time limits to set
			t.Fatal(w.Code, w.Body)
		}
		if err := receiver(s).Put(c.request(t, http.MethodPost, "/console/", ""), address, strings.NewReader("a,b\n")); err != nil {
			t.Fatal(err)
		}
		want = append(want, "CreateUserPool "+c.address, "PutUserImportFile "+c.address, "PutUserImportFile "+c.address)
		form := url.Values{"id": {root.AccessKeyID}, "secret": {"wrong"}}
		signIn := c.request(t, http.MethodPost, "/console/sign-in", form.Encode())
		signIn.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w = answerOf(s, signIn)
		if secure := w.Code == http.StatusUnprocessableEntity; secure != (c.from == theProxy) {
			t.Errorf("%+v: a secret is taken: %t (%d)", c.way, secure, w.Code)
		}
		if told := strings.Contains(log.String(), `"console sign-in refused" accessKeyId=`+root.AccessKeyID+" address="+c.address); told != (c.from == theProxy) {
			t.Errorf("%+v: the log has %s", c.way, log)
		}
	}
	var got []string
	for _, e := range eventsAtEnd(t, s, stop) {
		got = append(got, e.Operation+" "+e.Address)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("on record:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestConsoleBehindProxy: the console accepts a secret if the proxy reports an encrypted
// connection of the browser, also without a public URL. The cookie is then sent over TLS only,
// and the audit has the sign-in with the browser's address. A form of another site is refused.
func TestConsoleBehindProxy(t *testing.T) {
	s, _ := behind(t, func(c *config.Config) { c.PublicURL = "" })
	stop := runUntil(t, s)
	signIn := func(c way, origin string) *httptest.ResponseRecorder {
		r := c.request(t, http.MethodPost, "/console/sign-in", url.Values{"id": {root.AccessKeyID}, "secret": {root.Secret}}.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin)
		return answerOf(s, r)
	}
	w := signIn(way{theProxy, "203.0.113.5", "https"}, "https://pool.example.com")
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) == 0 {
		t.Fatal(w.Code, w.Body)
	}
	for _, c := range cookies {
		if !c.Secure {
			t.Errorf("the cookie %v goes over connections that are not encrypted", c)
		}
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"not encrypted":  signIn(way{theProxy, "203.0.113.5", "http"}, "https://pool.example.com"),
		"by no proxy":    signIn(way{other, "203.0.113.5", "https"}, "https://pool.example.com"),
		"another origin": signIn(way{theProxy, "203.0.113.5", "https"}, "https://evil.example"),
		"as from here":   signIn(way{theProxy, "127.0.0.1", "http"}, "https://pool.example.com"),
	} {
		if w.Code != http.StatusForbidden || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s: %d, cookies %v", name, w.Code, w.Result().Cookies())
		}
	}
	events := eventsAtEnd(t, s, stop)
	if len(events) != 1 || events[0].Operation != "SignIn" || events[0].Address != "203.0.113.5" {
		t.Errorf("on record: %+v", events)
	}
}

// TestRatesBehindProxy: unsigned calls are counted separately for each address behind the proxy.
func TestRatesBehindProxy(t *testing.T) {
	s, _ := behind(t, func(c *config.Config) { c.RateUnsigned = 1 })
	run(t, s)
	limited := func(c way) bool {
		for range 4 {
			if strings.Contains(c.call(t, s, "", "", pools+"SignUp", `{}`).Body.String(), "TooManyRequestsException") {
				return true
			}
		}
		return false
	}
	if !limited(way{theProxy, "203.0.113.5", "https"}) {
		t.Error("an address behind the proxy has no rate limit")
	}
	for i, fresh := range []string{"203.0.113.6", "203.0.113.7"} {
		if w := (way{theProxy, fresh, "https"}).call(t, s, "", "", pools+"SignUp", `{}`); strings.Contains(w.Body.String(), "TooMany") {
			t.Errorf("address %d is limited by another's calls", i)
		}
	}
	claims := 0 // each claims another address
	if limited(way{other, "", ""}) {
		for i := range 3 {
			w := (way{other, "203.0.113." + string(rune('1'+i)), "https"}).call(t, s, "", "", pools+"SignUp", `{}`)
			if !strings.Contains(w.Body.String(), "TooMany") {
				claims++
			}
		}
	}
	if claims > 0 {
		t.Errorf("a stranger called %d times by forged headers", claims)
	}
}

// TestUnderwayBehindProxy: the limit of connections of an address also limits the concurrent
// requests of one caller behind the proxy. Other callers, and connections without the proxy, are
// counted separately.
func TestUnderwayBehindProxy(t *testing.T) {
	s, log := behind(t, func(c *config.Config) { c.MaxConnectionsAddress = 1 })
	run(t, s)
	reached, release := make(chan bool), make(chan bool)
	h := s.perCaller(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/waits" {
			reached <- true
			<-release
		}
	}))
	answer := func(c way, path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, c.request(t, http.MethodGet, path, ""))
		if w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
			t.Error("the answer has no Retry-After")
		}
		return w.Code
	}
	ended := make(chan int)
	for _, address := range []string{"203.0.113.5", ""} {
		go func() { ended <- answer(way{theProxy, address, ""}, "/waits") }()
		<-reached
	}
	for from, want := range map[way]int{
		{theProxy, "203.0.113.5", ""}: http.StatusServiceUnavailable, {theProxy, "203.0.113.6", ""}: http.StatusOK, {theProxy, "", ""}: http.StatusOK, {other, "203.0.113.5", ""}: http.StatusOK,
	} {
		if got := answer(from, "/"); got != want {
			t.Errorf("%+v: %d, want %d", from, got, want)
		}
	}
	close(release)
	for range 2 {
		if got := <-ended; got != http.StatusOK {
			t.Errorf("a request that was under way: %d", got)
		}
	}
	if !strings.Contains(log.String(), "were refused") || !strings.Contains(log.String(), "last=203.0.113.5") {
		t.Errorf("the log has %s", log)
	}
	if got := answer(way{theProxy, "203.0.113.5", ""}, "/"); got != http.StatusOK {
		t.Errorf("after it has ended: %d", got)
	}
}

// TestHintOfHost: if a proxy changed the host, the answer to a caller with the right secret has a
// hint, in each protocol, and so has the log. Other callers get no hint.
func TestHintOfHost(t *testing.T) {
	s, log := behind(t)
	run(t, s)
	for _, c := range []struct{ service, media, target, body string }{
		{"cognito-idp", json, pools + "ListUserPools", `{"MaxResults":1}`}, {"iam", form, "", "Action=ListUsers&Version=2010-05-08"},
	} {
		for secret, knows := range map[string]bool{root.Secret: true, "another-secret-of-root": false} {
			log.Reset()
			r := way{theProxy, "203.0.113.5", "https"}.request(t, http.MethodPost, "/", c.body)
			r.Header.Set("Content-Type", c.media)
			if c.target != "" {
				r.Header.Set("X-Amz-Target", c.target)
			}
			(&sigv4.Signer{AccessKey: root.AccessKeyID, Secret: secret, Region: "us-east-1", Service: c.service}).Sign(r, []byte(c.body), time.Now())
			r.Host = "poolhouse:9229"
			w := answerOf(s, r)
			const fix = "proxy_set_header Host $http_host"
			if told := strings.Contains(w.Body.String(), fix); w.Code < 400 || told != knows || strings.Contains(w.Body.String(), "poolhouse:9229") != knows {
				t.Errorf("%s: %d %s", c.service, w.Code, w.Body)
			}
			if !strings.Contains(log.String(), "hint=") || !strings.Contains(log.String(), fix) || strings.Contains(log.String(), "valid for the host") != knows {
				t.Errorf("%s: the log has %s", c.service, log)
			}
		}
	}
}

// TestConnectionsOfProxy: the limit of connections of an address does not apply to a trusted proxy.
func TestConnectionsOfProxy(t *testing.T) {
	for trusted, want := range map[proxies.List]int{"": 1, "127.0.0.1": 5} {
		s, _ := behind(t, func(c *config.Config) { c.TrustedProxies, c.MaxConnectionsAddress = trusted, 1 })
		run(t, s)
		served := 0
		for range 5 {
			client := &http.Client{Transport: &http.Transport{}} // its own connection, which stays open
			a, err := client.Get("http://" + s.listener.Addr().String() + "/healthz")
			if err != nil {
				continue
			}
			if a.StatusCode == http.StatusOK {
				served++
			}
			_, _ = io.Copy(io.Discard, a.Body)
			a.Body.Close()
			t.Cleanup(client.CloseIdleConnections)
		}
		if served != want {
			t.Errorf("trusted %q: %d connections are served, want %d", trusted, served, want)
		}
	}
}
