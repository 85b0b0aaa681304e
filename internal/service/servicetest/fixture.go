package servicetest

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/password"
	"poolhouse/internal/service"
	cognitoservice "poolhouse/internal/service/cognito"
	logsservice "poolhouse/internal/service/logs"
	poolhouseservice "poolhouse/internal/service/poolhouse"
	"poolhouse/internal/signin"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/token"
	"poolhouse/internal/upload"
	"poolhouse/internal/usercsv"
)

// Object is a JSON object.
type Object = map[string]any

// Fixture has the operations on a real store, with uploads and an engine. Calls go through a
// dispatcher.
type Fixture struct {
	T       *testing.T
	Store   *sqlstore.Store
	Meddled *Meddled // the store, for the operations
	Disk    *upload.Disk
	Files   *Files // the same files, for the operations
	Calls   *dispatch.Dispatcher
	Handler http.Handler
	Engine  *importjob.Engine
	Reader  *importfile.Reader
	Changes *Changes // that engine and reader made
	Tokens  *token.Issuer
	SignIn  *signin.Service
	Region  string // of calls
	Caller  access.Identity
}

// Operations returns the operations that the server declares, some by name only.
func Operations() []apicore.OperationInfo {
	return slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), logsapi.Others())
}

// New returns the operations on an empty store. Of import jobs' roles, only the form of the ARN
// is checked.
func New(t *testing.T) *Fixture {
	t.Helper()
	return Open(t, false)
}

// Open returns the operations on an empty store. looks says whether import jobs' roles are
// checked, or only the form of their ARNs.
func Open(t *testing.T, looks bool) *Fixture {
	t.Helper()
	return open(t, looks, false)
}

// Strict is [New] on a server that reads import files only as Amazon Cognito does.
func Strict(t *testing.T) *Fixture {
	t.Helper()
	return open(t, false, true)
}

func open(t *testing.T, looks, strict bool) *Fixture {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(dir, "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	key := seal(t, store)
	disk, err := upload.OpenDisk(filepath.Join(dir, "uploads"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	issuer, err := upload.NewIssuer("http://pool.example.com", "000000000000", "secret")
	if err != nil {
		t.Fatal(err)
	}
	f := &Fixture{T: t, Changes: NewChanges(), Store: store, Meddled: &Meddled{Store: store}, Disk: disk, Region: "us-east-1", Caller: access.Root("000000000000")}
	quiet := slog.New(slog.DiscardHandler)
	jobs := importjob.Config{Node: "test", Strict: strict, Log: quiet, Limits: usercsv.Limits{Rows: 1000}}
	var roles service.LogRoles
	if looks {
		c := &logrole.Checker{Account: "000000000000", Roles: store.IAM(), Data: store}
		roles, jobs.Permission = c, c
	}
	jobs.Deletions = f.Changes.Deletions(store)
	f.Engine = importjob.NewEngine(f.Changes.Jobs(store), disk, jobs)
	f.Reader = importfile.NewReader(f.Changes.Uploads(store), disk, importfile.Config{Node: "test", Strict: strict, Log: quiet, Checker: store, Limits: usercsv.Limits{Rows: 1000}})
	in := dispatch.Service{Protocol: awsjson.New(Operations()...), ErrorOf: service.ErrorOf}
	f.Calls = dispatch.New(Allowing(t, f.who, quiet), in)
	f.Handler = f.Calls.Handler(in)
	f.Tokens = token.New(token.Config{
		Store: store, Issuer: func(id string) string { return "http://pool.example.com/" + id }, URL: "http://pool.example.com", Rotate: 365 * 24 * time.Hour, Log: quiet,
	})
	f.SignIn = signin.New(signin.Config{Store: store, Tokens: f.Tokens, Hashes: password.NewHashes(2, 64), HashTime: 10 * time.Second, Key: key})
	pages := PageKey(t)
	files := &Files{Issuer: issuer, Disk: disk}
	f.Files = files
	cognitoservice.New(cognitoservice.Config{
		Store: f.Meddled, Invitations: f.Meddled, Jobs: f.Meddled, Pages: pages,
		Uploads: files, Engine: f.Engine, SignIn: f.SignIn, LogRoles: roles, Log: quiet,
	}).Register(f.Calls)
	poolhouseservice.New(poolhouseservice.Config{
		Pools: store, Users: store, Jobs: store, Maps: store, Rows: store, KeepRows: importjob.DefaultKeepRows, Limits: usercsv.Limits{Rows: 1000}, Strict: strict, Version: "v1.2.3", Groups: store, Uploads: store, Files: files, Reader: f.Reader, LogRoles: roles, Log: quiet, Audit: store.Audit(), Outbox: store, Pages: pages,
	}).Register(f.Calls)
	logsservice.New(logsservice.Config{Pools: store, Jobs: store, Groups: f.Meddled, Pages: pages}).Register(f.Calls)
	return f
}

// who returns the caller, root unless a test sets another one, in the fixture's region.
func (f *Fixture) who() (access.Request, access.About) {
	return access.Request{Identity: f.Caller, Region: f.Region}, access.About{}
}

// Allowing allows every call. who returns the caller.
func Allowing(t *testing.T, who func() (access.Request, access.About), log *slog.Logger) dispatch.Options {
	return dispatch.Options{
		Authenticate: func(*http.Request, []byte, string) (access.Request, error) { from, _ := who(); return from, nil },
		Authorize: func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
			_, about := who()
			return about, nil
		},
		CheckRegion: service.CheckRegion,
		Unmodelled: func(operation, name string) {
			t.Errorf("%s answers %s, which its model does not name", operation, name)
		},
		Log: log,
	}
}

// PageKey returns the key of all fixtures.
func PageKey(t testing.TB) *pagetoken.Key {
	t.Helper()
	k, err := pagetoken.NewKey(make([]byte, pagetoken.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// RunEngine works on import jobs until the test ends.
func (f *Fixture) RunEngine() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.Engine.Run(ctx) }()
	f.T.Cleanup(func() { stop(); <-done })
}

// RunReader looks at uploaded files until the test ends.
func (f *Fixture) RunReader() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.Reader.Run(ctx) }()
	f.T.Cleanup(func() { stop(); <-done })
}

// Try calls an operation by its target, or by its name if that is unique. It returns the
// answer, or the exception's name and message.
func (f *Fixture) Try(operation string, in Object) (out Object, exception, message string) {
	f.T.Helper()
	out, header := f.Raw(operation, in)
	if header.Get("x-amzn-ErrorType") != "" {
		exception, _ = out["__type"].(string)
		message, _ = out["message"].(string)
		return nil, exception, message
	}
	return out, "", ""
}

// Name returns an operation's name for [Fixture.Do]: its name, or its target if Cognito has an
// operation with the same name.
func Name(op apicore.OperationInfo) string {
	if op.API == &poolhouseapi.API && (op.Name == poolhouseapi.CreateUserImportJob.Name || op.Name == poolhouseapi.ListUserImportJobs.Name) {
		return op.Target()
	}
	return op.Name
}

// Raw calls an operation and returns the body and header of the answer.
func (f *Fixture) Raw(operation string, in Object) (out Object, header http.Header) {
	f.T.Helper()
	target := operation
	if !strings.Contains(operation, ".") {
		target = "AWSCognitoIdentityProviderService." + operation
	}
	for _, op := range slices.Concat(poolhouseapi.Operations(), logsapi.Operations()) {
		if operation == Name(op) {
			target = op.Target()
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		f.T.Fatal(err)
	}
	r := httptest.NewRequestWithContext(f.T.Context(), http.MethodPost, "/", strings.NewReader(string(body)))
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", awsjson.ContentType)
	w := httptest.NewRecorder()
	f.Handler.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			f.T.Fatalf("%s: %v: %s", operation, err, w.Body)
		}
	}
	return out, w.Header()
}

// Do calls an operation that must succeed, and returns the answer.
func (f *Fixture) Do(operation string, in Object) Object {
	f.T.Helper()
	out, exception, message := f.Try(operation, in)
	if exception != "" {
		f.T.Fatalf("%s: %s: %s", operation, exception, message)
	}
	return out
}

// Refused demands an exception whose message contains a text.
func (f *Fixture) Refused(operation string, in Object, exception, text string) {
	f.T.Helper()
	_, got, message := f.Try(operation, in)
	if got != exception || !strings.Contains(message, text) {
		f.T.Errorf("%s %v: got %q: %q, want %s: …%s…", operation, in, got, message, exception, text)
	}
}

// Pool creates a user pool and returns its id.
func (f *Fixture) Pool(in Object) string {
	f.T.Helper()
	request := Object{"PoolName": "people"}
	for k, v := range in {
		request[k] = v
	}
	return f.Do("CreateUserPool", request)["UserPool"].(Object)["Id"].(string)
}

// ImportFile runs a whole job in the pool and returns the ended job.
func (f *Fixture) ImportFile(pool, csv string, more Object) Object {
	f.T.Helper()
	in := Object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"}
	for k, v := range more {
		in[k] = v
	}
	job := f.Do("CreateUserImportJob", in)["UserImportJob"].(Object)["JobId"].(string)
	f.Upload(pool, job, csv)
	f.Do("StartUserImportJob", Object{"UserPoolId": pool, "JobId": job})
	return f.Ended(importjob.Key{PoolID: pool, JobID: job})
}

// Ended returns a job after its end.
func (f *Fixture) Ended(key importjob.Key) (job Object) {
	f.T.Helper()
	f.Changes.Await(f.T, "the end of the job", func() bool {
		job = f.Do("DescribeUserImportJob", Object{"UserPoolId": key.PoolID, "JobId": key.JobID})["UserImportJob"].(Object)
		return job["CompletionDate"] != nil
	})
	return job
}

// Upload uploads a file for a job.
func (f *Fixture) Upload(pool, job, csv string) {
	f.T.Helper()
	key := importjob.Key{PoolID: pool, JobID: job}
	u, err := f.Disk.Receive(key, strings.NewReader(csv))
	if err != nil {
		f.T.Fatal(err)
	}
	if _, err := f.Store.UpdateJob(f.T.Context(), key, func(j *importjob.Job) error { return j.Attach(u) }); err != nil {
		f.T.Fatal(err)
	}
}

// UploadFile uploads a file for an upload that no job owns.
func (f *Fixture) UploadFile(pool, id, csv string) {
	f.T.Helper()
	key := importjob.Key{PoolID: pool, JobID: id}
	u, err := f.Disk.Receive(key, strings.NewReader(csv))
	if err != nil {
		f.T.Fatal(err)
	}
	if _, err := f.Store.UpdateUpload(f.T.Context(), key, func(up *importfile.Upload) error { return up.Attach(u) }); err != nil {
		f.T.Fatal(err)
	}
	f.Reader.Wake()
}

// Attributes returns a list of attributes as an object, without the sub.
func Attributes(list any) Object {
	out := Object{}
	for _, a := range list.([]any) {
		if a := a.(Object); a["Name"] != "sub" {
			out[a["Name"].(string)] = a["Value"]
		}
	}
	return out
}

// Named makes a list of attributes of alternating names and values.
func Named(pairs ...string) (list []any) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Object{"Name": pairs[i], "Value": pairs[i+1]})
	}
	return list
}

// seal gives a store a key for sealing secrets.
func seal(t testing.TB, store *sqlstore.Store) *iam.DataKey {
	t.Helper()
	key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	store.SealWith(key)
	return key
}
