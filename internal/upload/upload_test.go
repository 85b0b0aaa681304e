package upload

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

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
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, f.url(time.Now()), body)
		r.Header, r.ContentLength = kms.Clone(), -1
		answer := httptest.NewRecorder()
		f.handler.ServeHTTP(answer, r)
		first <- answer.Code
	}()
	io.WriteString(w, "half ") // returns when the handler has read it, into the file
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
