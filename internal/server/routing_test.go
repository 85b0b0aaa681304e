package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"poolhouse/internal/upload"
)

// TestRouting: each path and method leads to its own handler.
func TestRouting(t *testing.T) {
	s := opened(t)
	const logsTarget = "Logs_20140328.DescribeLogGroups"
	for _, c := range []struct {
		method, path, media, target string
		status                      int
		want                        string // part of the answer, or of its Allow header
	}{
		{"POST", "/", json, pools + "ListUserPools", http.StatusBadRequest, `"__type":"MissingAuthenticationTokenException"`},
		{"POST", "/?x=y", json, pools + "ListUserPools", http.StatusBadRequest, `"__type":"MissingAuthenticationTokenException"`},
		{"POST", "/", json, logsTarget, http.StatusBadRequest, `"__type":"MissingAuthenticationTokenException"`},
		{"POST", "/", form, "", http.StatusForbidden, "<Code>MissingAuthenticationToken</Code>"},
		{"POST", "/", form + "; charset=utf-8", "", http.StatusForbidden, "<Code>MissingAuthenticationToken</Code>"},
		{"GET", "/healthz", "", "", http.StatusOK, "ok\n"},
		{"HEAD", "/healthz", "", "", http.StatusOK, ""},
		{"GET", "/readyz", "", "", http.StatusOK, "ok\n"},
		{"POST", "/healthz", json, pools + "ListUserPools", http.StatusMethodNotAllowed, "GET"},
		{"PUT", "/readyz", "", "", http.StatusMethodNotAllowed, "GET"},
		{"PUT", "/" + upload.Bucket + "/a/b", "", "", http.StatusForbidden, "<Code>"},
		{"GET", "/" + upload.Bucket + "/a/b", "", "", http.StatusMethodNotAllowed, "<Code>MethodNotAllowed</Code>"},
		{"POST", "/" + upload.Bucket, json, pools + "ListUserPools", http.StatusTemporaryRedirect, ""},
		{"POST", "/nothing", json, pools + "ListUserPools", http.StatusNotFound, "404"},
		{"GET", "/healthz/", "", "", http.StatusNotFound, "404"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader("Action=ListUsers&Version=2010-05-08"))
		if c.media != "" {
			r.Header.Set("Content-Type", c.media)
		}
		if c.target != "" {
			r.Header.Set("X-Amz-Target", c.target)
		}
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String()+w.Header().Get("Allow"), c.want) {
			t.Errorf("%s %s %s %s: %d %q %v, want %d %q", c.method, c.path, c.media, c.target, w.Code, w.Body, w.Header(), c.status, c.want)
		}
	}
}

// TestNoReceiver: if uploads are in a bucket, no path of the server accepts one.
func TestNoReceiver(t *testing.T) {
	s := opened(t)
	s.receiver = nil
	h := s.httpServer(s.services(root), defaultLimits).Handler
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/"+upload.Bucket+"/a/b", strings.NewReader("x")))
	if w.Code != http.StatusNotFound {
		t.Errorf("an upload is answered %d %s", w.Code, w.Body)
	}
}

// TestReadiness: a server whose database does not answer is alive but not ready.
func TestReadiness(t *testing.T) {
	s := opened(t)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/healthz": http.StatusOK} {
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
