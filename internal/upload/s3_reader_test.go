package upload

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"poolhouse/internal/importjob"
)

// randomBytes returns n bytes in which no two places are alike.
func randomBytes(n int) []byte {
	source := rand.NewChaCha8([32]byte{1})
	content := make([]byte, n)
	_, _ = source.Read(content) // it never fails
	return content
}

// readFrom returns the result of Open and the following reads.
func readFrom(t *testing.T, s *S3, u importjob.Upload, offset int64) ([]byte, error) {
	t.Helper()
	r, err := s.Open(t.Context(), u, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestS3Open(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	for _, size := range []int{0, 1, 99, 100, 101, 200, 1050} {
		content := randomBytes(size)
		u := b.upload(testKey, content)
		for _, offset := range []int{0, 1, 50, 99, 100, 101, 199, 200, 201, size - 1, size} {
			if offset < 0 || offset > size {
				continue
			}
			got, err := readFrom(t, b.S3, u, int64(offset))
			if err != nil || !bytes.Equal(got, content[offset:]) {
				t.Errorf("%d bytes from %d: %d bytes, %v", size, offset, len(got), err)
			}
		}
		for _, offset := range []int64{-1, int64(size) + 1} {
			if _, err := b.Open(t.Context(), u, offset); err == nil || isFileGone(err) {
				t.Errorf("%d bytes from %d: %v", size, offset, err)
			}
		}
	}
}

// TestS3OpenReads checks the reader with iotest.
func TestS3OpenReads(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	content := randomBytes(1050)
	r, err := b.Open(t.Context(), b.upload(testKey, content), 7)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := iotest.TestReader(r, content[7:]); err != nil {
		t.Error(err)
	}
}

// TestS3OpenDefaults reads more than one range of the default size.
func TestS3OpenDefaults(t *testing.T) {
	b := newBucket(t)
	content := randomBytes(20 << 20)
	u := b.upload(testKey, content)
	if got, err := readFrom(t, b.S3, u, 1); err != nil || !bytes.Equal(got, content[1:]) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestS3FilesThatAreGone(t *testing.T) {
	b := newBucket(t)
	b.rangeBytes = 100
	file := filepath.Join(b.dir, "imports", account, poolID, jobID)
	removed := func() error { return b.Remove(t.Context(), testKey) }
	cases := []struct {
		name   string
		size   int
		change func() error
		want   importjob.FileGone
	}{
		{"removed", 1000, removed, importjob.FileMissing},
		{"an empty one removed", 0, removed, importjob.FileMissing},
		{"overwritten", 1000, func() error { b.upload(testKey, randomBytes(1001)[1:]); return nil }, importjob.FileChanged},
		{"overwritten by less", 1000, func() error { b.upload(testKey, randomBytes(10)); return nil }, importjob.FileChanged},
		{"an empty one overwritten", 0, func() error { b.upload(testKey, randomBytes(1)); return nil }, importjob.FileChanged},
		// As on a server that lost a part of its disk: the ETag is unchanged.
		{"cut short", 1000, func() error { return os.Truncate(file, 150) }, importjob.FileTruncated},
		{"cut to nothing", 1000, func() error { return os.Truncate(file, 0) }, importjob.FileTruncated},
		{"made longer", 1000, func() error { return os.Truncate(file, 1001) }, importjob.FileChanged},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := randomBytes(c.size)
			u := b.upload(testKey, content)
			reader, err := b.Open(t.Context(), u, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			if err := c.change(); err != nil {
				t.Fatal(err)
			}
			// The bytes in memory are still of the old file; then the change is detected.
			if got, err := io.ReadAll(reader); c.size > 0 && (!errors.Is(err, c.want) || !bytes.Equal(got, content[:100])) {
				t.Errorf("a reader from before: %d bytes, %v", len(got), err)
			}
			for _, offset := range []int64{0, 100, 900} {
				if offset > u.Size {
					continue
				}
				if r, err := b.Open(t.Context(), u, offset); !errors.Is(err, c.want) {
					t.Errorf("from %d: %v, %v", offset, r, err)
				}
			}
		})
	}
	if _, err := b.Open(t.Context(), importjob.Upload{}, 0); !errors.Is(err, importjob.FileMissing) {
		t.Errorf("no upload: %v", err)
	}
}

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

// answers is an S3 server with the answers that a test defines.
func answers(t *testing.T, handler http.HandlerFunc) *S3 {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s := openS3(t, "people", server.URL)
	s.rangeBytes = 4
	return s
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>m</Message></Error>", code)
}

// ranged answers like a server that has content and ignores If-Match.
func ranged(w http.ResponseWriter, r *http.Request, content string) {
	first, last, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-")
	a, errA := strconv.Atoi(first)
	z, errZ := strconv.Atoi(last)
	if errA != nil || errZ != nil || a >= len(content) {
		refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
		return
	}
	part := content[a:min(z+1, len(content))]
	sum := md5.Sum([]byte(content))
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", a, a+len(part)-1, len(content)))
	w.Header().Set("Content-Length", strconv.Itoa(len(part)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = io.WriteString(w, part) // the client may have disconnected
}

const tenDigits = "0123456789"

func digits() importjob.Upload {
	sum := md5.Sum([]byte(tenDigits))
	return importjob.Upload{Name: "a/b/c", Size: 10, ETag: hex.EncodeToString(sum[:])}
}

// TestS3Answers tries answers of servers and of the proxies before them. Only S3's own errors end a
// job.
func TestS3Answers(t *testing.T) {
	cases := []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		want   error // nil means any error that is not a FileGone
		says   string
		calls  int
	}{
		{"no such key", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 404, "NoSuchKey") }, importjob.FileMissing, "", 1},
		{"no such bucket", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 404, "NoSuchBucket") }, nil, "NoSuchBucket", 1},
		{"a 404 that is not S3's", func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, nil, "404", 1},
		{"not allowed", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 403, "AccessDenied") }, nil, "AccessDenied", 1},
		{"another region", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 301, "PermanentRedirect") }, nil, "PermanentRedirect", 1},
		{"always busy", func(w http.ResponseWriter, _ *http.Request) { refuse(w, 503, "SlowDown") }, nil, "5 times in a row", 5},
		{"another ETag", func(w http.ResponseWriter, r *http.Request) { ranged(w, r, "0123456780") }, importjob.FileChanged, "", 1},
		{"a longer file", func(w http.ResponseWriter, r *http.Request) { ranged(w, r, "01234567890") }, importjob.FileChanged, "", 1},
		{"a shorter file", func(w http.ResponseWriter, r *http.Request) { ranged(w, r, "01234567") }, importjob.FileTruncated, "", 1},
		{"no ranges", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, tenDigits) }, nil, "does not answer with the requested range", 1},
		{"another range", func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Range", "bytes=1-4")
			ranged(w, r, tenDigits)
		}, nil, "does not answer with the requested range", 1},
		{"more bytes than the file has", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-3/10")
			w.WriteHeader(http.StatusPartialContent)
			_, _ = io.WriteString(w, "01234567890") // the client may have disconnected
		}, importjob.FileChanged, "", 1},
		{"always an empty body", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-3/10")
			w.WriteHeader(http.StatusPartialContent)
		}, nil, "5 times in a row", 5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var calls atomic.Int64
			s := answers(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); c.answer(w, r) })
			got, err := readFrom(t, s, digits(), 0)
			switch {
			case c.want != nil && !errors.Is(err, c.want), err == nil, len(got) > 0:
				t.Errorf("%q, %v; want %v", got, err, c.want)
			case c.want == nil && (isFileGone(err) || !strings.Contains(err.Error(), c.says)):
				t.Errorf("%v, want %s", err, c.says)
			case int(calls.Load()) != c.calls:
				t.Errorf("%d calls, want %d", calls.Load(), c.calls)
			}
		})
	}
}

// TestS3Ranges checks the requested ranges. A server that sends more than requested, or is
// sometimes busy, does not change the result.
func TestS3Ranges(t *testing.T) {
	var asked []string
	s := answers(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Range")+" "+r.Header.Get("If-Match"))
		switch len(asked) {
		case 1, 3:
			refuse(w, 503, "SlowDown")
		case 2:
			first, _, _ := strings.Cut(r.Header.Get("Range"), "-")
			r.Header.Set("Range", first+"-9") // more than requested
			ranged(w, r, tenDigits)
		default:
			ranged(w, r, tenDigits)
		}
	})
	got, err := readFrom(t, s, digits(), 1)
	if string(got) != tenDigits[1:] || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	match := ` "` + digits().ETag + `"`
	want := []string{"bytes=1-4" + match, "bytes=1-4" + match, "bytes=5-8" + match, "bytes=5-8" + match, "bytes=9-9" + match}
	if !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

func TestS3NothingToRead(t *testing.T) {
	s := answers(t, func(w http.ResponseWriter, _ *http.Request) { refuse(w, 500, "InternalError") })
	if got, err := readFrom(t, s, digits(), 10); len(got) > 0 || err != nil {
		t.Errorf("at the end: %q, %v", got, err)
	}
}

// TestS3EmptyFile uses a server that ignores If-Match: the length reveals the change.
func TestS3EmptyFile(t *testing.T) {
	for content, want := range map[string]error{"": nil, "a": importjob.FileChanged} {
		s := answers(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange") // S3 has no empty range
				return
			}
			_, _ = io.WriteString(w, content) // the client may have disconnected
		})
		if got, err := readFrom(t, s, importjob.Upload{Name: "a/b/c", ETag: "e"}, 0); len(got) > 0 || !errors.Is(err, want) {
			t.Errorf("%q: %q, %v; want %v", content, got, err, want)
		}
	}
}

func TestS3ReadAfterClose(t *testing.T) {
	s := answers(t, func(w http.ResponseWriter, r *http.Request) { ranged(w, r, tenDigits) })
	r, err := s.Open(t.Context(), digits(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrClosed) {
		t.Errorf("%d, %v", n, err)
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
	waits := map[string]func(w http.ResponseWriter, r *http.Request){
		"for the server": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"to try again":   func(w http.ResponseWriter, _ *http.Request) { refuse(w, 503, "SlowDown") },
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

// TestS3MoreThanSaid: a file with more bytes than expected counts as changed, even if the server
// does not send a length.
func TestS3MoreThanSaid(t *testing.T) {
	chunked := func(w http.ResponseWriter, parts ...string) {
		for _, part := range parts {
			_, _ = io.WriteString(w, part)            // the client may have disconnected
			_ = http.NewResponseController(w).Flush() // net/http's writers support it
		}
	}
	for extra, want := range map[string]error{"": nil, "x": importjob.FileChanged} {
		s := answers(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "bytes=8-9" {
				ranged(w, r, tenDigits)
				return
			}
			w.Header().Set("Content-Range", "bytes 8-9/10")
			w.WriteHeader(http.StatusPartialContent)
			chunked(w, "89", extra)
		})
		if got, err := readFrom(t, s, digits(), 0); !errors.Is(err, want) || (want == nil) != (string(got) == tenDigits) {
			t.Errorf("%q after the file: %q, %v; want %v", extra, got, err, want)
		}
		empty := answers(t, func(w http.ResponseWriter, _ *http.Request) { chunked(w, extra) })
		if _, err := readFrom(t, empty, importjob.Upload{Name: "a/b/c"}, 0); !errors.Is(err, want) {
			t.Errorf("%q in an empty file: %v, want %v", extra, err, want)
		}
	}
}
