package upload

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"poolhouse/internal/importjob"
)

// answers is an S3 server with the answers that a test defines.
func answers(t *testing.T, handler http.HandlerFunc) *S3 {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s := openS3(t, "people", server.URL)
	s.rangeBytes = 4
	return s
}

// refusing answers with an error of S3.
func refusing(status int, code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, status, code) }
}

// holding answers like a server that has content and ignores If-Match.
func holding(content string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { ranged(w, r, content) }
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>m</Message></Error>", code)
}

// ranged writes the range of the content that a request asks for.
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

// partial answers with a range that does not depend on the request. The parts are the body.
func partial(contentRange string, parts ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Range", contentRange)
		w.WriteHeader(http.StatusPartialContent)
		chunked(w, parts...)
	}
}

// chunked writes parts without telling their length before.
func chunked(w http.ResponseWriter, parts ...string) {
	for _, part := range parts {
		_, _ = io.WriteString(w, part)            // the client may have disconnected
		_ = http.NewResponseController(w).Flush() // net/http's writers support it
	}
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
		answer http.HandlerFunc
		want   error // nil means any error that is not a FileGone
		says   string
		calls  int
	}{
		{"no such key", refusing(404, "NoSuchKey"), importjob.FileMissing, "", 1},
		{"no such bucket", refusing(404, "NoSuchBucket"), nil, "NoSuchBucket", 1},
		{"a 404 that is not S3's", http.NotFound, nil, "404", 1},
		{"not allowed", refusing(403, "AccessDenied"), nil, "AccessDenied", 1},
		{"another region", refusing(301, "PermanentRedirect"), nil, "PermanentRedirect", 1},
		{"always busy", refusing(503, "SlowDown"), nil, "5 times in a row", 5},
		{"another ETag", holding("0123456780"), importjob.FileChanged, "", 1},
		{"a longer file", holding("01234567890"), importjob.FileChanged, "", 1},
		{"a shorter file", holding("01234567"), importjob.FileTruncated, "", 1},
		{"no ranges", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, tenDigits) }, nil, "does not answer with the requested range", 1},
		{"another range", func(w http.ResponseWriter, r *http.Request) {
			r.Header.Set("Range", "bytes=1-4")
			ranged(w, r, tenDigits)
		}, nil, "does not answer with the requested range", 1},
		{"more bytes than the file has", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "11")
			partial("bytes 0-3/10", "01234567890")(w, r)
		}, importjob.FileChanged, "", 1},
		{"always an empty body", partial("bytes 0-3/10"), nil, "5 times in a row", 5},
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

// TestS3MoreThanSaid: a file with more bytes than expected counts as changed, even if the server
// does not send a length.
func TestS3MoreThanSaid(t *testing.T) {
	for extra, want := range map[string]error{"": nil, "x": importjob.FileChanged} {
		s := answers(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "bytes=8-9" {
				ranged(w, r, tenDigits)
				return
			}
			partial("bytes 8-9/10", "89", extra)(w, r)
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

func TestS3NothingToRead(t *testing.T) {
	s := answers(t, refusing(500, "InternalError"))
	if got, err := readFrom(t, s, digits(), 10); len(got) > 0 || err != nil {
		t.Errorf("at the end: %q, %v", got, err)
	}
}
