// Package token makes and verifies the tokens of signed-in users: ID and access tokens, which are
// JSON Web Tokens signed with RS256. It also has the keys that sign them, and the two documents for
// other verifiers (JWKS and OpenID discovery).
//
// It owns the claims (Developer Guide, using tokens with user pools), the lifetimes of tokens, and
// the rotation of keys. Refresh tokens are sessions, which package signin owns; it also knows
// whether an access token's session still exists.
//
// A pool has two current keys, one for each kind of token. The first two are made when they are
// first needed. Later ones are published for [lead] before they sign. Their predecessors stay
// published for [keptAfter] after that. So a verifier never meets a token with a key that it cannot
// have. Servers that share a store agree through it alone. Each reads the keys again after
// [ringLife], and changes keys by a function that sees the changes of the others. The rules are in
// rotation.go.
package token
