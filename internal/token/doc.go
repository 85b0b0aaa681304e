// Package token is the tokens of users who are signed in: ID and access tokens, which are
// JSON Web Tokens signed with RS256, the keys that sign them, and the two documents by which
// others verify them (JWKS and OpenID discovery).
//
// It owns the claims (Developer Guide, using tokens with user pools), the lives of tokens, and
// the rotation of keys. Refresh tokens are sessions, which package signin owns; whether an
// access token's session still lasts is asked there, too.
//
// A pool has two keys at a time, one for each kind of tokens. The first two are made when they
// are first needed. Later ones are published for [lead] before they sign, and the ones before
// stay published for [keptAfter] after that, so that at no time a verifier meets a token whose key
// it cannot have. Servers that share a store agree by it alone: each looks again after [ringLife],
// and changes keys by a function that sees what the others did. The rules are in rotation.go.
package token
