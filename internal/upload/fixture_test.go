package upload

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// jobs is one job in memory.
type jobs struct {
	mu  sync.Mutex
	job importjob.Job
}

func (j *jobs) Job(_ context.Context, key importjob.Key) (*importjob.Job, error) {
	return j.UpdateJob(context.Background(), key, func(*importjob.Job) error { return nil })
}

func (j *jobs) UpdateJob(_ context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if key != j.job.Key() {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "no such job")
	}
	c := j.job
	if err := update(&c); err != nil {
		return nil, err
	}
	j.job = c
	return &c, nil
}

// fixture is a server that accepts uploads of at most 1,000 bytes for one job.
type fixture struct {
	t       testing.TB
	dir     string
	jobs    *jobs
	issuer  *Issuer
	disk    *Disk
	server  *httptest.Server
	handler *Handler
}

const (
	poolID = "us-east-1_AbCdEfGhI"
	jobID  = "import-0123456789"
)

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), jobs: &jobs{job: importjob.Job{PoolID: poolID, ID: jobID, State: importjob.Created}}}
	var err error
	if f.disk, err = OpenDisk(f.dir, 1000); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.disk.Close() })
	handler := &Handler{Disk: f.disk, Jobs: f.jobs, Idle: 200 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	f.server = httptest.NewServer(handler)
	t.Cleanup(f.server.Close)
	if f.issuer, err = NewIssuer(f.server.URL, "000000000000", "root secret"); err != nil {
		t.Fatal(err)
	}
	handler.Issuer = f.issuer
	f.handler = handler
	return f
}

func (f *fixture) url(at time.Time) string {
	f.t.Helper()
	u, err := f.issuer.URL(poolID, jobID, at)
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

// put sends a request and returns status and body.
func (f *fixture) put(method, url string, body io.Reader, header http.Header) (*http.Response, string) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, url, body)
	if err != nil {
		f.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return response, string(text)
}

// stored returns the files in the directory.
func (f *fixture) stored() (names []string) {
	f.t.Helper()
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return names
}

var kms = http.Header{"X-Amz-Server-Side-Encryption": {"aws:kms"}}

func with(name, value string) http.Header {
	h := kms.Clone()
	h.Set(name, value)
	return h
}
