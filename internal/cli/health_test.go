package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealth(t *testing.T) {
	status, path := http.StatusOK, ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		w.WriteHeader(status)
		_, _ = w.Write([]byte("the database cannot be written\n"))
	}))
	var out, notes strings.Builder
	if code := Main([]string{"health", "--endpoint-url", s.URL + "/"}, &out, &notes); code != exitDone || path != "/readyz" {
		t.Errorf("a server that is ready: exit %d, path %s: %s", code, path, notes.String())
	}
	status = http.StatusServiceUnavailable
	if code := Main([]string{"health", "--endpoint-url", s.URL}, &out, &notes); code != exitPartly || !strings.Contains(notes.String(), "the database cannot be written") {
		t.Errorf("a server that is not: exit %d: %s", code, notes.String())
	}
	s.Close()
	if code := Main([]string{"health", "--endpoint-url", s.URL}, &out, &notes); code != exitPartly {
		t.Errorf("no server: exit %d", code)
	}
}
