package token

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

// TestClaims: the claims of both tokens are Cognito's, for several pools, clients and sessions.
func TestClaims(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		i := newIssuer(m)
		minutes := func(n int32) *int32 { return &n }
		for name, c := range map[string]struct {
			pool     *userpool.UserPool
			settings userpool.ClientSettings
			user     *userpool.User
			groups   []string
			// The changes from the claims of a client without settings; nil for a missing claim.
			id, access map[string]any
			expires    int64
		}{
			"without settings": {pool: m.one(), user: ada(), expires: 3600},
			"another pool":     {pool: m.two(), user: ada(), expires: 3600, id: map[string]any{"iss": "https://pool.example.com/eu-west-1_two"}, access: map[string]any{"iss": "https://pool.example.com/eu-west-1_two"}},
			"lives": {pool: m.one(), user: ada(), expires: 300,
				settings: userpool.ClientSettings{IDTokenValidity: minutes(10), AccessTokenValidity: minutes(300), Units: userpool.TokenUnits{ID: userpool.Minutes, Access: userpool.Seconds}},
				id:       map[string]any{"exp": 600.0}, access: map[string]any{"exp": 300.0}},
			"few attributes": {pool: m.one(), user: ada(), expires: 3600, settings: userpool.ClientSettings{ReadAttributes: []string{"email", "dev:custom:rank"}},
				id: map[string]any{"name": nil, "email_verified": nil, "phone_number": nil, "phone_number_verified": nil, "address": nil, "updated_at": nil, "custom:team": nil, "dev:custom:rank": "3"}},
			"groups": {pool: m.one(), user: ada(), expires: 3600, groups: []string{"b", "a"},
				id: map[string]any{"cognito:groups": []any{"b", "a"}}, access: map[string]any{"cognito:groups": []any{"b", "a"}}},
			"a name that is a sub": {pool: m.one(), user: &userpool.User{Username: subAda, Sub: subAda, Attributes: ada().Attributes}, expires: 3600,
				id: map[string]any{"cognito:username": subAda}, access: map[string]any{"username": subAda}},
			"attributes that are called like claims": {pool: m.one(), expires: 3600,
				user: &userpool.User{Username: "ada", Sub: subAda, Attributes: append(ada().Attributes, userpool.Attribute{Name: "aud", Value: "x"}, userpool.Attribute{Name: "sub", Value: "x"}, userpool.Attribute{Name: "iss", Value: "x"}, userpool.Attribute{Name: "exp", Value: "9"})}},
		} {
			tokens, err := i.Issue(t.Context(), c.pool, &userpool.Client{ID: "client1", Settings: c.settings}, c.user, Session{ID: sessionID, AuthTime: time.Now().Add(-time.Minute), Groups: c.groups})
			if err != nil || tokens.ExpiresIn != c.expires {
				t.Errorf("%s: expires in %d seconds, %v", name, tokens.ExpiresIn, err)
				continue
			}
			common := map[string]any{"sub": subAda, "iss": "https://pool.example.com/us-east-1_one", "auth_time": -60.0, "iat": 0.0, "exp": 3600.0, "event_id": sessionID}
			id := with(common, map[string]any{"token_use": "id", "aud": "client1", "cognito:username": "ada", "name": "Ada <L> & Söhne", "email": "ada@example.com", "email_verified": true,
				"phone_number": "+4930123456", "phone_number_verified": false, "address": map[string]any{"formatted": "1 Main St"}, "updated_at": "1700000000", "custom:team": "7"})
			access := with(common, map[string]any{"token_use": "access", "client_id": "client1", "scope": "aws.cognito.signin.user.admin", "username": "ada"})
			if d := cmp.Diff(with(id, c.id), relative(part(t, tokens.ID, 1))); d != "" {
				t.Errorf("%s: the ID token: %s", name, d)
			}
			if d := cmp.Diff(with(access, c.access), relative(part(t, tokens.Access, 1))); d != "" {
				t.Errorf("%s: the access token: %s", name, d)
			}
		}
	})
}

// with returns claims with changes.
func with(claims, changes map[string]any) map[string]any {
	out := maps.Clone(claims)
	for name, value := range changes {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// relative makes the times of claims relative to now.
func relative(claims map[string]any) map[string]any {
	for _, name := range []string{"auth_time", "iat", "exp"} {
		claims[name] = claims[name].(float64) - float64(time.Now().Unix())
	}
	return claims
}

// TestRevocationClaims: with token revocation, tokens have ids of their own and the id of their
// session; without it they have neither. Every other claim leads to the session, too.
func TestRevocationClaims(t *testing.T) {
	t.Parallel()
	m := newMemory()
	i := newIssuer(m)
	seen := map[any]bool{}
	for range 2 {
		tokens := issue(t, i, m.one())
		for _, text := range []string{tokens.ID, tokens.Access} {
			claims := part(t, text, 1)
			if seen[claims["jti"]] || claims["jti"] == nil || claims["origin_jti"] != sessionID || claims["event_id"] != sessionID {
				t.Errorf("%v", claims)
			}
			seen[claims["jti"]] = true
		}
	}
}

// TestHeader: a token's header has a key's id, the algorithm and nothing else. The id has 44
// characters of base64. Each kind of token has a key of its own, and so does each pool.
func TestHeader(t *testing.T) {
	t.Parallel()
	m := newMemory()
	i := newIssuer(m)
	one, again, two := issue(t, i, m.one()), issue(t, i, m.one()), issue(t, i, m.two())
	header := part(t, one.ID, 0)
	if names := slices.Sorted(maps.Keys(header)); !slices.Equal(names, []string{"alg", "kid"}) || header["alg"] != "RS256" {
		t.Errorf("%v", header)
	}
	ids := map[string]bool{}
	for _, text := range []string{one.ID, one.Access, two.ID, two.Access} {
		id := kid(t, text)
		if ids[id] = true; len(id) != 44 || !strings.HasSuffix(id, "=") {
			t.Errorf("the id of a key is %q", id)
		}
	}
	if len(ids) != 4 || kid(t, again.ID) != kid(t, one.ID) || kid(t, again.Access) != kid(t, one.Access) {
		t.Errorf("two pools have the keys %v", ids)
	}
}
