package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// everyAnswer has a browser send everything it can to all routes, and passes each answer to
// look. The browser signs in again when its session has ended.
func (w *world) everyAnswer(b *browser, look func(what string, a *httptest.ResponseRecorder)) {
	w.t.Helper()
	isSigned := b.cookies[cookieSession] != nil
	const evil = "https://evil.example/"
	fields := []string{"next", evil, "back", "//evil.example", "to", evil, "return", evil, "url", evil, "token", evil, "name", "x", "do", "add", "theme", "dark", "zone", "Europe/Berlin", "region", "eu-west-1", "q", evil}
	for _, a := range append(actions(), action{path: "/"}, action{path: "/nothing"}, action{path: "//evil.example/"}, action{path: "/static/x/y"}) {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			if method == http.MethodPost {
				look("POST "+a.path, b.post(w.path(a), fields...))
				look("a wrong POST "+a.path, b.send(method, w.path(a), strings.NewReader("%zz")))
				look("a large POST "+a.path, b.post(w.path(a), "name", strings.Repeat("x", maxForm)))
				continue
			}
			look(method+" "+a.path, b.send(method, withQuery(w.path(a), fields...), nil))
		}
		if isSigned && b.cookies[cookieSession] == nil {
			b.signIn(rootKey, rootSecret)
		}
	}
}

// TestEveryAnswerIsGuarded walks all routes by all methods, signed in and not, over every
// kind of connection. No answer may be framed or sniffed. No cookie is readable by scripts
// or sent by other sites, and over TLS every cookie is Secure. No redirect leaves the
// console.
func TestEveryAnswerIsGuarded(t *testing.T) {
	for name, c := range map[string]struct {
		publicURL string
		tls       bool
		secure    bool
	}{
		"plain":      {"http://127.0.0.1:9229", false, false},
		"TLS":        {"http://127.0.0.1:9229", true, true},
		"public URL": {"https://pool.example.com", false, true},
	} {
		w := newWorld(t)
		w.console.PublicURL = c.publicURL
		stranger, root := w.browser(), w.browser()
		stranger.tls, root.tls = c.tls, c.tls
		root.signIn(rootKey, rootSecret)
		cookies := map[string]bool{}
		look := func(what string, a *httptest.ResponseRecorder) {
			h := a.Header()
			if h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Referrer-Policy") != "same-origin" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s, %s: %d has the headers %v", name, what, a.Code, h)
			}
			for _, to := range []string{h.Get("Location"), h.Get("HX-Redirect")} {
				if u, err := url.Parse(to); err != nil || to != "" && (u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, Root)) {
					t.Errorf("%s, %s: leads to %q", name, what, to)
				}
			}
			for _, cookie := range a.Result().Cookies() {
				cookies[cookie.Name] = true
				if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure != c.secure || cookie.Path != Root || cookie.Domain != "" {
					t.Errorf("%s, %s: the cookie %v", name, what, cookie)
				}
			}
			if a.Code >= http.StatusInternalServerError {
				t.Errorf("%s, %s: %d", name, what, a.Code)
			}
		}
		w.everyAnswer(stranger, look)
		w.everyAnswer(root, look)
		for _, cookie := range []string{cookieSession, cookieFlash, cookieTheme, cookieZone, cookieRegion} {
			if !cookies[cookie] {
				t.Errorf("%s: %s was never given", name, cookie)
			}
		}
	}
}

// TestEndedSessionIsNoSession: the token of a signed-out session opens no page, in any way
// that it can be sent again.
func TestEndedSessionIsNoSession(t *testing.T) {
	w := newWorld(t)
	b := w.root()
	ended := *b.cookies[cookieSession]
	b.post("/console/sign-out")
	w.changes()
	for _, a := range actions() {
		if a.open {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			again := w.browser()
			again.cookies[cookieSession] = &ended
			got := again.send(method, w.path(a), strings.NewReader(url.Values{"confirm": {"people"}, "name": {"x"}}.Encode()))
			if to := got.Header().Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/console/sign-in") {
				t.Errorf("%s %s: %d %q", method, a.path, got.Code, to)
			}
			again.cookies[cookieSession] = &ended
			again.headers["Accept"] = "text/event-stream"
			if got := again.send(method, w.path(a), nil); got.Code != http.StatusUnauthorized || got.Body.Len() > 0 {
				t.Errorf("%s %s by a script: %d %s", method, a.path, got.Code, got.Body)
			}
		}
	}
	if got := w.changes(); len(got) > 0 {
		t.Errorf("on record: %q", got)
	}
}

// TestTokens: the tokens of sessions and links are long and differ.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for range 100 {
		link, err := url.Parse(w.console.Link())
		check(t, err)
		token := link.Query().Get("token")
		if len(token) < 40 || seen[token] || seen[token[:8]] || seen[token[len(token)-8:]] {
			t.Errorf("the token %s", token)
		}
		seen[token], seen[token[:8]], seen[token[len(token)-8:]] = true, true, true
		opened := w.browser()
		goesTo(t, opened.post("/console/welcome", "token", token), "/console/pools")
		session := opened.cookies[cookieSession].Value
		if session == token || seen[session[:8]] {
			t.Errorf("the session %s of the link %s", session, token)
		}
		seen[session[:8]] = true
	}
}

// TestLinkAtOnce: of many concurrent uses of a link, one signs in.
func TestLinkAtOnce(t *testing.T) {
	w := newWorld(t)
	link, err := url.Parse(w.console.Link())
	check(t, err)
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		good int
	)
	for range 20 {
		b := w.browser()
		all.Go(func() {
			if a := b.post("/console/welcome", "token", link.Query().Get("token")); a.Code == http.StatusSeeOther {
				mu.Lock()
				defer mu.Unlock()
				good++
			}
		})
	}
	all.Wait()
	if good != 1 {
		t.Errorf("%d are signed in", good)
	}
	elsewhere := w.browser() // from another origin: the form of a page that the user was lured to
	elsewhere.headers = map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
	next, err := url.Parse(w.console.Link())
	check(t, err)
	wants(t, elsewhere.post("/console/welcome", "token", next.Query().Get("token")), http.StatusForbidden, "This came from another site")
	goesTo(t, w.browser().post("/console/welcome", "token", next.Query().Get("token")), "/console/pools") // and did not use it up
}
