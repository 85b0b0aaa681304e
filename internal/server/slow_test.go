package server

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
)

// pipes is a listener; dial makes its connections.
type pipes struct {
	made chan net.Conn
	once sync.Once
	done chan struct{}
}

func newPipes() *pipes { return &pipes{made: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.made <- there
	return here
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.made:
		return conn, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.done) }); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

// oneJob is a store with one import job, which accepts a file.
type oneJob struct{ job importjob.Job }

func (j *oneJob) Job(context.Context, importjob.Key) (*importjob.Job, error) { return &j.job, nil }

func (j *oneJob) UpdateJob(_ context.Context, _ importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	return &j.job, update(&j.job)
}

// slowServer serves on pipes, with the time limits of a real server.
type slowServer struct {
	*pipes
	job  *oneJob
	path string // of the upload
}

// newSlowServer must be called in a bubble of synctest, and closeServer before the end
// of the bubble.
func newSlowServer(t *testing.T, services http.Handler) (s *slowServer, closeServer func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	issuer, err := upload.NewIssuer("http://x", "000000000000", "secret")
	if err != nil {
		t.Fatal(err)
	}
	disk, err := upload.OpenDisk(t.TempDir(), 100_000_000)
	if err != nil {
		t.Fatal(err)
	}
	s = &slowServer{pipes: newPipes(), job: &oneJob{importjob.Job{PoolID: "us-east-1_a", ID: "import-1", State: importjob.Created}}}
	signed, err := issuer.URL(s.job.job.PoolID, s.job.job.ID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	s.path = u.RequestURI()
	server := (&Server{log: log, receiver: &upload.Handler{Issuer: issuer, Disk: disk, Jobs: s.job, Idle: uploadIdle, Log: log}}).httpServer(services, defaultLimits)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(s.pipes) })
	return s, func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
		if err := disk.Close(); err != nil {
			t.Error(err)
		}
	}
}

// send writes the pieces of a request, with a pause between them, and returns the
// answer. It returns nil if the connection ended without an answer.
func send(t *testing.T, conn net.Conn, pause time.Duration, pieces ...string) *http.Response {
	t.Helper()
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(pause) // in a bubble
		}
		if _, err := io.WriteString(conn, piece); err != nil {
			return nil
		}
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil
	}
	return answer
}

// TestUploadsTakeTheirTime: an upload may take any time, as long as no pause is too long
// and its rate is not below the lowest one.
func TestUploadsTakeTheirTime(t *testing.T) {
	for name, c := range map[string]struct {
		pause         time.Duration
		pieces, piece int
		want          int // status
	}{
		"pauses that may be":                   {uploadIdle - time.Second, 6, 30 * 32 << 10, http.StatusOK},
		"pauses that may not be":               {uploadIdle + time.Second, 6, 30 * 32 << 10, 0},
		"at the lowest rate, for half an hour": {29 * time.Second, 60, 29 * 32 << 10, http.StatusOK},
		"at half of it":                        {20 * time.Second, 60, 10 * 32 << 10, 0},
		"byte after byte":                      {time.Second, 120, 1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, closeServer := newSlowServer(t, http.NotFoundHandler())
			defer closeServer()
			conn := s.dial()
			defer conn.Close()
			size := c.pieces * c.piece
			request := "PUT " + s.path + " HTTP/1.1\r\nHost: x\r\nX-Amz-Server-Side-Encryption: aws:kms\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n"
			begun := time.Now()
			answer := send(t, conn, c.pause, append([]string{request}, slices.Repeat([]string{strings.Repeat("x", c.piece)}, c.pieces)...)...)
			got := 0
			if answer != nil {
				got = answer.StatusCode
			}
			if got != c.want {
				t.Errorf("%s: status %d after %v, want %d", name, got, time.Since(begun), c.want)
			}
			if c.want == http.StatusOK && s.job.job.Upload.Size != int64(size) {
				t.Errorf("%s: the job has %+v", name, s.job.job.Upload)
			}
		})
	}
}

// TestLongWorkIsNotCutOff: the time limit to receive a request does not limit the work
// after it was received.
func TestLongWorkIsNotCutOff(t *testing.T) {
	for _, request := range []string{"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			s, closeServer := newSlowServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					t.Error(err)
				}
				select {
				case <-time.After(defaultLimits.answer - time.Second):
				case <-r.Context().Done():
					t.Errorf("%q: the call was given up", request)
				}
				say(w, http.StatusOK, "ok")
			}))
			defer closeServer()
			conn := s.dial()
			defer conn.Close()
			if answer := send(t, conn, 0, request); answer == nil || answer.StatusCode != http.StatusOK {
				t.Errorf("%q: the answer is %v", request, answer)
			}
		})
	}
}
