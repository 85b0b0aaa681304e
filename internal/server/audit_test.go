package server

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// TestWhatIsOnRecord makes calls of every service and reads their events. Calls of
// known callers that change something, or were refused a change, have an event.
func TestWhatIsOnRecord(t *testing.T) {
	s := opened(t)
	ada := newUser(t, s)
	by := func(key iam.AccessKey, secret string) *sigv4.Signer {
		return &sigv4.Signer{AccessKey: key.ID, Secret: secret, Region: "us-east-1"}
	}
	asRoot, asAda := by(iam.AccessKey{ID: root.AccessKeyID}, root.Secret), by(ada.key, ada.secret)
	const (
		rootARN, adaARN = "arn:aws:iam::000000000000:root", "arn:aws:iam::000000000000:user/ada"
		missing         = "us-east-1_AbCdEfGhI"
		missingARN      = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + missing
	)
	calls := []struct {
		signer *sigv4.Signer // nil: not signed
		call   signedCall
		media  string
		want   *audit.Event // nil: not on record
	}{
		{asRoot, signedCall{"cognito-idp", pools + "ListUserPools", `{"MaxResults":1}`}, json, nil},
		{asRoot, signedCall{"cognito-idp", pools + "DescribeUserPool", `{"UserPoolId":"` + missing + `"}`}, json, nil},
		{asRoot, signedCall{"cognito-idp", pools + "CreateUserPool", `{"PoolName":"people","UserPoolTags":{"poolhouse:pool-id":"us-east-1_audited"}}`}, json,
			&audit.Event{Service: "cognito-idp", Operation: "CreateUserPool", Principal: rootARN, Resource: "*", Details: "pool=us-east-1_audited"}},
		{asRoot, signedCall{"cognito-idp", pools + "DeleteUserPool", `{"UserPoolId":"` + missing + `"}`}, json,
			&audit.Event{Service: "cognito-idp", Operation: "DeleteUserPool", Principal: rootARN, Resource: missingARN, Result: "ResourceNotFoundException"}},
		{asAda, signedCall{"cognito-idp", pools + "DeleteUserPool", `{"UserPoolId":"` + missing + `"}`}, json,
			&audit.Event{Service: "cognito-idp", Operation: "DeleteUserPool", Principal: adaARN, Resource: missingARN, Result: "AccessDeniedException"}},
		{asAda, signedCall{"cognito-idp", pools + "ListUsers", `{"UserPoolId":"` + missing + `"}`}, json, nil},
		{asRoot, signedCall{"logs", "Logs_20140328.DescribeLogGroups", `{}`}, json, nil},
		{asRoot, signedCall{"logs", "Logs_20140328.DeleteLogGroup", `{"logGroupName":"nothing"}`}, json,
			&audit.Event{Service: "logs", Operation: "DeleteLogGroup", Principal: rootARN, Resource: "arn:aws:logs:us-east-1:000000000000:log-group:nothing:log-stream:", Result: "ResourceNotFoundException"}},
		{asRoot, signedCall{"iam", "", "Action=ListUsers&Version=2010-05-08"}, form, nil},
		{asRoot, signedCall{"iam", "", "Action=CreateUser&Version=2010-05-08&UserName=bob"}, form,
			&audit.Event{Service: "iam", Operation: "CreateUser", Principal: rootARN, Resource: "arn:aws:iam::000000000000:user/bob"}},
		{asAda, signedCall{"iam", "", "Action=CreateUser&Version=2010-05-08&UserName=eve"}, form,
			&audit.Event{Service: "iam", Operation: "CreateUser", Principal: adaARN, Resource: "arn:aws:iam::000000000000:user/eve", Result: "AccessDenied"}},
		{by(ada.key, "another secret"), signedCall{"cognito-idp", pools + "CreateUserPool", `{"PoolName":"people"}`}, json, nil},
		{by(ada.key, "another secret"), signedCall{"iam", "", "Action=CreateUser&Version=2010-05-08&UserName=eve"}, form, nil},
		{nil, signedCall{"cognito-idp", pools + "CreateUserPool", `{"PoolName":"people"}`}, json, nil},
		{asRoot, signedCall{"cognito-idp", pools + "CreateUserPol", `{"PoolName":"people"}`}, json, nil},
	}
	ids := make([]string, len(calls))
	for i, c := range calls {
		ids[i] = c.call.send(t, s, c.signer, c.media)
	}
	s.record(t.Context())() // and wait until all events are stored
	for i, c := range calls {
		event := recorded(t, s, ids[i])
		switch {
		case c.want == nil && event != nil:
			t.Errorf("%+v is on record: %+v", c.call, event)
		case c.want != nil && event == nil:
			t.Errorf("%+v is not on record", c.call)
		case c.want != nil:
			want := *c.want
			want.ID, want.At, want.RequestID, want.AccessKeyID = event.ID, event.At, ids[i], c.signer.AccessKey
			want.Address, want.UserAgent, want.Region = "192.0.2.1", "tests/1", "us-east-1"
			want.Chain, want.ChainNo, want.Hash = event.Chain, event.ChainNo, event.Hash
			if *event != want {
				t.Errorf("on record is\n%+v, want\n%+v", *event, want)
			}
		}
	}
}

// person is an IAM user with an access key.
type person struct {
	key    iam.AccessKey
	secret string
}

// newUser makes an IAM user without permissions.
func newUser(t *testing.T, s *Server) person {
	t.Helper()
	user, err := iam.NewUser("ada", "/", time.Now())
	if err == nil {
		err = s.store.IAM().CreateUser(t.Context(), user)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, secret := iam.NewAccessKey("ada", s.sealer, time.Now())
	if err := s.store.IAM().CreateAccessKey(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	return person{*key, string(secret)}
}

// call returns the server's answer to a call that the person signs.
func (p person) call(t *testing.T, s *Server, c signedCall, media string) (status int, text string) {
	t.Helper()
	return answeredFor(t, s, c, media, sigv4.Signer{AccessKey: p.key.ID, Secret: p.secret})
}

// answeredFor returns the server's answer to a call that the signer signs.
func answeredFor(t *testing.T, s *Server, c signedCall, media string, signer sigv4.Signer) (status int, text string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(c.body))
	r.Header.Set("Content-Type", media)
	if c.target != "" {
		r.Header.Set("X-Amz-Target", c.target)
	}
	signer.Service, signer.Region = c.service, "us-east-1"
	signer.Sign(r, []byte(c.body), time.Now())
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// send sends the call to the server and returns the request's id.
func (c signedCall) send(t *testing.T, s *Server, signer *sigv4.Signer, media string) (id string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(c.body))
	r.Header.Set("Content-Type", media)
	r.Header.Set("User-Agent", "tests/1")
	if c.target != "" {
		r.Header.Set("X-Amz-Target", c.target)
	}
	if signer != nil {
		of := *signer
		of.Service = c.service
		of.Sign(r, []byte(c.body), time.Now())
	}
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Header().Get("x-amzn-RequestId")
}

// recorded returns the audit event of a request, nil if there is none.
func recorded(t *testing.T, s *Server, id string) *audit.Event {
	t.Helper()
	events, err := s.store.Audit().Events(t.Context(), audit.Query{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(events, func(e audit.Event) bool { return e.RequestID == id })
	if i < 0 {
		return nil
	}
	return &events[i]
}
