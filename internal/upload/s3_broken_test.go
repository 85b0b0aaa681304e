package upload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"
)

// cuttingProxy is a proxy before the server. It cuts every body that is longer than the result of
// cut.
func cuttingProxy(t *testing.T, endpoint string, cut func() int) *httptest.Server {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		// Keep the signed host.
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host },
		FlushInterval: -1, // what was read before the cut is forwarded
		ErrorLog:      log.New(io.Discard, "", 0),
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodGet {
				r.Body = struct {
					io.Reader
					io.Closer
				}{io.MultiReader(io.LimitReader(r.Body, int64(cut())), iotest.ErrReader(errors.New("cut"))), r.Body}
			}
			return nil
		},
	})
	t.Cleanup(proxy.Close)
	return proxy
}

func TestS3BrokenConnections(t *testing.T) {
	b := newBucket(t)
	random := rand.New(rand.NewPCG(1, 2))
	var cuts atomic.Int64
	proxy := cuttingProxy(t, shared.server.Endpoint, func() int {
		if cuts.Add(1)%3 == 0 { // not too often in a row
			return 0
		}
		return int(cuts.Load()*7919%40_000) + 1
	})
	s := openS3(t, b.location.Bucket+"/"+b.location.Prefix, proxy.URL)
	content := randomBytes(300_000)
	u := b.upload(testKey, content)
	for range 10 {
		offset := random.IntN(len(content))
		s.rangeBytes = 1 + random.Int64N(200_000)
		if s.rangeBytes < 5_000 {
			s.rangeBytes += 5_000 // otherwise it takes long
		}
		got, err := readFrom(t, s, u, int64(offset))
		if err != nil || !bytes.Equal(got, content[offset:]) {
			t.Fatalf("ranges of %d from %d: %d bytes of %d, %v", s.rangeBytes, offset, len(got), len(content)-offset, err)
		}
	}
	if cuts.Load() < 50 {
		t.Errorf("only %d connections were cut", cuts.Load())
	}
}

// TestS3SilentServer uses a server that begins an answer and then goes silent.
func TestS3SilentServer(t *testing.T) {
	var calls atomic.Int64
	s := answers(t, func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1)%2 == 0 {
			ranged(w, r, tenDigits)
			return
		}
		half := httptest.NewRecorder()
		ranged(half, r, tenDigits)
		for name := range half.Header() {
			w.Header().Set(name, half.Header().Get(name))
		}
		w.WriteHeader(half.Code)
		_, _ = w.Write(half.Body.Bytes()[:half.Body.Len()/2])
		_ = http.NewResponseController(w).Flush() // net/http's writers support it
		<-r.Context().Done()
	})
	s.idle = 100 * time.Millisecond
	if got, err := readFrom(t, s, digits(), 0); string(got) != tenDigits || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	dead := answers(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	dead.idle = 10 * time.Millisecond
	if _, err := dead.Open(t.Context(), digits(), 0); !errors.Is(err, errSilent) {
		t.Errorf("a server that is silent for good: %v", err)
	}
}

// TestS3Ends: the end of the context and Close both end a reading that waits for the server or for
// its next try.
func TestS3Ends(t *testing.T) {
	waits := map[string]http.HandlerFunc{
		"for the server": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"to try again":   refusing(503, "SlowDown"),
	}
	for name, wait := range waits {
		for _, want := range []error{os.ErrClosed, context.Canceled} {
			t.Run(name+", "+want.Error(), func(t *testing.T) {
				asked := make(chan struct{}, rangeTries)
				s := answers(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Range") == "bytes=0-3" {
						ranged(w, r, tenDigits)
						return
					}
					asked <- struct{}{}
					wait(w, r)
				})
				s.pause = time.Hour
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				r, err := s.Open(ctx, digits(), 0)
				if err != nil {
					t.Fatal(err)
				}
				go func() {
					<-asked
					if want == os.ErrClosed {
						_ = r.Close() // it cannot fail
					}
					cancel()
				}()
				if got, err := io.ReadAll(r); string(got) != "0123" || !errors.Is(err, want) {
					t.Errorf("%q, %v", got, err)
				}
				if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, want) {
					t.Errorf("and then %d, %v", n, err)
				}
			})
		}
	}
}
