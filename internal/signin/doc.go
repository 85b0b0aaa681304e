// Package signin is how users get in: the flows of authentication, their challenges, passwords,
// codes, second factors, and the sessions that refresh tokens belong to.
//
// It owns the order of the steps, which a flow cannot leave out ([Desk]), who is refused and in
// which words, the lockout, and what a user may do with an access token. Passwords and hashes are
// calculated in package password, codes of apps in totp, JSON Web Tokens in token, and the texts of
// messages in outbox.
package signin
