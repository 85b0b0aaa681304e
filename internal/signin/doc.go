// Package signin signs users in. It owns the authentication flows, their challenges,
// passwords, codes, second factors, and the sessions that refresh tokens belong to.
//
// It owns the order of the steps, which a flow cannot skip; the refusals and their wording;
// the lockout; and what a user may do with an access token. Package password computes
// passwords and hashes, totp codes of apps, token JSON Web Tokens, and outbox the texts of
// messages.
//
// begin.go and answer.go have the order of the steps, and attempt.go the state of a call.
// Each flow and each challenge has a file of its own. proceed.go issues tokens, lockout.go
// counts failures, recovery.go resets passwords, holder.go checks access tokens, and store.go
// is the interface to a store.
package signin
