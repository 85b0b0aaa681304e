// Package session keeps the sessions of browsers that are signed in to the console.
//
// It owns the tokens, which are stored as hashes only, the idle and total lifetime of a
// session ([Keeper]) and the interface of its [Store]. It also slows down attempts to sign
// in ([Attempts]). It does not check access keys: a [Session] holds what package access
// needs to find the owner again, and no secret.
//
// Sessions are in session.go, the store's interface in store.go, attempts in attempts.go.
package session
