package token

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"poolhouse/internal/userpool"
)

// documentLife is how long clients may cache the documents.
const documentLife = 15 * time.Minute

// The paths of the documents, after the pool's id.
const (
	wellKnown     = "/.well-known/"
	jwksName      = "jwks.json"
	discoveryName = "openid-configuration"
)

// JWKS returns the public keys of a pool as a JSON Web Key Set (RFC 7517): those that sign, those
// that will sign, and those whose tokens may still be valid. It also makes a pool's first keys.
// Otherwise a verifier that asks before the first token would cache an empty set.
func (i *Issuer) JWKS(ctx context.Context, p *userpool.UserPool) ([]byte, error) {
	r, err := i.ring(ctx, p, true)
	if err != nil {
		return nil, err
	}
	keys := current(r.keys, time.Now())
	slices.SortStableFunc(keys, func(a, b Key) int { return a.SignsFrom.Compare(b.SignsFrom) })
	set := jose.JSONWebKeySet{}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: r.parsed[k.ID].public, KeyID: k.ID, Algorithm: string(jose.RS256), Use: "sig"})
	}
	return json.Marshal(set)
}

// discovery is the document of OpenID Connect Discovery 1.0, without the endpoints of OAuth 2.0: a
// pool has them only with a domain.
type discovery struct {
	Issuer     string   `json:"issuer"`
	KeysURL    string   `json:"jwks_uri"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
	Responses  []string `json:"response_types_supported"`
	Scopes     []string `json:"scopes_supported"`
	Subjects   []string `json:"subject_types_supported"`
}

// Discovery returns the document in which a client finds a pool's issuer and keys.
func (i *Issuer) Discovery(p *userpool.UserPool) ([]byte, error) {
	return json.Marshal(discovery{
		Issuer: i.cfg.Issuer(p.ID), KeysURL: i.cfg.URL + "/" + p.ID + wellKnown + jwksName,
		Algorithms: []string{string(jose.RS256)}, Responses: []string{"code", "token"},
		Scopes: []string{"openid", "email", "phone", "profile"}, Subjects: []string{"public"},
	})
}
