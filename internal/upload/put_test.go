package upload

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// refusedWith checks for a refusal that contains a text.
func refusedWith(t *testing.T, err error, code, said string) {
	t.Helper()
	r, ok := errors.AsType[*Refusal](err)
	if !ok || r.Code != code || !strings.Contains(r.UserMessage(), said) {
		t.Errorf("got %v, want %s: %s", err, code, said)
	}
}

// from is the request that brought a file.
func from(t *testing.T) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/console/x", nil)
	r.RemoteAddr = "192.0.2.7:1234"
	r.Header.Set("User-Agent", "a browser")
	return r
}

// TestHandlerPut: a file that the server has is handled like a PUT to its URL.
func TestHandlerPut(t *testing.T) {
	f := newFixture(t)
	url, err := f.issuer.URL(poolID, jobID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	f.handler.Uploaded = func(r *http.Request, key importjob.Key, requestID string, u, _ importjob.Upload) {
		events = append(events, fmt.Sprint(r.RemoteAddr, " ", r.UserAgent(), " ", key == testKey, " ", requestID != "", " ", u.Size))
	}
	if err := f.handler.Put(from(t), url, strings.NewReader("a,b\n")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"192.0.2.7:1234 a browser true true 4"}; !slices.Equal(events, want) {
		t.Errorf("on record: %q, want %q", events, want)
	}
	if got := f.jobs.job.Upload; got.Size != 4 {
		t.Errorf("the job has %+v", got)
	}
	refusedWith(t, f.handler.Put(from(t), url, strings.NewReader(strings.Repeat("x", int(f.disk.maxBytes)+1))), "EntityTooLarge", "maximum allowed size")
	refusedWith(t, f.handler.Put(from(t), strings.Replace(url, jobID, jobID+"x", 1), strings.NewReader("x")), "SignatureDoesNotMatch", "does not match")
	old, err := f.issuer.URL(poolID, jobID, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	refusedWith(t, f.handler.Put(from(t), old, strings.NewReader("x")), "AccessDenied", "expired")
	broken := errors.New("connection reset")
	if err := f.handler.Put(from(t), url, io.MultiReader(strings.NewReader("x"), failingReader{broken})); !errors.Is(err, broken) {
		t.Errorf("a body that breaks off: %v", err)
	}
	if got := f.jobs.job.Upload; got.Size != 4 {
		t.Errorf("a file that was not taken is the job's: %+v", got)
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// TestRelayPut: a file gets into the bucket by its URL, and leaves nothing on disk.
func TestRelayPut(t *testing.T) {
	b := newBucket(t)
	relay := &Relay{Dir: t.TempDir(), MaxBytes: 1 << 20}
	url := b.url(testKey, time.Now())
	for _, text := range []string{"a,b\n", "", strings.Repeat("x", 1<<20)} {
		if err := relay.Put(from(t), url, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		u, err := b.Find(t.Context(), testKey)
		if err != nil || u.Size != int64(len(text)) {
			t.Errorf("%d bytes: %+v %v", len(text), u, err)
		}
	}
	refusedWith(t, relay.Put(from(t), url, strings.NewReader(strings.Repeat("x", 1<<20+1))), "EntityTooLarge", "maximum allowed size")
	refusedWith(t, relay.Put(from(t), b.url(testKey, time.Now().Add(-time.Hour)), strings.NewReader("x")), "AccessDenied", "expired")
	err := relay.Put(from(t), "http://127.0.0.1:1/x?X-Amz-Signature=secret", strings.NewReader("x"))
	if _, refused := errors.AsType[*Refusal](err); err == nil || refused || strings.Contains(err.Error(), "secret") {
		t.Errorf("a bucket that is not there: %v", err)
	}
	broken := errors.New("connection reset")
	if err := relay.Put(from(t), url, failingReader{broken}); !errors.Is(err, broken) {
		t.Errorf("a body that breaks off: %v", err)
	}
	if left, err := os.ReadDir(relay.Dir); err != nil || len(left) > 0 {
		t.Errorf("on disk is left %v %v", left, err)
	}
}
