package service_test

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
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/upload"
	"poolhouse/internal/usercsv"
)

// object is a JSON object.
type object = map[string]any

// fixture is the operations on a real store, with uploads and an engine,
// called as the dispatcher calls them.
type fixture struct {
	t       *testing.T
	store   *sqlstore.Store
	meddled *meddled // the same, for the operations
	disk    *upload.Disk
	calls   *dispatch.Dispatcher
	handler http.Handler
	engine  *importjob.Engine
}

// allOperations are the operations that the server declares, some by name only.
func allOperations() []apicore.OperationInfo {
	return slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), logsapi.Others())
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return openFixture(t, false)
}

// openFixture looks at the roles of import jobs, or only at the form of their
// ARNs.
func openFixture(t *testing.T, looks bool) *fixture {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlstore.OpenSQLite(t.Context(), filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	disk, err := upload.OpenDisk(filepath.Join(dir, "uploads"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disk.Close() })
	issuer, err := upload.NewIssuer("http://pool.example.com", "us-east-1", "000000000000", "secret")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, store: store, meddled: &meddled{Store: store}, disk: disk}
	quiet := slog.New(slog.DiscardHandler)
	jobs := importjob.Config{Node: "test", Log: quiet, Limits: usercsv.Limits{Rows: 1000}}
	var roles service.LogRoles
	if looks {
		c := &logrole.Checker{Region: "us-east-1", Account: "000000000000", Roles: store.IAM(), Data: store}
		roles, jobs.Permission = c, c
	}
	f.engine = importjob.NewEngine(store, disk, jobs)
	in := dispatch.Service{Protocol: awsjson.New(allOperations()...), ErrorOf: service.ErrorOf}
	f.calls = dispatch.New(allowing(t, nil, quiet), in)
	f.handler = f.calls.Over(in)
	operations := service.New(service.Config{
		Region: "us-east-1", AccountID: "000000000000", Store: f.meddled, Jobs: f.meddled, Groups: f.meddled, Audit: store.Audit(), Pages: pageKey(t),
		Uploads: struct {
			*upload.Issuer
			*upload.Disk
		}{issuer, disk}, Engine: f.engine, LogRoles: roles, Log: quiet,
	})
	operations.Register(f.calls)
	operations.RegisterLogs(f.calls)
	return f
}

// allowing has every call be by the caller whom who makes up, and allows it.
func allowing(t *testing.T, who func() (access.Request, access.About), log *slog.Logger) dispatch.Options {
	if who == nil {
		who = func() (access.Request, access.About) { return access.Request{}, access.About{} }
	}
	return dispatch.Options{
		Authenticate: func(*http.Request, []byte, string) (access.Request, error) { from, _ := who(); return from, nil },
		Authorize: func(context.Context, access.Request, apicore.OperationInfo, any) (access.About, error) {
			_, about := who()
			return about, nil
		},
		Unmodelled: func(operation, name string) {
			t.Errorf("%s answers %s, which its model does not name", operation, name)
		},
		Log: log,
	}
}

// pageKey returns the key of all fixtures.
func pageKey(t *testing.T) *pagetoken.Key {
	t.Helper()
	k, err := pagetoken.NewKey(make([]byte, pagetoken.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// runEngine works on import jobs until the test ends.
func (f *fixture) runEngine() {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); f.engine.Run(ctx) }()
	f.t.Cleanup(func() { stop(); <-done })
}

// try calls an operation, named by its target or by its name alone where that is
// clear, and returns its answer, or the exception's name and
// message.
func (f *fixture) try(operation string, in object) (out object, exception, message string) {
	f.t.Helper()
	out, header := f.raw(operation, in)
	if header.Get("x-amzn-ErrorType") != "" {
		exception, _ = out["__type"].(string)
		message, _ = out["message"].(string)
		return nil, exception, message
	}
	return out, "", ""
}

// raw calls an operation and returns the body and the header of its answer.
func (f *fixture) raw(operation string, in object) (out object, header http.Header) {
	f.t.Helper()
	target := operation
	if !strings.Contains(operation, ".") {
		target = "AWSCognitoIdentityProviderService." + operation
	}
	for _, op := range slices.Concat(poolhouseapi.Operations(), logsapi.Operations()) {
		if op.Name == operation {
			target = op.Target()
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		f.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, "/", strings.NewReader(string(body)))
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", awsjson.ContentType)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			f.t.Fatalf("%s: %v: %s", operation, err, w.Body)
		}
	}
	return out, w.Header()
}

func (f *fixture) do(operation string, in object) object {
	f.t.Helper()
	out, exception, message := f.try(operation, in)
	if exception != "" {
		f.t.Fatalf("%s: %s: %s", operation, exception, message)
	}
	return out
}

// refused demands an exception with a message that contains a text.
func (f *fixture) refused(operation string, in object, exception, text string) {
	f.t.Helper()
	_, got, message := f.try(operation, in)
	if got != exception || !strings.Contains(message, text) {
		f.t.Errorf("%s %v: got %q: %q, want %s: …%s…", operation, in, got, message, exception, text)
	}
}

// pool creates a user pool and returns its id.
func (f *fixture) pool(in object) string {
	f.t.Helper()
	request := object{"PoolName": "people"}
	for k, v := range in {
		request[k] = v
	}
	return f.do("CreateUserPool", request)["UserPool"].(object)["Id"].(string)
}

// importFile runs a whole job in the pool and returns it as it ended.
func (f *fixture) importFile(pool, csv string, more object) object {
	f.t.Helper()
	in := object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"}
	for k, v := range more {
		in[k] = v
	}
	job := f.do("CreateUserImportJob", in)["UserImportJob"].(object)["JobId"].(string)
	f.upload(pool, job, csv)
	f.do("StartUserImportJob", object{"UserPoolId": pool, "JobId": job})
	return f.ended(importjob.Key{PoolID: pool, JobID: job})
}

// ended returns a job once it has ended.
func (f *fixture) ended(key importjob.Key) object {
	f.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		j := f.do("DescribeUserImportJob", object{"UserPoolId": key.PoolID, "JobId": key.JobID})["UserImportJob"].(object)
		if j["CompletionDate"] != nil {
			return j
		}
	}
	f.t.Fatal("the job does not end")
	return nil
}

func (f *fixture) upload(pool, job, csv string) {
	f.t.Helper()
	key := importjob.Key{PoolID: pool, JobID: job}
	u, err := f.disk.Receive(key, strings.NewReader(csv))
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.store.UpdateJob(f.t.Context(), key, func(j *importjob.Job) error { return j.Attach(u) }); err != nil {
		f.t.Fatal(err)
	}
}

// attributes returns a list of attributes as an object, the sub left out.
func attributes(list any) object {
	out := object{}
	for _, a := range list.([]any) {
		if a := a.(object); a["Name"] != "sub" {
			out[a["Name"].(string)] = a["Value"]
		}
	}
	return out
}

// named makes a list of attributes of names and values in turn.
func named(pairs ...string) (list []any) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, object{"Name": pairs[i], "Value": pairs[i+1]})
	}
	return list
}
