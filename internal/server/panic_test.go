package server

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
)

// noJobs panics when a job is read.
type noJobs struct{ upload.Jobs }

func (noJobs) Job(context.Context, importjob.Key) (*importjob.Job, error) {
	var none *importjob.Job
	return &importjob.Job{ID: none.ID}, nil
}

// TestPanicsAreAnswered: after a panic of any handler, the client gets an answer in
// its protocol. The log has one error with the answer's id and the stack.
func TestPanicsAreAnswered(t *testing.T) {
	s := listening(t, new(bytes.Buffer))
	signed := uploadURL(t, s)
	receiver(s).Jobs = noJobs{}
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	receiver(s).Log = s.log
	store := s.store
	s.store = nil // readyz uses the store
	defer func() {
		if s.store = store; s.close() != nil {
			t.Error("the server was not closed")
		}
	}()
	h := s.httpServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("hunter2") }), defaultLimits).Handler
	for _, c := range []struct{ method, url, media, want string }{
		{"POST", "/", json, `{"__type":"InternalErrorException","message":"Internal error."}`},
		{"POST", "/", "", `{"__type":"InternalErrorException","message":"Internal error."}`},
		{"OPTIONS", "/", "", `{"__type":"InternalErrorException","message":"Internal error."}`},
		{"POST", "/", form, "<Code>InternalFailure</Code><Message>Internal error.</Message>"},
		{"PUT", strings.TrimPrefix(signed, s.URL()), "", "<Code>InternalError</Code>"},
		{"GET", "/readyz", "", "internal error\n"},
	} {
		log.Reset()
		r := httptest.NewRequestWithContext(t.Context(), c.method, s.URL()+c.url, strings.NewReader("x"))
		if c.media != "" {
			r.Header.Set("Content-Type", c.media)
		}
		r.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		id := w.Header().Get("x-amzn-RequestId") + w.Header().Get("x-amz-request-id")
		if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), c.want) || id == "" {
			t.Errorf("%s %s: %d %v %s", c.method, c.url, w.Code, w.Header(), w.Body)
		}
		if strings.Contains(c.want, "<") && !strings.Contains(w.Body.String(), "<RequestId>"+id+"</RequestId>") {
			t.Errorf("%s %s: the id %s is not in %s", c.method, c.url, id, w.Body)
		}
		for _, want := range []string{"level=ERROR", "requestId=" + id, "method=" + c.method, "stack=", ".go:"} {
			if strings.Count(log.String(), "level=ERROR") != 1 || !strings.Contains(log.String(), want) {
				t.Errorf("%s %s: %s is not in %s", c.method, c.url, want, &log)
			}
		}
		if strings.Contains(log.String(), "hunter2") || strings.Contains(log.String(), "X-Amz-Signature") {
			t.Errorf("%s %s: the log tells too much: %s", c.method, c.url, &log)
		}
	}
}
