package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// secretSignature is in the fake's pre-signed URL and must not be in any output.
const secretSignature = "0123456789abcdef5157"

// fake is a server with one import job. It fails where a test wants it to.
type fake struct {
	*httptest.Server
	mu     sync.Mutex
	status string // status of the job, "" before there is one
	calls  map[string]int
	own    bool // it has Poolhouse's operations
	// before sees each call first: the operation's name, or PUT, and its count. If it
	// returns true, it has answered.
	before func(w http.ResponseWriter, operation string, nth int) bool
}

func newFake(t *testing.T, before func(w http.ResponseWriter, operation string, nth int) bool) *fake {
	f := &fake{calls: map[string]int{}, before: before}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a client that disconnected is noticed below
	operation := r.Method
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, operation, _ = strings.Cut(target, ".")
	}
	f.mu.Lock()
	f.calls[operation]++
	nth := f.calls[operation]
	f.mu.Unlock()
	if f.before != nil && f.before(w, operation, nth) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "Poolhouse.") && !f.own {
		refuse(w, 400, "UnknownOperationException", "")
		return
	}
	switch operation {
	case "CreateUserImportUpload", "DescribeUserImportUpload":
		f.answerUpload(w)
		return
	case "CreateUserImportJob":
		f.status = "Created"
	case "StartUserImportJob":
		f.status = "Pending"
	case "StopUserImportJob":
		if f.status == "Created" {
			refuse(w, 400, "PreconditionNotMetException", "it is not started")
			return
		}
		f.status = "Stopped"
	case "DescribeUserImportJob":
		if f.status == "Pending" {
			f.status = "Succeeded"
		}
	}
	f.answer(w)
}

// answerUpload answers with an upload whose file was read.
func (f *fake) answerUpload(w http.ResponseWriter) {
	err := json.NewEncoder(w).Encode(map[string]any{"UserImportUpload": map[string]any{
		"UploadId": "import-1", "Status": "Ready", "TotalRows": 1, "ColumnCount": 3,
		"PreSignedUrl": f.URL + "/file?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" + secretSignature,
	}})
	if err != nil {
		panic(err)
	}
}

func (f *fake) answer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	err := json.NewEncoder(w).Encode(map[string]any{"UserImportJob": map[string]any{
		"JobId": "import-1", "UserPoolId": "us-east-1_Pool", "Status": f.status, "ImportedUsers": 1,
		"PreSignedUrl": f.URL + "/file?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" + secretSignature,
	}})
	if err != nil {
		panic(err)
	}
}

// refuse answers with an error of the API.
func refuse(w http.ResponseWriter, status int, code, message string) bool {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
	return true
}

// hangUp closes the connection without an answer.
func hangUp(http.ResponseWriter) bool { panic(http.ErrAbortHandler) }

// run returns an import on the fake, and its output.
func (f *fake) run() (*importRun, *strings.Builder) {
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &f.URL, Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret", "")}
	cfg.HTTPClient = httpClient(cfg)
	out := new(strings.Builder)
	return &importRun{cfg: cfg, client: cognito(cfg), poolID: "us-east-1_Pool", waiter: waiter{out, time.Millisecond, time.Minute}}, out
}

// fakeSpec names a role, because the fake cannot create one.
var fakeSpec = jobSpec{name: "a job", roleARN: "arn:aws:iam::000000000000:role/x"}

// users returns the path of a file with one user.
func users(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(path, []byte("cognito:username,email,email_verified\nada,ada@example.com,true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeLarge creates a file that begins with a text and repeats its last line up to a size
// in bytes.
func writeLarge(t *testing.T, path, text string, size int) {
	t.Helper()
	last := text[strings.LastIndexByte(strings.TrimSuffix(text, "\n"), '\n')+1:]
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	many := strings.Repeat(last, max(1, 1<<20/len(last)))
	for _, err = file.WriteString(text); err == nil && size > 0; size -= len(many) {
		_, err = file.WriteString(many)
	}
	if err != nil {
		t.Fatal(err)
	}
}
