package upload

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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

func TestUpload(t *testing.T) {
	f := newFixture(t)
	sum := md5.Sum([]byte("first"))
	response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("first"), with("Content-Md5", base64.StdEncoding.EncodeToString(sum[:])))
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	if response.StatusCode != 200 || text != "" || response.Header.Get("ETag") != etag || response.Header.Get("X-Amz-Server-Side-Encryption") != "aws:kms" {
		t.Fatalf("%s %q %v", response.Status, text, response.Header)
	}
	first := f.jobs.job.Upload
	if first.Size != 5 || `"`+first.ETag+`"` != etag {
		t.Errorf("the job has %+v", first)
	}
	// Again, without a Content-Length and with unsigned headers.
	if response, text := f.put("PUT", f.url(time.Now()), io.MultiReader(strings.NewReader("second!")), with("Content-Type", "text/csv")); response.StatusCode != 200 {
		t.Fatal(response.Status, text)
	}
	second := f.jobs.job.Upload
	if second.Name == first.Name || second.Size != 7 || len(f.stored()) != 1 {
		t.Errorf("after the second upload: %+v, %v", second, f.stored())
	}
	file, err := f.disk.Open(t.Context(), second, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if data, err := io.ReadAll(file); err != nil || string(data) != "ond!" {
		t.Errorf("from byte 3: %q, %v", data, err)
	}
	if err := f.disk.Remove(t.Context(), f.jobs.job.Key()); err != nil || len(f.stored()) != 0 {
		t.Errorf("after the removal: %v, %v", err, f.stored())
	}
}

// TestRefusedUploads makes every mistake; none may leave a file.
func TestRefusedUploads(t *testing.T) {
	f := newFixture(t)
	good := f.url(time.Now())
	otherIssuer, err := NewIssuer(f.server.URL, "000000000000", "another secret")
	if err != nil {
		t.Fatal(err)
	}
	forged, err := otherIssuer.URL(poolID, jobID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	otherJob, err := f.issuer.URL(poolID, "import-xxxxxxxxxx", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.Split(good, "?")[0]
	const mismatch = "SignatureDoesNotMatch"
	tests := []struct {
		name, method, url string
		header            http.Header
		body              string
		status            int
		code              string
	}{
		{"no header", "PUT", good, nil, "x", 403, mismatch},
		{"another encryption", "PUT", good, http.Header{"X-Amz-Server-Side-Encryption": {"AES256"}}, "x", 403, mismatch},
		{"not signed", "PUT", plain, kms, "x", 403, "AccessDenied"},
		{"expired", "PUT", f.url(time.Now().Add(-Life)), kms, "x", 403, "AccessDenied"},
		{"life lengthened", "PUT", strings.Replace(good, "Expires=899", "Expires=8999", 1), kms, "x", 403, mismatch},
		{"another path", "PUT", strings.Replace(good, jobID, "import-aaaaaaaaaa", 1), kms, "x", 403, mismatch},
		{"another method signed", "GET", good, kms, "", 405, "MethodNotAllowed"},
		{"delete", "DELETE", good, kms, "", 405, "MethodNotAllowed"},
		{"a job that is not there", "PUT", otherJob, kms, "x", 403, "AccessDenied"},
		{"signed by somebody else", "PUT", forged, kms, "x", 403, "InvalidAccessKeyId"},
		{"without a key", "PUT", plain, with("Authorization", "Bearer secret-of-the-page"), "x", 400, "InvalidArgument"},
		{"signed in the header", "PUT", plain, with("Authorization", "AWS4-HMAC-SHA256 Credential=x"), "x", 403, "AccessDenied"},
		{"of a session", "PUT", good + "&X-Amz-Security-Token=x", kms, "x", 400, "InvalidToken"},
		{"half a signature", "PUT", plain + "?X-Amz-Signature=" + url.QueryEscape("abc"), kms, "x", 400, "AuthorizationQueryParametersError"},
		{"too large", "PUT", good, kms, strings.Repeat("x", 1001), 400, "EntityTooLarge"},
		{"wrong digest", "PUT", good, with("Content-Md5", "AAAAAAAAAAAAAAAAAAAAAA=="), "x", 400, "BadDigest"},
		{"digest that is none", "PUT", good, with("Content-Md5", "x"), "x", 400, "InvalidDigest"},
		{"chunked by the SDK", "PUT", good, with("Content-Encoding", "aws-chunked"), "x", 501, "NotImplemented"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response, text := f.put(tt.method, tt.url, strings.NewReader(tt.body), tt.header)
			if response.StatusCode != tt.status || !strings.Contains(text, "<Code>"+tt.code+"</Code>") || response.Header.Get("Content-Type") != "application/xml" {
				t.Errorf("%s %s, want %d %s", response.Status, text, tt.status, tt.code)
			}
			if left := f.stored(); len(left) != 0 || f.jobs.job.Upload.Name != "" {
				t.Errorf("left behind: %v, %+v", left, f.jobs.job.Upload)
			}
			if strings.Contains(text, "secret-of-the-page") {
				t.Errorf("%s repeats the token", text)
			}
			if response.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a page cannot read the refusal")
			}
		})
	}
	t.Run("too large without a length", func(t *testing.T) {
		response, text := f.put("PUT", good, io.MultiReader(strings.NewReader(strings.Repeat("x", 1001))), kms)
		if response.StatusCode != 400 || !strings.Contains(text, "EntityTooLarge") || len(f.stored()) != 0 {
			t.Errorf("%s %s, left behind %v", response.Status, text, f.stored())
		}
	})
	t.Run("after the start", func(t *testing.T) {
		f.jobs.job.State = importjob.Pending
		response, text := f.put("PUT", good, strings.NewReader("x"), kms)
		if response.StatusCode != 403 || !strings.Contains(text, "AccessDenied") || len(f.stored()) != 0 {
			t.Errorf("%s %s, left behind %v", response.Status, text, f.stored())
		}
	})
}

// TestStartedMeanwhile: a file that arrives after its job was started is refused, although its
// upload began before.
func TestStartedMeanwhile(t *testing.T) {
	f := newFixture(t)
	f.jobs.job.Upload = importjob.Upload{Name: "x"}
	body, w := io.Pipe()
	go func() {
		io.WriteString(w, "half ")
		f.jobs.mu.Lock()
		err := f.jobs.job.Start("", time.Now())
		f.jobs.mu.Unlock()
		io.WriteString(w, "of it")
		w.CloseWithError(err) // nil ends the body
	}()
	response, text := f.put("PUT", f.url(time.Now()), body, kms)
	if response.StatusCode != 403 || len(f.stored()) != 0 {
		t.Errorf("%s %s, left behind %v", response.Status, text, f.stored())
	}
}

// TestSecondUpload: while one file of a job is received, another one is told to come later; then it
// is accepted.
func TestSecondUpload(t *testing.T) {
	f := newFixture(t)
	body, w := io.Pipe()
	first := make(chan int)
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), "PUT", f.url(time.Now()), body)
		if err == nil {
			r.Header = kms.Clone()
			var response *http.Response
			if response, err = http.DefaultClient.Do(r); err == nil {
				response.Body.Close()
				first <- response.StatusCode
				return
			}
		}
		t.Error(err)
		first <- 0
	}()
	io.WriteString(w, "half ") // sent once the server reads the body
	for f.stored() == nil {
		time.Sleep(time.Millisecond)
	}
	response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("second"), kms)
	if response.StatusCode != 503 || !strings.Contains(text, "<Code>SlowDown</Code>") || response.Header.Get("Retry-After") == "" {
		t.Errorf("the second upload: %s %s", response.Status, text)
	}
	io.WriteString(w, "of it")
	w.Close()
	if status := <-first; status != 200 || f.jobs.job.Upload.Size != 10 {
		t.Errorf("the first: %d, %+v", status, f.jobs.job.Upload)
	}
	if response, text := f.put("PUT", f.url(time.Now()), strings.NewReader("third"), kms); response.StatusCode != 200 || f.jobs.job.Upload.Size != 5 {
		t.Errorf("the third upload: %s %s", response.Status, text)
	}
}

// TestSilentClient: a silent client is disconnected, and nothing of its file is left.
func TestSilentClient(t *testing.T) {
	f := newFixture(t)
	body, w := io.Pipe()
	defer w.Close()
	go io.WriteString(w, "and then nothing")
	r, err := http.NewRequestWithContext(t.Context(), "PUT", f.url(time.Now()), body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = kms.Clone()
	if response, err := http.DefaultClient.Do(r); err == nil {
		response.Body.Close()
		if response.StatusCode == 200 {
			t.Error("half a file was accepted")
		}
	}
	f.server.Close() // waits for the handler
	if left := f.stored(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestBrokenOff: a connection that breaks during an upload leaves nothing.
func TestBrokenOff(t *testing.T) {
	f := newFixture(t)
	r, err := http.NewRequestWithContext(t.Context(), "PUT", f.url(time.Now()), io.MultiReader(strings.NewReader("half"), brokenReader{}))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 100
	r.Header = kms.Clone()
	if response, err := http.DefaultClient.Do(r); err == nil {
		response.Body.Close()
		t.Errorf("the broken upload was answered %s", response.Status)
	}
	f.server.Close()
	if left := f.stored(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the client's disk failed") }

func isFileGone(err error) bool {
	_, ok := errors.AsType[importjob.FileGone](err)
	return ok
}

func TestFilesOnDisk(t *testing.T) {
	f := newFixture(t)
	key := importjob.Key{PoolID: poolID, JobID: jobID}
	u, err := f.disk.Receive(key, strings.NewReader("text"))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(importjob.Upload) importjob.Upload{
		"another size": func(u importjob.Upload) importjob.Upload { u.Size++; return u },
		"another name": func(u importjob.Upload) importjob.Upload { u.Name += "x"; return u },
		"no name":      func(importjob.Upload) importjob.Upload { return importjob.Upload{} },
	} {
		if _, err := f.disk.Open(t.Context(), change(u), 0); !isFileGone(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"../escape", "/etc/passwd"} {
		if file, err := f.disk.Open(t.Context(), importjob.Upload{Name: name, Size: 1}, 0); err == nil {
			file.Close()
			t.Errorf("%s was opened", name)
		}
	}
	for _, key := range []importjob.Key{{}, {PoolID: "..", JobID: "x"}, {PoolID: poolID, JobID: "../.."}, {PoolID: incoming, JobID: "x"}} {
		if err := f.disk.Remove(t.Context(), key); err == nil {
			t.Errorf("%+v was removed", key)
		}
	}
	for range 2 { // the second time there is nothing
		if err := f.disk.Remove(t.Context(), testKey); err != nil || len(f.stored()) != 0 {
			t.Errorf("after the removal of the file: %v, %v", err, f.stored())
		}
	}
	if _, err := f.disk.root.Stat(poolID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory of a pool without files: %v", err)
	}
}

// TestLeftoversOfACrash: the unfinished files of a killed process are removed at the next start;
// finished files stay.
func TestLeftoversOfACrash(t *testing.T) {
	f := newFixture(t)
	if _, err := f.disk.Receive(importjob.Key{PoolID: poolID, JobID: jobID}, strings.NewReader("text")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, incoming, "half"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := OpenDisk(f.dir, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if left := f.stored(); len(left) != 1 {
		t.Errorf("there are %v", left)
	}
}

func TestURLs(t *testing.T) {
	for _, base := range []string{"", "pool.example.com", "://"} {
		if _, err := NewIssuer(base, "000000000000", "s"); err == nil {
			t.Errorf("%q is accepted as a public URL", base)
		}
	}
	i, err := NewIssuer("https://"+strings.Repeat("x", 2000)+".example.com/", "000000000000", "s")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.URL(poolID, jobID, time.Now()); err == nil {
		t.Error("a URL of more than 2048 characters is issued")
	}
}
