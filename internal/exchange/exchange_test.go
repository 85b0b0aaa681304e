package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"poolhouse/internal/apicore"
)

// begun returns an exchange of a request with a body, its answer and its log.
func begun(body string) (*Exchange, *httptest.ResponseRecorder, *bytes.Buffer) {
	w, log := httptest.NewRecorder(), new(bytes.Buffer)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("User-Agent", "agent/1")
	return Begin(w, r, slog.New(slog.NewTextHandler(log, nil))), w, log
}

func TestRequestID(t *testing.T) {
	x, w, _ := begun("")
	if x.ID == "" || w.Header().Get("X-Amzn-Requestid") != x.ID {
		t.Errorf("%q is not the id of the answer", x.ID)
	}
	if y := BeginInternal(slog.New(slog.DiscardHandler)); y.ID == "" || y.ID == x.ID {
		t.Errorf("the id of a call from inside is %q", y.ID)
	}
}

func TestRead(t *testing.T) {
	x, _, _ := begun("12345")
	if body, broken := x.Read(5, nil); broken != nil || string(body) != "12345" {
		t.Errorf("%q, %v", body, broken)
	}
	x, w, _ := begun("12345")
	_, broken := x.Read(4, nil)
	if r, ok := errors.AsType[*apicore.Refusal](broken); !ok || r.Reason != apicore.TooLarge || r.Status != http.StatusRequestEntityTooLarge || !strings.Contains(broken.Error(), "larger than 4 bytes") {
		t.Errorf("a body of five bytes: %v", broken)
	}
	if w.Header().Get("Connection") != "close" {
		t.Error("the connection is not closed")
	}
	x, _, _ = begun("")
	x.request.Body = io.NopCloser(iotest.ErrReader(errors.New("gone")))
	_, broken = x.Read(4, nil)
	if r, ok := errors.AsType[*apicore.Refusal](broken); !ok || r.Reason != apicore.BrokenOff || r.Status != http.StatusBadRequest {
		t.Errorf("a body that breaks off: %v", broken)
	}
}

func TestWrite(t *testing.T) {
	x, w, _ := begun("")
	x.Write("text/plain", http.StatusTeapot, []byte("short"))
	if w.Code != http.StatusTeapot || w.Body.String() != "short" || w.Header().Get("Content-Length") != "5" || w.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
}

func TestGuarded(t *testing.T) {
	if n, err := CallHandler(func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	_, err := CallHandler(func() (int, error) { panic("broken") })
	if err == nil || strings.Contains(err.Error(), "broken") {
		t.Fatalf("a panic becomes %v", err)
	}
	x, _, log := begun("")
	x.Unexpected(t.Context(), "Do", err)
	for _, want := range []string{"level=ERROR", "requestId=" + x.ID, "operation=Do", `panic="a value of the type string"`, "exchange_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in %s", want, log)
		}
	}
}

func TestGoneClientIsNoError(t *testing.T) {
	x, _, log := begun("")
	ctx, cancel := context.WithCancel(t.Context())
	x.Unexpected(ctx, "Do", context.Canceled) // the handler's own context was cancelled, not the client's
	cancel()
	x.Unexpected(ctx, "Do", ctx.Err())
	if strings.Count(log.String(), "level=ERROR") != 1 || strings.Count(log.String(), "the client went away") != 1 {
		t.Error(log)
	}
}

func TestEnd(t *testing.T) {
	x, _, log := begun("")
	if took := x.End(t.Context(), End{Service: "s", Operation: "Do", Error: "Gone", Status: 410}); took <= 0 || x.Begun.IsZero() {
		t.Errorf("it took %v", took)
	}
	if line := " msg=request requestId=" + x.ID + " operation=Do service=s exception=Gone status=410 took="; strings.Count(log.String(), line) != 1 {
		t.Errorf("logged %s", log)
	}
	x.End(t.Context(), End{Status: http.StatusOK})
	if line := " msg=request requestId=" + x.ID + ` operation="" status=200 took=`; strings.Count(log.String(), line) != 1 {
		t.Errorf("logged %s", log)
	}
}
