package token

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"poolhouse/internal/userpool"
)

// TestDocuments: the answers to requests for documents: the status, the caching, and that pages of
// every origin may read them.
func TestDocuments(t *testing.T) {
	t.Parallel()
	m := newMemory()
	h := newIssuer(m).Documents(m, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	const jwks, discovery, kept = "/us-east-1_one/.well-known/jwks.json", "/us-east-1_one/.well-known/openid-configuration", "public, max-age=900"
	for _, c := range []struct {
		method, path string
		status       int
		cache, body  string // body is a part of the answer's body
	}{
		{"GET", jwks, 200, kept, `"kty":"RSA"`}, {"HEAD", jwks, 200, kept, ""}, {"GET", jwks + "?x=y", 200, kept, `"keys"`},
		{"GET", discovery, 200, kept, `"issuer":"https://pool.example.com/us-east-1_one"`}, {"HEAD", discovery, 200, kept, ""},
		{"OPTIONS", jwks, 204, "", ""},
		{"POST", jwks, 405, "no-store", `{"message":"The method is POST; it must be GET or HEAD."}`}, {"DELETE", discovery, 405, "no-store", "message"},
		{"GET", "/us-east-1_none/.well-known/jwks.json", 404, "no-store", `{"message":"User pool us-east-1_none does not exist."}`},
		{"GET", "/us-east-1_none/.well-known/openid-configuration", 404, "no-store", "does not exist"},
		{"GET", "/us-east-1_one/.well-known/", 404, "no-store", "openid-configuration"}, {"GET", jwks + "/", 404, "no-store", "no such document"},
		{"GET", "/us-east-1_one/.well-known/oauth-authorization-server", 404, "no-store", "message"},
		{"GET", "/us-east-1_broken/.well-known/jwks.json", 500, "no-store", `{"message":"Internal error."}`},
		{"GET", "/", 418, "", ""}, {"GET", "/us-east-1_one", 418, "", ""}, {"GET", "/.well-known/jwks.json", 418, "", ""}, {"GET", "/x" + jwks, 418, "", ""},
		{"GET", "/console/.well-known/jwks.json", 418, "", ""}, {"GET", "/" + strings.Repeat("x", 60) + "_y/.well-known/jwks.json", 418, "", ""}, {"GET", "/us-east-1_%2e/.well-known/jwks.json", 418, "", ""},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
		origin, media := "*", "application/json"
		if c.status == 418 {
			origin, media = "", ""
		} else if c.status == 204 {
			media = ""
		}
		if got := w.Header(); w.Code != c.status || got.Get("Cache-Control") != c.cache || got.Get("Access-Control-Allow-Origin") != origin || got.Get("Content-Type") != media || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s %s: %d %v %s; want %d, %q", c.method, c.path, w.Code, got, w.Body, c.status, c.body)
		}
		if c.status == 405 && w.Header().Get("Allow") == "" || c.status == 204 && w.Header().Get("Access-Control-Allow-Methods") == "" {
			t.Errorf("%s %s: %v does not say what is allowed", c.method, c.path, w.Header())
		}
	}
}

// TestNoSealingKey: a server without a key to seal private keys says so.
func TestNoSealingKey(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.broken = userpool.Errorf(userpool.InvalidParameter, "This server has no key to seal secrets with.")
	w := httptest.NewRecorder()
	newIssuer(m).Documents(m, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/us-east-1_one/.well-known/jwks.json", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "no key to seal") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if _, err := newIssuer(m).Issue(t.Context(), m.one(), revoking(), ada(), Session{ID: sessionID}); userpool.KindOf(err) != userpool.InvalidParameter {
		t.Errorf("%v", err)
	}
}

// TestKeySet: the keys are published in Cognito's form, without anything of their private parts.
func TestKeySet(t *testing.T) {
	t.Parallel()
	m := newMemory()
	text, err := newIssuer(m).JWKS(t.Context(), m.one())
	var set struct{ Keys []map[string]string }
	if err = errors.Join(err, json.Unmarshal(text, &set)); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%s, %v", text, err)
	}
	for _, k := range set.Keys {
		if names := slices.Sorted(maps.Keys(k)); !slices.Equal(names, []string{"alg", "e", "kid", "kty", "n", "use"}) || k["alg"] != "RS256" || k["use"] != "sig" || k["kty"] != "RSA" || k["e"] != "AQAB" || len(k["n"]) != 342 {
			t.Errorf("%v", k)
		}
	}
}

// TestOpenIDConnect: a third-party library finds the keys by the issuer alone. It accepts the ID
// token for its client, and no other token.
func TestOpenIDConnect(t *testing.T) {
	t.Parallel()
	m := newMemory()
	var i *Issuer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { i.Documents(m, http.NotFoundHandler()).ServeHTTP(w, r) }))
	defer server.Close()
	i = New(Config{Store: m, Issuer: func(id string) string { return server.URL + "/" + id }, URL: server.URL, Rotate: week})
	i.cfg.Log = newIssuer(m).cfg.Log
	provider, err := oidc.NewProvider(t.Context(), server.URL+"/"+m.one().ID)
	if err != nil {
		t.Fatal(err)
	}
	tokens, others := issue(t, i, m.one()), issue(t, i, m.two())
	verifier := provider.Verifier(&oidc.Config{ClientID: "client1"})
	id, err := verifier.Verify(t.Context(), tokens.ID)
	var claims struct {
		Email    string
		Verified bool   `json:"email_verified"`
		Username string `json:"cognito:username"`
	}
	if err == nil {
		err = id.Claims(&claims)
	}
	if err != nil || id.Subject != subAda || claims.Email != "ada@example.com" || !claims.Verified || claims.Username != "ada" {
		t.Errorf("%+v %+v, %v", id, claims, err)
	}
	for name, text := range map[string]string{"the access token": tokens.Access, "another pool's": others.ID, "a changed one": tokens.ID[:len(tokens.ID)-8] + "AAAAAAAA"} {
		if _, err := verifier.Verify(t.Context(), text); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := provider.Verifier(&oidc.Config{ClientID: "client2"}).Verify(t.Context(), tokens.ID); err == nil {
		t.Error("another client takes the token")
	}
	if _, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true}).Verify(t.Context(), tokens.Access); err != nil {
		t.Errorf("the access token's signature: %v", err)
	}
}

// TestServed: a real server answers HEAD with the document's length and no body.
func TestServed(t *testing.T) {
	t.Parallel()
	m := newMemory()
	server := httptest.NewServer(newIssuer(m).Documents(m, http.NotFoundHandler()))
	defer server.Close()
	lengths := map[int64]bool{}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/us-east-1_one/.well-known/jwks.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if lengths[answer.ContentLength] = true; err != nil || (len(body) > 0) != (method == http.MethodGet) {
			t.Errorf("%s: %d bytes, %v", method, len(body), err)
		}
	}
	if len(lengths) != 1 || lengths[0] {
		t.Errorf("the lengths are %v", lengths)
	}
}
