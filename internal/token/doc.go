// Package token is the tokens of users who are signed in: ID and access tokens, which are
// JSON Web Tokens signed with RS256, the keys that sign them, and the two documents by which
// others verify them (JWKS and OpenID discovery).
//
// It owns the claims (Developer Guide, using tokens with user pools), the lives of tokens, and
// the rotation of keys. Refresh tokens are sessions, which package signin owns.
package token
