package access

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"poolhouse/internal/api"
	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/awsquery"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// answer has a router serve a request that is signed now.
func (f *fixture) answer(t *testing.T, h http.Handler, service, contentType, target, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://pool.example.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	(&sigv4.Signer{AccessKey: f.key.ID, Secret: f.secret, Region: region, Service: service}).Sign(r, []byte(body), testNow)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result().Status + " " + w.Body.String()
}

// TestRouters goes the whole way through both routers.
func TestRouters(t *testing.T) {
	f := newFixture(t)
	var logged bytes.Buffer
	pools, entities := f.routers(t, slog.New(slog.NewTextHandler(&logged, nil)))
	list := func() string {
		return f.answer(t, pools, "cognito-idp", awsjson.ContentType, "AWSCognitoIdentityProviderService.ListUserImportJobs",
			`{"UserPoolId":"`+pool+`","MaxResults":1}`)
	}
	user := func() string {
		form := url.Values{"Action": {"GetUser"}, "Version": {"2010-05-08"}}.Encode()
		return f.answer(t, entities, "iam", "application/x-www-form-urlencoded", "", form)
	}
	expect := func(got string, want ...string) {
		t.Helper()
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s lacks %s", got, text)
			}
		}
		if strings.Contains(got+logged.String(), f.secret) || strings.Contains(got+logged.String(), string(testRoot.Secret)) {
			t.Error("a secret is in an answer or in the log")
		}
	}
	expect(list(), "400 ", `"AccessDeniedException"`, implicit("cognito-idp:ListUserImportJobs", poolARN))
	expect(user(), "403 ", "<Code>AccessDenied</Code>", implicit("iam:GetUser", adaARN))
	f.put(t, watcher)
	expect(list(), "200 ", "{}")
	f.put(t, statements(`{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/*${aws:username}"}`))
	expect(user(), "200 ", "<UserName>Ada</UserName>")
	expect(list(), "400 ", `"AccessDeniedException"`)
	secret := f.secret
	f.secret = "guessed"
	expect(list(), "400 ", `"InvalidSignatureException"`)
	expect(user(), "403 ", "<Code>SignatureDoesNotMatch</Code>")
	f.secret = secret
	other, err := iam.NewSealer(bytes.Repeat([]byte{2}, iam.SealerKeySize))
	noError(t, err)
	f.authenticator.sealer = other
	f.put(t, watcher) // so that what is remembered is no longer good
	expect(list(), "500 ", "Internal error.")
	expect(user(), "500 ", "Internal error.")
	if text := logged.String(); strings.Count(text, iam.ErrSealed.Error()) != 2 {
		t.Errorf("the log does not say twice why the secret cannot be opened:\n%s", text)
	}
}

// routers returns one of each protocol, with an operation each.
func (f *fixture) routers(t *testing.T, log *slog.Logger) (*awsjson.Router, *awsquery.Router) {
	t.Helper()
	a := f.authorizer()
	unexpected := func(error) *apicore.Error { return nil }
	unmodelled := func(operation, name string) { t.Errorf("%s answers %s", operation, name) }
	pools := awsjson.NewRouter(awsjson.Options{
		Operations: api.CognitoOperations(), Authenticate: f.authenticator.JSON("cognito-idp"), Authorize: a.JSON,
		ErrorOf: unexpected, Unmodelled: unmodelled, Log: log,
	})
	awsjson.Handle(pools, api.ListUserImportJobs, func(context.Context, *api.ListUserImportJobsRequest) (*api.ListUserImportJobsResponse, error) {
		return nil, nil
	})
	entities := awsquery.NewRouter(awsquery.Options{
		Operations: iamapi.Operations(), Authenticate: f.authenticator.Query, Authorize: a.Query,
		ErrorOf: unexpected, Unmodelled: unmodelled, Log: log,
	})
	awsquery.Handle(entities, iamapi.GetUser, func(ctx context.Context, _ *iamapi.GetUserRequest) (*iamapi.GetUserResponse, error) {
		who, _ := IdentityOf(ctx)
		return &iamapi.GetUserResponse{User: iamapi.User{UserName: who.UserName}}, nil
	})
	return pools, entities
}
