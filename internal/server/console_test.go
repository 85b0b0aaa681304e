package server

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/audit"
)

// TestConsoleOfServer: a browser that opens the server is redirected to the console.
// It signs in once by the link. The audit has the sign-in and the call, with their
// principal.
func TestConsoleOfServer(t *testing.T) {
	s := listening(t, io.Discard)
	run(t, s)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page := func(method, address string, form url.Values) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html,*/*")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		a, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.Request.URL.Path + "\n" + string(text)
	}
	if got := page(http.MethodGet, s.URL(), nil); !strings.HasPrefix(got, "/console/sign-in\n") || !strings.Contains(got, "Sign in to Poolhouse") {
		t.Errorf("the address of the server shows %s", got)
	}
	link, err := url.Parse(s.ConsoleLink())
	if err != nil || !strings.HasPrefix(s.ConsoleLink(), s.ConsoleURL()) {
		t.Fatal(link, err)
	}
	if got := page(http.MethodPost, s.ConsoleURL()+"welcome", url.Values{"token": {link.Query().Get("token")}}); !strings.HasPrefix(got, "/console/pools\n") {
		t.Errorf("the link leads to %s", got)
	}
	if got := page(http.MethodPost, s.ConsoleURL()+"pools/create", url.Values{"name": {"people"}, "signin": {"email"}, "mfa": {"OFF"}}); !strings.Contains(got, "was created") {
		t.Errorf("a pool is not created: %s", got)
	}
	page(http.MethodPost, s.ConsoleURL()+"sign-out", nil)
	var got []string
	eventually(t, "three events", func() bool { // they are stored in the background
		events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got = nil
		for _, e := range events {
			got = append(got, e.Service+":"+e.Operation+" "+e.Principal+" "+e.Address)
		}
		return len(got) >= 3
	})
	const by = " arn:aws:iam::000000000000:root 127.0.0.1"
	if want := []string{"console:SignOut" + by, "cognito-idp:CreateUserPool" + by, "console:SignIn" + by}; !slices.Equal(got, want) {
		t.Errorf("on record: %q, want %q", got, want)
	}
}

// TestNoConsole: without the console, browsers get the answers of the API.
func TestNoConsole(t *testing.T) {
	s := opened(t)
	s.console = nil
	h := s.httpServer(s.services(root), defaultLimits).Handler
	for _, path := range []string{"/console/", "/console/sign-in", "/console/static/x/console.css"} {
		if got := answered(t, h, http.MethodGet, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	if got := answered(t, h, http.MethodGet, "/"); got.Code == http.StatusSeeOther {
		t.Error("a browser is led to a console that is not there")
	}
	if s.ConsoleURL() != "" || s.ConsoleLink() != "" {
		t.Error("the console has an address")
	}
}

// TestRootPath: only browsers that ask for a page are redirected to the console.
func TestRootPath(t *testing.T) {
	h := opened(t).http.Handler
	if got := answered(t, h, http.MethodGet, "/"); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/console/" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	if got := answered(t, h, http.MethodPost, "/"); got.Code == http.StatusSeeOther {
		t.Errorf("a call is led to the console")
	}
}

// answered returns the answer to a browser.
func answered(t *testing.T, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
