package console

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// each returns the path of every page, with an existing pool and client.
func (f *fixture) each(b *browser) map[string]action {
	f.t.Helper()
	pool := f.pool("people")
	a := b.post("/console/pools/"+pool+"/app-clients/create", "name", "web", "flow", "ALLOW_USER_SRP_AUTH")
	client := a.Header().Get("Location")
	client = client[strings.LastIndex(client, "/")+1:]
	check(f.t, f.person(pool, "ada.l", "email", "ada@example.com"))
	key, _ := f.user("operator", "")
	job := f.imported(pool, "old people", mistakes)
	f.changes()
	all := map[string]action{}
	for _, a := range actions() {
		all["/console"+strings.NewReplacer("{pool}", pool, "{client}", client, "{job}", job, "{username}", "ada.l", "{user}", "operator", "{key}", key).Replace(a.path)] = a
	}
	return all
}

// TestNoPageWithoutSession walks all routes and some that do not exist: without a session,
// no route except those for signing in answers, by any method.
func TestNoPageWithoutSession(t *testing.T) {
	f := newFixture(t)
	paths := f.each(f.root())
	paths["/console/"], paths["/console/nothing"] = action{}, action{}
	open := 0
	for path, a := range paths {
		if a.open {
			open++
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
			for name, cookie := range map[string]*http.Cookie{"no": nil, "a guessed": {Name: cookieSession, Value: strings.Repeat("a", 43)}, "an empty": {Name: cookieSession, Value: ""}} {
				b := f.browser()
				if cookie != nil {
					b.cookies[cookieSession] = cookie
				}
				got := b.send(method, path, strings.NewReader("confirm=people&name=x&do=create"))
				if to := got.Header().Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/console/sign-in") || strings.Contains(got.Body.String(), "people") {
					t.Errorf("%s %s with %s session: %d %q", method, path, name, got.Code, to)
				}
			}
		}
	}
	if open != 3 {
		t.Errorf("%d pages are open to strangers; those for signing in, the one-time link and preferences may be", open)
	}
	if got := f.changes(); len(got) > 0 {
		t.Errorf("strangers changed something: %q", got)
	}
}

// TestNothingActsOnGet walks all routes as root: a GET changes nothing.
func TestNothingActsOnGet(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	for path, a := range f.each(b) {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := b.send(method, path+"?confirm=people&everywhere=1&do=create&theme=dark&name=x", nil)
			switch want := a.show != nil; {
			case want && got.Code >= 400, !want && got.Code != http.StatusMethodNotAllowed:
				t.Errorf("%s %s: %d", method, path, got.Code)
			}
		}
		if b.cookies[cookieTheme] != nil {
			t.Errorf("%s sets a preference", path)
		}
	}
	// Acts that hand out codes are also audited, although they change nothing, and so is a
	// check.
	handsOut := func(call string) bool {
		return strings.HasSuffix(call, " ListOutboxMessages") || strings.Contains(call, " CheckUserImport")
	}
	if got := slices.DeleteFunc(f.changes(), handsOut); len(got) > 0 {
		t.Errorf("a look changed something: %q", got)
	}
	wants(t, b.get("/console/pools"), 200) // still signed in
}

var (
	oneHeading = regexp.MustCompile(`<h1[ >]`)
	title      = regexp.MustCompile(`<title>([^<]+)</title>`)
)

// TestFrame: every page has one heading, one main element, at most one current entry of the
// navigation, breadcrumbs that end at the page, and the equivalent command.
func TestFrame(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	titles := map[string]string{}
	for path, a := range f.each(b) {
		if a.show == nil || a.open || isFile(path) || strings.HasSuffix(path, "/events") {
			continue
		}
		page := b.get(path).Body.String()
		if n := len(oneHeading.FindAllString(page, -1)); n != 1 {
			t.Errorf("%s has %d headings", path, n)
		}
		for part, want := range map[string]int{`<main id="main"`: 1, `<header class="topbar"`: 1, `<nav class="sidenav"`: 1, "Show as command": 1, `class="btn primary"`: 1} {
			if n := strings.Count(page, part); n > want || n < want && !strings.HasPrefix(part, "class=") {
				t.Errorf("%s has %s %d times", path, part, n)
			}
		}
		if !strings.Contains(page, `<span class="clip" aria-current="page"><bdi>`) && !slices.Contains([]string{"/console/pools", "/console/roles", "/console/keys", "/console/audit"}, path) {
			t.Errorf("%s has no breadcrumbs that end there", path)
		}
		if n := strings.Count(page, ` aria-current="page">`); n > 2 {
			t.Errorf("%s is at %d places of the navigation", path, n)
		}
		name := title.FindStringSubmatch(page)
		if name == nil || !strings.HasSuffix(name[1], " – Poolhouse") || titles[name[1]] != "" {
			t.Errorf("%s has the title %q, as %q has", path, name, titles[name[1]])
			continue
		}
		titles[name[1]] = path
	}
	if titles["Settings – people – Poolhouse"] == "" || titles["people – Poolhouse"] == "" {
		t.Errorf("the titles are %v", titles)
	}
}

// TestOtherOrigins: a request sent by a page of another origin has no effect, regardless of
// the header by which the browser reports the origin.
func TestOtherOrigins(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	paths := f.each(b)
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
		{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8000"},
		{"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
		{"Sec-Fetch-Site": "", "Origin": "null"},
	} {
		b.headers = headers
		for path, a := range paths {
			if a.act == nil {
				continue
			}
			wants(t, b.post(path, "confirm", "people", "name", "x", "signin", "email", "mfa", "OFF", "do", "create", "theme", "dark", "id", rootKey, "secret", rootSecret, "rows", "1", "attr-0-name", "x", "attr-0-type", "String"),
				http.StatusForbidden, "This came from another site")
		}
	}
	if got := f.changes(); len(got) > 0 || b.cookies[cookieTheme] != nil {
		t.Errorf("another origin changed something: %q", got)
	}
	b.headers = map[string]string{}
	wants(t, b.get("/console/pools"), 200)
	// Behind a proxy with another host name, the public URL is the console's own origin.
	f = newFixture(t, func(o *Options) { o.PublicURL = "https://pool.example.com/" })
	b = f.browser()
	b.headers = map[string]string{"Sec-Fetch-Site": "", "Origin": "https://pool.example.com"}
	goesTo(t, b.signIn(rootKey, rootSecret), "/console/pools")
}

var (
	inlineScript  = regexp.MustCompile(`(?i)<script(\s[^>]*)?>[^<]`)
	inlineStyle   = regexp.MustCompile(`(?i)<style|\sstyle\s*=`)
	inlineHandler = regexp.MustCompile(`(?i)<[^>]*\son[a-z]+\s*=`)
	quoted        = regexp.MustCompile(`="[^"]*"`)
	otherPlaces   = regexp.MustCompile(`(?i)(src|href|action)\s*=\s*"?(https?:|//|javascript:|data:)`)
)

// TestHeaders: each answer has the security headers. No page contains scripts, styles or
// references to third parties.
func TestHeaders(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	answers := map[string]*httptest.ResponseRecorder{
		"static": b.get(f.console.static.address("console.css")), "no file": b.get("/console/static/x/y"), "nothing": b.get("/console/nothing"),
		"stranger": f.browser().get("/console/pools"), "sign-in": f.browser().get("/console/sign-in"), "link": f.browser().get(f.console.Link()),
		"wrong": b.post("/console/pools/create"), "root": b.get("/console/"),
	}
	for path, a := range f.each(b) {
		if a.show != nil {
			answers[path] = b.get(path)
		}
	}
	for name, a := range answers {
		h := a.Header()
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(h.Get("Content-Security-Policy"), part) {
				t.Errorf("%s: the policy is %q", name, h.Get("Content-Security-Policy"))
			}
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "same-origin" || (name != "static" && h.Get("Cache-Control") != "no-store") {
			t.Errorf("%s: %v", name, h)
		}
		if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			continue
		}
		if found := inlineStyle.FindString(a.Body.String()); found != "" {
			t.Errorf("%s has a style: %s", name, found)
		}
		if harm := harmIn(a.Body.String()); harm != "" {
			t.Errorf("%s has %s", name, harm)
		}
	}
}

// harmIn returns something that a page must not contain, "" for nothing.
func harmIn(page string) string {
	for what, form := range map[string]*regexp.Regexp{"a script": inlineScript, "another place": otherPlaces} {
		if found := form.FindString(page); found != "" {
			return what + ": " + found
		}
	}
	if found := inlineHandler.FindString(quoted.ReplaceAllString(page, "=q")); found != "" { // inside a value, the quotation mark is its end
		return "a handler: " + found
	}
	return ""
}

// TestHarmIsSeen: harmIn finds what it looks for.
func TestHarmIsSeen(t *testing.T) {
	for page, bad := range map[string]bool{
		`<script>x</script>`: true, `<script src="https://x/y.js"></script>`: true, `<a href="javascript:x">`: true, `<img src=x onerror=y>`: true, `<b title="" onclick="x">`: true,
		`<p>onclick=</p>`: false, `<input value="x onerror=y">`: false, `<script src="/console/static/x" defer></script>`: false,
	} {
		if got := harmIn(page) != ""; got != bad {
			t.Errorf("%s: %v", page, got)
		}
	}
}

// TestSteppingOut: no path leads to a file outside the console.
func TestSteppingOut(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	hash := strings.Split(f.console.static.address("console.css"), "/")[3]
	for _, path := range []string{
		"/console/static/../console.go", "/console/static/" + hash + "/../../console.go", "/console/static/" + hash + "/..%2f..%2fconsole.go",
		"/console/static/" + hash + "/console.js", "/console/static/" + hash + "/", "/console/static/", "/console/static/x/console.css",
		"/console/static/" + hash + "/%2e%2e/tokens.css", "/console/pools/..%2f..%2fetc/passwd", "/console//evil.example/",
	} {
		a := b.get(path)
		if to := a.Header().Get("Location"); a.Code == http.StatusOK || to != "" && !strings.HasPrefix(to, "/console/") {
			t.Errorf("%s: %d %q", path, a.Code, to)
		}
	}
}

// TestNext: after signing in, only addresses of the console are redirected to.
func TestNext(t *testing.T) {
	f := newFixture(t)
	for next, want := range map[string]string{
		"/console/pools/x?a=b":       "/console/pools/x?a=b",
		"/console/pools/x#y":         "/console/pools/x",
		"/console/pools/a%2Fb":       "/console/pools/a%2Fb",
		"/console/":                  "/console/",
		"":                           "/console/pools",
		"/":                          "/console/pools",
		"/other":                     "/console/pools",
		"https://evil.example/":      "/console/pools",
		"//evil.example/console/":    "/console/pools",
		"/\\evil.example/console/":   "/console/pools",
		"\\\\evil.example":           "/console/pools",
		"/console/../x":              "/console/pools",
		"/console/%2e%2e/x":          "/console/pools",
		"/console/..%2fx":            "/console/pools",
		"/console/\r\nSet-Cookie: x": "/console/pools",
		"javascript:alert(1)":        "/console/pools",
		"http:/console/x":            "/console/pools",
		"/consolex/":                 "/console/pools",
		"console/x":                  "/console/pools",
		"%":                          "/console/pools",
	} {
		a := f.browser().post("/console/sign-in", "id", rootKey, "secret", rootSecret, "next", next)
		if got := a.Header().Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

// TestLargeForm: a form larger than the bound is not read.
func TestLargeForm(t *testing.T) {
	f := newFixture(t)
	wants(t, f.root().post("/console/pools/create", "name", strings.Repeat("x", maxForm)), http.StatusRequestEntityTooLarge, "A form may have 1 MB.")
	wants(t, f.root().send(http.MethodPost, "/console/pools/create", strings.NewReader("%zz")), http.StatusBadRequest)
}

// isFile reports whether a path is a file that a browser saves.
func isFile(path string) bool {
	return slices.ContainsFunc([]string{".csv", ".ndjson", ".json"}, func(end string) bool { return strings.HasSuffix(path, end) })
}
