package upload

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// FuzzUpload: with any headers and a valid URL, the file is stored completely or not at all, and
// below the directory. A refusal is XML.
func FuzzUpload(f *testing.F) {
	sum := md5.Sum([]byte("a,b\n"))
	f.Add("PUT", "Content-Md5", base64.StdEncoding.EncodeToString(sum[:]), "a,b\n")
	f.Add("PUT", "Content-Md5", "!", "x")
	f.Add("PUT", "Content-Encoding", "aws-chunked", "4;chunk-signature=0\r\na,b\n\r\n0\r\n\r\n")
	f.Add("PUT", "X-Amz-Acl", "public-read", "")
	f.Add("OPTIONS", "Origin", "https://a.example\r\nX: y", "")
	f.Add("POST", "Authorization", "Bearer x", strings.Repeat("x", 1001))
	fixture := newFixture(f)
	f.Fuzz(func(t *testing.T, method, name, value, body string) {
		fixture.t = t
		r, err := http.NewRequestWithContext(t.Context(), method, fixture.url(time.Now()), strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set(encryption, encryptionValue)
		r.Header.Set(name, value)
		before := fixture.jobs.job.Upload
		w := httptest.NewRecorder()
		fixture.handler.ServeHTTP(w, r)
		after := fixture.jobs.job.Upload
		if w.Code == http.StatusOK && method == http.MethodPut {
			if after.Size != int64(len(body)) || len(body) > 1000 {
				t.Fatalf("%d of %d bytes are kept", after.Size, len(body))
			}
			return
		}
		if after != before {
			t.Fatalf("%s with %s: %q is answered %d, and the file is another one", method, name, value, w.Code)
		}
		if w.Code >= 500 && w.Code != http.StatusServiceUnavailable && w.Code != http.StatusNotImplemented {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		var told struct{ Code string }
		if w.Code >= 400 && (xml.Unmarshal(w.Body.Bytes(), &told) != nil || told.Code == "") {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
	})
}

// FuzzUploadPath: the path of a URL belongs to one job, and the job's file is below the directory.
func FuzzUploadPath(f *testing.F) {
	fixture := newFixture(f)
	for _, path := range []string{
		"/" + Bucket + "/000000000000/" + poolID + "/" + jobID, "/" + Bucket + "/000000000000/../../etc/passwd", "/" + Bucket + "/000000000000/a/b/c",
		"/" + Bucket + "/000000000000//", "/" + Bucket + "/000000000000/a/\x00", "/" + Bucket + "/000000000000/incoming/..",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		key, ok := fixture.handler.key(path)
		if !ok {
			return
		}
		if !strings.HasSuffix(path, "/"+key.PoolID+"/"+key.JobID) || strings.Contains(key.PoolID, "/") {
			t.Fatalf("%q is the job %+v", path, key)
		}
		u, err := fixture.disk.Receive(key, strings.NewReader("x"))
		if err != nil {
			return
		}
		if !filepath.IsLocal(u.Name) {
			t.Fatalf("%q is stored as %q", path, u.Name)
		}
		if err := fixture.disk.Discard(u); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzContentRange: a Content-Range is parsed to two numbers, or refused.
func FuzzContentRange(f *testing.F) {
	for _, header := range []string{"bytes 0-9/10", "bytes 5-5/*", "bytes */10", "bytes 0-/10", "items 0-1/2", "", "bytes -1-2/-3", "bytes 0-9/99999999999999999999"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		first, total, ok := parseContentRange(header)
		if !ok {
			return
		}
		if first < 0 || total < 0 || !strings.HasPrefix(header, "bytes ") {
			t.Errorf("%q is from %d of %d", header, first, total)
		}
	})
}

// FuzzObjectKey: the objects of two jobs have different names, and each is below the prefix.
func FuzzObjectKey(f *testing.F) {
	f.Add("us-east-1_a", "import-1", "us-east-1_a", "import-2")
	f.Add("a", "b/c", "a/b", "c")
	f.Add("..", "x", "", "x")
	s3 := &S3{location: S3Location{Bucket: "b", Prefix: "p"}, account: "000000000000"}
	f.Fuzz(func(t *testing.T, pool, job, otherPool, otherJob string) {
		name, err := s3.objectKey(pool, job)
		if err != nil {
			return
		}
		if !strings.HasPrefix(name, "p/") || strings.Contains("/"+name+"/", "/../") {
			t.Fatalf("%q of %q is the object %q", job, pool, name)
		}
		other, err := s3.objectKey(otherPool, otherJob)
		if err == nil && other == name && (importjob.Key{PoolID: pool, JobID: job}) != (importjob.Key{PoolID: otherPool, JobID: otherJob}) {
			t.Fatalf("%q of %q and %q of %q are one object, %q", job, pool, otherJob, otherPool, name)
		}
	})
}
