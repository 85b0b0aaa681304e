package exchange

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// caught serves a request with a handler behind Catch, over a real connection.
func caught(t *testing.T, h http.HandlerFunc) (answer *http.Response, body, log string, err error) {
	t.Helper()
	var lines bytes.Buffer
	server := httptest.NewUnstartedServer(Recover(h, slog.New(slog.NewTextHandler(&lines, nil)), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "id "+w.Header().Get("x-amzn-RequestId")+w.Header().Get("x-amz-request-id"))
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&lines, nil), slog.LevelError)
	server.Start()
	answer, err = server.Client().Get(server.URL + "/there")
	if err == nil {
		var text []byte
		text, err = io.ReadAll(answer.Body)
		body = string(text)
		_ = answer.Body.Close() // it was read
	}
	server.Close() // also waits for the handler
	return answer, body, lines.String(), err
}

// TestCatch: a panic before the answer is answered and logged, with the same ID.
func TestCatch(t *testing.T) {
	for name, set := range map[string]string{"none": "", "AWS": "x-amzn-RequestId", "S3": "x-amz-request-id"} {
		answer, body, log, err := caught(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			if set != "" {
				w.Header().Set(set, "some-id")
			}
			var none *http.Request
			_ = none.URL.Path
		})
		if err != nil || answer.StatusCode != http.StatusInternalServerError || !strings.HasPrefix(body, "id ") || len(body) < 10 {
			t.Errorf("%s: %v, %v, %q", name, answer, err, body)
			continue
		}
		id := body[3:]
		if set != "" && id != "some-id" {
			t.Errorf("%s: the id is %s", name, id)
		}
		for _, want := range []string{"level=ERROR", "requestId=" + id, "path=/there", "nil pointer", "catch_test.go"} {
			if strings.Count(log, "internal error") != 1 || !strings.Contains(log, want) {
				t.Errorf("%s: %s is not in %s", name, want, log)
			}
		}
	}
}

// TestCatchIsTooLate: nothing is added to an answer that was begun. A complete answer
// arrives, and the client sees that an incomplete one was cut off. Both are logged.
func TestCatchIsTooLate(t *testing.T) {
	for _, c := range []struct {
		name, length string
		broken       bool
	}{{"whole", "4", false}, {"too short", "5", true}, {"of no length", "", true}} {
		answer, body, log, err := caught(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.length != "" {
				w.Header().Set("Content-Length", c.length)
			}
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "text")
			_ = http.NewResponseController(w).Flush()
			panic("too late")
		})
		if err != nil != c.broken || !c.broken && (answer.StatusCode != http.StatusTeapot || body != "text") {
			t.Errorf("%s: %v, %q, %v", c.name, answer, body, err)
		}
		if strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "catch_test.go") || strings.Contains(log, "too late") {
			t.Errorf("%s: %s", c.name, log)
		}
	}
}

// TestAbortIsSilent: a handler that aborts its answer, inside or outside of the guard of a
// dispatcher, is not logged.
func TestAbortIsSilent(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"at once": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"guarded": func(http.ResponseWriter, *http.Request) {
			_, _ = CallHandler(func() (int, error) { panic(http.ErrAbortHandler) })
		},
	} {
		if _, _, log, err := caught(t, h); err == nil || log != "" {
			t.Errorf("%s: %v, %s", name, err, log)
		}
	}
}

// TestInformation: an informational response does not begin the answer.
func TestInformation(t *testing.T) {
	answer, _, log, err := caught(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		panic("then")
	})
	if err != nil || answer.StatusCode != http.StatusInternalServerError || !strings.Contains(log, "level=ERROR") {
		t.Errorf("%v, %v, %s", answer, err, log)
	}
}
