package server

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"poolhouse/internal/audit"
	"poolhouse/internal/config"
)

// safeBuffer is a buffer for concurrent use by a log and a test.
type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *safeBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

// unsignedCall calls an operation without a signature.
func unsignedCall(t *testing.T, s *Server, operation, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", json)
	r.Header.Set("X-Amz-Target", pools+operation)
	w := httptest.NewRecorder()
	s.http.Handler.ServeHTTP(w, r)
	return w.Body.String()
}

// signInPool makes a pool with an app client and a user who has a password.
func signInPool(t *testing.T, s *Server) (pool, client string) {
	t.Helper()
	var made struct {
		UserPool       struct{ ID string }
		UserPoolClient struct{ ClientID string }
	}
	do := func(operation, body string) {
		t.Helper()
		status, text := signedCall{"cognito-idp", pools + operation, body}.answer(t, s, http.Header{"Content-Type": {json}})
		if err := stdjson.Unmarshal([]byte(text), &made); status != http.StatusOK || err != nil {
			t.Fatalf("%s: %d %s %v", operation, status, text, err)
		}
	}
	do("CreateUserPool", `{"PoolName":"people"}`)
	pool = made.UserPool.ID
	do("CreateUserPoolClient", `{"UserPoolId":"`+pool+`","ClientName":"app","ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]}`)
	do("AdminCreateUser", `{"UserPoolId":"`+pool+`","Username":"ada","MessageAction":"SUPPRESS"}`)
	do("AdminSetUserPassword", `{"UserPoolId":"`+pool+`","Username":"ada","Password":"Right-horse-1","Permanent":true}`)
	return pool, made.UserPoolClient.ClientID
}

// TestSignInsAreRecorded: the audit has sign-ins with the user's sub, and folds refusals. Neither the
// audit nor the log has a password or a token. Sign-ins under unknown names are not recorded.
func TestSignInsAreRecorded(t *testing.T) {
	var log safeBuffer
	s := listening(t, &log)
	run(t, s)
	pool, client := signInPool(t, s)
	signIn := func(name, password string) string {
		return unsignedCall(t, s, "InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"`+name+`","PASSWORD":"`+password+`"}}`)
	}
	for range 3 {
		signIn("ada", "Wrong-horse-1")
		signIn("nobody", "Wrong-horse-1")
	}
	for range 3 { // proves nothing and gets nothing
		begun := unsignedCall(t, s, "InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"ada","SRP_A":"2"}}`)
		if !strings.Contains(begun, "SECRET_BLOCK") {
			t.Fatal(begun)
		}
	}
	tokens := signIn("ada", "Right-horse-1")
	var got struct {
		AuthenticationResult struct{ AccessToken, RefreshToken string }
	}
	if err := stdjson.Unmarshal([]byte(tokens), &got); err != nil || got.AuthenticationResult.AccessToken == "" {
		t.Fatal(tokens, err)
	}
	unsignedCall(t, s, "GlobalSignOut", `{"AccessToken":"`+got.AuthenticationResult.AccessToken+`"}`)
	p, err := s.store.Pool(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.store.User(t.Context(), p, "ada")
	if err != nil {
		t.Fatal(err)
	}
	s.refused.Close(t.Context())
	events := eventsBy(t, s, u.Sub, 3)
	summary := ""
	for _, e := range events {
		summary += e.Operation + " " + e.Result + " " + e.Region + "\n"
		if e.Resource != p.ARN {
			t.Errorf("the event is about %s", e.Resource)
		}
	}
	if !strings.Contains(summary, "InitiateAuth NotAuthorizedException us-east-1") || !strings.Contains(summary, "GlobalSignOut  us-east-1") || len(events) != 3 {
		t.Errorf("the events are\n%s", summary)
	}
	all, err := stdjson.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Right-horse-1", "Wrong-horse-1", got.AuthenticationResult.AccessToken, got.AuthenticationResult.RefreshToken, "nobody"} {
		if strings.Contains(string(all), secret) || strings.Contains(log.text(), secret) {
			t.Errorf("the audit or the log has %.20s", secret)
		}
	}
}

// eventsBy waits for n events by a principal, and returns them.
func eventsBy(t *testing.T, s *Server, principal string, n int) (events []audit.Event) {
	t.Helper()
	for t.Context().Err() == nil {
		page, err := s.store.Audit().Events(t.Context(), audit.Query{Principal: principal, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) >= n {
			return page
		}
	}
	return nil
}

// TestClientRate: the rate limit of an app client holds for all addresses together. Other clients
// are not limited by it.
func TestClientRate(t *testing.T) {
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Regions, cfg.RateUnsigned, cfg.RateClient = t.TempDir(), "127.0.0.1:0", "us-east-1", 0, 3
	s, err := Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	limited := 0
	for range 20 {
		if strings.Contains(unsignedCall(t, s, "RevokeToken", `{"ClientId":"one","Token":"x"}`), "TooManyRequestsException") {
			limited++
		}
	}
	if limited < 10 {
		t.Errorf("%d of 20 calls were refused", limited)
	}
	if got := unsignedCall(t, s, "RevokeToken", `{"ClientId":"two","Token":"x"}`); strings.Contains(got, "TooManyRequestsException") {
		t.Errorf("another client: %s", got)
	}
}
