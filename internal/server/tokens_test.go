package server

import (
	encoding "encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"poolhouse/internal/config"
	"poolhouse/internal/console"
	"poolhouse/internal/token"
	"poolhouse/internal/upload"
	"poolhouse/internal/userpool"
)

// TestIssuerNames: the issuer of a pool's tokens is the public URL with the pool's id, or AWS's name.
func TestIssuerNames(t *testing.T) {
	const id = "eu-west-1_AbCdEfGhI"
	for _, c := range []struct{ setting, url, want string }{
		{config.IssuerURL, "https://pool.example.com", "https://pool.example.com/" + id},
		{config.IssuerURL, "https://pool.example.com/", "https://pool.example.com/" + id},
		{config.IssuerURL, "http://127.0.0.1:9229", "http://127.0.0.1:9229/" + id},
		{config.IssuerAWS, "https://pool.example.com", "https://cognito-idp.eu-west-1.amazonaws.com/" + id},
	} {
		s := &Server{cfg: config.Config{TokenIssuer: c.setting}, url: c.url}
		if got := s.issuerOf(id); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.setting, c.url, got, c.want)
		}
	}
}

// TestIssuersAgree: servers whose tokens have different issuers cannot share a database.
func TestIssuersAgree(t *testing.T) {
	of := func(issuer, url string) string {
		s := &Server{cfg: config.Config{TokenIssuer: issuer, PublicURL: url}, url: url, getenv: func(string) string { return "" }}
		for _, m := range s.member(config.Credentials{}).Settings {
			if m.Name == "the issuer of tokens" {
				return m.Value
			}
		}
		return ""
	}
	one := of(config.IssuerURL, "https://a.example.com")
	if one == "" || one != of(config.IssuerURL, "https://a.example.com/") {
		t.Errorf("the same issuers are told as %q and %q", one, of(config.IssuerURL, "https://a.example.com/"))
	}
	for _, other := range []string{of(config.IssuerURL, "https://b.example.com"), of(config.IssuerURL, ""), of(config.IssuerAWS, "https://a.example.com")} {
		if other == one || other == "" {
			t.Errorf("two issuers are told as %q and %q", one, other)
		}
	}
	if of(config.IssuerAWS, "https://a.example.com") != of(config.IssuerAWS, "https://b.example.com") {
		t.Error("servers with AWS's name of the issuer must agree in their URL")
	}
}

// TestDocuments: a complete server serves the documents of a pool, with its issuer and its keys. The
// other paths are served as before.
func TestDocuments(t *testing.T) {
	s := opened(t)
	p := &userpool.UserPool{ID: "us-east-1_AbCdEfGhI", Schema: userpool.StandardSchema()}
	if err := s.store.CreatePool(t.Context(), p, 10); err != nil {
		t.Fatal(err)
	}
	get := func(path string, into any) {
		t.Helper()
		w := httptest.NewRecorder()
		s.http.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if err := encoding.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s, %v", path, w.Code, w.Body, err)
		}
	}
	var discovery struct {
		Issuer string
		Keys   string `json:"jwks_uri"`
	}
	get("/"+p.ID+"/.well-known/openid-configuration", &discovery)
	if discovery.Issuer != s.url+"/"+p.ID || !strings.HasPrefix(discovery.Keys, s.url+"/") {
		t.Errorf("%+v of %s", discovery, s.url)
	}
	var keys struct {
		Keys []struct{ Kid string }
	}
	get(strings.TrimPrefix(discovery.Keys, s.url), &keys)
	u := &userpool.User{Username: "ada", Sub: userpool.NewSub()}
	c := &userpool.Client{ID: "client"}
	if tokens, err := s.tokens.Issue(t.Context(), p, c, u, token.Session{ID: userpool.NewSub()}); err != nil || len(keys.Keys) != 2 {
		t.Errorf("%v %+v", err, keys)
	} else if _, err := s.tokens.VerifyAccess(t.Context(), s.store, tokens.Access); err != nil {
		t.Error(err)
	}
}

// TestDocumentsShadowNothing: paths of the console and of uploads that look like those of a
// document reach the console and the uploads.
func TestDocumentsShadowNothing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{console.Root + ".well-known/jwks.json", "/" + upload.Bucket + "/.well-known/jwks.json", "/.well-known/jwks.json", "/healthz/.well-known/jwks.json", "/a_b/c/.well-known/jwks.json"} {
		next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "next") })
		w := httptest.NewRecorder()
		token.New(token.Config{}).Documents(nil, next).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Body.String() != "next" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
