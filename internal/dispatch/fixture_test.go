package dispatch_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
	"poolhouse/internal/sqlstore"
)

const (
	account = "123456789012"
	region  = "eu-west-1"
	pool    = "eu-west-1_AbCdEf123"
	poolARN = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/" + pool
	adaARN  = "arn:aws:iam::123456789012:user/team/Ada"
	watcher = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:ListUserImportJobs","Resource":"` + poolARN + `"}]}`
)

var testRoot = access.Credentials{AccessKeyID: "PHIAROOTROOTROOT", Secret: "the-root-secret"}

// fixture is a dispatcher with both protocols, one operation each, and the authorizer of a
// server. The user Ada has an access key.
type fixture struct {
	store      iam.Store
	signer     sigv4.Signer
	dispatcher *dispatch.Dispatcher
	asJSON     dispatch.Service
	asQuery    dispatch.Service
	handled    int            // how often a handler was called
	call       *dispatch.Call // the last call of a handler
	list       func() error   // what ListUserImportJobs does
	ended      []string       // what the audit would get
	logged     bytes.Buffer
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newFixture(t testing.TB, change ...func(*dispatch.Options)) *fixture {
	t.Helper()
	s, err := sqlstore.OpenSQLite(t.Context(), sqlstore.SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	noError(t, err)
	t.Cleanup(func() { s.Close() })
	sealer, err := iam.NewSealer(bytes.Repeat([]byte{1}, iam.SealerKeySize))
	noError(t, err)
	f := &fixture{store: s.IAM(), list: func() error { return nil }}
	ada, err := iam.NewUser("Ada", "/team/", time.Now())
	noError(t, err)
	noError(t, f.store.CreateUser(t.Context(), ada))
	key, secret := iam.NewAccessKey("Ada", sealer, time.Now())
	noError(t, f.store.CreateAccessKey(t.Context(), key))
	f.signer = sigv4.Signer{AccessKey: key.ID, Secret: string(secret), Region: region}
	unexpected := func(error) *apicore.Error { return nil }
	f.asJSON = dispatch.Service{Protocol: awsjson.New(cognitoapi.Operations()...), ErrorOf: unexpected}
	f.asQuery = dispatch.Service{Protocol: awsquery.New(iamapi.Operations()...), ErrorOf: unexpected}
	f.open(t, sealer, change...)
	return f
}

// open creates the dispatcher of a server that opens secrets with sealer.
func (f *fixture) open(t testing.TB, sealer *iam.Sealer, change ...func(*dispatch.Options)) {
	o := dispatch.Options{
		Authenticate: access.New(sigv4.OneRegion(region), account, testRoot, f.store, sealer).Authenticate,
		Authorize:    (&access.Authorizer{Entities: f.store}).Authorize,
		Unmodelled:   func(operation, name string) { t.Errorf("%s answers %s", operation, name) },
		Ended: func(_ context.Context, c *dispatch.Call, e dispatch.End) {
			f.ended = append(f.ended, fmt.Sprint(c.Operation.Name, " by ", c.From.ARN, " on ", c.About.Resource, ": ", e.Error, " ", e.Status))
		},
		Log: slog.New(slog.NewTextHandler(&f.logged, nil)),
	}
	for _, c := range change {
		c(&o)
	}
	f.dispatcher = dispatch.New(o, f.asJSON, f.asQuery)
	dispatch.HandleCall(f.dispatcher, cognitoapi.ListUserImportJobs, func(_ context.Context, c *dispatch.Call, in *cognitoapi.ListUserImportJobsRequest) (*cognitoapi.ListUserImportJobsResponse, error) {
		f.handled++
		f.call = c
		return &cognitoapi.ListUserImportJobsResponse{PaginationToken: in.UserPoolId}, f.list()
	})
	dispatch.Handle(f.dispatcher, cognitoapi.SignUp, func(context.Context, *cognitoapi.SignUpRequest) (*cognitoapi.SignUpResponse, error) {
		f.handled++
		return nil, nil
	})
	dispatch.HandleCall(f.dispatcher, iamapi.GetUser, func(_ context.Context, c *dispatch.Call, _ *iamapi.GetUserRequest) (*iamapi.GetUserResponse, error) {
		f.handled++
		return &iamapi.GetUserResponse{User: iamapi.User{UserName: c.From.UserName}}, nil
	})
}

func (f *fixture) handlers() (asJSON, asQuery http.Handler) {
	return f.dispatcher.Handler(f.asJSON), f.dispatcher.Handler(f.asQuery)
}

// put gives Ada an inline policy.
func (f *fixture) put(t testing.TB, document string) {
	t.Helper()
	p, err := iam.NewInlinePolicy("p", document)
	noError(t, err)
	noError(t, f.store.PutInlinePolicy(t.Context(), iam.UserOwner("ada"), p))
}

// signed returns a request signed by Ada now.
func (f *fixture) signed(t testing.TB, service, contentType, target, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("User-Agent", "test/1")
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	s := f.signer
	s.Service = service
	s.Sign(r, []byte(body), time.Now())
	return r
}

// answer returns the status and the body of the answer to a request.
func answer(h http.Handler, r *http.Request) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result().Status + " " + w.Body.String()
}

// adaNow returns Ada's identity as a console page would.
func (f *fixture) adaNow(t *testing.T) access.Request {
	t.Helper()
	found, err := f.store.Access(t.Context(), f.signer.AccessKey)
	noError(t, err)
	return access.Request{Identity: access.UserOf(account, found), Region: region, Address: "192.0.2.7", Agent: "page"}
}
